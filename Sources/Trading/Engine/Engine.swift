/// The market maker, as a pure value: events and the time in, effects out. No I/O, no clock, no
/// randomness; the same events give the same effects on every run of a build.
///
/// One call handles one event:
/// book and feeds are brought up to date, then every market in its window is valued
/// (`Engine+Valuation`), judged (`Engine+Judging`), decided (`Engine+Quoting`) and its orders are
/// brought in line (`Engine+Aligning`), then what a dashboard should see is published
/// (`Engine+Ticks`).
///
/// It is large (ten kilobytes), and a method that does not mutate is handed a copy of it wherever the
/// compiler cannot prove that nothing changes meanwhile; that was half of an event's time. So what
/// only reads on an event's way is `mutating` too, or inlined, or asked of the markets' array.
public struct Engine {
    /// What does not change during a session.
    public struct Configuration: Equatable, Sendable {
        /// Cash at the start of a paper session.
        public var startingCash = Money(dollars: 1_000)
        /// Whether a reference price feeds the session. Without one (a recording of books alone),
        /// volatility is measured on the midpoint.
        public var hasReference = true
        /// Whether the reference is the very feed that settles, as in the simulator. Where it is
        /// not (Binance beside Chainlink), its prices are converted (`Engine+Settlement`).
        public var isReferenceSettling = true
        /// Quotes are pulled when the market has been silent for longer.
        public var marketSilenceMax = Duration.seconds(10)
        /// Whether orders go to a venue outside the process, which is asked rather than known: its
        /// orders are reconciled, a cancel-all is confirmed, cash and shares are the account's
        /// (`Engine+Venue`).
        public var isVenueOutside = false
        /// Whether pairs are merged: a transaction of the chain, which somebody has to make.
        public var mergesPairs = true
        /// Whether what is left of a position in a window's last minute is sold to whoever bids,
        /// where that is worth more than holding it (`Engine+Exits`).
        public var exitsBeforeEnd = false
        /// What an order may risk.
        public var limits = RiskLimits()
        /// When the session is held down, or stopped.
        public var runtimeLimits = RuntimeLimits()
        /// The guards that act; what is left out is fed all the same. What each is worth:
        /// `perf/guards.md`.
        public var guards = GuardSelection.all
        public init() {}
    }

    /// Markets kept at a time: the current window, the next one, and those not yet resolved.
    public static let marketsMax = 16
    /// Markets no longer kept whose winners are remembered: a day of five-minute windows. A fill of
    /// one of them that is told late is booked like one of a market that is kept.
    static let settledMax = 288
    /// Least time between two refreshes of one token, and the most.
    static let refreshMin = Duration.milliseconds(100)
    static let refreshMax = Duration.seconds(5)
    /// After a stop, orders not known to be gone are cancelled again this often (risk 4).
    static let cancelAllPatience = Duration.seconds(2)
    /// A state that lasts is told again after this long.
    static let stateRepeat = Duration.seconds(30)

    public let configuration: Configuration
    public internal(set) var parameters: Parameters
    public internal(set) var portfolio: Portfolio
    public internal(set) var statistics = EngineStatistics()
    public internal(set) var stateHash = StateHash()

    /// Every order passes it.
    public internal(set) var gate: RiskGate
    var markets: [MarketState] = []
    /// The market whose window is (or was last) open.
    var current: Int?
    /// Whether the session may quote at all, and how much.
    public internal(set) var monitor: RiskMonitor
    /// When feeds and marks are looked at next.
    var nextWatch: Timestamp?
    /// The session was held down or stopped, and its return has not been told yet.
    var mustTellResumed = false
    /// While the stop is latched and no order stands: when `KILLED` was last told.
    var killedToldAt: Timestamp?
    /// When everything was asked to be cancelled last, and when it was last told to have failed.
    var cancelAllSentAt: Timestamp?
    var cancelAllFailureToldAt: Timestamp?
    var isStopping = false
    var hasFinished = false
    var hasStarted = false

