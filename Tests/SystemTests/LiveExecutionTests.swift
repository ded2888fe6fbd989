internal import Foundation
internal import Testing

/// `serve --market live --execution live` against a venue on loopback that checks every signature.
@Suite struct LiveExecutionTests {
    /// Seconds for a window's strike, the volatility's first samples and the account's look.
    private static let warmUp = 60.0

    /// Waits until an order rests, in a window that has long enough to go.
    private static func quoting(_ reader: StreamReader) throws {
        let length = 14_400
        let left = length - Int(Date().timeIntervalSince1970) % length
        _ = try reader.tick(within: warmUp + (left < 300 ? Double(left) : 0)) { $0.quotes }
    }

    private static var slug: String {
        let now = Int(Date().timeIntervalSince1970)
        return "btc-updown-4h-\(now - now % 14_400)"
    }

    /// Waits until a count on `/metrics` is this.
    private static func awaits(
        _ name: String,
        _ value: Int,
        of backend: Backend,
        within seconds: Double = 10
    ) throws {
        let deadline = Deadline(seconds: seconds)
        var last = ""
        while !deadline.hasPassed {
            let body = try backend.request("GET", "/metrics").body
            last =
                body.split(separator: "\n").first { $0.hasPrefix(name + " ") }.map { "\($0)" } ?? ""
            if last == "\(name) \(value).0" { return }
            usleep(100_000)
        }
        throw Missing("\(name) \(value), not \(last)")
    }

    @Test("a session goes from discovery through orders, fills and faults to settlement")
    func session() async throws {
        try await onThread {
            let scratch = try Scratch()
            let venue = try LiveExecutionVenue(scratch, hasCredentials: true)
            let backend = try venue.backend()
            let reader = try backend.stream()
            try Self.quoting(reader)
            #expect(backend.child.complains("ORDERS ARE REAL"))

            try Self.fillsAreBookedOnce(venue, backend, reader)
            try Self.failedTradesAreTakenBack(venue, reader)
            try Self.lostAnswersDoNotDouble(venue, backend)
            try Self.socketsComeBack(venue, backend, reader)
            try Self.gridsChange(venue, backend, reader)
            try Self.refusalsHold(venue, backend, reader)

            try venue.control("resolve/\(Self.slug)?winner=Up")
            let resolved = try reader.tick { $0.action == "MARKET_RESOLVED" }
            #expect(resolved.json["inventory"].number == 0)
            // What the engine has is what the venue paid.
            let cash = try #require(try venue.summary()["cash"].text.flatMap { Double($0) })
            let equity = try #require(resolved.json["total_equity"].number)
            #expect(abs(equity - cash) < 0.01, "\(equity) and \(cash)")

            let metrics = try backend.request("GET", "/metrics").body
            try backend.end()
            let summary = try venue.summary()
            #expect(summary["open_now"].integer == 0)
            #expect(summary["signatures_wrong"].integer == 0)
            #expect(summary["hmac_wrong"].integer == 0)
            #expect(summary["unauthorized"].keys.isEmpty)
            #expect(summary["heartbeats_expired"].integer == 0)
            try Self.secretsAreNowhere(
                scratch,
                [backend.child.said, backend.child.complained, metrics, reader.seen]
            )
            try venue.end()
        }
    }

    private static func fillsAreBookedOnce(
        _ venue: LiveExecutionVenue,
        _ backend: Backend,
        _ reader: StreamReader
    ) throws {
        try venue.control("duplicate?n=6")
        try venue.control("reorder?n=3")
        let order = try venue.take(3)
        let fill = try reader.tick {
            $0.action.hasPrefix("ORDER_") && $0.action.hasSuffix("FILLED")
        }
        #expect(fill.reason.contains("@ \(order.price)"), "\(fill.reason)")
        #expect(fill.trades == 1)
        try awaits("quesquant_engine_fills_total", 1, of: backend)
        #expect(try venue.summary()["fills"].integer == 1)
    }

