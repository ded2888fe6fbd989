/// A simulated market: a reference price, Up or Down windows on it one after another (of 5 minutes,
/// unless configured otherwise), the book of the window in progress, and trades. It needs no network
/// and no account.
///
/// A pure value: what it produces depends on seed, start and configuration alone, is the same on
/// every machine, and does not depend on how the calls of `next(upTo:)` cut the time. Orders of
/// ours do not move it; whether they fill is the paper venue's business.
///
/// A window's events come in this order: `marketListed` (`listingLead` before its start),
/// `bookReplaced` at its start, then `levelChanged`, `traded`, `bookReplaced` until its end, and
/// `marketResolved` 2 to 10 s after it; its `strikeObserved` follows 1 to 2 s after its start. Up wins when the last reference price at or before the end
/// is at or above the strike, which is the last one at or before the start; exactly at each border
/// there is a reference price. The first window is the one in progress at `start`; its strike is
/// the first price.
///
/// Who takes from the book: most orders come without a reason; after a jump of the value somebody
/// often takes the quotes that have not followed yet (`informedShare`); and with `informedFlow` there
/// are takers who know the reference a moment before everybody else does.
///
/// A consumer that applies `bookReplaced` and `levelChanged` has the simulated venue's book. A
/// trade comes before the change of the level that it took from.
public struct MarketSimulator: Sendable {
    /// No second brings more events than this: changes of levels are at least a millisecond apart,
    /// and so are taker orders, of at most four events each; prices, whole books and the turn of a
    /// window are far fewer. In fact a busy second has a few hundred.
    public static let eventsPerSecondMax = 5_200

    /// What has happened and not yet been handed out. All of it happened at `emittedAt`.
    private enum Emission {
        case reference(ReferencePrice)
        case listed(MarketID, start: Timestamp)
        case book
        case level(Side, tick: Int)
        case trade(takerSide: Side, tick: Int, size: Int64)
        case resolved(MarketID, winner: Outcome)
        case strike(MarketID, ReferencePrice)
    }
    private var emissions: [Emission] = []
    private var emittedCount = 0
    private var emittedAt: Timestamp
    private var venueTime = Timestamp(nanoseconds: 0)

    private let seed: UInt64
    private let configuration: Configuration
    private var random: SimulatorRandom

    private var reference: ReferencePath
    private var makers: SimulatedMakers
    private var takers: SimulatedTakers
    /// The venue's book as of the last event, once everything that happened is handed out.
    private(set) var book = SimulatedBook()
    /// Lent to consumers inside `bookReplaced`; refilled in place once they let go of it.
    private var snapshot: BookSnapshot

    private var market: MarketID
    private var windowStart: Timestamp
    private var windowEnd: Timestamp { windowStart + configuration.windowLength }
    private var strike: ReferencePrice
    /// When the settlement feed tells the strike of the window in progress; `nil` once it has.
    private var strikeDue: Timestamp?
    private var strikeRandom: SimulatorRandom
    private var isNextListed = false
    private var resolution: (due: Timestamp, market: MarketID, winner: Outcome)?

    private var referenceAt: Timestamp
    /// When somebody who knows what is coming trades on it.
    private var informedDue: Timestamp?
    private var bookDue: Timestamp
    private var tradeDue: Timestamp
    private var snapshotDue: Timestamp

    /// - Parameters:
    ///   - start: the instant of the first events, 1970 or later. Any point of a window.
    ///   - configuration: within the ranges its fields document.
    public init(seed: UInt64, start: Timestamp, configuration: Configuration = .init()) {
        precondition(
            start.nanoseconds >= 0 && start.nanoseconds < Int64.max / 2,
            "the simulation begins in 1970 or later"
        )
        configuration.validate()
        self.seed = seed
        self.configuration = configuration
        random = SimulatorRandom(seed: seed, stream: 1)
        windowStart = SimulatedWindow.start(at: start, length: configuration.windowLength)
        reference = ReferencePath(
            configuration: configuration,
            random: SimulatorRandom(seed: seed, stream: 2),
            start: start,
            windowStart: windowStart
        )
        makers = SimulatedMakers(
            configuration: configuration,
            random: SimulatorRandom(seed: seed, stream: 3)
        )
        takers = SimulatedTakers(
            configuration: configuration,
            random: SimulatorRandom(seed: seed, stream: 4),
            informedRandom: SimulatorRandom(seed: seed, stream: 6)
        )
        strikeRandom = SimulatorRandom(seed: seed, stream: 5)
        market = configuration.firstMarket
        strike = reference.now.published
        snapshot = BookSnapshot(
            market: market,
            bids: [],
            asks: [],
            tickSize: .hundredth,
            venueTime: start
        )
        emittedAt = start
        referenceAt = start
        bookDue = start
        tradeDue = start
        snapshotDue = start
        emissions.reserveCapacity(SimulatedTakers.levelsMax + 2)
        snapshot.bids.reserveCapacity(SimulatedBook.highestTick)
        snapshot.asks.reserveCapacity(SimulatedBook.highestTick)
        emissions.append(.reference(strike))
        emissions.append(.listed(market, start: windowStart))
        openBook(at: start)
        reference.draw(&random)
        scheduleStrike(after: start)
    }

