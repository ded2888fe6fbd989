internal import Testing

@testable internal import Trading

@Suite("Engine") struct EngineTests {
    @Test("a warm engine quotes both sides of an ordinary book, one tick or more from fair")
    func quotesBothSides() throws {
        let script = EngineScript.quoting()
        let bid = try #require(script.order(.buy))
        let ask = try #require(script.order(.sell))
        // The model says 0.50, the market 0.505: fair is between. A tick and what a faster taker
        // may take are 1.4 cents.
        let fair = try #require(script.ticks.last?.fairValueMicros)
        #expect((503_000...505_000).contains(fair))
        #expect(bid.bookPrice == Price(raw: 4_800))
        #expect(ask.bookPrice == Price(raw: 5_200))
        #expect(bid.outcome == .yes && bid.side == .buy)
        // Nothing is held, so the offer of YES is a bid for NO.
        #expect(ask.outcome == .no && ask.side == .buy && ask.price == Price(raw: 4_800))
        #expect(bid.size == Quantity(shares: 10))
        #expect(script.actions.contains(.tradePlaced))
    }

    @Test("until it has seen enough it says so and does not quote")
    func warmsUp() {
        var script = EngineScript()
        script.send(.marketListed(EngineScript.definition()))
        script.pass(.seconds(10))
        #expect(script.open.isEmpty)
        #expect(script.actions.contains(.warmingUp))
        #expect(script.ticks.last?.volState == .high)
    }

    @Test("a window is not quoted before its strike is known, and left out after 30 s without")
    func awaitsStrike() throws {
        var script = EngineScript()
        script.send(.marketListed(EngineScript.definition()))
        script.pass(.seconds(29))
        #expect(script.open.isEmpty)
        let waiting = try #require(script.ticks.last)
        #expect(waiting.reason == .awaitingStrike(waited: .seconds(29)))
        #expect(waiting.strike == nil)
        var late = script
        script.strike(98_500)
        let tick = try #require(script.ticks.last { $0.action == .strikeSet })
        let price = ReferencePrice(raw: 98_500 * 100_000_000)
        #expect(tick.strike == price && tick.reason == .strike(price, .settlementFeed))
        script.pass(.seconds(1))
        #expect(script.open.count == 2)

        late.pass(.seconds(2))
        late.strike(98_500)
        late.pass(.seconds(6))
        #expect(late.open.isEmpty)
        #expect(late.actions.contains(.skippedFilter))
        #expect(late.ticks.last?.reason == .strikeUnverified)
        #expect(late.ticks.last?.strike == price)
    }

    @Test("the first event starts the session and the first window is selected")
    func startsOnce() {
        var script = EngineScript()
        script.send(.marketListed(EngineScript.definition()))
        #expect(script.actions.prefix(2) == [.started, .marketSelected])
        script.pass(.seconds(1))
        #expect(script.actions.filter { $0 == .started }.count == 1)
    }

    @Test("a quiet market is told of every 5 s, a busy one at most every 100 ms")
    func cadence() {
        var busy = EngineScript.quoting()
        let before = busy.ticks.count
        for step in 0..<1_000 {
            busy.now = busy.now + .milliseconds(1)
            busy.refer(98_500 + Int64(step % 2))
        }
        #expect((9...11).contains(busy.ticks.count - before))

        var quiet = EngineScript(hasReference: false)
        for _ in 0..<200 {
            quiet.now = quiet.now + .milliseconds(100)
            quiet.send(.timePassed)
        }
        let beats = quiet.ticks.filter { $0.action == .heartbeat }
        #expect((3...5).contains(beats.count))
        for (earlier, later) in zip(quiet.ticks, quiet.ticks.dropFirst()) {
            #expect(later.time - earlier.time <= .seconds(5))
        }
    }

    @Test("stamps are whole microseconds and strictly increasing, even within one instant")
    func stampsIncrease() {
        var script = EngineScript.quoting()
        for size in 11...30 {
            var patch = ParameterPatch()
            patch.orderSize = Int64(size)
            script.send(.parametersPatched(patch, control: UInt64(size)))
        }
        for (earlier, later) in zip(script.ticks, script.ticks.dropFirst()) {
            #expect(earlier.time < later.time)
            #expect(earlier.seq + 1 == later.seq)
            #expect(later.time.nanoseconds % 1_000 == 0)
        }
    }

    @Test("thin liquidity stops quoting with the measured value, and quotes return with it")
    func liquidityFilter() throws {
        var script = EngineScript.quoting()
        script.now = script.now + .milliseconds(100)
        script.book(bid: 50, ask: 51, shares: 10)
        let cancels = script.effects.filter {
            if case .cancelOrder = $0 { true } else { false }
        }
        #expect(cancels.count == 2)
        let tick = try #require(script.ticks.last { $0.action == .skippedFilter })
        guard case .liquidity(let measured, let required) = tick.reason else {
            Issue.record("the reason names the liquidity, not \(tick.reason)")
            return
        }
        #expect(measured == Money(raw: 90_000_000))
        #expect(required == 10_000)
        script.confirmCancels()
        script.pass(.seconds(1))
        #expect(script.open.count == 2)
    }

    @Test("a stale reference pulls the quotes within its limit")
    func staleReference() {
        var script = EngineScript.quoting()
        script.pass(.milliseconds(1_500), reference: nil)
        #expect(!script.actions.contains(.skippedStaleData))
        script.pass(.milliseconds(200), reference: nil)
        #expect(script.actions.contains(.skippedStaleData))
    }

    @Test("a silent market pulls the quotes")
    func staleMarket() {
        var script = EngineScript.quoting()
        script.pass(.seconds(11), bid: nil)
        #expect(script.actions.contains(.skippedStaleData))
    }