    private static func failedTradesAreTakenBack(
        _ venue: LiveExecutionVenue,
        _ reader: StreamReader
    ) throws {
        let before = try #require(try reader.next()?.json["inventory"].number)
        try venue.control("fail-trade?n=1")
        _ = try venue.take(2)
        _ = try reader.tick { $0.action.hasPrefix("ORDER_") && $0.action.hasSuffix("FILLED") }
        let reversed = try reader.tick(within: 20) { $0.action == "FILL_REVERSED" }
        #expect(reversed.json["inventory"].number == before)
    }

    private static func lostAnswersDoNotDouble(
        _ venue: LiveExecutionVenue,
        _ backend: Backend
    ) throws {
        let taken = try venue.summary()["orders_taken"].integer ?? 0
        try venue.control("lose-answers?n=2&path=/order")
        // Quotes are replaced: both requests of the next one are carried out, and unanswered.
        #expect(try backend.patch(#"{"spread_offset":0.02}"#).status == 200)
        try venue.awaits("another order", within: 20) {
            try $0.summary()["orders_taken"].integer ?? 0 > taken
        }
        try awaits("quesquant_gateway_orders_in_doubt", 0, of: backend, within: 15)
        #expect(try venue.openCount() <= 2)
        #expect(try venue.summary()["open_max"].integer ?? 99 <= 2)
    }

    private static func socketsComeBack(
        _ venue: LiveExecutionVenue,
        _ backend: Backend,
        _ reader: StreamReader
    ) throws {
        try venue.control("drop/user")
        #expect(backend.child.complains("the user socket is down, so fills are not seen"))
        _ = try venue.take(2)
        // The fill that the socket did not tell, or the new one did, is booked all the same.
        _ = try reader.tick(within: 20) {
            $0.action.hasPrefix("ORDER_") && $0.action.hasSuffix("FILLED")
        }
    }

    private static func gridsChange(
        _ venue: LiveExecutionVenue,
        _ backend: Backend,
        _ reader: StreamReader
    ) throws {
        // On the finer grid the venue's book is too wide to be quoted in; on the old one it is not.
        try venue.control("tick-size?slug=\(slug)&tick=0.001")
        _ = try reader.tick { !$0.quotes && $0.reason.contains("spread") }
        let taken = try venue.summary()["orders_taken"].integer ?? 0
        try venue.control("tick-size?slug=\(slug)&tick=0.01")
        try venue.awaits("orders on the old grid", within: 20) {
            try $0.summary()["orders_taken"].integer ?? 0 > taken
        }
        #expect(try venue.summary()["orders_refused"]["offTick"].isNull)
    }

    private static func refusalsHold(
        _ venue: LiveExecutionVenue,
        _ backend: Backend,
        _ reader: StreamReader
    ) throws {
        try venue.control("status?path=/order&code=429&n=1&retry-after=1")
        #expect(try backend.patch(#"{"spread_offset":0.03}"#).status == 200)
        #expect(backend.child.complains("no order leaves: the venue's rate limit"))
        try venue.awaits("quotes after the limit") { try $0.openCount() == 2 }
        // The venue restarts: its sockets are gone, and it takes neither orders nor cancels.
        try venue.control("restart?seconds=3&post-only=0")
        #expect(try backend.patch(#"{"spread_offset":0.01}"#).status == 200)
        let held = try reader.tick(within: 20) { $0.reason.contains("VENUE_RESTARTING") }
        #expect(held.riskState == "halted")
        try venue.awaits("no order when it is back", within: 15) { try $0.openCount() == 0 }
        #expect(backend.child.complains("polymarket market: live"))
    }

