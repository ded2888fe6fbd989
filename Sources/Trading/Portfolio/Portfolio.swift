/// The session's money: cash, and what the session's fills did to it. Positions belong to their
/// markets; the portfolio is told of every fill and every payout.
///
/// The identity that must always hold, to the millionth of a dollar:
/// `equity - startingCash == realised + unrealised - fees - gas` (strategy 13).
public struct Portfolio: Equatable, Sendable {
    /// What the session began with: cash, and adopted shares at the price of their adoption.
    public private(set) var startingCash: Money
    public private(set) var cash: Money
    /// Profit of sales and payouts, fees aside.
    public private(set) var realised = Money.zero
    public private(set) var fees = Money.zero
    /// What own chain transactions cost.
    public private(set) var gas = Money.zero
    /// Sum of price times size of all fills.
    public private(set) var volume = Money.zero
    public private(set) var trades: Int64 = 0

    init(startingCash: Money) {
        self.startingCash = startingCash
        cash = startingCash
    }

    /// Books a fill's cash; `profit` is what the position said it realised.
    mutating func apply(_ fill: Fill, profit: Money) {
        let amount = Money(fill.size, at: fill.price)
        switch fill.side {
        case .buy: cash -= amount
        case .sell: cash += amount
        }
        cash -= fill.fee
        fees += fill.fee
        realised += profit
        volume += amount
        trades += 1
    }

    /// Books a payout: of a resolved market, or of pairs that were merged.
    mutating func redeem(payout: Money, profit: Money) {
        cash += payout
        realised += profit
    }

    /// Takes back a fill: the opposite trade at the same price, without a fee; `profit` is what the
    /// position said it realised by it.
    mutating func reverse(_ fill: Fill, profit: Money) {
        let amount = Money(fill.size, at: fill.price)
        switch fill.side {
        case .buy: cash += amount
        case .sell: cash -= amount
        }
        cash += fill.fee
        fees -= fill.fee
        realised += profit
        volume -= amount
        trades -= 1
    }

    /// The session begins with this much, not with what it was started with.
    /// - Precondition: nothing has been traded.
    mutating func adopt(cash amount: Money) {
        precondition(trades == 0, "cash is adopted before trading")
        startingCash += amount - cash
        cash = amount
    }

    /// Shares that were there before are part of what the session began with.
    mutating func adopt(sharesFor cost: Money) { startingCash += cost }

    /// Books what a chain transaction cost.
    mutating func spend(gas amount: Money) {
        cash -= amount
        gas += amount
    }
}
