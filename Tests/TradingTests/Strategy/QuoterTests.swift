internal import TestSupport
internal import Testing

@testable internal import Trading

@Suite("Quoter") struct QuoterTests {
    @Test(
        "the reservation price has the golden values of strategy 14",
        arguments: [
            (0.5, 0.01, 50.0, 0.377541), (0.8, 0.01, 50, 0.708125), (0.8, 0.02, 50, 0.595390),
        ]
    )
    func reservation(probability: Double, skew: Double, inventory: Double, expected: Double) {
        let price = Quoter.reservationPrice(probability, inventory, skew: skew)
        #expect(abs(price - expected) < 5e-7)
    }

    private func input(_ change: (inout QuoterInput) -> Void = { _ in }) -> QuoterInput {
        var input = QuoterInput(
            midpointDoubled: 10_100,
            bestBid: Price(raw: 5_000),
            bestAsk: Price(raw: 5_100),
            tickSize: .hundredth,
            volState: .low,
            inventory: .zero,
            parameters: Parameters(),
            orderSizeMin: Quantity(shares: 5),
            isReduceOnly: false
        )
        change(&input)
        return input
    }

    @Test("a one-tick market around 0.505 is quoted at 0.49 and 0.52")
    func ordinary() {
        let (bid, ask) = Quoter.quotes(for: input())
        #expect(bid == QuoteTarget(price: Price(raw: 4_900), size: Quantity(shares: 10)))
        #expect(ask == QuoteTarget(price: Price(raw: 5_200), size: Quantity(shares: 10)))
    }

    @Test("the high regime widens by half")
    func highVolatility() {
        let (bid, ask) = Quoter.quotes(
            for: input {
                $0.volState = .high
                $0.parameters.spreadOffset = 0.02
            }
        )
        #expect(bid?.price == Price(raw: 4_700))
        #expect(ask?.price == Price(raw: 5_400))
    }

    @Test("a long inventory moves both quotes down")
    func skew() {
        let (bid, ask) = Quoter.quotes(for: input { $0.inventory = Quantity(shares: 40) })
        #expect(bid?.price == Price(raw: 4_700))
        #expect(ask?.price == Price(raw: 5_200))
    }

    @Test("reduce-only leaves the side that closes, no larger than the inventory")
    func reduceOnly() {
        let (bid, ask) = Quoter.quotes(
            for: input {
                $0.inventory = Quantity(shares: 7)
                $0.isReduceOnly = true
            }
        )
        #expect(bid == nil)
        #expect(ask?.size == Quantity(shares: 7))
    }

    @Test("random inputs: on the grid, never crossing, never closer than a tick, within limits")
    func properties() {
        for seed in UInt64(1)...2_000 {
            var random = SplitMix64(seed: seed)
            let tickSize = TickSize.allCases.randomElement(using: &random) ?? .hundredth
            let last = Int64(tickSize.ticksPerDollar)
            guard last >= 3 else { continue }
            let bidTicks = Int64.random(in: 1..<(last - 1), using: &random)
            let askTicks = Int64.random(in: (bidTicks + 1)..<last, using: &random)
            let tick = tickSize.raw
            var parameters = Parameters()
            parameters.spreadOffset = Double.random(in: 0...0.5, using: &random)
            parameters.orderSize = Int64.random(in: 1...200, using: &random)
            parameters.maxPosition = Int64.random(in: 0...200, using: &random)
            let input = QuoterInput(
                midpointDoubled: (bidTicks + askTicks) * tick,
                bestBid: Price(raw: bidTicks * tick),
                bestAsk: Price(raw: askTicks * tick),
                tickSize: tickSize,
                volState: Bool.random(using: &random) ? .low : .high,
                inventory: Quantity(
                    raw: Int64.random(in: -20_000...20_000, using: &random) * 10_000
                ),
                parameters: parameters,
                orderSizeMin: Quantity(shares: 5),
                isReduceOnly: Bool.random(using: &random)
            )
            let (bid, ask) = Quoter.quotes(for: input)
            check(bid, on: .buy, input, seed)
            check(ask, on: .sell, input, seed)
        }
    }

    private func check(_ target: QuoteTarget?, on side: Side, _ input: QuoterInput, _ seed: UInt64)
    {
        guard let target else { return }
        let tick = input.tickSize.raw
        let fairDoubled = input.midpointDoubled
        let limit = Quantity(shares: input.parameters.maxPosition)
        #expect(input.tickSize.holds(target.price), "seed \(seed)")
        #expect(target.price > .zero && target.price < .one, "seed \(seed)")
        #expect(target.size.raw % 10_000 == 0, "seed \(seed)")
        #expect(target.size >= input.orderSizeMin, "seed \(seed)")
        #expect(target.size <= Quantity(shares: input.parameters.orderSize), "seed \(seed)")
        switch side {
        case .buy:
            #expect(target.price < input.bestAsk, "seed \(seed)")
            #expect(2 * (target.price.raw + tick) <= fairDoubled, "seed \(seed)")
            let worst = input.inventory + target.size
            #expect(worst <= (input.isReduceOnly ? .zero : limit), "seed \(seed)")
        case .sell:
            #expect(target.price > input.bestBid, "seed \(seed)")
            #expect(2 * (target.price.raw - tick) >= fairDoubled, "seed \(seed)")
            let worst = input.inventory - target.size
            #expect(worst >= (input.isReduceOnly ? .zero : -limit), "seed \(seed)")
        }
    }
}