    /// Of a venue outside the process.
    var account = AccountState()
    var gas = GasWatch()
    /// How far our clock is off for certain, as it was last measured.
    var measuredSkew = Duration.zero

    var reference: ReferencePrice?
    var referenceArrival: Timestamp?
    /// The last reference price was asked for, as its stream is down.
    var isReferencePolled = false
    var averages = ReferenceAverage()
    var settlementFeed = SettlementFeed()
    var volatility = Volatility()
    /// How taker flow thins out with depth; of the whole family, as the markouts are.
    var flowDecay = FlowDecay()
    /// What happens after our fills; of the whole family, so it outlives the windows.
    var markouts = MarkoutTracker()
    /// Where the profit of markets came from that are no longer kept.
    var attributionClosed = Attribution()
    /// Who won in markets that are no longer kept, newest last.
    var settled: [SettledMarket] = []
    /// The price of the last one-second sample, and when the next is due.
    var lastSample: Double?
    var nextSample: Timestamp?
    var lastSampleTime: Timestamp?

    var nextOrderNumber: UInt64 = 1
    var seq: UInt64 = 0
    /// Stamp of the last tick; the next is later by at least a microsecond.
    var lastTickTime = Timestamp(nanoseconds: 0)
    var lastGlobalTick: Timestamp?
    /// Time from sending an order to its acceptance, the last one measured.
    var orderLatency: Duration?
    var cancelTimes = CancelTimes()
    /// Fills already booked, newest last; a fill told twice is booked once.
    var lastTradeIDs: [UInt64] = []

    /// - Parameter isKilled: whether a latch was found at start: the engine then streams and does
    ///   not quote until it is rearmed.
    public init(configuration: Configuration, parameters: Parameters, isKilled: Bool = false) {
        self.configuration = configuration
        self.parameters = parameters
        gate = RiskGate(limits: configuration.limits)
        monitor = RiskMonitor(
            limits: configuration.runtimeLimits,
            maxPosition: parameters.maxPosition,
            isLatched: isKilled
        )
        portfolio = Portfolio(startingCash: configuration.startingCash)
        markets.reserveCapacity(Self.marketsMax)
        settled.reserveCapacity(Self.settledMax)
        lastTradeIDs.reserveCapacity(Self.tradeIDsKept)
        if isKilled { self.parameters.isRunning = false }
    }

