internal import Trading
internal import Wire

extension RecordingFormat {
    /// What a line's keys say; `nil` when it is no JSON object, or has the keys of neither format.
    init?(ofLine bytes: Span<UInt8>) {
        var reader = JSONReader(bytes)
        var isFrame = false
        do throws(JSONError) {
            guard case .beginObject = try reader.next() else { return nil }
            while case .key(let name) = try reader.next() {
                if reader.matches(name, "feed") {
                    self = .feeds
                    return
                }
                if reader.matches(name, "kind") {
                    self = .snapshots
                    return
                }
                if reader.matches(name, "raw") || reader.matches(name, "recv_ts") { isFrame = true }
                try reader.skipValue()
            }
        } catch {}
        guard isFrame else { return nil }
        self = .frames
    }
}

/// One line of a recording of snapshots, taken apart: first the markets,
///
///     {"kind":"market","market_id":"0x...","slug":"btc-updown-15m-1790586000",
///      "start_ts":1790586000000,"end_ts":1790586900000,"payout_up":0.0,"payout_down":1.0}
///
/// then their books, up to twenty levels a side, about once a second for each of the two tokens,
///
///     {"kind":"book","ts":1790585112649,"market_id":"0x...","side":"DOWN",
///      "bids":[[0.5,205.0],...],"asks":[[0.51,514.99],...]}
///
/// Keys may come in any order and others are skipped. Numbers went through binary floating point
/// on their way (`1.9300000000000002`) and are brought back to the venue's decimals.
struct SnapshotLine {
    enum Kind {
        case market(MarketSlug, winner: Outcome?)
        /// The levels are in the snapshot that was given.
        case book(Timestamp, Outcome, bestBid: Price?, bestAsk: Price?)
    }

    let kind: Kind
    /// The range of `market_id` in the line.
    let marketID: Range<Int>
    /// Keys that mean nothing to us.
    let unknownKeys: Int

    /// The latest time that is believed, in milliseconds: the year 2255.
    private static let millisecondsMax: Int64 = 9_000_000_000_000

    private struct Fields {
        var kind: Range<Int>?
        var marketID: Range<Int>?
        var slug: MarketSlug?
        var start: Timestamp?
        var end: Timestamp?
        var time: Timestamp?
        var side: Range<Int>?
        var payoutUp: Int64?
        var payoutDown: Int64?
        var hasBids = false
        var hasAsks = false
        var unknownKeys = 0
    }

    /// - Parameter snapshot: takes a book's levels; means nothing after an error.
    init(_ bytes: Span<UInt8>, levelsInto snapshot: inout BookSnapshot) throws(RecordingDamage) {
        var reader = JSONReader(bytes)
        guard case .beginObject = try Self.token(&reader) else { throw .notAnObject }
        var fields = Fields()
        while case .key(let name) = try Self.token(&reader) {
            try Self.read(&reader, name, into: &fields, &snapshot)
        }
        // Nothing may follow the object.
        _ = try Self.token(&reader)
        guard let kind = fields.kind, let marketID = fields.marketID else { throw .keys }
        self.marketID = marketID
        unknownKeys = fields.unknownKeys
        if reader.matches(kind, "market") {
            self.kind = try Self.market(fields)
        } else if reader.matches(kind, "book") {
            guard let time = fields.time, let side = fields.side, fields.hasBids, fields.hasAsks
            else { throw .keys }
            let token: Outcome
            if reader.matches(side, "UP") {
                token = .yes
            } else if reader.matches(side, "DOWN") {
                token = .no
            } else {
                throw .snapshot(.side)
            }
            let bestBid = snapshot.bids.map(\.price).max()
            let bestAsk = snapshot.asks.map(\.price).min()
            self.kind = .book(time, token, bestBid: bestBid, bestAsk: bestAsk)
        } else {
            throw .snapshot(.kind)
        }
    }

