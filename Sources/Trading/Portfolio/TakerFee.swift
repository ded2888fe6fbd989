// For `rounded()`, which is exact but a call into libm on a plain x86-64.
internal import Glibc

/// What the venue takes from a taker: `shares * rate * p * (1 - p)`, rounded to five decimals of a
/// dollar, half up (strategy 11). Makers pay nothing.
public struct TakerFee: Equatable, Sendable {
    /// Rates are read in millionths; a market that asks for more than a dollar is not understood.
    private let millionths: Int64

    /// `nil` for a rate that is none: not a number, negative, or above 1.
    public init?(rate: Double) {
        guard rate >= 0, rate <= 1 else { return nil }
        millionths = Int64((rate * 1_000_000).rounded())
    }

    /// The fee of one fill.
    public func amount(_ size: Quantity, at price: Price) -> Money {
        // 1e-6 of a share, 1e-6 of the rate, twice 1e-4: twenty decimals, of which five are kept.
        let risk = price.raw * (Price.one.raw - price.raw)
        let exact = Int128(size.raw) * Int128(millionths) * Int128(risk)
        let half: Int128 = 500_000_000_000_000
        return Money(raw: Int64((exact + half) / (2 * half)) * 10)
    }
}
