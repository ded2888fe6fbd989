internal import Testing
internal import Trading
internal import Venues

@Suite struct TradeInferenceTests {
    struct Example: Sendable {
        var printed: Int64
        var bid: Int64?
        var ask: Int64?
        var previous: Int64?
        var price: Int64
        var side: Side
        init(
            _ printed: Int64,
            _ bid: Int64?,
            _ ask: Int64?,
            _ previous: Int64? = nil,
            is price: Int64,
            _ side: Side
        ) {
            self.printed = printed
            self.bid = bid
            self.ask = ask
            self.previous = previous
            self.price = price
            self.side = side
        }
    }

    @Test(
        "token and side follow from the book before the trade",
        arguments: [
            // As printed: at the bid, below it, at the ask, above it, between.
            Example(3_000, 3_000, 3_200, is: 3_000, .sell),
            Example(2_900, 3_000, 3_200, is: 2_900, .sell),
            Example(3_200, 3_000, 3_200, is: 3_200, .buy),
            Example(3_500, 3_000, 3_200, is: 3_500, .buy),
            Example(3_050, 3_000, 3_200, is: 3_050, .sell),
            Example(3_150, 3_000, 3_200, is: 3_150, .buy),
            // In terms of the other token: 0.70 for it is 0.30 for ours.
            Example(7_000, 3_000, 3_200, is: 3_000, .sell),
            Example(6_800, 3_000, 3_200, is: 3_200, .buy),
            Example(9_990, 10, 80, is: 10, .sell),
            // The middle: above the trade before a buy, otherwise a sell.
            Example(3_100, 3_000, 3_200, 3_000, is: 3_100, .buy),
            Example(3_100, 3_000, 3_200, 3_200, is: 3_100, .sell),
            Example(3_100, 3_000, 3_200, 3_100, is: 3_100, .sell),
            Example(3_100, 3_000, 3_200, is: 3_100, .sell),
            // Both readings fit: as printed.
            Example(4_900, 4_900, 5_100, is: 4_900, .sell),
            Example(5_100, 4_900, 5_100, is: 5_100, .buy),
            // One-sided and empty books.
            Example(9_900, 9_900, nil, is: 9_900, .sell),
            Example(100, 9_900, nil, is: 9_900, .sell),
            Example(100, nil, 100, is: 100, .buy),
            Example(5_000, nil, nil, is: 5_000, .sell),
            Example(8_000, nil, nil, is: 8_000, .buy),
        ]
    )
    func table(example: Example) {
        let trade = TradeInference(
            printed: Price(raw: example.printed),
            bestBid: example.bid.map { Price(raw: $0) },
            bestAsk: example.ask.map { Price(raw: $0) },
            previous: example.previous.map { Price(raw: $0) }
        )
        #expect(trade.price.raw == example.price)
        #expect(trade.takerSide == example.side)
        #expect(trade.isComplement == (example.price != example.printed))
    }
}
