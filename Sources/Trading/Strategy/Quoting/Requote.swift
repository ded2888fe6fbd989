/// What to do about an order that stands.
enum Requote: Equatable {
    case keep(KeepReason)
    /// Cancel; a new order follows when the cancel is confirmed.
    case replace(RequoteReason)
    /// Cancel; nothing follows until there is a target again.
    case pull(NoQuoteReason)
}

enum KeepReason: Equatable {
    case onTarget
    /// Off target by less than is worth a place in the queue.
    case withinThreshold
    /// The place held is worth more than a new one at the target.
    case queueWorthMore
    /// Due, but the pace does not allow it yet.
    case paced
    /// The order is on its way, and in no danger.
    case awaitingVenue
}

enum RequoteReason: Equatable {
    case danger(Danger)
    case away
    case closer
    /// The remaining size differs from the target's; `isCut` when it is too large.
    case size(isCut: Bool)
    case expired
}

/// What makes an order worse than none.
enum Danger: Equatable {
    /// Less than `QuoteBuilder.edgeTicksMin` from fair.
    case edge
    /// At or through the opposite best, so it may already be trading.
    case crossing
    /// Not a price of the present grid.
    case offGrid
    /// More is left than the limits allow on this side.
    case tooLarge
}

/// An order of ours that stands, or is on its way.
struct StandingOrder: Equatable {
    /// In YES terms.
    var price: Price
    var remaining: Quantity
    var placedAt: Timestamp
    /// The venue has accepted it, and no cancel was sent.
    var isResting: Bool
    /// `QueueEstimate.ahead`.
    var queueAhead = Quantity.zero
}

/// What a market shows when orders are reviewed.
struct RequoteMarket: Equatable {
    var tickSize: TickSize
    var bestBid: Price?
    var bestAsk: Price?
    /// `p_fair`, in dollars.
    var fair: Double
    var volState: VolState
    var orderSizeMin: Quantity
    /// Shares of others at the target's price, by side.
    var displayedAtBidTarget = Quantity.zero
    var displayedAtAskTarget = Quantity.zero
    var bidValue: QueueValue
    var askValue: QueueValue

    func value(_ side: Side) -> QueueValue { side == .buy ? bidValue : askValue }

    func displayedAtTarget(_ side: Side) -> Quantity {
        side == .buy ? displayedAtBidTarget : displayedAtAskTarget
    }

    /// Ticks between a price and the best of its side; 0 at the best or ahead of it.
    func ticksBehind(_ price: Price, _ side: Side) -> Int64 {
        guard let best = side == .buy ? bestBid : bestAsk else { return 0 }
        let behind = side == .buy ? best.raw - price.raw : price.raw - best.raw
        return max(behind / tickSize.raw, 0)
    }

    /// Dollars between a price and what a share is worth to us on that side.
    func edge(_ price: Price, _ side: Side, _ value: Double) -> Double {
        side == .buy ? value - price.dollars : price.dollars - value
    }
}

extension Danger {
    /// `nil` when the order is safe where it is.
    init?(_ order: StandingOrder, _ side: Side, _ quote: Quote, _ market: RequoteMarket) {
        let edgeMin = Double(QuoteBuilder.edgeTicksMin * market.tickSize.raw) / 10_000
        if !market.tickSize.holds(order.price) {
            self = .offGrid
        } else if !(market.edge(order.price, side, market.fair) >= edgeMin - 1e-9) {
            self = .edge
        } else if Self.isCrossing(order.price, side, market) {
            self = .crossing
        } else if order.remaining > quote.room {
            self = .tooLarge
        } else {
            return nil
        }
    }

    private static func isCrossing(_ price: Price, _ side: Side, _ market: RequoteMarket) -> Bool {
        switch side {
        case .buy: market.bestAsk.map { price >= $0 } ?? true
        case .sell: market.bestBid.map { price <= $0 } ?? true
        }
    }
}
