internal import Foundation
internal import Synchronization
internal import Testing

/// What becomes of the live market's quotes when its feeds are late, silent or strange.
@Suite struct LiveFeedTests {
    /// A backend, its venue and its stream.
    private struct Party {
        let name: String
        let window: OpenWindow
        let scratch: Scratch
        let venue: LiveVenue
        let backend: Backend
        let reader: StreamReader

        init(_ name: String) throws {
            self.name = name
            window = OpenWindow.soonest
            scratch = try Scratch()
            venue = try LiveVenue(scratch)
            backend = try venue.backend(scratch, series: window.series)
            reader = try backend.stream()
        }

        /// Waits until quotes of ours stand.
        func quotes(within seconds: Double = 0) throws {
            _ = try reader.tick(within: seconds + window.secondsToQuotes) { $0.quotes }
        }

        func end() throws {
            try backend.end()
            try venue.end()
        }
    }

    /// A backend with settings of its own, in a directory that lives as long as this.
    private struct Guest {
        let scratch: Scratch
        let backend: Backend
        let reader: StreamReader

        init(_ settings: String, _ window: OpenWindow, _ arguments: [String] = []) throws {
            scratch = try Scratch()
            try scratch.write(settings, to: ".env")
            backend = try Backend(
                scratch,
                ["--market", "live", "--series", window.series, "--seed", "1"] + arguments
            )
            reader = try backend.stream()
        }
    }

    // MARK: - The start

    @Test("with Binance's past minutes nothing is warmed up: the first quotes come at once")
    func warmStart() async throws {
        try await onThread {
            let party = try Party("warm")
            let deadline = Deadline(seconds: party.window.secondsToQuotes)
            while let tick = try party.reader.next() {
                // Fifteen seconds of them are needed where nothing is known.
                #expect(!tick.reason.contains("samples"), "\(tick.reason)")
                if tick.quotes || deadline.hasPassed { break }
            }
            #expect(!deadline.hasPassed)
            #expect(party.backend.child.complains("binance: 999 seconds of the past are known"))
            try party.end()
        }
    }

    @Test("where the past minutes are refused, or are garbage, the samples are waited for")
    func coldStart() async throws {
        try await onThread {
            // Without its candle an hour has no strike.
            let window = OpenWindow(hours: 4)
            let venue = try LiveVenue(try Scratch())
            try venue.control("status?path=/api/v3/klines&code=404&n=1000")
            let settings = LiveVenue.settings(port: venue.port)
            // The venue answers OK to whatever is asked below this path.
            let garbled = settings.replacingOccurrences(
                of: "BINANCE_REST_URL=http://127.0.0.1:\(venue.port)",
                with: "BINANCE_REST_URL=http://127.0.0.1:\(venue.port)/ok"
            )
            let guests = [try Guest(settings, window), try Guest(garbled, window)]
            for guest in guests {
                let warming = try guest.reader.tick { $0.action == "WARMING_UP" && !$0.quotes }
                #expect(warming.reason.contains("s of samples"), "\(warming.reason)")
            }
            for guest in guests {
                _ = try guest.reader.tick(within: 20 + window.secondsToQuotes) { $0.quotes }
            }
            for (guest, end) in zip(guests, ["was answered with 404", "cannot be read ("]) {
                #expect(guest.backend.child.complains("binance: the history \(end)"))
                let metrics = try Metrics(guest.backend)
                #expect(metrics.feed("refusals_total", "binance_rest") ?? 0 > 0)
                try guest.backend.end()
            }
            try venue.end()
        }
    }

    // MARK: - The reference price

    @Test("while Binance's stream is silent its price is asked for, and nothing is added")
    func fallback() async throws {
        try await onThread {
            // Silence behind an open connection, with pings answered and without.
            let parties = [try Party("stall"), try Party("mute")]
            for party in parties { try party.quotes() }
            for party in parties { try party.venue.control("\(party.name)/binance") }
            for party in parties {
                let stale = try party.reader.tick { $0.action == "SKIPPED_STALE_DATA" }
                #expect(stale.riskState == "halted" && stale.reason.contains("reference"))
            }
            for party in parties {
                let degraded = try party.reader.tick { $0.action == "REDUCE_ONLY" }
                #expect(degraded.reason.hasPrefix("REF_DEGRADED: "), "\(party.name)")
                #expect(degraded.riskState == "reduce_only" && !degraded.quotes)
            }
            let before = try parties.map { try Metrics($0.backend) }
            for (party, before) in zip(parties, before) {
                try Self.expectPolling(party, since: before)
            }
            for party in parties { try party.venue.control("go/binance") }
            for party in parties {
                let back = try party.reader.tick(within: 15) { $0.quotes }
                // A busy host is worth a caution.
                #expect(["active", "caution"].contains(back.riskState), "\(back.text)")
                let metrics = try Metrics.once(party.backend) { $0.feed("live", "binance") == 1 }
                #expect(metrics.triggers("referencePolled") == 1)
                try party.end()
            }
        }
    }