    /// No secret is in anything that the program says or keeps.
    private static func secretsAreNowhere(
        _ scratch: Scratch,
        _ said: [String]
    ) throws {
        let secrets = [
            LiveExecutionVenue.privateKey, LiveExecutionVenue.secret,
            LiveExecutionVenue.passphrase,
        ]
        for text in said {
            for secret in secrets { #expect(!text.lowercased().contains(secret.lowercased())) }
        }
        let files = FileManager.default.enumerator(atPath: scratch("data"))
        var count = 0
        while let name = files?.nextObject() as? String {
            guard let data = FileManager.default.contents(atPath: scratch("data/\(name)")) else {
                continue
            }
            count += 1
            for secret in secrets { #expect(data.range(of: Data(secret.utf8)) == nil, "\(name)") }
        }
        #expect(count >= 4)
        #expect(!said.contains { $0.contains(LiveExecutionVenue.apiKey) })
    }

    @Test("a stop is confirmed when the venue has no order; a crash leaves none after 15 seconds")
    func stopAndCrash() async throws {
        try await onThread {
            let scratch = try Scratch()
            let venue = try LiveExecutionVenue(scratch)
            let backend = try venue.backend()
            let reader = try backend.stream()
            try Self.quoting(reader)

            try venue.awaits("two quotes") { try $0.openCount() == 2 }
            try venue.control("cancel-all-lies?n=2")
            #expect(try backend.stop().status == 200)
            let taken = try venue.summary()["orders_taken"].integer
            _ = try reader.tick { $0.action == "KILL_SWITCH" }
            _ = try reader.tick(within: 20) { $0.action == "CANCEL_ALL_CONFIRMED" }
            #expect(try venue.openCount() == 0)
            #expect(try venue.summary()["orders_taken"].integer == taken)
            // The venue said that all was cancelled, and nothing was: found out, and cancelled one
            // by one.
            let log = try venue.log()
            #expect(log.contains("DELETE /cancel-all 200") && log.contains("DELETE /order 200"))

            #expect(try backend.patch(#"{"is_running":true}"#).status == 200)
            try venue.awaits("orders after the stop was lifted", within: 20) {
                try $0.openCount() == 2
            }
            try Self.isAlone(scratch)
            try backend.child.crash()
            #expect(try venue.openCount() == 2)
            try venue.awaits("no order without a sign of life", within: 16) {
                try $0.openCount() == 0
            }
            #expect(try venue.summary()["heartbeats_expired"].integer == 1)
            let second = try venue.backend()
            #expect(second.child.complains("the venue has no order of ours open"))
            try second.end()
            try venue.end()
        }
    }

    /// A second process with the same account is refused, whatever directory it uses.
    private static func isAlone(_ scratch: Scratch) throws {
        let other = try Child(
            [
                "serve", "--bind", "127.0.0.1", "--port", "0", "--data-dir", "other",
                "--market", "live", "--execution", "live",
            ],
            directory: scratch.path
        )
        #expect(try other.exitCode(within: 10) == 1)
        #expect(other.complained.contains("is traded with by another quesquant"))
    }

    @Test("what live execution needs is said, by the name of the setting")
    func usage() async throws {
        try await onThread {
            let scratch = try Scratch()
            func complaint(_ arguments: [String], _ settings: String = "") throws -> String {
                try scratch.write(settings, to: ".env")
                try FileManager.default.setAttributes(
                    [.posixPermissions: 0o600],
                    ofItemAtPath: scratch(".env")
                )
                let child = try Child(
                    ["serve", "--port", "0", "--execution", "live"] + arguments,
                    directory: scratch.path
                )
                #expect(try child.exitCode(within: 10) == 2)
                return child.complained
            }
            #expect(try complaint([]).contains("--execution live: only with --market live"))
            let live = ["--market", "live"]
            #expect(try complaint(live).contains("POLYMARKET_PRIVATE_KEY"))
            let key = "POLYMARKET_PRIVATE_KEY=" + String(repeating: "1", count: 64) + "\n"
            #expect(try complaint(live, key).contains("POLYMARKET_SIGNATURE_TYPE"))
            let rest = key + "POLYMARKET_SIGNATURE_TYPE=0\nPOLYMARKET_CLOB_URL=ftp://x\n"
            let said = try complaint(live, rest)
            #expect(said.contains("POLYMARKET_CLOB_URL"))
            #expect(!said.contains("1111"))
        }
    }
}
