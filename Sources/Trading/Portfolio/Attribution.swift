/// Where a profit came from: what was captured against fair value at each fill, what the inventory
/// did after it, fees and gas. One for each market; the session's is their sum.
///
/// ```
/// capture     sum over buys of (fair - price) * size, over sells of (price - fair) * size
/// inventory   payouts + what is held, at its mark - what it was worth when it was filled
/// total       capture + inventory - fees - gas
/// ```
/// Every amount is a whole number of millionths of a dollar and the worth of a fill at fair value
/// occurs once with each sign, so the parts add up to the change of equity exactly, however that
/// worth is rounded (strategy 13).
public struct Attribution: Equatable, Sendable {
    public private(set) var capture = Money.zero
    public private(set) var fees = Money.zero
    public private(set) var gas = Money.zero
    public private(set) var fills: Int64 = 0
    /// Fills at which no fair value was known: their price stands in for it, so that all of their
    /// profit is the inventory's.
    public private(set) var fillsUnvalued: Int64 = 0

    /// What was bought less what was sold, each at its fair value at the fill.
    private var worthAtFills = Money.zero
    /// What resolution and merging paid.
    private var payouts = Money.zero
    /// What is held, at the last mark told.
    private var value = Money.zero

    public init() {}

    /// Profit of holding: the move of fair value after each fill until the shares were sold or paid
    /// out, or until the last mark.
    public var inventory: Money { payouts + value - worthAtFills }

    /// The change of equity.
    public var total: Money { capture + inventory - fees - gas }

    /// A fill was booked.
    /// - Parameter fairValueMicros: Value of a YES share at the fill in 1e-6 dollars, 0 ... 1e6
    ///   (`Tick.fairValueMicros`); `nil` when unknown.
    mutating func filled(_ fill: Fill, fairValueMicros: Int64?) {
        let paid = Money(fill.size, at: fill.price)
        var worth = paid
        if let fairValueMicros {
            worth = Self.worth(of: fill, fairValueMicros)
        } else {
            fillsUnvalued += 1
        }
        switch fill.side {
        case .buy:
            capture += worth - paid
            worthAtFills += worth
        case .sell:
            capture += paid - worth
            worthAtFills -= worth
        }
        fees += fill.fee
        fills += 1
    }

    /// A fill that was told never was. Its fair value is not known any more: what it captured goes
    /// back through the inventory, so that the total is exact.
    mutating func reversed(_ fill: Fill) {
        let paid = Money(fill.size, at: fill.price)
        worthAtFills += fill.side == .buy ? .zero - paid : paid
        fees -= fill.fee
        fills -= 1
    }

    /// Shares that were held before are worth what they were adopted at.
    mutating func adopted(_ cost: Money) { worthAtFills += cost }

    /// What is held is worth `value` now (`MarketState.positionValue`).
    mutating func marked(at value: Money) { self.value = value }

    /// What was held was paid out, or pairs of it were merged; `remaining` is what is still held.
    mutating func paidOut(_ payout: Money, remaining: Money = .zero) {
        payouts += payout
        value = remaining
    }

    /// A chain transaction was paid.
    mutating func gasSpent(_ amount: Money) { gas += amount }

    /// Both together: the session from its markets.
    public static func + (lhs: Attribution, rhs: Attribution) -> Attribution {
        var sum = lhs
        sum.capture += rhs.capture
        sum.fees += rhs.fees
        sum.gas += rhs.gas
        sum.fills += rhs.fills
        sum.fillsUnvalued += rhs.fillsUnvalued
        sum.worthAtFills += rhs.worthAtFills
        sum.payouts += rhs.payouts
        sum.value += rhs.value
        return sum
    }

    public static func += (lhs: inout Attribution, rhs: Attribution) { lhs = lhs + rhs }

    /// Rounded toward zero, to the millionth.
    private static func worth(of fill: Fill, _ fairValueMicros: Int64) -> Money {
        precondition(
            fairValueMicros >= 0 && fairValueMicros <= 1_000_000,
            "the value of a share is between 0 and 1 dollar"
        )
        let micros = fill.outcome == .yes ? fairValueMicros : 1_000_000 - fairValueMicros
        let product = fill.size.raw.multipliedFullWidth(by: micros)
        return Money(raw: Int64(1_000_000).dividingFullWidth(product).quotient)
    }
}
