internal import Trading
internal import Wire

/// Decodes one frame of Binance's streams, raw (`{"u":...}`) or combined
/// (`{"stream":"btcusdt@trade","data":{...}}`). Keys in any order, unknown ones ignored, nothing
/// allocated.
public struct BinanceDecoder: Sendable {
    private let unit: BinanceTimeUnit

    public init(unit: BinanceTimeUnit = .milliseconds) { self.unit = unit }

    public func decode(_ bytes: Span<UInt8>) throws(BinanceError) -> BinanceMessage {
        var reader = JSONReader(bytes)
        guard case .beginObject = try Self.token(&reader) else { throw .wrongType }
        var object = BinanceObject(unit: unit)
        try object.read(&reader, allowsData: true)
        _ = try Self.token(&reader)
        return try object.message(bytes)
    }

    @_lifetime(reader: copy reader)
    static func token(_ reader: inout JSONReader) throws(BinanceError) -> JSONToken {
        do { return try reader.next() } catch { throw .notJSON(error) }
    }

    @_lifetime(reader: copy reader)
    static func skip(_ reader: inout JSONReader) throws(BinanceError) {
        do { try reader.skipValue() } catch { throw .notJSON(error) }
    }
}

/// The members of an event, which are single letters with a meaning by event: they are kept as
/// they stand and read once the event is known.
struct BinanceObject {
    /// A value as it stands in the frame.
    enum Value {
        case string(Range<Int>)
        case number(Range<Int>)
        case truth(Bool)
        case null
        /// An array or object that was skipped.
        case other
    }

    let unit: BinanceTimeUnit
    private var stream: Range<Int>?
    /// Members with a name of one letter, upper case then lower case.
    private var letters = InlineArray<52, Value?>(repeating: nil)
    private var hasLastUpdateID = false
    private var hasResult = false
    private var code: Value?
    private var id: Value?
    private var kline: BinanceKline?
    private var klineSymbol: Range<Int>?
    private var klineInterval: Range<Int>?
    private var isKlineClosed = false

    init(unit: BinanceTimeUnit) { self.unit = unit }

    private static func letter(_ byte: UInt8) -> Int? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(byte - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(byte - UInt8(ascii: "a")) + 26
        default: nil
        }
    }

    private subscript(_ letter: StaticString) -> Value? {
        letter.withUTF8Buffer { bytes in
            Self.letter(unsafe bytes[0]).flatMap { letters[$0] }
        }
    }

    // MARK: - Reading

    @_lifetime(reader: copy reader)
    mutating func read(
        _ reader: inout JSONReader,
        allowsData: Bool
    ) throws(BinanceError) {
        while case .key(let name) = try BinanceDecoder.token(&reader) {
            if name.count == 1 {
                let byte = reader.bytes(name)[0]
                if byte == UInt8(ascii: "k") {
                    try readKline(&reader)
                } else if let letter = Self.letter(byte) {
                    letters[letter] = try Self.value(&reader)
                } else {
                    try BinanceDecoder.skip(&reader)
                }
            } else if allowsData, reader.matches(name, "data") {
                guard case .beginObject = try BinanceDecoder.token(&reader) else {
                    throw .wrongType
                }
                try read(&reader, allowsData: false)
            } else if reader.matches(name, "stream") {
                guard case .string(let text) = try BinanceDecoder.token(&reader) else {
                    throw .wrongType
                }
                stream = text
            } else if reader.matches(name, "lastUpdateId") {
                hasLastUpdateID = true
                try BinanceDecoder.skip(&reader)
            } else if reader.matches(name, "result") {
                hasResult = true
                try BinanceDecoder.skip(&reader)
            } else if reader.matches(name, "code") {
                code = try Self.value(&reader)
            } else if reader.matches(name, "id") {
                id = try Self.value(&reader)
            } else {
                try BinanceDecoder.skip(&reader)
            }
        }
    }

    @_lifetime(reader: copy reader)
    private static func value(_ reader: inout JSONReader) throws(BinanceError) -> Value {
        switch try BinanceDecoder.token(&reader) {
        case .string(let range): return .string(range)
        case .number(let range): return .number(range)
        case .true: return .truth(true)
        case .false: return .truth(false)
        case .null: return .null
        case .beginObject, .beginArray:
            do { try reader.skipContainer() } catch { throw .notJSON(error) }
            return .other
        default: throw .wrongType
        }
    }

    /// The object `k` of a kline event.
    @_lifetime(reader: copy reader)
    private mutating func readKline(_ reader: inout JSONReader) throws(BinanceError) {
        guard case .beginObject = try BinanceDecoder.token(&reader) else { throw .wrongType }
        var inner = BinanceObject(unit: unit)
        try inner.read(&reader, allowsData: false)
        kline = BinanceKline(
            openTime: try inner.time("t", in: reader),
            closeTime: try inner.time("T", in: reader),
            open: try inner.price("o", in: reader),
            high: try inner.price("h", in: reader),
            low: try inner.price("l", in: reader),
            close: try inner.price("c", in: reader)
        )
        guard case .truth(let isClosed)? = inner["x"] else { throw .missing }
        isKlineClosed = isClosed
        if case .string(let symbol)? = inner["s"] { klineSymbol = symbol }
        if case .string(let interval)? = inner["i"] { klineInterval = interval }
    }

    // MARK: - Meaning

    func message(_ bytes: Span<UInt8>) throws(BinanceError) -> BinanceMessage {
        let values = BinanceValues(bytes: bytes, unit: unit)
        if let code { return .refused(code: try values.integer(code), id: number(id, values)) }
        if hasResult { return .done(id: number(id, values)) }
        if hasLastUpdateID { return .otherStream }
        guard case .string(let event)? = self["e"] else {
            // Only `bookTicker` has no name of its event.
            return .bookTicker(try bookTicker(values))
        }
        let name = bytes.extracting(event)
        if FeedText.equals(name, "trade") { return .trade(try trade(values, id: self["t"])) }
        if FeedText.equals(name, "aggTrade") {
            guard let first = self["f"] else { throw .missing }
            let last = try trade(values, id: self["l"])
            let firstTrade = try values.id(first)
            guard firstTrade <= last.id else { throw .number }
            return .aggregateTrade(last, firstTrade: firstTrade)
        }
        if FeedText.equals(name, "bookTicker") { return .bookTicker(try bookTicker(values)) }
        if FeedText.equals(name, "serverShutdown") {
            return .serverShutdown(try values.time(self["E"]))
        }
        if FeedText.equals(name, "kline") {
            guard let kline, let klineSymbol, let klineInterval else { throw .missing }
            return .kline(
                kline,
                symbol: try values.symbol(klineSymbol),
                interval: try values.symbol(klineInterval),
                isClosed: isKlineClosed
            )
        }
        return .otherStream
    }

    private func number(_ value: Value?, _ values: borrowing BinanceValues) -> Int64? {
        guard case .number(let range)? = value else { return nil }
        return try? DecimalText.parseInteger(values.bytes.extracting(range))
    }

    private func bookTicker(
        _ values: borrowing BinanceValues
    ) throws(BinanceError) -> BinanceBookTicker {
        guard case .string(let symbol)? = self["s"], let update = self["u"] else { throw .missing }
        let bid = try values.price(self["b"])
        let ask = try values.price(self["a"])
        guard bid < ask else { throw .crossed }
        return BinanceBookTicker(
            updateID: try values.id(update),
            symbol: try values.symbol(symbol),
            bid: bid,
            bidSize: try values.size(self["B"]),
            ask: ask,
            askSize: try values.size(self["A"])
        )
    }

    private func trade(
        _ values: borrowing BinanceValues,
        id: Value?
    ) throws(BinanceError) -> BinanceTrade {
        guard case .string(let symbol)? = self["s"], let id,
            case .truth(let buyerMakes)? = self["m"]
        else { throw .missing }
        return BinanceTrade(
            id: try values.id(id),
            symbol: try values.symbol(symbol),
            price: try values.price(self["p"]),
            size: try values.size(self["q"]),
            // The buyer rested, so the taker sold.
            takerSide: buyerMakes ? .sell : .buy,
            time: try values.time(self["T"]),
            eventTime: try values.time(self["E"])
        )
    }

    private func time(
        _ letter: StaticString,
        in reader: borrowing JSONReader
    ) throws(BinanceError) -> Timestamp {
        try BinanceValues(bytes: reader.bytes(0..<reader.offset), unit: unit).time(self[letter])
    }

    private func price(
        _ letter: StaticString,
        in reader: borrowing JSONReader
    ) throws(BinanceError) -> ReferencePrice {
        try BinanceValues(bytes: reader.bytes(0..<reader.offset), unit: unit).price(self[letter])
    }
}

