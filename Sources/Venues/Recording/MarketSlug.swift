public import Trading

/// The parts of a recurring market's slug, such as `btc-updown-5m-1776323400`: what it is about,
/// how long its window is, and when the window starts.
public struct MarketSlug: Equatable, Sendable {
    /// The longest window that is believed.
    public static let windowMax = Duration.seconds(24 * 3_600)

    /// The slug as it came.
    public let text: InlineText
    public let windowStart: Timestamp
    public let windowEnd: Timestamp

    /// `nil` unless `bytes` is a subject, a length (`5m`, `15m`, `1h`) and a start in Unix seconds,
    /// joined by hyphens, and fits an `InlineText`.
    public init?(_ bytes: Span<UInt8>) {
        guard let text = InlineText(bytes),
            let lastHyphen = Self.lastHyphen(of: bytes, before: bytes.count),
            let firstHyphen = Self.lastHyphen(of: bytes, before: lastHyphen), firstHyphen > 0,
            let start = Self.number(
                bytes.extracting((lastHyphen + 1)..<bytes.count),
                digitsMax: 11
            ),
            let length = Self.length(bytes.extracting((firstHyphen + 1)..<lastHyphen))
        else { return nil }
        self.text = text
        // At most 10^11 seconds, about the year 5138, which is inside the range of `Timestamp`
        // only up to the year 2262.
        guard start <= 9_000_000_000 else { return nil }
        windowStart = Timestamp(seconds: start)
        windowEnd = windowStart + length
    }

    /// `5m` or `1h`; `nil` for anything else, for nothing, and for more than `windowMax`.
    private static func length(_ bytes: Span<UInt8>) -> Duration? {
        guard bytes.count >= 2,
            let count = number(bytes.extracting(0..<(bytes.count - 1)), digitsMax: 4), count > 0
        else { return nil }
        let length: Duration
        switch bytes[bytes.count - 1] {
        case UInt8(ascii: "m"): length = .seconds(count * 60)
        case UInt8(ascii: "h"): length = .seconds(count * 3_600)
        default: return nil
        }
        return windowMax < length ? nil : length
    }

    private static func lastHyphen(of bytes: Span<UInt8>, before end: Int) -> Int? {
        for index in (0..<end).reversed() where bytes[index] == UInt8(ascii: "-") { return index }
        return nil
    }

    private static func number(_ bytes: Span<UInt8>, digitsMax: Int) -> Int64? {
        guard !bytes.isEmpty && bytes.count <= digitsMax else { return nil }
        var number: Int64 = 0
        for index in bytes.indices {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            number = number * 10 + Int64(digit)
        }
        return number
    }
}
