/// The client's side of one WebSocket from the handshake to the end (RFC 6455): bytes, `now` and random
/// masks in, events and bytes out.
///
/// ```
///            101 right          close()              server's close, closeTimeout
///  opening ────────────► open ─────────────► closing ─────────────────────────────► ended
///     │                   │ server's close: .send(answer)                             ▲
///     │                   │ error: .send(close 1002, 1007 or 1009)                    │
///     │                   │ silence, cut off                                          │
///     └ refused, timeout ─┴───────────────────────────────────────────────────────────┘
/// ```
///
/// The shell sends `request` first. After each `receive`, `receiveEnd` and `elapse` it takes events
/// until `next` says `nil`, and calls `elapse` no later than `deadline`. Times are nanoseconds of one
/// clock that never runs backwards.
public struct WebSocketClientConnection: ~Copyable {
    private enum State {
        /// The handshake was sent.
        case opening(until: Int64)
        case open
        /// Our close frame was sent.
        case closing(until: Int64)
        /// The end is to be reported.
        case ending(WebSocketClientEnd)
        case ended
    }

    /// Bytes of a ping of ours: when it was sent.
    private static let pingByteCount = 8

    /// The opening handshake, to be sent at once.
    public let request: SharedBytes
    public let timing: WebSocketTiming
    /// Bytes that came, of the handshake too.
    public private(set) var receivedByteCount = 0
    /// Whole messages that came.
    public private(set) var messageCount = 0
    /// Nanoseconds from our last answered ping to its pong; `nil` before the first.
    public private(set) var roundTripNanoseconds: Int64?
    private let limits: WebSocketLimits
    private let masks: () -> UInt32
    private var handshake: WebSocketClientHandshake
    private var connection: WebSocketConnection
    private var state: State
    private var lastReceivedAt: Int64
    /// When the next ping of ours is due.
    private var pingAt: Int64
    private var isPingDue = false
    /// When the last ping of ours was sent, if it is not answered yet.
    private var pingSentAt: Int64?
    /// The transport brings nothing more.
    private var hasEnded = false
    /// The `now` of the last call that had one.
    private var now: Int64

    /// - Parameters:
    ///   - host: the value of `Host`, with the port unless it is the scheme's own.
    ///   - target: path and query.
    ///   - fields: to be added to the request.
    ///   - nonce: 16 bytes that nobody can guess.
    ///   - masks: gives the key of each frame, which nobody can guess (section 10.3).
    /// - Throws: when host, target or a field may not stand in a request.
    public init(
        host: String,
        target: String,
        fields: [WebSocketClientHandshake.Field] = [],
        nonce: Span<UInt8>,
        masks: @escaping () -> UInt32,
        limits: WebSocketLimits = WebSocketLimits(),
        timing: WebSocketTiming = WebSocketTiming(),
        at now: Int64
    ) throws(HTTPRequestWriter.Failure) {
        let handshake = WebSocketClientHandshake(nonce: nonce)
        request = try handshake.request(host: host, target: target, fields: fields)
        self.handshake = handshake
        self.limits = limits
        self.timing = timing
        self.masks = masks
        self.now = now
        connection = WebSocketConnection(clientMasks: masks, limits: limits)
        state = .opening(until: now + Self.nanoseconds(timing.handshakeMilliseconds))
        lastReceivedAt = now
        pingAt = now
    }

    /// Whether messages may be sent.
    public var isOpen: Bool {
        if case .open = state { connection.isOpen } else { false }
    }

    /// Whether our close frame is sent and its answer awaited.
    public var isClosing: Bool {
        if case .closing = state { true } else { false }
    }

    /// The request is being sent only now: the time for its answer begins.
    public mutating func begin(at now: Int64) {
        guard case .opening = state else { return }
        self.now = now
        lastReceivedAt = now
        state = .opening(until: now + Self.nanoseconds(timing.handshakeMilliseconds))
    }

    /// Takes bytes as they came.
    public mutating func receive(_ bytes: Span<UInt8>, at now: Int64) {
        self.now = now
        lastReceivedAt = now
        receivedByteCount += bytes.count
        switch state {
        case .opening: handshake.receive(bytes)
        case .open, .closing: connection.receive(bytes)
        case .ending, .ended: break
        }
    }

    /// The connection has ended: no more bytes will come. What came before is still taken out.
    public mutating func receiveEnd() { hasEnded = true }

    /// Notices what time does: a ping that is due, a server that is silent.
    public mutating func elapse(to now: Int64) {
        self.now = now
        switch state {
        case .opening(let until):
            if now >= until { state = .ending(.handshakeTimeout) }
        case .closing(let until):
            if now >= until { state = .ending(.closeTimeout) }
        case .open:
            if now >= silentAt {
                state = .ending(.silence)
            } else if let period = timing.pingMilliseconds, now >= pingAt {
                isPingDue = true
                pingAt = now + Self.nanoseconds(period)
            }
        case .ending, .ended: break
        }
    }

