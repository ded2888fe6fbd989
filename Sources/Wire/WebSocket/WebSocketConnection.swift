/// How a connection ended.
public enum WebSocketEnd: Equatable, Sendable {
    /// The peer sent a close frame first; `nil` when it held no code.
    case byPeer(WebSocketCloseCode?)
    /// The peer answered the close frame that we had sent with this code.
    case byUs(WebSocketCloseCode)
    /// The peer broke the protocol.
    case byError(WebSocketError)
}

/// What the shell of a connection has to do or may use.
public enum WebSocketConnectionEvent: Sendable {
    /// A message; `WebSocketConnection.withPayload` lends it.
    case text
    case binary
    /// The answer to one of our pings, or a pong nobody asked for: the peer is alive.
    case pong
    /// Send these bytes: a pong, the answer to a close frame, the close frame of an error.
    case send(SharedBytes)
    /// The last event: when everything is sent, close the TCP connection (RFC 6455 section 7.1.1).
    case ended(WebSocketEnd)
}

/// One side of a WebSocket after the handshake: decodes, answers what the protocol answers by itself,
/// and knows who owes a close frame.
///
/// ```
///            close()             peer's close
///   open ─────────────► closing ──────────────► ended
///    │  peer's close: .send(answer)                ▲
///    │  error: .send(close 1002, 1007 or 1009)     │
///    └─────────────────────────────────────────────┘
/// ```
///
/// The shell sends messages only while `isOpen`.
public struct WebSocketConnection: ~Copyable {
    private enum State {
        case open
        /// Our close frame is sent, with this code; what still comes is ignored up to the answer.
        case closing(WebSocketCloseCode)
        /// The last bytes were handed out; the end is to be reported.
        case ending(WebSocketEnd)
        case ended
    }

    private var decoder: WebSocketDecoder
    private var state = State.open
    /// A client's source of masks; `nil` for a server.
    private let masks: (() -> UInt32)?

    /// The server's side.
    /// - Parameter input: bytes that followed the handshake in the same read
    ///   (`HTTPRequestDecoder.takeRemainder`).
    public init(
        limits: WebSocketLimits = WebSocketLimits(),
        input: consuming ByteBuffer = ByteBuffer(capacity: 256)
    ) {
        decoder = WebSocketDecoder(role: .server, limits: limits, input: input)
        masks = nil
    }

    /// The client's side.
    /// - Parameters:
    ///   - masks: gives the key of each frame sent, which nobody can guess (RFC 6455 section 10.3).
    ///   - input: bytes that followed the handshake (`WebSocketClientHandshake.finish`).
    public init(
        clientMasks masks: @escaping () -> UInt32,
        limits: WebSocketLimits = WebSocketLimits(),
        input: consuming ByteBuffer = ByteBuffer(capacity: 256)
    ) {
        decoder = WebSocketDecoder(role: .client, limits: limits, input: input)
        self.masks = masks
    }

    /// Whether messages may be sent: no close frame has gone either way.
    public var isOpen: Bool {
        if case .open = state { true } else { false }
    }

    /// Takes bytes as they came.
    public mutating func receive(_ bytes: Span<UInt8>) {
        decoder.receive(bytes)
    }

    /// What happened next; `nil` when more bytes are needed and after `.ended`.
    public mutating func next() -> WebSocketConnectionEvent? {
        switch state {
        case .ended: return nil
        case .ending(let end):
            state = .ended
            return .ended(end)
        case .open: return nextWhileOpen()
        case .closing(let code): return nextWhileClosing(code)
        }
    }

    /// Lends the message of the last event until the connection is called again; with the end, the
    /// reason that the peer's close frame gave (UTF-8).
    public func withPayload<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try decoder.withPayload(body)
    }

    /// Begins the closing handshake.
    ///
    /// - Parameter reason: at most 123 bytes of UTF-8.
    /// - Returns: the close frame to send, the last one; `nil` when the connection is not open any
    ///   more.
    public mutating func close(
        _ code: WebSocketCloseCode,
        reason: StaticString = ""
    ) -> SharedBytes? {
        guard isOpen else { return nil }
        state = .closing(code)
        return WebSocketFrame.close(code, reason: reason, mask: masks?())
    }

    private mutating func nextWhileOpen() -> WebSocketConnectionEvent? {
        let event: WebSocketEvent?
        do {
            event = try decoder.next()
        } catch {
            state = .ending(.byError(error))
            return .send(WebSocketFrame.close(error.closeCode, mask: masks?()))
        }
        switch event {
        case nil: return nil
        case .text: return .text
        case .binary: return .binary
        case .pong: return .pong
        case .ping:
            return .send(decoder.withPayload { WebSocketFrame.pong($0, mask: masks?()) })
        case .close(let code):
            state = .ending(.byPeer(code))
            return .send(WebSocketFrame.close(code, mask: masks?()))
        }
    }

    private mutating func nextWhileClosing(
        _ code: WebSocketCloseCode
    ) -> WebSocketConnectionEvent? {
        while true {
            let event: WebSocketEvent?
            do {
                event = try decoder.next()
            } catch {
                state = .ended
                return .ended(.byError(error))
            }
            switch event {
            case nil: return nil
            case .text, .binary, .ping, .pong: continue
            case .close:
                state = .ended
                return .ended(.byUs(code))
            }
        }
    }
}
