/// A venue for our orders that risks no money: fed with the same market events as the engine, it
/// answers the engine's orders as the real venue would. A pure value: no clock, no I/O; the same
/// seed and the same calls give the same answers.
///
/// # The contract
///
/// Where the public data cannot tell what the real venue would have done, the answer that is worse
/// for us is taken: late in the queue when that withholds a fill at our price, filled when the
/// market has moved through it.
///
/// **Time.** A message of ours takes its latency and a random 0 ... `jitter` to reach the venue, an
/// answer takes `answerLatency` back; market events are the venue's state at the instant at which
/// they are observed. Messages may overtake each other, as on several connections, but the cancel
/// of one order never overtakes that order. `now` never runs backwards, and whoever drives the
/// venue takes the answers due (`next(upTo: now)`) before observing an event at `now`. How the
/// calls of `next` are split changes nothing.
///
/// **Budget.** Orders and cancels have a token bucket each, as the venue keeps them for every signer
/// (docs.polymarket.com, "Trading rate limits"; the defaults are its standard tier). An order beyond
/// it is `rateLimited`; a cancel beyond it waits for its token, as one that is refused and repeated
/// does. `cancelAll` is never refused: what it ends is charged afterwards.
///
/// **Arrival.** An order within the budget is checked in this order: the market is unknown, ended or resolved →
/// `marketClosed`; the price is off the present grid, or 0 or 1 → `offTick`; the size is below the
/// minimum → `sizeTooSmall`; it would take from the opposite side, orders of our own included →
/// `wouldCross` (quotes are post-only; a BUY of NO at `1 - a` is an offer of YES at `a`).
/// Otherwise it is accepted and rests behind what is displayed at its price: its *queue*. Without
/// a book the queue is what the next snapshot shows. Balances are the engine's business.
///
/// **The queue** never grows. It shrinks by prints at the price, and to what is displayed when less
/// than it is displayed: those behind us cancel first. (Ours are not in the displayed size.) A
/// print and the shrinking display are two reports of one trade, the display usually first: what
/// it took from the queue within `printDelayMax` is set against prints at the price, so that a
/// trade counts once whichever report comes first. A print that the venue stamped before the last
/// book message that preceded the order's arrival is about the time before it, and skips it.
///
/// **Fills** are at our own price, without a fee.
/// - A print at our price serves the queue first and then us. One without size serves nobody.
/// - A print through our price (we bid 0.50, somebody sold at 0.49) proves that the queue is gone:
///   it fills us, up to its size. One without size fills us whole.
/// - The opposite side of the book at or through our price (best ask <= our bid) fills us with what
///   it displays there beyond our queue. What has filled us once and stays displayed is not counted
///   again; what is added to it is.
///
/// A unit of a print, or of displayed size, fills at most one unit of ours: the better price first,
/// then the earlier order.
///
/// **Exits** (`OrderKind.exit`) take what is displayed on arrival at their price or better, best
/// first, each level at its own price, and pay the market's fee on it (`TakerFee`); what is left is
/// cancelled. What they took stays displayed: an exit cannot know that it would be gone, so whoever
/// sends several in a row is flattered by what returns between them.
///
/// **Merges** of pairs always succeed, after `mergeLatency` and without gas. What is held is the
/// engine's business.
///
/// **Ends.** A cancel that finds its order finished is answered `cancelRejected`; a fill on the way
/// wins. `cancelAll` ends what rests and what is still on its way when it takes effect. When the
/// window ends or the outcome is known, open orders end with `marketClosed`; when the grid changes,
/// with `tickSizeChanged`. Every order submitted ends exactly once: rejected, filled or cancelled.
public struct PaperVenue: Sendable {
    public struct Configuration: Equatable, Sendable {
        /// From sending an order, or a cancel, to its arrival: 5 ms, a host near the venue.
        public var submitLatency = Duration.milliseconds(5)
        public var cancelLatency = Duration.milliseconds(5)
        /// Added to each of the two, uniform from 0 to this.
        public var jitter = Duration.milliseconds(5)
        /// From a decision of the venue to our knowing it.
        public var answerLatency = Duration.milliseconds(5)
        /// From asking for a merge to its being on the chain.
        public var mergeLatency = Duration.seconds(2)
        /// Orders open or on their way; one more is `rateLimited`, at once.
        public var ordersOpenMax = 64
        /// Of the venue's budget for one signer.
        public var ordersPerSecond: Int64 = 40
        public var ordersBurst: Int64 = 60
        public var cancelsPerSecond: Int64 = 80
        public var cancelsBurst: Int64 = 120
        /// A shrinking display and the print that explains it come at most this far apart. In a
        /// recorded game of 483 trades the display came first in 440 of the 443 that could be
        /// matched, by 21 ms in the median and 83 ms at most.
        public var printDelayMax = Duration.milliseconds(100)

