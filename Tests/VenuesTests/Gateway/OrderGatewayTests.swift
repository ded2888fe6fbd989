internal import Crypto
internal import TestSupport
internal import Testing
internal import Trading

@testable internal import Venues

@Suite struct OrderGatewayTests {
    private func isPlace(_ request: GatewayRequest) -> Bool {
        if case .place = request.action { return true }
        return false
    }

    private func places(_ harness: GatewayHarness) -> Int {
        harness.sent.count { isPlace($0) }
    }

    @Test("an order is accepted, partly filled and cancelled, each told once, fills first")
    func life() throws {
        let harness = try GatewayHarness.started()
        let id = harness.submit()
        harness.run(.milliseconds(50))
        #expect(harness.told[id]?.accepted == 1)
        harness.clob.match(try #require(harness.venueID(id)), Quantity(shares: 4))
        harness.run(.milliseconds(50))
        #expect(harness.told[id]?.filled == Quantity(shares: 4))
        #expect(harness.gateway.exposure(MarketID(index: 0), .yes, .buy) == Quantity(shares: 6))
        harness.cancel(id)
        harness.run(.seconds(1))
        #expect(harness.told[id]?.ends == 1)
        #expect(harness.told[id]?.last == .orderCancelled(id, .requested))
        #expect(harness.gateway.openOrderCount == 0)
        harness.cancel(id)
        #expect(harness.told[id]?.last == .cancelRejected(id))
        #expect(harness.clob.complaints.isEmpty && harness.alarms.isEmpty)
    }

    @Test("a cancel that meets a fill is answered after the fill has been told")
    func crossing() throws {
        let harness = try GatewayHarness.started()
        // The socket is slower than the answer to the cancel.
        harness.delivery = { [.milliseconds(300)] }
        let id = harness.submit()
        harness.run(.milliseconds(20))
        harness.clob.match(try #require(harness.venueID(id)), Quantity(shares: 10))
        harness.cancel(id)
        harness.run(.milliseconds(60))
        #expect(harness.told[id]?.ends == 0)
        harness.run(.seconds(1))
        #expect(harness.told[id]?.ends == 1 && harness.told[id]?.filled == Quantity(shares: 10))
        #expect(harness.told[id]?.isLateCancel == true)
    }

    @Test("a lost answer is never sent again: cancelled, asked for by its id, ended once")
    func lostAnswer() throws {
        let harness = try GatewayHarness.started()
        harness.delivery = { [] }
        harness.fault = { self.isPlace($0) ? .loseAnswer : .none }
        let id = harness.submit()
        harness.run(.milliseconds(210))
        #expect(harness.gateway.unknownOrderCount == 1)
        #expect(harness.gateway.exposure(MarketID(index: 0), .yes, .buy) == Quantity(shares: 10))
        harness.run(.seconds(2))
        #expect(places(harness) == 1)
        #expect(harness.told[id]?.accepted == 1 && harness.told[id]?.ends == 1)
        #expect(harness.clob.orders.values.allSatisfy { $0.status == "CANCELED" })
    }

    @Test(
        "an unknown order that was filled is told whole, by its trades, though the socket is dumb"
    )
    func unknownFilled() throws {
        let harness = try GatewayHarness.started()
        harness.delivery = { [] }
        harness.fault = { self.isPlace($0) ? .loseAnswer : .none }
        let id = harness.submit()
        harness.run(.milliseconds(20))
        harness.clob.match(try #require(harness.venueID(id)), Quantity(shares: 10))
        harness.run(.seconds(3))
        #expect(harness.told[id]?.accepted == 1 && harness.told[id]?.ends == 1)
        #expect(harness.told[id]?.filled == Quantity(shares: 10))
    }

    @Test("an order that never arrived is exposure for five seconds, and then ends")
    func neverArrived() throws {
        let harness = try GatewayHarness.started()
        harness.fault = { self.isPlace($0) ? .loseRequest : .none }
        let id = harness.submit()
        harness.run(.milliseconds(4_900))
        #expect(harness.told[id]?.ends == 0)
        #expect(harness.gateway.exposure(MarketID(index: 0), .yes, .buy) == Quantity(shares: 10))
        harness.run(.seconds(3))
        #expect(harness.told[id]?.accepted == 0 && harness.told[id]?.ends == 1)
        #expect(harness.told[id]?.last == .orderCancelled(id, .requested))
        #expect(places(harness) == 1 && harness.alarms.isEmpty)
    }

    @Test("a query that fails is no empty answer: the order stays exposure, and it is an alarm")
    func failedQueries() throws {
        let harness = try GatewayHarness.started()
        harness.delivery = { [] }
        harness.fault = { request in
            switch request.action {
            case .place: .loseAnswer
            case .order, .openOrders: .answer(502, "<html>404 not found</html>")
            case .cancel: .answer(500, "")
            default: .none
            }
        }
        let id = harness.submit()
        harness.run(.seconds(40))
        #expect(harness.told[id]?.ends == 0)
        #expect(harness.alarms.contains(.orderUnresolved(id)))
        #expect(harness.gateway.hold(at: harness.now) == .unresolved)
        harness.fault = { _ in .none }
        harness.run(.seconds(20))
        #expect(harness.told[id]?.ends == 1)
        #expect(harness.gateway.hold(at: harness.now) == nil)
    }

    @Test("an order whose answer is late is cancelled at once, and counted")
    func late() throws {
        let harness = try GatewayHarness.started()
        harness.fault = { self.isPlace($0) ? .slow(.seconds(2)) : .none }
        harness.delivery = { [.seconds(3)] }
        let id = harness.submit()
        harness.run(.milliseconds(490))
        #expect(harness.gateway.statistics.late == 0)
        harness.run(.milliseconds(50))
        #expect(harness.gateway.statistics.late == 1)
        #expect(harness.clob.orders.values.allSatisfy { $0.status == "CANCELED" })
        harness.run(.seconds(5))
        #expect(harness.told[id]?.ends == 1)
    }

    @Test("a cancel that overtook its order is repeated when the order is there")
    func overtaken() throws {
        let harness = try GatewayHarness.started()
        harness.fault = { self.isPlace($0) ? .lateRequest(.milliseconds(900)) : .none }
        let id = harness.submit()
        harness.run(.seconds(3))
        #expect(harness.told[id]?.accepted == 1 && harness.told[id]?.ends == 1)
        #expect(harness.clob.orders.values.allSatisfy { $0.status == "CANCELED" })
    }

    @Test("refusals end the order with the engine's own word; the grave ones hold all orders")
    func refusals() throws {
        for (text, why, hold) in [
            ("invalid post-only order: order crosses the book", .wouldCross, nil),
            ("order breaks minimum tick size rule", .offTick, nil),
            ("size lower than the minimum", .sizeTooSmall, nil),
            ("not enough balance / allowance", .insufficientBalance, nil),
            ("order_version_mismatch", .venueRefused, .halted),
        ] as [(String, OrderRejection, GatewayHold?)] {
            let harness = try GatewayHarness.started()
            harness.fault = {
                self.isPlace($0) ? .answer(400, "{\"error\":\"\(text)\"}") : .none
            }
            let id = harness.submit()
            harness.run(.milliseconds(50))
            #expect(harness.told[id]?.last == .orderRejected(id, why), "\(text)")
            #expect(harness.gateway.hold(at: harness.now) == hold, "\(text)")
        }
    }

    @Test("what did not leave is rejected, and nothing is asked")
    func unsent() throws {
        let harness = try GatewayHarness.started()
        harness.fault = { self.isPlace($0) ? .unsent : .none }
        let id = harness.submit()
        harness.run(.milliseconds(50))
        #expect(harness.told[id]?.last == .orderRejected(id, .orderPathShut))
        #expect(harness.gateway.openOrderCount == 0 && harness.gateway.statistics.probes == 0)
    }

    @Test("a duplicate is good news: the order is looked up")
    func duplicated() throws {
        let harness = try GatewayHarness.started()
        harness.delivery = { [] }
        harness.fault = { self.isPlace($0) ? .answer(400, "{\"error\":\"Duplicated.\"}") : .none }
        let id = harness.submit()
        harness.run(.milliseconds(50))
        #expect(harness.told[id]?.ends == 0 && harness.gateway.unknownOrderCount == 1)
    }

    @Test("a trade that fails is reversed; one that failed before it was told is not missed")
    func failedTrades() throws {
        let harness = try GatewayHarness.started()
        let (first, second) = (harness.submit(), harness.submit(.no))
        harness.run(.milliseconds(50))
        harness.clob.match(try #require(harness.venueID(first)), Quantity(shares: 10))
        harness.run(.milliseconds(50))
        let failed = try #require(harness.clob.trades.first)
            .replacing("MATCHED", with: "FAILED")
        for _ in 0..<2 { harness.frame("{\"event_type\":\"trade\",\(failed.dropFirst())") }
        #expect(harness.reversed.map(\.size) == [Quantity(shares: 10)])
        #expect(harness.reversed.map(\.orderID) == [first])
        harness.clob.match(
            try #require(harness.venueID(second)),
            Quantity(shares: 3),
            status: "FAILED"
        )
        harness.run(.milliseconds(50))
        harness.cancel(second)
        harness.run(.seconds(1))
        #expect(harness.told[second]?.ends == 1 && harness.told[second]?.filled == .zero)
        #expect(harness.told[first]?.ends == 1)
    }

    @Test("a presigned order is sent as it was signed")
    func presigned() throws {
        let harness = try GatewayHarness.started()
        harness.gateway.aim(
            MarketID(index: 0),
            .yes,
            .buy,
            price: Price(raw: 4_900),
            size: Quantity(shares: 10)
        )
        #expect(harness.gateway.refill(budget: 10, at: harness.now) == 7)
        for cents in [48, 49, 50, 60] as [Int64] { harness.submit(cents: cents) }
        harness.run(.milliseconds(50))
        #expect(harness.gateway.ladder.hits == 3 && harness.gateway.ladder.misses == 1)
        #expect(harness.told.values.allSatisfy { $0.accepted == 1 })
        harness.gateway.tickSizeChanged(MarketID(index: 0), .thousandth)
        harness.submit(cents: 47)
        #expect(harness.gateway.ladder.misses == 2)
        harness.run(.milliseconds(50))
        #expect(harness.clob.complaints.isEmpty)
    }

    @Test("orders beyond the budget are rejected at once, and cancels keep a reserve")
    func budget() throws {
        var configuration = OrderGateway.Configuration()
        configuration.budget.ordersBurst = 5
        configuration.budget.cancelsBurst = 6
        configuration.budget.cancelsReserved = 4
        configuration.budget.cancelsPerSecond = 1
        configuration.budget.ordersPerSecond = 1
        let harness = try GatewayHarness.started(configuration: configuration)
        let ids = (0..<6).map { harness.submit(cents: 40 + Int64($0)) }
        #expect(harness.told[ids[5]]?.last == .orderRejected(ids[5], .rateLimited))
        harness.run(.milliseconds(50))
        for id in ids { harness.cancel(id) }
        harness.run(.milliseconds(200))
        #expect(ids.count { harness.told[$0]?.ends == 1 } == 3)
        harness.run(.seconds(4))
        #expect(ids.allSatisfy { harness.told[$0]?.ends == 1 })
    }
}
