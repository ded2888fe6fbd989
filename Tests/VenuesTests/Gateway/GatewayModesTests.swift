internal import Crypto
internal import TestSupport
internal import Testing
internal import Trading

@testable internal import Venues

@Suite struct GatewayModesTests {
    @Test("nothing leaves before the account was found empty twice, and old orders are cancelled")
    func start() throws {
        let harness = try GatewayHarness()
        let old = Word256(77)
        harness.clob.orders[old] = FakeClob.Stored(
            side: "BUY",
            token: "5",
            price: "0.4",
            size: Quantity(shares: 5)
        )
        let early = harness.submit()
        #expect(harness.told[early]?.last == .orderRejected(early, .notSent))
        harness.gateway.start(at: harness.now)
        harness.run(.milliseconds(900))
        #expect(harness.gateway.hold(at: harness.now) == .notReady)
        harness.run(.seconds(3))
        #expect(harness.clob.orders[old]?.status == "CANCELED")
        #expect(harness.others.contains(.ready))
        #expect(harness.gateway.hold(at: harness.now) == nil)
    }

    @Test("an order by somebody else's key is reported, not cancelled, and holds ours")
    func foreign() throws {
        let harness = try GatewayHarness()
        let id = Word256(78)
        var stored = FakeClob.Stored(
            side: "BUY",
            token: "5",
            price: "0.4",
            size: Quantity(shares: 5)
        )
        stored.owner = "somebody"
        harness.clob.orders[id] = stored
        harness.gateway.start(at: harness.now)
        harness.run(.seconds(3))
        #expect(harness.clob.orders[id]?.status == "LIVE")
        #expect(harness.alarms == [.foreignOrder(try #require(InlineText("\(id)")))])
        #expect(harness.gateway.hold(at: harness.now) == .foreignOrder)
        harness.clob.orders[id] = nil
        harness.run(.seconds(12))
        #expect(harness.gateway.hold(at: harness.now) == nil)
    }

    @Test("restart, limit and cancel-only hold orders until they are over; cancels go on")
    func pauses() throws {
        for (status, body, hold, length) in [
            (425, "service not ready", .venueRestarting, 1_000),
            (
                429, "{\"error\":\"Too Many Requests\",\"retry_after_seconds\":3}", .rateLimited,
                3_000
            ),
            (503, "{\"error\":\"trading is disabled: cancel-only\"}", .cancelOnly, 1_000),
            (
                503, "{\"error\":\"x\",\"code\":\"post_only_mode\",\"retry_after_seconds\":2}",
                .cancelOnly, 2_000
            ),
        ] as [(Int, String, GatewayHold, Int64)] {
            let harness = try GatewayHarness.started()
            let resting = harness.submit(cents: 45)
            harness.run(.milliseconds(50))
            harness.fault = { request in
                if case .place = request.action { return .answer(status, body) }
                return .none
            }
            let refused = harness.submit()
            harness.run(.milliseconds(10))
            #expect(harness.told[refused]?.ends == 1, "\(status)")
            #expect(harness.gateway.hold(at: harness.now) == hold, "\(body)")
            harness.fault = { _ in .none }
            harness.cancel(resting)
            harness.run(.milliseconds(length - 100))
            #expect(harness.told[resting]?.ends == 1, "\(status)")
            #expect(harness.gateway.hold(at: harness.now) == hold, "\(body)")
            harness.run(.milliseconds(300))
            #expect(harness.gateway.hold(at: harness.now) == nil, "\(body)")
        }
    }

    @Test("beats follow the ids, a wrong id is put right, and a stuck loop falls silent")
    func heartbeats() throws {
        let harness = try GatewayHarness.started()
        harness.run(.seconds(11))
        #expect(harness.clob.beats == 3)
        harness.clob.lastBeat = "another"
        harness.run(.seconds(5))
        #expect(harness.clob.beats == 4 && harness.gateway.heartbeat.corrections == 1)
        harness.isLoopStuck = true
        harness.run(.seconds(9))
        let beats = harness.clob.beats
        #expect(harness.gateway.hold(at: harness.now) == .heartbeatDown)
        harness.run(.seconds(12))
        #expect(harness.clob.beats == beats && harness.alarms.contains(.heartbeatExpired))
        harness.isLoopStuck = false
        harness.clob.lastBeat = nil
        let lists = harness.sent.count { $0.action == .openOrders(cursor: nil) }
        harness.run(.seconds(2))
        #expect(harness.gateway.hold(at: harness.now) == nil)
        #expect(harness.sent.count { $0.action == .openOrders(cursor: nil) } > lists)
    }

