public import Wire

/// Why a frame is not a book, what part of it, and where.
public struct BookFrameError: Error, Equatable, Sendable {
    /// The part of the frame that is wrong.
    public enum Field: Equatable, Sendable {
        case frame, eventType, market, assetID, timestamp, hash, bids, asks
        case tickSize, lastTradePrice, minOrderSize, negRisk
        // Of the other events of the market socket.
        case changes, price, size, side, bestBid, bestAsk, winner
    }

    public enum Reason: Equatable, Sendable {
        case notJSON(JSONError.Reason)
        /// An event of another type than `book`.
        case otherEvent
        /// The key is not there.
        case missing
        /// The key is there twice.
        case repeated
        /// A value of another JSON type than the venue sends.
        case wrongType
        /// Not a decimal number, not 40 hexadecimal digits, not an id, an escape where none can be.
        case malformed
        /// A price outside 0 ... 1 (both excluded in a level), a negative or immense size.
        case outOfRange
        /// More decimals than a price (4) or a size (6) can have.
        case offPrecision
        /// Two levels of one side at one price.
        case duplicatePrice
        /// More levels on a side than `PolymarketBook.levelsMax`.
        case tooManyLevels
        /// More changes in one message than `MarketMessage.changesMax`.
        case tooManyChanges
    }

    public let reason: Reason
    public let field: Field
    /// In bytes from the beginning of what was decoded.
    public let offset: Int

    public init(_ reason: Reason, _ field: Field, at offset: Int) {
        self.reason = reason
        self.field = field
        self.offset = offset
    }

    init(_ error: JSONError) {
        self.init(.notJSON(error.reason), .frame, at: error.offset)
    }
}
