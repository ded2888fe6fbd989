internal import Crypto
internal import TestSupport
internal import Testing
internal import Trading
internal import Venues

@Suite struct ClobAnswersTests {
    private static let order =
        #"{"id":"0xaa","status":"LIVE","market":"0xdd","original_size":"200.0000","side":"BUY","#
        + #""outcome":"Yes","maker_address":"0xf3","owner":"me","price":"0.6000","#
        + #""size_matched":"50.5","asset_id":"713","expiration":"0","order_type":"GTC","#
        + #""created_at":1703875200,"associate_trades":["x",{}]}"#

    private func decode(_ body: String) throws -> OpenOrder {
        let bytes = Array(body.utf8)
        return try OpenOrder.decode(bytes.span)
    }

    @Test("an open order is read exactly")
    func openOrder() throws {
        let order = try decode(Self.order)
        #expect(order.id.description == "0xaa" && order.status == .live)
        #expect(order.side == .buy && order.price == Price(raw: 6_000))
        #expect(order.originalSize == Quantity(shares: 200))
        #expect(order.matchedSize == Quantity(raw: 50_500_000))
        #expect(order.openSize == Quantity(raw: 149_500_000))
        #expect(order.token.description == "713" && order.conditionID.description == "0xdd")
        #expect(order.expiration == nil && order.createdAt == 1_703_875_200)
    }

    @Test("statuses with a prefix or a reason are the same statuses; others are unknown")
    func statuses() throws {
        for (word, status) in [
            ("ORDER_STATUS_LIVE", .live), ("MATCHED", .matched), ("CANCELED", .cancelled),
            ("CANCELED_MARKET_RESOLVED", .cancelled), ("ORDER_STATUS_INVALID", .invalid),
            ("live", .unknown), ("NEW", .unknown),
        ] as [(String, OpenOrder.Status)] {
            let body = Self.order.replacing("\"LIVE\"", with: "\"\(word)\"")
            let order = try decode(body)
            #expect(order.status == status, "\(word)")
            #expect((order.openSize == .zero) == (status != .live))
        }
        let dust = Self.order.replacing("50.5", with: "199.99")
        #expect(try decode(dust).openSize == .zero)
    }

