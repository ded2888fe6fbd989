/// Brings what stands to what should stand, with the least that does it.
extension Engine {
    /// Reviews one side's order, or places one where none stands.
    mutating func align(
        _ index: Int,
        _ side: Side,
        to plan: QuotePlan,
        _ now: Timestamp,
        _ effects: inout [EngineEffect]
    ) {
        let decision = plan.decision(side)
        guard let standing = standing(index, side) else {
            guard slot(index, side) == .empty else { return }
            guard let quote = decision.quote else {
                setPlace(index, side) { $0.isReplacing = false }
                return
            }
            place(quote, index, side, now, &effects)
            return
        }
        switch markets[index].requote.review(
            standing,
            side,
            against: decision,
            in: plan.market,
            at: now
        ) {
        case .keep(let why):
            // A new size is the operator's order, a smaller one may be the controls': the queue does
            // not outweigh the one, nothing outweighs the other.
            let place = side == .buy ? markets[index].bidPlace : markets[index].askPlace
            let size = orderSize(index)
            if place.orderSize > size || (why == .queueWorthMore && place.orderSize != size) {
                cancel(index, side, isReplacing: true, now, &effects)
            }
        case .replace: cancel(index, side, isReplacing: true, now, &effects)
        case .pull: cancel(index, side, isReplacing: false, now, &effects)
        }
    }

    /// Takes a side off whose market is not quoted.
    mutating func pull(
        _ index: Int,
        _ side: Side,
        _ now: Timestamp,
        _ effects: inout [EngineEffect]
    ) {
        guard standing(index, side) != nil else {
            if slot(index, side) == .empty { setPlace(index, side) { $0.isReplacing = false } }
            return
        }
        markets[index].requote.pulled(side, at: now)
        cancel(index, side, isReplacing: false, now, &effects)
    }

    /// The order that may still be cancelled; `nil` where there is none, or its cancel is on the way.
    private func standing(_ index: Int, _ side: Side) -> StandingOrder? {
        let slot = slot(index, side)
        let place = side == .buy ? markets[index].bidPlace : markets[index].askPlace
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
            return StandingOrder(
                price: order.bookPrice,
                remaining: remaining,
                placedAt: place.placedAt,
                isResting: true,
                queueAhead: place.queue.ahead
            )
        }
    }

    private mutating func cancel(
        _ index: Int,
        _ side: Side,
        isReplacing: Bool,
        _ now: Timestamp,
        _ effects: inout [EngineEffect]
    ) {
        let slot = slot(index, side)
        guard let order = slot.order else { return }
        setSlot(
            .cancelling(order, remaining: slot.exposure, isReplacing: isReplacing),
            index,
            side
        )
        setPlace(index, side) { $0.cancelSentAt = now }
        stateHash.mix(order.id.number)
        gate.noteCancel(at: now)
        effects.append(.cancelOrder(order.id))
    }

    private mutating func place(
        _ quote: Quote,
        _ index: Int,
        _ side: Side,
        _ now: Timestamp,
        _ effects: inout [EngineEffect]
    ) {
        guard markets[index].requote.mayPlace(side, at: now) else { return }
        let order = Order(
            id: OrderID(number: nextOrderNumber),
            market: markets[index].definition.id,
            outcome: quote.outcome,
            side: quote.orderSide,
            price: quote.orderPrice,
            size: quote.size
        )
        let approved: ApprovedOrder
        switch gate.check(order, against: riskSnapshot(index, now), at: now) {
        case .approved(let passed): approved = passed
        case .denied(let denial):
            deny(denial, index, side, now, &effects)
            return
        }
        nextOrderNumber += 1
        statistics.ordersPlaced += 1
        markets[index].denial = nil
        stateHash.mix(order.id.number)
        stateHash.mix(order.price.raw)
        stateHash.mix(order.size.raw)
        let isReplacement = (side == .buy ? markets[index].bidPlace : markets[index].askPlace)
            .isReplacing
        setSlot(.placing(order, sentAt: now, isReplacement: isReplacement), index, side)
        setPlace(index, side) { [size = orderSize(index)] in
            $0.placedAt = now
            $0.orderSize = size
            $0.isReplacing = false
        }
        markets[index].requote.orderPlaced(side, at: now)
        effects.append(.placeOrder(approved))
    }

    private mutating func deny(
        _ denial: RiskDenial,
        _ index: Int,
        _ side: Side,
        _ now: Timestamp,
        _ effects: inout [EngineEffect]
    ) {
        statistics.ordersDenied += 1
        let last = markets[index].denial
        if denial.isTransient {
            markets[index].requote.orderRejected(side, at: now)
            if last?.denial != denial { markets[index].denial = .init(denial: denial) }
            return
        }
        markets[index].requote.orderDenied(side, at: now)
        if let last, last.denial == denial, let toldAt = last.toldAt,
            now - toldAt < Self.stateRepeat
        {
            return
        }
        markets[index].denial = .init(denial: denial, toldAt: now)
        publish(.orderDenied, .denied(denial), market: index, now, &effects)
    }

    private func riskSnapshot(_ index: Int, _ now: Timestamp) -> RiskSnapshot {
        let market = markets[index]
        let phase = market.definition.phase(at: now)
        let openOrders = markets.reduce(0) { $0 + $1.openOrderCount }
        let exposure = markets.reduce(Money.zero) { $0 + $1.worstCaseLoss.worst }
        let loss = market.worstCaseLoss
        return RiskSnapshot(
            isRunning: parameters.isRunning && !isKilled && !isStopping,
            permission: monitor.standing(of: market.definition.id).permission,
            windowPermission: phase.permission,
            isMarketOpen: phase != .ahead && phase != .settling,
            isSettlementSupported: market.definition.settlement.isSupported,
            isStrikeVerified: !configuration.hasReference || market.strike.isUsable(at: now),
            parameters: parameters,
            orderSizeMin: market.definition.orderSizeMin,
            tickSize: market.book.tickSize,
            bestBid: market.book.bestBid?.price,
            bestAsk: market.book.bestAsk?.price,
            fairValueMicros: market.valuation?.micros,
            inventory: market.position.inventory,
            sharesYes: market.position.yes.shares - market.sharesOffered(.yes),
            sharesNo: market.position.no.shares - market.sharesOffered(.no),
            ownBid: market.bid.order,
            ownAsk: market.ask.order,
            openBids: market.bid.exposure,
            openAsks: market.ask.exposure,
            openOrdersInMarket: market.openOrderCount,
            openOrders: openOrders,
            loss: loss,
            lossElsewhere: exposure - loss.worst,
            equity: totalEquity,
            buyingPower: buyingPower
        )
    }

    /// Cash that no open order has claimed, and that the account really has.
    var buyingPower: Money {
        var free = min(portfolio.cash, account.spendable ?? portfolio.cash)
        for index in markets.indices { free -= markets[index].lockedCash }
        return free
    }

    /// Cash and positions at their marks.
    public var totalEquity: Money {
        var total = portfolio.cash
        for index in markets.indices { total += markets[index].positionValue }
        return total
    }
}
