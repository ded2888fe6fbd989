internal import Reactor
internal import Synchronization
internal import Trading

/// The trading loop's room: market events in, the session, ticks and records out. Everything here
/// lives on the trading thread.
final class TradingRoom {
    /// Events handled in one turn of the loop, so that a burst does not keep the operator waiting.
    private static let eventsPerTurnMax = 1_000
    /// Records that may wait for the journal's ring; beyond it nothing new is traded.
    private static let recordsWaitingMax = 65_536
    private static let reportInterval = Duration.seconds(1)

    private let loop: EventLoop
    private var session: TradingSession
    private var source: MarketSource
    /// Where orders go when they do not go to paper.
    private let execution: LiveExecution?
    private let clock: SessionClock
    private let exits: TradingExits
    private let ticks: RingProducer<Tick>
    private let records: RingProducer<SessionRecord>
    private var recordsWaiting: [SessionRecord] = []
    private var outputs: [TradingSession.Output] = []
    private var timer: LoopTimer?
    private var nextReport: Timestamp?
    private var lag = LagWatch()
    private var clocks = ClockWatch()
    /// When the next turn should begin.
    private var turnDue: Timestamp?
    /// A limit stopped the session, and the control desk has not been told.
    private var tripUntold: RiskCause?
    private var isFlushing = false
    /// The engine has nothing left to wait for.
    private var hasFinished = false

    init(
        on loop: EventLoop,
        session: TradingSession,
        source: consuming MarketSource,
        execution: LiveExecution?,
        clock: SessionClock,
        exits: TradingExits,
        ticks: RingProducer<Tick>,
        records: RingProducer<SessionRecord>
    ) {
        self.loop = loop
        self.session = session
        self.source = source
        self.execution = execution
        self.clock = clock
        self.exits = exits
        self.ticks = ticks
        self.records = records
        outputs.reserveCapacity(256)
    }

    /// Begins: the first tick leaves during this call.
    func start() {
        let timer = LoopTimer(on: loop) { [unowned self] in self.turn() }
        self.timer = timer
        turn()
        guard let execution else { return }
        execution.spoke = { [unowned self] in self.flush() }
        execution.progress = { [unowned self] in
            UInt64(self.session.engine.statistics.events)
        }
        execution.maxPosition = { [unowned self] in self.session.engine.parameters.maxPosition }
        execution.start()
    }

    /// The operator speaks, or the disk.
    func receive(_ event: EngineEvent) {
        if case .rearmed = event { execution?.rearm() }
        session.handle(event, at: clock.now(), into: &outputs)
        flush()
    }

    /// A feed speaks: something happened, and was received at `time`. `messageEnded` follows.
    func take(_ event: EngineEvent, at time: Timestamp) {
        execution?.observe(event)
        session.handle(event, at: time, into: &outputs)
    }

    /// A feed's message is through. What it led to goes out, and its orders' answers are not waited
    /// for longer than they take.
    func messageEnded() {
        flush()
        guard let due = session.nextDue, let turnDue, due < turnDue else { return }
        let now = clock.now()
        let delay = wait(after: now)
        self.turnDue = now + .milliseconds(Int64(delay))
        timer?.start(afterMilliseconds: delay)
    }

    /// Nothing is done any more.
    func close() {
        timer?.close()
        execution?.close()
        source.close()
    }

    private func turn() {
        let now = clock.now()
        let due = turnDue ?? now
        var handled = 0
        while handled < Self.eventsPerTurnMax, let (time, event) = source.next(upTo: now) {
            session.handle(event, at: time, into: &outputs)
            handled += 1
        }
        let isBehind = handled == Self.eventsPerTurnMax
        if !isBehind { session.advance(to: now, into: &outputs) }
        measureLag(due)
        flush()
        report(now)
        // Due as the timer can keep it: in whole milliseconds.
        let delay = isBehind ? 0 : wait(after: now)
        turnDue = clock.now() + .milliseconds(Int64(delay))
        timer?.start(afterMilliseconds: delay)
    }

    /// Milliseconds until something is due, rounded up.
    private func wait(after now: Timestamp) -> Int {
        let wake = now + TradingSession.clockInterval
        let due = min(source.nextDue ?? wake, session.nextDue ?? wake)
        return Int(max(0, (due - now).nanoseconds + 999_999) / 1_000_000)
    }