    /// When `elapse` has something to do at the latest; `nil` when nothing is awaited any more.
    public var deadline: Int64? {
        switch state {
        case .opening(let until), .closing(let until): until
        case .open: timing.pingMilliseconds == nil ? silentAt : min(silentAt, pingAt)
        case .ending, .ended: nil
        }
    }

    /// What happened next; `nil` when more bytes or more time are needed, and after `.ended`.
    public mutating func next() -> WebSocketClientEvent? {
        let event: WebSocketClientEvent?
        switch state {
        case .opening: event = nextWhileOpening()
        case .open, .closing:
            event = isPingDue && connection.isOpen ? .send(ping()) : nextWhileConnected()
        case .ending(let end):
            state = .ended
            return .ended(end)
        case .ended: return nil
        }
        if event == nil, hasEnded {
            state = .ended
            return .ended(.cutOff)
        }
        return event
    }

    /// Lends the message of the last event until the connection is called again; with `.ended(.byPeer)`
    /// and `.ended(.byUs)`, the reason that the server's close frame gave (UTF-8).
    public func withPayload<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try connection.withPayload(body)
    }

    /// The frame of a text message, masked; `nil` unless the connection is open.
    /// - Parameter payload: UTF-8.
    public func text(_ payload: Span<UInt8>) -> SharedBytes? {
        guard isOpen else { return nil }
        return WebSocketFrame.text(payload, mask: masks())
    }

    /// The frame of a binary message, masked; `nil` unless the connection is open.
    public func binary(_ payload: Span<UInt8>) -> SharedBytes? {
        guard isOpen else { return nil }
        return WebSocketFrame.binary(payload, mask: masks())
    }

    /// Begins the closing handshake.
    ///
    /// - Parameter reason: at most 123 bytes of UTF-8.
    /// - Returns: the close frame to send, the last one; `nil` when there is none to send, because
    ///   the handshake is not complete (then just end the connection) or the end has begun.
    public mutating func close(
        _ code: WebSocketCloseCode,
        reason: StaticString = "",
        at now: Int64
    ) -> SharedBytes? {
        self.now = now
        guard case .open = state, let frame = connection.close(code, reason: reason) else {
            return nil
        }
        state = .closing(until: now + Self.nanoseconds(timing.closeMilliseconds))
        return frame
    }
}

extension WebSocketClientConnection {
    private static func nanoseconds(_ milliseconds: Int64) -> Int64 { milliseconds * 1_000_000 }

    private var silentAt: Int64 {
        lastReceivedAt + Self.nanoseconds(timing.silenceMilliseconds)
    }

    private mutating func nextWhileOpening() -> WebSocketClientEvent? {
        do throws(WebSocketClientHandshake.Failure) {
            guard let remainder = try handshake.finish() else { return nil }
            connection = WebSocketConnection(clientMasks: masks, limits: limits, input: remainder)
        } catch {
            state = .ended
            return .ended(.refused(error))
        }
        state = .open
        pingAt = now + Self.nanoseconds(timing.pingMilliseconds ?? 0)
        return .open
    }

    private mutating func nextWhileConnected() -> WebSocketClientEvent? {
        switch connection.next() {
        case nil: return nil
        case .text:
            messageCount += 1
            return .text
        case .binary:
            messageCount += 1
            return .binary
        case .pong:
            measureRoundTrip()
            return .pong
        case .send(let bytes): return .send(bytes)
        case .ended(let end):
            state = .ended
            switch end {
            case .byPeer(let code): return .ended(.byPeer(code))
            case .byUs(let code): return .ended(.byUs(code))
            case .byError(let error): return .ended(.byError(error))
            }
        }
    }

    /// A ping that holds its time, so that its pong can be told from others.
    private mutating func ping() -> SharedBytes {
        isPingDue = false
        pingSentAt = now
        var payload = InlineArray<8, UInt8>(repeating: 0)
        for index in 0..<Self.pingByteCount {
            payload[index] = UInt8(truncatingIfNeeded: now >> (8 * index))
        }
        return WebSocketFrame.ping(payload.span, mask: masks())
    }

    private mutating func measureRoundTrip() {
        guard let sentAt = pingSentAt else { return }
        let isAnswer = connection.withPayload { payload in
            guard payload.count == Self.pingByteCount else { return false }
            for index in payload.indices
            where payload[index] != UInt8(truncatingIfNeeded: sentAt >> (8 * index)) {
                return false
            }
            return true
        }
        guard isAnswer else { return }
        roundTripNanoseconds = now - sentAt
        pingSentAt = nil
    }
}
