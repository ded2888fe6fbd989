internal import Crypto
public import Wire

/// A WebSocket to a service: connects, speaks, ends. One object is one connection; whoever wants another
/// makes another.
///
///     connecting ──► opening ──onOpen──► open ──► ended ──► closed
///          └────────────┴─────────────────┴── onEnd ─▲
///
/// Handlers run on the loop and may call the client. None is called inside such a call, but `onEnd`, by
/// `abandon` and by a `close` that finds nothing open.
public final class WebSocketClient {
    /// How long the server may take to end a connection that is done with (RFC 6455 section 7.1.1 lets
    /// it be the first).
    public static let lingerMilliseconds = 2_000

    private enum State {
        case connecting(ConnectAttempt?)
        /// From the handshake on.
        case connected(any ByteStream)
        /// The end is told; our direction is ended, and the server's is waited for.
        case lingering(any ByteStream)
        case closed
    }

    /// Messages may be sent.
    public var onOpen: (() -> Void)?
    /// A text message; the bytes are gone when the handler returns.
    public var onText: ((Span<UInt8>) -> Void)?
    /// A binary message.
    public var onBinary: ((Span<UInt8>) -> Void)?
    /// A pong has come.
    public var onPong: (() -> Void)?
    /// `backlogBytes` was not zero and now is.
    public var onDrain: (() -> Void)?
    /// It is over. Called exactly once; no other handler follows.
    public var onEnd: ((WebSocketOutcome) -> Void)?

    public let url: ServiceURL
    /// Bytes that may wait for a server that does not read. Beyond it no message is sent.
    public var backlogBytesMax = 32 * 1_024 * 1_024
    /// What the server's close frame gave as its reason; empty before and without one.
    public private(set) var closeReason = ""
    /// Bytes of WebSocket that were handed to the connection.
    public private(set) var sentByteCount = 0
    private let connector: Connector
    private let masks = RandomMasks()
    private let timer: LoopTimer
    private var connection: WebSocketClientConnection
    private var state = State.connecting(nil)
    private var isPaused = false
    private var isPumping = false
    /// What a handler has asked for while a message was lent to it.
    private var pendingClose: (code: WebSocketCloseCode, reason: StaticString)?

    /// Starts connecting. Set the handlers before the loop turns.
    ///
    /// - Parameter fields: to be added to the handshake.
    /// - Throws: when a field's value may not stand in a request.
    public init(
        to url: ServiceURL,
        through connector: Connector,
        fields: [WebSocketClientHandshake.Field] = [],
        limits: WebSocketLimits = WebSocketLimits(messageBytesMax: 4 * 1_024 * 1_024),
        timing: WebSocketTiming = WebSocketTiming()
    ) throws(HTTPRequestWriter.Failure) {
        self.url = url
        self.connector = connector
        let masks = masks
        let nonce = randomBytes(WebSocketClientHandshake.nonceByteCount)
        connection = try WebSocketClientConnection(
            host: url.authority,
            target: url.target,
            fields: fields,
            nonce: nonce.span,
            masks: { masks.next() },
            limits: limits,
            timing: timing,
            at: MonotonicClock.now()
        )
        var elapse: () -> Void = {}
        timer = LoopTimer(on: connector.loop) { elapse() }
        elapse = { [unowned self] in self.elapse() }
        let attempt = connector.connect(to: url) { result in self.didConnect(result) }
        state = .connecting(attempt)
    }

    /// Whether messages may be sent.
    public var isOpen: Bool { connection.isOpen && pendingClose == nil }

    /// Bytes that the socket has not taken.
    public var backlogBytes: Int { stream?.backlogBytes ?? 0 }

    /// Bytes of WebSocket that came.
    public var receivedByteCount: Int { connection.receivedByteCount }

    /// Whole messages that came.
    public var messageCount: Int { connection.messageCount }

    /// Nanoseconds that our last answered ping took; `nil` before the first.
    public var roundTripNanoseconds: Int64? { connection.roundTripNanoseconds }

    /// Sends a message.
    /// - Parameter text: UTF-8.
    /// - Returns: whether it is on its way: `false` unless open, and behind a full backlog.
    @discardableResult
    public func send(text: Span<UInt8>) -> Bool {
        guard mayWrite, let frame = connection.text(text) else { return false }
        write(frame)
        return true
    }

    /// Sends a message of bytes.
    /// - Returns: whether it is on its way: `false` unless open, and behind a full backlog.
    @discardableResult
    public func send(binary: Span<UInt8>) -> Bool {
        guard mayWrite, let frame = connection.binary(binary) else { return false }
        write(frame)
        return true
    }

    /// Begins the closing handshake; before the connection is open, abandons it.
    /// - Parameter reason: at most 123 bytes of UTF-8, for the log of the other side.
    public func close(_ code: WebSocketCloseCode = .normal, reason: StaticString = "") {
        // A handler that was lent a message: the connection is in use until it returns.
        if isPumping {
            pendingClose = pendingClose ?? (code, reason)
            return
        }
        guard connection.isOpen else {
            if case .lingering = state { return }
            if connection.isClosing { return }
            return abandon()
        }
        guard let frame = connection.close(code, reason: reason, at: MonotonicClock.now()) else {
            return
        }
        write(frame)
        startTimer()
    }

