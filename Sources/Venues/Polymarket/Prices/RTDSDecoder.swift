internal import Trading
internal import Wire

/// Decodes the frames of the venue's price feed. Sans-IO.
///
///     if try decoder.decode(frame) == .prices { for price in decoder.prices { ... } }
///
/// Updates are
/// `{"topic":"crypto_prices_twap_sixty","type":"update","timestamp":...,"payload":{"symbol":
/// "btc/usd","timestamp":...,"value":...,"full_accuracy_value":"...","window_s":60}}`, keys in any
/// order. On subscribing a backlog comes, `type` "subscribe" with `payload.data`; that of Chainlink
/// prices is mislabelled `crypto_prices`, so the symbol decides: only Chainlink's has a slash.
public struct RTDSDecoder: ~Copyable {
    /// Prices that one frame may hold: ten minutes of them.
    public static let pricesMax = 1_024
    /// The latest time that is believed, in milliseconds: the year 2255.
    private static let millisecondsMax: Int64 = 9_000_000_000_000

    /// Of the last frame.
    public private(set) var prices: [RTDSPrice] = []
    private var points: [Point] = []

    /// A price before it is known what it is of.
    private struct Point {
        var stamp: Timestamp?
        /// As a number of dollars, rounded by whoever sent it.
        var value: SettlementValue?
        /// `full_accuracy_value`, which is the better one: digits of 1e-18, or a decimal.
        var exact: SettlementValue?
    }

    private struct Frame {
        var topic = 0..<0
        var type = 0..<0
        var published: Timestamp?
        var symbol = 0..<0
        var windowSeconds: Int64?
        var status: Int64?
        var hasPayload = false
    }

    public init() {
        prices.reserveCapacity(128)
        points.reserveCapacity(128)
    }

    /// - Returns: what the frame is; with `.prices`, `prices` holds them.
    public mutating func decode(_ bytes: Span<UInt8>) throws(RTDSError) -> RTDSMessage {
        prices.removeAll(keepingCapacity: true)
        points.removeAll(keepingCapacity: true)
        if bytes.isEmpty || FeedText.equals(bytes, "PONG") { return .nothing }
        var reader = JSONReader(bytes)
        guard case .beginObject = try Self.token(&reader) else { throw .wrongType }
        var frame = Frame()
        while case .key(let name) = try Self.token(&reader) {
            try read(&reader, name, &frame)
        }
        _ = try Self.token(&reader)
        if let status = frame.status { return .refused(status: status) }
        guard let topic = topic(bytes, frame) else { return .unrelated }
        let isBacklog = FeedText.equals(bytes.extracting(frame.type), "subscribe")
        guard isBacklog || FeedText.equals(bytes.extracting(frame.type), "update") else {
            return .unrelated
        }
        try collect(bytes, frame, topic, isBacklog)
        return .prices
    }

    /// The topic by its name and, where that lies, by the symbol.
    private func topic(_ bytes: Span<UInt8>, _ frame: Frame) -> RTDSTopic? {
        for topic in RTDSTopic.allCases
        where FeedText.equals(bytes.extracting(frame.topic), topic.name) {
            let isChainlink = bytes.extracting(frame.symbol).hasSlash
            return topic == .binance && isChainlink ? .chainlink : topic
        }
        return nil
    }

    private mutating func collect(
        _ bytes: Span<UInt8>,
        _ frame: Frame,
        _ topic: RTDSTopic,
        _ isBacklog: Bool
    ) throws(RTDSError) {
        guard frame.hasPayload, let published = frame.published else { throw .missing }
        guard let symbol = InlineText(bytes.extracting(frame.symbol)), !symbol.isEmpty else {
            throw .symbol
        }
        guard bytes.extracting(frame.symbol).hasSlash == (topic != .binance) else {
            throw .contradiction
        }
        // Only means say over how many seconds.
        let seconds = frame.windowSeconds ?? 0
        guard seconds == topic.averagedSeconds || topic.averagedSeconds == 0 && seconds == 0 else {
            throw .contradiction
        }
        for point in points {
            guard let stamp = point.stamp, let value = point.exact ?? point.value else {
                prices.removeAll(keepingCapacity: true)
                throw .missing
            }
            prices.append(
                RTDSPrice(
                    topic: topic,
                    symbol: symbol,
                    value: value,
                    stamp: stamp,
                    published: published,
                    isBacklog: isBacklog
                )
            )
        }
    }

    // MARK: - Members

    @_lifetime(reader: copy reader)
    private mutating func read(
        _ reader: inout JSONReader,
        _ name: Range<Int>,
        _ frame: inout Frame
    ) throws(RTDSError) {
        if reader.matches(name, "topic") {
            frame.topic = try Self.string(&reader)
        } else if reader.matches(name, "type") {
            frame.type = try Self.string(&reader)
        } else if reader.matches(name, "timestamp") {
            frame.published = try Self.time(&reader)
        } else if reader.matches(name, "statusCode") {
            guard case .number(let text) = try Self.token(&reader),
                let status = try? DecimalText.parseInteger(reader.bytes(text))
            else { throw .wrongType }
            frame.status = status
        } else if reader.matches(name, "payload") {
            try readPayload(&reader, &frame)
        } else {
            try Self.skip(&reader)
        }
    }

