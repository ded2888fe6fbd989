internal import Wire

/// Where the venue takes us to be, and whether it serves there (polymarket 11). Asked at every
/// start: who is blocked does not trade.
public struct Geoblock: Equatable, Sendable {
    public let isBlocked: Bool
    /// A code of two letters; empty when the answer has none.
    public let country: String
    /// Empty when the answer has none.
    public let region: String

    /// Characters of a place's name that are kept.
    static let placeCountMax = 16

    /// Reads the answer of the geoblock page. What the venue says of our address is not kept.
    public static func decode(_ body: Span<UInt8>) throws(ClobAnswerError) -> Geoblock {
        var isBlocked: Bool?
        var (country, region) = ("", "")
        var reader = JSONReader(body)
        try ClobReader.beginObject(&reader)
        while case .key(let name) = try ClobReader.token(&reader) {
            if reader.matches(name, "blocked") {
                isBlocked = try ClobReader.boolean(&reader)
            } else if reader.matches(name, "country") {
                country = try place(&reader)
            } else if reader.matches(name, "region") {
                region = try place(&reader)
            } else {
                try ClobReader.skipValue(&reader)
            }
        }
        try ClobReader.end(&reader)
        guard let isBlocked else { throw .incomplete }
        return Geoblock(isBlocked: isBlocked, country: country, region: region)
    }

    @_lifetime(reader: copy reader)
    private static func place(_ reader: inout JSONReader) throws(ClobAnswerError) -> String {
        guard let range = try ClobReader.scalar(&reader) else { return "" }
        return AnswerFields.plain(reader.bytes(range), countMax: placeCountMax)
    }
}
