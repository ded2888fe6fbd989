internal import TestSupport
internal import Testing

@testable internal import Trading

@Suite("Portfolio and position") struct PortfolioTests {
    private func fill(
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

    @Test("a sale realises price minus average cost")
    func averageCost() {
        var position = Position()
        #expect(position.apply(fill(.yes, .buy, price: 4_000, size: 10_000_000)) == .zero)
        #expect(position.apply(fill(.yes, .buy, price: 6_000, size: 10_000_000)) == .zero)
        #expect(position.yes.cost == Money(dollars: 10))
        let profit = position.apply(fill(.yes, .sell, price: 5_500, size: 5_000_000))
        #expect(profit == Money(raw: 250_000))
        #expect(position.yes.cost == Money(raw: 7_500_000))
        #expect(position.inventory == Quantity(shares: 15))
    }

    @Test("a pair of both tokens pays one dollar whoever wins")
    func pairs() {
        for winner in Outcome.allCases {
            var position = Position()
            _ = position.apply(fill(.yes, .buy, price: 4_900, size: 10_000_000))
            _ = position.apply(fill(.no, .buy, price: 4_800, size: 10_000_000))
            #expect(position.inventory == .zero)
            let (payout, profit) = position.redeem(winner: winner)
            #expect(payout == Money(dollars: 10))
            #expect(profit == Money(raw: 300_000))
            #expect(position.isFlat)
        }
    }

    @Test("merged pairs realise a dollar less their average costs, and leave the rest as it was")
    func merge() {
        var position = Position()
        _ = position.apply(fill(.yes, .buy, price: 4_900, size: 30_000_000))
        _ = position.apply(fill(.no, .buy, price: 4_800, size: 20_000_000))
        let before = position.value(markYesDoubled: 12_000, markNoDoubled: 5_000)
        // Twenty pairs at a dollar, ten YES at 0.60.
        #expect(before == Money(dollars: 26))
        #expect(position.merge(Quantity(shares: 15)) == Money(raw: 450_000))
        #expect(position.inventory == Quantity(shares: 10))
        #expect(position.yes.cost == Money(raw: 7_350_000))
        #expect(position.no.cost == Money(raw: 2_400_000))
        let after = position.value(markYesDoubled: 12_000, markNoDoubled: 5_000)
        #expect(after == before - Money(dollars: 15))
    }

    @Test("random sessions: equity minus start is realised plus unrealised minus fees, exactly")
    func identity() {
        for seed in UInt64(1)...500 {
            var random = SplitMix64(seed: seed)
            var portfolio = Portfolio(startingCash: Money(dollars: 1_000))
            var position = Position()
            for _ in 0..<200 {
                let outcome = Outcome.allCases.randomElement(using: &random) ?? .yes
                let held = outcome == .yes ? position.yes.shares : position.no.shares
                let isSale = held > .zero && Bool.random(using: &random)
                let size =
                    isSale
                    ? Int64.random(in: 1...held.raw, using: &random)
                    : Int64.random(in: 1...3_000, using: &random) * 10_000
                let event = fill(
                    outcome,
                    isSale ? .sell : .buy,
                    price: Int64.random(in: 1...9_999, using: &random),
                    size: size,
                    fee: Int64.random(in: 0...100, using: &random)
                )
                portfolio.apply(event, profit: position.apply(event))
                let pairs = min(position.yes.shares, position.no.shares)
                if pairs > .zero, Int.random(in: 0..<4, using: &random) == 0 {
                    let merged = Quantity(raw: Int64.random(in: 1...pairs.raw, using: &random))
                    let profit = position.merge(merged)
                    portfolio.redeem(payout: Money(merged, at: .one), profit: profit)
                    portfolio.spend(gas: Money(raw: Int64.random(in: 0...100, using: &random)))
                }
                let mark = Int64.random(in: 0...20_000, using: &random)
                let value = position.value(markYesDoubled: mark, markNoDoubled: 20_000 - mark)
                let equity = portfolio.cash + value
                let unrealised = value - position.cost
                #expect(
                    equity - portfolio.startingCash
                        == portfolio.realised + unrealised - portfolio.fees - portfolio.gas,
                    "seed \(seed)"
                )
            }
            let (payout, profit) = position.redeem(winner: .yes)
            portfolio.redeem(payout: payout, profit: profit)
            #expect(
                portfolio.cash - portfolio.startingCash == portfolio.realised - portfolio.fees
                    - portfolio.gas,
                "seed \(seed)"
            )
            #expect(position.yes.cost == .zero && position.no.cost == .zero, "seed \(seed)")
        }
    }

    @Test("money of a venue size is exact, anything finer is cut toward zero")
    func money() {
        #expect(Money(Quantity(raw: 10_924_610_000), at: Price(raw: 5_100)).raw == 5_571_551_100)
        #expect(Money(Quantity(raw: 1), at: Price(raw: 9_999)) == .zero)
        #expect(
            Money(Quantity(shares: 9_000_000_000_000), at: .one)
                == Money(dollars: 9_000_000_000_000)
        )
    }
}
