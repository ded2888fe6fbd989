internal import Crypto
internal import Testing
internal import Trading
internal import Venues
internal import Wire

@Suite struct ClobRequestTests {
    private static let other = Word256(
        constant: "0x03ed186d4dce701572a1ea19e09b0471db8fa15fa813c74e606114bd96e36154"
    )
    private static let market = Word256(
        constant: "0x2b22adc99df23c7b37cd36b4f4f90c9786861f1363344139faa18cbb738b0180"
    )
    private static let token = "7941977825066447806064911057460045646571842360609078427521343903015"

    @Test("cancels say whom they mean in the body, which is signed with the rest")
    func cancels() throws {
        let one = RequestText { $0.cancel(order: sampleID) }
        #expect(one.method == .delete)
        #expect(one.target == "/order")
        #expect(one.body == "{\"orderID\":\"\(sampleID)\"}")
        #expect(one.authentication == .credentials)
        let ids = [sampleID, Self.other]
        let many = RequestText { $0.cancel(orders: ids.span) }
        #expect(many.method == .delete && many.target == "/orders")
        #expect(many.body == "[\"\(sampleID)\",\"\(Self.other)\"]")
        let all = RequestText { $0.cancelAll() }
        #expect(all.method == .delete && all.target == "/cancel-all" && all.body.isEmpty)
        let token = try decimalWord(Self.token)
        let market = RequestText { $0.cancel(market: Self.market, token: token) }
        #expect(market.method == .delete && market.target == "/cancel-market-orders")
        #expect(
            market.body == "{\"market\":\"\(Self.market)\",\"asset_id\":\"\(Self.token)\"}"
        )
        let whole = RequestText { $0.cancel(market: Self.market) }
        #expect(whole.body == "{\"market\":\"\(Self.market)\"}")
    }

    @Test("the longest cancel has a thousand orders, each once")
    func longestCancel() {
        let ids = (0..<UInt64(ClobRequest.cancelMax)).map { Word256($0) }
        let body = RequestText { $0.cancel(orders: ids.span) }.body
        #expect(body.count == 1 + ids.count * 69)
        #expect(body.hasSuffix("\(Word256(998))\",\"\(Word256(999))\"]"))
    }

    @Test("a sign of life carries the id of the answer before")
    func heartbeat() throws {
        let first = RequestText { $0.heartbeat(id: InlineText()) }
        #expect(first.method == .post && first.target == "/v1/heartbeats")
        #expect(first.body == "{\"heartbeat_id\":\"\"}")
        let id = try #require(InlineText("bcda22d9-4a00-4fb6-a865-c093abd0ed3f"))
        let next = RequestText { $0.heartbeat(id: id) }
        #expect(next.body == "{\"heartbeat_id\":\"bcda22d9-4a00-4fb6-a865-c093abd0ed3f\"}")
    }

    @Test("what is read back is asked for in the query, which is not signed")
    func reading() throws {
        let token = try decimalWord(Self.token)
        let cursor = try #require(InlineText("MA=="))
        let orders = RequestText {
            $0.openOrders(market: Self.market, token: token, cursor: cursor)
        }
        #expect(orders.path == "/data/orders")
        #expect(
            orders.target
                == "/data/orders?market=\(Self.market)&asset_id=\(Self.token)&next_cursor=MA%3D%3D"
        )
        #expect(RequestText { $0.openOrders() }.target == "/data/orders")
        let trades = RequestText { $0.trades(after: 1_795_436_438, before: 1_795_436_500) }
        #expect(trades.target == "/data/trades?after=1795436438&before=1795436500")
        let one = RequestText { $0.order(sampleID) }
        #expect(one.target == "/data/order/\(sampleID)" && one.path == one.target)
        for request in [orders, trades, one] {
            #expect(request.method == .get && request.body.isEmpty)
            #expect(request.authentication == .credentials)
        }
    }

    @Test("balances are asked for by the kind of token")
    func balances() throws {
        let old = try decimalWord(Self.token)
        let new = try decimalWord(
            "572161915587908656199209164434741620703621300526972525663755406366896755713"
        )
        #expect(
            RequestText { $0.balance(.depositWallet) }.target
                == "/balance-allowance?asset_type=COLLATERAL&signature_type=3"
        )
        #expect(
            RequestText { $0.balance(of: old, .eoa, isUpdate: true) }.target
                == "/balance-allowance/update?asset_type=CONDITIONAL&token_id=\(Self.token)"
                + "&signature_type=0"
        )
        #expect(
            RequestText { $0.balance(of: new, .eoa) }.target.hasPrefix(
                "/balance-allowance?asset_type=CONDITIONAL-V2&token_id=5721"
            )
        )
    }

    @Test("keys are proven by the private key, public things by nothing")
    func others() throws {
        let create = RequestText { $0.createAPIKey() }
        #expect(create.method == .post && create.target == "/auth/api-key")
        #expect(create.authentication == .key && create.body.isEmpty)
        let derive = RequestText { $0.deriveAPIKey() }
        #expect(derive.method == .get && derive.target == "/auth/derive-api-key")
        #expect(derive.authentication == .key)
        let token = try decimalWord(Self.token)
        for (request, target) in [
            (RequestText { $0.time() }, "/time"), (RequestText { $0.version() }, "/version"),
            (RequestText { $0.book(of: token) }, "/book?token_id=\(Self.token)"),
            (RequestText { $0.terms(of: Self.market) }, "/clob-markets/\(Self.market)"),
        ] {
            #expect(request.method == .get && request.target == target)
            #expect(request.authentication == .none && request.body.isEmpty)
        }
        let closed = RequestText { $0.closedOnly() }
        #expect(closed.target == "/auth/ban-status/closed-only")
        #expect(closed.authentication == .credentials)
    }

    @Test("a request that is used again keeps nothing of the one before")
    func reuse() {
        var request = ClobRequest()
        request.cancel(market: Self.market)
        request.openOrders(market: Self.market)
        #expect(RequestText(request) == RequestText { $0.openOrders(market: Self.market) })
        request.cancelAll()
        #expect(RequestText(request) == RequestText { $0.cancelAll() })
        request.time()
        #expect(RequestText(request) == RequestText { $0.time() })
    }

    @Test("credentials give the five fields, signed over method, path and body")
    func credentialHeaders() throws {
        // The check of `l2_hmac.json`'s kind: the signature is recomputed from its parts.
        let credentials = try credentials(
            secret: "gwnx7UB9RzvAYOzrL5vHOFFVbcLxj_vnvQoN4iMWAVU=",
            passphrase: "quiet"
        )
        for build: (inout ClobRequest) -> Void in [
            { $0.cancel(order: sampleID) }, { $0.cancelAll() },
            { $0.openOrders(market: Self.market) }, { $0.place([0x7B, 0x7D].span) },
        ] {
            var request = ClobRequest()
            build(&request)
            let text = RequestText(request)
            var fields: [(String, String)] = []
            request.forEachHeader(credentials, at: 1_800_104_547) { name, value in
                fields.append(("\(name)", string(value)))
            }
            let methods: [HTTPMethod: String] = [.get: "GET", .post: "POST", .delete: "DELETE"]
            let signature = try requestSignature(
                secret: "gwnx7UB9RzvAYOzrL5vHOFFVbcLxj_vnvQoN4iMWAVU=",
                timestamp: 1_800_104_547,
                method: try #require(methods[text.method]),
                path: text.path,
                body: text.body
            )
            var expected = [
                ("POLY_ADDRESS", EthereumAddress.zero.description),
                ("POLY_API_KEY", "f6fadfa7-e5c1-4b62-a362-da5cc13da58a"),
                ("POLY_PASSPHRASE", "quiet"), ("POLY_SIGNATURE", signature),
                ("POLY_TIMESTAMP", "1800104547"),
            ]
            if !text.body.isEmpty { expected.append(("Content-Type", "application/json")) }
            #expect(fields.map(\.0) == expected.map(\.0))
            #expect(fields.map(\.1) == expected.map(\.1))
        }
    }

    @Test("a key's proof gives its four fields")
    func keyHeaders() throws {
        let key = try privateKey(OrderSignerTests.cow)
        let auth = ClobAuth(address: key.address, timestamp: 1_804_581_685, nonce: 7)
        let signature = auth.sign(with: key)
        var request = ClobRequest()
        request.createAPIKey()
        var fields: [String: String] = [:]
        request.forEachHeader(auth, signature) { name, value in fields["\(name)"] = string(value) }
        #expect(
            fields == [
                "POLY_ADDRESS": key.address.description,
                "POLY_SIGNATURE": "0x" + written { signature.appendHexadecimal(to: &$0) },
                "POLY_TIMESTAMP": "1804581685", "POLY_NONCE": "7",
            ]
        )
    }
}
