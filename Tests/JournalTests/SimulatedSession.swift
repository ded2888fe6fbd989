internal import Trading

/// A paper session on the simulated market, driven by hand, with all its records.
struct SimulatedSession {
    /// On a window's border: the twenty minutes from here are four whole windows.
    static let start = Timestamp(seconds: 1_776_323_400)

    var session: TradingSession
    var records: [SessionRecord] = []
    let orderPath = OrderPath(isShut: false)
    private var simulator: MarketSimulator
    private var outputs: [TradingSession.Output] = []
    private(set) var now = Self.start
    /// The session has said goodbye; like any shell, we end there.
    private(set) var isFinished = false

    init(seed: UInt64) {
        var parameters = Parameters()
        // Close enough to the middle to be filled, and deep enough to be allowed.
        parameters.spreadOffset = 0.001
        parameters.minLiquidity = 100
        simulator = MarketSimulator(seed: seed, start: Self.start)
        session = TradingSession(
            engine: Engine(configuration: Engine.Configuration(), parameters: parameters),
            venue: .paper(PaperVenue(configuration: PaperVenue.Configuration(), seed: seed)),
            orderPath: orderPath
        )
    }

    /// Lives on until `time`; `onStep` sees the state after every event.
    mutating func run(until time: Timestamp, onStep: (inout Self) -> Void = { _ in }) {
        while !isFinished, let (at, event) = simulator.next(upTo: time) {
            send(event, at: at)
            onStep(&self)
        }
        if isFinished { return }
        now = time
        session.advance(to: time, into: &outputs)
        keepRecords()
        onStep(&self)
    }

    /// What an operator does, now.
    mutating func send(_ event: EngineEvent) { send(event, at: now) }

    private mutating func send(_ event: EngineEvent, at time: Timestamp) {
        session.handle(event, at: time, into: &outputs)
        keepRecords()
    }

    private mutating func keepRecords() {
        for output in outputs {
            switch output {
            case .record(let record): records.append(record)
            case .finishShutdown: isFinished = true
            case .publish, .reportParameters, .killTripped, .place, .cancel, .cancelAll,
                .reconcileOrders, .mergePairs, .requestSnapshot:
                break
            }
        }
        outputs.removeAll(keepingCapacity: true)
    }
}
