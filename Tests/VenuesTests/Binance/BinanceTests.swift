internal import TestSupport
internal import Testing
internal import Trading
internal import Venues
internal import Wire

private func decode(
    _ text: String,
    unit: BinanceTimeUnit = .milliseconds
) throws(BinanceError) -> BinanceMessage {
    let bytes = Array(text.utf8)
    return try BinanceDecoder(unit: unit).decode(bytes.span)
}

private func refusal(_ text: String, unit: BinanceTimeUnit = .milliseconds) -> BinanceError? {
    do throws(BinanceError) {
        _ = try decode(text, unit: unit)
        return nil
    } catch {
        return error
    }
}

private let tickerText =
    "{\"u\":400900217,\"s\":\"BTCUSDT\",\"b\":\"25.35190000\",\"B\":\"31.21000000\","
    + "\"a\":\"25.36520000\",\"A\":\"40.66000000\"}"
private let tradeText =
    "{\"e\":\"trade\",\"E\":1790649901914,\"s\":\"BTCUSDT\",\"t\":6720857582,"
    + "\"p\":\"83034.29000000\",\"q\":\"0.00062000\",\"T\":1790649901913,\"m\":true,\"M\":true}"

@Suite struct BinanceDecoderTests {
    private func text(_ text: String) -> InlineText { InlineText(text) ?? InlineText() }

    @Test("a book ticker is read raw and combined, with keys that are not known")
    func ticker() throws {
        let combined = "{\"stream\":\"btcusdt@bookTicker\",\"data\":\(tickerText)}"
        let extra = tickerText.replacing("{", with: "{\"T\":1646199228121,\"st\":[{\"b\":1}],")
        for text in [tickerText, combined, extra] {
            guard case .bookTicker(let ticker) = try decode(text) else {
                Issue.record("\(text)")
                continue
            }
            #expect(ticker.updateID == 400_900_217 && ticker.symbol == self.text("BTCUSDT"))
            #expect(ticker.bid.raw == 2_535_190_000 && ticker.ask.raw == 2_536_520_000)
            #expect(ticker.bidSize == 3_121_000_000 && ticker.askSize == 4_066_000_000)
            #expect(ticker.middle.raw == 2_535_855_000)
        }
    }

    @Test("a buyer who rested means that the taker sold")
    func trade() throws {
        for (maker, side) in [("true", Side.sell), ("false", .buy)] {
            let text = tradeText.replacing("\"m\":true", with: "\"m\":\(maker)")
            guard case .trade(let trade) = try decode(text) else {
                Issue.record("\(text)")
                continue
            }
            #expect(trade.takerSide == side && trade.id == 6_720_857_582)
            #expect(trade.price.raw == 8_303_429_000_000 && trade.size == 62_000)
            #expect(trade.time == Timestamp(milliseconds: 1_790_649_901_913))
            #expect(trade.eventTime == Timestamp(milliseconds: 1_790_649_901_914))
        }
    }

    @Test("times of another unit than asked for are refused, never taken for a thousandth")
    func units() throws {
        let micro = tradeText.replacing("1790649901914", with: "1790649901914417")
            .replacing("1790649901913", with: "1790649901913102")
        guard case .trade(let trade) = try decode(micro, unit: .microseconds) else {
            Issue.record("no trade")
            return
        }
        #expect(trade.time == Timestamp(nanoseconds: 1_790_649_901_913_102_000))
        #expect(refusal(micro) == .time)
        #expect(refusal(tradeText, unit: .microseconds) == .time)
    }

    @Test("an announced end is heard raw and combined; acknowledgements and errors have their id")
    func control() throws {
        let end = BinanceMessage.serverShutdown(Timestamp(milliseconds: 1_770_123_456_789))
        #expect(try decode("{\"e\":\"serverShutdown\",\"E\":1770123456789}") == end)
        let combined =
            "{\"stream\":\"!serverShutdown\",\"data\":{\"e\":\"serverShutdown\",\"E\":1770123456789}}"
        #expect(try decode(combined) == end)
        #expect(try decode("{\"result\":null,\"id\":312}") == .done(id: 312))
        #expect(try decode("{\"result\":[\"a\"],\"id\":\"x\"}") == .done(id: nil))
        #expect(
            try decode("{\"code\":2,\"msg\":\"Invalid request\",\"id\":1}")
                == .refused(code: 2, id: 1)
        )
        #expect(try decode("{\"code\":3,\"msg\":\"Invalid JSON\"}") == .refused(code: 3, id: nil))
    }

    @Test(
        "what is not a price, a time or a book is refused with its reason",
        arguments: [
            ("[]", BinanceError.wrongType),
            ("{}", .missing),
            (tickerText.replacing("\"u\":400900217,", with: ""), .missing),
            (tickerText.replacing("25.35190000", with: "25.36520000"), .crossed),
            (tickerText.replacing("25.35190000", with: "0"), .number),
            (tickerText.replacing("25.35190000", with: "-1"), .number),
            (tickerText.replacing("25.35190000", with: "25.351900001"), .number),
            (tickerText.replacing("25.35190000", with: "92233720368.9"), .number),
            (tickerText.replacing("\"25.35190000\"", with: "25.35"), .wrongType),
            (tickerText.replacing("BTCUSDT", with: ""), .symbol),
            (tradeText.replacing("\"m\":true,", with: ""), .missing),
            (tradeText.replacing("6720857582", with: "\"6720857582\""), .wrongType),
            (tradeText.replacing("6720857582", with: "-5"), .number),
            (tradeText.replacing("6720857582", with: "1152921504606846977"), .number),
            (tradeText.replacing("1790649901914", with: "9000000000001"), .time),
            ("{\"data\":{\"data\":{}}}", .missing),
        ]
    )
    func refusals(text: String, reason: BinanceError) {
        #expect(refusal(text) == reason, "\(text)")
    }
}

