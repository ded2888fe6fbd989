internal import Glibc

/// A price and a size at which one side of the YES book should be quoted.
struct QuoteTarget: Equatable {
    var price: Price
    var size: Quantity
}

/// What the quoter works from.
struct QuoterInput {
    /// Fair value of YES as the sum of best bid and best ask in `Price` units.
    var midpointDoubled: Int64
    var bestBid: Price
    var bestAsk: Price
    var tickSize: TickSize
    var volState: VolState
    /// YES minus NO shares.
    var inventory: Quantity
    var parameters: Parameters
    var orderSizeMin: Quantity
    /// Only the side that brings the inventory towards zero.
    var isReduceOnly: Bool
}

/// Two-sided quotes around the midpoint: a pure function of its input.
///
/// The steps, in this order (strategy 5 and 8): reservation price (inventory skew in log-odds),
/// half-spread, rounding away from fair, minimum edge of one tick, never crossing, joining
/// instead of improving, sizes within the limits.
enum Quoter {
    /// Skew in log-odds per share: three ticks at one half for 50 shares (strategy 5).
    static let skewPerShare = 0.0024
    /// Half-spread multiplier in the high regime.
    static let highVolMultiplier = 1.5

    static func quotes(for input: QuoterInput) -> (bid: QuoteTarget?, ask: QuoteTarget?) {
        let tick = input.tickSize.raw
        let fair = Double(input.midpointDoubled) / 2
        let half = halfSpread(input)
        let reservation = 10_000 * reservationPrice(fair / 10_000, input.inventory.shares)

        // Whole ticks from here on. Minimum edge: one tick from fair, on both sides.
        var bid = ticks(min(reservation - half, fair - Double(tick)), tick, .down)
        var ask = ticks(max(reservation + half, fair + Double(tick)), tick, .up)
        let bestBid = input.bestBid.raw / tick
        let bestAsk = input.bestAsk.raw / tick
        // Join; improve by one tick only where the market is three ticks wide or more.
        let improvement: Int64 = bestAsk - bestBid >= 3 ? 1 : 0
        bid = min(bid, bestBid + improvement, bestAsk - 1)
        ask = max(ask, bestAsk - improvement, bestBid + 1)

        let last = Price.one.raw / tick - 1
        return (
            target(bid, on: .buy, last: last, input), target(ask, on: .sell, last: last, input)
        )
    }

    /// In `Price` units: the greater of one tick and `spread_offset`, widened when volatile.
    private static func halfSpread(_ input: QuoterInput) -> Double {
        let floor = max(Double(input.tickSize.raw), input.parameters.spreadOffset * 10_000)
        return input.volState == .high ? floor * highVolMultiplier : floor
    }

    /// Marginal value of a share at inventory `q` under CARA: `logit r = logit p - g q`.
    static func reservationPrice(
        _ probability: Double,
        _ inventory: Double,
        skew: Double = skewPerShare
    ) -> Double {
        let weight = exp(-skew * inventory)
        return probability * weight / (1 - probability + probability * weight)
    }

    private static func target(
        _ ticks: Int64,
        on side: Side,
        last: Int64,
        _ input: QuoterInput
    ) -> QuoteTarget? {
        guard ticks >= 1 && ticks <= last, let size = size(on: side, input) else { return nil }
        return QuoteTarget(price: Price(raw: ticks * input.tickSize.raw), size: size)
    }

    /// The order size, cut to what `max_position` leaves; `nil` below the market's minimum.
    private static func size(on side: Side, _ input: QuoterInput) -> Quantity? {
        let signed = side == .buy ? input.inventory : -input.inventory
        let wanted = Quantity(shares: input.parameters.orderSize)
        let room =
            input.isReduceOnly
            ? -signed : Quantity(shares: input.parameters.maxPosition) - signed
        // Sizes of the venue have two decimals.
        let cut = min(wanted, room).raw / 10_000 * 10_000
        return cut >= max(input.orderSizeMin.raw, 1) ? Quantity(raw: cut) : nil
    }

    private enum Rounding { case down, up }

    /// The one place where a model price becomes ticks; a hair (1e-9 dollars) short of a tick
    /// counts as on it.
    private static func ticks(_ price: Double, _ tick: Int64, _ rounding: Rounding) -> Int64 {
        let hair = 1e-9 * 10_000 / Double(tick)
        let exact = min(max(price, -10_000), 20_000) / Double(tick)
        switch rounding {
        case .down: return Int64((exact + hair).rounded(.down))
        case .up: return Int64((exact - hair).rounded(.up))
        }
    }
}
