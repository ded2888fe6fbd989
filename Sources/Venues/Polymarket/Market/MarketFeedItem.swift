public import Trading

/// What the market socket has told, as far as somebody must act on it.
public enum MarketFeedItem: Equatable, Sendable {
    /// For the engine. In terms of YES, whatever token the venue spoke of.
    case event(EngineEvent)
    /// What is known of this market's book is in doubt: nothing may be added to the position until
    /// `trusted` (a venue that changes its format must never put us on the wrong side).
    case distrusted(MarketID, MarketFeedDoubt)
    /// A sound snapshot has come, and the doubt is over.
    case trusted(MarketID)
    /// The venue has said of this market what this decoder does not know. Told once, until it is
    /// followed anew: a sound snapshot does not prove that prices and sizes still mean the same.
    case unfamiliar(MarketID)
    /// The market's book is void and the venue will not send another by itself: subscribe anew.
    case snapshotWanted(MarketID)
}

/// Why a market's book is in doubt.
public enum MarketFeedDoubt: UInt8, Sendable, CaseIterable {
    /// The hash of a book is not that of its content.
    case hashMismatch
    /// The best prices that the venue tells beside its changes are not those of our book, several
    /// messages in a row.
    case topMismatch
    /// The two tokens of the market were told contradicting sizes of one level in one message.
    case tokensContradict
    /// The best bid is at most 0.01 and the best ask at least 0.99: what the venue shows while its
    /// matching has no book, for as long as it likes and while pings are answered.
    case ghostBook
    /// A message does not name the market that its token belongs to, or names a winner that is
    /// neither of its tokens.
    case identity
    /// A message was not what this decoder knows: a member that it meets for the first time, an
    /// event that it does not know, a value out of range. What it was to change of the book is not
    /// known.
    case unknownFormat
}

/// Counts of the market socket.
public struct MarketFeedStatistics: Equatable, Sendable {
    public var frames: Int64 = 0
    public var bytes: Int64 = 0
    public var books: Int64 = 0
    /// Books of the other token that said what its market's book had said already.
    public var booksRepeated: Int64 = 0
    public var changes: Int64 = 0
    /// Changes of the other token that said what one of the message had said already.
    public var changesRepeated: Int64 = 0
    public var trades: Int64 = 0
    public var tickSizeChanges: Int64 = 0
    public var resolutions: Int64 = 0
    /// Messages about markets that are not followed; `new_market` of any.
    public var unrelated: Int64 = 0
    /// Changes that came before the market's first book, and were left out.
    public var changesWithoutBook: Int64 = 0
    public var hashesVerified: Int64 = 0
    public var hashesMismatched: Int64 = 0
    /// Books without a hash, or on a grid that is not searched.
    public var hashesUnverifiable: Int64 = 0
    public var topsCompared: Int64 = 0
    public var topsMismatched: Int64 = 0
    public var unknownEvents: Int64 = 0
    public var unknownKeys: Int64 = 0
    /// Frames that were given up, the first error of which is kept.
    public var malformed: Int64 = 0
    public var firstError: BookFrameError?

    public init() {}
}
