internal import Trading
internal import Wire

/// Decodes one `book` object, wherever it stands in a document.
enum PolymarketBookDecoder {
    /// The latest stamp that is believed, in milliseconds: the year 2255.
    static let millisecondsMax: Int64 = 9_000_000_000_000

    private enum Key: UInt16 {
        case market = 1
        case assetID = 2
        case timestamp = 4
        case bids = 8
        case asks = 16
        case hash = 32
        case eventType = 64
        case tickSize = 128
        case lastTradePrice = 256
        case minOrderSize = 512
        case negRisk = 1_024

        /// A book without one of these is none.
        static let required: [(Key, BookFrameError.Field)] = [
            (.market, .market), (.assetID, .assetID), (.timestamp, .timestamp), (.bids, .bids),
            (.asks, .asks),
        ]
        static let requiredBits: UInt16 = 31

        var field: BookFrameError.Field {
            switch self {
            case .market: .market
            case .assetID: .assetID
            case .timestamp: .timestamp
            case .bids: .bids
            case .asks: .asks
            case .hash: .hash
            case .eventType: .eventType
            case .tickSize: .tickSize
            case .lastTradePrice: .lastTradePrice
            case .minOrderSize: .minOrderSize
            case .negRisk: .negRisk
            }
        }
    }

    /// Reads what follows the brace that opened the object, the closing brace included.
    @_lifetime(reader: copy reader)
    static func decode(
        _ reader: inout JSONReader,
        into snapshot: inout BookSnapshot
    ) throws(BookFrameError) -> PolymarketBook {
        var book = PolymarketBook()
        var seen: UInt16 = 0
        while case .key(let name) = try token(&reader) {
            guard try readMember(&reader, name, &seen, into: &book, &snapshot) else {
                book.unknownKeys += 1
                try skipValue(&reader)
                continue
            }
        }
        if let type = book.eventType, !reader.matches(type, "book") {
            throw BookFrameError(.otherEvent, .eventType, at: type.lowerBound)
        }
        try finish(&book, seen, at: reader.offset, &snapshot)
        return book
    }

    /// Reads the value of the member `name`, if a book has such a member; `false`, with nothing
    /// read, if it has not.
    /// - Parameter seen: the members read so far, for `finish`; zero at first.
    @_lifetime(reader: copy reader)
    static func readMember(
        _ reader: inout JSONReader,
        _ name: Range<Int>,
        _ seen: inout UInt16,
        into book: inout PolymarketBook,
        _ snapshot: inout BookSnapshot
    ) throws(BookFrameError) -> Bool {
        guard let key = key(reader, name) else { return false }
        guard seen & key.rawValue == 0 else {
            throw BookFrameError(.repeated, key.field, at: name.lowerBound)
        }
        seen |= key.rawValue
        switch key {
        case .bids:
            try decodeBids(&reader, &book, &snapshot)
        case .asks:
            try decodeAsks(&reader, &book, &snapshot)
        case .negRisk:
            book.negRisk = try boolean(&reader)
        default:
            try decodeText(&reader, key, into: &book)
        }
        return true
    }

    /// Whether `bids` or `asks` is among the members read.
    static func hasLevels(_ seen: UInt16) -> Bool {
        seen & (Key.bids.rawValue | Key.asks.rawValue) != 0
    }

    /// Completes a book whose members have all been read.
    static func finish(
        _ book: inout PolymarketBook,
        _ seen: UInt16,
        at end: Int,
        _ snapshot: inout BookSnapshot
    ) throws(BookFrameError) {
        if seen & Key.requiredBits != Key.requiredBits {
            for (key, field) in Key.required where seen & key.rawValue == 0 {
                throw BookFrameError(.missing, field, at: end)
            }
        }
        snapshot.tickSize = book.tickSize
        snapshot.venueTime = book.venueTime
    }

    /// The next token, with the error of this place.
    @_lifetime(reader: copy reader)
    static func token(_ reader: inout JSONReader) throws(BookFrameError) -> JSONToken {
        do { return try reader.next() } catch { throw BookFrameError(error) }
    }

    @_lifetime(reader: copy reader)
    static func skipValue(_ reader: inout JSONReader) throws(BookFrameError) {
        do { try reader.skipValue() } catch { throw BookFrameError(error) }
    }

    private static func key(_ reader: borrowing JSONReader, _ name: Range<Int>) -> Key? {
        if reader.matches(name, "market") { return .market }
        if reader.matches(name, "asset_id") { return .assetID }
        if reader.matches(name, "timestamp") { return .timestamp }
        if reader.matches(name, "bids") { return .bids }
        if reader.matches(name, "asks") { return .asks }
        if reader.matches(name, "hash") { return .hash }
        if reader.matches(name, "event_type") { return .eventType }
        if reader.matches(name, "tick_size") { return .tickSize }
        if reader.matches(name, "last_trade_price") { return .lastTradePrice }
        if reader.matches(name, "min_order_size") { return .minOrderSize }
        if reader.matches(name, "neg_risk") { return .negRisk }
        return nil
    }

