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
    /// - Throws: when a recording or the trusted certificates cannot be read, or the system has no
    ///   timer to give.
    func live(log: Logger, ready: (MailboxSender<TradingMessage>) -> Void) throws {
        switch settings.market {
        case .simulated:
            log.info("simulated market, seed \(settings.seed)")
            let clock = SessionClock()
            let simulator = MarketSimulator(seed: settings.seed, start: clock.start)
            var configuration = configuration
            configuration.hasReference = true
            liveSession(.simulated(simulator), configuration, clock: clock, ready: ready)
        case .recorded(let path):
            let player = try RecordingPlayer(
                path: path,
                complain: { log.warning("\(path), \($0)") }
            )
            let clock = SessionClock(startingAt: player.nextDue)
            var configuration = configuration
            configuration.hasReference = player.series != nil
            if let series = player.series {
                configuration.isReferenceSettling = false
                let silenceMax = ReferenceFeed.silenceMax(series.asset)
                configuration.runtimeLimits.referenceAgeMax = silenceMax
            }
            liveSession(.recorded(player), configuration, clock: clock, ready: ready)
        case .live(let settings):
            let clock = SessionClock()
            let loop = EventLoop()
            let source = try LiveSource(on: loop, settings, clock: clock, log: log)
            var configuration = configuration
            configuration.hasReference = true
            // Binance moves first, Chainlink decides.
            configuration.isReferenceSettling = false
            let silenceMax = ReferenceFeed.silenceMax(settings.series.asset)
            configuration.runtimeLimits.referenceAgeMax = silenceMax
            let execution = try settings.execution.map {
                try LiveExecution(
                    on: loop,
                    $0,
                    path: orderPath,
                    isLatched: isLatched,
                    clock: clock,
                    log: log
                )
            }
            if execution != nil {
                configuration.isVenueOutside = true
                // A transaction of the chain, which nothing here makes.
                configuration.mergesPairs = false
                // Of the account, once it has told.
                configuration.startingCash = .zero
            }
            liveSession(
                .live(source),
                configuration,
                on: loop,
                execution: execution,
                clock: clock,
                begin: source.start,
                ready: ready
            )
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

    private var configuration: Engine.Configuration {
        var configuration = Engine.Configuration()
        configuration.startingCash = settings.cash
        configuration.exitsBeforeEnd = settings.exitsBeforeEnd
        return configuration
    }

    /// - Parameter begin: called once the room is open.
    private func liveSession(
        _ source: consuming MarketSource,
        _ configuration: Engine.Configuration,
        on loop: EventLoop = EventLoop(),
        execution: LiveExecution? = nil,
        clock: SessionClock,
        begin: (TradingRoom) -> Void = { _ in },
        ready: (MailboxSender<TradingMessage>) -> Void
    ) {
        let session = TradingSession(
            engine: Engine(
                configuration: configuration,
                parameters: parameters,
                isKilled: isLatched
            ),
            venue: execution == nil
                ? .paper(PaperVenue(configuration: .init(), seed: settings.seed)) : .outside,
            orderPath: orderPath
        )
        let room = TradingRoom(
            on: loop,
            session: session,
            source: source,
            execution: execution,
            clock: clock,
            exits: exits,
            ticks: ticks.makeProducer(),
            records: records.makeProducer()
        )
        let start = {
            room.start()
            begin(room)
        }
        live(on: loop, ready: ready, receive: room.receive, start: start, end: room.close)
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
