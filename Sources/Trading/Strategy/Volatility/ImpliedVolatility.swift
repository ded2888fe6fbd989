/// The volatility that the market's own price implies: the fair value of strategy 2.3 turned
/// around.
///
/// Outside the averaging window `p = (1 - w) Phi(d) + w Phi(d / 3)` with
/// `d = (S - K) / sqrt(sigma^2 S^2 / Y seconds + extra)`, where `seconds` is the variance of the
/// average that lies ahead, so a price gives `d`, and `d` gives `sigma`.
public enum ImpliedVolatility {
    /// The forecast is at least this part of what the market implies.
    public static let floorShare = 0.6
    /// Seconds to the end, at least (not included).
    public static let remainingMin = 120.0
    /// The market's prices that are believed (not included), and how far its log-odds must be from
    /// even: near one half every volatility gives the same price.
    public static let probabilityMin = 0.1
    public static let probabilityMax = 0.9
    public static let logOddsMin = 0.4

    /// The annualised deviation at which the fair value is the market's midpoint; `nil` when the
    /// price does not tell one.
    ///
    /// - Parameters:
    ///   - midpoint: of YES, 0 ... 1.
    ///   - distance: the spot price less the strike, in dollars.
    ///   - spot: in dollars.
    ///   - remaining: seconds to the end.
    ///   - averaged: seconds that the settlement averages; 0 for a single price. All of them must
    ///     lie ahead.
    ///   - model: the settings by which prices are made.
    ///   - volState: as the model is given it.
    ///   - extraVariance: in dollars squared, from what is not the market's movement.
    public static func deviation(
        midpoint: Double,
        distance: Double,
        spot: Double,
        remaining: Double,
        averaged: Int,
        model: FairValue = .standard,
        volState: VolState = .low,
        extraVariance: Double = 0
    ) -> Double? {
        guard midpoint > probabilityMin, midpoint < probabilityMax, spot > 0,
            remaining > remainingMin, averaged >= 0, Double(averaged) <= remaining,
            abs(LogOdds.of(midpoint)) > logOddsMin,
            // The market is on the other side of the strike: no volatility explains that.
            (midpoint > 0.5) == (distance > 0)
        else { return nil }
        let ahead = AverageAhead(over: averaged, endingIn: remaining, model.sampling)
        let deviations = model.mixture(volState).upperQuantile(max(midpoint, 1 - midpoint))
        let total = distance / deviations
        let variance = total * total - extraVariance
        guard variance > 0 else { return nil }
        let deviation = (variance / ahead.variance * Volatility.secondsPerYear).squareRoot() / spot
        return deviation.isFinite && deviation > 0 ? deviation : nil
    }
}
