internal import Crypto
internal import Foundation
internal import Trading

/// The private calls (polymarket 5), asked by who has proven that he may.
extension Venue {
    func clobAnswer(_ request: VenueRequest, _ credentials: Account.Credentials) -> Answer {
        switch (request.method, request.path) {
        case ("POST", "/order"): return placeOne(request, credentials)
        case ("POST", "/orders"): return placeMany(request, credentials)
        case ("DELETE", "/order"), ("DELETE", "/orders"): return cancelNamed(request)
        case ("DELETE", "/cancel-all"): return cancel(desk.openOrders.map(\.id))
        case ("DELETE", "/cancel-market-orders"): return cancelMarket(request)
        case ("POST", "/v1/heartbeats"): return beat(request)
        case ("POST", "/heartbeats"):
            deadMan.beat(next: random.uuid(), at: now)
            return Answer(json: ["status": "ok"])
        case ("GET", "/auth/api-keys"):
            return Answer(json: ["apiKeys": .texts(account.keys.map(\.key))])
        case ("DELETE", "/auth/api-key"):
            account.deleteKey(credentials.key)
            return Answer(json: "OK")
        case ("GET", "/auth/ban-status/closed-only"):
            return Answer(json: ["closed_only": .truth(account.isClosedOnly)])
        case ("GET", "/v1/user/rate-limit-tier"): return Answer(json: ["tier": "standard"])
        default: return readBack(request)
        }
    }

    // MARK: - Placing

    private func rateLimited(_ bucket: SignerBuckets.Bucket, _ count: Int) -> Answer {
        counts.rateLimited += 1
        var answer = Answer(status: 429, error: "Too Many Requests")
        answer.retryAfter = bucket.wait(for: count)
        answer.remaining = Int(max(bucket.tokens, 0))
        return answer
    }

    private func placeOne(
        _ request: VenueRequest,
        _ credentials: Account.Credentials
    ) -> Answer {
        guard buckets.orders.take(1, at: now) else { return rateLimited(buckets.orders, 1) }
        switch place(OrderBody.read(request.body), credentials) {
        case .success(let placed):
            var answer = Answer(json: placed)
            answer.remaining = Int(buckets.orders.tokens)
            return answer
        case .failure(let refusal): return Answer(status: refusal.status, error: refusal.text)
        }
    }

    private func placeMany(
        _ request: VenueRequest,
        _ credentials: Account.Credentials
    ) -> Answer {
        guard let bodies = OrderBody.readBatch(request.body), (1...15).contains(bodies.count) else {
            return Answer(status: 400, error: "Invalid order payload")
        }
        guard buckets.orders.take(bodies.count, at: now) else {
            return rateLimited(buckets.orders, bodies.count)
        }
        let results = bodies.map { body -> JSONValue in
            switch place(body, credentials) {
            case .success(let placed): return placed
            // As the venue does: success, and only the missing id tells the truth.
            case .failure(let refusal):
                return [
                    "success": true, "errorMsg": .text(refusal.text), "orderID": "", "status": "",
                    "makingAmount": "", "takingAmount": "",
                ]
            }
        }
        return Answer(json: .list(results))
    }

    private func place(
        _ body: OrderBody?,
        _ credentials: Account.Credentials
    ) -> Result<JSONValue, OrderRefusal> {
        do throws(OrderRefusal) {
            guard let body else { throw .payload }
            let check = OrderCheck(
                body: body,
                account: account,
                credentials: credentials,
                now: now
            )
            let order = try check.order(for: desk)
            let trades = desk.accept(order, at: now)
            counts.ordersTaken += 1
            return .success(placed(order, trades))
        } catch {
            counts.refused[error.name, default: 0] += 1
            note("refused \(error.text)")
            return .failure(error)
        }
    }

    private func placed(_ order: VenueOrder, _ trades: [VenueTrade]) -> JSONValue {
        let shares = trades.reduce(Quantity.zero) { $0 + $1.taker.size }
        let dollars = trades.reduce(Money.zero) { $0 + Money($1.taker.size, at: $1.taker.price) }
        let (making, taking) =
            order.side == .buy ? (Quantity(dollars), shares) : (shares, Quantity(dollars))
        let status = !trades.isEmpty ? "matched" : order.kind.rests ? "live" : "unmatched"
        return [
            "success": true, "errorMsg": "", "orderID": "\(order.id)", "status": .text(status),
            "makingAmount": .text(trades.isEmpty ? "" : making.text),
            "takingAmount": .text(trades.isEmpty ? "" : taking.text),
            "tradeIDs": .texts(trades.map(\.id)), "transactionsHashes": [],
        ]
    }

    // MARK: - Cancelling

    private func cancelNamed(_ request: VenueRequest) -> Answer {
        let ids: [String]
        switch request.json {
        case let object as [String: Any]: ids = (object["orderID"] as? String).map { [$0] } ?? []
        case let array as [String]: ids = array
        default: ids = []
        }
        let isOne = request.path == "/order"
        guard !ids.isEmpty, ids.count <= 1_000, !isOne || ids.count == 1 else {
            return Answer(status: 400, error: "Invalid order payload")
        }
        guard buckets.cancels.take(ids.count, at: now) else {
            return rateLimited(buckets.cancels, ids.count)
        }
        counts.cancelRequests += 1
        return done(ids, isLie: false)
    }

    /// What is not named one by one is charged afterwards, and costs one more.
    private func cancel(_ ids: [Word256]) -> Answer {
        guard buckets.cancels.take(1, at: now) else { return rateLimited(buckets.cancels, 1) }
        buckets.cancels.charge(ids.count, at: now)
        counts.cancelRequests += 1
        return done(ids.map { "\($0)" }, isLie: faults.takesCancelLie())
    }

    private func cancelMarket(_ request: VenueRequest) -> Answer {
        let object = request.json as? [String: Any] ?? [:]
        let (market, token) = (object["market"] as? String, object["asset_id"] as? String)
        guard market != nil || token != nil else {
            return Answer(status: 400, error: "Invalid payload")
        }
        let orders = desk.openOrders.filter { order in
            order.market.condition == market ?? order.market.condition
                && order.token == token ?? order.token
        }
        return cancel(orders.map(\.id))
    }

    private func done(_ ids: [String], isLie: Bool) -> Answer {
        var cancelled: [String] = []
        var failed: [(String, JSONValue)] = []
        for id in ids {
            let word = Word256(id)
            if isLie {
                cancelled.append(id)
            } else if let word, desk.cancel(word) {
                counts.cancelled += 1
                cancelled.append(id)
            } else if let word, desk.orders[word] != nil {
                failed.append((id, "already canceled or matched"))
            } else {
                failed.append((id, "Order not found or already canceled"))
            }
        }
        return Answer(json: ["canceled": .texts(cancelled), "not_canceled": .object(failed)])
    }

    // MARK: - The dead man's switch

    private func beat(_ request: VenueRequest) -> Answer {
        guard let object = request.json as? [String: Any],
            let id = object["heartbeat_id"] as? String
        else { return Answer(status: 400, error: "Invalid payload") }
        switch deadMan.beat(id, next: random.uuid(), at: now) {
        case .taken(let id): return Answer(json: ["heartbeat_id": .text(id)])
        case .wrong(let expected):
            counts.wrongHeartbeats += 1
            return Answer(
                status: 400,
                json: [
                    "error_msg": "Invalid Heartbeat ID", "heartbeat_id": .text(expected),
                ]
            )
        }
    }
}
