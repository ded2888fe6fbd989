internal import Reactor
internal import Wire

/// All the clients of one run.
final class ClientFleet {
    /// Connections under way at a time: a listener's backlog holds a few hundred.
    static let connectsInFlightMax = 128
    /// How long clients may take to connect, and to end.
    static let connectMilliseconds = 30_000
    static let farewellMilliseconds = 3_000

    let loop: EventLoop
    let address: SocketAddress
    let host: String
    let target: String
    var latencies = LatencyHistogram()

    private enum Phase {
        case connecting, counting, leaving
    }

    private var phase = Phase.connecting
    private var clients: [StreamClient] = []
    private var startedCount = 0
    private var readyCount = 0
    private var endedCount = 0
    /// Readers that were gone before the time was over.
    private var lostReaders: [StreamClient.Ending] = []
    private var countMilliseconds = 0
    private var timer: LoopTimer?

    init(
        on loop: EventLoop,
        address: SocketAddress,
        host: String,
        target: String,
        count: Int,
        stalled: Int
    ) {
        self.loop = loop
        self.address = address
        self.host = host
        self.target = target
        clients = (0..<count).map { StreamClient(self, isStalled: $0 < stalled) }
    }

    /// Whether a client could not connect, or a reading one was closed too early.
    var hasFailed: Bool {
        phase == .connecting || !lostReaders.isEmpty || clients.contains { !$0.isOpen }
    }

    /// Connects all, counts for the time given, says goodbye.
    func run(milliseconds: Int) {
        countMilliseconds = milliseconds
        let timer = LoopTimer(on: loop) { self.timeIsOver() }
        self.timer = timer
        timer.start(afterMilliseconds: Self.connectMilliseconds)
        connectMore()
        loop.run()
    }

    /// A client has shaken hands, or will not.
    func clientIsReady() {
        readyCount += 1
        connectMore()
        guard readyCount == clients.count, phase == .connecting else { return }
        phase = .counting
        for client in clients { client.resetCounts() }
        latencies = LatencyHistogram()
        timer?.start(afterMilliseconds: countMilliseconds)
    }

    func clientHasEnded(_ client: StreamClient) {
        endedCount += 1
        if phase != .leaving && !client.isStalled, let ending = client.ending {
            lostReaders.append(ending)
        }
        if endedCount == clients.count { loop.stop() }
    }

    private func connectMore() {
        while startedCount < clients.count,
            startedCount - readyCount < Self.connectsInFlightMax
        {
            startedCount += 1
            clients[startedCount - 1].connect()
        }
    }

    private func timeIsOver() {
        guard phase == .counting else { return loop.stop() }
        phase = .leaving
        for client in clients {
            if client.isStalled { client.wake() } else { client.leave() }
        }
        guard endedCount < clients.count else { return loop.stop() }
        timer?.start(afterMilliseconds: Self.farewellMilliseconds)
    }
}

extension ClientFleet {
    /// What the clients got, as one line of JSON.
    func summary(seconds: Double) -> String {
        let readers = clients.filter { !$0.isStalled }
        let stalled = clients.filter { $0.isStalled }
        let counts = readers.map(\.countedMessages)
        let fields = [
            "\"clients\":\(clients.count)",
            "\"connected\":\(clients.count { $0.isOpen })",
            "\"seconds\":\(seconds)",
            "\"messages\":{\"min\":\(counts.min() ?? 0),\"max\":\(counts.max() ?? 0),"
                + "\"total\":\(counts.reduce(0, +))}",
            "\"gaps\":\(readers.reduce(0) { $0 + $1.gaps })",
            "\"clients_with_gaps\":\(readers.count { $0.gaps > 0 })",
            "\"disorder\":\(readers.reduce(0) { $0 + $1.disorder })",
            "\"latency_us\":\(latencies.json)",
            "\"lost_readers\":\(Self.tally(lostReaders.map(\.description)))",
            "\"stalled\":\(Self.tally(stalled.map { $0.ending?.description ?? "open" }))",
        ]
        return "{" + fields.joined(separator: ",") + "}"
    }

    /// How often each text occurs, as a JSON object. The texts hold nothing that JSON escapes.
    private static func tally(_ texts: [String]) -> String {
        var counts: [String: Int] = [:]
        for text in texts { counts[text, default: 0] += 1 }
        let members = counts.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }
        return "{" + members.joined(separator: ",") + "}"
    }
}
