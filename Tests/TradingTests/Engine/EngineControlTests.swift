internal import Testing

@testable internal import Trading

@Suite("Engine under control") struct EngineControlTests {
    private func patch(_ change: (inout ParameterPatch) -> Void) -> EngineEvent {
        var patch = ParameterPatch()
        change(&patch)
        return .parametersPatched(patch, control: 7)
    }

    @Test("a patch reports what was and what is, and the next decision follows it")
    func patchApplies() throws {
        var script = EngineScript.quoting()
        script.send(patch { $0.spreadOffset = 0.03 })
        var after = Parameters()
        after.spreadOffset = 0.03
        #expect(
            script.effects.contains(
                .reportParameters(control: 7, before: Parameters(), after: after)
            )
        )
        #expect(script.actions.contains(.paramsUpdated))
        // Both quotes stand too close now: they go at once.
        script.confirmCancels()
        script.pass(.seconds(1))
        #expect(script.order(.buy)?.bookPrice == Price(raw: 4_600))
        #expect(script.order(.sell)?.bookPrice == Price(raw: 5_400))
    }

    @Test("order_size is the size of the next orders")
    func orderSize() {
        var script = EngineScript.quoting()
        script.pass(.seconds(1))
        script.send(patch { $0.orderSize = 20 })
        script.confirmCancels()
        script.pass(.seconds(1))
        #expect(script.order(.buy)?.size == Quantity(shares: 20))
        #expect(script.order(.sell)?.size == Quantity(shares: 20))
    }

    @Test("an order size below the market's minimum is told, not sent")
    func orderSizeTooSmall() {
        var script = EngineScript.quoting()
        script.send(patch { $0.orderSize = 3 })
        script.confirmCancels()
        script.pass(.seconds(1))
        #expect(script.open.isEmpty)
        let tick = script.ticks.last { $0.action == .skippedRisk }
        #expect(tick?.reason == .orderTooSmall(size: 3, minimum: Quantity(shares: 5)))
    }

    @Test("max_position bounds the worst case and turns the adding side off")
    func maxPosition() throws {
        var parameters = Parameters()
        parameters.maxPosition = 14
        var script = EngineScript.quoting(parameters: parameters)
        let bid = try #require(script.order(.buy))
        script.fill(bid, shares: 10, complete: true)
        script.pass(.seconds(2))
        // Four shares of room are below the minimum of five.
        #expect(script.order(.buy) == nil)
        #expect(script.actions.contains(.inventoryLimit))
        #expect(script.ticks.last?.inventory == Quantity(shares: 10))
    }

    @Test("an offer that held shares cover is a sale, one that they do not is a bid for NO")
    func offerUsesHeldShares() throws {
        var script = EngineScript.quoting()
        script.fill(try #require(script.order(.buy)), shares: 10, complete: true)
        let ask = try #require(script.order(.sell))
        script.send(.orderCancelled(ask.id, .requested))
        script.open.removeAll { $0.id == ask.id }
        script.pass(.seconds(1))
        let offer = try #require(script.order(.sell))
        #expect(offer.outcome == .yes && offer.side == .sell)
    }

    @Test("is_running false cancels and says PAUSED; true says RESUMED and quotes again")
    func pauseAndResume() {
        var script = EngineScript.quoting()
        script.send(patch { $0.isRunning = false })
        #expect(script.actions.contains(.paused))
        #expect(script.ticks.last?.riskState == .paused)
        script.confirmCancels()
        #expect(script.open.isEmpty)
        script.pass(.seconds(2))
        #expect(script.open.isEmpty)
        script.send(patch { $0.isRunning = true })
        #expect(script.actions.contains(.resumed))
        script.pass(.seconds(1))
        #expect(script.open.count == 2)
    }

    @Test("an emergency stop cancels, is confirmed when nothing stands, and repeats KILLED")
    func emergencyStop() {
        var script = EngineScript.quoting()
        script.send(.emergencyStopped)
        #expect(script.effects.contains(.cancelAllOrders))
        #expect(script.ticks.last?.action == .killSwitch)
        #expect(script.ticks.last?.riskState == .killed)
        #expect(!script.actions.contains(.cancelAllConfirmed))
        script.confirmCancels()
        #expect(script.actions.contains(.cancelAllConfirmed))
        script.pass(.seconds(61))
        #expect(script.open.isEmpty)
        #expect(script.actions.filter { $0 == .killed }.count == 2)
        #expect(!script.engine.parameters.isRunning)
    }

    @Test("a stop whose cancels are not answered is carried out again until they are, and told")
    func cancelAllFails() {
        var script = EngineScript.quoting()
        script.send(.emergencyStopped)
        var cancels = 0
        for _ in 0..<105 {
            script.now = script.now + .milliseconds(100)
            script.send(.timePassed)
            cancels += script.effects.filter { $0 == .cancelAllOrders }.count
        }
        #expect(cancels == 5, "every two seconds")
        #expect(script.actions.filter { $0 == .cancelAllFailed }.count == 1)
        #expect(script.ticks.last?.riskState == .killed)
        script.effects = [.cancelAllOrders]
        script.confirmCancels()
        #expect(script.ticks.last?.action == .cancelAllConfirmed)
    }

    @Test("while killed no patch switches the engine on; after a rearm it does")
    func onlyRearmLifts() {
        var script = EngineScript.quoting()
        script.send(.emergencyStopped)
        script.confirmCancels()
        script.send(
            patch {
                $0.isRunning = true
                $0.orderSize = 12
            }
        )
        #expect(!script.engine.parameters.isRunning)
        #expect(script.engine.parameters.orderSize == 12)
        script.pass(.seconds(2))
        #expect(script.open.isEmpty)
        script.send(.rearmed)
        script.send(patch { $0.isRunning = true })
        #expect(script.actions.contains(.resumed))
        script.pass(.seconds(1))
        #expect(script.open.count == 2)
    }

    @Test("an engine that starts with a latch streams, cancels what may be left, and never quotes")
    func startsKilled() {
        var script = EngineScript(isKilled: true)
        script.send(.marketListed(EngineScript.definition()))
        #expect(script.effects.contains(.cancelAllOrders))
        script.pass(.seconds(30))
        #expect(script.open.isEmpty)
        #expect(script.actions.contains(.killed))
        #expect(script.ticks.allSatisfy { $0.riskState == .killed })
        #expect(script.actions.contains(.cancelAllConfirmed))
    }

    @Test("a fill that crosses the stop is still booked")
    func fillAfterStop() throws {
        var script = EngineScript.quoting()
        let bid = try #require(script.order(.buy))
        script.send(.emergencyStopped)
        let stopEffects = script.effects
        script.fill(bid, shares: 10, complete: true)
        #expect(script.ticks.last?.inventory == Quantity(shares: 10))
        script.effects = stopEffects
        script.confirmCancels()
        #expect(script.actions.contains(.cancelAllConfirmed))
    }

    @Test("a fill told twice is booked once")
    func duplicateFill() throws {
        var script = EngineScript.quoting()
        let bid = try #require(script.order(.buy))
        script.fill(bid, shares: 4, complete: false)
        script.nextTradeID -= 1
        script.fill(bid, shares: 4, complete: false)
        #expect(script.engine.portfolio.trades == 1)
        #expect(script.engine.statistics.fillsDuplicate == 1)
        #expect(script.actions.contains(.orderPartiallyFilled))
    }

    @Test("a refused order is told and its side rests a moment")
    func rejection() throws {
        var script = EngineScript()
        script.send(.marketListed(EngineScript.definition()))
        script.strike(98_500)
        script.pass(.seconds(20))
        let bid = try #require(script.order(.buy))
        script.open.removeAll { $0.id == bid.id }
        script.send(.orderRejected(bid.id, .wouldCross))
        #expect(script.ticks.last { $0.action == .orderRejected } != nil)
        #expect(script.placed.filter { $0.bookSide == .buy }.isEmpty)
        script.pass(.seconds(1))
        #expect(script.order(.buy) != nil)
    }

    @Test("shutdown cancels and finishes when nothing stands")
    func shutdown() {
        var script = EngineScript.quoting()
        script.send(.shutdownRequested)
        #expect(!script.effects.contains(.finishShutdown))
        script.confirmCancels()
        #expect(script.effects.contains(.finishShutdown))
        #expect(script.ticks.last?.action == .stopped)
    }
}
