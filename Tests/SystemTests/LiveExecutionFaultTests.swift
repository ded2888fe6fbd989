internal import Foundation
internal import TestSupport
internal import Testing

/// What the venue and the network do wrong while `--execution live` trades.
@Suite struct LiveExecutionFaultTests {
    private static let inDoubt = "quesquant_gateway_orders_in_doubt"

    /// 1 while no order leaves for this.
    private static func held(_ hold: String) -> String {
        "quesquant_gateway_hold{hold=\"\(hold)\"}"
    }

    // Most of a scenario is waiting, for what the limits of risk make it wait.
    @Test("silence, restarts, lies, strangers and clocks that jump, each with a venue of its own")
    func sideBySide() async throws {
        async let silence: Void = onThread { try Self.silence() }
        async let restart: Void = onThread { try Self.restartAndStop() }
        async let account: Void = onThread { try Self.accountAndClock() }
        async let modes: Void = onThread {
            // The suite over there says why when the certificates cannot be made.
            if ThrowawayCA.isPresent { try LiveExecutionTLSTests.session() }
        }
        _ = try await (silence, restart, account, modes)
    }

    // MARK: Silence

    /// Late answers, swallowed orders and a mute user socket leave no order unexplained.
    private static func silence() throws {
        let scratch = try Scratch()
        let venue = try LiveExecutionVenue(scratch)
        let backend = try venue.backend()
        let reader = try backend.stream()
        try LiveExecutionVenue.quoting(reader)
        let connected = try venue.logCount("subscribed user")
        // Half-open: nothing comes on it, and PING is not answered.
        try venue.control("mute/user")

        try Self.lateOrdersAreCancelledAtOnce(venue, backend)
        try Self.untoldFillsAreFound(venue, backend, reader)
        try Self.swallowedOrdersAreGivenUp(venue, backend)

        try venue.awaits("the user socket given up", within: 35) {
            try $0.logCount("left user") >= 1
        }
        try venue.control("go/user")
        // The connection after it was mute as well, and has not subscribed.
        try venue.control("drop/user")
        try venue.awaits("a user socket that hears", within: 20) {
            try $0.logCount("subscribed user") > connected
        }
        #expect(backend.child.complains("the user socket is down, so fills are not seen"))
        _ = try venue.take(1)
        try backend.awaits("quesquant_engine_fills_total", within: 20) { $0 == 2 }
        try venue.awaits("a quote", within: 20) { try $0.openCount() > 0 }

        try backend.end()
        let summary = try venue.summary()
        #expect(summary["open_now"].integer == 0)
        #expect(summary["open_max"].integer == 2)
        #expect(summary["heartbeats_expired"].integer == 0)
        #expect(summary["signatures_wrong"].integer == 0)
        try venue.end()
    }

    /// Quotes are taken back, then `fault` begins, then they are placed again: the next requests are
    /// orders.
    private static func placeAnew(
        _ venue: LiveExecutionVenue,
        _ backend: Backend,
        under fault: String
    ) throws {
        #expect(try backend.patch(#"{"is_running":false}"#).status == 200)
        try venue.awaits("no order", within: 20) { try $0.openCount() == 0 }
        try backend.awaits("quesquant_gateway_orders_open") { $0 == 0 }
        try venue.control(fault)
        #expect(try backend.patch(#"{"is_running":true}"#).status == 200)
    }

    private static func lateOrdersAreCancelledAtOnce(
        _ venue: LiveExecutionVenue,
        _ backend: Backend
    ) throws {
        try venue.awaits("two quotes", within: 20) { try $0.openCount() == 2 }
        // Every ten seconds the open orders are looked at, which would tell of them too.
        let looks = try venue.logCount("GET /data/orders")
        try venue.awaits("a look at the open orders", within: 15) {
            try $0.logCount("GET /data/orders") > looks
        }
        let known = try venue.orders().count
        try placeAnew(venue, backend, under: "late-ack?ms=1500&n=2&path=/order")
        // Before the answer comes.
        try venue.awaits("the late order cancelled", within: 1.5) {
            try $0.orders().dropFirst(known).first?.state == "CANCELED"
        }
        try backend.awaits("quesquant_gateway_orders_late_total") { (1...2).contains($0) }
        try venue.awaits("other quotes", within: 20) { try $0.openCount() > 0 }
        try backend.awaits(inDoubt) { $0 == 0 }
    }

