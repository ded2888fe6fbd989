internal import Foundation
internal import TestSupport
internal import Testing

/// The live market over TLS: venues on loopback whose certificates a root of this test run signs,
/// and others that must not be trusted.
@Suite(.enabled(if: ThrowawayCA.isPresent, "\(ThrowawayCA.absenceMessage)"))
struct LiveTLSTests {
    private static let names = "DNS:localhost,IP:127.0.0.1"

    // MARK: - Trusted

    @Test("every service is used over TLS, and each feed that is cut is connected again")
    func serve() async throws {
        try await onThread {
            let seconds = OpenWindow.soonest.secondsToQuotes
            let authority = try ThrowawayCA()
            let venue = try SecureVenue(
                authority.issue(names: Self.names),
                trusting: authority.rootFile
            )
            let backend = try venue.backend()
            let reader = try backend.stream()
            _ = try reader.tick(within: seconds) { $0.quotes }
            let feeds = ["binance", "polymarket_prices", "polymarket_market"]
            let metrics = try Metrics.once(backend) { metrics in
                feeds.allSatisfy { metrics.feed("live", $0) == 1 }
            }
            for feed in feeds { #expect(metrics.feed("attempts_total", feed) == 1) }
            #expect(metrics.feed("messages_total", "binance_rest") ?? 0 > 0)
            #expect(metrics.feed("messages_total", "polymarket_records") ?? 0 > 0)
            for feed in ["binance", "prices", "market"] {
                _ = try venue.control("drop/\(feed)")
            }
            for feed in ["binance", "prices", "market"] {
                try venue.awaits("connected \(feed)", count: 2)
            }
            for feed in ["binance", "polymarket prices", "polymarket market"] {
                let sentence = "\(feed): the connection is gone; trying again"
                #expect(backend.child.complains(sentence))
            }
            // Quotes go with the books and come back with them.
            _ = try reader.tick { !$0.quotes }
            _ = try reader.tick { $0.quotes }
            let address = "wss://127.0.0.1:\(venue.port)/"
            #expect(backend.child.complained.contains("Binance btcusdt at \(address)\n"))
            #expect(backend.child.complained.contains("books: \(address)ws/market, markets: https"))
            try backend.end()
            try venue.end()
        }
    }

    @Test("a recording is made and the doctor asks over TLS too")
    func recordAndDoctor() async throws {
        try await onThread {
            let authority = try ThrowawayCA()
            let venue = try SecureVenue(
                authority.issue(names: Self.names),
                trusting: authority.rootFile
            )
            let (record, doctor) = (try venue.record(seconds: 3), try venue.doctor())
            #expect(try record.exitCode(within: 20) == 0, "\(record.complained)")
            let kept = try #require(venue.scratch.read("kept"))
            for word in ["\"event_type\":\"book\"", "@bookTicker", "_twap_", "conditionId"] {
                #expect(kept.contains(word), "\(word)")
            }
            _ = try doctor.exitCode(within: 20)
            let findings = JSON(parsing: doctor.said)["findings"].elements
            for (area, name) in Self.asked + [("feeds", "market"), ("clock", "binance")] {
                let finding = findings.first {
                    $0["area"].text == area && $0["name"].text == name
                }
                #expect(finding?["verdict"].text == "pass", "\(finding?["text"].text ?? name)")
            }
            try venue.end()
        }
    }

    // MARK: - Not trusted

    /// A server that must be refused.
    struct Impostor: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// What is said of it.
        let sentence: String
        /// Under what name it is asked.
        var host = "127.0.0.1"
        /// - Parameters: the authority that is trusted, and another one.
        let identity: @Sendable (ThrowawayCA, ThrowawayCA) throws -> ThrowawayCA.Identity
    }

    private static let impostors = [
        Impostor(
            testDescription: "signed by itself",
            sentence: "the certificate is self-signed and not trusted"
        ) { authority, _ in try authority.issueSelfSigned(names: names) },
        Impostor(
            testDescription: "signed by another root",
            sentence: "the certificate's issuer is not trusted"
        ) { _, other in try other.issue(names: names) },
        Impostor(
            testDescription: "for another address",
            sentence: "the certificate is not for 127.0.0.1"
        ) { authority, _ in try authority.issue(names: "DNS:localhost,IP:127.0.0.2") },
        Impostor(
            testDescription: "with its name as the common name alone",
            sentence: "the certificate is not for localhost",
            host: "localhost"
        ) { authority, _ in try authority.issue(names: "", commonName: "localhost") },
        Impostor(
            testDescription: "expired yesterday",
            sentence: "the certificate has expired"
        ) { authority, _ in try authority.issue(names: names, days: -1) },
    ]

    /// The services and feeds that the doctor asks without an account.
    private static let asked = [
        ("services", "clob"), ("services", "gamma"), ("services", "geoblock"),
        ("services", "polygon"), ("services", "binance_rest"), ("feeds", "binance"),
        ("feeds", "prices"),
    ]

