internal import Testing

@testable internal import Trading

/// What the engine measures and limits around its quotes.
@Suite struct EngineLimitsTests {
    @Test("how long cancels take is measured from sending to the answer, whichever it is")
    func cancelRoundTrip() throws {
        var script = EngineScript.quoting()
        #expect(script.engine.cancelRoundTrip == .milliseconds(100))
        var answered = 0
        for round in 0..<40 where answered < 24 {
            // The value jumps to and fro, and the market with it: both sides are moved.
            let isUp = round % 2 == 0
            var asked: [OrderID] = []
            func noteCancels() {
                for case .cancelOrder(let id) in script.effects { asked.append(id) }
            }
            for _ in 0..<30 where asked.isEmpty {
                script.now = script.now + .milliseconds(100)
                script.refer(isUp ? 98_540 : 98_500)
                noteCancels()
                script.book(bid: isUp ? 60 : 50, ask: isUp ? 61 : 51)
                noteCancels()
            }
            script.now = script.now + .milliseconds(37)
            for (index, id) in asked.enumerated() {
                script.send(index % 2 == 0 ? .orderCancelled(id, .requested) : .cancelRejected(id))
                script.open.removeAll { $0.id == id }
                answered += 1
            }
            script.pass(.seconds(2), reference: isUp ? 98_540 : 98_500, bid: isUp ? 60 : 50)
            script.acceptAll()
        }
        #expect(answered >= 20)
        #expect(script.engine.cancelRoundTrip == .milliseconds(37))
    }

    @Test("an order that ends for another reason measures nothing")
    func otherEnds() {
        var script = EngineScript.quoting()
        for _ in 0..<3 {
            for order in script.open { script.send(.orderCancelled(order.id, .tickSizeChanged)) }
            script.open.removeAll()
            script.pass(.seconds(2))
            script.acceptAll()
        }
        #expect(script.engine.cancelTimes.count == 0)
    }
}