    @_lifetime(reader: copy reader)
    private mutating func readPayload(
        _ reader: inout JSONReader,
        _ frame: inout Frame
    ) throws(RTDSError) {
        guard case .beginObject = try Self.token(&reader) else { throw .wrongType }
        guard !frame.hasPayload else { throw .wrongType }
        frame.hasPayload = true
        var point = Point()
        var isPoint = false
        while case .key(let name) = try Self.token(&reader) {
            if reader.matches(name, "symbol") {
                frame.symbol = try Self.string(&reader)
            } else if reader.matches(name, "window_s") {
                guard case .number(let text) = try Self.token(&reader),
                    let seconds = try? DecimalText.parseInteger(reader.bytes(text))
                else { throw .wrongType }
                frame.windowSeconds = seconds
            } else if reader.matches(name, "data") {
                guard case .beginArray = try Self.token(&reader) else { throw .wrongType }
                while case .beginObject = try Self.token(&reader) {
                    var point = Point()
                    while case .key(let name) = try Self.token(&reader) {
                        _ = try Self.readPoint(&reader, name, &point)
                    }
                    try append(point)
                }
            } else if try Self.readPoint(&reader, name, &point) {
                isPoint = true
            }
        }
        if isPoint { try append(point) }
    }

    private mutating func append(_ point: Point) throws(RTDSError) {
        guard points.count < Self.pricesMax else { throw .tooManyPrices }
        points.append(point)
    }

    /// `false` when the member says nothing of the price.
    @_lifetime(reader: copy reader)
    private static func readPoint(
        _ reader: inout JSONReader,
        _ name: Range<Int>,
        _ point: inout Point
    ) throws(RTDSError) -> Bool {
        if reader.matches(name, "timestamp") {
            point.stamp = try time(&reader)
        } else if reader.matches(name, "value") {
            guard case .number(let text) = try token(&reader) else { throw .wrongType }
            guard let value = SettlementValue(decimal: reader.bytes(text)) else { throw .value }
            point.value = value
        } else if reader.matches(name, "full_accuracy_value") {
            let text = try string(&reader)
            let bytes = reader.bytes(text)
            // On Binance's topic it is a decimal, elsewhere a whole number of 1e-18.
            let value =
                bytes.hasPoint ? SettlementValue(decimal: bytes) : SettlementValue(bytes)
            guard let value else { throw .value }
            point.exact = value
        } else {
            try skip(&reader)
            return false
        }
        return true
    }

    @_lifetime(reader: copy reader)
    private static func time(_ reader: inout JSONReader) throws(RTDSError) -> Timestamp {
        guard case .number(let text) = try token(&reader),
            let milliseconds = try? DecimalText.parseInteger(reader.bytes(text)),
            milliseconds > 0, milliseconds <= millisecondsMax
        else { throw .time }
        return Timestamp(milliseconds: milliseconds)
    }

    @_lifetime(reader: copy reader)
    private static func string(_ reader: inout JSONReader) throws(RTDSError) -> Range<Int> {
        guard case .string(let text) = try token(&reader) else { throw .wrongType }
        return text
    }

    @_lifetime(reader: copy reader)
    private static func skip(_ reader: inout JSONReader) throws(RTDSError) {
        do { try reader.skipValue() } catch { throw .notJSON(error) }
    }

    @_lifetime(reader: copy reader)
    private static func token(_ reader: inout JSONReader) throws(RTDSError) -> JSONToken {
        do { return try reader.next() } catch { throw .notJSON(error) }
    }
}

extension Span<UInt8> {
    fileprivate var hasSlash: Bool { has(UInt8(ascii: "/")) }
    fileprivate var hasPoint: Bool { has(UInt8(ascii: ".")) }

    private func has(_ byte: UInt8) -> Bool {
        for index in indices where self[index] == byte { return true }
        return false
    }
}

extension SettlementValue {
    /// Dollars with a decimal point, `79696.94817428796`; decimals behind the eighteenth are cut.
    /// `nil` unless it is digits, a point and digits, above zero, below a trillion.
    init?(decimal text: Span<UInt8>) {
        var raw: Int128 = 0
        var decimals = -1
        var digits = 0
        for index in text.indices {
            if text[index] == UInt8(ascii: ".") {
                guard decimals < 0, index > 0, index + 1 < text.count else { return nil }
                decimals = 0
                continue
            }
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            if decimals >= 18 { continue }
            if decimals >= 0 { decimals += 1 }
            digits += 1
            guard digits <= Self.digitsMax else { return nil }
            raw = raw * 10 + Int128(digit)
        }
        guard digits > 0 else { return nil }
        for _ in max(decimals, 0)..<18 {
            raw *= 10
            guard raw < 1_000_000_000_000_000_000_000_000_000_000 else { return nil }
        }
        guard raw < 1_000_000_000_000_000_000_000_000_000_000 else { return nil }
        self.init(raw: raw)
    }
}
