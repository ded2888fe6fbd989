public import Wire

/// How long each phase of a request may take once the connection is there, in milliseconds.
public struct HTTPTimeouts: Equatable, Sendable {
    /// From the request to the end of the response's head.
    public var headMilliseconds = 10_000
    /// From there to the end of its body.
    public var bodyMilliseconds = 10_000
    /// Without a request, after which a connection is replaced, before the server closes it: many do
    /// after a minute, and a request that crosses with that has an unknown outcome.
    public var idleMilliseconds = 50_000

    public init() {}

    /// The same for both phases of a request.
    public init(milliseconds: Int) {
        headMilliseconds = milliseconds
        bodyMilliseconds = milliseconds
    }
}

/// Why a request has no response.
public struct HTTPClientError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What happened.
    public enum Cause: Equatable, Sendable {
        /// There was no connection to send it on.
        case notConnected(NetError)
        /// The connection was lost.
        case lost(NetError)
        /// The response is none.
        case response(HTTPResponseError)
        /// A phase took too long.
        case timeout(Phase)
        /// More requests wait than `HTTPClient.queuedCountMax`.
        case busy
        /// The client was closed, or the connection ended while the request was under way.
        case closed
    }

    /// What was waited for.
    public enum Phase: String, Equatable, Sendable {
        case head, body
    }

    public let cause: Cause
    /// Whether the server may have seen the request. Then its outcome is unknown, and it must not
    /// be sent again blindly. When `false`, nothing of it has left.
    public let mayHaveArrived: Bool

    public var description: String {
        switch cause {
        case .notConnected(let error), .lost(let error): error.description
        case .response(let error): "\(error.text)"
        case .timeout(let phase): "no complete \(phase.rawValue) of an answer in time"
        case .busy: "too many requests are waiting"
        case .closed: "the connection was closed"
        }
    }
}

/// Requests to one service, one at a time in the order in which they were sent, over a connection that
/// is kept (RFC 9112 section 9.3). No pipelining.
///
/// A request is written once. Nothing is ever sent again: what became of a request whose connection was
/// lost is for the caller to find out.
public final class HTTPClient {
    /// Called with the head, and the body as long as the call lasts; or with the reason.
    public typealias Completion = (Result<HTTPResponseHead, HTTPClientError>, Span<UInt8>) -> Void

    /// Requests that may wait for the one under way.
    public static let queuedCountMax = 64

    /// How many connections are kept ready.
    public enum Warmth: Int, Sendable {
        /// Connects when there is a request, and again when the next one needs it.
        case cold = 0
        /// One, replaced when the server closes it.
        case one = 1
        /// One and a spare one, so that a request does not wait for a handshake when the server has
        /// just closed the first.
        case spare = 2
    }

    private struct Queued {
        let method: HTTPMethod
        let bytes: SharedBytes
        let completion: Completion
    }

    public let url: ServiceURL
    private let connector: Connector
    private let limits: HTTPResponseLimits
    private let timeouts: HTTPTimeouts
    private let warmth: Warmth
    /// Ready or busy; the first ready one takes the next request.
    private var connections: [HTTPConnection] = []
    private var attempts: [ConnectAttempt] = []
    private var queue: [Queued] = []
    /// The request under way is on one of `connections`.
    private var isBusy = false
    private var isClosed = false
    private var policy = ReconnectPolicy()
    private let retryTimer: LoopTimer
    private var isRetrying = false
    /// Why the last attempt to connect failed; `nil` since one has succeeded.
    private var lastFailure: NetError?

    /// - Parameter url: whose host and port are connected to; its target is not used.
    public init(
        to url: ServiceURL,
        through connector: Connector,
        warmth: Warmth = .one,
        limits: HTTPResponseLimits = HTTPResponseLimits(),
        timeouts: HTTPTimeouts = HTTPTimeouts()
    ) {
        self.url = url
        self.connector = connector
        self.warmth = warmth
        self.limits = limits
        self.timeouts = timeouts
        var retry: () -> Void = {}
        retryTimer = LoopTimer(on: connector.loop) { retry() }
        retry = { [weak self] in
            self?.isRetrying = false
            self?.keepWarm()
        }
    }

    /// Connections that could take a request at once.
    public var readyCount: Int { connections.count { $0.isReady } }

    /// The one that takes the next request: one that the server is not about to close, if there is one.
    private var ready: HTTPConnection? {
        connections.first { $0.isReady && !$0.isStale } ?? connections.first { $0.isReady }
    }

    /// Connects ahead of the first request. Does nothing for a cold client.
    public func warm() { keepWarm() }

