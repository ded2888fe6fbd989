internal import Reactor
internal import Server
internal import Trading

/// To the API loop.
enum APIMessage: Sendable {
    /// The disk's answer to a request of the control desk.
    case written(ticket: UInt64, succeeded: Bool)
    /// The engine put a patch in force.
    case applied(control: UInt64, Parameters)
    /// A limit stopped the session: it is to be latched.
    case killTripped(RiskCause)
    /// The engine's counts, once a second. (Indirect: by far the largest.)
    indirect case report(EngineReport)
    /// The same of live execution.
    indirect case executionReport(ExecutionReport)
    /// The engine has nothing left on the book.
    case tradingFinished
}

/// To the trading loop.
enum TradingMessage: Sendable {
    /// What the operator wants, or how the disk is.
    case event(EngineEvent)
    /// Leave the loop; whatever is not finished stays so.
    case end
}

/// To the journal thread.
enum JournalMessage: Sendable {
    /// Whom to tell when the disk takes nothing, and when it does again.
    case attach(MailboxSender<TradingMessage>)
    case request(DeskRequest)
    /// Write what is there and end.
    case end
}
