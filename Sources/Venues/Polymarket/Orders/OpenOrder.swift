public import Trading
internal import Wire

/// One of our orders, read back from the venue (polymarket 5.3). Sizes are shares.
public struct OpenOrder: Equatable, Sendable {
    public enum Status: Equatable, Sendable {
        case live, matched, cancelled, invalid
        /// A word that was not there when this was written.
        case unknown
    }

    public internal(set) var id = InlineText()
    public internal(set) var status = Status.unknown
    /// The id of the API key that placed it.
    public internal(set) var owner = InlineText()
    public internal(set) var makerAddress = InlineText()
    public internal(set) var conditionID = InlineText()
    public internal(set) var token = InlineText()
    public internal(set) var outcome = InlineText()
    public internal(set) var side = Side.buy
    public internal(set) var price = Price.zero
    public internal(set) var originalSize = Quantity.zero
    public internal(set) var matchedSize = Quantity.zero
    public internal(set) var orderType = InlineText()
    /// Seconds since 1970; `nil` for one that does not expire.
    public internal(set) var expiration: Int64?
    /// Seconds since 1970.
    public internal(set) var createdAt: Int64?

    /// What may still be filled. A rest of at most a hundredth of a share counts as nothing
    /// (polymarket 6.4).
    public var openSize: Quantity {
        let rest = originalSize - matchedSize
        return status == .live && rest.raw > 10_000 ? rest : .zero
    }

    init() {}

    /// The answer to a request for one order.
    public static func decode(_ body: Span<UInt8>) throws(ClobAnswerError) -> OpenOrder {
        var reader = JSONReader(body)
        try ClobReader.beginObject(&reader)
        let order = try read(&reader)
        try ClobReader.end(&reader)
        return order
    }

    /// What follows the opening brace. The id, side, price and sizes cannot be done without.
    @_lifetime(reader: copy reader)
    static func read(_ reader: inout JSONReader) throws(ClobAnswerError) -> OpenOrder {
        var order = OpenOrder()
        var price: Int64?
        var side: Side?
        var size: Int64?
        while case .key(let name) = try ClobReader.token(&reader) {
            if reader.matches(name, "side") {
                side = try ClobReader.side(&reader)
            } else if reader.matches(name, "price") {
                price = try ClobReader.decimal(&reader, decimals: 4)
            } else if reader.matches(name, "original_size") {
                size = try ClobReader.decimal(&reader, decimals: 6)
            } else {
                try order.readText(name, &reader)
            }
        }
        guard let price, let side, let size, !order.id.isEmpty else { throw .incomplete }
        guard let exact = Price(checking: price), size >= 0, order.matchedSize.raw >= 0 else {
            throw .malformed
        }
        order.price = exact
        order.side = side
        order.originalSize = Quantity(raw: size)
        return order
    }

    @_lifetime(reader: copy reader)
    private mutating func readText(
        _ name: Range<Int>,
        _ reader: inout JSONReader
    ) throws(ClobAnswerError) {
        if reader.matches(name, "id") {
            id = try ClobReader.text(&reader)
        } else if reader.matches(name, "status") {
            guard let word = try ClobReader.scalar(&reader) else { return }
            status = Self.status(reader.bytes(word))
        } else if reader.matches(name, "owner") {
            owner = try ClobReader.text(&reader)
        } else if reader.matches(name, "maker_address") {
            makerAddress = try ClobReader.text(&reader)
        } else if reader.matches(name, "market") {
            conditionID = try ClobReader.text(&reader)
        } else if reader.matches(name, "asset_id") {
            token = try ClobReader.text(&reader)
        } else if reader.matches(name, "outcome") {
            outcome = try ClobReader.text(&reader)
        } else if reader.matches(name, "size_matched") {
            matchedSize = Quantity(raw: try ClobReader.decimal(&reader, decimals: 6) ?? 0)
        } else if reader.matches(name, "order_type") {
            orderType = try ClobReader.text(&reader)
        } else if reader.matches(name, "expiration") {
            let seconds = try ClobReader.decimal(&reader, decimals: 0)
            expiration = seconds == 0 ? nil : seconds
        } else if reader.matches(name, "created_at") {
            createdAt = try ClobReader.decimal(&reader, decimals: 0)
        } else {
            try ClobReader.skipValue(&reader)
        }
    }

    /// Older servers put `ORDER_STATUS_` in front; a cancellation may have its reason behind.
    private static func status(_ text: Span<UInt8>) -> Status {
        var word = AnswerFields.plain(text)
        if word.hasPrefix("ORDER_STATUS_") { word.removeFirst(13) }
        switch word {
        case "LIVE": return .live
        case "MATCHED": return .matched
        case "INVALID": return .invalid
        default: return word.hasPrefix("CANCELED") ? .cancelled : .unknown
        }
    }
}
