/// What a market costs us in each of its two outcomes, at worst: what was paid for the position,
/// less what it then pays, with every open order filled that makes it worse and none that makes it
/// better.
///
/// In a binary market that is exact and simple. An order on the bid side of the YES book at `b`,
/// whether it buys YES at `b` or sells NO at `1 - b`, loses `b` a share when NO wins and gains when
/// YES wins; one on the ask side at `a` loses `1 - a` a share when YES wins.
struct WorstCaseLoss: Equatable {
    /// Negative is a gain.
    private(set) var ifYesWins: Money
    private(set) var ifNoWins: Money

    init(_ position: Position) {
        ifYesWins = position.cost - Money(position.yes.shares, at: .one)
        ifNoWins = position.cost - Money(position.no.shares, at: .one)
    }

    /// Counts an open order with this much left.
    mutating func add(_ order: Order, remaining: Quantity) {
        switch order.bookSide {
        case .buy: ifNoWins += Money(remaining, at: order.bookPrice)
        case .sell: ifYesWins += Money(remaining, at: order.bookPrice.complement)
        }
    }

    /// The worse of the two, zero when neither loses.
    var worst: Money { max(ifYesWins, ifNoWins, .zero) }
}
