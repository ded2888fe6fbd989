internal import Crypto
internal import Trading

/// The market socket's messages (polymarket 8), and the same book over REST.
enum MarketText {
    /// The book of one token.
    static func book(
        _ market: FakeMarket,
        _ outcome: Outcome,
        _ book: FakeBook,
        milliseconds: Int64
    ) -> JSONValue {
        members(market, outcome, book, milliseconds).json
    }

    /// As on the socket.
    static func frame(
        _ market: FakeMarket,
        _ outcome: Outcome,
        _ book: FakeBook,
        milliseconds: Int64
    ) -> JSONValue {
        let event: JSONValue = ["event_type": "book"]
        return event.adding(members(market, outcome, book, milliseconds).socketJSON)
    }

    /// The object whose SHA-1, with an empty `hash`, is its hash.
    private struct Members {
        let identity: JSONValue
        let levels: JSONValue
        let tickSize: String
        let lastTradePrice: String

        var hash: String {
            let text = object(hash: "").written
            return hexadecimal(SHA1.hash(Array(text.utf8).span).span)
        }

        var json: JSONValue { object(hash: hash) }

        private func object(hash: String) -> JSONValue {
            identity.adding(["hash": .text(hash)]).adding(levels).adding([
                "min_order_size": "5", "tick_size": .text(tickSize), "neg_risk": false,
                "last_trade_price": .text(lastTradePrice),
            ])
        }

        /// The socket leaves out what never changes, although it is hashed.
        var socketJSON: JSONValue {
            identity.adding(["hash": .text(hash)]).adding(levels).adding([
                "tick_size": .text(tickSize), "last_trade_price": .text(lastTradePrice),
            ])
        }
    }

    private static func members(
        _ market: FakeMarket,
        _ outcome: Outcome,
        _ book: FakeBook,
        _ milliseconds: Int64
    ) -> Members {
        func levels(_ side: Side) -> JSONValue {
            let own = outcome == .yes ? side : side.opposite
            return .list(
                book.levels(own).map { price, size in
                    let shown = outcome == .yes ? price : price.complement
                    return ["price": .text(shown.text), "size": .text(size.text)]
                }
            )
        }
        let last = outcome == .yes ? book.lastTradePrice : book.lastTradePrice.complement
        return Members(
            identity: [
                "market": .text(market.condition), "asset_id": .text(market.token(outcome)),
                "timestamp": "\(milliseconds)",
            ],
            levels: ["bids": levels(.buy), "asks": levels(.sell)],
            tickSize: book.tickSize.text,
            lastTradePrice: last.text
        )
    }

    /// The sum at a price of Up's book, told of both tokens.
    static func change(
        _ market: FakeMarket,
        _ side: Side,
        _ price: Price,
        _ book: FakeBook,
        isLie: Bool,
        milliseconds: Int64
    ) -> JSONValue {
        let size = book.size(side, price)
        let changes = [Outcome.yes, .no].map { outcome -> JSONValue in
            let isUp = outcome == .yes
            let bid = isUp ? book.best(.buy) : book.best(.sell)?.complement
            let ask = isUp ? book.best(.sell) : book.best(.buy)?.complement
            return [
                "asset_id": .text(market.token(outcome)),
                "price": .text((isUp ? price : price.complement).text), "size": .text(size.text),
                "side": .text((isUp ? side : side.opposite).text),
                "hash": .text(members(market, outcome, book, milliseconds).hash),
                "best_bid": .text(isLie ? "0.47" : bid?.text ?? "0"),
                "best_ask": .text(ask?.text ?? "1"),
            ]
        }
        return [
            "event_type": "price_change", "market": .text(market.condition),
            "timestamp": "\(milliseconds)", "price_changes": .list(changes),
        ]
    }

    static func best(
        _ market: FakeMarket,
        _ outcome: Outcome,
        _ book: FakeBook,
        milliseconds: Int64
    ) -> JSONValue {
        let isUp = outcome == .yes
        let bid = (isUp ? book.best(.buy) : book.best(.sell)?.complement) ?? .zero
        let ask = (isUp ? book.best(.sell) : book.best(.buy)?.complement) ?? .one
        return [
            "event_type": "best_bid_ask", "market": .text(market.condition),
            "asset_id": .text(market.token(outcome)), "best_bid": .text(bid.text),
            "best_ask": .text(ask.text),
            "spread": .text(Price(raw: max(ask.raw - bid.raw, 0)).text),
            "timestamp": "\(milliseconds)",
        ]
    }

    /// - Parameter side: the taker's, of Up.
    static func trade(
        _ market: FakeMarket,
        _ side: Side,
        _ price: Price,
        _ size: Quantity,
        milliseconds: Int64
    ) -> JSONValue {
        [
            "event_type": "last_trade_price", "market": .text(market.condition),
            "asset_id": .text(market.token(.yes)), "price": .text(price.text),
            "size": .text(size.text), "side": .text(side.text), "fee_rate_bps": "0",
            "timestamp": "\(milliseconds)",
        ]
    }

    static func tickSize(
        _ token: String,
        of market: FakeMarket,
        from old: TickSize,
        to new: TickSize,
        milliseconds: Int64
    ) -> JSONValue {
        [
            "event_type": "tick_size_change", "market": .text(market.condition),
            "asset_id": .text(token), "old_tick_size": .text(old.text),
            "new_tick_size": .text(new.text), "timestamp": "\(milliseconds)",
        ]
    }

    static func resolution(
        _ market: FakeMarket,
        winner: Outcome,
        milliseconds: Int64
    ) -> JSONValue {
        [
            "event_type": "market_resolved", "id": "1", "market": .text(market.condition),
            "assets_ids": .texts(market.tokens),
            "winning_asset_id": .text(market.token(winner)),
            "winning_outcome": .text(winner.label), "timestamp": "\(milliseconds)",
        ]
    }
}
