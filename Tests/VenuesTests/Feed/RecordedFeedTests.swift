internal import TestSupport
internal import Testing
internal import Trading
internal import Venues
internal import Wire

/// The recorded sessions and minutes, through the sessions that would have followed them.
@Suite(
    .enabled(if: SharedData.isPresent, "\(SharedData.absenceMessage)"),
    .enabled(if: Unpacked.hasGzip, "gzip, which opens the recorded files, is not here")
)
struct RecordedFeedTests {
    private func loopback(_ port: UInt16) -> FeedEndpoint {
        FeedEndpoint(host: "127.0.0.1", port: port, target: "/ws/market", isSecure: false)
    }

    @Test(
        "three feeds at once: each is live with its own frames and reconnects between the cycles",
        arguments: [
            "polymarket_multi_rtds-natural_20260429T0210Z.ndjson.gz",
            "polymarket_multi_current-window_20260429T0312Z.ndjson.gz",
        ]
    )
    func sessions(name: String) throws {
        let lines = try Unpacked.lines(name).map(SessionLine.init)
        let first = Timestamp(milliseconds: try #require(lines.first).received)
        let socket = Socket(follows: [])
        var prices = RTDSDecoder()
        var priceCount = 0
        var references = ["BTCUSDT", "ETHUSDT", "SOLUSDT"].map {
            BinanceReference(symbol: InlineText($0) ?? InlineText())
        }
        let market = FakePeer(VenueFeeds.polymarketMarket(loopback(1), tokens: []), at: first)
        market.read = { frame in
            var channel: Int?
            for item in socket.items(frame) {
                if case .event = item { channel = 0 }
            }
            return channel
        }
        let rtds = FakePeer(
            VenueFeeds.polymarketPrices(loopback(2), topics: [.chainlink]),
            at: first
        )
        rtds.read = { frame in
            guard (try? prices.decode(frame.span)) == .prices else { return nil }
            priceCount += prices.prices.count
            return 0
        }
        let binance = FakePeer(
            VenueFeeds.binance(symbol: "btcusdt", hosts: [loopback(3)]),
            at: first
        )
        binance.read = { frame in
            guard let message = try? BinanceDecoder().decode(frame.span) else { return nil }
            for index in references.indices {
                _ = references[index].take(message, at: binance.now)
            }
            return 0
        }
        let peers = [
            "polymarket_clob": market, "polymarket_rtds_chainlink": rtds, "binance": binance,
        ]
        for peer in peers.values { peer.start() }
        var fed: [String: Int] = [:]
        for line in lines {
            guard let peer = peers[line.source] else { continue }
            // What a request answered did not come on the socket.
            let text = String(decoding: line.payload.prefix(12), as: UTF8.self)
            if line.source == "polymarket_clob" {
                guard String(decoding: line.payload, as: UTF8.self).contains("event_type") else {
                    continue
                }
                if text.hasPrefix("[") { try follow(line.payload, socket) }
            }
            let due = Timestamp(milliseconds: line.received)
            if peer.now < due { peer.wait(due - peer.now) }
            // Between the cycles the feed was cut; the session is on its way back.
            while peer.openConnections.isEmpty { peer.wait(.milliseconds(500)) }
            peer.say(line.payload, on: peer.openConnections.last)
            fed[line.source, default: 0] += 1
        }
        for (source, peer) in peers {
            #expect(peer.session.statistics.messages == Int64(fed[source] ?? 0), "\(source)")
            #expect(fed[source] ?? 0 > 0, "\(source)")
        }
        #expect(socket.statistics.malformed == 0 && socket.statistics.topsMismatched == 0)
        #expect(socket.statistics.hashesMismatched == 0)
        #expect(priceCount > 0)
        #expect(references.allSatisfy { $0.tradesSeen > 0 })
    }

    /// Follows the markets of a frame of books, as if they had been subscribed.
    private func follow(_ frame: [UInt8], _ socket: Socket) throws {
        var tokens: [String: [String]] = [:]
        var order: [String] = []
        var snapshot = emptySnapshot()
        var books = PolymarketBookFrame(frame.span)
        while let book = try books.next(into: &snapshot) {
            let market = String(decoding: frame[book.market], as: UTF8.self)
            if tokens[market] == nil { order.append(market) }
            tokens[market, default: []].append(String(decoding: frame[book.assetID], as: UTF8.self))
        }
        for (index, market) in order.enumerated() {
            let pair = try #require(tokens[market])
            socket.feed.follow(
                SampleMarket.definition(UInt32(index), condition: market, yes: pair[0], no: pair[1])
            )
        }
        socket.feed.reconnected()
    }

    @Test("Binance's minutes: one connection, never stale, pinged by the server, and then rotated")
    func binanceMinutes() throws {
        let lines = try Unpacked.lines("binance_spot_raw_btcusdt_20240808.gz", lines: 12_000)
        var reference = BinanceReference(symbol: try #require(InlineText("BTCUSDT")))
        var stamps: [Timestamp] = []
        var frames: [[UInt8]] = []
        for line in lines {
            let space = try #require(line.firstIndex(of: UInt8(ascii: " ")))
            let stamp = try #require(Int64(String(decoding: line[..<space], as: UTF8.self)))
            stamps.append(Timestamp(nanoseconds: stamp))
            frames.append(Array(line[(space + 1)...]))
        }
        var description = VenueFeeds.binance(symbol: "btcusdt", hosts: [loopback(3)])
        description.lifetimeMax = .seconds(60)
        description.lifetimeJitter = .zero
        let peer = FakePeer(description, at: stamps[0])
        var prices = 0
        peer.read = { frame in
            guard let message = try? BinanceDecoder().decode(frame.span) else { return nil }
            if case .event? = reference.take(message, at: peer.now) { prices += 1 }
            if case .bookTicker = message { return 0 }
            return nil
        }
        peer.start()
        #expect(
            peer.connects[0].endpoint.target == "/stream?streams=btcusdt@bookTicker/btcusdt@trade"
        )
        var nextPing = stamps[0] + .seconds(20)
        for (stamp, frame) in zip(stamps, frames) {
            if peer.now < stamp { peer.wait(stamp - peer.now) }
            if nextPing <= peer.now {
                let payload = Array("\(peer.now.nanoseconds / 1_000_000)".utf8)
                for number in peer.openConnections {
                    peer.send(WebSocketFrame.ping(payload.span), on: number)
                }
                nextPing = nextPing + .seconds(20)
            }
            // Both connections tell the same while there are two.
            for number in peer.openConnections { peer.say(frame, on: number) }
        }
        let statistics = peer.session.statistics
        #expect(statistics.losses == 0 && statistics.stale == 0)
        #expect(statistics.rotations >= 1)
        #expect(reference.tradesLost == 0 && prices > 5_000)
        #expect(reference.isWarm)
    }
}
