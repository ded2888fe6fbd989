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
        guard let standing = markets.standing(index, side) else {
            guard markets.slot(index, side) == .empty else { return }
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
            let placed = markets.place(index, side).orderSize
            let size = orderSize(index)
            if placed > size || (why == .queueWorthMore && placed != size) {
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
        guard markets.standing(index, side) != nil else {
            if markets.slot(index, side) == .empty {
                setPlace(index, side) { $0.isReplacing = false }
            }
            return
        }
        markets[index].requote.pulled(side, at: now)
        cancel(index, side, isReplacing: false, now, &effects)
    }

    private mutating func cancel(
        _ index: Int,
        _ side: Side,
        isReplacing: Bool,
        _ now: Timestamp,
        _ effects: inout [EngineEffect]
    ) {
        let slot = markets.slot(index, side)
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
        send(order, index, side, now, &effects)
    }

    /// Sends what the gate lets pass.
    mutating func send(
        _ order: Order,
        _ index: Int,
        _ side: Side,
        _ now: Timestamp,
        _ effects: inout [EngineEffect]
    ) {
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
        let isReplacement = markets.place(index, side).isReplacing
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

    private mutating func riskSnapshot(_ index: Int, _ now: Timestamp) -> RiskSnapshot {
        let phase = markets[index].definition.phase(at: now)
        var openOrders = 0
        var exposure = Money.zero
        for other in markets.indices {
            openOrders += markets[other].openOrderCount
            exposure += markets[other].worstCaseLoss.worst
        }
        let loss = markets[index].worstCaseLoss
        return RiskSnapshot(
            isRunning: parameters.isRunning && !isKilled && !isStopping,
            permission: monitor.standing(of: markets[index].definition.id).permission,
            windowPermission: phase.permission,
            isMarketOpen: phase != .ahead && phase != .settling,
            isSettlementSupported: markets[index].definition.settlement.isSupported,
            isStrikeVerified: !configuration.hasReference
                || markets[index].strike.isUsable(at: now),
            parameters: parameters,
            orderSizeMin: markets[index].definition.orderSizeMin,
            tickSize: markets[index].book.tickSize,
            bestBid: markets[index].book.bestBid?.price,
            bestAsk: markets[index].book.bestAsk?.price,
            fairValueMicros: markets[index].valuation?.micros,
            inventory: markets[index].position.inventory,
            sharesYes: markets[index].position.yes.shares - markets[index].sharesOffered(.yes),
            sharesNo: markets[index].position.no.shares - markets[index].sharesOffered(.no),
            ownBid: markets[index].bid.order,
            ownAsk: markets[index].ask.order,
            openBids: markets[index].bid.exposure,
            openAsks: markets[index].ask.exposure,
            openOrdersInMarket: markets[index].openOrderCount,
            openOrders: openOrders,
            loss: loss,
            lossElsewhere: exposure - loss.worst,
            equity: totalEquity,
            buyingPower: buyingPower,
            takerFee: TakerFee(rate: markets[index].definition.takerFeeRate)
        )
    }

    /// Cash that no open order has claimed, and that the account really has.
    var buyingPower: Money {
        @inline(__always) get {
            min(portfolio.cash, account.spendable ?? portfolio.cash) - markets.lockedCash
        }
    }

    /// Cash and positions at their marks.
    public var totalEquity: Money {
        @inline(__always) get { portfolio.cash + markets.positionValue }
    }
}
