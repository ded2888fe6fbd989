internal import Crypto
internal import Foundation
internal import TestSupport
internal import Testing
internal import Trading
internal import Venues
internal import Wire

@Suite struct OrderPostTests {
    private func post(_ signed: SignedOrder, _ terms: OrderTerms, owner: String) throws -> [UInt8] {
        var buffer = ByteBuffer()
        OrderPost.append(signed, terms, owner: try #require(InlineText(owner)), to: &buffer)
        #expect(buffer.count <= OrderPost.byteCountMax)
        let bytes = buffer.span
        return bytes.indices.map { bytes[$0] }
    }

    private func sample(_ terms: OrderTerms) throws -> [String: Any] {
        let key = try privateKey(OrderSignerTests.cow)
        let order = try TradingWallet.eoa(key.address).limitOrder(
            .sell,
            Word256(77),
            price: Price(raw: 5_100),
            size: Quantity(shares: 20),
            tickSize: .hundredth,
            salt: try #require(OrderSalt(9_007_199_254_740_991)),
            at: Timestamp(milliseconds: 1_795_436_438_864)
        )
        let signed = OrderSigner(key).sign(order, for: .binary)
        let bytes = try post(signed, terms, owner: "me")
        return try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    }

    @Test("salt and signature type travel as numbers, the side as a word, the rest as texts")
    func types() throws {
        let body = try sample(.quote)
        let order = try #require(body["order"] as? [String: Any])
        #expect(order["salt"] as? UInt64 == 9_007_199_254_740_991)
        #expect(order["signatureType"] as? Int == 0)
        #expect(order["side"] as? String == "SELL")
        #expect(order["makerAmount"] as? String == "20000000")
        #expect(order["takerAmount"] as? String == "10200000")
        #expect(order["tokenId"] as? String == "77")
        #expect(order["timestamp"] as? String == "1795436438864")
        #expect(order["expiration"] as? String == "0")
        #expect(order["metadata"] as? String == Word256.zero.description)
        #expect(body["owner"] as? String == "me")
        #expect(body["orderType"] as? String == "GTC")
        #expect(body["postOnly"] as? Bool == true)
        #expect(body["deferExec"] as? Bool == false)
        #expect(order.count == 13 && body.count == 5)
    }

    @Test("the terms say how long an order stands, and only what rests can be post-only")
    func terms() throws {
        for (terms, type, expiration, isPostOnly) in [
            (OrderTerms(.goodTillCancelled, isPostOnly: false), "GTC", "0", false),
            (
                OrderTerms(.goodTill(seconds: 1_795_435_800), isPostOnly: true), "GTD",
                "1795435800", true
            ),
            (OrderTerms(.fillOrKill, isPostOnly: false), "FOK", "0", nil),
            (OrderTerms(.fillAndKill, isPostOnly: false), "FAK", "0", nil),
        ] as [(OrderTerms, String, String, Bool?)] {
            let body = try sample(terms)
            #expect(body["orderType"] as? String == type)
            #expect((body["order"] as? [String: Any])?["expiration"] as? String == expiration)
            #expect(body["postOnly"] as? Bool == isPostOnly)
        }
    }

    @Test("a batch is an array of what single orders send")
    func batch() {
        let first = Array("{\"a\":1}".utf8)
        let second = Array("{\"b\":2}".utf8)
        let request = RequestText { request in
            request.beginBatch()
            request.add(first.span)
            request.add(second.span)
            request.endBatch()
        }
        #expect(request.method == .post && request.target == "/orders")
        #expect(request.body == "[{\"a\":1},{\"b\":2}]")
        let single = RequestText { $0.place(first.span) }
        #expect(single.method == .post && single.target == "/order")
        #expect(single.body == "{\"a\":1}")
    }

    @Test(
        "the recorded bodies come out: the same members with the same values",
        .enabled(if: SharedData.isPresent, "\(SharedData.absenceMessage)")
    )
    func recorded() throws {
        for vector in try OrderVector.all {
            let recorded = try JSONSerialization.jsonObject(with: Data(vector.postBody.utf8))
            let object = try #require(recorded as? [String: Any])
            let order = try #require(object["order"] as? [String: Any])
            let expiration = try #require((order["expiration"] as? String).flatMap(UInt64.init))
            let lifetime: OrderTerms.Lifetime =
                switch object["orderType"] as? String {
                case "GTD": .goodTill(seconds: expiration)
                case "FOK": .fillOrKill
                case "FAK": .fillAndKill
                default: .goodTillCancelled
                }
            let isPostOnly = object["postOnly"] as? Bool
            let signed = try vector.orderSigner().sign(
                try vector.exchangeOrder(),
                for: try vector.exchange()
            )
            let bytes = try post(
                signed,
                OrderTerms(lifetime, isPostOnly: isPostOnly ?? false),
                owner: try #require(object["owner"] as? String)
            )
            var text = String(decoding: bytes, as: UTF8.self)
            // Where the client leaves the flag out, ours says false.
            if isPostOnly == nil {
                text = text.replacing(",\"postOnly\":false}", with: "}")
            }
            #expect(text == vector.postBody, "\(vector.name)")
        }
    }
}
