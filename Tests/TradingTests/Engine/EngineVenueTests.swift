import Testing

@testable internal import Trading

/// A venue outside the process: what the engine asks it, adopts from it, and takes back.
@Suite("Engine, a venue outside") struct EngineVenueTests {
    private static let collateral = Money(dollars: 400)

    /// Listed and warm; the account has not spoken.
    private func warm() -> EngineScript {
        var parameters = Parameters()
        parameters.orderSize = 20
        var script = EngineScript(parameters: parameters, isVenueOutside: true)
        script.send(.marketListed(EngineScript.definition()))
        script.strike(98_500)
        script.pass(.seconds(20))
        return script
    }

    private func balances(_ amount: Money = collateral) -> EngineEvent {
        .balanceObserved(amount)
    }

    private func holdings(yes: Int64 = 0, no: Int64 = 0) -> EngineEvent {
        .holdingsObserved(
            EngineScript.market,
            yes: Quantity(shares: yes),
            no: Quantity(shares: no)
        )
    }

    /// Quoting both sides, accepted.
    private func quoting(yes: Int64 = 0) -> EngineScript {
        var script = warm()
        script.send(.ordersReconciled)
        script.send(balances())
        script.send(holdings(yes: yes))
        script.pass(.seconds(1))
        script.acceptAll()
        return script
    }

    private func fill(_ order: Order, _ shares: Int64, id: UInt64 = 1) -> Fill {
        Fill(
            tradeID: id,
            orderID: order.id,
            market: order.market,
            outcome: order.outcome,
            side: order.side,
            price: order.price,
            size: Quantity(shares: shares),
            fee: .zero,
            isComplete: false
        )
    }

    /// Strategy 13, to the millionth.
    private func expectIdentity(_ script: EngineScript, _ where: Comment) {
        let engine = script.engine
        let profit = engine.totalEquity - engine.portfolio.startingCash
        #expect(engine.attribution.total == profit, `where`)
    }

    // MARK: Before the first quote

