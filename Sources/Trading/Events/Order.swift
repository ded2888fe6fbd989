/// An order's number within one run, given by the engine in order of placing, from 1.
public struct OrderID: Hashable, Comparable, Sendable {
    public let number: UInt64
    public init(number: UInt64) { self.number = number }
    public static func < (lhs: OrderID, rhs: OrderID) -> Bool { lhs.number < rhs.number }
}

/// How an order meets the book.
public enum OrderKind: UInt8, Sendable, CaseIterable {
    /// Rests, or is refused where it would take: a quote.
    case quote
    /// Takes what stands at its price or better, at once; what is left is cancelled (FAK). The way
    /// out of a position, and of nothing else.
    case exit
}

/// A limit order of ours, as it goes to a venue.
public struct Order: Equatable, Sendable {
    public var id: OrderID
    public var market: MarketID
    /// The token bought or sold. A BUY of NO at `1 - a` is an offer of YES at `a`: the venue
    /// matches the two by minting a pair.
    public var outcome: Outcome
    public var side: Side
    /// In terms of `outcome`.
    public var price: Price
    public var size: Quantity
    public var kind: OrderKind

    public init(
        id: OrderID,
        market: MarketID,
        outcome: Outcome,
        side: Side,
        price: Price,
        size: Quantity,
        kind: OrderKind = .quote
    ) {
        self.kind = kind
        self.id = id
        self.market = market
        self.outcome = outcome
        self.side = side
        self.price = price
        self.size = size
    }

    /// The side of the YES book on which this order rests.
    public var bookSide: Side { outcome == .yes ? side : side.opposite }
    /// The price at which it rests there.
    public var bookPrice: Price { outcome == .yes ? price : price.complement }
}

/// A fill of one of our orders.
public struct Fill: Equatable, Sendable {
    /// Unique per fill; a fill told twice is booked once.
    public var tradeID: UInt64
    public var orderID: OrderID
    public var market: MarketID
    public var outcome: Outcome
    public var side: Side
    /// In terms of `outcome`.
    public var price: Price
    public var size: Quantity
    /// What the venue took from us; zero for a maker.
    public var fee: Money
    /// Nothing of the order is left.
    public var isComplete: Bool

    public init(
        tradeID: UInt64,
        orderID: OrderID,
        market: MarketID,
        outcome: Outcome,
        side: Side,
        price: Price,
        size: Quantity,
        fee: Money,
        isComplete: Bool
    ) {
        self.tradeID = tradeID
        self.orderID = orderID
        self.market = market
        self.outcome = outcome
        self.side = side
        self.price = price
        self.size = size
        self.fee = fee
        self.isComplete = isComplete
    }
}

/// Why a venue refused an order.
public enum OrderRejection: UInt8, Sendable, CaseIterable {
    /// A post-only order would have taken: our book is older than the venue's.
    case wouldCross
    /// The price is not on the venue's current grid.
    case offTick
    /// Below the market's minimum.
    case sizeTooSmall
    /// The market takes no orders: not open yet, resolved, or unknown.
    case marketClosed
    /// The venue's message budget is used up.
    case rateLimited
    /// The emergency stop shut the order path before the order left.
    case orderPathShut
    /// The venue sees too little cash, too few shares, or too small an allowance.
    case insufficientBalance
    /// The venue takes nothing at the moment, or nothing of ours; or it could not be asked.
    case venueRefused
    /// It did not leave: there was no way to the venue at that moment, or orders were held back.
    case notSent
}

/// Why an order is gone without having been filled.
public enum CancelReason: UInt8, Sendable, CaseIterable {
    /// We asked.
    case requested
    /// The market ended.
    case marketClosed
    /// The tick size changed and the venue cleared the book.
    case tickSizeChanged
    /// The venue cancelled it for reasons of its own.
    case byVenue
}
