internal import Testing

@testable internal import Trading

/// What the engine does with a book, or a reference price, that is not what it should be.
@Suite struct EngineDoubtTests {
    private func bought(_ shares: Int64) throws -> EngineScript {
        var script = EngineScript.quoting()
        let bid = try #require(script.order(.buy))
        script.fill(bid, shares: bid.size.raw / 1_000_000, complete: true)
        while script.engine.markets[0].position.inventory < Quantity(shares: shares) {
            script.fillStray(of: EngineScript.market, price: 50, shares: 10)
        }
        return script
    }

    @Test("a book that the venue contradicts is not quoted from until a sound one has come")
    func drifted() {
        var script = EngineScript.quoting()
        #expect(script.order(.buy) != nil && script.order(.sell) != nil)
        script.send(.bookDoubted(EngineScript.market, .drifted))
        // At once, not at the next look.
        #expect(script.engine.isCancelling(script.open[0].id))
        #expect(script.engine.isCancelling(script.open[1].id))
        #expect(script.actions.last == .skippedStaleData)
        #expect(script.ticks.last?.reason == .held(.bookDrifted))
        script.confirmCancels()
        let doubted = script.now
        script.pass(.seconds(5))
        #expect(script.placedSince(doubted).isEmpty)
        script.send(.bookDoubted(EngineScript.market, .none))
        let sound = script.now
        script.pass(.seconds(1))
        #expect(script.placedSince(doubted).isEmpty, "data must stay sound for two seconds")
        script.pass(.seconds(2))
        #expect(!script.placedSince(sound).isEmpty)
    }

    @Test("what the venue says beyond our understanding leaves reducing quotes alone")
    func unfamiliar() throws {
        var script = try bought(20)
        script.pass(.seconds(3))
        script.acceptAll()
        script.send(.bookDoubted(EngineScript.market, .unfamiliar))
        let doubted = script.now
        for _ in 0..<30 {
            script.pass(.milliseconds(100))
            script.answerCancels()
            script.acceptAll()
        }
        #expect(script.order(.buy) == nil)
        let ask = try #require(script.order(.sell))
        #expect(ask.size <= script.engine.markets[0].position.inventory)
        #expect(script.placedSince(doubted).allSatisfy { $0.bookSide == .sell })
        #expect(script.actions.contains(.reduceOnly))
        #expect(script.ticks.contains { $0.reason == .held(.bookUnfamiliar) })
        script.send(.bookDoubted(EngineScript.market, .none))
        script.pass(.seconds(4))
        #expect(script.order(.buy) != nil)
    }

    @Test("a flat position in a market that is not understood has nothing to quote")
    func unfamiliarFlat() {
        var script = EngineScript.quoting()
        script.send(.bookDoubted(EngineScript.market, .unfamiliar))
        script.confirmCancels()
        let doubted = script.now
        script.pass(.seconds(5))
        script.answerCancels()
        #expect(script.placedSince(doubted).isEmpty && script.open.isEmpty)
    }

    @Test("a doubt about one market holds no other, and one about none is counted")
    func others() {
        var script = EngineScript.quoting()
        script.send(.bookDoubted(MarketID(index: 77), .drifted))
        #expect(script.engine.statistics.eventsUnmatched == 1)
        #expect(!script.engine.isCancelling(script.open[0].id))
        let other = MarketID(index: 2)
        script.send(.marketListed(EngineScript.definition(id: other)))
        script.send(.bookDoubted(other, .drifted))
        script.pass(.seconds(1))
        #expect(script.engine.monitor.standing(of: EngineScript.market).permission == .everything)
        #expect(script.engine.monitor.standing(of: other).permission == .nothing)
    }

    @Test("a reference that is asked for allows reducing; its own stream lifts that")
    func polled() throws {
        var script = try bought(20)
        script.pass(.seconds(3))
        let price = ReferencePrice(raw: 98_500 * 100_000_000)
        script.send(.referencePolled(price, roundTrip: .milliseconds(80)))
        #expect(script.engine.referenceArrival == script.now - .milliseconds(40))
        let since = script.now
        for index in 0..<40 {
            script.pass(.milliseconds(100), reference: nil)
            if index % 10 == 9 {
                script.send(.referencePolled(price, roundTrip: .milliseconds(80)))
            }
            script.answerCancels()
            script.acceptAll()
        }
        #expect(script.order(.buy) == nil && script.order(.sell) != nil)
        #expect(script.placedSince(since).allSatisfy { $0.bookSide == .sell })
        #expect(script.ticks.contains { $0.reason == .held(.referencePolled) })
        script.pass(.seconds(4))
        #expect(script.order(.buy) != nil)
    }

    @Test("a reference that is asked for grows stale as a live one does")
    func polledStale() {
        var script = EngineScript.quoting()
        let price = ReferencePrice(raw: 98_500 * 100_000_000)
        script.send(.referencePolled(price, roundTrip: .milliseconds(200)))
        #expect(script.engine.configuration.runtimeLimits.referenceAgeMax == .milliseconds(1_500))
        script.pass(.milliseconds(1_300), reference: nil)
        #expect(script.ticks.last?.action != .skippedStaleData)
        script.pass(.milliseconds(300), reference: nil)
        #expect(script.actions.contains(.skippedStaleData))
    }
}
