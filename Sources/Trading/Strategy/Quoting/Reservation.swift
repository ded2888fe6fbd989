internal import Glibc

/// What a share of YES is worth to somebody who holds some already (strategy 5).
///
/// The payoff is 0 or 1, so constant absolute risk aversion `g` has an exact, bounded form. Holding
/// `q` shares to settlement is worth `CE(q) = -(1/g) ln(1 - p + p e^(-g q))` for certain, and the
/// next share the slope of that, `logit r = logit p - g q`: inventory skew is linear in log-odds,
/// never leaves (0, 1), and equals Avellaneda-Stoikov to first order (`p - g q p (1 - p)`).
struct Reservation: Equatable {
    /// Below this value of `g D` the curve is a straight line to ten digits, and the difference
    /// quotient would lose them to cancellation.
    private static let straightBelow = 1e-5

    /// `logit p`.
    private let logOdds: Double
    /// `g`, per share; see `RiskAversion`.
    let aversion: Double

    /// - Parameters:
    ///   - probability: fair value of YES in dollars, 0 ... 1.
    ///   - aversion: per share, not negative.
    init(probability: Double, aversion: Double) {
        logOdds = LogOdds.of(probability)
        self.aversion = aversion
    }

    /// Worth of the next share at an inventory of `inventory` shares (YES minus NO), in dollars.
    func price(_ inventory: Double) -> Double {
        LogOdds.probability(logOdds - aversion * inventory)
    }

    /// What `size` more shares are worth, per share: `(CE(q + D) - CE(q)) / D`. The most to bid.
    func bidValue(_ inventory: Double, size: Double) -> Double {
        let step = aversion * size
        guard step >= Self.straightBelow else { return price(inventory + size / 2) }
        let from = logOdds - aversion * inventory
        let value = (LogOdds.integral(from) - LogOdds.integral(from - step)) / step
        // A mean of prices that fall lies between the last and the first; rounding may not.
        return min(max(value, LogOdds.probability(from - step)), LogOdds.probability(from))
    }

    /// What giving up `size` shares costs, per share: `(CE(q) - CE(q - D)) / D`. The least to ask.
    func askValue(_ inventory: Double, size: Double) -> Double {
        bidValue(inventory - size, size: size)
    }
}
