internal import Trading
internal import Wire

/// One object of the market socket, decoded and not yet judged: which event it is, and every
/// member that any event has. Ranges are offsets in the frame.
///
/// The event's type may stand behind everything else in the object, so all members are read first
/// and sorted out afterwards; what a member means does not depend on the event.
struct MarketMessage {
    /// Changes that one message may hold.
    static let changesMax = 512

    /// `event_type`, as far as it is known.
    enum Kind {
        case book, priceChange, lastTradePrice, tickSizeChange, bestBidAsk, newMarket
        case marketResolved
        /// A type that the venue did not have when this was written, or none at all.
        case unknown
    }

    /// One element of `price_changes`, at first in terms of its own token.
    struct Change {
        var token = 0..<0
        var side = Side.buy
        var level = PriceLevel(price: .zero, size: .zero)
        /// Whether it was told of NO and has been turned over into terms of YES.
        var isTurnedOver = false
        /// What the venue says is best after the message; `nil` inside for an empty side, outside
        /// where it does not say.
        var bestBid: Price??
        var bestAsk: Price??
    }

    var kind = Kind.unknown
    /// The common members, and the rest of a book.
    var book = PolymarketBook()
    /// Whether `bids` or `asks` was there.
    var hasLevels = false
    var hasChanges = false
    var price: Price?
    var size: Quantity?
    var side: Side?
    var newTickSize: TickSize?
    var bestBid: Price??
    var bestAsk: Price??
    var winner: Range<Int>?
    /// Members that mean nothing to us.
    var unknownKeys = 0

    var market: Range<Int> { book.market }
    var token: Range<Int> { book.assetID }
}

/// Reads the objects of one frame of the market socket: a frame is one object or an array of them.
struct MarketMessageReader: ~Copyable, ~Escapable {
    private var reader: JSONReader
    private var state = State.start

