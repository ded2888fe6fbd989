public import Trading
internal import Wire

/// Turns what the market socket says (polymarket 8) into the engine's events. Sans-IO: frames in,
/// items out.
///
///     var frame = PolymarketMarketFrame(bytes)
///     while let item = frame.next(&feed) { ... }
///
/// A market has two tokens with one book, and the venue tells of both: what it says of NO is turned
/// over into terms of YES, and left out where it only repeats what was said of YES. A doubt about
/// the message itself comes before what the message says. An event comes before the checks that it
/// gives rise to, so that no quote waits for a hash; a check that fails follows it at once.
///
/// ```
///              follow, reconnected         book            price_change, book
///   (unknown) ───────────────────► waiting ────► trusted ◄──┐
///                                    ▲              │       │ a sound book
///         tick size changed          │   a doubt    ▼       │
///                                    └───────── distrusted ─┘
/// ```
///
/// Decoding allocates nothing once the arrays have grown.
public struct PolymarketMarketFeed {
    /// Markets that are followed at once: half of what one connection takes (polymarket 8).
    public static let marketsMax = 100
    /// Messages in a row whose best prices are not ours before the book is in doubt. The venue
    /// stamps them when it publishes, which may be a message ahead of the change: in a recorded
    /// game that happens to one message in two thousand, and never three times in a row.
    public static let mismatchesMax = 3

    public internal(set) var statistics = MarketFeedStatistics()
    /// Whether a member that is not known puts its market in doubt, and makes it unfamiliar. Without, it is counted only:
    /// for an operator who has read what the venue's new member means.
    public var distrustsUnknownKeys = true

    var markets = FollowedMarkets()
    var snapshot = BookSnapshot(
        market: MarketID(index: 0),
        bids: [],
        asks: [],
        tickSize: nil,
        venueTime: Timestamp(nanoseconds: 0)
    )
    var changes: [MarketMessage.Change] = []
    var message = MarketMessage()
    var notices: [MarketFeedItem] = []

    public init() {
        changes.reserveCapacity(64)
        notices.reserveCapacity(16)
    }

    /// Follows a market; one that is followed already is followed anew, without its doubts.
    ///
    /// - Parameter isNegativeRisk: whether the market is one of a group; its books' hashes cover
    ///   that.
    /// - Returns: `false` when `marketsMax` are followed.
    @discardableResult
    public mutating func follow(
        _ definition: MarketDefinition,
        isNegativeRisk: Bool = false
    ) -> Bool {
        unfollow(definition.id)
        guard markets.count < Self.marketsMax else { return false }
        let constants = BookHash.Constants(
            minOrderSize: Self.text(of: definition.orderSizeMin),
            negRisk: isNegativeRisk
        )
        markets.append(FollowedMarket(definition, hash: BookHash(constants)))
        return true
    }

    /// As the venue writes it: without zeros at the end.
    private static func text(of size: Quantity) -> InlineText {
        var buffer = ByteBuffer(capacity: 32)
        buffer.append(upTo: DecimalText.byteCountMax) {
            DecimalText.append(size.raw, decimals: 6, minimumDecimals: 0, to: &$0)
        }
        return InlineText(buffer.span) ?? InlineText()
    }

    public mutating func unfollow(_ id: MarketID) {
        guard let index = markets.index(of: id) else { return }
        markets.remove(at: index)
    }

    /// The connection is a new one: every book is void until its snapshot.
    public mutating func reconnected() {
        for index in markets.indices { markets[index].forget() }
    }

    /// Why nothing may be quoted from this market's book; `nil` when it is trusted, or not followed.
    public func doubt(of id: MarketID) -> MarketFeedDoubt? {
        markets.index(of: id).flatMap { markets[$0].doubt }
    }

    /// Whether the venue has said of the market what this decoder does not know.
    public func isUnfamiliar(_ id: MarketID) -> Bool {
        markets.index(of: id).map { markets[$0].isUnfamiliar } ?? false
    }

    /// Whether the market has its book.
    public func hasBook(of id: MarketID) -> Bool {
        markets.index(of: id).map { markets[$0].isBookKnown } ?? false
    }

    /// Whether every market that is followed and not resolved has its book.
    public var hasAllBooks: Bool {
        for index in markets.indices
        where !markets[index].isBookKnown && !markets[index].isResolved { return false }
        return true
    }
}

/// One frame of the market socket on its way through a `PolymarketMarketFeed`.
public struct PolymarketMarketFrame: ~Copyable, ~Escapable {
    private let bytes: Span<UInt8>
    private var reader: MarketMessageReader
    private var stage = Stage.begin

    private enum Stage {
        case begin
        /// Between objects.
        case next
        /// The message's grid is another one than the market's.
        case tickSize(Int, TickSize)
        /// `snapshot` is to be told.
        case book(Int)
        case bookCheck(Int)
        /// The next change to be looked at.
        case changes(Int)
        case done
    }

    @_lifetime(copy bytes)
    public init(_ bytes: Span<UInt8>) {
        self.bytes = bytes
        reader = MarketMessageReader(bytes)
    }

    /// What the frame says next; `nil` at its end.
    @_lifetime(self: copy self)
    public mutating func next(_ feed: inout PolymarketMarketFeed) -> MarketFeedItem? {
        while true {
            if let notice = feed.nextNotice() { return notice }
            switch stage {
            case .begin:
                feed.statistics.frames += 1
                feed.statistics.bytes += Int64(bytes.count)
                stage = .next
            case .next:
                guard readMessage(&feed) else {
                    stage = .done
                    continue
                }
                if let item = begin(&feed) { return item }
            case .tickSize(let index, let tickSize):
                stage = .book(index)
                return .event(feed.moveToGrid(index, tickSize))
            case .book(let index):
                stage = .bookCheck(index)
                return .event(feed.takeBook(index))
            case .bookCheck(let index):
                stage = .next
                feed.checkBook(index, bytes)
            case .changes(let first):
                if let (event, next) = feed.nextChange(from: first, bytes) {
                    stage = .changes(next)
                    return .event(event)
                }
                stage = .next
                feed.compareTops(bytes)
            case .done:
                return nil
            }
        }
    }

    /// `false` at the end of the frame, and when the rest of it is given up.
    @_lifetime(self: copy self)
    private mutating func readMessage(_ feed: inout PolymarketMarketFeed) -> Bool {
        do {
            return try reader.next(&feed.message, &feed.snapshot, &feed.changes)
        } catch {
            feed.noteMalformed(error, bytes)
            return false
        }
    }

    /// Sorts out the message that was read: what it says at once, or the stage it leads to.
    @_lifetime(self: copy self)
    private mutating func begin(_ feed: inout PolymarketMarketFeed) -> MarketFeedItem? {
        switch feed.message.kind {
        case .book:
            guard let (index, tickSize) = feed.beginBook(bytes) else { return nil }
            stage = tickSize.map { .tickSize(index, $0) } ?? .book(index)
        case .priceChange:
            if feed.beginChanges(bytes) { stage = .changes(0) }
        case .lastTradePrice: return feed.takeTrade(bytes)
        case .tickSizeChange: return feed.takeTickSize(bytes)
        case .bestBidAsk: feed.compareBest(bytes)
        case .marketResolved: return feed.takeResolution(bytes)
        case .newMarket: feed.statistics.unrelated += 1
        case .unknown: feed.noteUnknown(bytes)
        }
        return nil
    }
}
