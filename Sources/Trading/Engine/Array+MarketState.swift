/// What is asked of the markets kept, whichever of them it concerns.
///
/// These belong to the array, not to the engine: a method of the engine that merely reads may be
/// handed a copy of all of it (`Engine`), a method of an array is handed a pointer.
extension [MarketState] {
    func index(of id: MarketID) -> Int? {
        for index in indices where self[index].definition.id == id { return index }
        return nil
    }

    /// The market and side of an order of ours.
    func find(_ id: OrderID) -> (market: Int, side: Side)? {
        for index in indices {
            if self[index].bid.order?.id == id { return (index, .buy) }
            if self[index].ask.order?.id == id { return (index, .sell) }
        }
        return nil
    }

    func slot(_ index: Int, _ side: Side) -> QuoteSlot {
        side == .buy ? self[index].bid : self[index].ask
    }

    func place(_ index: Int, _ side: Side) -> QuotePlace {
        side == .buy ? self[index].bidPlace : self[index].askPlace
    }

    /// The quote that may still be cancelled; `nil` where there is none, or its cancel is on the way.
    func standing(_ index: Int, _ side: Side) -> StandingOrder? {
        let slot = slot(index, side)
        // An exit ends by itself.
        if let order = slot.order, order.kind == .exit { return nil }
        switch slot {
        case .empty, .cancelling: return nil
        case .placing(let order, let sentAt, _):
            return StandingOrder(
                price: order.bookPrice,
                remaining: order.size,
                placedAt: sentAt,
                isResting: false
            )
        case .resting(let order, let remaining):
            let place = place(index, side)
            return StandingOrder(
                price: order.bookPrice,
                remaining: remaining,
                placedAt: place.placedAt,
                isResting: true,
                queueAhead: place.queue.ahead
            )
        }
    }

    /// Whether the market is decided anew: it has an open window, or orders.
    func isDecided(_ index: Int, at now: Timestamp) -> Bool {
        guard self[index].winner == nil else { return false }
        return self[index].definition.phase(at: now) != .ahead || !self[index].hasNoOrders
    }

    /// What all windows that are open have at stake, without the orders of one market, which are to
    /// be replaced by those that are being sized.
    func delta(_ price: Double, withoutOrdersOf index: Int, at now: Timestamp) -> ReferenceDelta {
        var delta = ReferenceDelta(price: price)
        for other in indices where self[other].definition.windowEnd > now {
            guard let sensitivity = self[other].valuation?.sensitivity else { continue }
            delta.add(
                inventory: self[other].position.yes.shares - self[other].position.no.shares,
                bids: other == index ? .zero : self[other].bid.exposure,
                asks: other == index ? .zero : self[other].ask.exposure,
                sensitivity: sensitivity
            )
        }
        return delta
    }

    /// No order of ours can fill anywhere.
    var hasNoOrders: Bool {
        for index in indices where !self[index].hasNoOrders { return false }
        return true
    }

    /// Cash that open orders have claimed.
    var lockedCash: Money {
        var sum = Money.zero
        for index in indices { sum += self[index].bid.lockedCash + self[index].ask.lockedCash }
        return sum
    }

    /// What the positions are worth on display.
    var positionValue: Money {
        var sum = Money.zero
        for index in indices { sum += self[index].positionValue }
        return sum
    }

    /// The positions at fair value.
    var fairValue: Money {
        var sum = Money.zero
        for index in indices { sum += self[index].fairValue }
        return sum
    }
}
