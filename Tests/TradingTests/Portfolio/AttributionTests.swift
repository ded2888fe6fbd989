internal import TestSupport
internal import Testing

@testable internal import Trading

@Suite("Where a profit came from") struct AttributionTests {
    private static func fill(
        _ outcome: Outcome,
        _ side: Side,
        price: Int64,
        size: Int64,
        fee: Int64 = 0
    ) -> Fill {
        Fill(
            tradeID: 1,
            orderID: OrderID(number: 1),
            market: MarketID(index: 1),
            outcome: outcome,
            side: side,
            price: Price(raw: price),
            size: Quantity(raw: size),
            fee: Money(raw: fee),
            isComplete: true
        )
    }

    struct Case: Sendable {
        var outcome: Outcome
        var side: Side
        /// In ten-thousandths.
        var price: Int64
        var fairMicros: Int64?
        /// In micro-dollars, of ten shares.
        var capture: Int64
    }

    @Test(
        "capture is what was gained on fair value at the fill, for both tokens and sides",
        arguments: [
            Case(outcome: .yes, side: .buy, price: 4_900, fairMicros: 500_000, capture: 100_000),
            Case(outcome: .yes, side: .sell, price: 5_200, fairMicros: 500_000, capture: 200_000),
            Case(outcome: .no, side: .buy, price: 4_700, fairMicros: 500_000, capture: 300_000),
            Case(outcome: .no, side: .buy, price: 4_700, fairMicros: 600_000, capture: -700_000),
            Case(outcome: .no, side: .sell, price: 4_500, fairMicros: 600_000, capture: 500_000),
            Case(outcome: .yes, side: .buy, price: 4_900, fairMicros: 512_345, capture: 223_450),
            Case(outcome: .yes, side: .buy, price: 4_900, fairMicros: nil, capture: 0),
        ]
    )
    func capture(_ example: Case) {
        var attribution = Attribution()
        attribution.filled(
            Self.fill(
                example.outcome,
                example.side,
                price: example.price,
                size: 10_000_000,
                fee: 7
            ),
            fairValueMicros: example.fairMicros
        )
        #expect(attribution.capture == Money(raw: example.capture))
        #expect(attribution.fees == Money(raw: 7))
        #expect(attribution.fillsUnvalued == (example.fairMicros == nil ? 1 : 0))
    }

    @Test("the inventory's part is the move after the fill, until a sale or the resolution")
    func inventory() {
        var attribution = Attribution()
        attribution.filled(
            Self.fill(.yes, .buy, price: 4_900, size: 20_000_000),
            fairValueMicros: 500_000
        )
        attribution.marked(at: Money(raw: 20 * 550_000))
        #expect(attribution.inventory == Money(dollars: 1))
        // Half is sold two cents above the value it has then.
        attribution.filled(
            Self.fill(.yes, .sell, price: 5_800, size: 10_000_000),
            fairValueMicros: 560_000
        )
        attribution.marked(at: Money(raw: 10 * 560_000))
        #expect(attribution.capture == Money(raw: 200_000 + 200_000))
        #expect(attribution.inventory == Money(raw: 20 * 60_000))
        // The rest loses.
        attribution.paidOut(.zero)
        #expect(attribution.inventory == Money(raw: 600_000 - 5_000_000))
        attribution.gasSpent(Money(raw: 3))
        #expect(attribution.total == Money(raw: -9_800_000 + 5_800_000 - 3))
    }

    @Test("a merged pair pays one dollar and leaves the rest at its mark")
    func merge() {
        var attribution = Attribution()
        attribution.filled(
            Self.fill(.yes, .buy, price: 4_900, size: 30_000_000),
            fairValueMicros: 500_000
        )
        attribution.filled(
            Self.fill(.no, .buy, price: 4_800, size: 10_000_000),
            fairValueMicros: 500_000
        )
        attribution.paidOut(Money(dollars: 10), remaining: Money(dollars: 10))
        #expect(attribution.capture == Money(raw: 500_000))
        #expect(attribution.inventory == .zero)
    }

    /// One market of a random session, beside the portfolio's own books and a list of lots.
    private struct Market {
        var position = Position()
        var attribution = Attribution()
        var lots = FIFO()
        var isResolved = false
    }

