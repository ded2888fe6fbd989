internal import Foundation
internal import TestSupport
internal import Testing
internal import Trading
internal import Venues
internal import Wire

/// Every recorded or documented message of the two venues is decoded, or refused for the reason
/// that its source gives. A file that this test does not know fails it.
@Suite(.enabled(if: SharedData.isPresent, "\(SharedData.absenceMessage)"))
struct FixtureTests {
    /// What is expected of a file.
    enum Expected {
        /// The words that `socket`, `user`, `prices`, ... give for its content.
        case says([String])
        /// Not followed, and why.
        case notRead(StaticString)
    }

    static let now = Timestamp(seconds: 1_773_300_000)

    // MARK: - Polymarket

    static let polymarket: [(String, Expected)] = [
        ("ws_market_array_frame.json", .says(["change buy 0.2 60", "trade buy 0.51 20"])),
        ("ws_market_best_bid_ask.json", .says([])),
        // Recorded in 2024: what its hash covers is not what the hash covers now.
        ("ws_market_book.json", .says(["book 76 86", "doubt hashMismatch"])),
        ("ws_market_book_small.json", .says(["book 2 2"])),
        ("ws_market_last_trade_price.json", .says(["trade sell 0.491 85.36"])),
        ("ws_market_market_resolved.json", .says(["resolved yes"])),
        ("ws_market_new_market.json", .says([])),
        (
            "ws_market_price_change.json",
            .says(["change buy 0.6 3300", "change buy 0.5 3400", "change buy 0.7 3400"])
        ),
        ("ws_market_tick_size_change.json", .says(["tick 0.001", "snapshot wanted"])),
        ("ws_user_order_cancellation.json", .says(["order cancellation cancelled 0.513 5 of 5"])),
        ("ws_user_order_fok_killed.json", .says(["order cancellation cancelled 0.6 - of 12"])),
        ("ws_user_order_matched.json", .says(["order update matched 0.5 100 of 100"])),
        ("ws_user_order_placement.json", .says(["order placement live 0.513 0 of 5"])),
        ("ws_user_order_update.json", .says(["order update live 0.5 25 of 100"])),
        ("ws_user_order_venue_cancel.json", .says(["order cancellation invalid 0.53 0 of 20"])),
        ("ws_user_trade_2.json", .says(["matched taker buy 0.52 5"])),
        // Ids were sanitised: both sides name one token, and only `side` tells ours.
        (
            "ws_user_trade_3.json",
            .says(["matched maker buy 0.513 5", "confirmed maker buy 0.513 5"])
        ),
        (
            "ws_user_trade_4.json",
            .says([
                "matched maker buy 0.4 5", "confirmed maker buy 0.4 5", "matched maker buy 0.3 5",
                "confirmed maker buy 0.3 5",
            ])
        ),
        (
            "ws_user_trade_taker_matched.json",
            .says(["matched maker sell 0.518 5"])
        ),
        ("rtds_binance_update.json", .says(["binance btcusdt 79697.73"])),
        (
            "rtds_chainlink_snapshot_mislabelled.json",
            .says([
                "chainlink btc/usd 79639.20029609", "chainlink btc/usd 79639.18129359",
                "chainlink btc/usd 79639.19042886",
            ])
        ),
        ("rtds_chainlink_update.json", .says(["chainlink btc/usd 79696.94817429"])),
        (
            "rtds_crypto_prices_subscribe_nautilus.json",
            .says([
                "binance btcusdt 61164.12", "binance btcusdt 61161.07", "binance btcusdt 61150.89",
            ])
        ),
        ("rtds_crypto_prices_update_nautilus.json", .says(["binance btcusdt 61035.86"])),
        ("rtds_twap30_update.json", .says(["chainlinkTWAP30 btc/usd 79697.47456562"])),
        (
            "rtds_twap60_snapshot.json",
            .says([
                "chainlinkTWAP60 btc/usd 79639.79582976", "chainlinkTWAP60 btc/usd 79639.79092177",
                "chainlinkTWAP60 btc/usd 79639.78735773",
            ])
        ),
        ("rtds_twap60_update.json", .says(["chainlinkTWAP60 btc/usd 79697.57531747"])),
        ("gamma_event_metadata.json", .says(["event btc-updown-5m-1787691000 78209.30424402"])),
        // Fees are enabled, and this older record has no schedule of them.
        ("gamma_market_btc_5m.json", .says(["btc-updown-5m-1773307200 spotSnapshot refused fees"])),
        // No window of ours, and a slug that is longer than any of ours.
        ("gamma_market_live_20261002.json", .says([" unsupported refused slug"])),
        // The hash is a placeholder, which no book can have.
        ("http_book.json", .says(["refused malformed hash"])),
    ]

