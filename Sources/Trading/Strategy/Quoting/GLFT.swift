internal import Glibc

/// The closed-form quotes of Gueant, Lehalle and Fernandez-Tapia for calibrated order flow
/// (Gueant 2017, 4.6 and 4.7; arXiv 1605.01862).
///
/// Takers reach a depth `d` (dollars from fair) at the rate `A e^(-k d)`. Their arrival is what
/// the half-spread's calibrated floor comes from (`FlowDecay` measures `k`): `c1` is what a maker
/// should earn from flow alone. Of the rest the quotes take nothing: skew and risk of a payoff of 0
/// or 1 have an exact form (`Reservation`), of which this is the limit for small inventories.
struct GLFT: Equatable {
    /// Dollars: the half-spread that patience alone asks for.
    let c1: Double
    /// Per dollar of volatility: how much risk widens and skews.
    let c2: Double
    /// Dollars per square root of a second.
    let sigma: Double
    /// Shares per order.
    let size: Double

    /// - Parameters:
    ///   - riskAversion: `gamma` per dollar, positive.
    ///   - decay: `k` per dollar, positive.
    ///   - intensity: `A`, arrivals per second at fair, positive.
    ///   - sigma: dollars per square root of a second.
    ///   - size: shares per order, positive.
    ///   - isAverseToFlow: the paper's `xi = gamma`; else its limit `xi -> 0`.
    init(
        riskAversion: Double,
        decay: Double,
        intensity: Double,
        sigma: Double,
        size: Double,
        isAverseToFlow: Bool = true
    ) {
        let scale = riskAversion / (2 * intensity * size * decay)
        if isAverseToFlow {
            let step = riskAversion * size
            c1 = Self.c1(riskAversion: riskAversion, decay: decay, size: size)
            c2 = (scale * exp((decay / step + 1) * log1p(step / decay))).squareRoot()
        } else {
            c1 = 1 / decay
            c2 = (scale * exp(1)).squareRoot()
        }
        self.sigma = sigma
        self.size = size
    }

    /// The half-spread that patience alone asks for: `ln(1 + xi D / k) / (xi D)`, and `1 / k`
    /// without aversion.
    static func c1(riskAversion: Double, decay: Double, size: Double) -> Double {
        let step = riskAversion * size
        return step > 0 ? log1p(step / decay) / step : 1 / decay
    }

    /// Dollars from fair to either quote at no inventory.
    var halfSpread: Double { c1 + size / 2 * sigma * c2 }
    /// Dollars by which both quotes move down for each share held.
    var skewPerShare: Double { sigma * c2 }
}