    // MARK: - Levels

    @_lifetime(reader: copy reader)
    private static func decodeBids(
        _ reader: inout JSONReader,
        _ book: inout PolymarketBook,
        _ snapshot: inout BookSnapshot
    ) throws(BookFrameError) {
        var side = BookSideDecoder(.bids)
        book.bids = try side.decode(&reader, into: &snapshot.bids)
        book.isCompact = book.isCompact && side.isCompact
        book.unknownKeys += side.unknownKeys
        book.bestBid = side.highest
    }

    @_lifetime(reader: copy reader)
    private static func decodeAsks(
        _ reader: inout JSONReader,
        _ book: inout PolymarketBook,
        _ snapshot: inout BookSnapshot
    ) throws(BookFrameError) {
        var side = BookSideDecoder(.asks)
        book.asks = try side.decode(&reader, into: &snapshot.asks)
        book.isCompact = book.isCompact && side.isCompact
        book.unknownKeys += side.unknownKeys
        book.bestAsk = side.lowest
    }

    // MARK: - Scalars

    /// `nil` for `null`, which is as good as no key.
    @_lifetime(reader: copy reader)
    private static func boolean(_ reader: inout JSONReader) throws(BookFrameError) -> Bool? {
        let start = reader.offset
        switch try token(&reader) {
        case .true: return true
        case .false: return false
        case .null: return nil
        default: throw BookFrameError(.wrongType, .negRisk, at: start)
        }
    }

    @_lifetime(reader: copy reader)
    private static func decodeText(
        _ reader: inout JSONReader,
        _ key: Key,
        into book: inout PolymarketBook
    ) throws(BookFrameError) {
        let start = reader.offset
        let token = try token(&reader)
        // An optional key with `null` is as good as no key.
        if token == .null && key.rawValue & Key.requiredBits == 0 { return }
        guard case .string(let text) = token else {
            throw BookFrameError(.wrongType, key.field, at: start)
        }
        let bytes = reader.bytes(text)
        let malformed = BookFrameError(.malformed, key.field, at: text.lowerBound)
        switch key {
        case .market:
            guard isID(bytes) else { throw malformed }
            book.market = text
        case .assetID:
            guard isID(bytes) else { throw malformed }
            book.assetID = text
        case .timestamp:
            guard let milliseconds = try? DecimalText.parseInteger(bytes) else { throw malformed }
            guard milliseconds <= millisecondsMax else {
                throw BookFrameError(.outOfRange, .timestamp, at: text.lowerBound)
            }
            book.timestamp = text
            book.venueTime = Timestamp(milliseconds: milliseconds)
        case .hash:
            guard SHA1Text.isValid(bytes) else { throw malformed }
            book.hash = text
        case .eventType:
            book.eventType = text
        case .tickSize:
            let raw = try decimal(bytes, decimals: 4, .tickSize, at: text.lowerBound)
            guard let tickSize = TickSize(rawValue: raw) else {
                throw BookFrameError(.outOfRange, .tickSize, at: text.lowerBound)
            }
            book.tickSize = tickSize
            book.tickSizeText = text
        case .lastTradePrice:
            book.lastTradePriceText = text
            if text.isEmpty { return }
            let raw = try decimal(bytes, decimals: 4, .lastTradePrice, at: text.lowerBound)
            guard let price = Price(checking: raw) else {
                throw BookFrameError(.outOfRange, .lastTradePrice, at: text.lowerBound)
            }
            book.lastTradePrice = price
        case .minOrderSize:
            _ = try decimal(bytes, decimals: 6, .minOrderSize, at: text.lowerBound)
            book.minOrderSizeText = text
        case .bids, .asks, .negRisk:
            preconditionFailure("levels and booleans are not text")
        }
    }

    /// Whether `bytes` can be an `InlineText` and is not empty.
    static func isID(_ bytes: Span<UInt8>) -> Bool {
        guard !bytes.isEmpty, let text = InlineText(bytes) else { return false }
        return !text.isEmpty
    }

    static func decimal(
        _ bytes: Span<UInt8>,
        decimals: Int,
        _ field: BookFrameError.Field,
        at offset: Int
    ) throws(BookFrameError) -> Int64 {
        do {
            return try DecimalText.parse(bytes, decimals: decimals)
        } catch {
            switch error {
            case .empty: throw BookFrameError(.malformed, field, at: offset)
            case .malformed:
                // A negative number is a number, only not one that can be here.
                let isNegative = bytes.count > 1 && bytes[0] == UInt8(ascii: "-")
                throw BookFrameError(isNegative ? .outOfRange : .malformed, field, at: offset)
            case .tooPrecise: throw BookFrameError(.offPrecision, field, at: offset)
            case .outOfRange: throw BookFrameError(.outOfRange, field, at: offset)
            }
        }
    }
}
