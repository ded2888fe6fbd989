/// How long a client waits, in milliseconds.
public struct WebSocketTiming: Equatable, Sendable {
    /// For the answer to the handshake, counted from the request.
    public var handshakeMilliseconds: Int64 = 5_000
    /// Between pings of our own; `nil` sends none.
    public var pingMilliseconds: Int64? = 15_000
    /// Without any byte from the server, after which the connection counts as dead.
    public var silenceMilliseconds: Int64 = 45_000
    /// For the server's answer to our close frame.
    public var closeMilliseconds: Int64 = 2_000

    public init() {}
}

/// How a client's WebSocket ended.
public enum WebSocketClientEnd: Equatable, Sendable, CustomStringConvertible {
    /// It never was one.
    case refused(WebSocketClientHandshake.Failure)
    /// The server did not answer the handshake in time.
    case handshakeTimeout
    /// The server sent a close frame first; `nil` when it held no code.
    case byPeer(WebSocketCloseCode?)
    /// The server answered the close frame that we had sent with this code.
    case byUs(WebSocketCloseCode)
    /// The server did not answer our close frame in time.
    case closeTimeout
    /// The server broke the protocol.
    case byError(WebSocketError)
    /// Nothing came for longer than `WebSocketTiming.silenceMilliseconds`.
    case silence
    /// The connection ended without a close frame.
    case cutOff

    /// Whether both sides have said goodbye.
    public var isClean: Bool {
        switch self {
        case .byPeer, .byUs: true
        case .refused, .handshakeTimeout, .closeTimeout, .byError, .silence, .cutOff: false
        }
    }

    public var description: String {
        switch self {
        case .refused(.refused(let status, _)): "the server answered with status \(status)"
        case .refused(.malformedAnswer): "the server's answer is no WebSocket handshake"
        case .refused(.wrongAnswer): "the server's answer is not to our handshake"
        case .handshakeTimeout: "the server did not answer the handshake in time"
        case .byPeer(let code?): "closed by the server with \(code.rawValue)"
        case .byPeer(nil): "closed by the server without a code"
        case .byUs(let code): "closed by us with \(code.rawValue)"
        case .closeTimeout: "the server did not answer our close in time"
        case .byError(let error): "the server broke the protocol: \(error)"
        case .silence: "the server was silent for too long"
        case .cutOff: "the connection ended without a close frame"
        }
    }
}

/// What the shell of a client's connection has to do or may use.
public enum WebSocketClientEvent: Sendable {
    /// The handshake is complete: messages may be sent.
    case open
    /// A message; `WebSocketClientConnection.withPayload` lends it.
    case text
    case binary
    /// The server has answered a ping, or sent a pong unasked.
    case pong
    /// Send these bytes.
    case send(SharedBytes)
    /// The last event: when everything is sent, end the connection.
    case ended(WebSocketClientEnd)
}
