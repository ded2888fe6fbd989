internal import Glibc

/// Our value anchored to the market's (strategy 6): the level is the market's, the changes are the
/// model's.
///
/// The persistent difference of the two, in log-odds, is tracked as an offset; `lambda` of it is
/// added to the model. So a move of the reference shows at once, a lasting view of the market is
/// not fought, and no drift term is needed.
struct MarketBlend: Equatable {
    /// Seconds in which half of an old offset is forgotten.
    static let halfLife = 20.0
    /// The offset never exceeds this, either way.
    static let offsetMax = 0.6
    /// The widest market, in ticks, of which the offset learns.
    static let spreadTicksMax: Int64 = 4

    /// `logit(market) - logit(model)`, smoothed; 0 before the first observation.
    private(set) var offset = 0.0
    /// Of the last observation.
    private var observedAt: Timestamp?

    init() {}

    /// Learns from one view of the market.
    ///
    /// Nothing is learned unless the market is two-sided, no wider than `spreadTicksMax`, and both
    /// feeds are fresh; the offset then stays as it is.
    /// - Parameters:
    ///   - model: the model's probability.
    ///   - market: `BookMidpoint.depthWeighted`; `nil` when not two-sided.
    ///   - spread: best ask minus best bid.
    ///   - areFeedsFresh: reference and book are both within their age limits.
    mutating func observe(
        model: Double,
        market: Double?,
        spread: Price,
        tickSize: TickSize,
        areFeedsFresh: Bool,
        at now: Timestamp
    ) {
        guard areFeedsFresh, let market, model.isFinite, market.isFinite,
            spread > .zero, spread.raw <= Self.spreadTicksMax * tickSize.raw
        else { return }
        let difference = LogOdds.of(market) - LogOdds.of(model)
        if let last = observedAt {
            let memory = exp2(-max((now - last).seconds, 0) / Self.halfLife)
            offset = memory * offset + (1 - memory) * difference
        } else {
            offset = difference
        }
        offset = min(max(offset, -Self.offsetMax), Self.offsetMax)
        observedAt = now
    }

    /// `p_fair`, in dollars.
    /// - Parameters:
    ///   - remaining: seconds to the window's end.
    ///   - averagingWindow: seconds over which the settlement price is averaged; 0 for a snapshot.
    func fair(model: Double, remaining: Double, averagingWindow: Double) -> Double {
        let weight = Self.marketWeight(remaining: remaining, averagingWindow: averagingWindow)
        return LogOdds.probability(LogOdds.of(model) + weight * offset)
    }

    /// `lambda`: 0.8 until two minutes before the end, falling to 0.3 at one minute; 0.2 inside the
    /// averaging window, where arithmetic is certain and the crowd lags.
    static func marketWeight(remaining: Double, averagingWindow: Double) -> Double {
        if remaining < averagingWindow { return 0.2 }
        let share = min(max((remaining - 60) / 60, 0), 1)
        return 0.3 + 0.5 * share
    }
}
