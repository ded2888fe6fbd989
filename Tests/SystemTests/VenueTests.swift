internal import Foundation
internal import TestSupport
internal import Testing

/// The fake venue itself: it has to be as strict as the real one, or a session against it proves
/// nothing.
@Suite(.enabled(if: ThrowawayCA.isPresent, "\(ThrowawayCA.absenceMessage)"))
struct VenueTests {
    // MARK: - Who asks

    @Test("a call is taken with the right HMAC only, over exactly what is sent")
    func authentication() async throws {
        try await onThread {
            let trader = try VenueTrader(try Scratch())
            func status(_ change: (inout VenueTrader.Proof) -> Void) throws -> Int {
                var proof = VenueTrader.Proof()
                change(&proof)
                return try trader.call("GET", "/data/orders?market=0x1", proof: proof).status
            }
            #expect(try status { _ in } == 200)
            #expect(try status { $0.offset = -5 } == 200)
            #expect(try status { $0.offset = -60 } == 401)
            #expect(try status { $0.offset = 60 } == 401)
            #expect(try status { $0.passphrase = "another" } == 401)
            #expect(try status { $0.key = "00000000-0000-4000-8000-000000000001" } == 401)
            #expect(try status { $0.address = "0x" + String(repeating: "1", count: 40) } == 401)
            #expect(try status { $0.path = "/data/orders?market=0x1" } == 401)
            #expect(try status { $0.body = "{}" } == 401)
            let other = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
            let refused = try trader.call("GET", "/data/orders", proof: .init(secret: other))
            #expect(refused.status == 401)
            #expect(refused.json["error"].text == "Unauthorized/Invalid api key")
            #expect(try trader.venue.summary()["hmac_wrong"].integer == 3)
            try trader.venue.end()
        }
    }

    // MARK: - Orders

    @Test("an order rests in the book, is filled in parts, settles, and moves the money")
    func orderLife() async throws {
        try await onThread {
            let trader = try VenueTrader(try Scratch(), ["--cash", "100"])
            let venue = trader.venue
            let user = try VenueSocket.user(venue)
            try venue.awaits("subscribed user")
            // Better than the house's best.
            let id = try trader.place("BUY", price: 50, shares: 20)
            let placed = try user.message { $0["event_type"].text == "order" }
            #expect(placed["type"].text == "PLACEMENT" && placed["id"].text == id)
            #expect(placed["size_matched"].text == "0" && placed["status"].text == "LIVE")
            let book = try venue.request("GET", "/book?token_id=\(VenueTrader.down)").json
            #expect(book["asks"].elements.last?["price"].text == "0.5")
            #expect(book["asks"].elements.last?["size"].text == "20")

            try venue.control("take?order=\(id)&size=5")
            let part = try user.message { $0["type"].text == "UPDATE" }
            #expect(part["size_matched"].text == "5" && part["status"].text == "LIVE")
            let trade = try user.message { $0["event_type"].text == "trade" }
            #expect(trade["status"].text == "MATCHED" && trade["trader_side"].text == "MAKER")
            let maker = trade["maker_orders"].elements[0]
            #expect(maker["order_id"].text == id && maker["matched_amount"].text == "5")
            #expect(maker["owner"].text == VenueTrader.apiKey)
            try venue.control("take?side=SELL&size=100&price=0.5")
            _ = try user.message { $0["status"].text == "MATCHED" && $0["type"].text == "UPDATE" }
            #expect(try trader.state(id) == "MATCHED")
            #expect(try trader.cash() == 90_000_000)

            let first = trade["id"].text
            for status in ["MINED", "CONFIRMED"] {
                let event = try user.message { $0["id"].text == first }
                #expect(event["status"].text == status)
            }
            #expect(try Self.chain(trader, "70a08231", [trader.address.dropFirst(2)]) == 90_000_000)
            let token = String(Int(VenueTrader.up) ?? 0, radix: 16)
            let words = [trader.address.dropFirst(2), token[...]]
            #expect(try Self.chain(trader, "00fdd58e", words) == 20_000_000)

            let rest = try trader.call("GET", "/data/trades").json
            #expect(rest["data"].elements.count == 2 && rest["next_cursor"].text == "LTE=")
            try venue.control("resolve/\(VenueTrader.slug)?winner=Up")
            #expect(try trader.cash() == 110_000_000)
            #expect(try trader.call("POST", "/order", try trader.sign().body).status == 404)
            try venue.end()
        }
    }

    /// What a view of one of the two contracts gives.
    private static func chain(
        _ trader: VenueTrader,
        _ selector: String,
        _ words: [Substring]
    ) throws -> Int {
        let contract =
            words.count == 1
            ? "0xC011a7E12a19f7B1f670d46F03B03f3342E82DFB"
            : "0x4D97DCd97eC945f40cF65F87097ACe5EA0476045"
        let data = words.map { String(repeating: "0", count: 64 - $0.count) + $0.lowercased() }
        let call =
            #"{"jsonrpc":"2.0","id":1,"method":"eth_call","params":[{"to":"\#(contract)","#
            + #""data":"0x\#(selector)\#(data.joined())"},"latest"]}"#
        let result = try trader.venue.request("POST", "/rpc", body: call).json["result"].text ?? ""
        return Int(result.dropFirst(2), radix: 16) ?? -1
    }