    /// The socket does not tell it; the list of open orders does.
    private static func untoldFillsAreFound(
        _ venue: LiveExecutionVenue,
        _ backend: Backend,
        _ reader: StreamReader
    ) throws {
        let order = try venue.take(2)
        let fill = try reader.tick(within: 20) {
            $0.action.hasPrefix("ORDER_") && $0.action.hasSuffix("FILLED")
        }
        #expect(fill.reason.contains("@ \(order.price)"), "\(fill.reason)")
        try backend.awaits("quesquant_engine_fills_total") { $0 == 1 }
    }

    private static func swallowedOrdersAreGivenUp(
        _ venue: LiveExecutionVenue,
        _ backend: Backend
    ) throws {
        try placeAnew(venue, backend, under: "half-open?n=2&path=/order")
        try venue.awaits("an order swallowed") { try $0.logCount("POST /order swallowed") > 0 }
        try backend.awaits(inDoubt) { $0 > 0 }
        try backend.awaits(inDoubt, within: 20) { $0 == 0 }
        try venue.awaits("other quotes", within: 20) { try $0.openCount() > 0 }
    }

    // MARK: Restart and stop

    /// A restart with open orders ends in a comparison; a stop tries every way to cancel.
    private static func restartAndStop() throws {
        let scratch = try Scratch()
        let venue = try LiveExecutionVenue(scratch)
        let backend = try venue.backend()
        let reader = try backend.stream()
        try LiveExecutionVenue.quoting(reader)
        try Self.restartIsSurvived(venue, backend, reader)
        try Self.stopGoesEveryWay(venue, backend, reader)
        try backend.end()
        try venue.end()
    }

    private static func restartIsSurvived(
        _ venue: LiveExecutionVenue,
        _ backend: Backend,
        _ reader: StreamReader
    ) throws {
        try venue.awaits("two quotes", within: 20) { try $0.openCount() == 2 }
        try venue.control("restart?seconds=3&post-only=0")
        #expect(try backend.patch(#"{"spread_offset":0.02}"#).status == 200)
        // The venue takes no cancels either; a stranger takes meanwhile.
        _ = try venue.take(2)
        let taken = try venue.summary()["orders_taken"].integer
        let held = try reader.tick(within: 20) { $0.reason.contains("VENUE_RESTARTING") }
        #expect(held.riskState == "halted")
        try venue.awaits("no order when it is back", within: 15) { try $0.openCount() == 0 }
        try backend.awaits("quesquant_engine_fills_total", within: 20) { $0 == 1 }
        #expect(try venue.summary()["orders_taken"].integer == taken)
        _ = try reader.tick(within: 60) { $0.riskState == "reconciling" }
        _ = try reader.tick(within: 20) { $0.quotes }
        let log = try venue.log().split(separator: "\n")
        let last425 = try #require(log.lastIndex { $0.hasSuffix(" 425") })
        let back = log[last425...]
        let compared = try #require(back.firstIndex { $0.hasPrefix("GET /data/orders 200") })
        let placed = try #require(back.firstIndex { $0.hasPrefix("POST /order 200") })
        #expect(compared < placed)
    }

