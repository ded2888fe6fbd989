internal import Testing

@testable internal import Trading

/// What the engine measures and limits around its quotes.
@Suite struct EngineLimitsTests {
    @Test("with the usual limit orders are cut to what ten basis points may cost")
    func deltaCutsSize() throws {
        var script = EngineScript.quoting(deltaLossMax: 3)
        let bid = try #require(script.order(.buy))
        let sensitivity = try #require(script.engine.markets[0].valuation?.sensitivity)
        #expect(bid.size < Quantity(shares: 10) && bid.size >= Quantity(shares: 5))
        #expect(bid.size.shares * sensitivity * 98.5 <= 3)
        // Filled, nothing may be added; what leads back may.
        script.fill(bid, shares: Int64(bid.size.shares), complete: true)
        script.pass(.seconds(3))
        #expect(script.order(.buy) == nil)
        #expect(script.order(.sell) != nil)
        #expect(
            script.ticks.contains {
                $0.action == .inventoryLimit && $0.reason == .noQuote(.deltaLimit)
            }
        )
    }

    @Test("what is held in another open window counts")
    func deltaAddsUp() throws {
        func bidSize(_ held: Int64) throws -> Quantity {
            var script = EngineScript(deltaLossMax: 5)
            let other = MarketID(index: 2)
            script.send(.marketListed(EngineScript.definition()))
            script.send(.marketListed(EngineScript.definition(id: other)))
            script.strike(98_500)
            script.strike(98_500, of: other)
            for number in 0..<2 where held != 0 {
                // A fill of an order that the engine does not follow is booked all the same.
                script.fill(
                    Order(
                        id: OrderID(number: 900 + UInt64(number)),
                        market: other,
                        outcome: held > 0 ? .yes : .no,
                        side: .buy,
                        price: Price(raw: 5_000),
                        size: Quantity(shares: abs(held) / 2)
                    ),
                    shares: abs(held) / 2,
                    complete: true
                )
            }
            script.pass(.seconds(20))
            return script.engine.markets[0].bid.order?.size ?? .zero
        }
        let alone = try bidSize(0)
        #expect(alone == Quantity(shares: 10))
        #expect(try bidSize(4) < alone)
        #expect(try bidSize(20) == .zero)
        #expect(try bidSize(-20) == alone)
    }

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
