public import Wire

/// How a WebSocket to a service ended.
public enum WebSocketOutcome: Equatable, Sendable, CustomStringConvertible {
    /// There was no connection to speak it on.
    case notConnected(NetError)
    /// The connection was lost.
    case lost(NetError)
    /// The WebSocket ended by its own rules.
    case ended(WebSocketClientEnd)
    /// The server sends and does not read: answers to its pings pile up beyond
    /// `WebSocketClient.backlogBytesMax`.
    case backlogged
    /// `abandon()` was called.
    case abandoned

    public var description: String {
        switch self {
        case .notConnected(let error), .lost(let error): error.description
        case .ended(let end): end.description
        case .backlogged: "the server does not read what it is sent"
        case .abandoned: "abandoned"
        }
    }
}