/// Reads values where they stand in the frame.
struct BinanceValues: ~Escapable {
    /// The latest time that is believed: the year 2255.
    static let millisecondsMax: Int64 = 9_000_000_000_000
    /// The greatest id that is believed: sums and differences of a few such stay in 64 bits.
    static let idMax: Int64 = 1 << 60

    let bytes: Span<UInt8>
    let unit: BinanceTimeUnit

    @_lifetime(copy bytes)
    init(bytes: Span<UInt8>, unit: BinanceTimeUnit) {
        self.bytes = bytes
        self.unit = unit
    }

    func symbol(_ range: Range<Int>) throws(BinanceError) -> InlineText {
        guard let text = InlineText(bytes.extracting(range)), !text.isEmpty else { throw .symbol }
        return text
    }

    func integer(_ value: BinanceObject.Value) throws(BinanceError) -> Int64 {
        guard case .number(let range) = value else { throw .wrongType }
        guard
            let integer = try? DecimalText.parse(
                bytes.extracting(range),
                decimals: 0,
                sign: .allowed
            )
        else { throw .number }
        return integer
    }

    /// 0 ... `idMax`.
    func id(_ value: BinanceObject.Value) throws(BinanceError) -> Int64 {
        let id = try integer(value)
        guard id >= 0, id <= Self.idMax else { throw .number }
        return id
    }

    /// Above zero.
    func price(_ value: BinanceObject.Value?) throws(BinanceError) -> ReferencePrice {
        let raw = try size(value)
        guard raw > 0 else { throw .number }
        return ReferencePrice(raw: raw)
    }

    /// Not negative, in 1e-8.
    func size(_ value: BinanceObject.Value?) throws(BinanceError) -> Int64 {
        guard let value else { throw .missing }
        guard case .string(let range) = value else { throw .wrongType }
        guard let raw = try? DecimalText.parse(bytes.extracting(range), decimals: 8) else {
            throw .number
        }
        return raw
    }

    /// By the unit that was asked for; another one is refused, because mistaking it would be a
    /// factor of a thousand.
    func time(_ value: BinanceObject.Value?) throws(BinanceError) -> Timestamp {
        guard let value else { throw .missing }
        guard case .number(let range) = value else { throw .wrongType }
        guard range.count == (unit == .milliseconds ? 13 : 16),
            let count = try? DecimalText.parseInteger(bytes.extracting(range)),
            count <= (unit == .milliseconds ? Self.millisecondsMax : Self.millisecondsMax * 1_000)
        else { throw .time }
        return unit == .milliseconds
            ? Timestamp(milliseconds: count) : Timestamp(nanoseconds: count * 1_000)
    }
}