    @Test("nothing is quoted before orders, cash and shares are known, in whatever order they come")
    func start() {
        let facts = [EngineEvent.ordersReconciled, balances(), holdings()]
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            var script = warm()
            for fact in order.dropLast() {
                script.send(facts[fact])
                script.pass(.seconds(6))
                #expect(script.sent.isEmpty, "\(order)")
            }
            script.send(facts[order[2]])
            script.pass(.seconds(1))
            #expect(script.sent.count == 2, "\(order)")
            #expect(script.engine.portfolio.cash == Self.collateral)
            #expect(script.engine.portfolio.startingCash == Self.collateral)
            script.send(.gasObserved(Quantity(shares: 3)))
            script.pass(.milliseconds(200))
            #expect(script.ticks.last?.gasBalance == Quantity(shares: 3))
        }
    }

    @Test("the comparison of orders is asked for at once, and again every 5 s until it is answered")
    func reconcileAsked() {
        var script = EngineScript(isVenueOutside: true)
        var asked: [Timestamp] = []
        for _ in 0..<120 {
            script.send(.timePassed)
            if script.effects.contains(.reconcileOrders) { asked.append(script.now) }
            script.now = script.now + .milliseconds(100)
        }
        #expect(
            asked.map { ($0 - EngineScript.windowStart).nanoseconds }
                == [0, 5, 10].map { $0 * 1_000_000_000 }
        )
        script.send(.ordersReconciled)
        script.now = script.now + .seconds(6)
        script.send(.timePassed)
        #expect(!script.effects.contains(.reconcileOrders))
    }

    @Test("a paper session asks nobody")
    func paper() {
        var script = EngineScript.quoting()
        script.send(.timePassed)
        #expect(!script.effects.contains(.reconcileOrders))
        #expect(script.sent.count == 2)
    }

    @Test("the account's shares are adopted at their mark, told, and cost no profit")
    func adoption() throws {
        let script = quoting(yes: 30)
        let told = script.ticks.filter { $0.action == .reconciled }
        #expect(told.count == 2)
        #expect(told.first?.reason == .cash(Self.collateral))
        guard case .order(.yes, .buy, let price, Quantity(shares: 30)) = told.last?.reason else {
            Issue.record("\(String(describing: told.last))")
            return
        }
        let engine = script.engine
        #expect(engine.markets[0].position.yes.shares == Quantity(shares: 30))
        #expect(engine.markets[0].position.yes.cost == Money(Quantity(shares: 30), at: price))
        #expect(
            engine.portfolio.startingCash
                == Self.collateral + Money(Quantity(shares: 30), at: price)
        )
        #expect(engine.portfolio.cash == Self.collateral)
        expectIdentity(script, "after adoption")
        // An account smaller than what the session was started with has lost nothing.
        #expect(script.trips.isEmpty)
    }

    @Test("shares of a market without a price wait for one")
    func adoptionWaits() {
        var script = EngineScript(isVenueOutside: true)
        script.send(.marketListed(EngineScript.definition()))
        script.send(.ordersReconciled)
        script.send(balances())
        script.send(holdings(no: 7))
        #expect(script.engine.markets[0].position.isFlat)
        script.strike(98_500)
        script.pass(.seconds(1))
        #expect(script.engine.markets[0].position.no.shares == Quantity(shares: 7))
    }

    @Test("what may be spent is what the account has, not what payouts have promised")
    func spendable() throws {
        var script = quoting()
        let bid = try #require(script.order(.buy))
        script.send(.orderFilled(fill(bid, 10)))
        let spent = Money(Quantity(shares: 10), at: bid.price)
        #expect(script.engine.account.spendable == Self.collateral - spent)
        script.send(balances(Money(dollars: 1)))
        #expect(
            script.engine.account.spendable == Self.collateral - spent,
            "the statement may be older than the fill"
        )
        script.pass(.seconds(11))
        script.send(balances(Money(dollars: 1)))
        #expect(script.engine.account.spendable == Money(dollars: 1))
        #expect(script.engine.buyingPower <= Money(dollars: 1))
        #expect(script.engine.portfolio.cash == Self.collateral - spent, "the record stays ours")
    }

    // MARK: What stands in between

    @Test(
        "every fault of the venue pulls the quotes at once, and lets them back after reconciling",
        arguments: VenueFault.allCases
    )
    func faults(fault: VenueFault) {
        var script = quoting()
        script.send(.venueFaultChanged(fault, isPresent: true))
        #expect(script.ticks.last { $0.action == .riskHalt }?.reason == .held(fault.cause))
        let pulled = script.effects.count { if case .cancelOrder = $0 { true } else { false } }
        #expect(pulled == 2)
        script.answerCancels()
        let sent = script.sent.count
        script.send(.venueFaultChanged(fault, isPresent: false))
        script.pass(.seconds(29))
        #expect(script.sent.count == sent, "the dwell")
        script.pass(.seconds(2))
        #expect(script.sent.count == sent, "nobody has reconciled")
        #expect(script.ticks.last?.riskState == .reconciling)
        script.send(.ordersReconciled)
        script.pass(.seconds(1))
        #expect(script.sent.count > sent)
        #expect(script.ticks.last?.riskState == .recovering)
    }

    @Test("all is cancelled when the venue says so, not when the last order's answer is in")
    func confirmation() throws {
        var script = quoting()
        script.send(.emergencyStopped)
        #expect(script.effects.contains(.cancelAllOrders))
        script.confirmCancels()
        #expect(!script.actions.contains(.cancelAllConfirmed))
        script.send(.cancelAllConfirmed)
        #expect(script.actions.contains(.cancelAllConfirmed))
    }

    @Test("a confirmation from before the stop counts for nothing")
    func oldConfirmation() {
        var script = quoting()
        script.send(.cancelAllConfirmed)
        script.send(.emergencyStopped)
        script.confirmCancels()
        #expect(!script.actions.contains(.cancelAllConfirmed))
    }

    // MARK: Fills that never were

    @Test("a reversed fill gives shares, cash and counts back, once", arguments: [false, true])
    func reversal(isSell: Bool) throws {
        var script = quoting(yes: 30)
        let before = script.engine
        let order = try #require(script.order(isSell ? .sell : .buy))
        let wrong = fill(order, 5)
        script.send(.orderFilled(wrong))
        expectIdentity(script, "after the fill")
        #expect(script.engine.portfolio.trades == 1)
        for _ in 0..<2 {
            script.send(.fillReversed(wrong))
            let after = script.engine
            #expect(after.portfolio.cash == before.portfolio.cash)
            #expect(after.portfolio.trades == 0 && after.portfolio.volume == .zero)
            #expect(after.markets[0].position.inventory == before.markets[0].position.inventory)
            #expect(after.statistics.fillsReversed == 1)
            expectIdentity(script, "after the reversal")
        }
        #expect(script.actions.filter { $0 == .fillReversed }.count == 1)
        // Told again as matched, it stays taken back.
        script.send(.orderFilled(wrong))
        #expect(script.engine.portfolio.cash == before.portfolio.cash)
    }

    @Test("a reversal of a fill that was never told books nothing")
    func unknownReversal() throws {
        var script = quoting()
        let order = try #require(script.order(.buy))
        let cash = script.engine.portfolio.cash
        script.send(.fillReversed(fill(order, 5, id: 77)))
        #expect(script.engine.portfolio.cash == cash)
        #expect(script.engine.statistics.eventsUnmatched == 1)
    }

    @Test("a reversed fill of a market that was paid out gives the payout back too")
    func reversalAfterPayout() throws {
        for winner in [Outcome.yes, .no] {
            var script = quoting()
            let before = script.engine.portfolio.cash
            let wrong = fill(try #require(script.order(.buy)), 5)
            script.send(.orderFilled(wrong))
            script.send(.emergencyStopped)
            script.confirmCancels()
            script.send(.marketResolved(EngineScript.market, winner: winner))
            script.send(.fillReversed(wrong))
            #expect(script.engine.portfolio.cash == before)
            #expect(script.engine.portfolio.realised == .zero)
            expectIdentity(script, "\(winner)")
        }
    }

    @Test("what a reversed purchase bought has been sold: the market is held, the cash is right")
    func uncoveredReversal() throws {
        var script = quoting()
        let before = script.engine.portfolio.cash
        let bought = fill(try #require(script.order(.buy)), 10)
        script.send(.orderFilled(bought))
        var sold = bought
        sold.tradeID = 2
        sold.side = .sell
        sold.size = Quantity(shares: 8)
        script.send(.orderFilled(sold))
        script.send(.fillReversed(bought))
        let proceeds = Money(Quantity(shares: 8), at: bought.price)
        #expect(script.engine.portfolio.cash == before + proceeds)
        #expect(script.engine.markets[0].position.isFlat)
        #expect(script.engine.monitor.standing(of: EngineScript.market).cause == .positionBroken)
    }

    // MARK: Shares that do not agree

    @Test("a share missing twice, 5 s apart, stops new risk; for 30 s, or more than 5, all quotes")
    func mismatch() throws {
        let cases: [(missing: Int64, seconds: Int64, cause: RiskCause?)] = [
            (0, 40, nil), (1, 0, nil), (1, 4, nil), (1, 5, .positionDiffers),
            (5, 29, .positionDiffers), (5, 30, .positionBroken), (6, 4, nil),
            (6, 5, .positionBroken),
        ]
        for (missing, seconds, cause) in cases {
            var script = quoting(yes: 30)
            script.send(holdings(yes: 30 - missing))
            script.pass(.seconds(seconds))
            script.send(holdings(yes: 30 - missing))
            let standing = script.engine.monitor.standing(of: EngineScript.market)
            #expect(standing.cause == cause, "\(missing) for \(seconds) s")
            script.send(holdings(yes: 30))
            script.pass(.seconds(31))
            let healed = script.engine.monitor.standing(of: EngineScript.market)
            #expect(healed.cause == nil, "\(missing) for \(seconds) s, healed")
        }
    }

    @Test("right after a fill the account's statement is not held against us")
    func lag() throws {
        var script = quoting()
        script.send(.orderFilled(fill(try #require(script.order(.buy)), 10)))
        for _ in 0..<9 {
            script.send(holdings())
            script.pass(.seconds(1))
        }
        #expect(script.engine.monitor.standing(of: EngineScript.market).cause == nil)
    }

    // MARK: Clocks

    @Test("a measured clock offset counts as far as it is certain")
    func clockOffset() {
        let cases: [(offset: Int64, uncertainty: Int64, cause: RiskCause?)] = [
            (200, 0, nil), (300, 0, .clockSkewed), (-300, 0, .clockSkewed), (300, 60, nil),
            (1_100, 50, .clockBroken), (-1_100, 200, .clockSkewed), (5_000, 6_000, nil),
        ]
        for (offset, uncertainty, cause) in cases {
            var script = EngineScript.quoting()
            script.send(
                .clockMeasured(
                    offset: .milliseconds(offset),
                    uncertainty: .milliseconds(uncertainty)
                )
            )
            script.pass(.milliseconds(200))
            #expect(script.engine.monitor.standing.cause == cause, "\(offset) ± \(uncertainty)")
        }
    }

    @Test(
        "a wall clock that steps back or runs away halts the session",
        arguments: [-1, 101] as [Int64]
    )
    func clockStep(milliseconds: Int64) {
        var script = EngineScript.quoting()
        script.send(.clockStepped(.milliseconds(milliseconds)))
        #expect(script.engine.monitor.standing.cause == .clockBroken)
        script.pass(.seconds(31))
        #expect(script.engine.monitor.standing.cause != .clockBroken)
    }
}
