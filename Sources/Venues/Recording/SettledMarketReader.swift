internal import Trading
internal import Wire

/// Reads a recording of the venue's markets after their end: lines of JSON, one market each.
/// Sans-IO: bytes in, markets out, in the order of the file.
///
///     {"slug":"btc-updown-5m-1784851200","start_sec":1784851200,"end_sec":1784851500,
///      "resolved":true,"outcome_prices":["0","1"],"strike_value":"65048078902260626000000",...}
///
/// Keys may come in any order, and others are skipped. Prices of outcomes are those of Up and Down,
/// in this order. Blank lines mean nothing; a damaged line is reported and skipped.
public struct SettledMarketReader: ~Copyable {
    /// The longest line, in bytes.
    public static let lineBytesMax = 1 << 20
    /// Markets that one recording may have.
    public static let marketsMax = 100_000

    public enum Item: Equatable, Sendable {
        case market(SettledMarket)
        /// Line `line`, counted from 1, was skipped.
        case damaged(line: Int, reason: SettledMarketDamage)
    }

    /// Lines read, and how many of them were damaged.
    public var lineCount: Int { lines.number }
    public private(set) var damagedCount = 0

    private var lines = TextLines(byteCountMax: lineBytesMax)
    private var slugs: Set<InlineText> = []

    public init() {}

    /// Takes the next bytes of the file. Call `next()` until it gives `nil` after each call.
    public mutating func receive(_ bytes: Span<UInt8>) { lines.receive(bytes) }

    /// There are no more bytes.
    public mutating func finish() { lines.finish() }

    /// The next item; `nil` when more bytes are needed or, after `finish()`, at the end.
    public mutating func next() -> Item? {
        while true {
            switch lines.next() {
            case .needMore, .end: return nil
            case .tooLong: return damaged(.tooLong)
            case .line:
                if RecordedLine.isBlank(lines.line) { continue }
                do {
                    return .market(try takeLine())
                } catch {
                    return damaged(error)
                }
            }
        }
    }

    private mutating func takeLine() throws(SettledMarketDamage) -> SettledMarket {
        let market = try SettledMarketLine(lines.line).market()
        guard !slugs.contains(market.slug.text) else { throw .repeated }
        guard slugs.count < Self.marketsMax else { throw .tooManyMarkets }
        slugs.insert(market.slug.text)
        return market
    }

    private mutating func damaged(_ reason: SettledMarketDamage) -> Item {
        damagedCount += 1
        return .damaged(line: lines.number, reason: reason)
    }
}

@available(*, unavailable)
extension SettledMarketReader: Sendable {}

/// One line, as far as it matters.
private struct SettledMarketLine {
    private var slug: MarketSlug?
    private var start: Int64?
    private var end: Int64?
    private var isResolved: Bool?
    /// `nil` inside while the prices are not a winner's and a loser's.
    private var winner: Outcome??
    private var strike: SettlementValue??

    init(_ bytes: Span<UInt8>) throws(SettledMarketDamage) {
        var reader = JSONReader(bytes)
        guard case .beginObject = try Self.token(&reader) else { throw .notAnObject }
        while case .key(let name) = try Self.token(&reader) {
            if reader.matches(name, "slug") {
                guard slug == nil else { throw .keys }
                guard case .string(let text) = try Self.token(&reader),
                    let parsed = MarketSlug(reader.bytes(text))
                else { throw .slug }
                slug = parsed
            } else if reader.matches(name, "start_sec") {
                guard start == nil else { throw .keys }
                start = try Self.seconds(&reader)
            } else if reader.matches(name, "end_sec") {
                guard end == nil else { throw .keys }
                end = try Self.seconds(&reader)
            } else if reader.matches(name, "resolved") {
                guard isResolved == nil else { throw .keys }
                isResolved = try Self.truth(&reader)
            } else if reader.matches(name, "outcome_prices") {
                guard winner == nil else { throw .keys }
                winner = .some(try Self.winner(&reader))
            } else if reader.matches(name, "strike_value") {
                guard strike == nil else { throw .keys }
                strike = .some(try Self.strike(&reader))
            } else {
                do { try reader.skipValue() } catch { throw .notJSON(error) }
            }
        }
        // Nothing may follow the object.
        _ = try Self.token(&reader)
    }

    func market() throws(SettledMarketDamage) -> SettledMarket {
        guard let slug, let start, let end, let isResolved, let winner, let strike else {
            throw .keys
        }
        guard Timestamp(seconds: start) == slug.windowStart,
            Timestamp(seconds: end) == slug.windowEnd
        else { throw .window }
        guard !isResolved || winner != nil else { throw .outcome }
        return SettledMarket(slug: slug, strike: strike, winner: isResolved ? winner : nil)
    }

    @_lifetime(reader: copy reader)
    private static func seconds(_ reader: inout JSONReader) throws(SettledMarketDamage) -> Int64 {
        guard case .number(let text) = try token(&reader),
            let seconds = try? DecimalText.parseInteger(reader.bytes(text)),
            seconds <= 9_000_000_000
        else { throw .window }
        return seconds
    }

    @_lifetime(reader: copy reader)
    private static func truth(_ reader: inout JSONReader) throws(SettledMarketDamage) -> Bool {
        switch try token(&reader) {
        case .true: true
        case .false: false
        default: throw .outcome
        }
    }

    @_lifetime(reader: copy reader)
    private static func strike(
        _ reader: inout JSONReader
    ) throws(SettledMarketDamage) -> SettlementValue? {
        switch try token(&reader) {
        case .null: return nil
        case .string(let text):
            guard let value = SettlementValue(reader.bytes(text)) else { throw .strike }
            return value
        default: throw .strike
        }
    }

    /// Of `["1","0"]` and `["0","1"]`; `nil` for two prices that name no winner.
    @_lifetime(reader: copy reader)
    private static func winner(_ reader: inout JSONReader) throws(SettledMarketDamage) -> Outcome? {
        guard case .beginArray = try token(&reader), case .string(let up) = try token(&reader),
            case .string(let down) = try token(&reader), case .endArray = try token(&reader)
        else { throw .outcome }
        if reader.matches(up, "1") && reader.matches(down, "0") { return .yes }
        if reader.matches(up, "0") && reader.matches(down, "1") { return .no }
        return nil
    }

    @_lifetime(reader: copy reader)
    private static func token(_ reader: inout JSONReader) throws(SettledMarketDamage) -> JSONToken {
        do { return try reader.next() } catch { throw .notJSON(error) }
    }
}
