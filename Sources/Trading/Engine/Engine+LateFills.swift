/// What is remembered of a market that was resolved and made room for another.
struct SettledMarket: Equatable, Sendable {
    var id: MarketID
    var winner: Outcome
}

/// Fills that are told when their market has been paid out: lost by the stream, found by a
/// reconciliation, however much later. The money moved, so they are booked.
extension Engine {
    mutating func settledMarket(_ id: MarketID) -> SettledMarket? {
        settled.last { $0.id == id }
    }

    /// What was bought earns its payout, what was sold gives its own back.
    static func payout(of fill: Fill, _ winner: Outcome) -> Money {
        let worth = fill.outcome == winner ? Money(fill.size, at: .one) : .zero
        return fill.side == .buy ? worth : .zero - worth
    }

    /// Books a fill and its payout.
    mutating func pay(_ fill: Fill, winner: Outcome) {
        let payout = Self.payout(of: fill, winner)
        let amount = Money(fill.size, at: fill.price)
        portfolio.apply(fill, profit: .zero)
        portfolio.redeem(
            payout: payout,
            profit: fill.side == .buy ? payout - amount : payout + amount
        )
    }

    /// Takes a fill back whose trade failed, and its payout with it.
    mutating func takeBack(_ fill: Fill, winner: Outcome) {
        let payout = Self.payout(of: fill, winner)
        let amount = Money(fill.size, at: fill.price)
        portfolio.reverse(fill, profit: .zero)
        portfolio.redeem(
            payout: .zero - payout,
            profit: fill.side == .buy ? amount - payout : .zero - payout - amount
        )
    }
}