    @Test("what the venue refuses is refused, in its words")
    func refusals() async throws {
        try await onThread {
            let trader = try VenueTrader(try Scratch(), ["--cash", "100"])
            func expect(
                _ text: String,
                _ signed: VenueTrader.Signed,
                _ status: Int = 400,
                line: Int = #line
            ) throws {
                let answer = try trader.call("POST", "/order", signed.body)
                #expect(answer.status == status, "line \(line): \(answer.body)")
                let error = answer.json["error"].text ?? ""
                #expect(error.contains(text), "line \(line): \(error)")
            }
            try expect("breaks minimum tick size rule: 0.01", trader.sign(price: 45.5))
            try expect("Size (4) lower than the minimum: 5", trader.sign(shares: 4))
            try expect("crosses the book", trader.sign(price: 51))
            try expect("crosses the book", trader.sign("BUY", VenueTrader.down, price: 51))
            try expect("not enough balance / allowance", trader.sign(price: 45, shares: 250))
            try expect("not enough balance / allowance", trader.sign("SELL", price: 55))
            let fok = #""orderType":"FOK""#
            try expect("fully filled", trader.sign(price: 49, terms: fok))
            let both = #""orderType":"FOK","postOnly":true"#
            try expect("Invalid order payload", trader.sign(terms: both))
            try expect("No orderbook", trader.sign("BUY", "123456789012345678"), 404)
            let good = try trader.sign()
            let other = VenueTrader.Signed(
                id: "",
                body: good.body.replacingOccurrences(of: "\"BUY\"", with: "\"SELL\"")
            )
            try expect("invalid signature", other)
            let salted = good.body.replacingOccurrences(of: "\"salt\":", with: "\"salt\":1")
            try expect("invalid signature", .init(id: "", body: salted))
            let text = good.body.replacingOccurrences(
                of: ",\"side\"",
                with: ",\"nonce\":\"0\",\"side\""
            )
            try expect("order_version_mismatch", .init(id: "", body: text))
            let stranger = good.body.replacingOccurrences(of: VenueTrader.apiKey, with: "somebody")
            try expect("owner", .init(id: "", body: stranger))
            #expect(try trader.call("POST", "/order", good.body).status == 200)
            try expect("Duplicated", good)
            // What is open is reserved.
            try expect("not enough balance", trader.sign(price: 45, shares: 220))
            #expect(try trader.venue.summary()["signatures_wrong"].integer == 2)
            #expect(try trader.venue.summary()["open_now"].integer == 1)
            try trader.venue.end()
        }
    }

    @Test("a batch is judged one by one, cancels say what became of each, and lists have pages")
    func batches() async throws {
        try await onThread {
            let trader = try VenueTrader(try Scratch(), ["--page", "2"])
            let bodies = try [45.0, 51, 44, 43].map { try trader.sign(price: $0) }
            let list = "[" + bodies.map(\.body).joined(separator: ",") + "]"
            let placed = try trader.call("POST", "/orders", list).json.elements
            #expect(
                placed.map { $0["orderID"].text } == [bodies[0].id, "", bodies[2].id, bodies[3].id]
            )
            #expect(placed[1]["success"].bool == true)
            #expect(placed[1]["errorMsg"].text?.contains("crosses the book") == true)

            let first = try trader.call("GET", "/data/orders").json
            #expect(first["data"].elements.count == 2)
            let cursor = try #require(first["next_cursor"].text)
            let query = cursor.replacingOccurrences(of: "=", with: "%3D")
            let second = try trader.call("GET", "/data/orders?next_cursor=\(query)").json
            #expect(second["data"].elements.map { $0["id"].text } == [bodies[3].id])
            #expect(second["next_cursor"].text == "LTE=")
            #expect(try trader.call("GET", "/data/orders?next_cursor=LTE%3D").status == 400)

            let unknown = "0x" + String(repeating: "7", count: 64)
            let ids = "[\"\(bodies[0].id)\",\"\(unknown)\"]"
            let answer = try trader.call("DELETE", "/orders", ids).json
            #expect(answer["canceled"].elements.map(\.text) == [bodies[0].id])
            #expect(answer["not_canceled"].keys == [unknown])
            let again = try trader.call("DELETE", "/order", "{\"orderID\":\"\(bodies[0].id)\"}")
                .json
            #expect(again["not_canceled"][bodies[0].id].text == "already canceled or matched")
            let market = "0x" + String(repeating: "0", count: 49) + "\(VenueTrader.start)14400"
            let all = try trader.call(
                "DELETE",
                "/cancel-market-orders",
                "{\"market\":\"\(market)\"}"
            )
            #expect(all.json["canceled"].elements.count == 2, "\(all.body)")
            #expect(try trader.venue.summary()["open_now"].integer == 0)
            try trader.venue.end()
        }
    }

    @Test("heartbeats hand an id on; a wrong one is corrected, and silence cancels everything")
    func heartbeats() async throws {
        try await onThread {
            let trader = try VenueTrader(try Scratch())
            func beat(_ id: String) throws -> Response {
                try trader.call("POST", "/v1/heartbeats", "{\"heartbeat_id\":\"\(id)\"}")
            }
            let id = try trader.place()
            let first = try #require(try beat("").json["heartbeat_id"].text)
            let second = try #require(try beat(first).json["heartbeat_id"].text)
            let wrong = try beat(first)
            #expect(wrong.status == 400)
            #expect(wrong.json["error_msg"].text == "Invalid Heartbeat ID")
            #expect(wrong.json["heartbeat_id"].text == second)
            // Ten seconds by the venue's clock are not over, then they are.
            try trader.venue.control("clock?seconds=8")
            #expect(try trader.state(id) == "LIVE")
            try trader.venue.control("clock?seconds=12")
            try trader.venue.awaits("heartbeat expired")
            #expect(try trader.state(id) == "CANCELED")
            // What comes after it arms anew.
            #expect(try beat(second).status == 200)
            try trader.venue.end()
        }
    }
}