    @Test("in the last 90 s of five minutes only reducing quotes stand, in the last 60 none")
    func windowEnd() throws {
        var script = EngineScript.quoting()
        script.fill(try #require(script.order(.buy)), shares: 10, complete: true)
        script.now = EngineScript.windowStart + .seconds(211)
        // The reference was silent over the jump; two seconds of it bring the quotes back.
        script.pass(.seconds(3))
        #expect(script.actions.contains(.reduceOnly))
        #expect(script.ticks.last?.riskState == .reduceOnly)
        let bids = script.placed.filter { $0.bookSide == .buy }
        #expect(bids.isEmpty)
        script.now = EngineScript.windowStart + .seconds(241)
        script.refer(98_500)
        script.book(bid: 50, ask: 51)
        #expect(script.actions.contains(.skippedExpiry))
    }

    @Test("an offer that comes down to our bid, or a falling reference, pulls the bid at once")
    func dangerMovesAtOnce() throws {
        var script = EngineScript.quoting()
        let bid = try #require(script.order(.buy))
        script.now = script.now + .milliseconds(10)
        var falling = script
        script.book(bid: 47, ask: 48)
        #expect(script.effects.contains(.cancelOrder(bid.id)))
        falling.refer(98_480)
        #expect(falling.effects.contains(.cancelOrder(bid.id)))
    }

    @Test("a target one tick closer is followed only after a while, and told as an update")
    func closerWaits() throws {
        var script = EngineScript.quoting()
        let bid = try #require(script.order(.buy))
        script.now = script.now + .seconds(1)
        // A dollar more is two thirds of a cent for YES.
        script.refer(98_501)
        #expect(!script.effects.contains(.cancelOrder(bid.id)))
        for _ in 0..<14 {
            script.now = script.now + .milliseconds(100)
            script.refer(98_501)
            #expect(!script.effects.contains(.cancelOrder(bid.id)))
        }
        script.now = script.now + .milliseconds(200)
        script.refer(98_501)
        #expect(script.effects.contains(.cancelOrder(bid.id)))
        script.confirmCancels()
        script.pass(.seconds(1), reference: 98_501)
        #expect(script.order(.buy)?.bookPrice == Price(raw: 4_900))
        script.acceptAll()
        #expect(script.actions.contains(.quoteUpdated))
        #expect(script.ticks.last?.totalOrderUpdates ?? 0 >= 1)
        #expect(!script.actions.contains(.quoteCancelled))
    }

    @Test("a resolved market pays the winner and the books balance")
    func resolution() throws {
        var script = EngineScript.quoting()
        script.fill(try #require(script.order(.buy)), shares: 10, complete: true)
        script.send(.marketResolved(EngineScript.market, winner: .yes))
        let tick = try #require(script.ticks.last)
        #expect(tick.action == .positionRedeemed)
        #expect(tick.inventory == .zero)
        // Ten shares bought at 48 cents paid a dollar each.
        #expect(tick.virtualPnL == Money(raw: 5_200_000))
        #expect(script.engine.portfolio.realised == Money(raw: 5_200_000))
        #expect(script.actions.contains(.marketResolved))
    }

    @Test("between an early outcome and the next window every tick says what is waited for")
    func marketOver() {
        var script = EngineScript.quoting()
        script.send(.marketResolved(EngineScript.market, winner: .yes))
        for order in script.open { script.send(.orderCancelled(order.id, .marketClosed)) }
        let toldBefore = script.ticks.count
        script.pass(.seconds(6))
        let later = script.ticks.dropFirst(toldBefore)
        #expect(later.count > 0)
        let others = later.filter { $0.action != .heartbeat || $0.reason != .marketOver }
        #expect(others.map { "\($0.action) \($0.reason)" } == [])
    }

    @Test("the next window takes over when the last one ends")
    func rollover() {
        var script = EngineScript.quoting()
        let next = MarketID(index: 2)
        let start = EngineScript.windowStart + .seconds(300)
        script.send(.marketListed(EngineScript.definition(id: next, start: start)))
        #expect(!script.actions.contains(.marketRollover))
        script.now = start
        script.refer(98_500)
        script.book(bid: 50, ask: 51, market: next)
        #expect(script.actions.contains(.marketRollover))
        #expect(script.ticks.last?.tokenID == EngineScript.definition().yesToken)
    }

    @Test("events of unknown markets and orders are counted and change nothing")
    func unknownEvents() {
        var script = EngineScript.quoting()
        let hash = script.engine.portfolio
        script.book(bid: 10, ask: 20, market: MarketID(index: 99))
        script.send(.orderAccepted(OrderID(number: 12_345)))
        script.send(.orderCancelled(OrderID(number: 12_345), .requested))
        script.send(.marketResolved(MarketID(index: 99), winner: .no))
        #expect(script.engine.statistics.eventsUnmatched == 4)
        #expect(script.engine.portfolio == hash)
    }

    @Test("more markets than there is room for are left out until one is resolved")
    func marketLimit() {
        var script = EngineScript()
        for index in 1...20 {
            script.send(.marketListed(EngineScript.definition(id: MarketID(index: UInt32(index)))))
        }
        #expect(script.engine.markets.count == Engine.marketsMax)
        script.send(.marketResolved(MarketID(index: 3), winner: .no))
        script.send(.marketListed(EngineScript.definition(id: MarketID(index: 21))))
        #expect(script.engine.markets.contains { $0.definition.id == MarketID(index: 21) })
        #expect(!script.engine.markets.contains { $0.definition.id == MarketID(index: 3) })
    }
}
