internal import Trading
internal import Wire

/// Changes and single values.
extension MarketMessageReader {
    @_lifetime(self: copy self)
    mutating func readChanges(
        _ message: inout MarketMessage,
        _ changes: inout [MarketMessage.Change]
    ) throws(BookFrameError) {
        let start = reader.offset
        guard case .beginArray = try PolymarketBookDecoder.token(&reader) else {
            throw BookFrameError(.wrongType, .changes, at: start)
        }
        while true {
            let token = try PolymarketBookDecoder.token(&reader)
            if token == .endArray { return }
            guard token == .beginObject else {
                throw BookFrameError(.wrongType, .changes, at: reader.offset)
            }
            guard changes.count < MarketMessage.changesMax else {
                throw BookFrameError(.tooManyChanges, .changes, at: reader.offset)
            }
            changes.append(try readChange(&message.unknownKeys))
        }
    }

    @_lifetime(self: copy self)
    mutating func readChange(
        _ unknownKeys: inout Int
    ) throws(BookFrameError) -> MarketMessage.Change {
        let start = reader.offset
        var change = MarketMessage.Change()
        var price: Price?
        var size: Quantity?
        var side: Side?
        while case .key(let name) = try PolymarketBookDecoder.token(&reader) {
            if reader.matches(name, "asset_id") {
                try once(change.token.isEmpty, .assetID, name)
                change.token = try string(.assetID)
            } else if reader.matches(name, "price") {
                try once(price == nil, .price, name)
                price = try self.price(.price)
            } else if reader.matches(name, "size") {
                try once(size == nil, .size, name)
                size = try self.size()
            } else if reader.matches(name, "side") {
                try once(side == nil, .side, name)
                side = try self.side()
            } else if reader.matches(name, "best_bid") {
                change.bestBid = .some(try best(.bestBid))
            } else if reader.matches(name, "best_ask") {
                change.bestAsk = .some(try best(.bestAsk))
            } else {
                // What exactly this hash covers is not established (polymarket 15).
                if !reader.matches(name, "hash") { unknownKeys += 1 }
                try PolymarketBookDecoder.skipValue(&reader)
            }
        }
        guard !change.token.isEmpty else { throw BookFrameError(.missing, .assetID, at: start) }
        guard let price else { throw BookFrameError(.missing, .price, at: start) }
        guard let size else { throw BookFrameError(.missing, .size, at: start) }
        guard let side else { throw BookFrameError(.missing, .side, at: start) }
        change.level = PriceLevel(price: price, size: size)
        change.side = side
        return change
    }

    @_lifetime(self: copy self)
    mutating func string(
        _ field: BookFrameError.Field
    ) throws(BookFrameError) -> Range<Int> {
        let start = reader.offset
        guard case .string(let text) = try PolymarketBookDecoder.token(&reader) else {
            throw BookFrameError(.wrongType, field, at: start)
        }
        return text
    }

    /// Strictly between 0 and 1 dollar.
    @_lifetime(self: copy self)
    mutating func price(
        _ field: BookFrameError.Field
    ) throws(BookFrameError) -> Price {
        let text = try string(field)
        let raw = try PolymarketBookDecoder.decimal(
            reader.bytes(text),
            decimals: 4,
            field,
            at: text.lowerBound
        )
        guard raw > 0 && raw < Price.one.raw else {
            throw BookFrameError(.outOfRange, field, at: text.lowerBound)
        }
        return Price(raw: raw)
    }

    @_lifetime(self: copy self)
    mutating func size() throws(BookFrameError) -> Quantity {
        let text = try string(.size)
        let raw = try PolymarketBookDecoder.decimal(
            reader.bytes(text),
            decimals: 6,
            .size,
            at: text.lowerBound
        )
        guard raw <= OrderBook.levelSizeMax.raw else {
            throw BookFrameError(.outOfRange, .size, at: text.lowerBound)
        }
        return Quantity(raw: raw)
    }

    @_lifetime(self: copy self)
    mutating func side() throws(BookFrameError) -> Side {
        let text = try string(.side)
        if reader.matches(text, "BUY") { return .buy }
        if reader.matches(text, "SELL") { return .sell }
        throw BookFrameError(.malformed, .side, at: text.lowerBound)
    }

    /// A best price; `nil` for an empty side, which the venue writes as nothing, 0 or 1.
    @_lifetime(self: copy self)
    mutating func best(
        _ field: BookFrameError.Field
    ) throws(BookFrameError) -> Price? {
        let text = try string(field)
        if text.isEmpty { return nil }
        let raw = try PolymarketBookDecoder.decimal(
            reader.bytes(text),
            decimals: 4,
            field,
            at: text.lowerBound
        )
        guard let price = Price(checking: raw) else {
            throw BookFrameError(.outOfRange, field, at: text.lowerBound)
        }
        return price == .zero || price == .one ? nil : price
    }

    @_lifetime(self: copy self)
    mutating func tickSize() throws(BookFrameError) -> TickSize {
        let text = try string(.tickSize)
        let raw = try PolymarketBookDecoder.decimal(
            reader.bytes(text),
            decimals: 4,
            .tickSize,
            at: text.lowerBound
        )
        guard let tickSize = TickSize(rawValue: raw) else {
            throw BookFrameError(.outOfRange, .tickSize, at: text.lowerBound)
        }
        return tickSize
    }
}
