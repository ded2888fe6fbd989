internal import Reactor
internal import Server
internal import Trading
internal import Wire

/// A hundred dashboards: the way of a tick from the trading loop's ring over the API loop to clients
/// on loopback. Trading loop, API loop and clients have a thread each, the clients share theirs.
enum ClientBenches {
    static let clientCount = 100
    private static let milliseconds = 2_000
    /// At full rate, ticks that no client may be behind by: fewer bytes than a socket holds.
    private static let ticksAhead = 128

    static var all: [Bench] {
        [10, 100].map { hertz in
            Bench(
                "clients.latency-\(hertz)hz",
                "a tick from the trading loop to each of 100 clients, \(hertz) ticks a second",
                .microseconds,
                countsAllocations: false
            ) { try latency(hertz: hertz) }
        } + [
            Bench(
                "clients.rate",
                "messages to 100 clients, as fast as they take them",
                .messagesPerSecond,
                countsAllocations: false
            ) { try rate() }
        ]
    }

    private static func latency(hertz: Int) throws -> Bench.Outcome {
        let stage = try Stage()
        let timer = try PreciseTimer(on: stage.loop) { _ in stage.publish() }
        timer.start(periodNanoseconds: Int64(1_000_000_000 / hertz))
        stage.loop.turn(forMilliseconds: milliseconds)
        timer.close()
        let latencies = stage.end()
        var recorder = Recorder(capacity: latencies.count, warmUp: clientCount)
        for latency in latencies { recorder.add(nanoseconds: latency) }
        return .times(recorder)
    }

    private static func rate() throws -> Bench.Outcome {
        let stage = try Stage()
        let timer = LoopTimer(on: stage.loop) {
            while stage.published - stage.tally.messages / clientCount < ticksAhead {
                stage.publish()
            }
        }
        timer.start(afterMilliseconds: 1, repeatingMilliseconds: 1)
        stage.loop.turn(forMilliseconds: milliseconds / 4)
        let messagesBefore = stage.tally.messages
        let start = MonotonicClock.now()
        stage.loop.turn(forMilliseconds: milliseconds)
        let messages = stage.tally.messages - messagesBefore
        let nanoseconds = MonotonicClock.now() - start
        timer.close()
        _ = stage.end()
        return .rate(Double(messages) / Double(nanoseconds) * 1_000_000_000)
    }
}

/// The threads of one run, with all clients connected.
private final class Stage {
    let loop = EventLoop()
    let tally = ClientTally()
    private(set) var published = 0

    private let api: Neighbour<APIPorts>
    private let clients: Neighbour<MailboxSender<ClientFleet.Order>>
    private let ticks: RingProducer<Tick>
    private let latencies: Mailbox<[Int64]>
    private var received: [Int64]?
    private var tick = TickBenches.sample(seq: 0)

    private struct APIPorts: Sendable {
        let address: SocketAddress
        let tickSignal: WakeupSignal
        let end: MailboxSender<Bool>
    }

    init() throws {
        let ring = SPSCRing<Tick>(capacity: 1_024)
        ticks = ring.makeProducer()
        api = try Neighbour.start(name: "api", waitingOn: loop) { ready in
            try Self.serve(ring.makeConsumer(), ready: ready)
        }
        var deliver: ([Int64]) -> Void = { _ in }
        latencies = Mailbox(on: loop, capacity: 1) { deliver($0) }
        let sender = latencies.sender
        let address = api.ports.address
        clients = try Neighbour.start(name: "clients", waitingOn: loop) { [tally] ready in
            let loop = EventLoop()
            let fleet = ClientFleet(on: loop, address: address, tally: tally, report: sender)
            ready(fleet.orders)
            fleet.run(count: ClientBenches.clientCount)
        }
        deliver = { [unowned self] in self.received = $0 }
        loop.turn { tally.connected == ClientBenches.clientCount }
    }

    /// A tick whose `seq` is the time of its leaving, which the clients know.
    func publish() {
        tick.seq = UInt64(MonotonicClock.now())
        guard ticks.tryPush(tick) else { return }
        published += 1
        api.ports.tickSignal.wake()
    }

    /// Ends the threads.
    /// - Returns: what the clients measured, in nanoseconds.
    func end() -> [Int64] {
        _ = clients.ports.send(.reportAndEnd)
        while received == nil { loop.turn() }
        clients.join()
        _ = api.ports.end.send(true)
        api.join()
        loop.finish()
        return received ?? []
    }

    private static func serve(
        _ ticks: RingConsumer<Tick>,
        ready: (APIPorts) -> Void
    ) throws {
        let loop = EventLoop()
        var configuration = APIConfiguration()
        configuration.host = "127.0.0.1"
        configuration.port = 0
        let control = NoControl()
        let server = try APIServer(on: loop, configuration: configuration, control: control)
        let wakeup = Wakeup(on: loop) {
            while let tick = ticks.pop() { server.publish(tick) }
        }
        let end = Mailbox<Bool>(on: loop, capacity: 1) { _ in server.shutdown { loop.stop() } }
        ready(APIPorts(address: server.address, tickSignal: wakeup.signal, end: end.sender))
        withExtendedLifetime((server, wakeup)) { loop.run() }
    }
}

/// Nobody controls anything here.
private final class NoControl: ControlPort {
    func update(
        _ patch: ParameterPatch,
        from origin: ControlOrigin,
        completion: @escaping (UpdateOutcome) -> Void
    ) { completion(.unavailable) }

    func emergencyStop(
        reason: String,
        from origin: ControlOrigin,
        completion: @escaping (StopOutcome) -> Void
    ) { completion(.notDurable) }

    func recordRefusal(
        of endpoint: ControlEndpoint,
        status: Int,
        from origin: ControlOrigin,
        completion: @escaping () -> Void
    ) { completion() }
}