    /// Ends it at once, without a word to the server. May be called twice.
    public func abandon() { end(.abandoned, lingers: false) }

    /// Leaves what comes in the kernel, for a reader that is slow.
    public func stopReading() {
        isPaused = true
        stream?.stopReading()
    }

    /// Goes on.
    public func startReading() {
        guard isPaused else { return }
        isPaused = false
        stream?.startReading()
        // Messages may have been received whole already; not inside this call.
        if !isPumping { timer.start(afterMilliseconds: 0) }
    }
}

extension WebSocketClient {
    private var stream: (any ByteStream)? {
        switch state {
        case .connected(let stream), .lingering(let stream): stream
        case .connecting, .closed: nil
        }
    }

    private var mayWrite: Bool { pendingClose == nil && backlogBytes <= backlogBytesMax }

    private func didConnect(_ result: Result<any ByteStream, NetError>) {
        guard case .connecting = state else { return }
        let stream: any ByteStream
        switch result {
        case .success(let connected): stream = connected
        case .failure(let error): return end(.notConnected(error), lingers: false)
        }
        state = .connected(stream)
        // The stream drops these handlers, and with them this client, when it is closed.
        stream.onBytes = { bytes in
            self.connection.receive(bytes, at: MonotonicClock.now())
            self.pump()
        }
        stream.onEnd = { self.didEnd(because: nil) }
        stream.onDrain = { if case .connected = self.state { self.onDrain?() } }
        stream.whenClosed { error in
            self.didEnd(because: error)
            self.state = .closed
            self.timer.close()
        }
        connection.begin(at: MonotonicClock.now())
        write(connection.request)
        if !isPaused { stream.startReading() }
        startTimer()
    }

    /// The server sends nothing more.
    private func didEnd(because error: NetError?) {
        switch state {
        case .connected:
            connection.receiveEnd()
            isPaused = false
            // A cut under TLS is a cut: the close frame is what counts.
            let isCut = error == nil || error == .tls(.truncated, host: url.host)
            pump(endingWith: isCut ? nil : error.map { .lost($0) })
        case .lingering(let stream): stream.close()
        case .connecting, .closed: break
        }
    }

    private func elapse() {
        switch state {
        case .connected:
            connection.elapse(to: MonotonicClock.now())
            pump()
            startTimer()
        case .lingering(let stream): stream.close()
        case .connecting, .closed: break
        }
    }

    private func startTimer() {
        guard case .connected = state, let deadline = connection.deadline else { return }
        let wait = max(0, deadline - MonotonicClock.now())
        timer.start(afterMilliseconds: Int((wait + 999_999) / 1_000_000))
    }

    /// Hands out what has come.
    /// - Parameter reason: what a cut is told as, when it is known better.
    private func pump(endingWith reason: WebSocketOutcome? = nil) {
        guard !isPumping else { return }
        isPumping = true
        defer { isPumping = false }
        while case .connected = state, !isPaused {
            performPendingClose()
            guard let event = connection.next() else { return }
            switch event {
            case .open:
                onOpen?()
                startTimer()
            case .text: connection.withPayload { onText?($0) }
            case .binary: connection.withPayload { onBinary?($0) }
            case .pong: onPong?()
            case .send(let bytes):
                write(bytes)
                if backlogBytes > backlogBytesMax { end(.backlogged, lingers: false) }
            case .ended(.cutOff): end(reason ?? .ended(.cutOff), lingers: false)
            case .ended(let end):
                keepCloseReason(of: end)
                self.end(.ended(end), lingers: true)
            }
        }
        performPendingClose()
    }

    private func keepCloseReason(of end: WebSocketClientEnd) {
        guard end.isClean else { return }
        var bytes: [UInt8] = []
        connection.withPayload { reason in
            for index in reason.indices { bytes.append(reason[index]) }
        }
        closeReason = String(decoding: bytes, as: UTF8.self)
    }

    private func performPendingClose() {
        guard let (code, reason) = pendingClose, case .connected = state else { return }
        pendingClose = nil
        guard let frame = connection.close(code, reason: reason, at: MonotonicClock.now()) else {
            return
        }
        write(frame)
        startTimer()
    }

    private func write(_ bytes: SharedBytes) {
        sentByteCount += bytes.count
        stream?.write(bytes)
    }

    /// Tells the end, once.
    /// - Parameter lingers: whether what was written should still arrive: reading goes on, because
    ///   closing with unread bytes would reset the connection.
    private func end(_ outcome: WebSocketOutcome, lingers: Bool) {
        switch state {
        case .connecting(let attempt):
            attempt?.cancel()
            state = .closed
            timer.close()
        case .connected(let stream):
            if lingers {
                state = .lingering(stream)
                stream.onBytes = { _ in }
                stream.shutdown()
                stream.startReading()
                timer.start(afterMilliseconds: Self.lingerMilliseconds)
            } else {
                state = .closed
                timer.close()
                stream.close()
            }
        case .lingering(let stream):
            stream.close()
            return
        case .closed: return
        }
        let onEnd = onEnd
        (onOpen, onText, onBinary, onPong, onDrain, self.onEnd) = (nil, nil, nil, nil, nil, nil)
        onEnd?(outcome)
    }
}

@available(*, unavailable)
extension WebSocketClient: Sendable {}
