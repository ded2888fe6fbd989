internal import Glibc
internal import Logging
internal import Reactor
internal import Server
internal import Trading

/// What a backend is started with, checked.
struct BackendSettings {
    enum Market {
        case simulated
        case recorded(path: String)
        /// No market: ticks for testing dashboards.
        case synthetic(hertz: Double)
    }

    var market: Market
    var seed: UInt64
    var directory: DataDirectory
    var api: APIConfiguration
    var cash: Money
    var tradingCPU: Int?
    var spins: Bool
}

/// The whole house, put together: three threads, the ways between them, and their end.
///
/// ```
///   trading thread ── ticks (ring) ──────────► API loop (this thread) ──► clients
///        ▲     └───── records (ring) ──► journal thread
///        └──── mailbox ◄── controls ─── API loop ── mailbox ──► journal thread ──► mailbox ──┐
///                                          ▲────────────────── written ─────────────────────┘
/// ```
final class Backend {
    private static let tickRingCapacity = 8_192
    /// Ticks published in one turn of the API loop. Without a bound, ticks that come as fast as they
    /// are sent would keep every socket, and a signal to end, waiting for ever.
    private static let ticksPerTurnMax = 16
    private static let recordRingCapacity = 65_536
    private static let mailboxCapacity = 4_096
    /// From a signal to the end of trading, whether or not the venue has answered.
    private static let tradingEndMilliseconds = 700
    /// The last resort: SIGALRM ends the process.
    private static let endSecondsMax: UInt32 = 5
    private static let deskSweepMilliseconds = 250

    private let log: Logger
    private let settings: BackendSettings
    private let lock: InstanceLock
    private let loop = EventLoop()
    private let orderPath: OrderPath

    private let tickRing = SPSCRing<Tick>(capacity: tickRingCapacity)
    private let ticks: RingConsumer<Tick>
    private let ticksLost = TickLossCounter()
    private var tickWakeup: Wakeup?
    private var mailbox: Mailbox<APIMessage>?
    private var trading: StartedThread<MailboxSender<TradingMessage>>?
    private var journal: StartedThread<JournalPorts>?
    private var desk: ControlDesk?
    private var server: APIServer?
    private var deskTimer: LoopTimer?
    private var endTimer: LoopTimer?
    private var signals: [SignalWatcher] = []
    private var isEnding = false

    /// Takes hold of the data directory, starts the threads and listens.
    init(_ settings: BackendSettings) throws {
        self.settings = settings
        log = Logger(label: "quesquant") { StreamLogHandler.standardError(label: $0) }
        _ = try ResourceLimit.raiseOpenFiles(to: settings.api.connectionsMax + 256)
        try settings.directory.create()
        lock = try InstanceLock(path: settings.directory.lock)
        let isLatched = settings.directory.hasKillLatch()
        var parameters = try settings.directory.readParameters() ?? Parameters()
        if isLatched { parameters.isRunning = false }
        orderPath = OrderPath(isShut: isLatched)
        ticks = tickRing.makeConsumer()

        let mailbox = Mailbox<APIMessage>(on: loop, capacity: Self.mailboxCapacity) {
            [unowned self] in self.receive($0)
        }
        self.mailbox = mailbox
        let tickWakeup = Wakeup(on: loop) { [unowned self] in self.publishTicks() }
        self.tickWakeup = tickWakeup
        try startThreads(
            parameters,
            isLatched: isLatched,
            api: mailbox.sender,
            tickSignal: tickWakeup.signal
        )
        desk = makeDesk(parameters, isLatched: isLatched)
        try listen()
        report(parameters, isLatched: isLatched)
    }

    /// Serves until a signal ends it.
    func run() {
        for signal in [SIGTERM, SIGINT] {
            if let watcher = try? SignalWatcher(
                on: loop,
                signal: signal,
                handler: { [unowned self] in self.end() }
            ) {
                signals.append(watcher)
            }
        }
        let timer = LoopTimer(on: loop) { [unowned self] in self.desk?.sweep() }
        timer.start(
            afterMilliseconds: Self.deskSweepMilliseconds,
            repeatingMilliseconds: Self.deskSweepMilliseconds
        )
        deskTimer = timer
        loop.run()
        lock.release()
        log.info("ended in order")
    }

    // MARK: The way in

    private func startThreads(
        _ parameters: Parameters,
        isLatched: Bool,
        api: MailboxSender<APIMessage>,
        tickSignal: WakeupSignal
    ) throws {
        let records = SPSCRing<SessionRecord>(capacity: Self.recordRingCapacity)
        let directory = settings.directory
        let log = self.log
        let journal = try StartedThread<JournalPorts>.start(name: "journal", waitingOn: loop) {
            let loop = EventLoop()
            let room = JournalRoom(
                on: loop,
                directory: directory,
                records: records.makeConsumer(),
                api: api,
                complain: { log.error("\($0)") }
            )
            if let ports = room.ports { $0(ports) }
            withExtendedLifetime(room) { loop.run() }
        }
        self.journal = journal
        let plan = TradingPlan(
            settings: settings,
            parameters: parameters,
            isLatched: isLatched,
            orderPath: orderPath,
            ticks: tickRing,
            records: records,
            exits: TradingExits(
                api: api,
                tickSignal: tickSignal,
                recordSignal: journal.ports.recordSignal,
                ticksLost: ticksLost
            )
        )
        let trading = try StartedThread<MailboxSender<TradingMessage>>.start(
            name: "trading",
            cpu: settings.tradingCPU,
            waitingOn: loop
        ) { try plan.live(log: log, ready: $0) }
        self.trading = trading
        _ = journal.ports.sender.send(.attach(trading.ports))
    }

