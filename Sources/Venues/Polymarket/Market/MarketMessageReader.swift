internal import Trading
internal import Wire

/// Reads the objects of one frame of the market socket: a frame is one object or an array of them.
struct MarketMessageReader: ~Copyable, ~Escapable {
    var reader: JSONReader
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
            try once(!message.hasChanges, .changes, name)
            message.hasChanges = true
            try readChanges(&message, &changes)
        } else if reader.matches(name, "price") {
            try once(message.price == nil, .price, name)
            message.price = try price(.price)
        } else if reader.matches(name, "size") {
            try once(message.size == nil, .size, name)
            message.size = try size()
        } else if reader.matches(name, "side") {
            try once(message.side == nil, .side, name)
            message.side = try side()
        } else if reader.matches(name, "best_bid") {
            message.bestBid = .some(try best(.bestBid))
        } else if reader.matches(name, "best_ask") {
            message.bestAsk = .some(try best(.bestAsk))
        } else if reader.matches(name, "new_tick_size") {
            try once(message.newTickSize == nil, .tickSize, name)
            message.newTickSize = try tickSize()
        } else if reader.matches(name, "winning_asset_id") {
            try once(message.winner == nil, .winner, name)
            message.winner = try string(.winner)
        } else {
            if !isKnownAndUnused(name) { message.unknownKeys += 1 }
            try PolymarketBookDecoder.skipValue(&reader)
        }
    }

    /// What decides on which side we stand may be said once.
    func once(
        _ isFirst: Bool,
        _ field: BookFrameError.Field,
        _ name: Range<Int>
    ) throws(BookFrameError) {
        guard isFirst else { throw BookFrameError(.repeated, field, at: name.lowerBound) }
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