    /// When the next event is due. (With informed flow, also an instant at which somebody finds that
    /// there is nothing to take after all.)
    public var nextDue: Timestamp {
        emittedCount < emissions.count ? emittedAt : upcoming.due
    }

    /// The next event not later than `now`, with the instant at which it happened; `nil` when none
    /// is due. Times never decrease. A market event's `venueTime` is a few milliseconds before its
    /// time, and never decreases either.
    public mutating func next(upTo now: Timestamp) -> (time: Timestamp, event: EngineEvent)? {
        while emittedCount == emissions.count {
            let (due, clock) = upcoming
            guard due <= now else { return nil }
            emissions.removeAll(keepingCapacity: true)
            emittedCount = 0
            emittedAt = due
            run(clock, at: due)
        }
        guard emittedAt <= now else { return nil }
        let emission = emissions[emittedCount]
        emittedCount += 1
        return (emittedAt, event(emission))
    }

    /// Everything that happened has been handed out: `book` is what a consumer has.
    var isDrained: Bool { emittedCount == emissions.count }

    // MARK: - What happens next

    private enum Clock {
        case reference, rollover, strike, resolution, listing, informed, trade, snapshot, book
    }

    /// The earliest clock; of equal ones the first in the order of `Clock`, so that the price at a
    /// border is known before the window ends.
    private var upcoming: (due: Timestamp, clock: Clock) {
        var due = reference.due
        var clock = Clock.reference
        if windowEnd < due { (due, clock) = (windowEnd, .rollover) }
        if let strikeDue, strikeDue < due { (due, clock) = (strikeDue, .strike) }
        if let resolution, resolution.due < due { (due, clock) = (resolution.due, .resolution) }
        if !isNextListed {
            let listing = max(windowEnd - configuration.listingLead, emittedAt)
            if listing < due { (due, clock) = (listing, .listing) }
        }
        if let informedDue, informedDue < due { (due, clock) = (informedDue, .informed) }
        if tradeDue < due { (due, clock) = (tradeDue, .trade) }
        if snapshotDue < due { (due, clock) = (snapshotDue, .snapshot) }
        if bookDue < due { (due, clock) = (bookDue, .book) }
        return (due, clock)
    }

    /// Does what is due. At least one emission follows, but for the informed.
    private mutating func run(_ clock: Clock, at now: Timestamp) {
        switch clock {
        case .reference:
            moveReference(at: now)
        case .rollover:
            rollOver(at: now)
        case .strike:
            emissions.append(.strike(market, strike))
            strikeDue = nil
        case .resolution:
            if let resolution {
                emissions.append(.resolved(resolution.market, winner: resolution.winner))
            }
            resolution = nil
        case .listing:
            isNextListed = true
            emissions.append(.listed(MarketID(index: market.index + 1), start: windowEnd))
        case .informed:
            informedDue = nil
            if let order = takers.informedOrder(book) { execute(order, at: now) }
        case .trade:
            trade(at: now)
        case .snapshot:
            makers.redraw(&book)
            emissions.append(.book)
            scheduleSnapshot(after: now)
        case .book:
            changeLevel(at: now)
        }
    }

    private mutating func moveReference(at now: Timestamp) {
        let elapsed = now - referenceAt
        referenceAt = now
        reference.advance()
        emissions.append(.reference(reference.now.published))
        reference.draw(&random)
        let jumped = makers.revalue(
            reference: reference.now,
            strikeDollars: strike.dollars,
            remaining: windowEnd - now,
            elapsed: elapsed,
            now: now
        )
        if makers.isStale(book) { bookDue = min(bookDue, now + makers.reactionTime(now: now)) }
        if jumped, let due = takers.jumped(now: now) { tradeDue = min(tradeDue, due) }
        lookAhead(at: now)
    }

    /// Those who know look at what the makers will think, and whether the book still offers otherwise.
    private mutating func lookAhead(at now: Timestamp) {
        guard let coming = reference.ahead(at: now) else { return }
        let value = makers.value(
            coming,
            strikeDollars: strike.dollars,
            remaining: max(0, (windowEnd - (now + configuration.informedLead)).seconds)
        )
        if let due = takers.looked(ahead: value, book, now: now) { informedDue = due }
    }

