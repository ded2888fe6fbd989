public import Trading
public import Wire

/// Whose words a line of a recording of feeds holds.
public enum RecordedFeed: UInt8, Sendable, CaseIterable {
    /// The recording itself: which series of windows it is of. The first line of every file.
    case recording
    /// Binance's streams.
    case binance
    /// Answers of Binance's requests: one-second bars, the best prices, one hour's candle.
    case binanceHistory, binanceLevel, binanceCandle
    /// Polymarket's price socket.
    case prices
    /// Polymarket's market socket.
    case market
    /// Answers of Polymarket's market list.
    case record

    public var name: StaticString {
        switch self {
        case .recording: "recording"
        case .binance: "binance"
        case .binanceHistory: "binance_history"
        case .binanceLevel: "binance_level"
        case .binanceCandle: "binance_candle"
        case .prices: "prices"
        case .market: "market"
        case .record: "record"
        }
    }
}

/// What has happened to a feed's connection.
public enum RecordedLink: UInt8, Sendable, CaseIterable {
    /// What follows comes from a new one.
    case new
    /// There is none.
    case down

    var name: StaticString {
        switch self {
        case .new: "new"
        case .down: "down"
        }
    }
}

/// One line of a recording of feeds, taken apart:
///
///     {"feed":"recording","recv_ts":1776323404.1,"series":"btc-updown-5m"}
///     {"feed":"market","recv_ts":1776323404.776123456,"raw":[{"event_type":"book",...}]}
///     {"feed":"market","recv_ts":1776323404.776123456,"text":"what is not JSON"}
///     {"feed":"binance_level","recv_ts":1776323405.1,"sent_ts":1776323405.0,"raw":{...}}
///     {"feed":"market","recv_ts":1776323410.2,"link":"new"}
///
/// `recv_ts` is when it was received, in seconds since 1970 by the recorder's clock; what was
/// received stands in `raw` as it came, or in `text` where it is no JSON.
public struct FeedLine: ~Escapable {
    /// What the line is besides its feed.
    public enum Kind: Equatable, Sendable {
        case series
        case raw
        case text
        case link(RecordedLink)
    }

    public private(set) var feed = RecordedFeed.recording
    public private(set) var time = Timestamp(nanoseconds: 0)
    /// When an answer was asked for; `time` for everything else.
    public private(set) var sent = Timestamp(nanoseconds: 0)
    public private(set) var kind = Kind.raw
    /// Of `series` and `raw`, as they stand; of `text`, with its escapes.
    public private(set) var bytes: Span<UInt8>
    /// Keys that mean nothing to us.
    public private(set) var unknownKeys = 0

    /// - Parameter line: without its line feed.
    @_lifetime(copy line)
    public init(_ line: Span<UInt8>) throws(RecordingDamage) {
        bytes = Span()
        var reader = JSONReader(line)
        guard case .beginObject = try Self.token(&reader) else { throw .notAnObject }
        var (feed, time, sent): (RecordedFeed?, Timestamp?, Timestamp?)
        var kind: Kind?
        var content = 0..<0
        while case .key(let name) = try Self.token(&reader) {
            if reader.matches(name, "feed") {
                guard case .string(let text) = try Self.token(&reader), feed == nil else {
                    throw .keys
                }
                feed = RecordedFeed.allCases.first { reader.matches(text, $0.name) }
            } else if reader.matches(name, "recv_ts") {
                guard time == nil else { throw .keys }
                time = try Self.time(&reader)
            } else if reader.matches(name, "sent_ts") {
                guard sent == nil else { throw .keys }
                sent = try Self.time(&reader)
            } else if reader.matches(name, "raw") {
                guard kind == nil else { throw .keys }
                kind = .raw
                content = try Self.value(&reader)
            } else if reader.matches(name, "text") || reader.matches(name, "series") {
                guard kind == nil else { throw .keys }
                kind = reader.matches(name, "text") ? .text : .series
                guard case .string(let text) = try Self.token(&reader) else { throw .keys }
                content = text
            } else if reader.matches(name, "link") {
                guard kind == nil, case .string(let text) = try Self.token(&reader),
                    let link = RecordedLink.allCases.first(where: {
                        reader.matches(text, $0.name)
                    })
                else { throw .keys }
                kind = .link(link)
            } else {
                unknownKeys += 1
                do { try reader.skipValue() } catch { throw .notJSON(error) }
            }
        }
        _ = try Self.token(&reader)
        guard let feed, let time, let kind else { throw .keys }
        self.feed = feed
        self.time = time
        self.sent = sent ?? time
        self.kind = kind
        bytes = line.extracting(content)
    }

