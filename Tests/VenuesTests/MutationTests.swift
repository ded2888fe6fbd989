internal import TestSupport
internal import Testing
internal import Trading
internal import Venues

/// What a venue, or whoever stands between, may send: sound messages with a few bytes changed. A
/// decoder refuses or reads them, never stops, and never tells of what a book cannot hold.
@Suite struct MutationTests {
    /// Interesting bytes: structure, digits, the ends of ranges.
    private static let bytes =
        Array("{}[]\":,.-+0123456789eE\\utfn \u{0}\u{1}\u{7f}".utf8) + [0x80, 0xFF]

    private func mutate(_ text: String, _ random: inout SplitMix64) -> [UInt8] {
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
            let index = Int.random(in: 0..<bytes.count, using: &random)
            let byte = Self.bytes.randomElement(using: &random) ?? 0
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes.remove(at: index)
            case 1: bytes.insert(byte, at: index)
            case 2: bytes.removeSubrange(index...)
            case 3:
                let end = min(bytes.count, index + Int.random(in: 1...40, using: &random))
                bytes.insert(contentsOf: Array(bytes[index..<end]), at: index)
            default: bytes[index] = byte
            }
        }
        return bytes
    }

    @Test("the market socket tells only of prices and sizes that a book holds")
    func market() {
        let trade =
            "{\"market\":\"\(SampleMarket.condition)\",\"asset_id\":\"\(SampleMarket.yes)\","
            + "\"price\":\"0.51\",\"size\":\"20.5\",\"side\":\"BUY\",\"timestamp\":\"1776323405000\","
            + "\"event_type\":\"last_trade_price\"}"
        let samples = [
            SampleMarket.book(), SampleMarket.changes([SampleMarket.Change()]),
            "[\(SampleMarket.book()),\(trade)]", trade,
            SampleMarket.changes([
                SampleMarket.Change(),
                SampleMarket.Change(token: SampleMarket.no, price: "0.5", side: "SELL"),
            ]),
        ]
        for seed in UInt64(1)...1_000 {
            var random = SplitMix64(seed: seed)
            let socket = Socket()
            socket.items(SampleMarket.book())
            var book = OrderBook(tickSize: .hundredth)
            for _ in 0..<3 {
                let sample = samples.randomElement(using: &random) ?? ""
                for item in socket.items(mutate(sample, &random)) {
                    // The order book stops the process on what it cannot hold.
                    switch item {
                    case .event(.bookReplaced(let snapshot)): book.replace(with: snapshot)
                    case .event(.levelChanged(let change)): book.apply(change)
                    case .event(.tickSizeChanged(_, let tickSize)): book.reset(tickSize: tickSize)
                    case .event, .distrusted, .trusted, .unfamiliar, .snapshotWanted: break
                    }
                }
            }
            #expect(socket.statistics.frames == 4, "seed \(seed)")
        }
    }

    @Test("prices, records, fills and the reference are read or refused")
    func others() {
        let price =
            "{\"payload\":{\"data\":[{\"timestamp\":1788608387000,\"value\":79639.2}],"
            + "\"symbol\":\"btc/usd\"},\"timestamp\":1788608446826,\"topic\":\"crypto_prices\","
            + "\"type\":\"subscribe\"}"
        let trade =
            "{\"event_type\":\"trade\",\"id\":\"t1\",\"asset_id\":\"11\",\"side\":\"BUY\",\"price\":\"0.5\","
            + "\"size\":\"15\",\"status\":\"MATCHED\",\"maker_orders\":[{\"order_id\":\"0xo\",\"owner\":\"u\","
            + "\"matched_amount\":\"5\",\"price\":\"0.5\",\"asset_id\":\"11\"}]}"
        let ticker =
            "{\"stream\":\"a\",\"data\":{\"u\":1,\"s\":\"BTCUSDT\",\"b\":\"25.3\",\"B\":\"3\",\"a\":\"25.4\","
            + "\"A\":\"4\"}}"
        let kline =
            "{\"e\":\"kline\",\"E\":1672515782136,\"s\":\"B\",\"k\":{\"t\":1672515780000,"
            + "\"T\":1672515839999,\"s\":\"B\",\"i\":\"1m\",\"o\":\"1\",\"c\":\"2\",\"h\":\"2\",\"l\":\"1\","
            + "\"x\":false}}"
        let record =
            "{\"slug\":\"btc-updown-5m-1790000100\",\"conditionId\":\"0xabc\","
            + "\"outcomes\":\"[\\\"Up\\\", \\\"Down\\\"]\",\"clobTokenIds\":\"[\\\"1\\\", \\\"2\\\"]\","
            + "\"eventStartTime\":\"2026-09-21T14:15:00Z\",\"endDate\":\"2026-09-21T14:20:00Z\","
            + "\"orderPriceMinTickSize\":0.01,\"orderMinSize\":5,\"feesEnabled\":true,"
            + "\"feeSchedule\":{\"exponent\":1,\"rate\":0.07,\"takerOnly\":true}}"
        var reads = 0
        for seed in UInt64(1)...1_500 {
            var random = SplitMix64(seed: seed)
            var prices = RTDSDecoder()
            if (try? prices.decode(mutate(price, &random).span)) == .prices {
                reads += prices.prices.compactMap(\.reference).count
            }
            var fills = UserFills(
                identity: UserIdentity(
                    owner: InlineText("u") ?? InlineText(),
                    makerAddress: InlineText()
                )
            )
            let bytes = mutate(trade, &random)
            var frame = UserFrame(bytes.span)
            while let message = try? frame.next() {
                var events: [UserFillEvent] = []
                if case .trade(let trade) = message { fills.take(trade, into: &events) }
                reads += events.count
            }
            var reference = BinanceReference(symbol: InlineText("BTCUSDT") ?? InlineText())
            for sample in [ticker, kline] {
                let bytes = mutate(sample, &random)
                guard let message = try? BinanceDecoder().decode(bytes.span) else { continue }
                if reference.take(message, at: Timestamp(seconds: 1)) != nil { reads += 1 }
            }
            var records = GammaDecoder()
            let text = mutate(record, &random)
            guard (try? records.decode(text.span)) != nil else { continue }
            for market in records.markets {
                _ = try? market.definition(
                    id: MarketID(index: 0),
                    at: Timestamp(seconds: 1_790_000_000)
                )
                reads += 1
            }
        }
        #expect(reads > 300)
    }
}
