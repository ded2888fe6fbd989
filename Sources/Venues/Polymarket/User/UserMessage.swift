public import Trading
public import Wire

/// What the user socket tells (polymarket 9).
public enum UserMessage: Equatable, Sendable {
    case order(UserOrder)
    case trade(UserTrade)
    /// An event that this decoder does not know.
    case unknown
}

/// An event of one of our orders.
public struct UserOrder: Equatable, Sendable {
    public enum Kind: Equatable, Sendable {
        case placement
        /// Partly, or wholly, matched.
        case update
        /// Gone: by us, by its time, or because the venue took it out.
        case cancellation
    }

    public enum Status: Equatable, Sendable {
        case live, matched, delayed, unmatched, invalid
        /// With or without a reason, which may be a whole sentence.
        case cancelled
        /// A word that was not there when this was written.
        case unknown
    }

    public internal(set) var id = InlineText()
    public internal(set) var kind = Kind.update
    public internal(set) var status = Status.unknown
    public internal(set) var conditionID = InlineText()
    public internal(set) var token = InlineText()
    public internal(set) var side = Side.buy
    public internal(set) var price = Price.zero
    public internal(set) var originalSize = Quantity.zero
    /// `nil` where the venue leaves it empty.
    public internal(set) var matchedSize: Quantity?
    public internal(set) var owner = InlineText()
    public internal(set) var makerAddress = InlineText()
    public internal(set) var venueTime = Timestamp(nanoseconds: 0)

    init() {}
}

/// An event of one trade that orders of ours had a part in.
public struct UserTrade: Equatable, Sendable {
    public enum Status: Equatable, Sendable {
        /// Matched, not on the chain yet; it may still fail.
        case matched
        case mined
        case confirmed
        case retrying
        /// It never was.
        case failed
        case unknown
    }

    /// What one maker's order gave.
    public struct MakerOrder: Equatable, Sendable {
        public internal(set) var id = InlineText()
        public internal(set) var owner = InlineText()
        public internal(set) var makerAddress = InlineText()
        public internal(set) var token = InlineText()
        public internal(set) var outcome = InlineText()
        public internal(set) var side: Side?
        public internal(set) var price = Price.zero
        public internal(set) var amount = Quantity.zero

        init() {}
    }

    public internal(set) var id = InlineText()
    public internal(set) var status = Status.unknown
    public internal(set) var conditionID = InlineText()
    // The taker's side of it.
    public internal(set) var takerOrderID = InlineText()
    public internal(set) var token = InlineText()
    public internal(set) var outcome = InlineText()
    public internal(set) var side = Side.buy
    public internal(set) var price = Price.zero
    public internal(set) var size = Quantity.zero
    /// Whether we were the taker.
    public internal(set) var isTaker = false
    public internal(set) var makers: [MakerOrder] = []
    public internal(set) var venueTime = Timestamp(nanoseconds: 0)

    init() {}
}

/// Why a frame of the user socket is refused.
public enum UserError: Error, Equatable, Sendable {
    case notJSON(JSONError)
    /// The member is of another type than the venue sends.
    case wrongType(InlineText)
    /// The member is missing.
    case missing(InlineText)
    /// Not a number of the member's kind, or outside its range.
    case value(InlineText)
    /// More of something than its limit.
    case tooMany
}
