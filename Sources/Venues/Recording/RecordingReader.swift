public import Trading
internal import Wire

/// Reads a recording of book frames and tells the engine's events that it holds. Sans-IO: bytes in,
/// items out.
///
///     reader.receive(chunk)                       // until the file ends, then finish()
///     while let item = reader.next() { ... }
///
/// There are three formats; the first line that is JSON tells which (`RecordingFormat`). That of
/// snapshots is described at `SnapshotLine`, that of feeds at `FeedLine`.
///
/// A recording of frames is lines of JSON, `{"recv_ts":1776323404.776,"slug":"btc-updown-5m-1776323400",
/// "raw":{...}}`: when a frame was received (by the recorder's clock, in seconds), the market's
/// slug, and the frame as the venue sent it. Blank lines mean nothing; a damaged line is reported and
/// skipped; the last line needs no line feed.
///
/// The token whose frame comes first is taken to be YES: the recordings do not say which one it is.
/// A frame of the market's other token tells the same book in mirror writing (recorded pairs with
/// one stamp are each other's mirror without exception) and is turned over. It comes twice then,
/// unless the recorder followed one token at a time.
///
/// For one line come, in this order and all with the line's time unless said otherwise:
///
/// 1. `marketResolved` of every market whose window has ended by then, with the time of that end.
///    **The winner is an assumption**: recordings of frames do not tell it. YES when the middle of the
///    market's last book was one half or more, an empty side counting as 0 or 1 dollar.
/// 2. `marketListed`, before a market's first book. Size limits and fees are those of the recurring
///    crypto markets.
/// 3. `traded`, when the hash gives away that the last trade price changed since the market's frame
///    before. Token and side are inferred from the book before it (`TradeInference`), and the size
///    is unknown. Trades that follow one another at the same price do not show.
/// 4. `tickSizeChanged`, when the hash gives away another grid.
/// 5. `bookReplaced`.
///
/// A frame received after its market's end is left out. Where the recorder's clock steps back,
/// frames take the time of the frame before, so that times never decrease.
public struct RecordingReader: ~Copyable {
    /// The longest line, in bytes, without its line feed.
    public static let lineBytesMax = 1 << 20
    /// The farthest that the recorder's clock may be from the venue's. One receive time that is
    /// wrong by a digit would otherwise end every market, and keep the clock from then on.
    public static let clockDifferenceMax = Duration.seconds(600)
    /// The farthest that the clock of a recording of snapshots may step back.
    public static let clockStepMax = Duration.seconds(1)
    /// Markets that one recording may have.
    public static let marketsMax = 4_096

    private var buffer = ByteBuffer(capacity: 1 << 16)
    /// Bytes at the beginning of the buffer that hold no line feed.
    private var scanned = 0
    /// Whether what comes up to the next line feed belongs to a line that was too long.
    private var isSkipping = false
    private var isFinished = false
    /// Whether the last line has been taken after `finish()`.
    private var hasEnded = false
    private var lines = RecordedLines()

    public init() {}

    /// What has been read so far.
    public var statistics: RecordingStatistics { lines.statistics }

    /// How the recording is written; `nil` before a line has told.
    public var format: RecordingFormat? { lines.format }

    /// The windows that a recording of feeds is of; `nil` for other formats, and before its first
    /// line.
    public var series: WindowSeries? { lines.series }

    /// How a market ends, as far as it has been read; `nil` for a market that was not listed.
    public func settlement(of id: MarketID) -> RecordedSettlement? {
        let index = Int(id.index)
        return index < lines.markets.count ? lines.markets[index].settlement : nil
    }

    /// Takes the next bytes of the file. Call `next()` until it gives `nil` after each call; the
    /// reader then holds less than one line.
    public mutating func receive(_ bytes: Span<UInt8>) {
        precondition(!isFinished, "a finished recording has no more bytes")
        buffer.append(bytes)
    }

    /// There are no more bytes: the last line counts without a line feed, and the markets that are
    /// still open end.
    public mutating func finish() { isFinished = true }

    /// The next item; `nil` when more bytes are needed or, after `finish()`, at the end.
    ///
    /// The arrays of a book are used again for the next one: who lets go of the event before the
    /// next call keeps them from being copied.
    public mutating func next() -> RecordingItem? {
        while true {
            if let (time, event) = lines.nextEvent() { return .event(time, event) }
            switch nextLine() {
            case .whole(let byteCount, let lineFeed):
                let damage = Self.take(byteCount, of: buffer, into: &lines)
                buffer.consume(byteCount + lineFeed)
                scanned = 0
                if let damage { return .damaged(line: lines.statistics.lines, reason: damage) }
            case .tooLong:
                lines.noteSkippedLine()
                return .damaged(line: lines.statistics.lines, reason: .tooLong)
            case .needMore:
                return nil
            case .end:
                guard !hasEnded else { return nil }
                hasEnded = true
                lines.endMarkets()
            }
        }
    }

    /// The compiler does not see that a span of `self.buffer` leaves `self.lines` alone; of two
    /// parameters it does.
    private static func take(
        _ byteCount: Int,
        of buffer: borrowing ByteBuffer,
        into lines: inout RecordedLines
    ) -> RecordingDamage? {
        lines.take(buffer.span.extracting(0..<byteCount))
    }

    private enum NextLine {
        /// A line at the beginning of the buffer, and how many bytes end it: 1, or 0 at the end of
        /// the file.
        case whole(byteCount: Int, lineFeed: Int)
        /// A line that is longer than allowed has begun; it is told once.
        case tooLong
        case needMore
        /// The file has ended and so has its last line.
        case end
    }

    private mutating func nextLine() -> NextLine {
        while true {
            guard let lineFeed = LineFeed.first(in: buffer.span, from: scanned) else {
                let byteCount = buffer.count
                if isSkipping || byteCount > Self.lineBytesMax {
                    buffer.removeAll()
                    scanned = 0
                    if !isSkipping {
                        isSkipping = true
                        return .tooLong
                    }
                    return isFinished ? .end : .needMore
                }
                scanned = byteCount
                guard isFinished else { return .needMore }
                return byteCount == 0 ? .end : .whole(byteCount: byteCount, lineFeed: 0)
            }
            if isSkipping || lineFeed > Self.lineBytesMax {
                buffer.consume(lineFeed + 1)
                scanned = 0
                if isSkipping {
                    isSkipping = false
                    continue
                }
                return .tooLong
            }
            return .whole(byteCount: lineFeed, lineFeed: 1)
        }
    }
}

/// Finds line ends.
enum LineFeed {
    /// The offset of the first line feed at or after `start`.
    static func first(in bytes: Span<UInt8>, from start: Int) -> Int? {
        let ones: UInt64 = 0x0101_0101_0101_0101
        var index = start
        // Eight bytes at a time: a byte of `word` is zero where the line feed stands, and the
        // subtraction borrows into the top bit of the lowest zero byte.
        while index + 8 <= bytes.count {
            // The eight bytes are inside the span.
            let loaded = unsafe bytes.bytes.unsafeLoadUnaligned(
                fromByteOffset: index,
                as: UInt64.self
            )
            let word = UInt64(littleEndian: loaded) ^ (ones &* 0x0A)
            let zeros = (word &- ones) & ~word & (ones &* 0x80)
            if zeros != 0 { return index + zeros.trailingZeroBitCount / 8 }
            index += 8
        }
        while index < bytes.count {
            if bytes[index] == 0x0A { return index }
            index += 1
        }
        return nil
    }
}
