/// What should stand on one side of a market.
enum QuoteDecision: Equatable {
    case target(Quote)
    /// Nothing, and why.
    case none(NoQuoteReason)

    var quote: Quote? {
        if case .target(let quote) = self { quote } else { nil }
    }
}

/// An order that should stand, and how to place it. Always post-only.
struct Quote: Equatable {
    /// Of the YES book: the bid or the offer.
    var side: Side
    /// In YES terms.
    var price: Price
    var size: Quantity
    /// The most that may stand on this side now, this order included: more would break a limit.
    var room: Quantity
    /// Worth of a share to us on this side, in YES terms, before the half-spread; dollars.
    var value: Double
    /// The token to trade, and what to do with it.
    var outcome: Outcome
    var orderSide: Side

    /// In terms of `outcome`.
    var orderPrice: Price { outcome == .yes ? price : price.complement }

    /// Cash that the order claims.
    var cost: Money { orderSide == .buy ? Money(size, at: orderPrice) : .zero }
}

/// Why a side has no quote.
public enum NoQuoteReason: UInt8, CaseIterable, Sendable {
    /// The fair value or the aversion is not a number, or out of range.
    case modelInvalid
    /// The market has no bids or no asks.
    case oneSidedBook
    /// The market's best bid is not below its best ask.
    case crossedBook
    /// A guard has taken the side off for a while.
    case held
    /// The half-spread needed exceeds `HalfSpread.ticksMax`.
    case halfSpreadTooWide
    /// Only reducing quotes are allowed, and this side has nothing to reduce.
    case reduceOnly
    /// Fair value outside 0.05 ... 0.95: no new risk.
    case fairOutOfRange
    /// The side would add, and the worst-case position leaves no room.
    case positionLimit
    /// A ten basis point move of the reference would cost too much, over all windows together.
    case deltaLimit
    /// What the limits leave is below the market's minimum.
    case sizeBelowMinimum
    /// No price of the grid is far enough from fair.
    case priceOffGrid
    /// The free cash does not pay for the smallest order.
    case insufficientBalance
}