    private static func market(_ fields: Fields) throws(RecordingDamage) -> Kind {
        guard let slug = fields.slug, let start = fields.start, let end = fields.end else {
            throw .keys
        }
        guard slug.windowStart == start, slug.windowEnd == end else { throw .snapshot(.window) }
        // Both are there, or neither is: a market that was not settled yet.
        switch (fields.payoutUp, fields.payoutDown) {
        case (1, 0): return .market(slug, winner: .yes)
        case (0, 1): return .market(slug, winner: .no)
        case (nil, nil): return .market(slug, winner: nil)
        default: throw .snapshot(.payout)
        }
    }

    @_lifetime(reader: copy reader)
    private static func read(
        _ reader: inout JSONReader,
        _ name: Range<Int>,
        into fields: inout Fields,
        _ snapshot: inout BookSnapshot
    ) throws(RecordingDamage) {
        if reader.matches(name, "kind") {
            fields.kind = try text(&reader, fields.kind)
        } else if reader.matches(name, "market_id") {
            fields.marketID = try text(&reader, fields.marketID)
        } else if reader.matches(name, "slug") {
            guard fields.slug == nil else { throw .keys }
            guard case .string(let text) = try token(&reader),
                let slug = MarketSlug(reader.bytes(text))
            else { throw .slug }
            fields.slug = slug
        } else if reader.matches(name, "start_ts") {
            fields.start = try time(&reader, fields.start)
        } else if reader.matches(name, "end_ts") {
            fields.end = try time(&reader, fields.end)
        } else if reader.matches(name, "ts") {
            fields.time = try time(&reader, fields.time)
        } else if reader.matches(name, "side") {
            fields.side = try text(&reader, fields.side)
        } else if reader.matches(name, "payout_up") {
            fields.payoutUp = try payout(&reader, fields.payoutUp)
        } else if reader.matches(name, "payout_down") {
            fields.payoutDown = try payout(&reader, fields.payoutDown)
        } else if reader.matches(name, "bids") {
            guard !fields.hasBids else { throw .keys }
            fields.hasBids = true
            try SnapshotLevels.read(&reader, into: &snapshot.bids)
        } else if reader.matches(name, "asks") {
            guard !fields.hasAsks else { throw .keys }
            fields.hasAsks = true
            try SnapshotLevels.read(&reader, into: &snapshot.asks)
        } else {
            fields.unknownKeys += 1
            do { try reader.skipValue() } catch { throw .notJSON(error) }
        }
    }

    @_lifetime(reader: copy reader)
    private static func text(
        _ reader: inout JSONReader,
        _ before: Range<Int>?
    ) throws(RecordingDamage) -> Range<Int> {
        guard before == nil, case .string(let text) = try token(&reader), !text.isEmpty else {
            throw .keys
        }
        return text
    }

    @_lifetime(reader: copy reader)
    private static func time(
        _ reader: inout JSONReader,
        _ before: Timestamp?
    ) throws(RecordingDamage) -> Timestamp {
        guard before == nil else { throw .keys }
        guard case .number(let text) = try token(&reader),
            let milliseconds = try? DecimalText.parseInteger(reader.bytes(text)),
            milliseconds > 0, milliseconds <= millisecondsMax
        else { throw .snapshot(.time) }
        return Timestamp(milliseconds: milliseconds)
    }

    /// 0 or 1; `nil` for `null`.
    @_lifetime(reader: copy reader)
    private static func payout(
        _ reader: inout JSONReader,
        _ before: Int64?
    ) throws(RecordingDamage) -> Int64? {
        guard before == nil else { throw .keys }
        switch try token(&reader) {
        case .null: return nil
        case .number(let text):
            guard let payout = try? DecimalText.parse(reader.bytes(text), decimals: 0) else {
                throw .snapshot(.payout)
            }
            return payout
        default: throw .snapshot(.payout)
        }
    }

    @_lifetime(reader: copy reader)
    static func token(_ reader: inout JSONReader) throws(RecordingDamage) -> JSONToken {
        do { return try reader.next() } catch { throw .notJSON(error) }
    }
}