    /// The bytes of the value that comes next.
    @_lifetime(reader: copy reader)
    private static func value(_ reader: inout JSONReader) throws(RecordingDamage) -> Range<Int> {
        var start = reader.offset
        do { try reader.skipValue() } catch { throw .notJSON(error) }
        let all = reader.bytes(start..<reader.offset)
        // What stands between a key and its value belongs to neither.
        var index = 0
        while index < all.count, all[index] == UInt8(ascii: ":") || all[index] <= 0x20 {
            index += 1
        }
        start += index
        return start..<reader.offset
    }

    @_lifetime(reader: copy reader)
    private static func time(_ reader: inout JSONReader) throws(RecordingDamage) -> Timestamp {
        guard case .number(let text) = try token(&reader),
            let nanoseconds = try? DecimalText.parseNumber(reader.bytes(text), decimals: 9),
            nanoseconds > 0
        else { throw .receiveTime }
        return Timestamp(nanoseconds: nanoseconds)
    }

    @_lifetime(reader: copy reader)
    private static func token(_ reader: inout JSONReader) throws(RecordingDamage) -> JSONToken {
        do { return try reader.next() } catch { throw .notJSON(error) }
    }
}

// MARK: - Writing

extension FeedLine {
    /// Bytes of a line besides its content, at most.
    static let frameBytesMax = 160

    /// The first line of a file.
    public static func append(
        series: WindowSeries,
        at time: Timestamp,
        to buffer: inout ByteBuffer
    ) {
        begin(.recording, time, nil, &buffer)
        buffer.append(",\"series\":")
        JSONWriter.append(string: series.name, to: &buffer)
        buffer.append("}\n")
    }

    public static func append(
        _ link: RecordedLink,
        of feed: RecordedFeed,
        at time: Timestamp,
        to buffer: inout ByteBuffer
    ) {
        begin(feed, time, nil, &buffer)
        buffer.append(",\"link\":\"")
        buffer.append(link.name)
        buffer.append("\"}\n")
    }

    /// What was received.
    ///
    /// JSON stands as it came, its line ends as blanks; anything else, as a string.
    /// - Parameter sent: when it was asked for, if it is an answer.
    /// - Returns: `false` when the line would be longer than a reader takes; nothing is appended.
    public static func append(
        _ content: Span<UInt8>,
        of feed: RecordedFeed,
        sentAt sent: Timestamp? = nil,
        at time: Timestamp,
        to buffer: inout ByteBuffer
    ) -> Bool {
        let isJSON = isContainer(content)
        let limit = RecordingReader.lineBytesMax - frameBytesMax
        guard content.count <= limit,
            isJSON || JSONWriter.stringByteCountMax(content.count) <= limit
        else { return false }
        begin(feed, time, sent, &buffer)
        if isJSON {
            buffer.append(",\"raw\":")
            buffer.append(upTo: content.count) { output in
                for index in content.indices {
                    let byte = content[index]
                    // Inside a string they cannot be; outside they mean nothing.
                    output.append(byte == 0x0A || byte == 0x0D ? 0x20 : byte)
                }
            }
        } else {
            buffer.append(",\"text\":")
            JSONWriter.append(string: content, to: &buffer)
        }
        buffer.append("}\n")
        return true
    }

    /// One whole object or array, and nothing else.
    private static func isContainer(_ content: Span<UInt8>) -> Bool {
        guard let first = content.firstByte,
            first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
        else { return false }
        var reader = JSONReader(content)
        do {
            try reader.skipValue()
            return try reader.next() == .end
        } catch {
            return false
        }
    }

    private static func begin(
        _ feed: RecordedFeed,
        _ time: Timestamp,
        _ sent: Timestamp?,
        _ buffer: inout ByteBuffer
    ) {
        buffer.append("{\"feed\":\"")
        buffer.append(feed.name)
        buffer.append("\",\"recv_ts\":")
        append(time, to: &buffer)
        guard let sent else { return }
        buffer.append(",\"sent_ts\":")
        append(sent, to: &buffer)
    }

    private static func append(_ time: Timestamp, to buffer: inout ByteBuffer) {
        buffer.append(upTo: DecimalText.byteCountMax) {
            DecimalText.append(time.nanoseconds, decimals: 9, minimumDecimals: 0, to: &$0)
        }
    }
}

extension Span<UInt8> {
    fileprivate var firstByte: UInt8? { isEmpty ? nil : self[0] }
}
