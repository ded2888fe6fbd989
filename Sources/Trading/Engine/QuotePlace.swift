/// One side of a market: when our order there was placed, what is ahead of it, and what takers
/// bring to that side.
struct QuotePlace: Equatable {
    /// The last time an order of this side was placed.
    var placedAt = Timestamp(nanoseconds: 0)
    /// The last order on this side was cancelled to be replaced; what follows is an update.
    var isReplacing = false
    /// When the cancel was sent that the venue has not answered.
    var cancelSentAt: Timestamp?
    /// The order size in force when it was placed: the operator's, cut by the controls.
    var orderSize: Int64 = 0
    /// Of the order that rests, from its acceptance on.
    var queue = QueueEstimate(displayed: .zero)
    var flow = TakerFlow()
}

/// Feeding the estimates from what the market shows.
extension MarketState {
    /// The book is as it is now.
    mutating func noteBook(at now: Timestamp) {
        guards.sweep.bookChanged(book, at: now)
        if let price = bid.restingPrice {
            bidPlace.queue.displayChanged(to: book.size(at: price, on: .buy), at: now)
        }
        if let price = ask.restingPrice {
            askPlace.queue.displayChanged(to: book.size(at: price, on: .sell), at: now)
        }
    }

    /// Others traded. Of a trade without a size nothing is known but that the price was reached.
    mutating func noteTrade(_ print: TradePrint, at now: Timestamp) {
        guards.sweep.tradePrinted(print.takerSide, size: print.size, at: now)
        let size = print.size ?? .zero
        switch print.takerSide {
        case .buy:
            askPlace.flow.traded(size, at: now)
            guard let own = ask.restingPrice else { return }
            if print.price > own { askPlace.queue.reachedFront() }
            if print.price == own { askPlace.queue.traded(size, at: now) }
        case .sell:
            bidPlace.flow.traded(size, at: now)
            guard let own = bid.restingPrice else { return }
            if print.price < own { bidPlace.queue.reachedFront() }
            if print.price == own { bidPlace.queue.traded(size, at: now) }
        }
    }

    func isFresh(_ now: Timestamp, _ silenceMax: Duration) -> Bool {
        lastMessage.map { now - $0 <= silenceMax } ?? false
    }
}
