internal import Trading
internal import Wire

/// One line of a recording, taken apart: `{"recv_ts":...,"slug":...,"raw":{...}}` with its keys in
/// any order.
struct RecordedLine {
    /// When the frame was received, by the recorder's clock.
    let time: Timestamp
    let slug: MarketSlug
    /// Its ranges are offsets in the line.
    let book: PolymarketBook
    /// Keys that mean nothing to us, those of the frame included.
    private(set) var unknownKeys = 0

    /// - Parameters:
    ///   - bytes: the line without its line feed.
    ///   - snapshot: takes the frame's levels; means nothing after an error.
    init(
        _ bytes: Span<UInt8>,
        levelsInto snapshot: inout BookSnapshot
    ) throws(RecordingDamage) {
        var reader = JSONReader(bytes)
        guard case .beginObject = try Self.token(&reader) else { throw .notAnObject }
        var time: Timestamp?
        var slug: MarketSlug?
        var book: PolymarketBook?
        while case .key(let name) = try Self.token(&reader) {
            if reader.matches(name, "recv_ts") {
                guard time == nil else { throw .keys }
                guard case .number(let text) = try Self.token(&reader),
                    let nanoseconds = try? DecimalText.parseNumber(reader.bytes(text), decimals: 9),
                    nanoseconds > 0
                else { throw .receiveTime }
                time = Timestamp(nanoseconds: nanoseconds)
            } else if reader.matches(name, "slug") {
                guard slug == nil else { throw .keys }
                guard case .string(let text) = try Self.token(&reader),
                    let parsed = MarketSlug(reader.bytes(text))
                else { throw .slug }
                slug = parsed
            } else if reader.matches(name, "raw") {
                guard book == nil else { throw .keys }
                book = try Self.frame(&reader, levelsInto: &snapshot)
            } else {
                unknownKeys += 1
                do { try reader.skipValue() } catch { throw .notJSON(error) }
            }
        }
        // Nothing may follow the object.
        _ = try Self.token(&reader)
        guard let time, let slug, let book else { throw .keys }
        self.time = time
        self.slug = slug
        self.book = book
        unknownKeys += book.unknownKeys
    }

    /// Whether a line holds nothing but blanks.
    static func isBlank(_ bytes: Span<UInt8>) -> Bool {
        for index in bytes.indices {
            let byte = bytes[index]
            guard byte == 0x20 || byte == 0x09 || byte == 0x0D else { return false }
        }
        return true
    }

    @_lifetime(reader: copy reader)
    private static func frame(
        _ reader: inout JSONReader,
        levelsInto snapshot: inout BookSnapshot
    ) throws(RecordingDamage) -> PolymarketBook {
        let start = reader.offset
        guard case .beginObject = try token(&reader) else {
            throw .frame(BookFrameError(.wrongType, .frame, at: start))
        }
        do {
            return try PolymarketBookDecoder.decode(&reader, into: &snapshot)
        } catch {
            throw .frame(error)
        }
    }

    @_lifetime(reader: copy reader)
    private static func token(_ reader: inout JSONReader) throws(RecordingDamage) -> JSONToken {
        do { return try reader.next() } catch { throw .notJSON(error) }
    }
}
