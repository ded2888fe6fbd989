internal import Testing

@testable internal import Trading

@Suite("Engine with guards") struct EngineGuardTests {
    @Test("a jump of the reference pulls both quotes, says so, and they come back after it")
    func jump() throws {
        var script = EngineScript.quoting()
        script.now = script.now + .milliseconds(10)
        script.refer(98_600)
        let cancels = script.effects.filter {
            if case .cancelOrder = $0 { true } else { false }
        }
        #expect(cancels.count == 2)
        let tick = try #require(script.ticks.last { $0.action == .skippedVolatility })
        guard case .guarded(.referenceShock(let moved, _)) = tick.reason else {
            Issue.record("the reason names the shock, not \(tick.reason)")
            return
        }
        #expect(moved == Money(dollars: 100))
        script.confirmCancels()
        script.pass(.milliseconds(500), reference: 98_600)
        #expect(script.open.isEmpty)
        #expect(script.engine.markets[0].guards.blocks(.buy, at: script.now) != nil)
    }

    @Test("two fills of the bid in two seconds pause the bid and leave the offer")
    func fillBurst() throws {
        var script = EngineScript.quoting()
        let bid = try #require(script.order(.buy))
        script.fill(bid, shares: 3, complete: false)
        script.now = script.now + .milliseconds(100)
        script.fill(bid, shares: 3, complete: false)
        #expect(script.effects.contains(.cancelOrder(bid.id)))
        let ask = try #require(script.order(.sell))
        #expect(!script.effects.contains(.cancelOrder(ask.id)))
    }

    @Test("three orders refused as crossing ask for the book and pause both sides for two seconds")
    func postOnlyRejects() throws {
        var script = EngineScript.quoting()
        for count in 1...3 {
            let bid = try #require(script.order(.buy))
            script.open.removeAll { $0.id == bid.id }
            script.send(.orderRejected(bid.id, .wouldCross))
            let isAsked = script.effects.contains(.requestSnapshot(EngineScript.market))
            #expect(isAsked == (count == 3))
            script.pass(.milliseconds(700))
        }
        #expect(script.order(.buy) == nil)
        #expect(script.ticks.last?.ownAsk == nil)
        let tick = try #require(script.ticks.last { $0.action == .skippedRisk })
        #expect(tick.reason == .guarded(.postOnlyRejects(count: 3)))
    }

    @Test("profit is split into what the spread captured and what the inventory did")
    func attribution() throws {
        var script = EngineScript.quoting()
        let fair = try #require(script.ticks.last?.fairValueMicros)
        script.fill(try #require(script.order(.buy)), shares: 10, complete: true)
        // Bought at 48 cents: the capture is what fair value was above it.
        let capture = script.engine.attribution.capture
        #expect(abs(capture.raw - 10 * (fair - 480_000)) < 100)
        script.send(.marketResolved(EngineScript.market, winner: .yes))
        let attribution = script.engine.attribution
        #expect(attribution.capture == capture)
        #expect(attribution.total == script.ticks.last?.virtualPnL)
        #expect(attribution == script.engine.attribution(of: EngineScript.market))
    }
}