    @Test("a user socket that is down holds orders, then cancels; its return compares first")
    func blind() throws {
        let harness = try GatewayHarness.started()
        let id = harness.submit()
        harness.run(.milliseconds(50))
        harness.delivery = { [] }
        harness.gateway.userStreamWentDown(at: harness.now)
        #expect(harness.gateway.hold(at: harness.now) == .userStreamBlind)
        harness.clob.match(try #require(harness.venueID(id)), Quantity(shares: 4))
        harness.run(.seconds(4))
        #expect(harness.told[id]?.ends == 0)
        harness.run(.seconds(4))
        #expect(harness.told[id]?.ends == 1 && harness.told[id]?.filled == Quantity(shares: 4))
        harness.gateway.userStreamCameUp(at: harness.now)
        #expect(harness.gateway.hold(at: harness.now) == .reconciling)
        harness.run(.milliseconds(100))
        #expect(harness.gateway.hold(at: harness.now) == nil)
    }

    @Test("a kill is confirmed after two empty lists a second apart, never before")
    func kill() throws {
        let harness = try GatewayHarness.started()
        let ids = (0..<3).map { harness.submit(cents: 40 + Int64($0)) }
        harness.run(.milliseconds(50))
        harness.gateway.cancelAll(isKill: true, at: harness.now)
        let asked = harness.now
        harness.run(until: { harness.others.contains(.cancelAllConfirmed) }, atMost: .seconds(10))
        #expect(harness.now - asked >= .seconds(1) && harness.now - asked < .seconds(2))
        #expect(ids.allSatisfy { harness.told[$0]?.ends == 1 })
        let late = harness.submit()
        #expect(harness.told[late]?.last == .orderRejected(late, .orderPathShut))
        harness.gateway.rearm(at: harness.now)
        harness.run(.seconds(2))
        #expect(harness.gateway.hold(at: harness.now) == nil)
    }

    @Test("a cancel-all that lies is found out, and cancels by id finish the work")
    func lies() throws {
        let harness = try GatewayHarness.started()
        let id = harness.submit()
        harness.run(.milliseconds(50))
        harness.clob.lies = true
        harness.gateway.cancelAll(isKill: true, at: harness.now)
        harness.run(.milliseconds(5))
        #expect(!harness.others.contains(.cancelAllConfirmed))
        harness.run(.seconds(10))
        #expect(harness.told[id]?.ends == 1)
        #expect(harness.clob.orders.values.allSatisfy { $0.status == "CANCELED" })
        #expect(harness.others.contains(.cancelAllConfirmed))
    }

    @Test("when no cancel gets through, a kill is never confirmed and the heartbeat stops")
    func nothingHelps() throws {
        let harness = try GatewayHarness.started()
        harness.submit()
        harness.run(.milliseconds(50))
        harness.fault = { $0.lane == .cancels ? .answer(500, "") : .none }
        harness.gateway.cancelAll(isKill: true, at: harness.now)
        harness.run(.seconds(20))
        #expect(!harness.others.contains(.cancelAllConfirmed))
        // Ten shares at 49 cents.
        let atRisk = Money(raw: 4_900_000)
        #expect(harness.alarms.contains(.cancelUnconfirmed(orders: 1, atRisk: atRisk)))
        #expect(harness.others.contains(.renewConnection(.cancels)))
        #expect(harness.gateway.heartbeat.isStopped)
        let actions = harness.sent.map(\.action)
        #expect(actions.contains(.cancelMarket(GatewaySupport.market(0).conditionID)))
        // What the venue does without a sign of life.
        for id in harness.clob.orders.keys {
            harness.clob.orders[id]?.status = "CANCELED"
        }
        harness.run(.seconds(8))
        #expect(harness.others.contains(.cancelAllConfirmed))
    }
}
