public import Crypto
public import Wire

/// How long each phase of connecting may take, in milliseconds.
public struct ConnectTimeouts: Equatable, Sendable {
    public var resolveMilliseconds = 5_000
    /// For all addresses together.
    public var connectMilliseconds = 5_000
    public var handshakeMilliseconds = 5_000

    public init() {}

    /// The same for every phase.
    public init(milliseconds: Int) {
        resolveMilliseconds = milliseconds
        connectMilliseconds = milliseconds
        handshakeMilliseconds = milliseconds
    }
}

/// Makes connections to services: name, race over the addresses, TLS. One for a loop.
public final class Connector {
    /// How long a connection may be silent before the kernel asks whether the peer is still there, and
    /// how long it waits for each of three answers: a dead one is known after 25 s.
    static let keepAliveIdleSeconds: Int32 = 10
    static let keepAliveIntervalSeconds: Int32 = 5

    /// Called with a stream that is open, is not reading yet, and under TLS has a verified peer.
    public typealias Completion = (Result<any ByteStream, NetError>) -> Void

    public let loop: EventLoop
    public let resolver: Resolver
    public let timeouts: ConnectTimeouts
    fileprivate let tls: TLSContext?

    /// - Parameter tls: a client's context; without one `https` and `wss` are refused.
    public init(
        on loop: EventLoop,
        tls: TLSContext?,
        timeouts: ConnectTimeouts = ConnectTimeouts()
    ) {
        self.loop = loop
        self.tls = tls
        self.timeouts = timeouts
        resolver = Resolver(on: loop)
    }

    /// Connects to the service's host and port, under TLS if the scheme says so.
    ///
    /// - Parameter completion: called on the loop, exactly once and never inside this call; not
    ///   called after `cancel()`.
    /// - Returns: the attempt, which lives on without being held.
    @discardableResult
    public func connect(to url: ServiceURL, completion: @escaping Completion) -> ConnectAttempt {
        let attempt = ConnectAttempt(through: self, to: url, completion)
        attempt.start()
        return attempt
    }
}

@available(*, unavailable)
extension Connector: Sendable {}

/// A connection on its way.
///
///     resolving ──► connecting (a race) ──► shaking hands ──► finished
///         └────────────────┴── failed, too late, cancelled ───────▲
public final class ConnectAttempt {
    private let connector: Connector
    private let url: ServiceURL
    /// `nil` once it is called, or never to be called.
    private var completion: Connector.Completion?
    private var phase = NetPhase.resolving
    private var timer: LoopTimer?
    private var raceTimer: LoopTimer?
    private var addresses: [SocketAddress] = []
    private var race = ConnectRace(count: 1)
    private var runners: [TCPStream] = []
    private var lastError: NetError?
    private var secured: TLSStream?

    fileprivate init(
        through connector: Connector,
        to url: ServiceURL,
        _ completion: @escaping Connector.Completion
    ) {
        self.connector = connector
        self.url = url
        self.completion = completion
    }

    /// Gives up; the completion is not called any more. May be called twice, and too late.
    public func cancel() {
        completion = nil
        stop()
    }

    fileprivate func start() {
        // The timers keep this attempt alive until it is finished.
        let timer = LoopTimer(on: connector.loop) { self.timeIsOver() }
        self.timer = timer
        raceTimer = LoopTimer(on: connector.loop) { self.delayIsOver() }
        switch connector.resolver.known(url.host, port: url.port) {
        case .success(let addresses): run(over: addresses)
        case .failure(let error):
            lastError = error
            timer.start(afterMilliseconds: 0)
        case nil:
            timer.start(afterMilliseconds: connector.timeouts.resolveMilliseconds)
            connector.resolver.resolve(url.host, port: url.port) { result in
                guard self.completion != nil, self.phase == .resolving else { return }
                switch result {
                case .success(let addresses): self.run(over: addresses)
                case .failure(let error): self.finish(.failure(error))
                }
            }
        }
    }

    private func run(over addresses: [SocketAddress]) {
        phase = .connecting
        self.addresses = ConnectRace.interleaved(addresses)
        race = ConnectRace(count: self.addresses.count)
        timer?.start(afterMilliseconds: connector.timeouts.connectMilliseconds)
        perform(race.delayHasElapsed())
    }

    private func perform(_ step: ConnectRace.Step) {
        switch step {
        case .start(let index):
            raceTimer?.start(afterMilliseconds: ConnectRace.delayMilliseconds)
            var runner: TCPStream?
            runner = TCPStream.connect(on: connector.loop, to: addresses[index]) { result in
                self.runners.removeAll { $0 === runner }
                runner = nil
                switch result {
                case .success(let stream): self.didConnect(stream)
                case .failure(let error): self.didFail(.system(error))
                }
            }
            if let runner { runners.append(runner) }
        case .wait: break
        case .lost:
            if let lastError { finish(.failure(lastError)) }
        }
    }

    private func delayIsOver() {
        guard completion != nil, phase == .connecting else { return }
        perform(race.delayHasElapsed())
    }

    private func didFail(_ error: NetError) {
        guard completion != nil, phase == .connecting else { return }
        lastError = error
        perform(race.attemptHasFailed())
    }

    private func didConnect(_ stream: TCPStream) {
        guard completion != nil, phase == .connecting else { return stream.close() }
        raceTimer?.stop()
        stream.keepAlive(
            idleSeconds: Connector.keepAliveIdleSeconds,
            intervalSeconds: Connector.keepAliveIntervalSeconds
        )
        phase = .shakingHands
        for runner in runners { runner.close() }
        runners = []
        guard url.scheme.isSecure else { return finish(.success(stream)) }
        guard let tls = connector.tls else {
            stream.close()
            return finish(.failure(.noTLS(host: url.host)))
        }
        do throws(TLSError) {
            let now = WallClock.now() / 1_000_000_000
            let session = try TLSSession(tls, host: url.host, at: now)
            timer?.start(afterMilliseconds: connector.timeouts.handshakeMilliseconds)
            secured = TLSStream(over: stream, session: session, host: url.host) { result in
                self.secured = nil
                self.finish(result.map { $0 })
            }
        } catch {
            stream.close()
            finish(.failure(.tls(error, host: url.host)))
        }
    }

    private func timeIsOver() {
        switch phase {
        // A failure that was known at once, and was not to be told inside `connect`.
        case .resolving where lastError != nil: finish(lastError.map { .failure($0) })
        case .resolving, .connecting, .shakingHands:
            finish(.failure(.timeout(phase, host: url.host)))
        }
    }

    private func finish(_ result: Result<any ByteStream, NetError>?) {
        guard let completion, let result else {
            // Cancelled meanwhile: nobody wants the stream.
            if case .success(let stream)? = result { stream.close() }
            return
        }
        self.completion = nil
        stop()
        completion(result)
    }

    /// Lets go of everything that is under way.
    private func stop() {
        timer?.close()
        raceTimer?.close()
        (timer, raceTimer) = (nil, nil)
        for runner in runners { runner.close() }
        runners = []
        secured?.close()
        secured = nil
    }
}

@available(*, unavailable)
extension ConnectAttempt: Sendable {}
