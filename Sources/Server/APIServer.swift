public import Reactor
public import Trading

/// The dashboard API on one loop: the control endpoints, the stream, and the pages, on one port.
///
/// Everything here happens on the loop's thread: `init`, `publish`, `shutdown`, and every call of the
/// control port. Clients cannot delay one another, whatever they do or leave undone.
public final class APIServer {
    /// Connections beyond `connectionsMax` that are told so; more are closed without a word.
    static let refusalsMax = 64
    /// Connections that may wait in the kernel: a thousand dashboards come back at once after a
    /// restart. The kernel's own limit (`somaxconn`, usually as much) holds too.
    static let listenBacklog = 4_096

    /// Where it listens, with the real port.
    public let address: SocketAddress

    private let service: APIService
    private let loop: EventLoop
    private var listener: TCPListener?
    private var sweepTimer: LoopTimer?
    private var connections: [ObjectIdentifier: APIConnection] = [:]
    private var shutdownTimer: LoopTimer?
    private var onShutdown: (() -> Void)?

    /// Listens at once.
    /// - Parameters:
    ///   - loop: the API loop; not yet running, or the one of this thread.
    ///   - control: asked on the loop; kept until the last connection is gone.
    /// - Throws: `EINVAL` for a host that is no numeric address; `EADDRINUSE`, `EACCES`,
    ///   `EADDRNOTAVAIL` with the address in the sentence.
    public init(
        on loop: EventLoop,
        configuration: APIConfiguration,
        control: any ControlPort
    ) throws(SystemError) {
        self.loop = loop
        service = APIService(configuration, control: control)
        var accept: (TCPStream) -> Void = { _ in }
        let listener = try TCPListener(
            on: loop,
            address: try SocketAddress(host: configuration.host, port: configuration.port),
            backlog: Self.listenBacklog,
            onConnection: { accept($0) }
        )
        address = listener.address
        self.listener = listener
        accept = { [unowned self] in self.accept($0) }
        let timer = LoopTimer(on: loop) { [unowned self] in self.sweep() }
        let period = max(1, Int(configuration.sweepInterval.nanoseconds / 1_000_000))
        timer.start(afterMilliseconds: period, repeatingMilliseconds: period)
        sweepTimer = timer
    }

    deinit { precondition(listener == nil, "a server is shut down before it is dropped") }

    /// Clients of the stream that are connected.
    public var streamClients: Int { service.stream.clientCount }

    /// Whether some client of the stream keeps up with the ticks. False without clients.
    public var hasReadyClient: Bool { service.stream.hasReadyClient }

    /// Sends a tick to every client of the stream: one encoding, one frame, shared.
    public func publish(_ tick: Tick) {
        service.stream.publish(tick, at: service.now)
    }

    /// Adds a number to `GET /metrics`.
    public func register(_ metric: APIMetric) {
        service.registeredMetrics.append(metric)
    }

    /// Stops listening, sends 1001 to every client of the stream, closes HTTP connections as soon as
    /// they are idle, and everything else after `shutdownLimit`. May be called once.
    /// - Parameter completion: called on the loop when the last connection is gone, possibly before
    ///   the call returns.
    public func shutdown(completion: @escaping () -> Void) {
        precondition(onShutdown == nil && listener != nil, "a server is shut down once")
        onShutdown = completion
        listener?.close()
        listener = nil
        service.isGoingAway = true
        service.stream.goAway(at: service.now)
        for connection in connections.values { connection.goAway() }
        let timer = LoopTimer(on: loop) { [unowned self] in
            for connection in self.connections.values { connection.close() }
        }
        let limit = max(1, Int(service.configuration.shutdownLimit.nanoseconds / 1_000_000))
        timer.start(afterMilliseconds: limit)
        shutdownTimer = timer
        finishIfEmpty()
    }

    private func accept(_ stream: TCPStream) {
        let isOverLimit = connections.count >= service.configuration.connectionsMax
        if isOverLimit {
            service.counters.connectionsRefused += 1
            guard connections.count < service.configuration.connectionsMax + Self.refusalsMax else {
                return stream.close()
            }
        }
        let connection = APIConnection(stream, service: service) { [unowned self] connection in
            self.remove(connection)
        }
        connections[ObjectIdentifier(connection)] = connection
        service.connectionCount = connections.count
        connection.start()
        if isOverLimit { connection.refuseForLoad() }
    }

    private func remove(_ connection: APIConnection) {
        connections[ObjectIdentifier(connection)] = nil
        service.connectionCount = connections.count
        finishIfEmpty()
    }

    private func sweep() {
        let now = service.now
        for connection in connections.values { connection.sweep(at: now) }
        service.stream.sweep(at: now)
    }

    private func finishIfEmpty() {
        guard connections.isEmpty, let completion = onShutdown else { return }
        onShutdown = nil
        sweepTimer?.close()
        sweepTimer = nil
        shutdownTimer?.close()
        shutdownTimer = nil
        completion()
    }
}

@available(*, unavailable)
extension APIServer: Sendable {}