    @Test("an order without id, side, price or size, or with impossible ones, is refused")
    func refusedOrder() {
        for (old, new) in [
            ("\"id\":\"0xaa\"", "\"id\":null"), ("\"side\":\"BUY\"", "\"side\":\"HOLD\""),
            ("\"side\":\"BUY\"", "\"x\":0"), ("0.6000", "1.1"), ("0.6000", "-0.1"),
            ("0.6000", "0.60001"), ("0.6000", ""), ("200.0000", "-1"), ("200.0000", "x"),
            ("50.5", "-50"), ("\"me\"", "[]"),
        ] {
            #expect(throws: ClobAnswerError.self, "\(old) \(new)") {
                try decode(Self.order.replacing(old, with: new))
            }
        }
    }

    @Test("a page gives its elements and where it goes on; without a cursor it is not whole")
    func pages() throws {
        func page(_ body: String) throws -> ([OpenOrder], InlineText?) {
            let bytes = Array(body.utf8)
            return try ClobPage.openOrders(bytes.span)
        }
        let more = try page(
            "{\"limit\":2,\"count\":2,\"data\":[\(Self.order), \(Self.order)],\"next_cursor\":\"Mg==\"}"
        )
        #expect(more.0.count == 2 && more.1?.description == "Mg==")
        let last = try page("{\"next_cursor\":\"LTE=\",\"data\":[]}")
        #expect(last.0.isEmpty && last.1 == nil)
        #expect(try page("{\"next_cursor\":\"LTE=\",\"data\":null}").0.isEmpty)
        for body in [
            "{\"data\":[]}", "{\"data\":[],\"next_cursor\":\"\"}", "{\"next_cursor\":\"LTE=\"}",
            "[]", "{\"data\":[7],\"next_cursor\":\"LTE=\"}",
            "{\"data\":{},\"next_cursor\":\"LTE=\"}",
            "{\"data\":[{}],\"next_cursor\":\"LTE=\"}", "{\"data\":[\(Self.order)",
        ] {
            #expect(throws: ClobAnswerError.self, "\(body)") { try page(body) }
        }
    }

    @Test("balances are whole numbers of base units, allowances by contract")
    func balances() throws {
        func decode(_ body: String) throws -> BalanceAllowance {
            let bytes = Array(body.utf8)
            return try BalanceAllowance.decode(bytes.span)
        }
        let contract = "0xE111180000d2663C0091e4f400237545B87B996B"
        let balance = try decode(
            "{\"balance\":\"1000000000\",\"allowances\":{\"\(contract)\":\"5\"}}"
        )
        #expect(balance.balance.number == 1_000_000_000)
        #expect(balance.allowances == [Exchange.binary.contract: Word256(5)])
        #expect(try decode("{\"balance\":0}").allowances.isEmpty)
        for body in [
            "{}", "{\"balance\":\"1.5\"}", "{\"balance\":\"-1\"}", "{\"balance\":null}", "7",
            "{\"balance\":\"1\",\"allowances\":{\"0x1\":\"5\"}}",
            "{\"balance\":\"1\",\"allowances\":[]}",
        ] {
            #expect(throws: ClobAnswerError.self, "\(body)") { try decode(body) }
        }
    }

    @Test("time, version and flags are read, and nothing else is taken for them")
    func short() throws {
        let good = ["1795435200", " 1795435200\n"].map { Array($0.utf8) }
        for bytes in good {
            let time = try ClobAnswers.time(bytes.span)
            #expect(time == 1_795_435_200)
        }
        for body in ["", "x", "{}", "1.5", "-1", "1 2", "null"] {
            let bytes = Array(body.utf8)
            #expect(throws: ClobAnswerError.self, "\(body)") { try ClobAnswers.time(bytes.span) }
            #expect(throws: ClobAnswerError.self, "\(body)") { try ClobAnswers.version(bytes.span) }
            #expect(throws: ClobAnswerError.self, "\(body)") {
                try ClobAnswers.closedOnly(bytes.span)
            }
        }
        let flag = Array("{\"closed_only\":true}".utf8)
        let isClosed = try ClobAnswers.closedOnly(flag.span)
        #expect(isClosed)
    }

    @Test("an API key is read without leaving its secrets anywhere to be seen")
    func credentials() throws {
        func decode(_ body: String) throws -> APICredentials {
            let bytes = Array(body.utf8)
            return try ClobAnswers.credentials(bytes.span, address: .zero)
        }
        let read = try decode(#"{"apiKey":"k","secret":"hushhush","passphrase":"quiet","n":[]}"#)
        #expect(read.key.description == "k")
        #expect(string(read.passphrase.span) == "quiet")
        #expect(!"\(read)\(String(reflecting: read))".contains("hush"))
        for body in [
            "{}", #"{"apiKey":"k","secret":"hushhush"}"#, "[]",
            #"{"apiKey":"","secret":"hushhush","passphrase":"quiet"}"#,
            #"{"apiKey":"k","secret":"hush!","passphrase":"quiet"}"#,
            #"{"apiKey":"k","secret":"hushhush","passphrase":"qu\r\niet"}"#,
        ] {
            do {
                _ = try decode(body)
                Issue.record("taken: \(body)")
            } catch {
                #expect(!"\(error)\(String(reflecting: error))".contains("hush"))
            }
        }
    }

    @Test("a market's terms are read; what is missing means no")
    func terms() throws {
        func decode(_ body: String) throws -> MarketTerms {
            let bytes = Array(body.utf8)
            return try MarketTerms.decode(bytes.span)
        }
        let least = try decode(#"{"c":"0xab","t":[{"t":"1","o":"Up"}],"mts":0.001}"#)
        #expect(least.tickSize == .thousandth && least.orderSizeMin == .zero)
        #expect(!least.isNegRisk && !least.delaysTakers && !least.isSecondGeneration)
        #expect(least.feeRateMillionths == nil && least.acceptsOrders == nil)
        let most = try decode(
            #"{"c":"0xab","t":[{"t":"1","o":"Up"},{"o":"Down","t":"2"}],"mts":"0.0025","mos":5,"#
                + #""nr":true,"itode":true,"ao":false,"v":"v2","fd":{"r":0.07,"e":1,"to":true}}"#
        )
        #expect(most.tickSize == .quarterHundredth && most.orderSizeMin == Quantity(shares: 5))
        #expect(most.isNegRisk && most.delaysTakers && most.isSecondGeneration)
        #expect(most.acceptsOrders == false && most.isFeeOnTakersOnly)
        #expect(most.feeRateMillionths == 70_000 && most.feeExponentMillionths == 1_000_000)
        #expect(most.tokens.map(\.label.description) == ["Up", "Down"])
        for body in [
            "{}", #"{"c":"0xab","t":[{"t":"1"}]}"#, #"{"c":"0xab","t":[],"mts":0.01}"#,
            #"{"c":"0xab","t":[{"t":"1"}],"mts":0.02}"#, #"{"t":[{"t":"1"}],"mts":0.01}"#,
            #"{"c":"0xab","t":[{"o":"Up"}],"mts":0.01}"#,
            #"{"c":"0xab","t":[{"t":"1"}],"mts":0.01,"v":"v3"}"#,
        ] {
            #expect(throws: ClobAnswerError.self, "\(body)") { try decode(body) }
        }
    }

    @Test(
        "every other recorded answer is read",
        .enabled(if: SharedData.isPresent, "\(SharedData.absenceMessage)")
    )
    func recorded() throws {
        let orders = try answer("http_open_orders_page")
        let page = try ClobPage.openOrders(orders.span)
        #expect(page.orders.map(\.openSize) == [Quantity(shares: 200), Quantity(shares: 100)])
        #expect(page.orders.map(\.side) == [.buy, .sell] && page.nextCursor == nil)
        let trades = try answer("http_trades_page")
        let tradesPage = try ClobPage.decode(trades.span)
        let element = try #require(tradesPage.elements.first)
        #expect(trades[element.lowerBound] == UInt8(ascii: "{"))
        #expect(trades[element.upperBound - 1] == UInt8(ascii: "}"))
        #expect(tradesPage.elements.count == 1 && tradesPage.nextCursor == nil)
        let balanceBody = try answer("http_balance_allowance")
        let balance = try BalanceAllowance.decode(balanceBody.span)
        #expect(balance.balance.number == 1_000_000_000)
        #expect(balance.allowances[Exchange.negRisk.contract] == Word256(0))
        #expect(balance.allowances[Exchange.binary.contract]?.number == nil)
        let termsBody = try answer("http_clob_market_crypto")
        let terms = try MarketTerms.decode(termsBody.span)
        #expect(terms.tokens.map(\.label.description) == ["Up", "Down"])
        #expect(terms.tickSize == .hundredth && terms.orderSizeMin == Quantity(shares: 5))
        #expect(terms.delaysTakers && terms.feeRateMillionths == 70_000)
    }

    @Test(
        "every recorded short answer is read",
        .enabled(if: SharedData.isPresent, "\(SharedData.absenceMessage)")
    )
    func recordedShort() throws {
        let timeBody = try answer("http_time")
        let versionBody = try answer("http_version")
        let geoblockBody = try answer("http_geoblock")
        let keyBody = try answer("http_api_key")
        let time = try ClobAnswers.time(timeBody.span)
        let version = try ClobAnswers.version(versionBody.span)
        let isBlocked = try ClobAnswers.blocked(geoblockBody.span)
        #expect(time == 1_795_435_200 && version == 2 && !isBlocked)
        let credentials = try ClobAnswers.credentials(keyBody.span, address: .zero)
        #expect(string(credentials.passphrase.span) == "test-passphrase")
        let beat = try answer("http_heartbeat_ok")
        let next = InlineText("5c3b1e2a-9d4f-4a6b-8c7d-0e1f2a3b4c5d") ?? InlineText()
        #expect(heartbeat(200, beat) == .taken(next: next))
        let wrong = try answer("http_heartbeat_rejected_400")
        #expect(heartbeat(400, wrong) == .wrongID(expected: next))
    }

    private func heartbeat(_ status: Int, _ body: [UInt8]) -> HeartbeatOutcome {
        HeartbeatAnswer.outcome(status: status, body: body.span)
    }
}
