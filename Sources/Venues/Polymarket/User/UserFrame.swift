internal import Trading
internal import Wire

/// Reads the messages of one frame of the user socket: a frame is one object or an array of them.
///
///     var frame = UserFrame(bytes)
///     while let message = try frame.next() { ... }
public struct UserFrame: ~Copyable, ~Escapable {
    /// Orders of makers in one trade.
    public static let makersMax = 1_024
    /// The latest time that is believed, in milliseconds: the year 2255.
    static let millisecondsMax: Int64 = 9_000_000_000_000

    private var reader: JSONReader
    private var state = State.start

    private enum State {
        case start
        case inArray
        case done
    }

    @_lifetime(copy bytes)
    public init(_ bytes: Span<UInt8>) {
        reader = JSONReader(bytes)
    }

    /// The next message; `nil` behind the last. After an error the frame is to be given up.
    @_lifetime(self: copy self)
    public mutating func next() throws(UserError) -> UserMessage? {
        guard state != .done else { return nil }
        switch try UserScalars.token(&reader) {
        case .beginObject:
            var object = UserObject()
            try object.read(&reader)
            if state == .start { try finish() }
            return try object.message()
        case .beginArray where state == .start:
            state = .inArray
            return try next()
        case .endArray where state == .inArray:
            try finish()
            return nil
        default: throw .wrongType(InlineText())
        }
    }

    @_lifetime(self: copy self)
    private mutating func finish() throws(UserError) {
        _ = try UserScalars.token(&reader)
        state = .done
    }
}

/// One object while it is read: the members of orders and of trades, which share most.
private struct UserObject {
    private var eventType: Word?
    private var type: Word?
    private var statusWord: Word?
    private var order = UserOrder()
    private var trade = UserTrade()
    private var matchedSize: Quantity?
    private var hasPrice = false
    private var hasSide = false
    private var size: Quantity?
    private var originalSize: Quantity?

    /// The words that decide what an object is.
    enum Word {
        case order, trade, placement, update, cancellation, other
        case live, matched, delayed, unmatched, invalid, cancelled
        case mined, confirmed, retrying, failed
    }

    @_lifetime(reader: copy reader)
    mutating func read(_ reader: inout JSONReader) throws(UserError) {
        while case .key(let name) = try UserScalars.token(&reader) {
            try readMember(&reader, name)
        }
    }

    @_lifetime(reader: copy reader)
    private mutating func readMember(
        _ reader: inout JSONReader,
        _ name: Range<Int>
    ) throws(UserError) {
        if reader.matches(name, "event_type") {
            eventType = try UserScalars.word(&reader, name)
        } else if reader.matches(name, "type") {
            type = try UserScalars.word(&reader, name)
        } else if reader.matches(name, "status") {
            statusWord = try UserScalars.word(&reader, name)
        } else if reader.matches(name, "id") {
            order.id = try UserScalars.text(&reader, name)
        } else if reader.matches(name, "market") {
            order.conditionID = try UserScalars.text(&reader, name)
        } else if reader.matches(name, "asset_id") {
            order.token = try UserScalars.text(&reader, name)
        } else if reader.matches(name, "owner") {
            order.owner = try UserScalars.text(&reader, name)
        } else if reader.matches(name, "maker_address") {
            order.makerAddress = try UserScalars.text(&reader, name)
        } else if reader.matches(name, "side") {
            hasSide = true
            order.side = try UserScalars.side(&reader, name)
        } else if reader.matches(name, "price") {
            hasPrice = true
            order.price = try UserScalars.price(&reader, name)
        } else if reader.matches(name, "original_size") {
            originalSize = try UserScalars.quantity(&reader, name)
        } else if reader.matches(name, "size_matched") {
            matchedSize = try UserScalars.quantity(&reader, name)
        } else if reader.matches(name, "size") {
            size = try UserScalars.quantity(&reader, name)
        } else if reader.matches(name, "timestamp") {
            order.venueTime = try UserScalars.time(&reader, name)
        } else if reader.matches(name, "taker_order_id") {
            trade.takerOrderID = try UserScalars.text(&reader, name)
        } else if reader.matches(name, "outcome") {
            trade.outcome = try UserScalars.text(&reader, name)
        } else if reader.matches(name, "trader_side") {
            trade.isTaker = try UserScalars.text(&reader, name).description == "TAKER"
        } else if reader.matches(name, "maker_orders") {
            trade.makers = try UserScalars.makers(&reader, name)
        } else {
            try UserScalars.skip(&reader)
        }
    }

