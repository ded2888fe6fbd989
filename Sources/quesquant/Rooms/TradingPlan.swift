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

    /// Sets up the trading room on the calling thread, and lives there until it is told to end.
    /// - Throws: when a recording cannot be read, or the system has no timer to give.
    func live(log: Logger, ready: (MailboxSender<TradingMessage>) -> Void) throws {
        switch settings.market {
        case .simulated:
            log.info("simulated market, seed \(settings.seed)")
            let clock = SessionClock()
            let simulator = MarketSimulator(seed: settings.seed, start: clock.start)
            liveSession(.simulated(simulator), clock: clock, hasReference: true, ready: ready)
        case .recorded(let path):
            let player = try RecordingPlayer(
                path: path,
                complain: { log.warning("\(path), \($0)") }
            )
            let clock = SessionClock(startingAt: player.nextDue)
            liveSession(.recorded(player), clock: clock, hasReference: false, ready: ready)
        case .synthetic(let hertz):
            let loop = EventLoop()
            let room = try SyntheticTicks(
                on: loop,
                hertz: hertz,
                parameters: parameters,
                isLatched: isLatched,
                exits: exits,
                ticks: ticks.makeProducer()
            )
            live(on: loop, ready: ready, receive: room.receive, start: room.start, end: room.close)
        }
    }

    private func liveSession(
        _ source: consuming MarketSource,
        clock: SessionClock,
        hasReference: Bool,
        ready: (MailboxSender<TradingMessage>) -> Void
    ) {
        var configuration = Engine.Configuration()
        configuration.startingCash = settings.cash
        configuration.hasReference = hasReference
        let session = PaperSession(
            engine: Engine(
                configuration: configuration,
                parameters: parameters,
                isKilled: isLatched
            ),
            venue: PaperVenue(configuration: .init(), seed: settings.seed),
            orderPath: orderPath
        )
        let loop = EventLoop()
        let room = TradingRoom(
            on: loop,
            session: session,
            source: source,
            clock: clock,
            exits: exits,
            ticks: ticks.makeProducer(),
            records: records.makeProducer()
        )
        live(on: loop, ready: ready, receive: room.receive, start: room.start, end: room.close)
    }

    private func live(
        on loop: EventLoop,
        ready: (MailboxSender<TradingMessage>) -> Void,
        receive: @escaping (EngineEvent) -> Void,
        start: () -> Void,
        end: @escaping () -> Void
    ) {
        let mailbox = Mailbox<TradingMessage>(on: loop, capacity: Self.mailboxCapacity) {
            switch $0 {
            case .event(let event): receive(event)
            case .end:
                end()
                loop.stop()
            }
        }
        start()
        ready(mailbox.sender)
        loop.run(spinning: settings.spins)
        mailbox.close()
    }
}
