internal import Server
internal import Trading

/// To the API loop.
enum APIMessage: Sendable {
    /// The disk's answer to a request of the control desk.
    case written(ticket: UInt64, succeeded: Bool)
    /// The engine put a patch in force.
    case applied(control: UInt64, Parameters)
    /// The engine has nothing left on the book.
    case tradingFinished
}

/// To the trading loop: what the operator wants, and how the disk is.
typealias TradingMessage = EngineEvent

/// To the journal thread.
enum JournalMessage: Sendable {
    case request(DeskRequest)
    /// Write what is there and end.
    case end
}
