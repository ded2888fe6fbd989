internal import Trading

extension BookSnapshot {
    /// Turns a book in terms of one token into the book of the market's other one, in place: to bid
    /// for one at 0.30 is to ask 0.70 for the other, because the two can be split from and merged
    /// into one dollar. The venue shows every order in both books.
    mutating func takeOtherSide() {
        for index in bids.indices { bids[index].price = bids[index].price.complement }
        for index in asks.indices { asks[index].price = asks[index].price.complement }
        swap(&bids, &asks)
    }

    /// The grid that the prices prove where they are not on `known`: crypto markets go from 0.01 to
    /// 0.001 (polymarket 7), and what is not on that is on 0.0001.
    func grid(from known: TickSize) -> TickSize {
        var grid = known
        for level in bids where !grid.holds(level.price) { grid = Self.finer(for: level.price) }
        for level in asks where !grid.holds(level.price) { grid = Self.finer(for: level.price) }
        return grid
    }

    private static func finer(for price: Price) -> TickSize {
        TickSize.thousandth.holds(price) ? .thousandth : .tenThousandth
    }
}
