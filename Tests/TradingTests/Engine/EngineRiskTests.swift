internal import Testing

@testable internal import Trading

/// The runtime controls as the engine's caller sees them. The controls themselves, each with its
/// trigger and its release, are in `RiskMonitorTests`.
@Suite("Engine, runtime controls") struct EngineRiskTests {
    private func patch(_ change: (inout ParameterPatch) -> Void) -> EngineEvent {
        var patch = ParameterPatch()
        change(&patch)
        return .parametersPatched(patch, control: 1)
    }

    /// Orders of twenty, so that a quarter is above the market's minimum; limits that a cent or two
    /// of one order's shares break.
    private func script(limits change: (inout RuntimeLimits) -> Void = { _ in }) -> EngineScript {
        var parameters = Parameters()
        parameters.orderSize = 20
        var limits = RuntimeLimits()
        change(&limits)
        return .quoting(parameters: parameters, limits: limits)
    }

    private func held(_ script: EngineScript) -> [RiskCause] {
        script.ticks.compactMap {
            if $0.action == .riskHalt, case .held(let cause) = $0.reason { cause } else { nil }
        }
    }

    @Test("after a rearm the session reconciles, then recovers at a quarter of the size")
    func rearm() throws {
        var script = script()
        #expect(script.order(.buy)?.size == Quantity(shares: 20))
        script.send(.emergencyStopped)
        let stopEffects = script.effects
        script.send(.rearmed)
        script.send(patch { $0.isRunning = true })
        #expect(script.ticks.last?.riskState == .reconciling, "the cancels are not confirmed")
        script.pass(.seconds(2))
        #expect(script.placed.isEmpty)
        #expect(script.ticks.last?.reason == .reconciling)
        script.effects = stopEffects
        script.confirmCancels()
        script.pass(.seconds(3))
        #expect(script.ticks.last?.riskState == .recovering)
        #expect(script.order(.buy)?.size == Quantity(shares: 5))
        let told = try #require(script.ticks.last { $0.action == .riskResumed })
        #expect(told.reason == .quotingAt(sizePercent: 25))
        script.acceptAll()
        script.pass(.seconds(61))
        #expect(script.ticks.last?.riskState == .active)
        #expect(
            script.ticks.last { $0.action == .riskResumed }?.reason == .quotingAt(sizePercent: 100)
        )
    }

    @Test("a first start goes to active by itself and tells nothing of it")
    func firstStart() {
        let script = script()
        #expect(script.ticks.last?.riskState == .active)
        #expect(!script.actions.contains(.riskResumed))
        #expect(!script.actions.contains(.riskHalt))
    }

    @Test("the daily loss at fair marks stops the session as the operator would, once")
    func dailyLoss() throws {
        var script = script {
            $0.dailyLossMin = Money(dollars: 1)
            $0.dailyLossPercent = 0
            $0.dailyLossPercentMax = 0
        }
        let bid = try #require(script.order(.buy))
        script.fill(bid, shares: 20, complete: true)
        script.pass(.milliseconds(500))
        #expect(!script.actions.contains(.killSwitch))
        // The reference falls far below the strike, and the market follows.
        script.pass(.seconds(3), reference: 98_000, bid: 20)
        let stops = script.ticks.filter { $0.action == .killSwitch }
        #expect(stops.count == 1)
        #expect(stops.first?.reason == .held(.dailyLoss))
        #expect(script.trips == [.dailyLoss])
        #expect(!script.engine.parameters.isRunning)
        #expect(script.ticks.last?.riskState == .killed)
        script.send(patch { $0.isRunning = true })
        #expect(!script.engine.parameters.isRunning, "only a rearm lifts it")
        // The control desk answers the trip with a stop of its own: nothing is told twice.
        script.send(.emergencyStopped)
        #expect(script.ticks.filter { $0.action == .killSwitch }.count == 1)
        script.effects = [.cancelAllOrders]
        script.confirmCancels()
        #expect(script.ticks.last?.action == .cancelAllConfirmed)
        #expect(script.ticks.last?.reason == .held(.dailyLoss))
        script.send(.rearmed)
        script.send(patch { $0.isRunning = true })
        script.pass(.seconds(3), reference: 98_500, bid: 50)
        #expect(script.engine.monitor.standing.state == .recovering)
        #expect(script.trips == [.dailyLoss], "what was lost before counts no more")
    }

    @Test("a fall from the equity's peak stops the session")
    func drawdown() throws {
        var script = script {
            $0.drawdownMin = Money(dollars: 1)
            $0.drawdownPercent = 0
            $0.drawdownPercentMax = 0
        }
        let bid = try #require(script.order(.buy))
        script.fill(bid, shares: 20, complete: true)
        script.pass(.seconds(3), reference: 98_000, bid: 20)
        #expect(script.trips == [.drawdown])
    }

    @Test("a market that lost its limit is only reduced, the session goes on")
    func marketLoss() throws {
        var script = script {
            $0.marketLossMin = Money(dollars: 1)
            $0.marketLossCents = 1
        }
        let bid = try #require(script.order(.buy))
        script.fill(bid, shares: 20, complete: true)
        script.pass(.seconds(5), reference: 98_450, bid: 40)
        #expect(script.trips.isEmpty)
        #expect(script.engine.monitor.standing.state == .active)
        let told = try #require(script.ticks.last { $0.action == .reduceOnly })
        #expect(told.reason == .held(.marketLoss))
        #expect(told.riskState == .reduceOnly)
        for order in script.placedSince(told.time) { #expect(order.bookSide == .sell) }
    }

    @Test("refusals in number halt the session; it comes back small")
    func rejectStorm() throws {
        var script = script()
        script.dropOrders()
        for _ in 0..<8 {
            for order in script.open {
                script.open.removeAll { $0.id == order.id }
                script.send(.orderRejected(order.id, .sizeTooSmall))
            }
            script.pass(.milliseconds(1_500))
        }
        #expect(held(script).first == .rejectStorm)
        #expect(script.ticks.last?.riskState == .halted)
        #expect(script.ticks.last?.reason == .held(.rejectStorm))
        script.answerCancels()
        let count = script.sent.count
        script.pass(.seconds(20))
        #expect(script.sent.count == count, "halted for thirty seconds")
        script.pass(.seconds(20))
        #expect(script.ticks.last?.riskState == .recovering)
        #expect(script.sent.last?.size == Quantity(shares: 5))
    }

    @Test("a disk that takes nothing halts; when it does again the session waits, then recovers")
    func recording() {
        var script = script()
        script.send(.recordingChanged(isHealthy: false))
        #expect(held(script) == [.journalFailed])
        #expect(script.ticks.last?.riskState == .halted)
        script.answerCancels()
        script.pass(.seconds(5))
        #expect(script.ticks.last?.reason == .held(.journalFailed))
        script.send(.recordingChanged(isHealthy: true))
        let count = script.sent.count
        script.pass(.seconds(29))
        #expect(script.sent.count == count)
        script.pass(.seconds(3))
        #expect(script.ticks.last?.riskState == .recovering)
        #expect(script.sent.count > count)
    }

    @Test("decisions that come late halve the size; much too late, they stop the quotes")
    func lag() throws {
        var script = script()
        script.send(.decisionLagMeasured(p99: .milliseconds(251), worst: .milliseconds(300)))
        script.answerCancels()
        script.pass(.seconds(3))
        #expect(script.ticks.last?.riskState == .caution)
        #expect(script.order(.buy)?.size == Quantity(shares: 10))
        script.acceptAll()
        script.send(.decisionLagMeasured(p99: .milliseconds(10), worst: .milliseconds(2_001)))
        #expect(script.ticks.last?.riskState == .halted)
        #expect(held(script) == [.loopLagging, .loopStuck])
        script.answerCancels()
        script.send(.decisionLagMeasured(p99: .milliseconds(10), worst: .milliseconds(20)))
        script.pass(.seconds(35))
        #expect(script.ticks.last?.riskState == .recovering)
    }

    @Test("messages from the future say that our clock is behind: smaller quotes, then none")
    func clock() {
        var script = script()
        for (milliseconds, state) in [(250, RiskState.active), (251, .caution), (1_001, .halted)] {
            script.send(
                .traded(
                    TradePrint(
                        market: EngineScript.market,
                        takerSide: .buy,
                        price: Price(raw: 5_100),
                        size: Quantity(shares: 1),
                        venueTime: script.now + .milliseconds(Int64(milliseconds))
                    )
                )
            )
            script.now = script.now + .milliseconds(100)
            script.send(.timePassed)
            #expect(script.engine.monitor.standing.state == state, "\(milliseconds) ms")
            script.answerCancels()
        }
        #expect(held(script) == [.clockSkewed, .clockBroken])
        script.pass(.seconds(35))
        #expect(script.ticks.last?.riskState == .recovering)
    }

    @Test("a silent reference pulls the quotes at once; they return two seconds after it does")
    func referenceStale() {
        var script = script()
        script.pass(.milliseconds(1_700), reference: nil)
        #expect(script.ticks.last { $0.action == .skippedStaleData } != nil)
        #expect(script.ticks.last?.riskState == .halted)
        #expect(!script.actions.contains(.riskHalt), "told once, with its age")
        script.answerCancels()
        let count = script.sent.count
        script.pass(.milliseconds(1_800))
        #expect(script.sent.count == count)
        script.pass(.seconds(2))
        #expect(script.ticks.last?.riskState == .active)
        #expect(script.sent.count > count)
    }

    @Test("four windows lost in a row: nothing is added for half an hour")
    func losingWindows() {
        var script = script()
        for window in 0..<4 {
            let id = MarketID(index: UInt32(10 + window))
            let start = EngineScript.windowStart + .seconds(Int64(60 * window))
            script.send(.marketListed(EngineScript.definition(id: id, start: start)))
            script.fillStray(of: id, price: 50, shares: 6)
            script.send(.marketResolved(id, winner: .no))
        }
        #expect(
            script.ticks.contains { $0.action == .reduceOnly && $0.reason == .held(.toxicFlow) }
        )
        script.pass(.seconds(1))
        #expect(script.engine.monitor.standing.state == .reduceOnly)
    }
}
