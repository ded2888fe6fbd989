/// The limits of the pre-trade controls, with their defaults.
///
/// Two kinds of numbers meet here. The operator's parameters (`order_size`, `max_position`,
/// `spread_offset`) say what is wanted; the limits say what an error may cost. A limit that a
/// parameter plainly contradicts would stop the session for no visible reason, so the limits in
/// shares and dollars of one order and one market grow with the parameters (the functions below),
/// and stay at their defaults for the product's usual sizes. The share of the equity that all
/// markets together may lose never grows: an operator who asks for more than the account can bear
/// is denied with `MAX_TOTAL_EXPOSURE`, and the tick says so.
public struct RiskLimits: Equatable, Sendable {
    /// No order is larger than this many times `order_size`.
    public var orderSizeMultipleMax: Int64 = 5
    /// No order is larger than this, unless `order_size` itself is.
    public var orderSizeMax = Quantity(shares: 100)
    /// No order is worth more than this, unless `order_size` shares at one dollar are.
    public var orderNotionalMax = Money(dollars: 25)
    /// The venue takes no marketable order that is worth less.
    public var takerOrderMin = Money(dollars: 1)
    /// A market's worst outcome costs no more than this, unless `max_position` shares at one
    /// dollar do.
    public var marketLiabilityMax = Money(dollars: 60)
    /// All markets' worst outcomes cost no more than this share of the equity, in percent. Assets
    /// that move together count as one.
    public var totalExposurePercentMax: Int64 = 30
    /// A move of the reference by ten basis points costs no more than this, over all windows
    /// together. Never grows: orders are cut to what fits.
    public var deltaLossMax = Money(dollars: 5)
    /// Distance from fair value: this many ticks or this many dollars, whichever is more. On the
    /// side away from the market twice `spread_offset` is added: a wide quote is no error.
    public var collarTicks: Int64 = 8
    public var collar = Price(raw: 800)
    /// Distance from the midpoint, likewise. (In ticks alone the finest grids would forbid the
    /// usual inventory skew.)
    public var midpointCollarTicks: Int64 = 10
    public var midpointCollar = Price(raw: 1_000)
    /// New risk is taken at prices from this to its complement.
    public var newRiskPriceMin = Price(raw: 300)
    /// Least distance, in ticks, between an own YES bid and the offer that an own NO bid is: the
    /// pair of them costs at most a dollar less this.
    public var pairEdgeTicks: Int64 = 2
    /// Orders per second and at once, over all markets.
    public var ordersPerSecond: Int64 = 10
    public var ordersBurst: Int64 = 20
    /// Cancels are never refused; what exceeds this is taken from the budget for orders.
    public var cancelsPerSecond: Int64 = 20
    public var cancelsBurst: Int64 = 20
    /// Orders per second and at once in one market.
    public var marketOrdersPerSecond: Int64 = 4
    public var marketOrdersBurst: Int64 = 8
    /// More of our orders filled on one side of a market within `fillPeriod`, or within its whole
    /// window, pause the side for `fillPause`.
    public var fillsMax = 8
    public var fillPeriod = Duration.seconds(60)
    public var windowFillsMax: Int64 = 20
    public var fillPause = Duration.seconds(60)
    public var openOrdersInMarketMax = 4
    public var openOrdersMax = 12
    /// An order whose end is not known forbids its like for this long.
    public var duplicatePeriod = Duration.seconds(10)
    /// This share of the free cash is not spent, in percent.
    public var cashReservePercent: Int64 = 5
    /// This many refusals by the venue for want of balance within the period pause buying.
    public var balanceRefusalsMax = 3
    public var balanceRefusalPeriod = Duration.seconds(60)
    public var balancePause = Duration.seconds(60)

    public init() {}

    /// The largest order, for this `order_size`.
    func orderSizeMax(orderSize: Int64) -> Quantity {
        min(
            Quantity(shares: orderSizeMultipleMax * orderSize),
            max(orderSizeMax, Quantity(shares: orderSize))
        )
    }

    /// The most that one order is worth, for this `order_size`.
    func orderNotionalMax(orderSize: Int64) -> Money {
        max(orderNotionalMax, Money(dollars: orderSize))
    }

    /// The most that one market may lose, for this `max_position`.
    func marketLiabilityMax(maxPosition: Int64) -> Money {
        max(marketLiabilityMax, Money(dollars: maxPosition))
    }

    /// The most that all markets may lose together.
    func totalExposureMax(equity: Money) -> Money {
        max(equity, .zero).percent(totalExposurePercentMax)
    }
}

extension Money {
    /// This many hundredths of the amount, rounded toward zero, to the millionth of a dollar.
    func percent(_ percent: Int64) -> Money {
        Money(raw: Int64(100).dividingFullWidth(raw.multipliedFullWidth(by: percent)).quotient)
    }
}

extension Parameters {
    /// The greatest order size and position, in shares, and the greatest half-spread, in dollars,
    /// that the API takes.
    static let sharesMax: Int64 = 1_000_000
    static let spreadOffsetMax = 0.5

    /// Whether every number is one that the API would take. Anything else comes from an error of
    /// ours: a patch that leads there is refused as a whole, and no order is placed on it.
    var isUsable: Bool {
        spreadOffset >= 0 && spreadOffset <= Self.spreadOffsetMax
            && (1...Self.sharesMax).contains(orderSize)
            && (0...Self.sharesMax).contains(maxPosition)
            && minLiquidity >= 0 && minLiquidity.isFinite
    }
}
