internal import Testing

@testable internal import Trading

/// The way out in the last minute, as `Engine+Exits` has it.
@Suite("Engine, exits") struct EngineExitTests {
    /// Thirty shares held, the window's last minute, a book of 50 and 51 cents and three seconds of it.
    private static func lastMinute(
        exits: Bool = true,
        _ outcome: Outcome = .yes,
        shares: Int64 = 30,
        reference: Int64 = 98_500
    ) -> EngineScript {
        var parameters = Parameters()
        parameters.maxPosition = 40
        var script = EngineScript.quoting(parameters: parameters, exitsBeforeEnd: exits)
        script.hold(outcome, shares: shares)
        script.now = EngineScript.windowStart + .seconds(241)
        script.dropOrders()
        script.pass(.seconds(3), reference: reference)
        return script
    }

    private static func exits(_ script: EngineScript) -> [Order] {
        script.sent.filter { $0.kind == .exit }
    }

    @Test("what is left is sold to the best bid of its token, and the fee is booked")
    func sells() throws {
        for outcome in Outcome.allCases {
            var script = Self.lastMinute(outcome)
            let order = try #require(Self.exits(script).last, "\(outcome)")
            // The bid for NO is the offer of YES at 51 cents.
            let price = Price(raw: outcome == .yes ? 5_000 : 4_900)
            #expect(order.outcome == outcome && order.side == .sell)
            #expect(order.price == price && order.size == Quantity(shares: 30))
            #expect(Self.exits(script).count == 1, "one at a time")
            let before = script.engine.portfolio.cash
            let fee = try #require(TakerFee(rate: 0.07)).amount(order.size, at: price)
            script.send(.orderAccepted(order.id))
            script.fill(order, shares: 30, complete: true, fee: fee)
            let portfolio = script.engine.portfolio
            #expect(portfolio.cash == before + Money(order.size, at: price) - fee)
            #expect(portfolio.fees == fee)
            let profit = script.engine.totalEquity - portfolio.startingCash
            #expect(script.engine.attribution.total == profit)
            #expect(script.engine.attribution.fees == fee)
            script.pass(.seconds(3))
            #expect(Self.exits(script).count == 1, "nothing is left")
        }
    }

    @Test("what the venue cancels of it is offered again, not at once")
    func again() throws {
        var script = Self.lastMinute()
        let order = try #require(Self.exits(script).last)
        script.send(.orderAccepted(order.id))
        script.fill(order, shares: 12, complete: false, fee: .zero)
        script.open.removeAll { $0.id == order.id }
        script.send(.orderCancelled(order.id, .byVenue))
        script.pass(.seconds(2))
        let sizes = Self.exits(script).map(\.size)
        #expect(sizes == [Quantity(shares: 30), Quantity(shares: 18)])
    }

    @Test("off by default; not for a small position, nor when the outcome is all but certain")
    func holds() {
        #expect(Self.exits(Self.lastMinute(exits: false)).isEmpty)
        #expect(Self.exits(Self.lastMinute(shares: 8)).isEmpty)
        #expect(Self.exits(Self.lastMinute(reference: 98_900)).isEmpty)
    }

    @Test("before the last minute, stopped, or switched off nothing is sold")
    func notYet() {
        var parameters = Parameters()
        parameters.maxPosition = 40
        var script = EngineScript.quoting(parameters: parameters, exitsBeforeEnd: true)
        script.hold(.yes, shares: 30)
        script.now = EngineScript.windowStart + .seconds(236)
        script.pass(.seconds(3))
        #expect(Self.exits(script).isEmpty)
        var killed = script
        killed.send(.emergencyStopped)
        killed.dropOrders()
        killed.pass(.seconds(5))
        #expect(Self.exits(killed).isEmpty)
        var patch = ParameterPatch()
        patch.isRunning = false
        script.send(.parametersPatched(patch, control: 1))
        script.dropOrders()
        script.pass(.seconds(5))
        #expect(Self.exits(script).isEmpty)
    }
}

extension EngineScript {
    /// Shares that the engine did not buy by an order that it follows.
    fileprivate mutating func hold(_ outcome: Outcome, shares: Int64) {
        let order = Order(
            id: OrderID(number: 2_000_000),
            market: Self.market,
            outcome: outcome,
            side: .buy,
            price: Price(raw: 4_800),
            size: Quantity(shares: shares)
        )
        fill(order, shares: shares, complete: true)
    }
}
