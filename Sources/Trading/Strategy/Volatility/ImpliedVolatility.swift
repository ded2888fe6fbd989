internal import Glibc

/// The volatility that the market's own price implies: the fair value of strategy 2.3 turned
/// around.
///
/// Outside the averaging window `p = (1 - w) Phi(d) + w Phi(d / 3)` with
/// `d = (S - K) / sqrt(sigma^2 S^2 / Y (tau - 2 window / 3) + extra)`, so a price gives `d`, and
/// `d` gives `sigma`.
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
    ///   - averagingSeconds: of the settlement; zero for a spot snapshot.
    ///   - jumpWeight: of the wide component of the mixture, 0 ... 1.
    ///   - extraVariance: in dollars squared, from what is not the market's movement.
    public static func deviation(
        midpoint: Double,
        distance: Double,
        spot: Double,
        remaining: Double,
        averagingSeconds: Double,
        jumpWeight: Double = 0,
        extraVariance: Double = 0
    ) -> Double? {
        let seconds = remaining - 2 * averagingSeconds / 3
        guard midpoint > probabilityMin, midpoint < probabilityMax, spot > 0,
            remaining > remainingMin, seconds > 0, jumpWeight >= 0, jumpWeight <= 1,
            abs(log(midpoint / (1 - midpoint))) > logOddsMin,
            // The market is on the other side of the strike: no volatility explains that.
            (midpoint > 0.5) == (distance > 0)
        else { return nil }
        let deviations = quantile(max(midpoint, 1 - midpoint), jumpWeight)
        let total = distance / deviations
        let variance = total * total - extraVariance
        guard variance > 0 else { return nil }
        let deviation = (variance / seconds * Volatility.secondsPerYear).squareRoot() / spot
        return deviation.isFinite && deviation > 0 ? deviation : nil
    }

    /// Newton's method from zero: the function is concave above it, so that every step stays short
    /// of the root and the next is shorter. Eight are exact to the last bits up to `probabilityMax`.
    private static func quantile(_ probability: Double, _ jumpWeight: Double) -> Double {
        var d = 0.0
        for _ in 0..<8 {
            let value = (1 - jumpWeight) * cumulative(d) + jumpWeight * cumulative(d / 3)
            let slope = (1 - jumpWeight) * density(d) + jumpWeight * density(d / 3) / 3
            d += (probability - value) / slope
        }
        return d
    }

    private static func cumulative(_ x: Double) -> Double { erfc(-x / 2.0.squareRoot()) / 2 }

    private static func density(_ x: Double) -> Double {
        exp(-x * x / 2) / (2 * Double.pi).squareRoot()
    }
}
