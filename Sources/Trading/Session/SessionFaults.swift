/// Everything that goes wrong around a simulated session but for its venue's answers
/// (`LinkFaults`), in order of time.
struct SessionFaults {
    /// What is due next, at `now`.
    enum Next {
        /// An answer of the venue, or the engine's clock.
        case answer
        /// A market message reaches the engine.
        case message
        /// Something happens in the simulated market.
        case market
        case gridChange
        case operatorActs
        /// The process stands still until then.
        case sleep(until: Timestamp)
    }

    private(set) var now: Timestamp
    var feeds: FeedFaults
    private var grid: GridChanges
    private var operatorScript: OperatorScript
    private var sleeps: SleepPlan?
    /// What the operator has done and the engine has not heard.
    private var controls: [EngineEvent] = []
    private var asleepUntil = Timestamp(nanoseconds: 0)

    init(_ plan: FaultPlan, seed: UInt64, windowLength: Duration, _ start: Timestamp) {
        func random(_ stream: UInt64) -> SimulatorRandom {
            SimulatorRandom(seed: seed, stream: stream)
        }
        now = start
        feeds = FeedFaults(plan, random: random(13))
        grid = GridChanges(mean: plan.gridInterval, random: random(14))
        operatorScript = OperatorScript(plan, random: random(15))
        operatorScript.begin(at: start)
        if plan.sleepsBeforeEnd {
            sleeps = SleepPlan(windowLength: windowLength, start: start, random: random(16))
        }
    }

    /// The earliest thing due by `end`, at which `now` stands afterwards; `nil` when there is none.
    /// - Parameters:
    ///   - market: when the simulated market has something.
    ///   - session: when the session has.
    mutating func next(_ market: Timestamp, _ session: Timestamp?, upTo end: Timestamp) -> Next? {
        var due = market
        var next = Next.market
        // Answers before messages, and both before what happens in the market, at one instant.
        if let grid = grid.nextDue, grid <= due { (due, next) = (grid, .gridChange) }
        if let act = operatorScript.nextDue, awake(act) <= due {
            (due, next) = (awake(act), .operatorActs)
        }
        if let message = feeds.nextDue, awake(message) <= due {
            (due, next) = (awake(message), .message)
        }
        if let session, awake(session) <= due { (due, next) = (awake(session), .answer) }
        guard due <= end else { return nil }
        now = max(now, due)
        if let sleep = sleeps, now >= sleep.from {
            sleeps?.planNext()
            // The connections' buffers run over.
            feeds.lose(until: sleep.until)
            asleepUntil = sleep.until
            return .sleep(until: sleep.until)
        }
        return next
    }

    private func awake(_ due: Timestamp) -> Timestamp { max(due, asleepUntil) }

    /// The simulated market's event as the venue has it, on its way to the engine; `nil` where
    /// nothing is shown.
    mutating func happens(_ event: EngineEvent, at time: Timestamp) -> EngineEvent? {
        guard let event = grid.onGrid(event, at: time) else { return nil }
        feeds.take(event, at: time)
        return event
    }

    mutating func changeGrid() -> EngineEvent? {
        guard let change = grid.change(at: now) else { return nil }
        feeds.take(change, at: now)
        return change
    }

    mutating func act(isKilled: Bool, on path: OrderPath) {
        operatorScript.act(at: now, isKilled: isKilled, on: path, into: &controls)
    }

    mutating func popControl() -> EngineEvent? {
        controls.isEmpty ? nil : controls.removeFirst()
    }
}

/// When the process stands still: once a window, from about the beginning of its reduce-only stretch, or
/// later in it, until shortly before or after its end. In the last minute an engine does nothing; that it does not matter whether
/// it was awake is part of the test.
struct SleepPlan: Sendable {
    private(set) var from: Timestamp
    private(set) var until: Timestamp
    private var windowEnd: Timestamp
    private let windowLength: Duration
    private var random: SimulatorRandom

    init(windowLength: Duration, start: Timestamp, random: SimulatorRandom) {
        self.windowLength = windowLength
        self.random = random
        windowEnd = SimulatedWindow.start(at: start, length: windowLength)
        from = start
        until = start
        planNext()
    }

    mutating func planNext() {
        windowEnd = windowEnd + windowLength
        // Mostly most of the reduce-only stretch too: it is the same thing for half a minute.
        let before = random.chance(0.7) ? random.uniform(79, 94) : random.uniform(58, 79)
        from = windowEnd - Duration(nanoseconds: Int64(before * 1e9))
        until = windowEnd + .milliseconds(Int64(random.integer(below: 7_000)) - 4_000)
    }
}