    /// Handles one event. `now` never decreases from call to call.
    /// - Parameter effects: what is to be done, appended in order.
    public mutating func handle(
        _ event: EngineEvent,
        at now: Timestamp,
        into effects: inout [EngineEffect]
    ) {
        if !hasStarted { start(now, &effects) }
        reconcile(now, &effects)
        statistics.events += 1
        markouts.timePassed(at: now)
        switch event {
        case .marketListed(let definition): list(definition, now, &effects)
        case .bookReplaced(let snapshot): replaceBook(snapshot, now)
        case .levelChanged(let change): changeLevel(change, now)
        case .traded(let print): noteTrade(print, now)
        case .tickSizeChanged(let id, let tickSize): changeTickSize(id, tickSize, now, &effects)
        case .bookDoubted(let id, let doubt): doubtBook(id, doubt, now, &effects)
        case .marketResolved(let id, let winner): resolve(id, winner, now, &effects)
        case .referenceChanged(let price, _):
            reference = price
            referenceArrival = now
            isReferencePolled = false
            averages.observe(price, at: now)
            // Before anything is valued: the danger comes first.
            warnGuards(price, now)
            markCurrentDirty()
        case .referencePolled(let price, let roundTrip):
            takePolled(price, roundTrip: roundTrip, now, &effects)
        case .referenceHistory(let history): takeHistory(history, now)
        case .settlementObserved(let price, let averaged, let stamp):
            observeSettlement(price, averaged: averaged, stamp: stamp, now, &effects)
        case .strikeObserved(let id, let price, let source):
            observeStrike(id, price, source, now, &effects)

        case .orderAccepted(let id): accept(id, now, &effects)
        case .orderRejected(let id, let why): reject(id, why, now, &effects)
        case .orderFilled(let fill): book(fill, now, &effects)
        case .orderCancelled(let id, let why): finishCancel(id, why, now, &effects)
        case .cancelRejected(let id): finishLateCancel(id, now)

        case .pairsMerged(let id, let pairs, let gas):
            finishMerge(id, pairs, gas: gas, now, &effects)
        case .mergeRejected(let id): failMerge(id, now)

        case .orderUnknown(let id): noteUnknown(id, now, &effects)
        case .fillReversed(let fill): reverse(fill, now, &effects)
        case .venueFaultChanged(let fault, let isPresent):
            inform(.venueFaultChanged(fault, isPresent: isPresent), now, &effects)
        case .ordersReconciled: finishReconciliation(now, &effects)
        case .cancelAllConfirmed: account.isCancelConfirmed = true
        case .balanceObserved(let collateral): observeBalance(collateral, now, &effects)
        case .gasObserved(let gas):
            account.gas = gas
            markCurrentDirty()
        case .holdingsObserved(let id, let yes, let no):
            observeHoldings(id, yes: yes, no: no, now, &effects)
        case .clockMeasured(let offset, let uncertainty):
            noteClock(offset: offset, uncertainty: uncertainty)
        case .clockStepped(let step): noteClock(step: step, now, &effects)

        case .parametersPatched(let patch, let control): apply(patch, control, now, &effects)
        case .emergencyStopped: stop(now, &effects)
        case .rearmed: rearm(now, &effects)
        case .shutdownRequested: beginShutdown(now, &effects)
        case .recordingChanged(let isHealthy):
            inform(.recordingChanged(isHealthy: isHealthy), now, &effects)
        case .decisionLagMeasured(let p99, let worst):
            inform(.decisionLagChecked(p99: p99, worst: worst), now, &effects)
        case .timePassed: break
        }
        sampleVolatility(now, &effects)
        updateCurrent(now, &effects)
        watch(now, &effects)
        decide(now, &effects)
        mergePairs(now, &effects)
        advanceStops(now, &effects)
        refresh(now, &effects)
    }

    /// The index of a market among those kept.
    func index(of id: MarketID) -> Int? { markets.index(of: id) }

    /// The market and side of an order of ours.
    func find(_ id: OrderID) -> (market: Int, side: Side)? { markets.find(id) }
}

/// Counts of a session, for reports and metrics.
public struct EngineStatistics: Equatable, Sendable {
    public var events: Int64 = 0
    public var ticks: Int64 = 0
    public var marketsListed: Int64 = 0
    public var marketsResolved: Int64 = 0
    public var ordersPlaced: Int64 = 0
    public var ordersAccepted: Int64 = 0
    public var ordersRejected: Int64 = 0
    public var ordersCancelled: Int64 = 0
    public var ordersDenied: Int64 = 0
    /// Quotes replaced.
    public var orderUpdates: Int64 = 0
    public var fills: Int64 = 0
    public var fillsDuplicate: Int64 = 0
    /// Fills taken back because their trades failed.
    public var fillsReversed: Int64 = 0
    /// Strikes that contradicted one that is at least as trusted.
    public var strikesContradicted: Int64 = 0
    /// Prices of the settlement feed that cannot be.
    public var settlementPricesRefused: Int64 = 0
    /// Histories of the reference that warmed the estimators, and those that cannot be.
    public var historiesTaken: Int64 = 0
    public var historiesRefused: Int64 = 0
    /// Events about markets or orders that the engine does not know.
    public var eventsUnmatched: Int64 = 0
    /// Extremes of YES minus NO shares in any one market.
    public var inventoryMin = Quantity.zero
    public var inventoryMax = Quantity.zero
}
