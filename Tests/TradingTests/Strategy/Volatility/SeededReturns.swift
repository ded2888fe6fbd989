internal import Foundation
internal import TestSupport

/// Returns of one second of a diffusion, from a seed.
struct SeededReturns {
    /// A deviation of one second, from an annualised one.
    static func perSecond(_ annualised: Double) -> Double {
        annualised / 31_557_600.0.squareRoot()
    }

    private var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    mutating func normal() -> Double {
        let uniform = (Double(random.next() >> 11) + 1) / 9_007_199_254_740_992
        let angle = 2 * Double.pi * Double(random.next() >> 11) / 9_007_199_254_740_992
        return (-2 * log(uniform)).squareRoot() * cos(angle)
    }

    /// The return of `seconds` at an annualised deviation.
    mutating func next(_ annualised: Double, over seconds: Double = 1) -> Double {
        Self.perSecond(annualised) * seconds.squareRoot() * normal()
    }
}
