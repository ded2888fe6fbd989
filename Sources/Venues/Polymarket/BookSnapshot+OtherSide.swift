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
}
