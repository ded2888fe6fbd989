internal import Glibc
internal import Logging
internal import Reactor
internal import Server
internal import Trading

/// The whole house, put together: three threads, the ways between them, and their end.
///
/// ```
///   trading thread ── ticks (ring) ──────────► API loop (this thread) ──► clients
///        ▲     └───── records (ring) ──► journal thread
///        └──── mailbox ◄── controls ─── API loop ── mailbox ──► journal thread ──► mailbox ──┐
///                                          ▲────────────────── written ─────────────────────┘
/// ```
final class Backend {
    private static let recordRingCapacity = 65_536
    private static let mailboxCapacity = 4_096
    /// From a signal to the end of trading, whether or not the venue has answered.
    private static let tradingEndMilliseconds = 700
    /// The same where a venue outside is asked, twice, whether anything is left: with its other ways
    /// of cancelling tried.
    private static let venueEndMilliseconds = 8_000
    /// The last resort: SIGALRM ends the process so many seconds later.
    private static let endSecondsMax = 5
    private static let deskSweepMilliseconds = 250

    private let log: Logger
    private let settings: BackendSettings
    private let lock: InstanceLock
    /// Of the account, when orders go to a real venue.
    private let accountLock: InstanceLock?
    private let loop = EventLoop()
    /// A latch was found at the start.
    private let isLatched: Bool
    private let orderPath: OrderPath

    private let publisher: TickPublisher
    private let ticksLost = TickLossCounter()
    private var mailbox: Mailbox<APIMessage>?
    private var trading: StartedThread<MailboxSender<TradingMessage>>?
    private var journal: StartedThread<JournalPorts>?
    private var desk: ControlDesk?
    private var server: APIServer?
    private let engineMetrics = EngineMetrics()
    private let executionMetrics = ExecutionMetrics()
    private var deskTimer: LoopTimer?
    private var endTimer: LoopTimer?
    private var signals: [SignalWatcher] = []
    private var isEnding = false

    /// Takes hold of the data directory.
    init(_ settings: BackendSettings) throws {
        self.settings = settings
        log = Logger(label: "quesquant") { StreamLogHandler.standardError(label: $0) }
        _ = try ResourceLimit.raiseOpenFiles(to: settings.api.connectionsMax + 256)
        lock = try settings.directory.claim()
        do {
            accountLock = try settings.market.execution?.claimAccount()
        } catch {
            lock.release()
            throw error
        }
        isLatched = settings.directory.hasKillLatch()
        orderPath = OrderPath(isShut: isLatched)
        publisher = TickPublisher(on: loop, of: settings.market)
    }

    /// Starts the threads, listens, and serves until a signal ends it. May be called once.
    /// - Throws: when it cannot start; nothing of it is left then.
    func run() throws {
        defer {
            accountLock?.release()
            lock.release()
        }
        do {
            try start()
        } catch {
            closeThreads()
            throw error
        }
        loop.run()
        log.info("ended in order")
    }

    // MARK: The way in

    private func start() throws {
        var parameters = try settings.directory.readParameters() ?? Parameters()
        if isLatched { parameters.isRunning = false }
        let mailbox = Mailbox<APIMessage>(on: loop, capacity: Self.mailboxCapacity) {
            [unowned self] in self.receive($0)
        }
        self.mailbox = mailbox
        try startThreads(parameters, api: mailbox.sender)
        desk = makeDesk(parameters)
        // Before anybody can know that it listens: a signal sent then must end it in order.
        for signal in [SIGTERM, SIGINT, SIGHUP] {
            signals.append(
                try SignalWatcher(on: loop, signal: signal) { [unowned self] in self.end() }
            )
        }
        try listen()
        let timer = LoopTimer(on: loop) { [unowned self] in self.desk?.sweep() }
        timer.start(
            afterMilliseconds: Self.deskSweepMilliseconds,
            repeatingMilliseconds: Self.deskSweepMilliseconds
        )
        deskTimer = timer
        report(parameters)
    }

