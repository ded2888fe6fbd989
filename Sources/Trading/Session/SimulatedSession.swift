/// A whole session on a simulated market, driven by one seed: engine, paper venue, market, and, where
/// a fault plan says so, everything that may go wrong between them. The same seed and setup give the
/// same session on every run of a build.
///
/// One `step` handles one event of the engine. With an audit, each is followed by a comparison with a
/// second set of books; the session stops at the first difference. (No copies: they would share the
/// order path.)
public struct SimulatedSession: ~Copyable {
    public struct Setup: Sendable {
        public var market = MarketSimulator.Configuration()
        public var engine = Engine.Configuration()
        public var parameters = Parameters()
        public var venue = PaperVenue.Configuration()
        /// `nil` where nothing goes wrong. The venue's latencies are the plan's where there is one.
        public var faults: FaultPlan?
        public var start = Timestamp(seconds: 1_776_323_400)
        /// Whether the engine has seen two minutes of the reference before the session begins.
        public var isWarm = false
        /// Whether every event is followed by a comparison (`SessionAudit`).
        public var isAudited = false

        public init() {}
    }

    /// What was wrong, and after which event.
    public struct Violation: Equatable, Sendable {
        public let event: Int64
        public let sentence: String
    }

    public let seed: UInt64
    public let start: Timestamp
    public private(set) var violation: Violation?
    /// The last event handled, and when.
    public private(set) var lastEvent: (time: Timestamp, event: EngineEvent)?

    private var session: TradingSession
    private var market: MarketSimulator
    private let orderPath = OrderPath(isShut: false)
    private var faults: SessionFaults?
    private var audit: SessionAudit?
    private var outputs: [TradingSession.Output] = []
    /// Prices of the reference that the engine was told, and those at which it had an order out.
    private var looks: Int64 = 0
    private var looksQuoted: Int64 = 0
    private var soon = SimulatedMarkouts(horizon: .seconds(5))
    private var later = SimulatedMarkouts(horizon: .seconds(30))

    public init(seed: UInt64, _ setup: Setup) {
        self.seed = seed
        start = setup.start
        market = MarketSimulator(seed: seed, start: setup.start, configuration: setup.market)
        var engine = Engine(configuration: setup.engine, parameters: setup.parameters)
        if setup.isWarm { Self.warm(&engine, setup) }
        let plan = setup.faults
        let venue = PaperVenue(configuration: plan?.venue ?? setup.venue, seed: seed)
        let link = VenueLink(
            venue,
            faults: plan.map {
                LinkFaults($0, random: SimulatorRandom(seed: seed, stream: 12))
            },
            isWatched: setup.isAudited
        )
        if setup.isAudited { audit = SessionAudit(engine) }
        session = TradingSession(engine: engine, link: link, orderPath: orderPath)
        outputs.reserveCapacity(64)
        faults = plan.map {
            SessionFaults($0, seed: seed, windowLength: setup.market.windowLength, setup.start)
        }
    }

    /// A price a second, at and a little above the one that the session begins with.
    private static func warm(_ engine: inout Engine, _ setup: Setup) {
        var effects: [EngineEffect] = []
        let samples = Volatility.samplesNeeded + 5
        for second in 0...samples {
            let raw = setup.market.initialPrice.raw
            let price = ReferencePrice(raw: raw + (second % 2 == 0 ? raw / 40_000 : 0))
            let now = setup.start - .seconds(samples + 1 - second)
            effects.removeAll(keepingCapacity: true)
            engine.handle(.referenceChanged(price, venueTime: now), at: now, into: &effects)
        }
    }

    /// As it is after the last event.
    public var engine: Engine { session.engine }

    /// The engine's events so far.
    public var eventCount: Int64 { session.engine.statistics.events }

    /// Handles the next event that is due until `end`; `false` when there is none, or when something
    /// was wrong.
    public mutating func step(until end: Timestamp) -> Bool {
        guard violation == nil else { return false }
        outputs.removeAll(keepingCapacity: true)
        let isPathShut = orderPath.isShut
        let handled = faults == nil ? stepPlainly(end) : stepWithFaults(end)
        guard let handled else { return false }
        lastEvent = handled
        count(handled.event, at: handled.time)
        guard audit != nil else { return true }
        let decisions = session.takeDecisions()
        audit?.check(
            handled.event,
            at: handled.time,
            outputs: outputs,
            decisions: decisions,
            session: session,
            isPathShut: isPathShut && orderPath.isShut
        )
        if let fault = audit?.fault {
            violation = Violation(event: eventCount, sentence: fault)
            return false
        }
        return true
    }

    private typealias Handled = (time: Timestamp, event: EngineEvent)

    /// Answers and timers before the market, as `TradingSession.handle` has it.
    private mutating func stepPlainly(_ end: Timestamp) -> Handled? {
        let due = market.nextDue
        if session.nextDue != nil,
            let answer = session.advanceOnce(to: min(due, end), into: &outputs)
        {
            return answer
        }
        guard let (time, event) = market.next(upTo: end) else { return nil }
        session.venueObserves(event, at: time)
        session.tell(event, at: time, into: &outputs)
        return (time, event)
    }

    private mutating func stepWithFaults(_ end: Timestamp) -> Handled? {
        guard var faults = self.faults else { return nil }
        self.faults = nil
        defer { self.faults = faults }
        while true {
            if let event = faults.popControl() {
                let now = max(faults.now, lastEvent?.time ?? faults.now)
                session.tell(event, at: now, into: &outputs)
                return (now, event)
            }
            guard let next = faults.next(market.nextDue, session.nextDue, upTo: end) else {
                return nil
            }
            switch next {
            case .answer:
                if let told = session.advanceOnce(to: faults.now, into: &outputs) { return told }
            case .message:
                let event = faults.feeds.next()
                session.tell(event, at: faults.now, into: &outputs)
                return (faults.now, event)
            case .market:
                guard let (time, event) = market.next(upTo: faults.now) else { continue }
                if let event = faults.happens(event, at: time) {
                    session.venueObserves(event, at: time)
                }
            case .gridChange:
                if let change = faults.changeGrid() {
                    session.venueObserves(change, at: faults.now)
                }
            case .operatorActs: faults.act(isKilled: session.engine.isKilled, on: orderPath)
            case .sleep(let end): session.skip(to: end)
            }
        }
    }

    private mutating func count(_ event: EngineEvent, at now: Timestamp) {
        switch event {
        case .orderFilled(let fill):
            soon.filled(fill, at: now)
            later.filled(fill, at: now)
        case .referenceChanged:
            soon.measure(session.engine, at: now)
            later.measure(session.engine, at: now)
            looks += 1
            if let index = session.engine.current, !session.engine.markets[index].hasNoOrders {
                looksQuoted += 1
            }
        default: break
        }
    }

    /// Each market's orders, position and best prices, in a line, for who looks for an error.
    public var marketDescriptions: [String] {
        session.engine.markets.map { market in
            "market \(market.definition.id.index): bid \(market.bid), offer \(market.ask), YES "
                + "\(market.position.yes.shares.shares), NO \(market.position.no.shares.shares), "
                + "book \(market.book.bestBid?.price.raw ?? 0)/"
                + "\(market.book.bestAsk?.price.raw ?? 0), skip "
                + "\(market.skip.map { "\($0.reason)" } ?? "none")"
        }
    }

    /// What has come of the session so far.
    public var result: SimulatedResult {
        SimulatedResult(
            session.engine,
            markout5: soon.sum,
            markout30: later.sum,
            quotedShare: Double(looksQuoted) / Double(max(looks, 1))
        )
    }
}