    func message() throws(UserError) -> UserMessage {
        switch (eventType, type) {
        // Some shapes lack `event_type`; `type` then says it as well.
        case (.order?, _), (nil, .placement?), (nil, .update?), (nil, .cancellation?):
            return .order(try finishedOrder())
        case (.trade?, _), (nil, .trade?):
            return .trade(try finishedTrade())
        default: return .unknown
        }
    }

    private func need(_ isThere: Bool, _ name: String) throws(UserError) {
        guard isThere else { throw .missing(InlineText(name) ?? InlineText()) }
    }

    private func finishedOrder() throws(UserError) -> UserOrder {
        var order = order
        try need(!order.id.isEmpty, "id")
        try need(!order.token.isEmpty, "asset_id")
        try need(hasSide, "side")
        try need(hasPrice, "price")
        guard let originalSize else { throw .missing(InlineText("original_size") ?? InlineText()) }
        order.originalSize = originalSize
        order.matchedSize = matchedSize
        switch type {
        case .placement: order.kind = .placement
        case .update: order.kind = .update
        case .cancellation: order.kind = .cancellation
        default: throw .value(InlineText("type") ?? InlineText())
        }
        order.status =
            switch statusWord {
            case .live: .live
            case .matched: .matched
            case .delayed: .delayed
            case .unmatched: .unmatched
            case .invalid: .invalid
            case .cancelled: .cancelled
            default: .unknown
            }
        return order
    }

    private func finishedTrade() throws(UserError) -> UserTrade {
        var trade = trade
        try need(!order.id.isEmpty, "id")
        try need(!order.token.isEmpty, "asset_id")
        try need(hasSide, "side")
        try need(hasPrice, "price")
        guard let size else { throw .missing(InlineText("size") ?? InlineText()) }
        trade.id = order.id
        trade.conditionID = order.conditionID
        trade.token = order.token
        trade.side = order.side
        trade.price = order.price
        trade.size = size
        trade.venueTime = order.venueTime
        trade.status =
            switch statusWord {
            case .matched: .matched
            case .mined: .mined
            case .confirmed: .confirmed
            case .retrying: .retrying
            case .failed: .failed
            default: .unknown
            }
        return trade
    }
}

/// Values of the user socket's objects.
private enum UserScalars {
    @_lifetime(reader: copy reader)
    static func token(_ reader: inout JSONReader) throws(UserError) -> JSONToken {
        do { return try reader.next() } catch { throw .notJSON(error) }
    }

    @_lifetime(reader: copy reader)
    static func skip(_ reader: inout JSONReader) throws(UserError) {
        do { try reader.skipValue() } catch { throw .notJSON(error) }
    }

    static func name(_ reader: borrowing JSONReader, _ name: Range<Int>) -> InlineText {
        InlineText(reader.bytes(name)) ?? InlineText()
    }

    @_lifetime(reader: copy reader)
    static func string(
        _ reader: inout JSONReader,
        _ key: Range<Int>
    ) throws(UserError) -> Range<Int> {
        guard case .string(let text) = try token(&reader) else {
            throw .wrongType(name(reader, key))
        }
        return text
    }

    /// Empty for null.
    @_lifetime(reader: copy reader)
    static func text(
        _ reader: inout JSONReader,
        _ key: Range<Int>
    ) throws(UserError) -> InlineText {
        switch try token(&reader) {
        case .null: return InlineText()
        case .string(let range):
            guard let text = InlineText(reader.bytes(range)) else {
                throw .value(name(reader, key))
            }
            return text
        default: throw .wrongType(name(reader, key))
        }
    }

    @_lifetime(reader: copy reader)
    static func side(
        _ reader: inout JSONReader,
        _ key: Range<Int>
    ) throws(UserError) -> Side {
        let text = try string(&reader, key)
        if reader.matches(text, "BUY") { return .buy }
        if reader.matches(text, "SELL") { return .sell }
        throw .value(name(reader, key))
    }

    @_lifetime(reader: copy reader)
    static func price(
        _ reader: inout JSONReader,
        _ key: Range<Int>
    ) throws(UserError) -> Price {
        let text = try string(&reader, key)
        guard let raw = try? DecimalText.parse(reader.bytes(text), decimals: 4),
            let price = Price(checking: raw)
        else { throw .value(name(reader, key)) }
        return price
    }

