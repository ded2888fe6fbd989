public import Trading

/// What the market socket's frames mean for the engine, and for whoever watches.
public enum MarketBooksItem: Equatable, Sendable {
    case event(EngineEvent)
    /// For the log: the market's book is in doubt, for this reason.
    case doubted(MarketID, MarketFeedDoubt)
    /// For the log: it is sound again.
    case sound(MarketID)
    /// For the log: the venue says more of the market than is understood. Told once.
    case unfamiliar(MarketID)
}

/// The books of the markets that are followed on one market socket, as far as they can be relied
/// on. Sans-IO: frames in, items out.
///
///     var frame = MarketBooksFrame(bytes)
///     while let item = frame.next(&books) { … }
///     for id in books.takeSnapshotRequests(at: now) { subscribe anew }
///
/// ```
///                     a doubt                       a sound snapshot
///   trusted ────────────────────► held ─────────────────────────────────► trusted, or
///           the engine: drifted        the engine: the snapshot, then        reduce-only where the
///           (it pulls its quotes)      none or unfamiliar                    format was not known
/// ```
///
/// While a book is held, nothing of it is told, and the venue is asked for another one, every ten
/// seconds. A book that the venue shows for want of one (0.01 against 0.99) is told as it is: its
/// spread is refused by the engine's own filter, with the figures.
public struct MarketBooks {
    /// Least time between two requests for a snapshot of the same market.
    public static let snapshotInterval = Duration.seconds(10)

    private struct Followed {
        let definition: MarketDefinition
        var tickSize: TickSize
        /// The book is in doubt: nothing of it is told.
        var isHeld = false
        /// The format was not known, once: nothing is added until it is followed anew.
        var isUnfamiliar = false
        /// The snapshot that came last, while it is held.
        var heldBook: EngineEvent?
        /// A snapshot is needed that the venue will not send by itself.
        var wantsSnapshot = false
        /// When one was asked for last.
        var askedAt: Timestamp?
    }

    var feed = PolymarketMarketFeed()
    private var followed: [Followed] = []
    private var waiting: [MarketBooksItem] = []

    /// - Parameter toleratesUnknownMembers: whether a member that is not known leaves its market
    ///   trusted.
    public init(toleratesUnknownMembers: Bool = false) {
        feed.distrustsUnknownKeys = !toleratesUnknownMembers
        waiting.reserveCapacity(8)
    }

    public var statistics: MarketFeedStatistics { feed.statistics }

    // MARK: - Which markets

    /// Follows a market, or follows it anew.
    /// - Returns: `false` when `PolymarketMarketFeed.marketsMax` are followed.
    public mutating func follow(_ definition: MarketDefinition) -> Bool {
        guard feed.follow(definition) else { return false }
        followed.removeAll { $0.definition.id == definition.id }
        followed.append(Followed(definition: definition, tickSize: definition.tickSize))
        return true
    }

    /// - Returns: the market, if it was followed.
    public mutating func unfollow(_ id: MarketID) -> MarketDefinition? {
        guard let index = index(of: id) else { return nil }
        feed.unfollow(id)
        return followed.remove(at: index).definition
    }

    /// In the order in which they were followed.
    public var definitions: [MarketDefinition] { followed.map(\.definition) }

    private func index(of id: MarketID) -> Int? {
        for index in followed.indices where followed[index].definition.id == id { return index }
        return nil
    }

    // MARK: - The connection

    /// The connection is a new one: every book is void until its snapshot.
    public mutating func reconnected() { feed.reconnected() }

    /// There is no connection: the engine's books are void until the next snapshots.
    public mutating func disconnected() -> [EngineEvent] {
        followed.map { .tickSizeChanged($0.definition.id, $0.tickSize) }
    }

    /// Fresh snapshots of all books are wanted, whatever is known of them.
    public mutating func wantSnapshots() {
        for index in followed.indices { followed[index].wantsSnapshot = true }
    }

