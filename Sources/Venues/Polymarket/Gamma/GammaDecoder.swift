public import Trading
internal import Wire

/// Decodes answers of the venue's market list: `/markets?slug=`, `/markets/slug/...` and
/// `/events?slug=` (whose events hold markets). Sans-IO, not for the hot path.
public struct GammaDecoder {
    public static let bytesMax = 4 << 20
    /// Markets of one answer.
    public static let marketsMax = 1_000
    /// Outcomes of one market that are looked at.
    static let outcomesMax = 8

    /// An event's own numbers, where an answer has events.
    public struct Event: Equatable, Sendable {
        public internal(set) var slug = InlineText()
        public internal(set) var strike: SettlementValue?
        public internal(set) var finalPrice: SettlementValue?
    }

    public private(set) var markets: [GammaMarket] = []
    /// Objects that are no markets and have `eventMetadata`.
    public private(set) var events: [Event] = []

    public init() {}

    /// Takes a whole answer; `markets` and `events` hold what is in it. An empty array is an answer
    /// too: the slug is not listed, or closed.
    public mutating func decode(_ bytes: Span<UInt8>) throws(GammaError) {
        markets.removeAll()
        events.removeAll()
        guard bytes.count <= Self.bytesMax else { throw .tooLong }
        var reader = JSONReader(bytes)
        switch try Self.token(&reader) {
        case .beginObject: try readObject(&reader)
        case .beginArray: try readArray(&reader)
        default: throw .wrongType(InlineText())
        }
        _ = try Self.token(&reader)
    }

    @_lifetime(reader: copy reader)
    private mutating func readArray(_ reader: inout JSONReader) throws(GammaError) {
        while true {
            switch try Self.token(&reader) {
            case .endArray: return
            case .beginObject: try readObject(&reader)
            default: throw .wrongType(InlineText())
            }
        }
    }

    /// A market or an event: which one, its members tell.
    @_lifetime(reader: copy reader)
    private mutating func readObject(_ reader: inout JSONReader) throws(GammaError) {
        var record = GammaRecord()
        while case .key(let name) = try Self.token(&reader) {
            if reader.matches(name, "markets") {
                guard case .beginArray = try Self.token(&reader) else {
                    throw .wrongType(InlineText(reader.bytes(name)) ?? InlineText())
                }
                try readArray(&reader)
            } else {
                try record.read(&reader, name)
            }
        }
        if record.isMarket {
            guard markets.count < Self.marketsMax else { throw .tooManyMarkets }
            markets.append(record.finished())
        } else if record.market.strike != nil || record.market.finalPrice != nil {
            guard events.count < Self.marketsMax else { throw .tooManyMarkets }
            events.append(
                Event(
                    slug: record.market.slug,
                    strike: record.market.strike,
                    finalPrice: record.market.finalPrice
                )
            )
        }
    }

    @_lifetime(reader: copy reader)
    static func token(_ reader: inout JSONReader) throws(GammaError) -> JSONToken {
        do { return try reader.next() } catch { throw .notJSON(error) }
    }

    @_lifetime(reader: copy reader)
    static func skip(_ reader: inout JSONReader) throws(GammaError) {
        do { try reader.skipValue() } catch { throw .notJSON(error) }
    }
}
