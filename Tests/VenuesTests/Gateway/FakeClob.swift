internal import Crypto
internal import Foundation
internal import Trading
internal import Wire

@testable internal import Venues

/// A venue without a socket: it keeps orders and trades, checks who asks, and answers.
struct FakeClob {
    static let secret = "gwnx7UB9RzvAYOzrL5vHOFFVbcLxj_vnvQoN4iMWAVU="
    static let owner = "f6fadfa7-e5c1-4b62-a362-da5cc13da58a"

    struct Stored {
        var side: String
        var token: String
        var price: String
        var size: Quantity
        var matched = Quantity.zero
        var status = "LIVE"
        var owner = FakeClob.owner
    }

    struct Answer {
        var status = 200
        var body: String
    }

    var orders: [Word256: Stored] = [:]
    var trades: [String] = []
    /// Frames for the user socket.
    var frames: [String] = []
    var lastBeat: String?
    var beats = 0
    /// What was wrong with requests.
    var complaints: [String] = []
    /// A cancel of everything says that all went well, and does nothing.
    var lies = false
    private let signerAddress: EthereumAddress

    init() throws { signerAddress = try GatewaySupport.key().address }

    // MARK: The market

    /// Somebody takes from an order of ours.
    mutating func match(_ id: Word256, _ size: Quantity, status: String = "MATCHED") {
        guard var order = orders[id], order.status == "LIVE" else { return }
        let size = min(size, order.size - order.matched)
        guard size > .zero else { return }
        order.matched += size
        if order.matched == order.size { order.status = "MATCHED" }
        orders[id] = order
        let trade =
            "\"id\":\"t\(trades.count)\",\"market\":\"\(Word256(0xC000))\","
            + "\"asset_id\":\"\(order.token)\",\"side\":\"\(order.side == "BUY" ? "SELL" : "BUY")\","
            + "\"price\":\"\(order.price)\",\"size\":\"\(shares(size))\",\"outcome\":\"Up\","
            + "\"status\":\"\(status)\",\"taker_order_id\":\"0xtaker\",\"trader_side\":\"MAKER\","
            + "\"maker_orders\":[{\"order_id\":\"\(id)\",\"owner\":\"\(Self.owner)\","
            + "\"maker_address\":\"0x1\",\"matched_amount\":\"\(shares(size))\","
            + "\"price\":\"\(order.price)\",\"asset_id\":\"\(order.token)\",\"outcome\":\"Up\","
            + "\"side\":\"\(order.side)\"}]"
        trades.append("{\(trade)}")
        frames.append("{\"event_type\":\"trade\",\(trade)}")
        frames.append(frame(id, "UPDATE"))
    }

    /// In one order, so that a seed gives one session.
    var live: [(key: Word256, value: Stored)] {
        orders.filter { $0.value.status == "LIVE" }
            .sorted { "\($0.key)" < "\($1.key)" }
    }

    func frame(_ id: Word256, _ type: String) -> String {
        guard let order = orders[id] else { return "[]" }
        return "{\"event_type\":\"order\",\"type\":\"\(type)\",\(record(id, order))}"
    }

    private func record(_ id: Word256, _ order: Stored) -> String {
        "\"id\":\"\(id)\",\"status\":\"\(order.status)\",\"owner\":\"\(order.owner)\","
            + "\"market\":\"\(Word256(0xC000))\",\"asset_id\":\"\(order.token)\","
            + "\"side\":\"\(order.side)\",\"price\":\"\(order.price)\","
            + "\"original_size\":\"\(shares(order.size))\","
            + "\"size_matched\":\"\(shares(order.matched))\""
    }

    private func shares(_ size: Quantity) -> String {
        "\(size.raw / 1_000_000).\(String("\(1_000_000 + size.raw % 1_000_000)".dropFirst()))"
    }

    // MARK: Requests

    mutating func take(_ text: RequestText, at now: Timestamp) -> Answer {
        switch (text.method, text.path) {
        case (.post, "/order"): return place(text.body)
        case (.delete, "/order"), (.delete, "/orders"):
            let ids = text.body.split(separator: "\"").filter { $0.hasPrefix("0x") }
            return cancel(ids.compactMap { Word256(hexadecimal: Array($0.utf8).span) })
        case (.delete, "/cancel-all"), (.delete, "/cancel-market-orders"):
            let live = live.map(\.key)
            guard lies else { return cancel(live) }
            let told = live.map { "\"\($0)\"" }.joined(separator: ",")
            return Answer(body: "{\"canceled\":[\(told)],\"not_canceled\":{}}")
        case (.get, "/data/orders"):
            return page(live.map { "{\(record($0.key, $0.value))}" })
        case (.get, "/data/trades"): return page(trades)
        case (.post, "/v1/heartbeats"): return beat(text.body)
        default:
            let id = Word256(hexadecimal: Array(text.path.dropFirst(12).utf8).span)
            guard text.path.hasPrefix("/data/order/"), let id else {
                complaints.append("\(text.path)?")
                return Answer(status: 404, body: "")
            }
            guard let order = orders[id] else {
                return Answer(status: 404, body: "{\"error\":\"order not found\"}")
            }
            return Answer(body: "{\(record(id, order))}")
        }
    }

