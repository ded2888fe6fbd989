internal import Foundation
internal import TestSupport
internal import Testing

/// Live execution with a venue that speaks nothing but TLS.
@Suite(.enabled(if: ThrowawayCA.isPresent, "\(ThrowawayCA.absenceMessage)"))
struct LiveExecutionTLSTests {
    /// Orders and fills go over TLS, and the venue's modes hold what they have to hold. Run beside the
    /// other faults, by `LiveExecutionFaultTests`.
    static func session() throws {
        let scratch = try Scratch()
        let authority = try ThrowawayCA()
        let venue = try LiveExecutionVenue(
            scratch,
            as: try authority.issue(names: "IP:127.0.0.1"),
            rootFile: authority.rootFile
        )
        let backend = try venue.backend(["--ca-file", authority.rootFile])
        let reader = try backend.stream()
        #expect(backend.child.complains("they go to https://127.0.0.1:\(venue.port)"))
        try LiveExecutionVenue.quoting(reader)
        let order = try venue.take(2)
        let fill = try reader.tick {
            $0.action.hasPrefix("ORDER_") && $0.action.hasSuffix("FILLED")
        }
        #expect(fill.reason.contains("@ \(order.price)"), "\(fill.reason)")

        try Self.postOnlyModeIsNothingToUs(venue, backend)
        try Self.cancelOnlyModeHoldsOrders(venue, backend, reader)

        let summary = try venue.summary()
        #expect(summary["signatures_wrong"].integer == 0)
        #expect(summary["unauthorized"].keys.isEmpty)
        #expect(summary["open_max"].integer == 2)
        try venue.end()
        try Self.impostorInItsPlaceHearsNothing(venue, scratch, backend)
    }

    /// The venue is gone, and another answers at its address while requests with proofs wait.
    private static func impostorInItsPlaceHearsNothing(
        _ venue: LiveExecutionVenue,
        _ scratch: Scratch,
        _ backend: Backend
    ) throws {
        let other = try ThrowawayCA()
        let impostor = try LiveExecutionVenue(
            scratch,
            as: try other.issue(names: "IP:127.0.0.1"),
            rootFile: other.rootFile,
            port: venue.port
        )
        #expect(
            backend.child.complains("TLS with 127.0.0.1: the certificate's issuer is not trusted")
        )
        let hold = "quesquant_engine_risk_triggers_total{cause=\"heartbeatDown\"}"
        try backend.awaits(hold, within: 15) { $0 == 1 }
        backend.child.send(SIGTERM)
        _ = try backend.child.exitCode(within: 15)
        #expect(try impostor.log() == "")
        #expect(try impostor.summary()["requests"].integer == 0)
        try impostor.end()
    }

    /// Every order of ours is post-only.
    private static func postOnlyModeIsNothingToUs(
        _ venue: LiveExecutionVenue,
        _ backend: Backend
    ) throws {
        try venue.awaits("a quote", within: 20) { try $0.openCount() > 0 }
        let taken = try venue.summary()["orders_taken"].integer ?? 0
        try venue.control("mode/post-only?seconds=60")
        #expect(try backend.patch(#"{"spread_offset":0.02}"#).status == 200)
        try venue.awaits("other quotes", within: 20) {
            try $0.summary()["orders_taken"].integer ?? 0 > taken && $0.openCount() > 0
        }
        #expect(try venue.logCount("POST /order 503") == 0)
        try venue.control("mode/normal")
    }

    private static func cancelOnlyModeHoldsOrders(
        _ venue: LiveExecutionVenue,
        _ backend: Backend,
        _ reader: StreamReader
    ) throws {
        let taken = try venue.summary()["orders_taken"].integer ?? 0
        try venue.control("mode/cancel-only?seconds=60")
        #expect(try backend.patch(#"{"spread_offset":0.03}"#).status == 200)
        let held = try reader.tick(within: 20) { $0.reason.contains("VENUE_CANCEL_ONLY") }
        #expect(held.riskState == "halted")
        // Cancels go on.
        try venue.awaits("no order") { try $0.openCount() == 0 }
        #expect(try venue.summary()["orders_taken"].integer == taken)
        #expect(try venue.logCount("POST /order 503") >= 1)
        try venue.control("mode/normal")
        _ = try reader.tick(within: 60) { $0.quotes && $0.riskState == "recovering" }
        #expect(try venue.summary()["orders_taken"].integer ?? 0 > taken)
    }

    @Test("a venue that is not who it should be hears nothing, not one request")
    func impostors() async throws {
        async let root: Void = onThread { try Self.impostor(isOtherRoot: true) }
        async let name: Void = onThread { try Self.impostor(isOtherRoot: false) }
        _ = try await (root, name)
    }

    /// - Parameter isOtherRoot: its certificate is by an issuer that is not trusted; otherwise it is
    ///   for another name.
    private static func impostor(isOtherRoot: Bool) throws {
        let scratch = try Scratch()
        let authority = try ThrowawayCA()
        let trusted = try ThrowawayCA()
        let issuer = isOtherRoot ? authority : trusted
        let names = isOtherRoot ? "IP:127.0.0.1" : "DNS:venue.example"
        let venue = try LiveExecutionVenue(
            scratch,
            as: try issuer.issue(names: names),
            rootFile: issuer.rootFile
        )
        let backend = try venue.backend(["--ca-file", trusted.rootFile])
        let reader = try backend.stream()
        let flaw =
            isOtherRoot
            ? "the certificate's issuer is not trusted"
            : "the certificate is not for 127.0.0.1"
        for asked in [
            "the venue does not tell its protocol version", "binance",
            "whether the venue serves this place is not known",
        ] {
            #expect(backend.child.complains("\(asked): TLS with 127.0.0.1: \(flaw)"))
        }
        #expect(try reader.next()?.quotes == false)
        try backend.end()
        #expect(try venue.log() == "")
        #expect(try venue.summary()["requests"].integer == 0)
        try venue.end()
    }
}
