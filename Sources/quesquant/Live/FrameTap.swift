internal import Trading
internal import Venues

/// Whoever keeps what the feeds say, word for word.
protocol FrameTap: AnyObject {
    /// Received at `now`; an answer was asked for at `sent`. The bytes are gone when the call
    /// returns.
    func received(
        _ bytes: Span<UInt8>,
        from feed: RecordedFeed,
        sentAt sent: Timestamp?,
        at now: Timestamp
    )
    func linkChanged(_ link: RecordedLink, of feed: RecordedFeed, at now: Timestamp)
}

extension FeedStanding {
    /// Whether there is no connection that delivers.
    var isDown: Bool {
        switch self {
        case .down, .blocked, .stopped: true
        case .subscribed, .live, .stale: false
        }
    }
}