@Suite struct BinanceReferenceTests {
    private let now = Timestamp(seconds: 1_790_649_902)

    private func reference() -> BinanceReference {
        BinanceReference(symbol: InlineText("BTCUSDT") ?? InlineText())
    }

    private func ticker(_ id: Int, _ bid: String, _ ask: String) throws -> BinanceMessage {
        try decode(
            "{\"u\":\(id),\"s\":\"BTCUSDT\",\"b\":\"\(bid)\",\"B\":\"1\",\"a\":\"\(ask)\",\"A\":\"1\"}"
        )
    }

    private func trade(_ id: Int, price: String = "100") throws -> BinanceMessage {
        try decode(
            tradeText.replacing("6720857582", with: "\(id)").replacing(
                "83034.29000000",
                with: price
            )
        )
    }

    private func isEvent(_ item: BinanceReferenceItem?) -> Bool {
        if case .event? = item { true } else { false }
    }

    @Test("every book ticker is a reference price, halfway between its best prices")
    func middle() throws {
        var reference = reference()
        _ = reference.take(try trade(1), at: now)
        #expect(!reference.isWarm)
        let item = reference.take(try ticker(1, "99.00", "100.01"), at: now)
        let event = EngineEvent.referenceChanged(
            ReferencePrice(raw: 9_950_500_000),
            venueTime: Timestamp(milliseconds: 1_790_649_901_914)
        )
        #expect(item == .event(event))
        #expect(reference.isWarm)
        reference.reconnected()
        #expect(!reference.isWarm)
    }

    @Test("an update id that does not rise is a repetition, but not for ever")
    func updateIDs() throws {
        var reference = reference()
        let first = try ticker(5, "99", "100")
        #expect(isEvent(reference.take(first, at: now)))
        #expect(!isEvent(reference.take(first, at: now)))
        #expect(!isEvent(reference.take(try ticker(4, "98", "99"), at: now)))
        #expect(reference.outdated == 2)
        #expect(isEvent(reference.take(try ticker(1, "99", "100"), at: now + .seconds(5))))
    }

    @Test("lost trades are counted by their ids, repeated ones left out, aggregates seen whole")
    func gaps() throws {
        var reference = reference()
        #expect(reference.take(try trade(10), at: now) == nil)
        #expect(reference.take(try trade(11), at: now) == nil)
        #expect(reference.take(try trade(15), at: now) == .tradesLost(3))
        #expect(reference.take(try trade(15), at: now) == nil)
        let aggregate = try decode(
            "{\"e\":\"aggTrade\",\"E\":1790649901914,\"s\":\"BTCUSDT\",\"a\":1,\"p\":\"100\",\"q\":\"1\","
                + "\"f\":16,\"l\":19,\"T\":1790649901913,\"m\":true}"
        )
        #expect(reference.take(aggregate, at: now) == nil)
        #expect(reference.tradesSeen == 7 && reference.tradesLost == 3)
        #expect(reference.tradesRepeated == 1)
        #expect(reference.delay == .milliseconds(86))
    }

    @Test("a jump of more than 5 % is doubted three times, unless a trade is near it")
    func quarantine() throws {
        var reference = reference()
        #expect(isEvent(reference.take(try ticker(1, "99", "101"), at: now)))
        for id in 2...4 {
            let item = reference.take(try ticker(id, "109", "111"), at: now)
            #expect(!isEvent(item))
        }
        #expect(isEvent(reference.take(try ticker(5, "109", "111"), at: now)))
        #expect(reference.quarantined == 4)
        _ = reference.take(try trade(1, price: "130"), at: now)
        #expect(isEvent(reference.take(try ticker(6, "129", "131"), at: now)))
        // One stray frame between good ones changes nothing.
        #expect(!isEvent(reference.take(try ticker(7, "10", "11"), at: now)))
        #expect(isEvent(reference.take(try ticker(8, "129", "131"), at: now)))
    }

