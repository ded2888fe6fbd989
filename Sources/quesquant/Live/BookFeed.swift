internal import Logging
internal import Reactor
internal import Trading
internal import Venues
internal import Wire

/// Polymarket's market socket: books, trades and outcomes of the markets that are followed.
///
/// The engine quotes on what it is told, so it is told only what can be relied on. While a book is
/// in doubt, and while there is no connection, the market has none: the engine pulls its quotes and
/// says why.
final class BookFeed: FeedReader {
    /// Least time between two requests for a snapshot of the same market.
    private static let snapshotInterval = Duration.seconds(10)

    private struct Followed {
        let definition: MarketDefinition
        var tickSize: TickSize
        /// The book is in doubt: nothing of it is told.
        var isHeld = false
        /// The snapshot that came last, while it is held.
        var heldBook: EngineEvent?
        /// A snapshot is needed that the venue will not send by itself.
        var wantsSnapshot = false
        /// When one was asked for last.
        var askedAt: Timestamp?
    }

    private let sink: EventSink
    private let log: Logger
    private let meter: FeedMeter
    private var feed = PolymarketMarketFeed()
    private var followed: [Followed] = []
    private var runner: FeedRunner?
    private var hasStarted = false
    private var excerpts = FrameExcerpts()
    /// What a frame has led to besides events; done when it is through.
    private var resolved: [MarketID] = []
    /// Called when the socket has told a market's outcome.
    var onResolved: (MarketID, Timestamp) -> Void = { _, _ in }

    /// - Parameter toleratesUnknownMembers: whether a member that is not known leaves its market
    ///   trusted.
    init(
        at url: ServiceURL,
        toleratesUnknownMembers: Bool,
        through connector: Connector,
        clock: SessionClock,
        log: Logger,
        meter: FeedMeter,
        sink: EventSink
    ) {
        self.sink = sink
        feed.distrustsUnknownKeys = !toleratesUnknownMembers
        self.log = log
        self.meter = meter
        runner = FeedRunner(
            VenueFeeds.polymarketMarket(url.endpoint, tokens: []),
            through: connector,
            clock: clock,
            log: log,
            meter: meter,
            reader: self
        )
    }

    /// May be called twice.
    func close() {
        runner?.close()
        runner = nil
    }

    // MARK: - Which markets

    /// Follows a market of which the engine has the record. The first one connects.
    func follow(_ definition: MarketDefinition) {
        guard feed.follow(definition) else {
            return log.error("\(definition.slug): too many markets are followed")
        }
        followed.append(Followed(definition: definition, tickSize: definition.tickSize))
        let tokens = Self.tokens(definition)
        runner?.subscribe(
            all: subscription,
            now: [VenueFeeds.marketChange(tokens, isSubscribed: true)]
        )
        if !hasStarted { runner?.start() }
        hasStarted = true
    }

    /// Its outcome is known.
    func unfollow(_ id: MarketID) {
        guard let index = index(of: id) else { return }
        let tokens = Self.tokens(followed.remove(at: index).definition)
        feed.unfollow(id)
        runner?.subscribe(
            all: subscription,
            now: [VenueFeeds.marketChange(tokens, isSubscribed: false)]
        )
    }

    private var subscription: [[UInt8]] {
        let tokens = followed.flatMap { Self.tokens($0.definition) }
        return tokens.isEmpty ? [] : [VenueFeeds.marketSubscription(tokens)]
    }

    private static func tokens(_ definition: MarketDefinition) -> [InlineText] {
        [definition.yesToken, definition.noToken]
    }

    private func index(of id: MarketID) -> Int? {
        followed.firstIndex { $0.definition.id == id }
    }

    // MARK: - What comes

    func read(_ bytes: Span<UInt8>, at now: Timestamp) -> FeedVerdict {
        var isData = false
        var frame = PolymarketMarketFrame(bytes)
        while let item = frame.next(&feed) {
            isData = true
            switch item {
            case .event(let event): take(event, at: now)
            case .distrusted(let id, let doubt): distrust(id, doubt, bytes, at: now)
            case .trusted(let id): trust(id, at: now)
            case .snapshotWanted(let id): want(id)
            }
        }
        sink.messageEnded()
        for index in followed.indices where followed[index].wantsSnapshot {
            askForSnapshot(index, at: now)
        }
        while let id = resolved.popLast() { onResolved(id, now) }
        return isData ? .data(channel: 0) : .nothing
    }

    private func take(_ event: EngineEvent, at now: Timestamp) {
        switch event {
        case .bookReplaced(let snapshot):
            guard let index = index(of: snapshot.market) else { return }
            if let tickSize = snapshot.tickSize { followed[index].tickSize = tickSize }
            guard !followed[index].isHeld else {
                followed[index].heldBook = event
                return
            }
        case .levelChanged(let change):
            guard let index = index(of: change.market), !followed[index].isHeld else { return }
        case .tickSizeChanged(let id, let tickSize):
            guard let index = index(of: id) else { return }
            followed[index].tickSize = tickSize
        case .marketResolved(let id, _): resolved.append(id)
        default: break
        }
        sink.deliver(event, at: now)
    }

    /// A book that the venue shows for want of one is told all the same: its spread is refused by
    /// the engine's own filter, with the figures.
    private func distrust(
        _ id: MarketID,
        _ doubt: MarketFeedDoubt,
        _ bytes: Span<UInt8>,
        at now: Timestamp
    ) {
        meter.noteRefusal()
        guard let index = index(of: id) else { return }
        let excerpt = excerpts.next(bytes)
        log.warning("\(followed[index].definition.slug): the book is in doubt (\(doubt))\(excerpt)")
        guard doubt != .ghostBook else { return }
        followed[index].isHeld = true
        followed[index].heldBook = nil
        void(index, at: now)
        if doubt != .unknownFormat { want(id) }
    }

    private func trust(_ id: MarketID, at now: Timestamp) {
        guard let index = index(of: id) else { return }
        log.info("\(followed[index].definition.slug): the book is sound again")
        guard followed[index].isHeld else { return }
        followed[index].isHeld = false
        if let book = followed[index].heldBook {
            sink.deliver(book, at: now)
        } else {
            want(id)
        }
        followed[index].heldBook = nil
    }

    /// The engine's book of the market is void until the next snapshot.
    private func void(_ index: Int, at now: Timestamp) {
        let market = followed[index]
        sink.deliver(.tickSizeChanged(market.definition.id, market.tickSize), at: now)
    }

    private func want(_ id: MarketID) {
        guard let index = index(of: id) else { return }
        followed[index].wantsSnapshot = true
    }

    /// The venue sends one on subscription. One that was asked for a moment ago is waited for.
    private func askForSnapshot(_ index: Int, at now: Timestamp) {
        if let last = followed[index].askedAt, now - last < Self.snapshotInterval { return }
        followed[index].wantsSnapshot = false
        followed[index].askedAt = now
        let tokens = Self.tokens(followed[index].definition)
        runner?.subscribe(
            all: subscription,
            now: [
                VenueFeeds.marketChange(tokens, isSubscribed: false),
                VenueFeeds.marketChange(tokens, isSubscribed: true),
            ]
        )
    }

    func switched(at now: Timestamp) { feed.reconnected() }

    func standingChanged(to standing: FeedStanding, at now: Timestamp) {
        switch standing {
        case .down, .blocked, .stopped:
            for index in followed.indices { void(index, at: now) }
            sink.messageEnded()
        case .subscribed, .live, .stale: break
        }
    }
}

@available(*, unavailable)
extension BookFeed: Sendable {}
