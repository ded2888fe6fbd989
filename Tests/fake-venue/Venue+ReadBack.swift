internal import Crypto
internal import Foundation
internal import Trading
internal import Venues

/// Orders, trades and balances, read back (polymarket 5.3).
extension Venue {
    /// The cursor behind the last page.
    private static let lastCursor = "LTE="

    func readBack(_ request: VenueRequest) -> Answer {
        let words = request.words
        guard request.method == "GET" else { return .notFound }
        switch words {
        case ["data", "orders"]: return page(orders(request), request)
        case ["data", "trades"]: return page(trades(request), request)
        case ["balance-allowance"]: return balance(request)
        // What the venue believes is never behind the chain here: there is nothing to do.
        case ["balance-allowance", "update"]: return balance(request)
        default:
            guard words.count == 3, words[0] == "data", words[1] == "order",
                let order = Word256(words[2]).flatMap({ desk.orders[$0] })
            else { return Answer(status: 404, error: "Order not found") }
            return Answer(json: order.record)
        }
    }

    private func orders(_ request: VenueRequest) -> [JSONValue] {
        let query = request.query
        if let id = query["id"] {
            return Word256(id).flatMap { desk.orders[$0] }.map { [$0.record] } ?? []
        }
        return desk.openOrders.filter { order in
            order.market.condition == query["market"] ?? order.market.condition
                && order.token == query["asset_id"] ?? order.token
        }.map(\.record)
    }

    /// The newest first.
    private func trades(_ request: VenueRequest) -> [JSONValue] {
        let query = request.query
        let before = query["before"].flatMap { Int64($0) } ?? .max
        let after = query["after"].flatMap { Int64($0) } ?? .min
        return desk.trades.reversed().filter { trade in
            let second = trade.matchedAt / 1_000_000_000
            return second <= before && second >= after
                && trade.market.condition == query["market"] ?? trade.market.condition
                && trade.id == query["id"] ?? trade.id
                && (query["asset_id"].map { token in trade.ours.contains { $0.token == token } }
                    ?? true)
                && (query["maker_address"].map { address in
                    trade.ours.contains { "\($0.address)".lowercased() == address.lowercased() }
                } ?? true)
        }.map(\.record)
    }

    /// A cursor is the offset in Base64, `MA==` the first.
    private func page(_ all: [JSONValue], _ request: VenueRequest) -> Answer {
        var start = 0
        if let cursor = request.query["next_cursor"], !cursor.isEmpty {
            guard cursor != Self.lastCursor, let data = Data(base64Encoded: cursor),
                let offset = Int(String(decoding: data, as: UTF8.self)), offset >= 0
            else { return Answer(status: 400, error: "invalid next_cursor") }
            start = min(offset, all.count)
        }
        let size = options.pageSize
        let rows = Array(all.dropFirst(start).prefix(size))
        let end = start + rows.count
        let next = end < all.count ? Data("\(end)".utf8).base64EncodedString() : Self.lastCursor
        return Answer(
            json: [
                "limit": .number(size), "count": .number(rows.count), "next_cursor": .text(next),
                "data": .list(rows),
            ]
        )
    }

    private func balance(_ request: VenueRequest) -> Answer {
        let isUpdate = request.words.count == 2
        // Another type of signature is another wallet, and that one is empty.
        let isOurs = request.query["signature_type"] == "\(account.signatureType.rawValue)"
        let allowance =
            desk.allowance.raw == .max ? Chain.unlimited.digits : "\(desk.allowance.raw)"
        let allowances = Chain.exchanges.map { ("\($0)", JSONValue.text(allowance)) }
        let balance: Int64
        switch request.query["asset_type"] {
        case "COLLATERAL": balance = desk.holdings.cash.raw
        case "CONDITIONAL":
            guard let token = request.query["token_id"], FakeMarket.find(token: token) != nil
            else { return Answer(status: 400, error: "invalid token id") }
            balance = desk.holdings.size(token).raw
        default: return Answer(status: 400, error: "invalid asset type")
        }
        if isUpdate { return Answer(plain: "") }
        return Answer(
            json: [
                "balance": "\(isOurs ? max(balance, 0) : 0)", "allowances": .object(allowances),
            ]
        )
    }
}