    @Test("random sessions: the parts add up to the change of equity exactly, at every step")
    func identity() {
        for seed in UInt64(1)...300 {
            var random = SplitMix64(seed: seed)
            var portfolio = Portfolio(startingCash: Money(dollars: 1_000))
            var markets = [Market(), Market(), Market()]
            for step in 0..<150 {
                let index = Int.random(in: 0..<3, using: &random)
                guard !markets[index].isResolved else { continue }
                if Int.random(in: 0..<60, using: &random) == 0 {
                    resolve(&markets[index], &portfolio, &random)
                } else {
                    trade(&markets[index], &portfolio, &random)
                }
                var equity = portfolio.cash
                var sum = Attribution()
                for market in markets.indices {
                    let mark = Int64.random(in: 0...20_000, using: &random)
                    let value = markets[market].position.value(
                        markYesDoubled: mark,
                        markNoDoubled: 20_000 - mark
                    )
                    markets[market].attribution.marked(at: value)
                    equity += value
                    sum += markets[market].attribution
                }
                #expect(
                    sum.total == equity - portfolio.startingCash,
                    "seed \(seed), step \(step)"
                )
                #expect(
                    sum.capture + sum.inventory - sum.fees - sum.gas == sum.total,
                    "seed \(seed), step \(step)"
                )
                #expect(sum.fees == portfolio.fees && sum.fills == portfolio.trades)
            }
        }
    }

    private func trade(
        _ market: inout Market,
        _ portfolio: inout Portfolio,
        _ random: inout SplitMix64
    ) {
        let outcome = Outcome.allCases.randomElement(using: &random) ?? .yes
        let held = outcome == .yes ? market.position.yes.shares : market.position.no.shares
        let isSale = held > .zero && Bool.random(using: &random)
        let size =
            isSale
            ? Int64.random(in: 1...held.raw, using: &random)
            : Int64.random(in: 1...3_000_000, using: &random)
        let isValued = Int.random(in: 0..<10, using: &random) > 0
        let fill = Self.fill(
            outcome,
            isSale ? .sell : .buy,
            price: Int64.random(in: 1...9_999, using: &random),
            size: size,
            fee: Int64.random(in: 0...100, using: &random)
        )
        portfolio.apply(fill, profit: market.position.apply(fill))
        market.lots.apply(fill)
        market.attribution.filled(
            fill,
            fairValueMicros: isValued ? Int64.random(in: 0...1_000_000, using: &random) : nil
        )
    }

    private func resolve(
        _ market: inout Market,
        _ portfolio: inout Portfolio,
        _ random: inout SplitMix64
    ) {
        let winner = Outcome.allCases.randomElement(using: &random) ?? .yes
        let (payout, profit) = market.position.redeem(winner: winner)
        portfolio.redeem(payout: payout, profit: profit)
        market.attribution.paidOut(payout)
        market.isResolved = true
    }

    /// First in, first out: each sale releases the oldest lots.
    private struct FIFO {
        var lots: [Outcome: [(size: Int64, cost: Int64)]] = [.yes: [], .no: []]
        var realised: Int64 = 0

        mutating func apply(_ fill: Fill) {
            let amount = Money(fill.size, at: fill.price).raw
            guard fill.side == .sell else {
                lots[fill.outcome, default: []].append((fill.size.raw, amount))
                return
            }
            realised += amount
            var left = fill.size.raw
            while left > 0, var lot = lots[fill.outcome]?.first {
                let taken = min(left, lot.size)
                let product = lot.cost.multipliedFullWidth(by: taken)
                let cost = lot.size.dividingFullWidth(product).quotient
                realised -= cost
                lot = (lot.size - taken, lot.cost - cost)
                left -= taken
                if lot.size == 0 {
                    lots[fill.outcome]?.removeFirst()
                } else {
                    lots[fill.outcome]?[0] = lot
                }
            }
        }

        var cost: Int64 { lots.values.joined().reduce(0) { $0 + $1.cost } }
    }

    @Test("first-in-first-out and average cost differ in timing only: profit is the same")
    func firstInFirstOut() {
        var isEverDifferent = false
        for seed in UInt64(1)...300 {
            var random = SplitMix64(seed: seed)
            var portfolio = Portfolio(startingCash: Money(dollars: 1_000))
            var market = Market()
            for step in 0..<100 {
                trade(&market, &portfolio, &random)
                let value = market.position.value(markYesDoubled: 9_000, markNoDoubled: 11_000)
                market.attribution.marked(at: value)
                let average = portfolio.realised + value - market.position.cost
                let lots = market.lots.realised + value.raw - market.lots.cost
                #expect(average.raw == lots, "seed \(seed), step \(step)")
                #expect(
                    market.attribution.total + market.attribution.fees == average,
                    "seed \(seed), step \(step)"
                )
                if portfolio.realised.raw != market.lots.realised { isEverDifferent = true }
            }
        }
        #expect(isEverDifferent, "the two would otherwise not have been told apart")
    }
}
