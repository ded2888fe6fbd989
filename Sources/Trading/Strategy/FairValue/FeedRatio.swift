/// Turns prices of our own feed into the settlement's units by the ratio of the two at the
/// window's start (strategy 2.4, first way).
///
/// With the verified strike `K` and the mean `K_B` of our own feed over the same seconds,
/// comparing `S * K / K_B` with `K` is comparing `S` with `K_B`: the basis cancels, and what is
/// left is its change since the start.
public struct FeedRatio: Equatable, Sendable {
    /// The furthest that two vendors' prices of one asset may be apart (100 bp, ten times the
    /// widest basis seen); beyond it one of them is of something else.
    public static let differenceMax = 0.01
    /// Our own feed is the settlement feed, or the strike is of our own feed.
    public static let one = FeedRatio(value: 1)

    /// Dollars of settlement for a dollar of our own.
    public let value: Double

    private init(value: Double) { self.value = value }

    /// - Parameters:
    ///   - strike: the verified strike, in dollars.
    ///   - own: our own mean over the same seconds, in dollars.
    /// - Returns: `nil` when the two cannot be prices of the same thing.
    public init?(strike: Double, own: Double) {
        let value = strike / own
        guard strike > 0, own > 0, abs(value - 1) <= Self.differenceMax else { return nil }
        self.value = value
    }

    /// A price of our own feed in the settlement's units.
    public func settlement(_ own: Double) -> Double { own * value }
}
