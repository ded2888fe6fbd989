/// A number of shares, in millionths. Sizes of the venue have two decimals.
public struct Quantity: Hashable, Comparable, Sendable {
    /// Millionths of a share. May be negative where a signed position is meant.
    public var raw: Int64

    public static let zero = Quantity(raw: 0)

    public init(raw: Int64) { self.raw = raw }

    /// Whole shares.
    /// - Precondition: the product fits (about nine trillion shares).
    public init(shares: Int64) { self.raw = shares * 1_000_000 }

    /// Shares, for the model and for display only.
    public var shares: Double { Double(raw) / 1_000_000 }

    public var magnitude: Quantity { Quantity(raw: abs(raw)) }

    public static func < (lhs: Quantity, rhs: Quantity) -> Bool { lhs.raw < rhs.raw }
    public static func + (lhs: Quantity, rhs: Quantity) -> Quantity {
        Quantity(raw: lhs.raw + rhs.raw)
    }
    public static func - (lhs: Quantity, rhs: Quantity) -> Quantity {
        Quantity(raw: lhs.raw - rhs.raw)
    }
    public static prefix func - (value: Quantity) -> Quantity { Quantity(raw: -value.raw) }
    public static func += (lhs: inout Quantity, rhs: Quantity) { lhs.raw += rhs.raw }
    public static func -= (lhs: inout Quantity, rhs: Quantity) { lhs.raw -= rhs.raw }
}

/// An amount of collateral, in millionths of a dollar (the venue's own base unit).
public struct Money: Hashable, Comparable, Sendable {
    /// Millionths of a dollar. Negative is a debt or a loss.
    public var raw: Int64

    public static let zero = Money(raw: 0)

    public init(raw: Int64) { self.raw = raw }

    /// Whole dollars.
    public init(dollars: Int64) { self.raw = dollars * 1_000_000 }

    /// What `quantity` shares at `price` cost. A venue size has two decimals (10,000 raw), so the
    /// product is exact for it; anything finer is rounded toward zero, to the millionth.
    public init(_ quantity: Quantity, at price: Price) {
        // Almost always small, and a division of 128 bits costs ten times as much.
        let (small, isLarge) = quantity.raw.multipliedReportingOverflow(by: price.raw)
        if !isLarge {
            self.raw = small / 10_000
            return
        }
        let product = quantity.raw.multipliedFullWidth(by: price.raw)
        self.raw = Int64(10_000).dividingFullWidth(product).quotient
    }

    /// Dollars, for the model and for display only.
    public var dollars: Double { Double(raw) / 1_000_000 }

    public static func < (lhs: Money, rhs: Money) -> Bool { lhs.raw < rhs.raw }
    public static func + (lhs: Money, rhs: Money) -> Money { Money(raw: lhs.raw + rhs.raw) }
    public static func - (lhs: Money, rhs: Money) -> Money { Money(raw: lhs.raw - rhs.raw) }
    public static prefix func - (value: Money) -> Money { Money(raw: -value.raw) }
    public static func += (lhs: inout Money, rhs: Money) { lhs.raw += rhs.raw }
    public static func -= (lhs: inout Money, rhs: Money) { lhs.raw -= rhs.raw }
}

/// A price of the reference market (Binance), in 1e-8 dollars.
public struct ReferencePrice: Hashable, Comparable, Sendable {
    /// Hundred-millionths of a dollar; positive.
    public let raw: Int64

    public init(raw: Int64) { self.raw = raw }

    /// Dollars, for the model and for display only.
    public var dollars: Double { Double(raw) / 100_000_000 }

    public static func < (lhs: ReferencePrice, rhs: ReferencePrice) -> Bool { lhs.raw < rhs.raw }
}