    /// The markets to be subscribed anew now: the venue sends a snapshot on subscription. One that
    /// was asked for a moment ago is waited for.
    public mutating func takeSnapshotRequests(at now: Timestamp) -> [MarketDefinition] {
        var requests: [MarketDefinition] = []
        for index in followed.indices
        where followed[index].wantsSnapshot || followed[index].isHeld {
            if let last = followed[index].askedAt, now - last < Self.snapshotInterval { continue }
            followed[index].wantsSnapshot = false
            followed[index].askedAt = now
            requests.append(followed[index].definition)
        }
        return requests
    }

    // MARK: - What comes

    fileprivate mutating func nextWaiting() -> MarketBooksItem? {
        waiting.isEmpty ? nil : waiting.removeFirst()
    }

    /// - Returns: what is to be told first; more may be waiting behind it.
    fileprivate mutating func take(_ item: MarketFeedItem) -> MarketBooksItem? {
        switch item {
        case .event(let event): return take(event) ? .event(event) : nil
        case .distrusted(let id, let doubt): return hold(id, doubt)
        case .trusted(let id): return release(id)
        case .unfamiliar(let id):
            guard let index = index(of: id) else { return nil }
            followed[index].isUnfamiliar = true
            waiting.append(.event(.bookDoubted(id, standing(index))))
            return .unfamiliar(id)
        case .snapshotWanted(let id):
            if let index = index(of: id) { followed[index].wantsSnapshot = true }
            return nil
        }
    }

    private func standing(_ index: Int) -> BookDoubt {
        if followed[index].isHeld { return .drifted }
        return followed[index].isUnfamiliar ? .unfamiliar : .none
    }

    /// Whether the event is to be told.
    private mutating func take(_ event: EngineEvent) -> Bool {
        switch event {
        case .bookReplaced(let snapshot):
            guard let index = index(of: snapshot.market) else { return false }
            if let tickSize = snapshot.tickSize { followed[index].tickSize = tickSize }
            guard followed[index].isHeld else { return true }
            followed[index].heldBook = event
            return false
        case .levelChanged(let change):
            guard let index = index(of: change.market) else { return false }
            return !followed[index].isHeld
        case .tickSizeChanged(let id, let tickSize):
            guard let index = index(of: id) else { return false }
            followed[index].tickSize = tickSize
            return true
        default: return true
        }
    }

    private mutating func hold(_ id: MarketID, _ doubt: MarketFeedDoubt) -> MarketBooksItem? {
        guard let index = index(of: id) else { return nil }
        guard doubt != .ghostBook else { return .doubted(id, doubt) }
        followed[index].isHeld = true
        followed[index].heldBook = nil
        waiting.append(.doubted(id, doubt))
        return .event(.bookDoubted(id, .drifted))
    }

    /// The snapshot by which the book is sound again goes first, then the word that it is.
    private mutating func release(_ id: MarketID) -> MarketBooksItem? {
        guard let index = index(of: id) else { return nil }
        guard followed[index].isHeld else { return .sound(id) }
        followed[index].isHeld = false
        let book = followed[index].heldBook
        followed[index].heldBook = nil
        let doubt = EngineEvent.bookDoubted(id, standing(index))
        waiting.append(.sound(id))
        guard let book else {
            followed[index].wantsSnapshot = true
            return .event(doubt)
        }
        waiting.insert(.event(doubt), at: 0)
        return .event(book)
    }
}

/// One frame of the market socket on its way through `MarketBooks`.
public struct MarketBooksFrame: ~Copyable, ~Escapable {
    private var frame: PolymarketMarketFrame
    /// Whether the frame said anything at all of the markets that are followed.
    public private(set) var isData = false

    @_lifetime(copy bytes)
    public init(_ bytes: Span<UInt8>) { frame = PolymarketMarketFrame(bytes) }

    /// What the frame means next; `nil` at its end.
    @_lifetime(self: copy self)
    public mutating func next(_ books: inout MarketBooks) -> MarketBooksItem? {
        while true {
            if let item = books.nextWaiting() { return item }
            guard let item = frame.next(&books.feed) else { return nil }
            isData = true
            if let told = books.take(item) { return told }
        }
    }
}
