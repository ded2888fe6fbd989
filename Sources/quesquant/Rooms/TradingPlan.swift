internal import Logging
internal import Reactor
internal import Trading
internal import Venues

/// What the trading thread is started with: everything here may cross to it.
struct TradingPlan {
    private static let mailboxCapacity = 1_024

    let settings: BackendSettings
    let parameters: Parameters
    let isLatched: Bool
    let orderPath: OrderPath
    let ticks: SPSCRing<Tick>
    let records: SPSCRing<SessionRecord>
    let exits: TradingExits

    /// Starts the trading thread.
    /// - Throws: when a recording cannot be opened, or the CPU cannot be had.
    func start(log: Logger) throws -> (
        sender: MailboxSender<TradingMessage>, thread: LoopThread
    ) {
        switch settings.market {
        case .synthetic(let hertz): return try startSynthetic(hertz: hertz)
        case .simulated:
            let clock = SessionClock()
            let simulator = MarketSimulator(seed: settings.seed, start: clock.start)
            log.info("simulated market, seed \(settings.seed)")
            return try startSession(.simulated(simulator), clock: clock, hasReference: true)
        case .recorded(let path):
            let player = try RecordingPlayer(path: path, complain: { log.warning("\(path), \($0)") })
            let clock = SessionClock(startingAt: player.nextDue)
            return try startSession(.recorded(player), clock: clock, hasReference: false)
        }
    }

    private func startSession(
        _ source: consuming MarketSource, clock: SessionClock, hasReference: Bool
    ) throws -> (sender: MailboxSender<TradingMessage>, thread: LoopThread) {
        var configuration = Engine.Configuration()
        configuration.startingCash = settings.cash
        configuration.hasReference = hasReference
        let session = PaperSession(
            engine: Engine(
                configuration: configuration, parameters: parameters, isKilled: isLatched),
            venue: PaperVenue(configuration: .init(), seed: settings.seed), orderPath: orderPath)
        let loop = EventLoop()
        let room = TradingRoom(
            on: loop, session: session, source: source, clock: clock, exits: exits,
            ticks: ticks.makeProducer(), records: records.makeProducer())
        let mailbox = Mailbox<TradingMessage>(on: loop, capacity: Self.mailboxCapacity) {
            switch $0 {
            case .event(let event): room.receive(event)
            case .end:
                room.close()
                loop.stop()
            }
        }
        let sender = mailbox.sender
        let spins = settings.spins
        let thread = try LoopThread.start(name: "trading", cpu: settings.tradingCPU) {
            room.start()
            loop.run(spinning: spins)
            mailbox.close()
        }
        return (sender, thread)
    }

    private func startSynthetic(
        hertz: Double
    ) throws -> (sender: MailboxSender<TradingMessage>, thread: LoopThread) {
        let loop = EventLoop()
        let room = try SyntheticTicks(
            on: loop, hertz: hertz, parameters: parameters, isLatched: isLatched, exits: exits,
            ticks: ticks.makeProducer())
        let mailbox = Mailbox<TradingMessage>(on: loop, capacity: Self.mailboxCapacity) {
            switch $0 {
            case .event(let event): room.receive(event)
            case .end:
                room.close()
                loop.stop()
            }
        }
        let sender = mailbox.sender
        let thread = try LoopThread.start(name: "trading", cpu: settings.tradingCPU) {
            loop.run()
            mailbox.close()
        }
        return (sender, thread)
    }
}
