/// Why our own gate refused an order. One case for each pre-trade control; the code is stable, it
/// stands in ticks, counters and reports.
///
public enum RiskDenial: UInt8, Sendable, CaseIterable {
    /// Position, open orders and this one together would exceed `max_position`.
    case maxPosition
    /// Below the market's minimum.
    case minOrderSize
    /// Not on the market's current grid, or more than two decimals of a share.
    case offTick
    /// Would take instead of rest.
    case wouldCross
    /// Would trade with an order of our own, or pair with one at a price that leaves no edge.
    case selfCross
    /// A buy costs more than the free cash less its reserve, a sale exceeds the shares held, or
    /// the venue refused several orders for want of balance.
    case insufficientBalance
    /// The stop is latched, or `is_running` is false.
    case notRunning
    /// The market is not in its window, or takes no orders.
    case marketClosed
    /// Larger than any order of the operator's size may be.
    case maxOrderSize
    /// The order alone is worth too much.
    case maxNotional
    /// The market's worst outcome would cost too much.
    case maxLiability
    /// The worst outcomes of all markets together would cost too much of the equity.
    case maxTotalExposure
    /// Too far from fair value or from the midpoint, or new risk at a price next to 0 or 1.
    case priceCollar
    /// The message budget is used up for the moment.
    case rateLimit
    /// Too many of our orders were filled on this side lately.
    case fillRate
    /// As many orders are open as may be.
    case maxOpenOrders
    /// The same order is live, or was sent a moment ago and its end is not known.
    case duplicateOrder
    /// Too late in the window for this order.
    case nearExpiry
    /// Nobody knows what this market pays.
    case unsupportedSettlement
    /// The price that decides the window is not verified.
    case strikeUnverified
    /// The book has a side without orders, or there is none.
    case noBook
    /// No fair value to measure the price against.
    case noFairValue
    /// The parameters are not usable.
    case badParameter
    /// The runtime controls allow no order.
    case halted
    /// The runtime controls allow only orders that reduce the inventory.
    case reduceOnly
    /// What the venue takes from a taker is not known.
    case feeUnknown

    /// The stable code.
    public var code: StaticString {
        switch self {
        case .maxPosition: "MAX_POSITION"
        case .minOrderSize: "MIN_ORDER_SIZE"
        case .offTick: "OFF_TICK"
        case .wouldCross: "WOULD_CROSS"
        case .selfCross: "SELF_CROSS"
        case .insufficientBalance: "INSUFFICIENT_BALANCE"
        case .notRunning: "NOT_RUNNING"
        case .marketClosed: "MARKET_CLOSED"
        case .maxOrderSize: "MAX_ORDER_SIZE"
        case .maxNotional: "MAX_NOTIONAL"
        case .maxLiability: "MAX_LIABILITY"
        case .maxTotalExposure: "MAX_TOTAL_EXPOSURE"
        case .priceCollar: "PRICE_COLLAR"
        case .rateLimit: "RATE_LIMIT"
        case .fillRate: "FILL_RATE"
        case .maxOpenOrders: "MAX_OPEN_ORDERS"
        case .duplicateOrder: "DUPLICATE_ORDER"
        case .nearExpiry: "NEAR_EXPIRY"
        case .unsupportedSettlement: "UNSUPPORTED_SETTLEMENT"
        case .strikeUnverified: "STRIKE_UNVERIFIED"
        case .noBook: "NO_BOOK"
        case .noFairValue: "NO_FAIR_VALUE"
        case .badParameter: "BAD_PARAM"
        case .halted: "HALTED"
        case .reduceOnly: "REDUCE_ONLY"
        case .feeUnknown: "FEE_UNKNOWN"
        }
    }

    /// Clears itself within moments (a cancel's confirmation, a token of the message budget): the
    /// order is late, not wrong.
    public var isTransient: Bool {
        switch self {
        case .selfCross, .rateLimit, .duplicateOrder: true
        case .maxPosition, .minOrderSize, .offTick, .wouldCross, .insufficientBalance, .notRunning,
            .marketClosed, .maxOrderSize, .maxNotional, .maxLiability, .maxTotalExposure,
            .priceCollar, .fillRate, .maxOpenOrders, .nearExpiry, .unsupportedSettlement,
            .strikeUnverified, .noBook, .noFairValue, .badParameter, .halted, .reduceOnly,
            .feeUnknown:
            false
        }
    }
}

/// What may be placed.
public enum OrderPermission: UInt8, Sendable, Comparable, CaseIterable {
    case nothing
    /// Only orders that bring the inventory towards zero and not beyond.
    case reducing
    case everything

    public static func < (lhs: OrderPermission, rhs: OrderPermission) -> Bool {
        lhs.rawValue < rhs.rawValue
    }
}
