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
}
