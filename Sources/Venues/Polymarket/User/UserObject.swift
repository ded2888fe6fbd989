internal import Trading
internal import Wire

/// One object while it is read: the members of orders and of trades, which share most.
struct UserObject {
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
    private var matchTime: Timestamp?

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
        } else if reader.matches(name, "match_time") {
            // All that a trade has which is read back over REST; some servers write it otherwise,
            // and a trade must not be lost for it.
            matchTime = try? UserScalars.time(&reader, name)
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
        trade.venueTime =
            order.venueTime > Timestamp(seconds: 0) ? order.venueTime : matchTime ?? order.venueTime
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