    private func startThreads(
        _ parameters: Parameters,
        api: MailboxSender<APIMessage>
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
            ticks: publisher.ring,
            records: records,
            exits: TradingExits(
                api: api,
                tickSignal: publisher.signal,
                recordSignal: journal.ports.recordSignal,
                ticksLost: ticksLost
            )
        )
        let trading = try startTrading(plan)
        self.trading = trading
        _ = journal.ports.sender.send(.attach(trading.ports))
    }

    private func startTrading(
        _ plan: TradingPlan
    ) throws -> StartedThread<MailboxSender<TradingMessage>> {
        let log = self.log
        do {
            return try .start(name: "trading", cpu: settings.tradingCPU, waitingOn: loop) {
                try plan.live(log: log, ready: $0)
            }
        } catch let error as SystemError {
            guard let cpu = settings.tradingCPU, error.code == EINVAL else { throw error }
            throw UsageError(description: "--trading-cpu \(cpu): not a CPU of this process")
        }
    }

    private func makeDesk(_ parameters: Parameters) -> ControlDesk {
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
        publisher.server = server
        let lost = ticksLost
        engineMetrics.register(with: server)
        if case .live(let live) = settings.market { live.meters.register(with: server) }
        if settings.market.tradesWithMoney { executionMetrics.register(with: server) }
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

    private func report(_ parameters: Parameters) {
        guard let server else { return }
        if settings.api.apiKey == nil {
            log.warning(
                "DASHBOARD_API_KEY is not set: the control endpoints, the stop too, answer 500"
            )
        }
        let check = RuntimeLimits().fullPositionCheck(
            equity: settings.cash,
            maxPosition: parameters.maxPosition
        )
        // With money the equity is the account's, which is not known yet.
        if !check.isSound && !settings.market.tradesWithMoney {
            log.warning(
                """
                a full position of \(parameters.maxPosition) shares that is lost costs \
                $\(check.loss.dollars), and a day may lose $\(check.dailyLossMax.dollars): two such \
                windows stop the session
                """
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

    private func receive(_ message: APIMessage) {
        switch message {
        case .written(let ticket, let succeeded): desk?.written(ticket, succeeded: succeeded)
        case .applied(let control, let after): desk?.applied(control, after)
        case .killTripped(let cause):
            log.error("\(cause.code): a limit stopped the session; not quoting until rearmed")
            desk?.stoppedByLimit(cause)
        case .report(let report): engineMetrics.latest = report
        case .executionReport(let report): executionMetrics.latest = report
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
        let patience =
            settings.market.tradesWithMoney
            ? Self.venueEndMilliseconds : Self.tradingEndMilliseconds
        alarm(UInt32(patience / 1_000 + Self.endSecondsMax))
        log.info("ending: cancelling, then closing")
        desk?.end()
        _ = trading?.ports.send(.event(.shutdownRequested))
        let timer = LoopTimer(on: loop) { [unowned self] in self.endServing() }
        timer.start(afterMilliseconds: patience)
        endTimer = timer
    }

    private func endServing() {
        guard isEnding, let server else { return }
        publisher.publishRest()
        publisher.server = nil
        self.server = nil
        endTimer?.close()
        orderPath.shut()
        server.shutdown { [unowned self] in
            // Kept until here: the last connection is gone now.
            withExtendedLifetime(server) {
                self.closeThreads()
                self.loop.stop()
            }
        }
    }

    /// Ends the other threads, and closes what this one has on its loop.
    private func closeThreads() {
        // In this order: what trading said last is in the journal's ring when the journal ends.
        _ = trading?.ports.send(.end)
        trading?.thread.join()
        _ = journal?.ports.sender.send(.end)
        journal?.thread.join()
        deskTimer?.close()
        for signal in signals { signal.close() }
        mailbox?.close()
        publisher.close()
    }
}
