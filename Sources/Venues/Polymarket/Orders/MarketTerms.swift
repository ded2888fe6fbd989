public import Trading
internal import Wire

/// What a market trades by, from the venue's compact record (polymarket 4). What is missing there
/// means no, or none.
public struct MarketTerms: Equatable, Sendable {
    public struct Token: Equatable, Sendable {
        public let id: InlineText
        /// As the market calls it: `Up`, `Down`.
        public let label: InlineText
    }

    /// Tokens of one market.
    public static let tokensMax = 64

    public internal(set) var conditionID = InlineText()
    public internal(set) var tokens: [Token] = []
    public internal(set) var tickSize = TickSize.hundredth
    public internal(set) var orderSizeMin = Quantity.zero
    /// In millionths: 70,000 is 0.07. `nil` when the record has no fees.
    public internal(set) var feeRateMillionths: Int64?
    /// Of p (1 - p), in millionths.
    public internal(set) var feeExponentMillionths: Int64 = 0
    /// Whether makers pay nothing.
    public internal(set) var isFeeOnTakersOnly = false
    public internal(set) var isNegRisk = false
    /// Whether takers wait before they are matched.
    public internal(set) var delaysTakers = false
    /// `nil` when the record does not say.
    public internal(set) var acceptsOrders: Bool?
    /// Whether the market is of the second generation.
    public internal(set) var isSecondGeneration = false

    init() {}

    public static func decode(_ body: Span<UInt8>) throws(ClobAnswerError) -> MarketTerms {
        var terms = MarketTerms()
        var tick: Int64?
        var reader = JSONReader(body)
        try ClobReader.beginObject(&reader)
        while case .key(let name) = try ClobReader.token(&reader) {
            if reader.matches(name, "mts") {
                tick = try ClobReader.decimal(&reader, decimals: 4)
            } else {
                try terms.readMember(name, &reader)
            }
        }
        try ClobReader.end(&reader)
        guard !terms.conditionID.isEmpty, !terms.tokens.isEmpty, let tick else {
            throw .incomplete
        }
        guard let tickSize = TickSize(rawValue: tick) else { throw .malformed }
        terms.tickSize = tickSize
        return terms
    }

    @_lifetime(reader: copy reader)
    private mutating func readMember(
        _ name: Range<Int>,
        _ reader: inout JSONReader
    ) throws(ClobAnswerError) {
        if reader.matches(name, "c") {
            conditionID = try ClobReader.text(&reader)
        } else if reader.matches(name, "t") {
            try readTokens(&reader)
        } else if reader.matches(name, "mos") {
            let size = try ClobReader.decimal(&reader, decimals: 6) ?? 0
            guard size >= 0 else { throw .malformed }
            orderSizeMin = Quantity(raw: size)
        } else if reader.matches(name, "fd") {
            try readFees(&reader)
        } else if reader.matches(name, "nr") {
            isNegRisk = try ClobReader.boolean(&reader) ?? false
        } else if reader.matches(name, "itode") {
            delaysTakers = try ClobReader.boolean(&reader) ?? false
        } else if reader.matches(name, "ao") {
            acceptsOrders = try ClobReader.boolean(&reader)
        } else if reader.matches(name, "v") {
            guard let version = try ClobReader.scalar(&reader) else { return }
            isSecondGeneration = reader.matches(version, "v2")
            guard isSecondGeneration || reader.matches(version, "v1") else { throw .malformed }
        } else {
            try ClobReader.skipValue(&reader)
        }
    }

    @_lifetime(reader: copy reader)
    private mutating func readTokens(_ reader: inout JSONReader) throws(ClobAnswerError) {
        guard try ClobReader.token(&reader) == .beginArray else { throw .malformed }
        while true {
            let token = try ClobReader.token(&reader)
            if token == .endArray { return }
            guard token == .beginObject else { throw .malformed }
            guard tokens.count < Self.tokensMax else { throw .tooMany }
            var (id, label) = (InlineText(), InlineText())
            while case .key(let name) = try ClobReader.token(&reader) {
                if reader.matches(name, "t") {
                    id = try ClobReader.text(&reader)
                } else if reader.matches(name, "o") {
                    label = try ClobReader.text(&reader)
                } else {
                    try ClobReader.skipValue(&reader)
                }
            }
            guard !id.isEmpty else { throw .incomplete }
            tokens.append(Token(id: id, label: label))
        }
    }

    @_lifetime(reader: copy reader)
    private mutating func readFees(_ reader: inout JSONReader) throws(ClobAnswerError) {
        switch try ClobReader.token(&reader) {
        case .null: return
        case .beginObject: break
        default: throw .malformed
        }
        while case .key(let name) = try ClobReader.token(&reader) {
            if reader.matches(name, "r") {
                feeRateMillionths = try ClobReader.decimal(&reader, decimals: 6)
            } else if reader.matches(name, "e") {
                feeExponentMillionths = try ClobReader.decimal(&reader, decimals: 6) ?? 0
            } else if reader.matches(name, "to") {
                isFeeOnTakersOnly = try ClobReader.boolean(&reader) ?? false
            } else {
                try ClobReader.skipValue(&reader)
            }
        }
    }
}