    @Test("Polymarket: every message says what it should, or is refused for its reason")
    func polymarketMessages() throws {
        let table = Dictionary(uniqueKeysWithValues: Self.polymarket)
        for name in try files("fixtures/polymarket") {
            if name == "SOURCES.md" { continue }
            // Answers about orders and the account have their own reader.
            if name.hasPrefix("http_") && name != "http_book.json" { continue }
            let bytes = try #require(SharedData.bytes("fixtures/polymarket/\(name)"))
            guard case .says(let words)? = table[name] else {
                Issue.record("\(name) is not known here")
                continue
            }
            #expect(try polymarketWords(name, bytes) == words, "\(name)")
        }
    }

    private func polymarketWords(_ name: String, _ bytes: [UInt8]) throws -> [String] {
        if name == "http_book.json" {
            var snapshot = emptySnapshot()
            var frame = PolymarketBookFrame(bytes.span)
            do throws(BookFrameError) {
                _ = try frame.next(into: &snapshot)
                return ["book"]
            } catch {
                return ["refused \(error.reason) \(error.field)"]
            }
        }
        if name.hasPrefix("ws_market") { return try socketWords(bytes) }
        if name.hasPrefix("ws_user") { return try userWords(bytes) }
        if name.hasPrefix("rtds") {
            var decoder = RTDSDecoder()
            #expect(try decoder.decode(bytes.span) == .prices)
            return decoder.prices.map {
                "\($0.topic) \($0.symbol) \(text($0.reference?.raw ?? 0, 8))"
            }
        }
        var decoder = GammaDecoder()
        try decoder.decode(bytes.span)
        let events = decoder.events.map {
            "event \($0.slug) \(text(Int64(($0.strike?.raw ?? 0) / 10_000_000_000), 8))"
        }
        return events
            + decoder.markets.map { market in
                do throws(GammaRefusal) {
                    _ = try market.definition(id: MarketID(index: 0), at: Self.now)
                    return "\(market.slug) \(market.settlement)"
                } catch {
                    return "\(market.slug) \(market.settlement) refused \(error)"
                }
            }
    }

    /// Follows the market that the message is about, with a first book where it needs one.
    private func socketWords(_ bytes: [UInt8]) throws -> [String] {
        let socket = Socket(follows: [])
        var reader = JSONReader(bytes.span)
        var pairs: [(market: String, token: String)] = []
        var market = ""
        var token = ""
        var depth = 0
        loop: while true {
            switch try reader.next() {
            case .beginObject: depth += 1
            case .endObject:
                depth -= 1
                if depth == 0 { pairs.append((market, token)) }
            case .key(let name):
                if reader.matches(name, "market"), case .string(let text) = try reader.next() {
                    market = String(decoding: bytes[text], as: UTF8.self)
                } else if reader.matches(name, "asset_id")
                    || reader.matches(name, "winning_asset_id"),
                    case .string(let text) = try reader.next()
                {
                    token = String(decoding: bytes[text], as: UTF8.self)
                }
            case .end: break loop
            default: break
            }
        }
        for (index, pair) in pairs.enumerated() {
            socket.feed.follow(
                SampleMarket.definition(
                    UInt32(index),
                    condition: pair.market,
                    yes: pair.token,
                    no: "0\(index)"
                )
            )
            let isBook = String(decoding: bytes, as: UTF8.self).contains("\"bids\"")
            if isBook || pair.token.isEmpty { continue }
            socket.items(
                SampleMarket.book {
                    $0.market = pair.market
                    $0.assetID = pair.token
                    $0.bids = [("0.5", "1")]
                    $0.asks = [("0.7", "1")]
                }
            )
        }
        return socket.items(bytes).map { item in
            switch item {
            case .event(.bookReplaced(let book)): "book \(book.bids.count) \(book.asks.count)"
            case .event(.levelChanged(let change)):
                "change \(change.side) \(text(change.level.price.raw, 4)) "
                    + text(change.level.size.raw, 6)
            case .event(.traded(let print)):
                "trade \(print.takerSide) \(text(print.price.raw, 4)) "
                    + text(print.size?.raw ?? 0, 6)
            case .event(.tickSizeChanged(_, let tickSize)): "tick \(text(tickSize.raw, 4))"
            case .event(.marketResolved(_, let winner)): "resolved \(winner)"
            case .snapshotWanted: "snapshot wanted"
            case .distrusted(_, let doubt): "doubt \(doubt)"
            case .trusted: "trusted"
            case .unfamiliar: "unfamiliar"
            case .event: "\(item)"
            }
        }
    }

