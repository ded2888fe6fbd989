/// Where a strike comes from, by rising trust (strategy 2.2).
public enum StrikeSource: UInt8, Comparable, CaseIterable, Sendable {
    /// The mean of our own feed over the seconds before the start.
    case ownReconstruction
    /// The final price of the window before, which is this one's strike; published minutes late.
    case previousFinal
    /// The site's endpoint, asked with the market's averaging parameters (without them it answers
    /// with a spot price that is 3 to 4 bp off).
    case site
    /// The settlement feed's own average, stamped exactly with the window's start.
    case settlementFeed

    /// All but the reconstruction are the venue's own number.
    public var isVerified: Bool { self != .ownReconstruction }

    public static func < (lhs: StrikeSource, rhs: StrikeSource) -> Bool {
        lhs.rawValue < rhs.rawValue
    }
}

/// The price that a window's closing average is compared with.
public struct Strike: Equatable, Sendable {
    public let price: ReferencePrice
    public let source: StrikeSource

    public init(price: ReferencePrice, source: StrikeSource) {
        self.price = price
        self.source = source
    }

    /// Standard deviation of its error in dollars, for `FairValue.Input`.
    public var deviation: Double {
        source.isVerified ? 0 : FairValue.strikeShare * price.dollars
    }

    /// Whether two numbers are the same strike: they differ by no more than the rounding of a
    /// price that went through text and binary floating point (one part in ten million).
    public static func agree(_ one: ReferencePrice, _ other: ReferencePrice) -> Bool {
        abs(one.dollars - other.dollars) <= 1e-7 * max(one.dollars, other.dollars)
    }
}
