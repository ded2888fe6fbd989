internal import Foundation
internal import TestSupport
internal import Testing

/// What the fake venue does wrong when it is asked to.
@Suite(.enabled(if: ThrowawayCA.isPresent, "\(ThrowawayCA.absenceMessage)"))
struct VenueFaultTests {
    @Test("an answer that is lost leaves the order on the book, and the same one is refused")
    func lostAnswer() async throws {
        try await onThread {
            let trader = try VenueTrader(try Scratch())
            let signed = try trader.sign()
            try trader.venue.control("lose-answers?n=1&path=/order")
            #expect(throws: Missing.self) { try trader.call("POST", "/order", signed.body) }
            #expect(try trader.state(signed.id) == "LIVE")
            let again = try trader.call("POST", "/order", signed.body)
            #expect(again.status == 400 && again.body.contains("Duplicated"))
            try trader.venue.end()
        }
    }

    @Test("refusals by status come so often as asked for, with the venue's texts")
    func statuses() async throws {
        try await onThread {
            let trader = try VenueTrader(try Scratch())
            let signed = try trader.sign()
            func place() throws -> Response { try trader.call("POST", "/order", signed.body) }
            let venue = trader.venue
            try venue.control("status?path=/order&code=425&n=2")
            for _ in 0..<2 {
                let answer = try place()
                #expect(answer.status == 425 && answer.body == "service not ready")
            }
            try venue.control("status?path=/order&code=429&retry-after=3")
            #expect(try place()["retry-after"] == "3")
            try venue.control("status?path=/order&code=500")
            #expect(try place().json["error"].text == "could not insert order")
            try venue.control("mode/cancel-only?seconds=60")
            #expect(try place().body.contains("cancel-only"))
            #expect(try trader.call("DELETE", "/cancel-all").status == 200)
            try venue.control("mode/post-only?seconds=60")
            let taker = try trader.sign(terms: #""orderType":"GTC""#)
            let refused = try trader.call("POST", "/order", taker.body)
            #expect(refused.status == 503)
            #expect(refused.json["code"].text == "post_only_mode")
            #expect(refused.json["retry_after_seconds"].integer != nil)
            #expect(try place().status == 200)
            try venue.end()
        }
    }

    @Test("too many orders a second are refused with the time to wait")
    func rateLimit() async throws {
        try await onThread {
            // A burst of one and a half times the rate.
            let trader = try VenueTrader(try Scratch(), ["--order-rate", "0.02"])
            let bodies = try (0..<2).map { try trader.sign(price: 40 + Double($0)).body }
            let answer = try trader.call(
                "POST",
                "/orders",
                "[" + bodies.joined(separator: ",") + "]"
            )
            #expect(answer.status == 429)
            #expect(answer["retry-after"].flatMap { Int($0) } ?? 0 > 0)
            #expect(try trader.venue.summary()["rate_limited"].integer == 1)
            try trader.venue.end()
        }
    }

    @Test("a cancel of everything may lie, and a restart keeps orders and cuts sockets")
    func liesAndRestarts() async throws {
        try await onThread {
            let trader = try VenueTrader(try Scratch())
            let venue = trader.venue
            let id = try trader.place()
            try venue.control("cancel-all-lies?n=1")
            let told = try trader.call("DELETE", "/cancel-all").json
            #expect(told["canceled"].elements.map(\.text) == [id])
            #expect(try trader.state(id) == "LIVE")

            let user = try VenueSocket.user(venue)
            try venue.awaits("subscribed user")
            try venue.control("restart?seconds=60&post-only=60")
            #expect(try user.next() == nil)
            #expect(try trader.call("GET", "/data/orders").status == 425)
            try venue.control("clock?seconds=10")
            let late = VenueTrader.Proof(offset: 10)
            #expect(try trader.call("DELETE", "/cancel-all", proof: late).status == 425)
            try venue.control("clock?seconds=61")
            let later = VenueTrader.Proof(offset: 61)
            let open = try trader.call("GET", "/data/orders", proof: later).json
            #expect(open["data"].elements.map { $0["id"].text } == [id])
            #expect(try trader.call("DELETE", "/cancel-all", proof: later).body.contains(id))
            try venue.end()
        }
    }

    @Test(
        "a swallowed request is never answered, a late one is, and both are told apart in the log"
    )
    func silence() async throws {
        try await onThread {
            let trader = try VenueTrader(try Scratch())
            let venue = trader.venue
            try venue.control("half-open?n=1&path=/time")
            #expect(throws: Missing.self) { try venue.request("GET", "/time", within: 0.3) }
            #expect(try venue.request("GET", "/time").status == 200)
            try venue.awaits("GET /time swallowed")
            let signed = try trader.sign()
            try venue.control("late-ack?ms=400")
            let begin = Deadline.now
            #expect(try trader.call("POST", "/order", signed.body).status == 200)
            #expect(Deadline.now - begin >= 390_000_000)
            try venue.end()
        }
    }

    @Test("user events come twice and out of order, and a trade that fails gives its money back")
    func userEvents() async throws {
        try await onThread {
            let trader = try VenueTrader(try Scratch(), ["--cash", "100"])
            let venue = trader.venue
            let stranger = try VenueSocket.user(venue, secret: "AAAA")
            #expect(try stranger.next() == nil)
            // Cut off, without a word.
            #expect(stranger.closeCode == nil)
            let user = try VenueSocket.user(venue)
            try venue.awaits("subscribed user")
            try user.send("PING")
            #expect(try user.next() == "PONG")
            try venue.control("duplicate?n=1")
            let id = try trader.place("BUY", price: 50)
            let first = try user.next()
            #expect(try user.next() == first)
            try venue.control("reorder?n=1")
            try venue.control("fail-trade?n=1")
            try venue.control("take?order=\(id)&size=10")
            // The order's event is overtaken by its trade's.
            let trade = JSON(parsing: try user.next() ?? "")
            let order = JSON(parsing: try user.next() ?? "")
            #expect(trade["event_type"].text == "trade" && order["type"].text == "UPDATE")
            #expect(try trader.cash() == 95_000_000)
            for status in ["RETRYING", "FAILED"] {
                let event = try user.message { $0["event_type"].text == "trade" }
                #expect(event["status"].text == status)
                #expect(event["id"].text == trade["id"].text)
            }
            #expect(try trader.cash() == 100_000_000)
            try venue.end()
        }
    }

    @Test("the grid changes while the market runs, and orders of others are listed as theirs")
    func gridAndForeigners() async throws {
        try await onThread {
            let trader = try VenueTrader(try Scratch())
            let venue = trader.venue
            let market = try VenueSocket(venue, "/ws/market")
            try market.send(
                #"{"assets_ids":["\#(VenueTrader.up)"],"type":"market","#
                    + #""custom_feature_enabled":true}"#
            )
            let books = JSON(parsing: try market.next() ?? "").elements
            #expect(books.first?["event_type"].text == "book")
            #expect(
                try trader.call("POST", "/order", try trader.sign(price: 48.5).body).status == 400
            )
            try venue.control("tick-size?slug=\(VenueTrader.slug)&tick=0.001")
            let change = try market.message { $0["event_type"].text == "tick_size_change" }
            #expect(change["old_tick_size"].text == "0.01")
            #expect(change["new_tick_size"].text == "0.001")
            let id = try trader.place("BUY", price: 49.5)
            let level = try market.message { message in
                message["price_changes"].elements.contains { $0["price"].text == "0.495" }
            }
            let told = level["price_changes"].elements
            #expect(told.map { $0["side"].text } == ["BUY", "SELL"])
            #expect(told.map { $0["price"].text } == ["0.495", "0.505"])
            #expect(told.map { $0["best_bid"].text } == ["0.495", "0.49"])

            let best = try market.message { $0["event_type"].text == "best_bid_ask" }
            #expect(best["best_bid"].text == "0.495" && best["spread"].text == "0.015")

            try venue.control("foreign-order?slug=\(VenueTrader.slug)&side=BUY&price=0.3&size=7")
            let open = try trader.call("GET", "/data/orders").json["data"].elements
            #expect(open.count == 2)
            let foreign = try #require(open.first { $0["id"].text != id })
            #expect(foreign["owner"].text != VenueTrader.apiKey)
            #expect(foreign["maker_address"].text == trader.address)

            try venue.control("resolve/\(VenueTrader.slug)?winner=Down")
            let end = try market.message { $0["event_type"].text == "market_resolved" }
            #expect(end["winning_outcome"].text == "Down")
            while try market.next() != nil {}
            #expect(market.closeCode == 1_000)
            try venue.end()
        }
    }

    @Test("all of it is served over TLS when a certificate is given")
    func tls() async throws {
        try await onThread {
            let scratch = try Scratch()
            let authority = try ThrowawayCA()
            let identity = try authority.issue(names: "DNS:localhost,IP:127.0.0.1")
            let venue = try LiveVenue(
                scratch,
                ["--tls", identity.certificateFile, identity.keyFile, "--print-env"]
            )
            let base = try venue.printed("POLYMARKET_CLOB_URL")
            #expect(base == "https://127.0.0.1:\(venue.port)")
            #expect(try venue.printed("BINANCE_WS_URL") == "wss://127.0.0.1:\(venue.port)")
            let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            let probe = tests.deletingLastPathComponent().appendingPathComponent("net-probe").path
            let child = try Child(
                ["https-get", base + "/version", "--cacert", authority.rootFile],
                program: probe,
                directory: scratch.path
            )
            #expect(try child.exitCode(within: 10) == 0, "\(child.complained)")
            #expect(child.said.hasPrefix("200 13 bytes"), "\(child.said)")
            try venue.end()
        }
    }
}