    /// `nil` for null and for nothing.
    @_lifetime(reader: copy reader)
    static func quantity(
        _ reader: inout JSONReader,
        _ key: Range<Int>
    ) throws(UserError) -> Quantity? {
        switch try token(&reader) {
        case .null: return nil
        case .string(let range):
            if range.isEmpty { return nil }
            guard let raw = try? DecimalText.parse(reader.bytes(range), decimals: 6),
                raw <= OrderBook.levelSizeMax.raw
            else { throw .value(name(reader, key)) }
            return Quantity(raw: raw)
        default: throw .wrongType(name(reader, key))
        }
    }

    /// Seconds or milliseconds: from 10^11 on they are milliseconds (polymarket 9.2).
    @_lifetime(reader: copy reader)
    static func time(
        _ reader: inout JSONReader,
        _ key: Range<Int>
    ) throws(UserError) -> Timestamp {
        let text = try string(&reader, key)
        guard let count = try? DecimalText.parseInteger(reader.bytes(text)),
            count <= UserFrame.millisecondsMax
        else { throw .value(name(reader, key)) }
        return count >= 100_000_000_000
            ? Timestamp(milliseconds: count)
            : Timestamp(seconds: min(count, UserFrame.millisecondsMax / 1_000))
    }

    @_lifetime(reader: copy reader)
    static func word(
        _ reader: inout JSONReader,
        _ key: Range<Int>
    ) throws(UserError) -> UserObject.Word {
        let range = try string(&reader, key)
        var text = String(decoding: bytes(reader, range), as: UTF8.self)
        // Older servers write a prefix (polymarket 5.3).
        for prefix in ["ORDER_STATUS_", "TRADE_STATUS_"] where text.hasPrefix(prefix) {
            text.removeFirst(prefix.utf8.count)
        }
        switch text {
        case "order": return .order
        case "trade", "TRADE": return .trade
        case "PLACEMENT": return .placement
        case "UPDATE": return .update
        case "CANCELLATION": return .cancellation
        case "LIVE": return .live
        case "MATCHED", "MATCHED_NOT_BROADCASTED": return .matched
        case "DELAYED": return .delayed
        case "UNMATCHED": return .unmatched
        case "INVALID": return .invalid
        case "MINED": return .mined
        case "CONFIRMED": return .confirmed
        case "RETRYING": return .retrying
        case "FAILED": return .failed
        default: return text.hasPrefix("CANCELED") ? .cancelled : .other
        }
    }

    private static func bytes(_ reader: borrowing JSONReader, _ range: Range<Int>) -> [UInt8] {
        let span = reader.bytes(range)
        return span.indices.map { span[$0] }
    }

    @_lifetime(reader: copy reader)
    static func makers(
        _ reader: inout JSONReader,
        _ key: Range<Int>
    ) throws(UserError) -> [UserTrade.MakerOrder] {
        switch try token(&reader) {
        case .null: return []
        case .beginArray: break
        default: throw .wrongType(name(reader, key))
        }
        var makers: [UserTrade.MakerOrder] = []
        while case .beginObject = try token(&reader) {
            guard makers.count < UserFrame.makersMax else { throw .tooMany }
            makers.append(try maker(&reader))
        }
        return makers
    }

    @_lifetime(reader: copy reader)
    private static func maker(
        _ reader: inout JSONReader
    ) throws(UserError) -> UserTrade.MakerOrder {
        var maker = UserTrade.MakerOrder()
        var amount: Quantity?
        var price: Price?
        while case .key(let name) = try token(&reader) {
            if reader.matches(name, "order_id") {
                maker.id = try text(&reader, name)
            } else if reader.matches(name, "owner") {
                maker.owner = try text(&reader, name)
            } else if reader.matches(name, "maker_address") {
                maker.makerAddress = try text(&reader, name)
            } else if reader.matches(name, "asset_id") {
                maker.token = try text(&reader, name)
            } else if reader.matches(name, "outcome") {
                maker.outcome = try text(&reader, name)
            } else if reader.matches(name, "side") {
                maker.side = try side(&reader, name)
            } else if reader.matches(name, "price") {
                price = try self.price(&reader, name)
            } else if reader.matches(name, "matched_amount") {
                amount = try quantity(&reader, name)
            } else {
                try skip(&reader)
            }
        }
        guard !maker.id.isEmpty else { throw .missing(InlineText("order_id") ?? InlineText()) }
        guard let price else { throw .missing(InlineText("price") ?? InlineText()) }
        guard let amount else { throw .missing(InlineText("matched_amount") ?? InlineText()) }
        maker.price = price
        maker.amount = amount
        return maker
    }
}
