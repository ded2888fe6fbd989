/// The market's volatility regime, as the tick reports it.
public enum VolState: UInt8, Sendable {
    case low
    /// Also while the estimate is not known yet.
    case high
}

/// Whether the engine may quote, as the tick reports it (`risk_state`).
public enum RiskState: UInt8, Sendable, CaseIterable {
    /// Quotes when the market allows it.
    case active
    /// `is_running` is false.
    case paused
    /// Only the side that reduces the inventory is quoted.
    case reduceOnly
    /// The emergency stop is latched.
    case killed
    /// The process is ending.
    case stopping
    /// Nothing is known of orders and positions yet.
    case starting
    /// Orders and positions are being compared with the venue's; no quotes until they agree.
    case reconciling
    /// Quotes at a quarter of the size, after a halt or a stop.
    case recovering
    /// Quotes at half the size: something is not as it should be.
    case caution
    /// No quotes until a trigger has cleared and stayed clear.
    case halted
}

/// Up to three levels of a book side, best first.
public struct TopLevels: Equatable, Sendable {
    /// How many of the three there are.
    public private(set) var count = 0
    private var first = PriceLevel(price: .zero, size: .zero)
    private var second = PriceLevel(price: .zero, size: .zero)
    private var third = PriceLevel(price: .zero, size: .zero)

    public init() {}

    /// Adds the next best level; a fourth is left out.
    public mutating func append(_ level: PriceLevel) {
        switch count {
        case 0: first = level
        case 1: second = level
        case 2: third = level
        default: return
        }
        count += 1
    }

    /// - Precondition: `index` is below `count`.
    public subscript(index: Int) -> PriceLevel {
        precondition(index >= 0 && index < count, "there are \(count) levels")
        return index == 0 ? first : index == 1 ? second : third
    }
}

/// One message of the stream, as numbers: what the engine knows of one market at one instant.
/// The API loop turns it into JSON once, for all clients (`api-specification.md` 3).
///
/// A plain value of fixed size: it crosses to the API loop through a ring and allocates nothing.
public struct Tick: Equatable, Sendable {
    /// Strictly increasing over the session, from 1.
    public var seq: UInt64 = 0
    /// Microsecond-exact and strictly increasing per token.
    public var time = Timestamp(nanoseconds: 0)
    /// The YES token of the market; empty before the first market is known.
    public var tokenID = InlineText()
    public var action = Action.heartbeat
    public var reason = Reason.none

    /// Middle of the book in units of 5e-5 dollars (the sum of best bid and best ask in `Price`
    /// units), so that a half tick is exact. The last known one while the book is one-sided.
    public var midpointDoubled: Int64 = 0
    /// Best ask minus best bid; 0 while the book is one-sided.
    public var spread = Price.zero
    public var bids = TopLevels()
    public var asks = TopLevels()

    /// Time from sending an order to the venue's answer, the last one measured; before the first
    /// order, the age of the last market message on arrival.
    public var latency = Duration.zero
    /// Effective taker fee at this midpoint in basis points of notional (strategy 11).
    public var feeBasisPoints: Int64 = 0
    public var volState = VolState.high
    /// Raw zero while no reference price is known.
    public var referencePrice = ReferencePrice(raw: 0)

    /// YES minus NO shares of this market.
    public var inventory = Quantity.zero
    /// Total equity now minus at the start.
    public var virtualPnL = Money.zero
    /// Sum of price times size of all our fills.
    public var sessionVolume = Money.zero
    /// Cash, what is locked in orders, and positions at their mark.
    public var totalEquity = Money.zero
    /// Cash that no open order has claimed.
    public var buyingPower = Money.zero
    public var totalGasSpent = Money.zero
    /// Fills of the session.
    public var totalTrades: Int64 = 0
    /// Quotes replaced in the session.
    public var totalOrderUpdates: Int64 = 0
    /// The wallet's POL, in 1e-6; zero where there is no wallet.
    public var gasBalance = Quantity.zero

    // Extra keys, after the documented ones.
    /// In `Price` units with two more decimals (1e-6 dollars); `nil` before it is known.
    public var fairValueMicros: Int64?
    /// The price that decides the window, once known.
    public var strike: ReferencePrice?
    /// Until the window ends, negative after it; `nil` without a market.
    public var timeToExpiry: Duration?
    /// Our best resting prices, in YES terms.
    public var ownBid: Price?
    public var ownAsk: Price?
    public var riskState = RiskState.active
    /// Age of the newest message of each feed; `nil` where the session has no such feed.
    public var marketFeedAge: Duration?
    public var referenceFeedAge: Duration?

    public init() {}
}