    private enum State {
        case start
        case inArray
        case done
    }

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>) {
        reader = JSONReader(bytes)
    }

    /// The next object, its levels in `snapshot` and its changes in `changes`; `nil` behind the
    /// last. After an error the frame is to be given up; `message` then has what had been read.
    @_lifetime(self: copy self)
    mutating func next(
        _ message: inout MarketMessage,
        _ snapshot: inout BookSnapshot,
        _ changes: inout [MarketMessage.Change]
    ) throws(BookFrameError) -> Bool {
        guard state != .done else { return false }
        message = MarketMessage()
        changes.removeAll(keepingCapacity: true)
        let start = reader.offset
        switch try PolymarketBookDecoder.token(&reader) {
        case .beginObject:
            try decode(&message, &snapshot, &changes)
            if state == .start { try finish() }
            return true
        case .beginArray where state == .start:
            state = .inArray
            return try next(&message, &snapshot, &changes)
        case .endArray where state == .inArray:
            try finish()
            return false
        default:
            throw BookFrameError(.wrongType, .frame, at: start)
        }
    }

    @_lifetime(self: copy self)
    private mutating func finish() throws(BookFrameError) {
        _ = try PolymarketBookDecoder.token(&reader)
        state = .done
    }

    // MARK: - One object

    /// Reads what follows the opening brace.
    @_lifetime(self: copy self)
    private mutating func decode(
        _ message: inout MarketMessage,
        _ snapshot: inout BookSnapshot,
        _ changes: inout [MarketMessage.Change]
    ) throws(BookFrameError) {
        var seen: UInt16 = 0
        while case .key(let name) = try PolymarketBookDecoder.token(&reader) {
            if try PolymarketBookDecoder.readMember(
                &reader,
                name,
                &seen,
                into: &message.book,
                &snapshot
            ) {
                continue
            }
            try readOther(name, &message, &changes)
        }
        message.hasLevels = PolymarketBookDecoder.hasLevels(seen)
        message.kind = kind(message.book.eventType)
        message.unknownKeys += message.book.unknownKeys
        try check(&message, seen, &snapshot)
    }

    private func kind(_ type: Range<Int>?) -> MarketMessage.Kind {
        guard let type else { return .unknown }
        if reader.matches(type, "price_change") { return .priceChange }
        if reader.matches(type, "book") { return .book }
        if reader.matches(type, "last_trade_price") { return .lastTradePrice }
        if reader.matches(type, "best_bid_ask") { return .bestBidAsk }
        if reader.matches(type, "tick_size_change") { return .tickSizeChange }
        if reader.matches(type, "new_market") { return .newMarket }
        if reader.matches(type, "market_resolved") { return .marketResolved }
        return .unknown
    }

    /// Whether everything is there that the event needs.
    private func check(
        _ message: inout MarketMessage,
        _ seen: UInt16,
        _ snapshot: inout BookSnapshot
    ) throws(BookFrameError) {
        let end = reader.offset
        func need(_ isThere: Bool, _ field: BookFrameError.Field) throws(BookFrameError) {
            guard isThere else { throw BookFrameError(.missing, field, at: end) }
        }
        switch message.kind {
        case .book: try PolymarketBookDecoder.finish(&message.book, seen, at: end, &snapshot)
        case .priceChange: try need(message.hasChanges, .changes)
        case .lastTradePrice:
            try need(message.price != nil, .price)
            try need(message.size != nil, .size)
            try need(message.side != nil, .side)
        case .tickSizeChange: try need(message.newTickSize != nil, .tickSize)
        case .bestBidAsk:
            try need(message.bestBid != nil, .bestBid)
            try need(message.bestAsk != nil, .bestAsk)
        case .marketResolved: try need(message.winner != nil, .winner)
        case .newMarket, .unknown: return
        }
        try need(!message.market.isEmpty, .market)
        try need(!message.book.timestamp.isEmpty, .timestamp)
        if message.kind != .priceChange && message.kind != .marketResolved {
            try need(!message.token.isEmpty, .assetID)
        }
    }

    /// Reads a member that a book does not have.
    @_lifetime(self: copy self)
    private mutating func readOther(
        _ name: Range<Int>,
        _ message: inout MarketMessage,
        _ changes: inout [MarketMessage.Change]
    ) throws(BookFrameError) {
        if reader.matches(name, "price_changes") {
            guard !message.hasChanges else {
                throw BookFrameError(.repeated, .changes, at: name.lowerBound)
            }
            message.hasChanges = true
            try readChanges(&message, &changes)
        } else if reader.matches(name, "price") {
            message.price = try price(.price)
        } else if reader.matches(name, "size") {
            message.size = try size()
        } else if reader.matches(name, "side") {
            message.side = try side()
        } else if reader.matches(name, "best_bid") {
            message.bestBid = .some(try best(.bestBid))
        } else if reader.matches(name, "best_ask") {
            message.bestAsk = .some(try best(.bestAsk))
        } else if reader.matches(name, "new_tick_size") {
            message.newTickSize = try tickSize()
        } else if reader.matches(name, "winning_asset_id") {
            message.winner = try string(.winner)
        } else {
            if !isKnownAndUnused(name) { message.unknownKeys += 1 }
            try PolymarketBookDecoder.skipValue(&reader)
        }
    }

    /// Members that the venue documents or has sent and that say nothing to us.
    private func isKnownAndUnused(_ name: Range<Int>) -> Bool {
        reader.matches(name, "fee_rate_bps") || reader.matches(name, "transaction_hash")
            || reader.matches(name, "old_tick_size") || reader.matches(name, "spread")
            || reader.matches(name, "id") || reader.matches(name, "assets_ids")
            || reader.matches(name, "winning_outcome") || reader.matches(name, "tags")
            || reader.matches(name, "question") || reader.matches(name, "slug")
            || reader.matches(name, "description") || reader.matches(name, "outcomes")
            || reader.matches(name, "event_message")
    }
}

// MARK: - Changes and scalars

extension MarketMessageReader {
    @_lifetime(self: copy self)
    private mutating func readChanges(
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
    private mutating func readChange(
        _ unknownKeys: inout Int
    ) throws(BookFrameError) -> MarketMessage.Change {
        let start = reader.offset
        var change = MarketMessage.Change()
        var price: Price?
        var size: Quantity?
        var side: Side?
        while case .key(let name) = try PolymarketBookDecoder.token(&reader) {
            if reader.matches(name, "asset_id") {
                change.token = try string(.assetID)
            } else if reader.matches(name, "price") {
                price = try self.price(.price)
            } else if reader.matches(name, "size") {
                size = try self.size()
            } else if reader.matches(name, "side") {
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
    private mutating func string(
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
    private mutating func price(
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
    private mutating func size() throws(BookFrameError) -> Quantity {
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
    private mutating func side() throws(BookFrameError) -> Side {
        let text = try string(.side)
        if reader.matches(text, "BUY") { return .buy }
        if reader.matches(text, "SELL") { return .sell }
        throw BookFrameError(.malformed, .side, at: text.lowerBound)
    }

    /// A best price; `nil` for an empty side, which the venue writes as nothing, 0 or 1.
    @_lifetime(self: copy self)
    private mutating func best(
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
    private mutating func tickSize() throws(BookFrameError) -> TickSize {
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