    @Test(
        "a server that cannot prove who it is gets no request, and everybody says why",
        arguments: impostors
    )
    func refusal(_ impostor: Impostor) async throws {
        try await onThread {
            let (authority, other) = (try ThrowawayCA(), try ThrowawayCA())
            let venue = try SecureVenue(
                impostor.identity(authority, other),
                trusting: authority.rootFile,
                host: impostor.host
            )
            let backend = try venue.backend()
            let (record, doctor) = (try venue.record(seconds: 1), try venue.doctor())
            let because = "TLS with \(impostor.host): \(impostor.sentence)"
            for beginning in [
                "binance: ", "polymarket prices: ", "its record cannot be had: ",
                "binance: the history cannot be had: ",
            ] {
                #expect(backend.child.complains(beginning + because), "\(beginning)")
            }
            #expect(try record.exitCode(within: 20) == 1)
            #expect(record.complained.contains("no venue has said anything"))
            #expect(record.complained.contains("binance: \(because); trying again"))
            #expect(try doctor.exitCode(within: 20) == 1)
            let findings = JSON(parsing: doctor.said)["findings"].elements
            for (area, name) in Self.asked {
                let finding = findings.first {
                    $0["area"].text == area && $0["name"].text == name
                }
                #expect(finding?["text"].text == because, "\(name)")
                #expect(finding?["verdict"].text != "pass")
            }

            // It serves all the while, and quotes nothing.
            #expect(try backend.request("GET", "/health").status == 200)
            let metrics = try Metrics(backend)
            for feed in ["binance", "polymarket_prices", "polymarket_market"] {
                #expect(metrics.feed("live", feed) == 0)
            }
            #expect(metrics["engine_orders_placed_total"] == 0)
            #expect(try backend.patch(#"{"order_size":7}"#).status == 200)
            try backend.end()
            #expect(try venue.control("log").isEmpty)
            try venue.end()
            withExtendedLifetime((authority, other)) {}
        }
    }

    @Test("a server that was refused is used as soon as it shows the right certificate")
    func repaired() async throws {
        try await onThread {
            let authority = try ThrowawayCA()
            let (root, seconds) = (authority.rootFile, OpenWindow.soonest.secondsToQuotes)
            let selfSigned = try authority.issueSelfSigned(names: Self.names)
            let wrong = try SecureVenue(selfSigned, trusting: root)
            let port = wrong.port
            let backend = try wrong.backend()
            let reader = try backend.stream()
            #expect(backend.child.complains("polymarket prices: TLS with"))
            try wrong.end()
            let issued = try authority.issue(names: Self.names)
            let right = try SecureVenue(issued, trusting: root, port: port)
            _ = try reader.tick(within: 30 + seconds) { $0.quotes }
            try backend.end()
            try right.end()
        }
    }
}

/// The venues under TLS, with the settings that point to them.
private final class SecureVenue {
    /// Where the commands run; `.env` is here.
    let scratch: Scratch
    private let series: String
    private let venue: LiveVenue
    private let rootFile: String

    /// - Parameters:
    ///   - identity: what the venues show.
    ///   - rootFile: the certificate that is trusted.
    ///   - host: under what name they are asked.
    ///   - series: what is traded there.
    init(
        _ identity: ThrowawayCA.Identity,
        trusting rootFile: String,
        host: String = "127.0.0.1",
        port: UInt16 = 0,
        series: String = OpenWindow.soonest.series
    ) throws {
        self.series = series
        scratch = try Scratch()
        venue = try LiveVenue(
            scratch,
            ["--port", "\(port)", "--tls", identity.certificateFile, identity.keyFile]
        )
        self.rootFile = rootFile
        let settings = LiveVenue.settings(port: venue.port)
            .replacingOccurrences(of: "http://", with: "https://")
            .replacingOccurrences(of: "ws://", with: "wss://")
            .replacingOccurrences(of: "127.0.0.1", with: host)
        try scratch.write(settings, to: ".env")
    }

    var port: UInt16 { venue.port }

    func end() throws { try venue.end() }

    private var arguments: [String] {
        ["--series", series, "--ca-file", rootFile]
    }

    func backend() throws -> Backend {
        try Backend(scratch, ["--market", "live", "--seed", "1"] + arguments)
    }

    func record(seconds: Int) throws -> Child {
        try Child(
            ["record", "--output", "kept", "--seconds", "\(seconds)"] + arguments,
            directory: scratch.path
        )
    }

    func doctor() throws -> Child {
        try Child(["doctor", "--json"] + arguments, directory: scratch.path)
    }

    /// Asks as somebody who trusts every certificate.
    func control(_ what: String) throws -> String {
        let request = "GET /control/\(what) HTTP/1.1\r\nhost: venue\r\nconnection: close\r\n\r\n"
        let child = try Child(
            ["s_client", "-quiet", "-connect", "127.0.0.1:\(port)"],
            program: "openssl",
            directory: scratch.path,
            input: Array(request.utf8)
        )
        _ = try child.exitCode(within: 10)
        let response = try Response(Array(child.said.utf8))
        guard response.status == 200 else { throw Missing("the control \(what)") }
        return response.body
    }

    /// Waits until the log has so many lines that begin so.
    func awaits(_ line: String, count: Int) throws {
        let deadline = Deadline(seconds: 10)
        var log = ""
        while !deadline.hasPassed {
            log = try control("log")
            if log.split(separator: "\n").count(where: { $0.hasPrefix(line) }) >= count { return }
        }
        throw Missing("\(line), \(count) times, in \(log)")
    }
}
