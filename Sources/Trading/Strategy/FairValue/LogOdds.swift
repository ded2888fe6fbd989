internal import Glibc

/// Probabilities on the log-odds scale, where a market's price moves evenly from end to end.
enum LogOdds {
    /// Probabilities are kept this far from 0 and 1, so that log-odds stay finite (±9.2). Finer
    /// than any price of the venue.
    static let probabilityMin = 1e-4

    /// `ln(p / (1 - p))`.
    static func of(_ probability: Double) -> Double {
        let p = min(max(probability, probabilityMin), 1 - probabilityMin)
        return log(p / (1 - p))
    }

    /// The inverse of `of(_:)`; cannot overflow.
    static func probability(_ logOdds: Double) -> Double {
        guard logOdds < 0 else { return 1 / (1 + exp(-logOdds)) }
        let odds = exp(logOdds)
        return odds / (1 + odds)
    }

    /// `ln(1 + e^x)`, the integral of `probability(_:)`; cannot overflow.
    static func integral(_ logOdds: Double) -> Double {
        max(logOdds, 0) + log1p(exp(-abs(logOdds)))
    }
}