    private func userWords(_ bytes: [UInt8]) throws -> [String] {
        // That of the project that published them.
        let identity = UserIdentity(
            owner: InlineText("3e2c94ca-8124-c4c1-c7ea-be1ea21b71fe") ?? InlineText(),
            makerAddress: InlineText("0xa3D82Ed56F4c68d2328Fb8c29e568Ba2cAF7d7c8") ?? InlineText()
        )
        var fills = UserFills(identity: identity)
        var words: [String] = []
        var frame = UserFrame(bytes.span)
        while let message = try frame.next() {
            switch message {
            case .order(let order):
                let matched = order.matchedSize.map { text($0.raw, 6) } ?? "-"
                words.append(
                    "order \(order.kind) \(order.status) \(text(order.price.raw, 4)) "
                        + "\(matched) of \(text(order.originalSize.raw, 6))"
                )
            case .trade(let trade):
                var events: [UserFillEvent] = []
                fills.take(trade, into: &events)
                words += events.map { event in
                    switch event {
                    case .matched(let fill): "matched \(self.words(fill))"
                    case .confirmed(let fill): "confirmed \(self.words(fill))"
                    case .retrying(let fill): "retrying \(self.words(fill))"
                    case .failed(let fill): "failed \(self.words(fill))"
                    }
                }
            case .unknown: words.append("unknown")
            }
        }
        return words
    }

    private func words(_ fill: VenueFill) -> String {
        "\(fill.isMaker ? "maker" : "taker") \(fill.side) \(text(fill.price.raw, 4)) "
            + text(fill.size.raw, 6)
    }

    // MARK: - Binance

    static let binance: [(String, Expected)] = [
        ("derived/depth_resync_expected.json", .notRead("no deeper book than the touch is kept")),
        ("derived/depth_resync_scenario.jsonl", .notRead("no deeper book than the touch is kept")),
        ("derived/trade_btcusdt_microsecond.json", .says(["trade BTCUSDT 83034.29 sell"])),
        ("docs/aggTrade_raw.json", .says(["aggregate BNBBTC 100-105 0.001 sell"])),
        ("docs/avgPrice_raw.json", .says(["other"])),
        ("docs/blockTrade_raw.json", .says(["other"])),
        ("docs/bookTicker_raw.json", .says(["ticker BNBUSDT 25.3519 25.3652"])),
        ("docs/control_errors.jsonl", .says([0, 1, 2, 2, 2, 2, 2, 3].map { "refused \($0)" })),
        ("docs/control_requests.jsonl", .notRead("what a client sends")),
        ("docs/control_responses.jsonl", .says([1, 312, 3, 5, 2].map { "done \($0)" })),
        ("docs/depthUpdate_raw.json", .says(["other"])),
        ("docs/kline_raw.json", .says(["kline BNBBTC 1m 0.001 0.002 open"])),
        ("docs/partialDepth_raw.json", .says(["other"])),
        ("docs/referencePrice_raw.json", .says(["other"])),
        ("docs/serverShutdown_combined.json", .says(["shutdown"])),
        ("docs/serverShutdown_raw.json", .says(["shutdown"])),
        ("docs/trade_raw.json", .says(["trade BNBBTC 0.001 sell"])),
        ("rest/aggTrades_btcusdt_2021.json", .notRead("no history of trades is asked for")),
        ("rest/depth_btcusdt_limit10_2021.json", .notRead("no deeper book than the touch is kept")),
        ("rest/error_-1121_invalid_symbol.json", .says(["error -1121"])),
        ("rest/error_451_restricted_location.json", .says(["error 0"])),
        ("rest/exchangeInfo_btcusdt_ethusdt_2021.json", .says(["trading true"])),
        ("rest/klines_btcusdt_1m_2021.json", .says(["klines 10 60719.27"])),
        ("rest/ticker_bookTicker_btcusdt_2021.json", .says(["BTCUSDT 60741.67 60741.68"])),
        ("rest/ticker_price_btcusdt_2021.json", .says(["BTCUSDT 60740"])),
        ("rest/time_2021.json", .says(["time 1633835466289"])),
        ("rest/trades_btcusdt_2021.json", .notRead("no history of trades is asked for")),
        (
            "ws/combined_aggTrade_btcusdt_2026-01-24.jsonl",
            .says([
                "aggregate BTCUSDT 5808851364-5808851364 89879.78 sell",
                "aggregate BTCUSDT 5808851365-5808851365 89879.79 buy",
            ])
        ),
        (
            "ws/combined_aggTrade_ethusdt_unknown_field_st.json",
            .says(["aggregate ETHUSDT 228423-228423 1632.46 buy"])
        ),
        ("ws/combined_bookTicker_btcusdt_2024.json", .says(["ticker BTCUSDT 99566.42 99566.43"])),
        (
            "ws/combined_bookTicker_btcusdt_2026-01-24.json",
            .says(["ticker BTCUSDT 89879.78 89879.79"])
        ),
        (
            "ws/combined_bookTicker_ethusdt_2022_extra_T_E.json",
            .says(["ticker ETHUSDT 4507.24 4507.25"])
        ),
        (
            "ws/combined_mixed_btcusdt_2026-01-24.jsonl",
            .says([
                "aggregate BTCUSDT 5808851364-5808851364 89879.78 sell",
                "ticker BTCUSDT 89879.78 89879.79",
                "aggregate BTCUSDT 5808851365-5808851365 89879.79 buy",
            ])
        ),
        ("ws/combined_trade_btcusdt_2026-09-29.json", .says(["trade BTCUSDT 83034.29 sell"])),
        (
            "ws/combined_trade_ethusdt_2021_legacy_order_ids.json",
            .says(["trade ETHUSDT 4149.74 sell"])
        ),
        ("ws/raw_depthUpdate_btcusdt_2024-08-07.json", .says(["other"])),
    ]

