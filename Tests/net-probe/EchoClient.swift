internal import Reactor
internal import Wire

/// One connection whose messages go back.
final class EchoClient {
    /// Bytes waiting for a server that does not read, beyond which nothing is read from it either.
    static let backlogBytesMax = 1_024 * 1_024

    /// It is over.
    var onEnd: ((WebSocketOutcome) -> Void)?

    /// The last text that came.
    private(set) var lastText: [UInt8] = []

    private let client: WebSocketClient

    /// - Parameter echoes: whether messages go back; otherwise the last text is kept.
    init(
        to url: ServiceURL,
        through connector: Connector,
        limits: WebSocketLimits,
        echoes: Bool = true
    ) throws {
        var timing = WebSocketTiming()
        // Fuzzing servers count every frame, and some cases are slow.
        timing.pingMilliseconds = nil
        timing.silenceMilliseconds = 120_000
        client = try WebSocketClient(to: url, through: connector, limits: limits, timing: timing)
        client.onText = { bytes in
            if echoes { self.client.send(text: bytes) } else { self.keep(bytes) }
            self.pauseIfFull()
        }
        client.onBinary = { bytes in
            if echoes { self.client.send(binary: bytes) }
            self.pauseIfFull()
        }
        client.onDrain = { self.client.startReading() }
        client.onEnd = { self.onEnd?($0) }
    }

    private func pauseIfFull() {
        if client.backlogBytes > Self.backlogBytesMax { client.stopReading() }
    }

    private func keep(_ bytes: Span<UInt8>) {
        lastText = []
        for index in bytes.indices { lastText.append(bytes[index]) }
    }
}

/// All the cases of an Autobahn fuzzing server, one connection each.
///
///     getCaseCount ──► runCase 1 … n ──► updateReports
final class FuzzingWalk {
    private let connector: Connector
    private let server: ServiceURL
    private let agent: String
    private let limits: WebSocketLimits
    private var count = 0
    private var finish: ((String?) -> Void)?

    init(through connector: Connector, server: ServiceURL, agent: String, limits: WebSocketLimits) {
        self.connector = connector
        self.server = server
        self.agent = agent
        self.limits = limits
    }

    /// - Parameter finish: called when the walk is over: with the reason when it broke off.
    func start(_ finish: @escaping (String?) -> Void) {
        self.finish = finish
        connect("/getCaseCount", echoes: false) { client, outcome in
            let text = String(decoding: client.lastText, as: UTF8.self)
            guard let count = Int(text), count > 0 else {
                return self.end("no number of cases: \(outcome)")
            }
            self.count = count
            self.run(1)
        }
    }

    private func run(_ number: Int) {
        guard number <= count else { return report() }
        connect("/runCase?case=\(number)&agent=\(agent)", echoes: true) { _, outcome in
            // Most cases end in an error on purpose; only a server that is gone ends the walk.
            if case .notConnected = outcome { return self.end("case \(number): \(outcome)") }
            self.run(number + 1)
        }
    }

    private func report() {
        connect("/updateReports?agent=\(agent)", echoes: false) { _, outcome in
            if case .notConnected = outcome { return self.end("updateReports: \(outcome)") }
            self.end(nil)
        }
    }

    private func connect(
        _ target: String,
        echoes: Bool,
        _ then: @escaping (EchoClient, WebSocketOutcome) -> Void
    ) {
        do {
            let client = try EchoClient(
                to: server.with(target: target),
                through: connector,
                limits: limits,
                echoes: echoes
            )
            client.onEnd = { then(client, $0) }
        } catch {
            end("\(target): \(error)")
        }
    }

    private func end(_ reason: String?) {
        let finish = finish
        self.finish = nil
        finish?(reason)
    }
}