        public init() {}
    }

    /// Markets that are open at once. One more is not taken, and its orders are `marketClosed`.
    public static let marketsMax = 1_024

    private let configuration: Configuration
    private var randomState: UInt64
    /// The venue has lived through everything up to here.
    private var clock = Timestamp(nanoseconds: .min)
    /// Slots of closed markets are taken by later ones. The ids lie apart because they are searched
    /// for every event.
    private var markets: [PaperMarket] = []
    private var marketIDs: [MarketID] = []
    /// The earliest end of an open market.
    private var firstWindowEnd = Timestamp(nanoseconds: .max)
    private var messages = PaperMessages()
    private var answers: PaperAnswers
    private var orderBudget: TokenBucket
    private var cancelBudget: TokenBucket

    /// - Precondition: no duration of `configuration` is negative, and no rate or burst is zero.
    public init(configuration: Configuration, seed: UInt64) {
        precondition(
            configuration.submitLatency >= .zero && configuration.cancelLatency >= .zero
                && configuration.jitter >= .zero && configuration.answerLatency >= .zero
                && configuration.mergeLatency >= .zero
                && configuration.printDelayMax >= .zero && configuration.ordersOpenMax >= 0,
            "a latency is not negative"
        )
        self.configuration = configuration
        randomState = seed
        answers = PaperAnswers(latency: configuration.answerLatency)
        orderBudget = TokenBucket(
            ratePerSecond: configuration.ordersPerSecond,
            burst: configuration.ordersBurst
        )
        cancelBudget = TokenBucket(
            ratePerSecond: configuration.cancelsPerSecond,
            burst: configuration.cancelsBurst
        )
    }

    // MARK: Our messages

    /// Sends an order.
    /// - Precondition: its id is in use by no other order, and its size is at most
    ///   `OrderBook.levelSizeMax`.
    public mutating func submit(_ approved: ApprovedOrder, at now: Timestamp) {
        submitUnchecked(approved.order, at: now)
    }

    /// For tests of the venue alone, which must send what the gate would refuse.
    mutating func submitUnchecked(_ order: Order, at now: Timestamp) {
        precondition(order.size <= OrderBook.levelSizeMax, "an order is no larger than a level")
        let now = live(through: now)
        precondition(
            !messages.holdsSubmit(order.id) && !markets.contains { $0.holds(order.id) },
            "an order id is used once"
        )
        let arrival = now + configuration.submitLatency + randomJitter()
        guard openOrderCount + inFlightCount < configuration.ordersOpenMax else {
            answers.append(.rejected(order.id, .rateLimited), at: now)
            return
        }
        messages.insert(.submit(order), arrival: arrival)
    }

    /// Sends a cancel.
    public mutating func cancel(_ id: OrderID, at now: Timestamp) {
        let now = live(through: now)
        let arrival = now + configuration.cancelLatency + randomJitter()
        messages.insert(.cancel(id), arrival: max(arrival, messages.arrivalOfSubmit(id) ?? arrival))
    }