    @Test("Binance: every message says what it should, or is refused for its reason")
    func binanceMessages() throws {
        let table = Dictionary(uniqueKeysWithValues: Self.binance)
        for name in try files("fixtures/binance") {
            if name == "SOURCES.md" { continue }
            switch table[name] {
            case .says(let words)?:
                let bytes = try #require(SharedData.bytes("fixtures/binance/\(name)"))
                #expect(try binanceWords(name, bytes) == words, "\(name)")
            case .notRead?: continue
            case nil: Issue.record("\(name) is not known here")
            }
        }
    }

    private func binanceWords(_ name: String, _ bytes: [UInt8]) throws -> [String] {
        if name.hasPrefix("rest/error") {
            return ["error \(BinanceREST.errorCode(bytes.span) ?? -1)"]
        }
        if name.hasPrefix("rest/exchangeInfo") {
            let symbol = try #require(InlineText("BTCUSDT"))
            let isTrading = try BinanceREST.isTrading(symbol, bytes.span)
            return ["trading \(isTrading == true)"]
        }
        if name.hasPrefix("rest/klines") {
            let rows = try BinanceREST.klines(bytes.span)
            return ["klines \(rows.count) \(text(rows.first?.close.raw ?? 0, 8))"]
        }
        if name.hasPrefix("rest/ticker_book") {
            let ticker = try BinanceREST.bookTicker(bytes.span)
            return ["\(ticker.symbol) \(text(ticker.bid.raw, 8)) \(text(ticker.ask.raw, 8))"]
        }
        if name.hasPrefix("rest/ticker_price") {
            let last = try BinanceREST.price(bytes.span)
            return ["\(last.symbol) \(text(last.price.raw, 8))"]
        }
        if name.hasPrefix("rest/time") {
            return ["time \(try BinanceREST.time(bytes.span).nanoseconds / 1_000_000)"]
        }
        let decoder = BinanceDecoder(
            unit: name.contains("microsecond") ? .microseconds : .milliseconds
        )
        let frames =
            name.hasSuffix("jsonl")
            ? bytes.split(separator: UInt8(ascii: "\n")).map(Array.init) : [bytes]
        return try frames.map { frame in
            switch try decoder.decode(frame.span) {
            case .bookTicker(let ticker):
                "ticker \(ticker.symbol) \(text(ticker.bid.raw, 8)) \(text(ticker.ask.raw, 8))"
            case .trade(let trade):
                "trade \(trade.symbol) \(text(trade.price.raw, 8)) \(trade.takerSide)"
            case .aggregateTrade(let trade, let first):
                "aggregate \(trade.symbol) \(first)-\(trade.id) \(text(trade.price.raw, 8)) "
                    + "\(trade.takerSide)"
            case .kline(let kline, let symbol, let interval, let isClosed):
                "kline \(symbol) \(interval) \(text(kline.open.raw, 8)) "
                    + "\(text(kline.close.raw, 8)) \(isClosed ? "closed" : "open")"
            case .serverShutdown: "shutdown"
            case .done(let id): "done \(id ?? -1)"
            case .refused(let code, _): "refused \(code)"
            case .otherStream: "other"
            }
        }
    }

    // MARK: - Files

    private func files(_ folder: String) throws -> [String] {
        let root = SharedData.path(folder)
        // Every file has an extension, and no folder has one.
        let names = try FileManager.default.subpathsOfDirectory(atPath: root).filter {
            $0.contains(".")
        }
        #expect(!names.isEmpty)
        return names.sorted()
    }

    private func text(_ value: Int64, _ decimals: Int) -> String {
        var buffer = ByteBuffer(capacity: 32)
        buffer.append(upTo: DecimalText.byteCountMax) {
            DecimalText.append(value, decimals: decimals, minimumDecimals: 0, to: &$0)
        }
        let bytes = buffer.span
        return String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
    }
}