    /// What the session wants goes out, and what the venue says at once goes in, until there is no
    /// more of either.
    private func flush() {
        guard !isFlushing else { return }
        isFlushing = true
        defer {
            isFlushing = false
            tellOfTrip()
        }
        var hasTick = false
        repeat {
            var performed = 0
            while performed < outputs.count {
                hasTick = perform(outputs[performed]) || hasTick
                performed += 1
            }
            outputs.removeAll(keepingCapacity: true)
            while let event = execution?.nextEvent() {
                session.handle(event, at: clock.now(), into: &outputs)
            }
        } while !outputs.isEmpty
        if hasTick { exits.tickSignal.wake() }
        pushRecords()
        tellOfEnd()
    }

    /// - Returns: whether it was a tick.
    private func perform(_ output: TradingSession.Output) -> Bool {
        switch output {
        case .place(let approved): execution?.place(approved)
        case .cancel(let id): execution?.cancel(id)
        case .cancelAll(let isKill): execution?.cancelAll(isKill: isKill)
        case .reconcileOrders: execution?.reconcile()
        case .mergePairs(let market, _): execution?.merge(market)
        case .requestSnapshot: source.requestSnapshots()
        case .publish(var tick):
            tick.time = tick.time + clock.offset
            // A full ring means that the API loop is stuck; trading goes on.
            if !ticks.tryPush(tick) { exits.ticksLost.increment() }
            return true
        case .record(var record):
            // A recording may be played twice: what is kept of it has the time of the playing, by
            // which sessions are told apart, as its ticks have.
            record.time = record.time + clock.offset
            recordsWaiting.append(record)
        case .reportParameters(let control, _, let after):
            _ = exits.api.send(.applied(control: control, after))
        case .killTripped(let cause): tripUntold = cause
        case .finishShutdown: hasFinished = true
        }
        return false
    }

    /// The process may end; said until it is heard.
    private func tellOfEnd() {
        guard hasFinished, exits.api.send(.tradingFinished) else { return }
        hasFinished = false
    }

    private func measureLag(_ due: Timestamp) {
        let end = clock.now()
        lag.noteTurn(due: due, endedAt: end)
        guard let (p99, worst) = lag.summary(at: end) else { return }
        session.handle(.decisionLagMeasured(p99: p99, worst: worst), at: end, into: &outputs)
    }

    /// Counts for whoever scrapes them, once a second; the next one makes up for one not taken.
    private func report(_ now: Timestamp) {
        if let due = nextReport, now < due { return }
        nextReport = now + Self.reportInterval
        let step = clocks.note(wall: WallClock.now(), monotonic: MonotonicClock.now())
        if let step {
            session.handle(.clockStepped(step), at: now, into: &outputs)
            flush()
        }
        _ = exits.api.send(.report(session.engine.report))
        if let execution { _ = exits.api.send(.executionReport(execution.report)) }
    }

    /// Until the control desk has taken it: the latch depends on it.
    private func tellOfTrip() {
        guard let cause = tripUntold, exits.api.send(.killTripped(cause)) else { return }
        tripUntold = nil
    }

    private func pushRecords() {
        guard !recordsWaiting.isEmpty else { return }
        var pushed = 0
        while pushed < recordsWaiting.count, records.tryPush(recordsWaiting[pushed]) { pushed += 1 }
        recordsWaiting.removeFirst(pushed)
        exits.recordSignal.wake()
        if recordsWaiting.count > Self.recordsWaitingMax {
            recordsWaiting.removeAll()
            session.handle(
                .recordingChanged(isHealthy: false),
                at: clock.now(),
                into: &outputs
            )
        }
    }
}

/// The ways out of the trading room.
struct TradingExits {
    let api: MailboxSender<APIMessage>
    let tickSignal: WakeupSignal
    let recordSignal: WakeupSignal
    let ticksLost: TickLossCounter
}

/// Ticks that found the ring full. Written by the trading thread, read by `/metrics`.
final class TickLossCounter: Sendable {
    private let value = Atomic<Int>(0)

    func increment() { value.wrappingAdd(1, ordering: .relaxed) }

    var count: Int { value.load(ordering: .relaxed) }
}

/// The session's time: the wall clock at the start, carried on by the monotonic clock, so that it
/// never runs backwards. A recording's session lives in the recording's time.
struct SessionClock: Sendable {
    private let monotonicStart: Int64
    private let sessionStart: Timestamp
    /// What is added to a session time for people: wall time at start minus session time.
    let offset: Duration

    /// - Parameter start: the session's first instant; `nil` for now.
    init(startingAt start: Timestamp? = nil) {
        let wall = Timestamp(nanoseconds: WallClock.now())
        monotonicStart = MonotonicClock.now()
        sessionStart = start ?? wall
        offset = wall - sessionStart
    }

    var start: Timestamp { sessionStart }

    func now() -> Timestamp {
        sessionStart + Duration(nanoseconds: MonotonicClock.now() - monotonicStart)
    }
}