    /// Expects that prices go on coming, and by requests alone.
    private static func expectPolling(_ party: Party, since before: Metrics) throws {
        #expect(before.feed("live", "binance") == 0)
        var prices: Set<Double> = []
        while prices.count < 3 {
            let tick = try party.reader.tick { !$0.json["binance_price"].isNull }
            let price = try #require(tick.json["binance_price"].number)
            prices.insert(price)
            #expect(abs(price - 83_000) < 500, "\(party.name)")
            #expect(!tick.quotes && tick.riskState == "reduce_only", "\(tick.text)")
        }
        let after = try Metrics(party.backend)
        let messages = [before, after].map { $0.feed("messages_total", "binance") }
        #expect(messages[0] == messages[1], "\(party.name)")
        let answers = [before, after].compactMap { $0.feed("messages_total", "binance_rest") }
        #expect(answers.count == 2 && answers[1] > answers[0], "\(party.name)")
        #expect(after.triggers("referencePolled") == 1)
        try party.venue.awaits("GET /api/v3/ticker/bookTicker 200", count: 3)
    }

    // MARK: - The hour

    /// As the venue names the hour that begins then, in New York's time.
    private static func hourSlug(start: Int) -> String {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(identifier: "America/New_York")
        format.dateFormat = "MMMM-d-ha"
        let text = format.string(from: Date(timeIntervalSince1970: Double(start))).lowercased()
        return "bitcoin-up-or-down-\(text)-et"
    }

    @Test("an hour is found by its name, its strike is its candle's open, and its outcome ends it")
    func hour() async throws {
        try await onThread {
            let venue = try LiveVenue(try Scratch())
            let window = OpenWindow(hours: 1)
            let scratch = try Scratch()
            let backend = try venue.backend(scratch, series: window.series)
            let reader = try backend.stream()
            let quoting = try reader.tick(within: window.secondsToQuotes) { $0.quotes }
            let slug = Self.hourSlug(start: window.start)
            try venue.awaits("asked \(slug)")
            let candle = try venue.request(
                "GET",
                "/api/v3/klines?symbol=BTCUSDT&interval=1h&startTime=\(window.start)000&limit=1"
            ).json.elements.first
            let open = try #require(candle?.elements[1].text.flatMap(Double.init))
            #expect(quoting.json["token_id"].text == window.upToken)
            #expect(quoting.json["strike"].number == open)
            #expect(backend.child.complains("\(slug): followed (settles by binanceCandle)"))

            try venue.control("resolve/\(slug)?winner=Down")
            let resolved = try reader.tick { $0.action == "MARKET_RESOLVED" }
            #expect(resolved.reason.hasPrefix("NO won"), "\(resolved.reason)")
            _ = try reader.tick { !$0.quotes }
            try venue.awaits("unsubscribed \(window.upToken)")
            try backend.end()
            try venue.end()
        }
    }

    // MARK: - The book

    @Test("a contradicted book takes the quotes away, and they return with a sound one")
    func drift() async throws {
        try await onThread {
            let party = try Party("lie")
            try party.quotes()
            try party.venue.control("lie/market")
            let doubtful = try party.reader.tick { $0.reason.contains("BOOK_DRIFT") }
            try party.venue.control("go/market")
            #expect(doubtful.riskState == "halted", "\(doubtful.text)")
            _ = try party.reader.tick { $0.action == "QUOTE_CANCELLED" && !$0.quotes }
            // A second book in doubt is asked for again after ten seconds.
            try party.quotes(within: 15)
            let metrics = try Metrics.once(party.backend) { $0.triggers("bookDrifted") == 1 }
            #expect(metrics.feed("refusals_total", "polymarket_market") ?? 0 > 0)
            #expect(party.backend.child.complains("the book is sound again"))
            try party.end()
        }
    }

    @Test("a member that is not known stops what adds, unless the operator says that it may be")
    func unknownMember() async throws {
        try await onThread {
            let venue = try LiveVenue(try Scratch())
            let isStrange = Flag()
            let relay = try FrameRelay(to: venue.port) { text in
                guard isStrange.isSet else { return text }
                return text.replacingOccurrences(
                    of: #""event_type":"price_change","#,
                    with: #""event_type":"price_change","fee_tier":3,"#
                )
            }
            let settings = LiveVenue.settings(port: venue.port).replacingOccurrences(
                of: "POLYMARKET_WS_URL=ws://127.0.0.1:\(venue.port)",
                with: "POLYMARKET_WS_URL=ws://127.0.0.1:\(relay.port)"
            )
            let window = OpenWindow.soonest
            let strict = try Guest(settings, window)
            let tolerant = try Guest(settings, window, ["--tolerate-unknown-members"])
            for guest in [strict, tolerant] {
                _ = try guest.reader.tick(within: window.secondsToQuotes) { $0.quotes }
            }
            isStrange.set()
            let doubted = try strict.reader.tick { $0.reason.contains("BOOK_FORMAT") }
            #expect(doubted.riskState == "reduce_only", "\(doubted.text)")
            _ = try strict.reader.tick { !$0.quotes }
            let sentence = "the venue says what is not known here: nothing is added"
            #expect(strict.backend.child.complains(sentence))
            #expect(strict.backend.child.complained.contains(#""fee_tier":3"#))
            // Its reader is behind: what it reads until then was said before.
            let kept = try tolerant.reader.tick { $0.seq > doubted.seq && $0.quotes }
            #expect(["active", "caution"].contains(kept.riskState), "\(kept.text)")
            #expect(!tolerant.backend.child.complained.contains(sentence))
            for guest in [strict, tolerant] { try guest.backend.end() }
            relay.end()
            try venue.end()
        }
    }
}

/// Set once, by another thread.
private final class Flag: Sendable {
    private let value = Atomic<Bool>(false)
    var isSet: Bool { value.load(ordering: .relaxed) }
    func set() { value.store(true, ordering: .relaxed) }
}