    private func makeDesk(_ parameters: Parameters, isLatched: Bool) -> ControlDesk {
        let journal = journal?.ports.sender
        let trading = trading?.ports
        return ControlDesk(
            parameters: parameters,
            isLatched: isLatched,
            orderPath: orderPath,
            writeToDisk: { journal?.send(.request($0)) ?? false },
            tellEngine: { trading?.send(.event($0)) ?? false },
            wallClock: WallClock.now
        )
    }

    private func listen() throws {
        guard let desk else { return }
        let server = try APIServer(on: loop, configuration: settings.api, control: desk)
        self.server = server
        let lost = ticksLost
        server.register(
            APIMetric(
                name: "quesquant_ticks_lost_total",
                help: "Ticks that found the ring to the API loop full.",
                kind: .counter,
                read: { Double(lost.count) }
            )
        )
        server.register(
            APIMetric(
                name: "quesquant_audit_lines_lost_total",
                help: "Audit lines that could not be written.",
                kind: .counter,
                read: { [unowned desk] in Double(desk.linesLost) }
            )
        )
    }

    private func report(_ parameters: Parameters, isLatched: Bool) {
        guard let server else { return }
        if settings.api.apiKey == nil {
            log.warning(
                "DASHBOARD_API_KEY is not set: the control endpoints, the stop too, answer 500"
            )
        }
        if isLatched {
            log.warning(
                """
                the emergency stop is latched (\(settings.directory.killLatch)): not quoting until \
                PATCH {"is_running": true}
                """
            )
        } else if !parameters.isRunning {
            log.warning("is_running is false, as it was when the last run ended: not quoting")
        }
        Console.say("LISTENING \(server.address)")
    }

    // MARK: The API loop

    private func publishTicks() {
        let stampsNow = settings.market.isSynthetic
        for _ in 0..<Self.ticksPerTurnMax {
            guard var tick = ticks.pop() else { return }
            // A synthetic tick has no other time than that of its sending.
            if stampsNow { tick.time = Timestamp(nanoseconds: stamp()) }
            server?.publish(tick)
        }
        // Behind the sockets, which have a turn first.
        tickWakeup?.signal.wake()
    }

    /// UTC, strictly increasing by at least a microsecond.
    private func stamp() -> Int64 {
        lastStamp = max(WallClock.now(), lastStamp + 1_000)
        return lastStamp
    }
    private var lastStamp: Int64 = 0

    private func receive(_ message: APIMessage) {
        switch message {
        case .written(let ticket, let succeeded): desk?.written(ticket, succeeded: succeeded)
        case .applied(let control, let after): desk?.applied(control, after)
        case .tradingFinished: endServing()
        }
    }

    // MARK: The way out

    /// Stop quoting and cancel; clients are told when that is done, or after `tradingEnd…`.
    private func end() {
        guard !isEnding else {
            log.warning("a second signal: ending at once")
            exit(130)
        }
        isEnding = true
        // A disk that hangs must not keep the process for ever.
        alarm(Self.endSecondsMax)
        log.info("ending: cancelling, then closing")
        desk?.end()
        _ = trading?.ports.send(.event(.shutdownRequested))
        let timer = LoopTimer(on: loop) { [unowned self] in self.endServing() }
        timer.start(afterMilliseconds: Self.tradingEndMilliseconds)
        endTimer = timer
    }

    private func endServing() {
        guard isEnding, let server else { return }
        self.server = nil
        endTimer?.close()
        publishLastTicks(to: server)
        orderPath.shut()
        server.shutdown { [unowned self] in
            // Kept until here: the last connection is gone now.
            withExtendedLifetime(server) { self.endThreads() }
        }
    }

    private func publishLastTicks(to server: APIServer) {
        while let tick = ticks.pop() { server.publish(tick) }
    }

    private func endThreads() {
        // In this order: what trading said last is in the journal's ring when the journal ends.
        _ = trading?.ports.send(.end)
        trading?.thread.join()
        _ = journal?.ports.sender.send(.end)
        journal?.thread.join()
        deskTimer?.close()
        for signal in signals { signal.close() }
        mailbox?.close()
        tickWakeup?.close()
        loop.stop()
    }
}

extension BackendSettings.Market {
    var isSynthetic: Bool {
        if case .synthetic = self { true } else { false }
    }
}