    @Test(
        "the recorded minutes: every frame is read, and no trade is missing",
        .enabled(if: SharedData.isPresent && Unpacked.hasGzip, "\(SharedData.absenceMessage)"),
        arguments: [
            ("binance_spot_raw_btcusdt_20240808.gz", "BTCUSDT", 28_040, Int64(9_757)),
            ("binance_spot_raw_ethusdt_20240808.gz", "ETHUSDT", 24_077, 6_106),
        ]
    )
    func recorded(name: String, symbol: String, tickers: Int, trades: Int64) throws {
        var reference = BinanceReference(symbol: try #require(InlineText(symbol)))
        var prices = 0
        var others = 0
        for line in try Unpacked.lines(name) {
            let space = try #require(line.firstIndex(of: UInt8(ascii: " ")))
            let stamp = try #require(Int64(String(decoding: line[..<space], as: UTF8.self)))
            let frame = Array(line[(space + 1)...])
            let message = try BinanceDecoder().decode(frame.span)
            if message == .otherStream { others += 1 }
            switch reference.take(message, at: Timestamp(nanoseconds: stamp)) {
            case .event: prices += 1
            case nil: break
            case .tradesLost, .quarantined: Issue.record("\(message)")
            }
        }
        #expect(prices == tickers && reference.outdated == 0)
        #expect(reference.tradesSeen == trades && reference.tradesLost == 0)
        #expect(others > 3_000)
        // The recorder's clock runs 1.27 s behind the venue's.
        let delay = try #require(reference.delay)
        #expect(delay < .zero && .seconds(-2) < delay)
    }
}

@Suite struct BinanceRESTTests {
    @Test(
        "a status says what to do, and how long to wait",
        arguments: [
            (200, nil, BinanceAnswer.ok), (403, nil, .blocked), (451, nil, .blocked),
            (429, 7, .backOff(.seconds(7))), (429, nil, .backOff(.seconds(60))),
            (418, 300, .banned(.seconds(300))), (418, -1, .banned(.seconds(120))),
            (418, 1 << 40, .banned(.seconds(3 * 86_400))), (500, nil, .unknownOutcome),
            (503, nil, .unknownOutcome), (400, nil, .refused), (404, nil, .refused),
        ] as [(Int, Int64?, BinanceAnswer)]
    )
    func answers(status: Int, retryAfter: Int64?, answer: BinanceAnswer) {
        #expect(BinanceAnswer(status: status, retryAfter: retryAfter) == answer)
    }

    @Test("bars are read with their times; a row of another form is refused")
    func klines() throws {
        let row =
            "[1634943780000,\"60685.22\",\"60729.84\",\"60670.9\",\"60719.27\",\"21.6\",1634943839999,"
            + "\"1\",617,\"1\",\"1\",\"0\"]"
        let bytes = Array("[\(row),\(row)]".utf8)
        let rows = try BinanceREST.klines(bytes.span)
        #expect(rows.count == 2 && rows[0].close.raw == 6_071_927_000_000)
        #expect(rows[0].closeTime - rows[0].openTime == .milliseconds(59_999))
        for text in ["[[]]", "[1]", "{}", "[\(row.replacing("\"60719.27\"", with: "60719.27"))]"] {
            let bytes = Array(text.utf8)
            #expect(throws: BinanceError.self) { try BinanceREST.klines(bytes.span) }
        }
        let many = Array("[\(Array(repeating: row, count: 1_001).joined(separator: ","))]".utf8)
        #expect(throws: BinanceError.tooMany) { try BinanceREST.klines(many.span) }
    }

    @Test("a symbol that does not trade is known as such")
    func status() throws {
        let symbol = try #require(InlineText("BTCUSDT"))
        for (status, isTrading) in [("TRADING", true), ("HALT", false), ("CANCEL_ONLY", false)] {
            let text =
                "{\"symbols\":[{\"symbol\":\"ETHUSDT\",\"status\":\"BREAK\"},"
                + "{\"symbol\":\"BTCUSDT\",\"status\":\"\(status)\",\"filters\":[{}]}]}"
            let bytes = Array(text.utf8)
            #expect(try BinanceREST.isTrading(symbol, bytes.span) == isTrading)
        }
        let none = Array("{\"symbols\":[]}".utf8)
        #expect(try BinanceREST.isTrading(symbol, none.span) == nil)
    }
}
