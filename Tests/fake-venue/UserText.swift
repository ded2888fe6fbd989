internal import Crypto
internal import Trading

/// Orders and trades as the venue tells them: on the user socket (polymarket 9) and when they are
/// read back (5.3).
extension VenueOrder {
    private var shared: JSONValue {
        [
            "id": "\(id)", "owner": .text(owner), "maker_address": "\(maker)",
            "market": .text(market.condition), "asset_id": .text(token), "side": .text(side.text),
            "price": .text(price.text), "original_size": .text(size.text),
            "size_matched": .text(matched.text), "outcome": .text(outcome.label),
            "order_type": .text(kind.rawValue), "expiration": "\(expiration)",
            "associate_trades": .texts(trades), "status": .text(status),
        ]
    }

    /// As `/data/orders` tells it.
    var record: JSONValue {
        shared.adding(["created_at": .number(createdAt / 1_000_000_000)])
    }

    /// - Parameters:
    ///   - type: `PLACEMENT`, `UPDATE` or `CANCELLATION`.
    ///   - now: nanoseconds since 1970.
    func event(_ type: String, at now: Int64) -> JSONValue {
        shared.adding([
            "event_type": "order", "type": .text(type), "order_owner": .text(owner),
            "created_at": "\(createdAt / 1_000_000_000)", "timestamp": "\(now / 1_000_000)",
        ])
    }

    /// A line of `/control/orders`.
    func line(at now: Int64) -> String {
        let line: JSONValue = [
            "id": "\(id)", "market": .text(market.slug), "outcome": .text(outcome.label),
            "side": .text(side.text), "price": .text(price.text), "size": .text(size.text),
            "matched": .text(matched.text), "state": .text(status), "owner": .text(owner),
            "age_ms": .number((now - createdAt) / 1_000_000),
        ]
        return line.written
    }
}

extension VenueTrade {
    private var shared: JSONValue {
        [
            "id": .text(id), "taker_order_id": "\(taker.orderID)",
            "market": .text(market.condition), "asset_id": .text(taker.token),
            "side": .text(taker.side.text), "size": .text(taker.size.text),
            "price": .text(taker.price.text), "fee_rate_bps": "0", "status": .text(status.rawValue),
            "match_time": "\(matchedAt / 1_000_000_000)",
            "match_time_nano": "\(matchedAt)", "last_update": "\(updatedAt / 1_000_000_000)",
            "outcome": .text(taker.outcome.label), "owner": .text(taker.owner),
            "maker_address": "\(taker.address)", "transaction_hash": "\(transaction)",
            "bucket_index": .number("0"),
            "trader_side": taker.isOurs ? "TAKER" : "MAKER",
            "maker_orders": .list(makers.map(\.json)),
        ]
    }

    /// As `/data/trades` tells it.
    var record: JSONValue { status == .failed ? shared.adding(["err_msg": "failed"]) : shared }

    func event(at now: Int64) -> JSONValue {
        shared.adding([
            "event_type": "trade", "type": "TRADE", "trade_owner": .text(taker.owner),
            "timestamp": "\(now / 1_000_000)",
        ])
    }

    /// A line of `/control/trades`: the parts that are the account's.
    var line: String {
        let parts = ours.map { part -> JSONValue in
            [
                "order": "\(part.orderID)", "outcome": .text(part.outcome.label),
                "side": .text(part.side.text), "price": .text(part.price.text),
                "size": .text(part.size.text),
            ]
        }
        let line: JSONValue = [
            "id": .text(id), "market": .text(market.slug), "status": .text(status.rawValue),
            "ours": .list(parts),
        ]
        return line.written
    }
}

extension VenueTrade.Part {
    fileprivate var json: JSONValue {
        [
            "order_id": "\(orderID)", "owner": .text(owner), "maker_address": "\(address)",
            "matched_amount": .text(size.text), "price": .text(price.text), "fee_rate_bps": "0",
            "asset_id": .text(token), "outcome": .text(outcome.label), "side": .text(side.text),
        ]
    }
}
