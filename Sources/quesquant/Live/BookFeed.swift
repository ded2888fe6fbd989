internal import Logging
internal import Reactor
internal import Trading
internal import Venues
internal import Wire

/// Polymarket's market socket: books, trades and outcomes of the markets that are followed. What
/// they mean for the engine, `MarketBooks` says.
final class BookFeed: FeedReader {
    private let sink: EventSink
    private let log: Logger
    private let meter: FeedMeter
    private var books: MarketBooks
    private var runner: FeedRunner?
    private var hasStarted = false
    private var excerpts = FrameExcerpts()
    /// Markets that a frame has ended; told when it is through.
    private var resolved: [MarketID] = []
    /// Called when the socket has told a market's outcome.
    var onResolved: (MarketID, Timestamp) -> Void = { _, _ in }
    weak var tap: (any FrameTap)?

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
        books = MarketBooks(toleratesUnknownMembers: toleratesUnknownMembers)
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
        guard books.follow(definition) else {
            return log.error("\(definition.slug): too many markets are followed")
        }
        tell([VenueFeeds.marketChange(definition.tokens, isSubscribed: true)])
        if !hasStarted { runner?.start() }
        hasStarted = true
    }

    /// Its outcome is known.
    func unfollow(_ id: MarketID) {
        guard let definition = books.unfollow(id) else { return }
        tell([VenueFeeds.marketChange(definition.tokens, isSubscribed: false)])
    }

    /// Asks for every book anew.
    func refresh(at now: Timestamp) {
        books.wantSnapshots()
        askForSnapshots(at: now)
    }

    private func tell(_ texts: [[UInt8]]) {
        let tokens = books.definitions.flatMap(\.tokens)
        let all = tokens.isEmpty ? [] : [VenueFeeds.marketSubscription(tokens)]
        runner?.subscribe(all: all, now: texts)
    }

    private func askForSnapshots(at now: Timestamp) {
        for definition in books.takeSnapshotRequests(at: now) {
            tell([
                VenueFeeds.marketChange(definition.tokens, isSubscribed: false),
                VenueFeeds.marketChange(definition.tokens, isSubscribed: true),
            ])
        }
    }

    // MARK: - What comes

    func read(_ bytes: Span<UInt8>, at now: Timestamp) -> FeedVerdict {
        tap?.received(bytes, from: .market, sentAt: nil, at: now)
        var frame = MarketBooksFrame(bytes)
        while let item = frame.next(&books) {
            switch item {
            case .event(let event):
                if case .marketResolved(let id, _) = event { resolved.append(id) }
                sink.deliver(event, at: now)
            case .doubted(let id, let doubt):
                meter.noteRefusal()
                say(of: id, "the book is in doubt (\(doubt))", bytes)
            case .unfamiliar(let id):
                say(of: id, "the venue says what is not known here: nothing is added", bytes)
            case .sound(let id): log.info("\(slug(id)): the book is sound again")
            }
        }
        sink.messageEnded()
        askForSnapshots(at: now)
        while let id = resolved.popLast() { onResolved(id, now) }
        return frame.isData ? .data(channel: 0) : .nothing
    }

    private func say(of id: MarketID, _ sentence: String, _ bytes: Span<UInt8>) {
        log.warning("\(slug(id)): \(sentence)\(excerpts.next(bytes))")
    }

    private func slug(_ id: MarketID) -> InlineText {
        books.definitions.first { $0.id == id }?.slug ?? InlineText()
    }

    func switched(at now: Timestamp) {
        tap?.linkChanged(.new, of: .market, at: now)
        books.reconnected()
    }

    func standingChanged(to standing: FeedStanding, at now: Timestamp) {
        guard standing.isDown else { return }
        tap?.linkChanged(.down, of: .market, at: now)
        for event in books.disconnected() { sink.deliver(event, at: now) }
        sink.messageEnded()
    }
}

@available(*, unavailable)
extension BookFeed: Sendable {}

extension MarketDefinition {
    fileprivate var tokens: [InlineText] { [yesToken, noToken] }
}
