/// A market's number within one run, given in order of appearance. The engine's books and
/// positions are found by it; nothing outside the process ever sees it.
public struct MarketID: Hashable, Comparable, Sendable {
    public let index: UInt32
    public init(index: UInt32) { self.index = index }
    public static func < (lhs: MarketID, rhs: MarketID) -> Bool { lhs.index < rhs.index }
}

/// Which of a binary market's two tokens.
public enum Outcome: UInt8, Sendable, CaseIterable {
    /// Pays one dollar when the price went up (ties included). The book is kept in its terms.
    case yes
    case no
}

/// Buy or sell.
public enum Side: UInt8, Sendable, CaseIterable {
    case buy
    case sell

    public var opposite: Side { self == .buy ? .sell : .buy }
}

/// What a market's own record says of it, once, before its first book.
public struct MarketDefinition: Equatable, Sendable {
    public var id: MarketID
    /// Such as `btc-updown-5m-1776323400`.
    public var slug: InlineText
    /// 0x and 64 hexadecimal digits.
    public var conditionID: InlineText
    /// The token whose book is kept.
    public var yesToken: InlineText
    /// Empty where a recording does not tell.
    public var noToken: InlineText
    /// Start and end of the window that the question is about.
    public var windowStart: Timestamp
    public var windowEnd: Timestamp
    public var tickSize: TickSize
    /// The smallest order, usually 5 shares.
    public var orderSizeMin: Quantity
    /// Taker fee per share is `feeRate * p * (1 - p)`; 0.07 in crypto, 0 where fee-free
    /// (strategy 11). Makers pay none.
    public var takerFeeRate: Double
    /// How the outcome is decided.
    public var settlement: SettlementFamily

    public init(
        id: MarketID,
        slug: InlineText,
        conditionID: InlineText,
        yesToken: InlineText,
        noToken: InlineText,
        windowStart: Timestamp,
        windowEnd: Timestamp,
        tickSize: TickSize,
        orderSizeMin: Quantity,
        takerFeeRate: Double,
        settlement: SettlementFamily
    ) {
        self.id = id
        self.slug = slug
        self.conditionID = conditionID
        self.yesToken = yesToken
        self.noToken = noToken
        self.windowStart = windowStart
        self.windowEnd = windowEnd
        self.tickSize = tickSize
        self.orderSizeMin = orderSizeMin
        self.takerFeeRate = takerFeeRate
        self.settlement = settlement
    }
}

/// One price and what rests there.
public struct PriceLevel: Equatable, Sendable {
    public var price: Price
    public var size: Quantity
    public init(price: Price, size: Quantity) {
        self.price = price
        self.size = size
    }
}

/// A whole book, in YES terms. Levels in any order, no price twice on a side.
///
/// Whoever decodes keeps one of these and refills it (`removeAll(keepingCapacity:)`), so that a
/// book frame allocates nothing once the arrays have grown.
public struct BookSnapshot: Equatable, Sendable {
    public var market: MarketID
    public var bids: [PriceLevel]
    public var asks: [PriceLevel]
    /// As the message says it, or as the prices prove it (a price off the old grid); `nil` when
    /// neither does.
    public var tickSize: TickSize?
    /// The venue's own stamp, by the venue's clock.
    public var venueTime: Timestamp

    public init(
        market: MarketID,
        bids: [PriceLevel],
        asks: [PriceLevel],
        tickSize: TickSize?,
        venueTime: Timestamp
    ) {
        self.market = market
        self.bids = bids
        self.asks = asks
        self.tickSize = tickSize
        self.venueTime = venueTime
    }
}

/// A level's new size (`price_change`); zero removes it. In YES terms.
public struct LevelChange: Equatable, Sendable {
    public var market: MarketID
    public var side: Side
    public var level: PriceLevel
    public var venueTime: Timestamp
    public init(market: MarketID, side: Side, level: PriceLevel, venueTime: Timestamp) {
        self.market = market
        self.side = side
        self.level = level
        self.venueTime = venueTime
    }
}

/// A trade of others (`last_trade_price`), in YES terms.
public struct TradePrint: Equatable, Sendable {
    public var market: MarketID
    /// What the taker did with YES.
    public var takerSide: Side
    public var price: Price
    /// `nil` where the source proves a trade but not its size (a book hash gives away the last
    /// trade price alone).
    public var size: Quantity?
    public var venueTime: Timestamp
    public init(
        market: MarketID,
        takerSide: Side,
        price: Price,
        size: Quantity?,
        venueTime: Timestamp
    ) {
        self.market = market
        self.takerSide = takerSide
        self.price = price
        self.size = size
        self.venueTime = venueTime
    }
}
