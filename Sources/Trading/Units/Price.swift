/// A price of one outcome token, in units of 1e-4 dollars: 0 is worthless, 10,000 is certain.
///
/// Polymarket's finest grid is 0.0001, so every price of the venue is an exact `Price`.
public struct Price: Hashable, Comparable, Sendable {
    /// Ten-thousandths of a dollar, 0 ... 10,000.
    public let raw: Int64

    /// What a winning token pays: one dollar.
    public static let one = Price(raw: 10_000)
    /// What a losing token pays.
    public static let zero = Price(raw: 0)

    /// - Precondition: `raw` is in 0 ... 10,000. Numbers from outside are checked where they are
    ///   decoded; see `init(checking:)`.
    public init(raw: Int64) {
        precondition(raw >= 0 && raw <= 10_000, "a price is between 0 and 1 dollar")
        self.raw = raw
    }

    /// `nil` when `raw` is outside 0 ... 10,000.
    public init?(checking raw: Int64) {
        guard raw >= 0 && raw <= 10_000 else { return nil }
        self.raw = raw
    }

    /// The price of the other outcome: the two pay one dollar together.
    public var complement: Price { Price(raw: 10_000 - raw) }

    /// Dollars, for the model only. Never used for money.
    public var dollars: Double { Double(raw) / 10_000 }

    public static func < (lhs: Price, rhs: Price) -> Bool { lhs.raw < rhs.raw }
}

/// The grid on which a market's prices lie. Polymarket: 0.1 … 0.0001, and it can change while the
/// market runs (`tick_size_change`).
public enum TickSize: Int64, CaseIterable, Sendable {
    case tenth = 1_000
    case hundredth = 100
    case halfHundredth = 50
    case quarterHundredth = 25
    case thousandth = 10
    case tenThousandth = 1

    /// Ten-thousandths of a dollar per tick.
    public var raw: Int64 { rawValue }

    /// Ticks between 0 and 1 dollar.
    public var ticksPerDollar: Int { Int(10_000 / rawValue) }

    /// Whether `price` lies on this grid.
    public func holds(_ price: Price) -> Bool { price.raw % rawValue == 0 }
}