    private static func stopGoesEveryWay(
        _ venue: LiveExecutionVenue,
        _ backend: Backend,
        _ reader: StreamReader
    ) throws {
        try venue.awaits("a quote", within: 20) { try $0.openCount() > 0 }
        let resting = try venue.openCount()
        // The venue says done to a cancel of everything and does nothing, and takes no other.
        try venue.control("cancel-all-lies?n=1000")
        try venue.control("status?path=/order&code=500&n=1000")
        #expect(try backend.stop().status == 200)
        _ = try reader.tick(within: 10) { $0.action == "CANCEL_ALL_FAILED" }
        #expect(try venue.openCount() == resting)
        let confirmed = try reader.tick(within: 30) { $0.action == "CANCEL_ALL_CONFIRMED" }
        // By the venue's dead man's switch alone.
        #expect(try venue.openCount() == 0)
        #expect(try venue.summary()["heartbeats_expired"].integer == 1)
        #expect(confirmed.riskState == "killed")
        #expect(backend.child.complains("the venue may still have \(resting) orders of ours"))
        let log = try venue.log()
        for way in [
            "DELETE /cancel-all 200", "DELETE /order 500", "DELETE /cancel-market-orders 200",
            "DELETE /orders 500",
        ] {
            #expect(log.contains(way), "\(way)")
        }
    }

    // MARK: The account and the clock

    /// Another's order, a clock that jumps and shares that appear hold every order.
    private static func accountAndClock() throws {
        let scratch = try Scratch()
        let venue = try LiveExecutionVenue(scratch)
        let backend = try venue.backend()
        let reader = try backend.stream()
        try backend.awaits(Self.held("notReady")) { $0 == 0 }
        try venue.control(
            "foreign-order?slug=\(LiveExecutionVenue.slug)&side=BUY&price=0.3&size=7"
        )
        let foreign = try reader.tick { $0.reason.contains("FOREIGN_ORDER") }
        #expect(foreign.riskState == "halted")
        #expect(backend.child.complains("in our wallet is by another key"))
        let order = try #require(try venue.orders().last { $0.state == "LIVE" })
        try backend.awaits(Self.held("foreignOrder")) { $0 == 1 }
        // Not ours to cancel: it stands until somebody takes it.
        try venue.control("take?order=\(order.id)&size=7")
        #expect(backend.child.complains("which is not of this run, was filled"))
        try backend.awaits(Self.held("foreignOrder"), within: 15) { $0 == 0 }

        try Self.clocksAreWatched(venue, backend, reader)
        let mismatch = try reader.tick(within: 60) { $0.reason.contains("POSITION_MISMATCH") }
        #expect(mismatch.riskState == "halted" || mismatch.riskState == "reduce_only")
        #expect(try venue.summary()["orders_taken"].integer ?? 0 <= 2)
        try backend.end()
        try venue.end()
    }

    private static func clocksAreWatched(
        _ venue: LiveExecutionVenue,
        _ backend: Backend,
        _ reader: StreamReader
    ) throws {
        // Within what the venue allows: proofs are taken, quotes are not risked.
        try venue.control("clock?seconds=4")
        let skewed = try reader.tick { $0.reason.contains("CLOCK_SKEW") }
        #expect(skewed.riskState == "halted")
        #expect(try venue.summary()["unauthorized"].keys.isEmpty)
        // Beyond it, either way: the first proof is refused, those after it go by the venue's clock.
        for seconds in [60, -60, 0] {
            let refused = try venue.logCount("unauthorized timestamp too far")
            try venue.control("clock?seconds=\(seconds)")
            let beats = try venue.logCount("POST /v1/heartbeats 200")
            try venue.awaits("signs of life by the other clock", within: 20) {
                try $0.logCount("POST /v1/heartbeats 200") > beats
            }
            #expect(try venue.logCount("unauthorized timestamp too far") > refused)
        }
        #expect(backend.child.complains(" s ahead of ours: proofs go by it"))
        try backend.awaits(held("heartbeatDown")) { $0 == 0 }
    }

    @Test("where the venue does not serve us no order leaves, and that is said")
    func geoblock() async throws {
        try await onThread {
            let scratch = try Scratch()
            let venue = try LiveExecutionVenue(scratch)
            try venue.control("geoblock?on=1")
            let backend = try venue.backend()
            let reader = try backend.stream()
            let held = try reader.tick { $0.reason.contains("GEO_BLOCKED") }
            #expect(held.riskState == "halted")
            #expect(backend.child.complains("does not serve the place from which we ask"))
            #expect(try venue.summary()["orders_taken"].integer == 0)
            #expect(try venue.logCount("POST /v1/heartbeats") == 0)
            try backend.end()
            try venue.end()
        }
    }
}