    /// Sends a cancel of everything, in all markets. What is still on its way when it takes effect
    /// ends too, so that nothing of ours submitted before then comes to rest afterwards.
    public mutating func cancelAll(at now: Timestamp) {
        let now = live(through: now)
        messages.insert(.cancelAll, arrival: now + configuration.cancelLatency + randomJitter())
    }

    /// Asks for a merge of pairs.
    public mutating func merge(_ market: MarketID, pairs: Quantity, at now: Timestamp) {
        let now = live(through: now)
        messages.insert(.merge(market, pairs), arrival: now + configuration.mergeLatency)
    }

    // MARK: The market

    /// Tells the venue what has happened in the market. Events that are not the market's are
    /// ignored, as are those of markets that are unknown or closed.
    public mutating func observe(_ event: EngineEvent, at now: Timestamp) {
        let now = live(through: now)
        switch event {
        case .marketListed(let definition):
            list(definition, at: now)
        case .bookReplaced(let snapshot):
            guard let slot = openSlot(of: snapshot.market) else { return }
            markets[slot].replaceBook(with: snapshot, at: now, into: &answers)
        case .levelChanged(let change):
            guard let slot = openSlot(of: change.market) else { return }
            markets[slot].change(change, at: now, into: &answers)
        case .traded(let print):
            guard let slot = openSlot(of: print.market) else { return }
            markets[slot].trade(print, at: now, into: &answers)
        case .tickSizeChanged(let id, let tickSize):
            guard let slot = openSlot(of: id) else { return }
            markets[slot].changeTickSize(to: tickSize, at: now, into: &answers)
        case .marketResolved(let id, winner: _):
            guard let slot = openSlot(of: id) else { return }
            close(slot, at: now)
        case .bookDoubted, .referenceChanged, .referencePolled, .referenceHistory,
            .settlementObserved, .strikeObserved,
            .orderAccepted, .orderRejected, .orderFilled, .orderCancelled,
            .cancelRejected, .pairsMerged, .mergeRejected, .parametersPatched, .emergencyStopped,
            .rearmed, .shutdownRequested, .recordingChanged, .decisionLagMeasured, .timePassed,
            .orderUnknown, .fillReversed, .venueFaultChanged, .ordersReconciled,
            .cancelAllConfirmed, .balanceObserved, .gasObserved, .holdingsObserved, .clockMeasured,
            .clockStepped:
            return
        }
    }

    // MARK: Its answers

    /// When `next(upTo:)` will have something, or have found that there is nothing to say (a
    /// `cancelAll` that met no order); `nil` while nothing is under way.
    public var nextDue: Timestamp? {
        if let due = answers.firstDue { return due }
        var first = messages.firstArrival
        // By index: a market is large, and would be copied.
        for slot in markets.indices where !markets[slot].isClosed && markets[slot].orderCount > 0 {
            let end = markets[slot].definition.windowEnd
            first = min(first ?? end, end)
        }
        return first.map { $0 + configuration.answerLatency }
    }

    /// Takes the oldest answer that has reached us by `now`, with the instant at which it did.
    public mutating func next(upTo now: Timestamp) -> (time: Timestamp, event: EngineEvent)? {
        // No further than the answer needs, so that what the engine does about it at its `time`
        // still comes before whatever the venue has not lived through.
        while answers.isEmpty, step(upTo: now - configuration.answerLatency) {}
        return answers.popFirst(upTo: now)
    }

    /// Orders of ours that rest at the venue.
    public var openOrderCount: Int {
        var count = 0
        for index in markets.indices { count += markets[index].orderCount }
        return count
    }

    /// Orders of ours that have not arrived yet.
    public var inFlightCount: Int { messages.submitCount }

    // MARK: The venue's time

