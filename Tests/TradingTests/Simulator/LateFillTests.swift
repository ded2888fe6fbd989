internal import Testing

@testable internal import Trading

/// A fill that is told after its market was paid out: lost by the stream, found by a reconciliation.
@Suite("Fills after the outcome") struct LateFillTests {
    private static func fill(
        _ side: Side,
        _ trade: UInt64,
        shares: Int64,
        price: Int64
    ) -> EngineEvent {
        .orderFilled(
            Fill(
                tradeID: trade,
                orderID: OrderID(number: 1_000 + trade),
                market: EngineScript.market,
                outcome: .yes,
                side: side,
                price: Price(raw: price),
                size: Quantity(shares: shares),
                fee: .zero,
                isComplete: true
            )
        )
    }

    @Test(
        "what was bought and told late is paid out too",
        arguments: Outcome.allCases
    )
    func buy(winner: Outcome) {
        var script = EngineScript.quoting()
        script.send(.marketResolved(EngineScript.market, winner: winner))
        script.send(Self.fill(.buy, 1, shares: 10, price: 4_900))
        let earned = Money(raw: winner == .yes ? 5_100_000 : -4_900_000)
        let portfolio = script.engine.portfolio
        #expect(portfolio.cash == portfolio.startingCash + earned)
        #expect(script.engine.totalEquity == portfolio.cash)
        #expect(script.engine.attribution.total == earned)
    }

    @Test("what was sold and told late is not paid out")
    func sale() {
        var script = EngineScript.quoting()
        script.send(Self.fill(.buy, 1, shares: 10, price: 4_900))
        script.send(.marketResolved(EngineScript.market, winner: .yes))
        script.send(Self.fill(.sell, 2, shares: 4, price: 5_200))
        // 6 shares paid a dollar, 4 were sold at 52 cents, 10 were bought at 49.
        let earned = Money(raw: 6_000_000 + 2_080_000 - 4_900_000)
        let portfolio = script.engine.portfolio
        #expect(portfolio.cash == portfolio.startingCash + earned)
        #expect(script.engine.attribution.total == earned)
    }

    @Test("a market that made room for others is still paid, and told twice it is paid once")
    func dropped() {
        for (winner, side) in [(Outcome.yes, Side.buy), (.no, .buy), (.yes, .sell), (.no, .sell)] {
            var script = EngineScript.quoting()
            script.send(Self.fill(.buy, 1, shares: 10, price: 4_900))
            script.send(.marketResolved(EngineScript.market, winner: winner))
            script.dropOrders()
            for index in 2...UInt32(Engine.marketsMax + 8) {
                let start = EngineScript.windowStart + .seconds(300 * Int64(index))
                let id = MarketID(index: index)
                script.now = start
                script.send(.marketListed(EngineScript.definition(id: id, start: start)))
                script.send(.marketResolved(id, winner: .no))
            }
            #expect(script.engine.markets.index(of: EngineScript.market) == nil)
            let before = script.engine.portfolio.cash
            let unmatched = script.engine.statistics.eventsUnmatched
            script.send(Self.fill(side, 2, shares: 4, price: 5_200))
            script.send(Self.fill(side, 2, shares: 4, price: 5_200))
            // Bought at 52 cents and worth a dollar or nothing; sold, the other way round.
            let bought = Money(raw: winner == .yes ? 1_920_000 : -2_080_000)
            let earned = side == .buy ? bought : .zero - bought
            #expect(script.engine.portfolio.cash == before + earned, "\(winner) \(side)")
            #expect(script.engine.statistics.fills == 2)
            #expect(script.engine.statistics.fillsDuplicate == 1)
            #expect(script.engine.statistics.eventsUnmatched == unmatched)
            let profit = script.engine.totalEquity - script.engine.portfolio.startingCash
            #expect(script.engine.attribution.total == profit)
            #expect(script.engine.portfolio.realised == profit)
        }
    }

    @Test("a fill of such a market whose trade failed is taken back with its payout")
    func droppedReversed() {
        var script = EngineScript.quoting()
        script.send(.marketResolved(EngineScript.market, winner: .yes))
        script.dropOrders()
        for index in 2...UInt32(Engine.marketsMax + 8) {
            let id = MarketID(index: index)
            script.send(.marketListed(EngineScript.definition(id: id)))
            script.send(.marketResolved(id, winner: .no))
        }
        #expect(script.engine.markets.index(of: EngineScript.market) == nil)
        let before = script.engine.portfolio
        let fill = Self.fill(.buy, 2, shares: 4, price: 5_200)
        script.send(fill)
        #expect(script.engine.portfolio.cash == before.cash + Money(raw: 1_920_000))
        guard case .orderFilled(let told) = fill else { return }
        script.send(.fillReversed(told))
        #expect(script.engine.portfolio.cash == before.cash)
        #expect(script.engine.portfolio.realised == before.realised)
        #expect(script.engine.attribution.total == .zero)
    }

    @Test("a market nobody has told of is counted, not booked")
    func unknown() {
        var script = EngineScript.quoting()
        guard case .orderFilled(var fill) = Self.fill(.buy, 1, shares: 10, price: 4_900) else {
            return
        }
        fill.market = MarketID(index: 77)
        let before = script.engine.portfolio
        script.send(.orderFilled(fill))
        #expect(script.engine.portfolio == before)
        #expect(script.engine.statistics.eventsUnmatched == 1)
    }
}
