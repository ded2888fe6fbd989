internal import Glibc

/// The standard normal distribution. `cumulative` and `density` are as exact as the C library's
/// `erfc` and `exp` (a few units in the last place); `quantile` inverts `cumulative` to 1e-12.
enum NormalDistribution {
    private static let rootOfTwo = 2.0.squareRoot()
    private static let rootOfTwoPi = (2 * Double.pi).squareRoot()

    /// The probability of a value below `x`; 0 and 1 at the infinities. Exact in the lower tail,
    /// too, where `1 - cumulative(-x)` would be zero.
    static func cumulative(_ x: Double) -> Double { erfc(-x / rootOfTwo) / 2 }

    static func density(_ x: Double) -> Double { exp(-x * x / 2) / rootOfTwoPi }

    /// The `x` at which `cumulative(x)` is `probability`; infinite at and beyond 0 and 1.
    static func quantile(_ probability: Double) -> Double {
        guard probability > 0 else { return -.infinity }
        guard probability < 1 else { return .infinity }
        // `1 - p` is exact for p in 1/2 ... 1, so that both tails are equally good.
        return probability > 0.5
            ? -lowerQuantile(1 - probability) : lowerQuantile(probability)
    }

    /// Abramowitz and Stegun 26.2.23 (error below 4.5e-4), then two steps of Halley's method,
    /// each of which triples the number of correct digits.
    private static func lowerQuantile(_ probability: Double) -> Double {
        let t = (-2 * log(probability)).squareRoot()
        let above = 2.515517 + t * (0.802853 + t * 0.010328)
        let below = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308))
        var x = above / below - t
        // Below this the density leaves the range of normal numbers, and so would the steps.
        guard probability > 1e-300 else { return x }
        for _ in 0..<2 {
            let step = (cumulative(x) - probability) / density(x)
            x -= step / (1 + x * step / 2)
        }
        return x
    }
}

/// The standard logistic distribution: probabilities and their log-odds, without any clipping.
enum LogisticDistribution {
    /// `1 / (1 + e^-x)`; cannot overflow.
    static func cumulative(_ x: Double) -> Double {
        guard x < 0 else { return 1 / (1 + exp(-x)) }
        let odds = exp(x)
        return odds / (1 + odds)
    }

    /// `ln(p / (1 - p))`; infinite at and beyond 0 and 1.
    static func quantile(_ probability: Double) -> Double {
        guard probability > 0 else { return -.infinity }
        guard probability < 1 else { return .infinity }
        return log(probability) - log1p(-probability)
    }
}