    /// Lives through everything up to `now`, and returns `now`.
    private mutating func live(through now: Timestamp) -> Timestamp {
        while step(upTo: now) {}
        clock = max(clock, now)
        return clock
    }

    /// Lives through the next thing that is due by `limit`: a market's end, before a message of
    /// ours at the same instant. `false` when there is none.
    private mutating func step(upTo limit: Timestamp) -> Bool {
        let arrival = messages.firstArrival ?? Timestamp(nanoseconds: .max)
        guard min(firstWindowEnd, arrival) <= limit else { return false }
        if firstWindowEnd <= arrival {
            clock = max(clock, firstWindowEnd)
            for slot in markets.indices where markets[slot].definition.windowEnd <= firstWindowEnd {
                if !markets[slot].isClosed { markets[slot].close(at: clock, into: &answers) }
            }
            findFirstWindowEnd()
            return true
        }
        guard let message = messages.popFirst() else { return false }
        clock = max(clock, arrival)
        receive(message, at: clock)
        return true
    }

    private mutating func receive(_ message: PaperMessages.Message, at now: Timestamp) {
        switch message {
        case .submit(let order):
            guard orderBudget.take(at: now) else {
                answers.append(.rejected(order.id, .rateLimited), at: now)
                return
            }
            guard let slot = marketIDs.firstIndex(of: order.market) else {
                answers.append(.rejected(order.id, .marketClosed), at: now)
                return
            }
            markets[slot].receive(order, at: now, into: &answers)
        case .cancel(let id):
            guard cancelBudget.take(at: now) else {
                messages.insert(.cancel(id), arrival: now + cancelBudget.tokenInterval)
                return
            }
            for slot in markets.indices where markets[slot].orderCount > 0 {
                if markets[slot].cancel(id, at: now, into: &answers) { return }
            }
            answers.append(.cancelRejected(id), at: now)
        case .cancelAll:
            for _ in 0...openOrderCount { cancelBudget.force(at: now) }
            for slot in markets.indices {
                markets[slot].cancelAll(.requested, at: now, into: &answers)
            }
            messages.removeSubmits { answers.append(.cancelled($0, .requested), at: now) }
        case .merge(let market, let pairs): answers.append(.merged(market, pairs), at: now)
        }
    }

    // MARK: Markets

    private func openSlot(of id: MarketID) -> Int? {
        guard let slot = marketIDs.firstIndex(of: id), !markets[slot].isClosed else { return nil }
        return slot
    }

    private mutating func list(_ definition: MarketDefinition, at now: Timestamp) {
        let known = marketIDs.firstIndex(of: definition.id)
        if let slot = known ?? markets.firstIndex(where: { $0.isClosed }) {
            markets[slot].list(definition)
            marketIDs[slot] = definition.id
        } else if markets.count < Self.marketsMax {
            markets.append(
                PaperMarket(definition, printDelayMax: configuration.printDelayMax)
            )
            marketIDs.append(definition.id)
        }
        findFirstWindowEnd()
        // A window that is over already ends at once.
        _ = live(through: now)
    }

    private mutating func close(_ slot: Int, at now: Timestamp) {
        markets[slot].close(at: now, into: &answers)
        findFirstWindowEnd()
    }

    private mutating func findFirstWindowEnd() {
        firstWindowEnd = Timestamp(nanoseconds: .max)
        for market in markets where !market.isClosed {
            firstWindowEnd = min(firstWindowEnd, market.definition.windowEnd)
        }
    }

    // MARK: Chance

    /// Uniform in 0 ... `jitter`, by SplitMix64 (Steele, Lea and Flood, 2014).
    private mutating func randomJitter() -> Duration {
        randomState &+= 0x9E37_79B9_7F4A_7C15
        var mixed = randomState
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed >> 31
        let span = UInt64(configuration.jitter.nanoseconds) + 1
        return Duration(nanoseconds: Int64(mixed.multipliedFullWidth(by: span).high))
    }
}