    /// Sends a request: at once when a connection is ready and nothing is under way.
    ///
    /// - Parameters:
    ///   - request: finished; it may be used for the next one when this returns.
    ///   - completion: called on the loop, exactly once; inside this call only when the request is
    ///     refused at once: `busy`, `closed`, or `notConnected` while a warm client waits for the
    ///     time of its next attempt. It may send the next request.
    public func send(_ request: borrowing HTTPRequestWriter, completion: @escaping Completion) {
        if !isClosed, !isBusy, queue.isEmpty, let connection = ready {
            return perform(on: connection, request.bytes, request.method, completion)
        }
        guard !isClosed, queue.count < Self.queuedCountMax else {
            let cause: HTTPClientError.Cause = isClosed ? .closed : .busy
            let error = HTTPClientError(cause: cause, mayHaveArrived: false)
            return completion(.failure(error), Span())
        }
        let bytes = SharedBytes(copying: request.bytes)
        queue.append(Queued(method: request.method, bytes: bytes, completion: completion))
        advance()
    }

    /// Ends every connection; what is under way or waits fails, inside this call. May be called twice.
    public func close() {
        guard !isClosed else { return }
        isClosed = true
        retryTimer.close()
        for attempt in attempts { attempt.cancel() }
        attempts = []
        failQueue(.closed)
        for connection in connections { connection.close(.closed) }
    }
}

extension HTTPClient {
    private func perform(
        on connection: HTTPConnection,
        _ bytes: Span<UInt8>,
        _ method: HTTPMethod,
        _ completion: @escaping Completion
    ) {
        isBusy = true
        connection.send(bytes, method) { result, body in
            self.isBusy = false
            completion(result, body)
            self.advance()
        }
    }

    /// Sends the next request that waits, if it can be sent, and connects if it cannot.
    private func advance() {
        guard !isClosed, !isBusy, !queue.isEmpty else { return }
        if let connection = ready {
            let next = queue.removeFirst()
            perform(on: connection, next.bytes.span, next.method, next.completion)
        } else if attempts.isEmpty {
            // Requests must not make us knock faster than the policy allows.
            if isRetrying, let lastFailure { return failQueue(.notConnected(lastFailure)) }
            connect()
        }
    }

    /// Connects until as many are there, or on their way, as are to be kept.
    private func keepWarm() {
        guard !isClosed, !isRetrying else { return }
        // A stale one serves until its successor is there.
        let freshCount = connections.count { !$0.isStale }
        for _ in (freshCount + attempts.count)..<max(freshCount + attempts.count, warmth.rawValue) {
            connect()
        }
    }

    private func connect() {
        policy.attempted(at: Self.now)
        var attempt: ConnectAttempt?
        attempt = connector.connect(to: url) { result in
            self.attempts.removeAll { $0 === attempt }
            attempt = nil
            switch result {
            case .success(let stream): self.didConnect(stream)
            case .failure(let error): self.didFail(error)
            }
        }
        if let attempt { attempts.append(attempt) }
    }

    private func didConnect(_ stream: any ByteStream) {
        policy.connected(at: Self.now)
        lastFailure = nil
        let connection = HTTPConnection(
            stream,
            on: connector.loop,
            limits: limits,
            timeouts: timeouts
        )
        let stale = connections.filter { $0.isStale && $0.isReady }
        connections.removeAll { $0.isStale && $0.isReady }
        connections.append(connection)
        for old in stale {
            // Its end is no failure, and its successor is there.
            old.onGone = nil
            old.close(.closed)
        }
        connection.onGone = { [unowned connection] in
            self.connections.removeAll { $0 === connection }
            self.retryLater()
            self.advance()
        }
        connection.onStale = { [unowned connection] in
            if self.warmth == .cold { connection.close(.closed) } else { self.keepWarm() }
        }
        advance()
        keepWarm()
    }

    /// No connection: nothing of what waits has left.
    private func didFail(_ error: NetError) {
        lastFailure = error
        if connections.isEmpty { failQueue(.notConnected(error)) }
        retryLater()
    }

    private func failQueue(_ cause: HTTPClientError.Cause) {
        let waiting = queue
        queue = []
        for request in waiting {
            let error = HTTPClientError(cause: cause, mayHaveArrived: false)
            request.completion(.failure(error), Span())
        }
    }

    /// Replaces a connection that is gone: soon, but not faster than the policy allows.
    private func retryLater() {
        guard !isClosed, !isRetrying, warmth != .cold else { return }
        let random = UInt64.random(in: .min ... .max)
        let delay = policy.delayAfterEnd(at: Self.now, random: random)
        isRetrying = true
        retryTimer.start(afterMilliseconds: Int(delay))
    }

    private static var now: Int64 { MonotonicClock.now() / 1_000_000 }
}

@available(*, unavailable)
extension HTTPClient: Sendable {}
