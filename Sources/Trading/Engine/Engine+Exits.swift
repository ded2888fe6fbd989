/// The way out in a window's last minute (strategy 12): nothing is quoted any more, and what is left of
/// a position is a bet on the last prices of the average. Off by default.
extension Engine {
    /// A smaller part of `max_position` is held to the end.
    static let exitPositionTenths: Int64 = 2
    /// Nearer to certainty, holding costs little and selling pays the spread for it.
    static let exitFairRange = 0.15...0.85

    /// Sells to the best bid of the token held, where that pays more than holding is worth: the
    /// proceeds after the fee against the value of the shares to somebody who dislikes the risk of
    /// them (`Reservation`), which is what a taker exit must beat (strategy 11).
    mutating func exitIfWorthIt(
        _ index: Int,
        _ now: Timestamp,
        _ effects: inout [EngineEffect]
    ) {
        // A gateway to a venue outside signs quotes alone.
        guard configuration.exitsBeforeEnd, !configuration.isVenueOutside, mayExit(index, now),
            let valuation = markets[index].valuation, isReferenceFresh(now),
            Self.exitFairRange.contains(valuation.fair),
            let fee = TakerFee(rate: markets[index].definition.takerFeeRate)
        else { return }
        let inventory = markets[index].position.inventory
        let outcome = inventory > .zero ? Outcome.yes : .no
        let best =
            outcome == .yes
            ? markets[index].book.bestBid : markets[index].book.bestAsk
        guard let best else { return }
        let price = outcome == .yes ? best.price : best.price.complement
        let size = exitSize(inventory.magnitude, index, price)
        guard size >= markets[index].definition.orderSizeMin, size > .zero else { return }
        let held = holdingValue(index, valuation, inventory, size, now)
        let paid = Money(size, at: price) - fee.amount(size, at: price)
        guard paid.dollars > held * size.shares else { return }
        let side = outcome == .yes ? Side.sell : .buy
        guard markets[index].requote.mayPlace(side, at: now) else { return }
        let order = Order(
            id: OrderID(number: nextOrderNumber),
            market: markets[index].definition.id,
            outcome: outcome,
            side: .sell,
            price: price,
            size: size,
            kind: .exit
        )
        send(order, index, side, now, &effects)
    }

    private mutating func mayExit(_ index: Int, _ now: Timestamp) -> Bool {
        guard markets[index].definition.phase(at: now) == .noQuote,
            parameters.isRunning, !isKilled, !isStopping,
            monitor.standing(of: markets[index].definition.id).permission >= .reducing,
            markets[index].bid == .empty, markets[index].ask == .empty,
            markets[index].merging == .zero,
            markets[index].isFresh(now, configuration.marketSilenceMax)
        else { return false }
        let limit = Quantity(shares: parameters.maxPosition)
        let held = markets[index].position.inventory.magnitude
        return held > .zero && 10 * held.raw > Self.exitPositionTenths * limit.raw
    }

    /// No more than the gate lets pass; what is left goes with the next.
    private mutating func exitSize(_ held: Quantity, _ index: Int, _ price: Price) -> Quantity {
        let limits = configuration.limits
        let most = limits.orderSizeMax(orderSize: parameters.orderSize)
        let worth = limits.orderNotionalMax(orderSize: parameters.orderSize)
        let affordable = Quantity(raw: worth.raw / max(price.raw, 1) * Price.one.raw)
        // Sizes of the venue have two decimals.
        return Quantity(raw: min(held, most, affordable).raw / 10_000 * 10_000)
    }

    /// Dollars of a share of the token held, if `size` of them are given up.
    private mutating func holdingValue(
        _ index: Int,
        _ valuation: Valuation,
        _ inventory: Quantity,
        _ size: Quantity,
        _ now: Timestamp
    ) -> Double {
        let start = markets[index].definition.windowStart
        let end = markets[index].definition.windowEnd
        // All of it: there is no time left in which a quote could work it off.
        let aversion = RiskAversion.perShare(
            maxPosition: parameters.maxPosition,
            remaining: (end - now).seconds,
            length: (end - start).seconds
        )
        let reservation = Reservation(probability: valuation.fair, aversion: aversion)
        return inventory > .zero
            ? reservation.askValue(inventory.shares, size: size.shares)
            : 1 - reservation.bidValue(inventory.shares, size: size.shares)
    }
}
