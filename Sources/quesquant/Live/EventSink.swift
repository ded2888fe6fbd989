internal import Trading

/// The way from the feeds into the trading room. Without a room, events go nowhere.
final class EventSink {
    /// Set while the room is open.
    var room: TradingRoom?

    /// Something happened, and was received at `now`.
    func deliver(_ event: EngineEvent, at now: Timestamp) { room?.take(event, at: now) }

    /// The message is through: what it led to goes out.
    func messageEnded() { room?.messageEnded() }
}

@available(*, unavailable)
extension EventSink: Sendable {}
