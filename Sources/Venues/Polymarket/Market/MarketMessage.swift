internal import Trading

/// One object of the market socket, decoded and not yet judged: which event it is, and every
/// member that any event has. Ranges are offsets in the frame.
///
/// The event's type may stand behind everything else in the object, so all members are read first
/// and sorted out afterwards; what a member means does not depend on the event.
struct MarketMessage {
    /// Changes that one message may hold.
    static let changesMax = 512

    /// `event_type`, as far as it is known.
    enum Kind {
        case book, priceChange, lastTradePrice, tickSizeChange, bestBidAsk, newMarket
        case marketResolved
        /// A type that the venue did not have when this was written, or none at all.
        case unknown
    }

    /// One element of `price_changes`, at first in terms of its own token.
    struct Change {
        var token = 0..<0
        var side = Side.buy
        var level = PriceLevel(price: .zero, size: .zero)
        /// Whether it was told of NO and has been turned over into terms of YES.
        var isTurnedOver = false
        /// What the venue says is best after the message; `nil` inside for an empty side, outside
        /// where it does not say.
        var bestBid: Price??
        var bestAsk: Price??
    }

    var kind = Kind.unknown
    /// The common members, and the rest of a book.
    var book = PolymarketBook()
    /// Whether `bids` or `asks` was there.
    var hasLevels = false
    var hasChanges = false
    var price: Price?
    var size: Quantity?
    var side: Side?
    var newTickSize: TickSize?
    var bestBid: Price??
    var bestAsk: Price??
    var winner: Range<Int>?
    /// Members that mean nothing to us.
    var unknownKeys = 0

    var market: Range<Int> { book.market }
    var token: Range<Int> { book.assetID }
}