    private func page(_ elements: [String]) -> Answer {
        Answer(
            body: "{\"limit\":100,\"count\":\(elements.count),\"next_cursor\":\"LTE=\","
                + "\"data\":[\(elements.joined(separator: ","))]}"
        )
    }

    private mutating func beat(_ body: String) -> Answer {
        let id = body.split(separator: "\"", omittingEmptySubsequences: false)[3]
        if let lastBeat, id != lastBeat {
            return Answer(
                status: 400,
                body: "{\"error_msg\":\"Invalid Heartbeat ID\",\"heartbeat_id\":\"\(lastBeat)\"}"
            )
        }
        beats += 1
        lastBeat = "beat-\(beats)"
        return Answer(body: "{\"heartbeat_id\":\"beat-\(beats)\"}")
    }

    private mutating func cancel(_ ids: [Word256]) -> Answer {
        var done: [String] = []
        var failed: [String] = []
        for id in ids {
            guard orders[id]?.status == "LIVE" else {
                failed.append("\"\(id)\":\"Order not found or already canceled\"")
                continue
            }
            orders[id]?.status = "CANCELED"
            frames.append(frame(id, "CANCELLATION"))
            done.append("\"\(id)\"")
        }
        return Answer(
            body: "{\"canceled\":[\(done.joined(separator: ","))],"
                + "\"not_canceled\":{\(failed.joined(separator: ","))}}"
        )
    }

    private mutating func place(_ body: String) -> Answer {
        do {
            let (id, stored) = try read(body)
            guard orders[id] == nil else {
                return Answer(status: 400, body: "{\"error\":\"Duplicated.\"}")
            }
            orders[id] = stored
            frames.append(frame(id, "PLACEMENT"))
            return Answer(
                body: "{\"success\":true,\"errorMsg\":\"\",\"orderID\":\"\(id)\","
                    + "\"status\":\"live\",\"makingAmount\":\"\",\"takingAmount\":\"\"}"
            )
        } catch {
            complaints.append("order: \(error)")
            return Answer(status: 400, body: "{\"error\":\"Invalid order payload\"}")
        }
    }

    private struct Body: Decodable {
        struct Order: Decodable {
            let salt: UInt64
            let maker, signer, tokenId, makerAmount, takerAmount, side, timestamp: String
            let metadata, builder, signature: String
            let signatureType: UInt8
        }
        let order: Order
        let owner, orderType: String
        let postOnly: Bool
    }

    private enum Wrong: Error { case owner, terms, number, signature }

    /// The order's id and what it says, its signature recovered.
    private func read(_ text: String) throws -> (Word256, Stored) {
        let body = try JSONDecoder().decode(Body.self, from: Data(text.utf8))
        let order = body.order
        guard body.owner == Self.owner else { throw Wrong.owner }
        guard body.postOnly, body.orderType == "GTC" else { throw Wrong.terms }
        guard let maker = UInt64(order.makerAmount), let taker = UInt64(order.takerAmount),
            let type = SignatureType(rawValue: order.signatureType)
        else { throw Wrong.number }
        let exact = ExchangeOrder(
            salt: Word256(order.salt),
            maker: try address(order.maker),
            signer: try address(order.signer),
            tokenID: try decimalWord(order.tokenId),
            makerAmount: Word256(maker),
            takerAmount: Word256(taker),
            side: order.side == "BUY" ? .buy : .sell,
            signatureType: type,
            timestamp: try decimalWord(order.timestamp),
            metadata: try word(order.metadata),
            builder: try word(order.builder)
        )
        let id = Exchange.binary.domain.digest(ofStructHash: exact.structHash)
        // Deterministic signatures (RFC 6979): the one that the key makes is the one that came.
        let signed = OrderSigner(try GatewaySupport.key()).sign(exact, for: .binary)
        guard signed.id == id, signed.signature.text == order.signature,
            signed.signature.inner.signer(of: id)?.address == signerAddress
        else { throw Wrong.signature }
        let (money, size) = order.side == "BUY" ? (maker, taker) : (taker, maker)
        let price = money * 10_000 / size
        return (
            id,
            Stored(
                side: order.side,
                token: order.tokenId,
                price: "0.\(String("\(10_000 + price)".dropFirst()))",
                size: Quantity(raw: Int64(size))
            )
        )
    }

    /// Checks what says who asks, as it leaves.
    mutating func check(
        _ request: borrowing ClobRequest,
        _ text: RequestText,
        at now: Timestamp
    ) {
        let seconds = UInt64(now.nanoseconds / 1_000_000_000)
        let names: [HTTPMethod: String] = [.get: "GET", .post: "POST", .delete: "DELETE"]
        do {
            let credentials = try credentials(secret: Self.secret, passphrase: "quiet")
            var fields: [String: String] = [:]
            request.forEachHeader(credentials, at: seconds) { fields["\($0)"] = string($1) }
            let expected = try requestSignature(
                secret: Self.secret,
                timestamp: seconds,
                method: names[text.method] ?? "",
                path: text.path,
                body: text.body
            )
            if fields["POLY_SIGNATURE"] != expected { complaints.append("HMAC of \(text.path)") }
        } catch {
            complaints.append("\(error)")
        }
    }
}