    private mutating func rollOver(at now: Timestamp) {
        let settled = reference.now.published
        let wait = Duration(
            nanoseconds: 2_000_000_000 + Int64(random.integer(below: 8_000_000_000))
        )
        resolution = (now + wait, market, settled < strike ? .no : .yes)
        strike = settled
        if !isNextListed {
            emissions.append(.listed(MarketID(index: market.index + 1), start: windowEnd))
        }
        windowStart = windowEnd
        market = MarketID(index: market.index + 1)
        isNextListed = false
        openBook(at: now)
        scheduleStrike(after: now)
    }

    /// 1 to 2 s later, as the settlement feed does.
    private mutating func scheduleStrike(after start: Timestamp) {
        let wait = 1_000_000_000 + Int64(strikeRandom.integer(below: 1_000_000_000))
        strikeDue = start + Duration(nanoseconds: wait)
    }

    private mutating func openBook(at now: Timestamp) {
        makers.forget()
        makers.open(&book)
        emissions.append(.book)
        bookDue = now + makers.gap(book, now: now)
        tradeDue = now + takers.gap(now: now)
        scheduleSnapshot(after: now)
    }

    private mutating func scheduleSnapshot(after now: Timestamp) {
        let mean = configuration.snapshotInterval.seconds
        let seconds = 0.25 * mean + random.exponential(mean: 0.75 * mean)
        snapshotDue = now + Duration(nanoseconds: Int64(seconds * 1e9))
    }

    private mutating func changeLevel(at now: Timestamp) {
        let (side, tick) = makers.changeOne(&book, now: now)
        emissions.append(.level(side, tick: tick))
        bookDue = now + makers.gap(book, now: now)
    }

    private mutating func trade(at now: Timestamp) {
        tradeDue = now + takers.gap(now: now)
        guard let order = takers.order(book, fairTicks: makers.fairTicks) else {
            changeLevel(at: now)
            return
        }
        execute(order, at: now)
    }

    /// One taker order: a print for each level it takes from, then the level's new size, or the
    /// whole book when it swept more than one.
    private mutating func execute(_ order: SimulatedTakers.TakerOrder, at now: Timestamp) {
        let resting = order.side.opposite
        var left = order.size
        var levels = 0
        var last = book.best(resting)
        while left > 0, levels < SimulatedTakers.levelsMax, !book.isEmpty(resting) {
            let tick = book.best(resting)
            guard order.side == .buy ? tick <= order.limit : tick >= order.limit else { break }
            let available = book.size(resting, tick)
            let taken = min(left, available)
            left -= taken
            levels += 1
            book.set(resting, tick, available - taken)
            emissions.append(.trade(takerSide: order.side, tick: tick, size: taken))
            if taken == available { makers.touchTaken(resting, now: now) }
            last = tick
        }
        emissions.append(levels > 1 ? .book : .level(resting, tick: last))
    }

    // MARK: - Handing out

    private mutating func event(_ emission: Emission) -> EngineEvent {
        switch emission {
        case .reference(let price):
            return .referenceChanged(price, venueTime: stamp())
        case .listed(let id, let start):
            return .marketListed(
                SimulatedWindow.definition(
                    id: id,
                    start: start,
                    length: configuration.windowLength,
                    seed: seed
                )
            )
        case .book:
            book.fill(&snapshot)
            snapshot.market = market
            snapshot.venueTime = stamp()
            return .bookReplaced(snapshot)
        case .level(let side, let tick):
            return .levelChanged(
                LevelChange(
                    market: market,
                    side: side,
                    level: book.level(side, tick),
                    venueTime: stamp()
                )
            )
        case .trade(let takerSide, let tick, let size):
            return .traded(
                TradePrint(
                    market: market,
                    takerSide: takerSide,
                    price: SimulatedBook.price(tick),
                    size: Quantity(raw: size * 10_000),
                    venueTime: stamp()
                )
            )
        case .resolved(let id, let winner):
            return .marketResolved(id, winner: winner)
        case .strike(let id, let price):
            return .strikeObserved(id, price, .settlementFeed)
        }
    }

    /// When the venue sent what arrives now: a network delay ago, but not before its last message.
    private mutating func stamp() -> Timestamp {
        let delay = min(
            random.exponential(mean: configuration.networkDelay.seconds),
            Self.networkDelayMax.seconds
        )
        let sent = emittedAt - (Self.networkDelayMin + Duration(nanoseconds: Int64(delay * 1e9)))
        venueTime = max(venueTime, sent)
        return venueTime
    }
    private static let networkDelayMin = Duration.milliseconds(1)
    private static let networkDelayMax = Duration.milliseconds(30)
}
