internal import Foundation
internal import Testing

/// `serve --market live` against venues on loopback.
@Suite struct LiveTests {
    /// Seconds to the end of a window of this length where too few are left to be quoted in, so that
    /// the next one has to be waited for; else none.
    private static func untilNext(length: Int) -> Double {
        let left = length - Int(Date().timeIntervalSince1970) % length
        return left < 240 ? Double(left) : 0
    }

    private static func start(length: Int) -> Int {
        let now = Int(Date().timeIntervalSince1970)
        return now - now % length
    }

    /// Waits until the open window has its book and prices, and returns its start.
    private static func warm(_ reader: StreamReader) throws -> Int {
        let wait = 20 + untilNext(length: 14_400)
        _ = try reader.tick(within: wait) { $0.reason.contains("samples") || $0.quotes }
        return start(length: 14_400)
    }

    @Test("the window that is open is found, followed and quoted on paper")
    func quotes() async throws {
        try await onThread {
            let scratch = try Scratch()
            let venue = try LiveVenue(scratch)
            let backend = try venue.backend(scratch)
            let start = Self.start(length: 14_400)
            let reader = try backend.stream()
            try venue.awaits("asked btc-updown-4h-\(start)")
            try venue.awaits("subscribed \(start)144001")
            try venue.awaits("subscribed \(start)144002")
            let warming = try reader.tick { !$0.json["strike"].isNull }
            #expect(warming.json["token_id"].text == "\(start)144001")
            // Chainlink's, stamped with the start; Binance is 24 dollars above it.
            #expect(warming.json["strike"].number == 82_976)
            let wait = 40 + Self.untilNext(length: 14_400)
            let quoting = try reader.tick(within: wait) { $0.quotes }
            #expect(quoting.riskState == "active")
            let fair = try #require(quoting.json["fair_value"].number)
            #expect(abs(fair - 0.5) < 0.1)
            if let bid = quoting.json["own_bid"]["price"].number { #expect(bid < 0.51) }

            let metrics = try backend.request("GET", "/metrics").body
            for feed in ["binance", "polymarket_prices", "polymarket_market"] {
                #expect(metrics.contains("quesquant_feed_attempts_total{feed=\"\(feed)\"} 1.0\n"))
                #expect(metrics.contains("quesquant_feed_live{feed=\"\(feed)\"} 1.0\n"))
            }
            try backend.end()
            try venue.end()
            for line in [
                "reference price: Binance btcusdt at ws://127.0.0.1:\(venue.port)/",
                "btc-updown-4h-\(start): followed (settles by chainlinkTWAP(seconds: 60))",
                "polymarket market: live",
            ] {
                #expect(backend.child.complained.contains(line))
            }
        }
    }

    @Test(
        "a feed that falls silent behind an open connection stops the quotes, and is said to",
        arguments: [("binance", "reference"), ("market", "market")]
    )
    func stall(_ feed: String, _ word: String) async throws {
        try await onThread {
            let scratch = try Scratch()
            let venue = try LiveVenue(scratch)
            let backend = try venue.backend(scratch)
            let reader = try backend.stream()
            _ = try Self.warm(reader)
            try venue.control("stall/\(feed)")
            let stale = try reader.tick(within: 20) { $0.action == "SKIPPED_STALE_DATA" }
            #expect(!stale.quotes)
            #expect(stale.reason.contains(word), "\(stale.reason)")
            #expect(backend.child.complains("nothing new on"))
            try venue.control("go/\(feed)")
            _ = try reader.tick { $0.reason.contains("samples") || $0.quotes }
            try backend.end()
            try venue.end()
        }
    }

    @Test(
        "a feed whose connection is cut is connected again, and its subscription repeated",
        arguments: ["binance", "prices", "market"]
    )
    func drop(_ feed: String) async throws {
        try await onThread {
            let scratch = try Scratch()
            let venue = try LiveVenue(scratch)
            let backend = try venue.backend(scratch)
            let reader = try backend.stream()
            let start = try Self.warm(reader)
            try venue.control("drop/\(feed)")
            #expect(backend.child.complains("; trying again"))
            try venue.awaits("connected \(feed)", count: 2)
            if feed == "market" { try venue.awaits("subscribed \(start)144001", count: 2) }
            // The book that was known before the cut is void; the new one counts.
            _ = try reader.tick { $0.reason.contains("samples") || $0.quotes }
            try backend.end()
            try venue.end()
        }
    }

    @Test("a connection whose end the venue announces is replaced before, without a gap")
    func announcement() async throws {
        try await onThread {
            let scratch = try Scratch()
            let venue = try LiveVenue(scratch)
            let backend = try venue.backend(scratch)
            let reader = try backend.stream()
            _ = try Self.warm(reader)
            try venue.control("announce/binance")
            try venue.awaits("connected binance", count: 2)
            try venue.awaits("left binance")
            _ = try Self.warm(reader)
            let metrics = try backend.request("GET", "/metrics").body
            #expect(metrics.contains("quesquant_feed_losses_total{feed=\"binance\"} 0.0\n"))
            #expect(!backend.child.complained.contains("binance: nothing new"))
            try backend.end()
            try venue.end()
        }
    }

    @Test("a book that the venue itself contradicts is not quoted on until a sound one has come")
    func lie() async throws {
        try await onThread {
            let scratch = try Scratch()
            let venue = try LiveVenue(scratch)
            let backend = try venue.backend(scratch)
            let reader = try backend.stream()
            let start = try Self.warm(reader)
            try venue.control("lie/market")
            let doubtful = try reader.tick { $0.reason.contains("BOOK_DRIFT") }
            #expect(!doubtful.quotes)
            #expect(backend.child.complains("the book is in doubt (topMismatch), \"{"))
            try venue.control("go/market")
            try venue.awaits("unsubscribed \(start)144001")
            try venue.awaits("subscribed \(start)144001", count: 2)
            #expect(backend.child.complains("the book is sound again"))
            _ = try Self.warm(reader)
            try backend.end()
            try venue.end()
        }
    }

    @Test("an outcome on the socket pays out, and the market is not followed any more")
    func resolution() async throws {
        try await onThread {
            let scratch = try Scratch()
            let venue = try LiveVenue(scratch)
            let backend = try venue.backend(scratch)
            let reader = try backend.stream()
            let start = try Self.warm(reader)
            try venue.control("resolve/btc-updown-4h-\(start)")
            _ = try reader.tick { $0.action == "MARKET_RESOLVED" }
            try venue.awaits("unsubscribed \(start)144001")
            try backend.end()
            try venue.end()
        }
    }

    @Test("without a network it serves, says why it does not quote, and ends within two seconds")
    func noNetwork() async throws {
        try await onThread {
            let scratch = try Scratch()
            let venue = try LiveVenue(scratch)
            try venue.end()
            // A port at which nobody listens any more.
            let backend = try venue.backend(scratch)
            let reader = try backend.stream()
            let tick = try reader.tick { $0.reason.contains("no market") }
            #expect(!tick.quotes)
            #expect(try backend.patch(#"{"order_size":7}"#).status == 200)
            #expect(backend.child.complains("connect to 127.0.0.1"))
            let begin = Deadline.now
            try backend.end()
            #expect(Double(Deadline.now - begin) < 2e9 * patience)
        }
    }

    @Test(
        "the next window takes over when the first ends (five minutes)",
        .enabled(if: ProcessInfo.processInfo.environment["QUESQUANT_SLOW_TESTS"] == "1")
    )
    func rollover() async throws {
        try await onThread {
            let scratch = try Scratch()
            let venue = try LiveVenue(scratch)
            let backend = try venue.backend(scratch, series: "btc-updown-5m")
            let next = Self.start(length: 300) + 300
            let reader = try backend.stream()
            let rolled = try reader.tick(within: 330) { $0.action == "MARKET_ROLLOVER" }
            #expect(rolled.reason.contains("btc-updown-5m-\(next)"))
            try venue.awaits("subscribed \(next)3001")
            // Told by the price that is stamped with the start, not by the backlog.
            _ = try reader.tick { $0.action == "STRIKE_SET" }
            _ = try reader.tick(within: 30) { $0.quotes }
            // The socket says nothing of the outcome: the record does.
            _ = try reader.tick(within: 60) { $0.action == "MARKET_RESOLVED" }
            try venue.awaits("unsubscribed \(next - 300)3001")
            try backend.end()
            try venue.end()
        }
    }

    @Test(
        "an address that cannot be used is refused, naming its key",
        arguments: [
            ("POLYMARKET_GAMMA_URL=http://example.org", "POLYMARKET_GAMMA_URL http://example.org/"),
            ("POLYMARKET_WS_URL=https://example.org", "POLYMARKET_WS_URL https://example.org/"),
            ("POLYMARKET_RTDS_URL=nonsense", "POLYMARKET_RTDS_URL: "),
            ("BINANCE_WS_URL=ws://127.0.0.1.example.org", "BINANCE_WS_URL ws://127.0.0.1.example"),
            ("BINANCE_WS_URL=wss://user:secret@example.org", "BINANCE_WS_URL: "),
        ]
    )
    func addresses(_ setting: String, _ sentence: String) async throws {
        try await onThread {
            let scratch = try Scratch()
            try scratch.write(setting + "\n", to: ".env")
            let child = try Child(["serve", "--market", "live"], directory: scratch.path)
            #expect(try child.exitCode(within: 10) == 2)
            #expect(child.complained.contains(sentence), "\(child.complained)")
            #expect(!child.complained.contains("secret"))
        }
    }

    @Test("a series that is none is refused with those that there are")
    func series() async throws {
        try await onThread {
            let scratch = try Scratch()
            for name in ["btc-updown-2h", "btc", "BTC-updown-5m"] {
                let arguments = ["serve", "--market", "live", "--series=\(name)"]
                let child = try Child(arguments, directory: scratch.path)
                #expect(try child.exitCode(within: 10) == 2)
                #expect(child.complained.contains("--series \(name): {btc|"))
            }
        }
    }
}
