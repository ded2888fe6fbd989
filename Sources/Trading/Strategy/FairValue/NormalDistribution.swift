internal import Glibc

/// The standard normal distribution. `cumulative` and `density` are as exact as the C library's
/// `erfc` and `exp` (a few units in the last place).
enum NormalDistribution {
    private static let rootOfTwo = 2.0.squareRoot()
    private static let rootOfTwoPi = (2 * Double.pi).squareRoot()

    /// The probability of a value below `x`; 0 and 1 at the infinities. Exact in the lower tail,
    /// too, where `1 - cumulative(-x)` would be zero.
    static func cumulative(_ x: Double) -> Double { erfc(-x / rootOfTwo) / 2 }

    static func density(_ x: Double) -> Double { exp(-x * x / 2) / rootOfTwoPi }
}
