internal import Foundation
internal import TestSupport
internal import Testing
internal import Trading
internal import Venues
internal import Wire

@Suite struct OrderAmountsTests {
    /// Price and size in raw units, and what is given and got when buying.
    private static let limits: [(TickSize, Int64, Int64, UInt64, UInt64)] = [
        (.tenth, 2_000, 8_220_000, 1_644_000, 8_220_000),
        (.hundredth, 5_700, 100_000_000, 57_000_000, 100_000_000),
        // Cut to hundredths of a share.
        (.hundredth, 7_100, 675_466_610, 479_576_600, 675_460_000),
        (.halfHundredth, 6_050, 794_584_790, 480_720_900, 794_580_000),
        (.quarterHundredth, 7_475, 51_070_000, 38_174_825, 51_070_000),
        (.thousandth, 8_630, 28_250_000, 24_379_750, 28_250_000),
        (.tenThousandth, 9_999, 10_000, 9_999, 10_000),
        (.tenThousandth, 1, 10_000, 1, 10_000),
    ]

    @Test("a limit order gives and gets exactly, both ways")
    func limit() throws {
        for (tick, price, size, money, shares) in Self.limits {
            let (price, size) = (Price(raw: price), Quantity(raw: size))
            let buy = try OrderAmounts.limit(.buy, price: price, size: size, tickSize: tick)
            #expect(buy.maker == money && buy.taker == shares, "\(price) \(size)")
            let sell = try OrderAmounts.limit(.sell, price: price, size: size, tickSize: tick)
            #expect(sell.maker == shares && sell.taker == money, "\(price) \(size)")
        }
    }

    @Test("random limit orders have exactly their price, on every grid")
    func exactPrice() throws {
        var random = SplitMix64(seed: 712)
        for _ in 0..<2_000 {
            let tick = TickSize.allCases.randomElement(using: &random) ?? .hundredth
            let ticks = Int64.random(in: 1..<Int64(tick.ticksPerDollar), using: &random)
            let price = Price(raw: ticks * tick.raw)
            let size = Quantity(raw: Int64.random(in: 10_000...50_000_000_000_000, using: &random))
            let amounts = try OrderAmounts.limit(.buy, price: price, size: size, tickSize: tick)
            // Money is price times shares, without a rest, and no more than 0.01 share is cut off.
            let product = UInt128(amounts.taker) * UInt128(price.raw)
            #expect(product == UInt128(amounts.maker) * 10_000, "\(price) \(size)")
            #expect(amounts.taker % 10_000 == 0)
            #expect(UInt64(size.raw) - amounts.taker < 10_000)
        }
    }

    @Test("what makes no order is refused for its reason")
    func refused() {
        for (tick, price, size, reason) in [
            (.hundredth, 0, 1_000_000, .priceOutOfRange),
            (.hundredth, 10_000, 1_000_000, .priceOutOfRange),
            (.hundredth, 99, 1_000_000, .priceOutOfRange),
            (.tenThousandth, 10_000, 1_000_000, .priceOutOfRange),
            (.hundredth, 5_050, 1_000_000, .offTick),
            (.halfHundredth, 5_025, 1_000_000, .offTick),
            (.hundredth, 5_000, 9_999, .tooSmall),
            (.hundredth, 5_000, 0, .tooSmall),
            (.hundredth, 5_000, -1_000_000, .tooSmall),
        ] as [(TickSize, Int64, Int64, OrderAmountError)] {
            let (price, size) = (Price(raw: price), Quantity(raw: size))
            #expect(throws: reason) {
                try OrderAmounts.limit(.buy, price: price, size: size, tickSize: tick)
            }
            // Of a market order the price is cut first.
            guard reason != .offTick, price.raw % 100 == 0 else { continue }
            #expect(throws: reason) {
                try OrderAmounts.market(.buy, amount: size.raw, price: price, tickSize: tick)
            }
        }
        #expect(throws: OrderAmountError.tooLarge) {
            try OrderAmounts.market(
                .buy,
                amount: .max,
                price: Price(raw: 1),
                tickSize: .tenThousandth
            )
        }
    }

    @Test("a market order's price is cut to the grid's decimals and must then be on the grid")
    func marketPrice() throws {
        let cut = try OrderAmounts.market(
            .sell,
            amount: 1_000_000,
            price: Price(raw: 5_799),
            tickSize: .hundredth
        )
        #expect(cut.maker == 1_000_000 && cut.taker == 570_000)
        #expect(throws: OrderAmountError.offTick) {
            try OrderAmounts.market(
                .sell,
                amount: 1_000_000,
                price: Price(raw: 5_789),
                tickSize: .halfHundredth
            )
        }
    }

    @Test("a market order never gets shares at less than its price allows by more than a rounding")
    func marketOracle() throws {
        var random = SplitMix64(seed: 28)
        for _ in 0..<2_000 {
            let tick = TickSize.allCases.randomElement(using: &random) ?? .hundredth
            let ticks = Int64.random(in: 1..<Int64(tick.ticksPerDollar), using: &random)
            let price = Price(raw: ticks * tick.raw)
            let amount = Int64.random(in: 10_000...10_000_000_000, using: &random)
            let amounts = try OrderAmounts.market(
                .buy,
                amount: amount,
                price: price,
                tickSize: tick
            )
            // One unit of the last decimal is at most 1,000 millionths (three decimals).
            let exact = Double(amounts.maker) * 10_000 / Double(price.raw)
            #expect(abs(Double(amounts.taker) - exact) <= 1_000, "\(price) \(amount)")
        }
    }

    private struct AmountsFile: Decodable {
        struct Vector: Decodable {
            let side, tickSize, price: String
            let size, amount: String?
            let makerAmount, takerAmount: String
        }
        let limit: [Vector]
        let market: [Vector]
    }

    @Test(
        "the recorded amounts come out",
        .enabled(if: SharedData.isPresent, "\(SharedData.absenceMessage)")
    )
    func recorded() throws {
        let file = try signingFixture("amounts.json", as: AmountsFile.self)
        #expect(file.limit.count == 24 && file.market.count == 12)
        for vector in file.limit + file.market {
            let side: Side = vector.side == "BUY" ? .buy : .sell
            let tick = try #require(TickSize(rawValue: decimal(vector.tickSize, 4)))
            let price = Price(raw: try decimal(vector.price, 4))
            let amounts: OrderAmounts
            if let size = vector.size {
                amounts = try OrderAmounts.limit(
                    side,
                    price: price,
                    size: Quantity(raw: decimal(size, 6)),
                    tickSize: tick
                )
            } else {
                amounts = try OrderAmounts.market(
                    side,
                    amount: decimal(try #require(vector.amount), 6),
                    price: price,
                    tickSize: tick
                )
            }
            #expect("\(amounts.maker)" == vector.makerAmount, "\(vector)")
            #expect("\(amounts.taker)" == vector.takerAmount, "\(vector)")
        }
    }

    private func decimal(_ text: String, _ decimals: Int) throws -> Int64 {
        try DecimalText.parse(Array(text.utf8).span, decimals: decimals)
    }
}
