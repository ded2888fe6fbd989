internal import Trading
internal import Venues
internal import Wire

/// From the bytes of a venue's socket to the engine's events.
enum FeedBenches {
    private static let messages = 20_000

    static var all: [Bench] {
        [
            Bench("feed.price-change", "a price_change of both tokens to the engine's event") {
                .times(changes(throughSession: false))
            },
            Bench("feed.frame-to-event", "the same from the bytes of its WebSocket frame") {
                .times(changes(throughSession: true))
            },
            Bench("feed.book", "a market's book frame to the engine's event, hash checked") {
                .times(books())
            },
            Bench("feed.binance", "a Binance book ticker to the reference price") {
                .times(tickers())
            },
        ]
    }

    private static func text(_ text: String) -> InlineText { InlineText(text) ?? InlineText() }

    private static func feed(_ tokens: (String, String), _ market: String) -> PolymarketMarketFeed {
        var feed = PolymarketMarketFeed()
        feed.follow(
            MarketDefinition(
                id: MadeUpMarket.id,
                slug: text("btc-updown-5m-1776323400"),
                conditionID: text(market),
                yesToken: text(tokens.0),
                noToken: text(tokens.1),
                windowStart: Timestamp(seconds: 1_776_323_400),
                windowEnd: Timestamp(seconds: 1_776_323_700),
                tickSize: .hundredth,
                orderSizeMin: Quantity(shares: 5),
                takerFeeRate: 0.07,
                settlement: .spotSnapshot
            )
        )
        return feed
    }

    private static func drain(_ bytes: Span<UInt8>, _ feed: inout PolymarketMarketFeed) {
        var frame = PolymarketMarketFrame(bytes)
        while let item = frame.next(&feed) { blackHole(item) }
    }

    private static func changes(throughSession: Bool) -> Recorder {
        let yes = String(repeating: "7", count: 77)
        let no = String(repeating: "8", count: 77)
        let market = "0x" + String(repeating: "5a", count: 32)
        var feed = feed((yes, no), market)
        let first =
            "{\"market\":\"\(market)\",\"asset_id\":\"\(yes)\",\"timestamp\":\"1776323404879\","
            + "\"bids\":[{\"price\":\"0.5\",\"size\":\"30\"}],\"asks\":[{\"price\":\"0.51\",\"size\":\"30\"}],"
            + "\"event_type\":\"book\"}"
        drain(Array(first.utf8).span, &feed)
        let frames = (0..<messages).map { index in
            let cents = 10 + index % 40
            let size = 100 + index % 1_000
            return Array(
                ("{\"market\":\"\(market)\", \"price_changes\":[{\"asset_id\":\"\(yes)\", "
                    + "\"price\":\"0.\(cents)\", \"size\":\"\(size)\", \"side\":\"BUY\", "
                    + "\"hash\":\"f3f4744fd892a675b3e819b1e8b4dbf4a72aa04e\", \"best_bid\":\"0.5\", "
                    + "\"best_ask\":\"0.51\"}, {\"asset_id\":\"\(no)\", \"price\":\"0.\(100 - cents)\", "
                    + "\"size\":\"\(size)\", \"side\":\"SELL\", "
                    + "\"hash\":\"f3f4744fd892a675b3e819b1e8b4dbf4a72aa04e\", \"best_bid\":\"0.49\", "
                    + "\"best_ask\":\"0.5\"}], \"timestamp\":\"1776323405000\", "
                    + "\"event_type\":\"price_change\"}").utf8
            )
        }
        var recorder = Recorder(capacity: frames.count, warmUp: frames.count / 10)
        guard throughSession else {
            for bytes in frames { recorder.time { drain(bytes.span, &feed) } }
            return recorder
        }
        let peer = session()
        for bytes in frames {
            let frame = WebSocketFrame.text(bytes.span)
            recorder.time {
                peer.session.received(peer.id, frame.span, at: peer.now)
                while let effect = peer.session.next(at: peer.now) {
                    guard case .message = effect else { continue }
                    peer.session.withMessage { drain($0, &feed) }
                    peer.session.noteData(channel: 0, at: peer.now)
                }
            }
        }
        blackHole(feed.statistics.changes)
        return recorder
    }

    /// A session that is open.
    static func session(
        at now: Timestamp = Timestamp(seconds: 1_776_323_405)
    ) -> (session: FeedSession, id: FeedConnectionID, now: Timestamp) {
        let endpoint = FeedEndpoint(host: "127.0.0.1", port: 80, target: "/", isSecure: false)
        let session = FeedSession(VenueFeeds.polymarketMarket(endpoint, tokens: []), seed: 1)
        session.start(at: now)
        var id = FeedConnectionID(number: 0)
        while let effect = session.next(at: now) {
            switch effect {
            case .connect(let connection, _):
                id = connection
                session.connected(id, at: now)
            case .send(let connection, let bytes):
                var requests = HTTPRequestDecoder()
                requests.receive(bytes.span)
                let date = Array("Tue, 24 Nov 2026 18:00:00 GMT".utf8)
                if case .head(let head)? = try? requests.next(),
                    let answer = try? WebSocketHandshake.accept(head, date: date.span)
                {
                    session.received(connection, answer.span, at: now)
                }
            default: break
            }
        }
        return (session, id, now)
    }

    private static func books() -> Recorder {
        var market = MadeUpMarket(seed: 1)
        let frames = (0..<2_000).map { index in
            market.change()
            let time = MadeUpMarket.startSeconds * 1_000 + Int64(index) * 80
            return Array(market.frame(atMilliseconds: time).utf8)
        }
        let token = MadeUpMarket.token + "10"
        var feed = feed((token, "1"), MadeUpMarket.conditionID)
        var recorder = Recorder(capacity: frames.count, warmUp: frames.count / 10)
        for bytes in frames { recorder.time { drain(bytes.span, &feed) } }
        blackHole(feed.statistics.hashesVerified)
        return recorder
    }

    private static func tickers() -> Recorder {
        var reference = BinanceReference(symbol: text("BTCUSDT"))
        let decoder = BinanceDecoder()
        let frames = (0..<messages).map { index in
            Array(
                ("{\"stream\":\"btcusdt@bookTicker\",\"data\":{\"u\":\(85_592_068_563 + index),"
                    + "\"s\":\"BTCUSDT\",\"b\":\"89879.78000000\",\"B\":\"4.93986000\","
                    + "\"a\":\"89879.79000000\",\"A\":\"2.11027000\"}}").utf8
            )
        }
        var recorder = Recorder(capacity: frames.count, warmUp: frames.count / 10)
        let now = Timestamp(seconds: 1_790_000_000)
        for bytes in frames {
            recorder.time {
                if let message = try? decoder.decode(bytes.span) {
                    blackHole(reference.take(message, at: now))
                }
            }
        }
        return recorder
    }
}
