/// What we hold of one market's two tokens, with what it cost.
///
/// Average cost, the venue's own convention (strategy 13): the cost of a token is kept as a total,
/// so that no price is ever rounded; a sale takes its share of the total, rounded to the millionth
/// of a dollar, and what remains is exact.
public struct Position: Equatable, Sendable {
    public private(set) var yes = Holding()
    public private(set) var no = Holding()

    /// One token's shares and their total cost.
    public struct Holding: Equatable, Sendable {
        /// Never negative: a naked sale does not exist on this venue.
        public internal(set) var shares = Quantity.zero
        public internal(set) var cost = Money.zero
    }

    init() {}

    /// YES minus NO: what moves with the price.
    public var inventory: Quantity { yes.shares - no.shares }

    public var isFlat: Bool { yes.shares == .zero && no.shares == .zero }

    /// What was paid for all of it.
    public var cost: Money { yes.cost + no.cost }

    /// Books a fill; returns the profit that a sale realised, fees aside.
    /// - Precondition: no more is sold than is held (the risk gate sees to it).
    mutating func apply(_ fill: Fill) -> Money {
        switch fill.outcome {
        case .yes: Self.apply(fill, to: &yes)
        case .no: Self.apply(fill, to: &no)
        }
    }

    private static func apply(_ fill: Fill, to holding: inout Holding) -> Money {
        let amount = Money(fill.size, at: fill.price)
        switch fill.side {
        case .buy:
            holding.shares += fill.size
            holding.cost += amount
            return .zero
        case .sell:
            precondition(fill.size <= holding.shares, "sold more than is held")
            return amount - holding.release(fill.size)
        }
    }

    /// Takes back a fill: the opposite trade at the same price.
    /// - Returns: the realised profit, and whether so many shares were there to take back; those
    ///   that were not are left out.
    mutating func reverse(_ fill: Fill) -> (profit: Money, isCovered: Bool) {
        switch fill.outcome {
        case .yes: Self.reverse(fill, in: &yes)
        case .no: Self.reverse(fill, in: &no)
        }
    }

    private static func reverse(
        _ fill: Fill,
        in holding: inout Holding
    ) -> (profit: Money, isCovered: Bool) {
        let amount = Money(fill.size, at: fill.price)
        switch fill.side {
        case .buy:
            let isCovered = fill.size <= holding.shares
            return (amount - holding.release(min(fill.size, holding.shares)), isCovered)
        case .sell:
            holding.shares += fill.size
            holding.cost += amount
            return (.zero, true)
        }
    }

    /// Shares that were held before the session knew of them.
    mutating func adopt(_ outcome: Outcome, _ shares: Quantity, cost: Money) {
        switch outcome {
        case .yes:
            yes.shares += shares
            yes.cost += cost
        case .no:
            no.shares += shares
            no.cost += cost
        }
    }

    /// Pays out the winner at one dollar a share; returns the payout and the realised profit.
    mutating func redeem(winner: Outcome) -> (payout: Money, profit: Money) {
        let shares = winner == .yes ? yes.shares : no.shares
        let payout = Money(shares, at: .one)
        let profit = payout - cost
        self = Position()
        return (payout, profit)
    }

    /// Turns pairs into a dollar each; returns the realised profit, `pairs (1 - avg_yes - avg_no)`.
    /// - Precondition: so many of both are held.
    mutating func merge(_ pairs: Quantity) -> Money {
        precondition(pairs <= yes.shares && pairs <= no.shares, "merged more than is held")
        return Money(pairs, at: .one) - yes.release(pairs) - no.release(pairs)
    }

    /// What the shares are worth: pairs a dollar each, the rest at its mark in units of 5e-5 dollars
    /// (`Tick.midpointDoubled`).
    func value(markYesDoubled: Int64, markNoDoubled: Int64) -> Money {
        let pairs = min(yes.shares, no.shares)
        let rest =
            yes.shares > no.shares
            ? Self.value(yes.shares - pairs, markDoubled: markYesDoubled)
            : Self.value(no.shares - pairs, markDoubled: markNoDoubled)
        return Money(pairs, at: .one) + rest
    }

    private static func value(_ shares: Quantity, markDoubled: Int64) -> Money {
        let product = shares.raw.multipliedFullWidth(by: markDoubled)
        return Money(raw: Int64(20_000).dividingFullWidth(product).quotient)
    }
}

extension Position.Holding {
    /// Gives `size` of the shares away; returns the part of the cost that they bear.
    fileprivate mutating func release(_ size: Quantity) -> Money {
        let released = costOf(size)
        shares -= size
        cost -= released
        return released
    }

    private func costOf(_ size: Quantity) -> Money {
        if size == shares { return cost }
        if size == .zero { return .zero }
        let product = cost.raw.multipliedFullWidth(by: size.raw)
        return Money(raw: shares.raw.dividingFullWidth(product).quotient)
    }
}
