public import Trading
internal import Wire

/// Reads a recording of settlement prices: lines of five comma-separated columns under a header.
/// Sans-IO: bytes in, prices out, in the order of the file.
///
///     feed_ts_ms,value,full_accuracy_value,server_ts_ms,recv_ms
///     1784851200000,65048.078902260626,65048078902260626000000,1784851201160,1784851201377
///
/// The exact column is used, `full_accuracy_value`, in 1e-18 dollars; `value`, which is the same as
/// a binary fraction, and the server's time are not looked at. Blank lines mean nothing; a damaged
/// line is reported and skipped. A file with another header is damaged from its first line on:
/// `.header` is then the last item.
public struct SettlementPriceReader: ~Copyable {
    public static let header: StaticString =
        "feed_ts_ms,value,full_accuracy_value,server_ts_ms,recv_ms"
    /// The longest line, in bytes.
    public static let lineBytesMax = 1_024
    /// The farthest that a price's receipt may be from its stamp. One stamp that is wrong by a
    /// digit would otherwise be the newest price to the end of the file.
    public static let delayMax = Duration.seconds(600)

    public enum Item: Equatable, Sendable {
        case price(SettlementPrice)
        /// Line `line`, counted from 1, was skipped.
        case damaged(line: Int, reason: SettlementPriceDamage)
    }

    /// Lines read, and how many of them were damaged.
    public var lineCount: Int { lines.number }
    public private(set) var damagedCount = 0

    private var lines = TextLines(byteCountMax: lineBytesMax)
    private var hasHeader = false
    private var isForeign = false

    public init() {}

    /// Takes the next bytes of the file. Call `next()` until it gives `nil` after each call.
    public mutating func receive(_ bytes: Span<UInt8>) {
        if !isForeign { lines.receive(bytes) }
    }

    /// There are no more bytes.
    public mutating func finish() { lines.finish() }

    /// The next item; `nil` when more bytes are needed or, after `finish()`, at the end.
    public mutating func next() -> Item? {
        while !isForeign {
            switch lines.next() {
            case .needMore, .end: return nil
            case .tooLong:
                guard hasHeader else { return refuse() }
                return damaged(.tooLong)
            case .line:
                guard hasHeader else {
                    guard Self.isHeader(lines.line) else { return refuse() }
                    hasHeader = true
                    continue
                }
                if RecordedLine.isBlank(lines.line) { continue }
                do {
                    return .price(try Self.price(lines.line))
                } catch {
                    return damaged(error)
                }
            }
        }
        return nil
    }

    private mutating func damaged(_ reason: SettlementPriceDamage) -> Item {
        damagedCount += 1
        return .damaged(line: lines.number, reason: reason)
    }

    private mutating func refuse() -> Item {
        isForeign = true
        return damaged(.header)
    }

    private static func isHeader(_ line: Span<UInt8>) -> Bool {
        guard line.count == header.utf8CodeUnitCount else { return false }
        return header.withUTF8Buffer { expected in
            for index in line.indices where unsafe expected[index] != line[index] { return false }
            return true
        }
    }

    private static func price(
        _ line: Span<UInt8>
    ) throws(SettlementPriceDamage) -> SettlementPrice {
        var commas = InlineArray<4, Int>(repeating: 0)
        var count = 0
        for index in line.indices where line[index] == UInt8(ascii: ",") {
            guard count < 4 else { throw .columns }
            commas[count] = index
            count += 1
        }
        guard count == 4 else { throw .columns }
        let stamp = try time(line.extracting(0..<commas[0]))
        let received = try time(line.extracting((commas[3] + 1)..<line.count))
        guard let value = SettlementValue(line.extracting((commas[1] + 1)..<commas[2])) else {
            throw .value
        }
        guard abs((received - stamp).nanoseconds) <= delayMax.nanoseconds else {
            throw .clocksApart
        }
        return SettlementPrice(stamp: stamp, received: received, value: value)
    }

    /// Milliseconds from 2001 to 2255, which are thirteen digits: seconds and microseconds are not
    /// mistaken for them.
    private static func time(_ text: Span<UInt8>) throws(SettlementPriceDamage) -> Timestamp {
        guard let milliseconds = try? DecimalText.parseInteger(text),
            milliseconds >= 1_000_000_000_000, milliseconds < 9_000_000_000_000
        else { throw .time }
        return Timestamp(milliseconds: milliseconds)
    }
}

@available(*, unavailable)
extension SettlementPriceReader: Sendable {}
