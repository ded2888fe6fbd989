/// The controls that need no memory: each a function of the order, the snapshot and the limits.
extension RiskGate {
    /// May anything be placed here and now?
    static func checkStanding(_ order: Order, _ snapshot: RiskSnapshot) -> RiskDenial? {
        guard snapshot.isRunning else { return .notRunning }
        guard snapshot.parameters.isUsable else { return .badParameter }
        guard snapshot.permission != .nothing else { return .halted }
        guard snapshot.isSettlementSupported else { return .unsupportedSettlement }
        guard snapshot.isMarketOpen else { return .marketClosed }
        // The last minute is what exits are for.
        guard snapshot.windowPermission != .nothing || order.kind == .exit else {
            return .nearExpiry
        }
        guard snapshot.isStrikeVerified else { return .strikeUnverified }
        guard !snapshot.isReducing(order) else { return nil }
        guard order.kind == .quote else { return .reduceOnly }
        guard snapshot.permission == .everything else { return .reduceOnly }
        guard snapshot.windowPermission == .everything else { return .nearExpiry }
        return nil
    }

    /// Size and grid.
    static func checkShape(
        _ order: Order,
        _ snapshot: RiskSnapshot,
        _ limits: RiskLimits
    ) -> RiskDenial? {
        guard order.size >= snapshot.orderSizeMin, order.size.raw > 0 else { return .minOrderSize }
        let orderSize = snapshot.parameters.orderSize
        guard order.size <= limits.orderSizeMax(orderSize: orderSize) else { return .maxOrderSize }
        guard snapshot.tickSize.holds(order.price), order.size.raw % 10_000 == 0,
            order.price > .zero, order.price < .one
        else { return .offTick }
        guard order.kind == .exit else { return nil }
        guard snapshot.takerFee != nil else { return .feeUnknown }
        return Money(order.size, at: order.price) < limits.takerOrderMin ? .minOrderSize : nil
    }

    /// The market's book, our own orders, and fair value.
    static func checkPrices(
        _ order: Order,
        _ snapshot: RiskSnapshot,
        _ limits: RiskLimits
    ) -> RiskDenial? {
        guard let bid = snapshot.bestBid, let ask = snapshot.bestAsk else { return .noBook }
        switch order.bookSide {
        case .buy:
            guard order.bookPrice < ask || order.kind == .exit else { return .wouldCross }
            if let own = snapshot.ownAsk, crosses(bid: order, ask: own, snapshot, limits) {
                return .selfCross
            }
        case .sell:
            guard order.bookPrice > bid || order.kind == .exit else { return .wouldCross }
            if let own = snapshot.ownBid, crosses(bid: own, ask: order, snapshot, limits) {
                return .selfCross
            }
        }
        guard let fair = snapshot.fairValueMicros else { return .noFairValue }
        let midpoint = (bid.raw + ask.raw) * 50
        return isWithinCollar(order, fair: fair, midpoint: midpoint, snapshot, limits)
            ? nil : .priceCollar
    }

    /// Two buys of opposite tokens pair at `bid + (1 - ask)`; any other two of ours would simply
    /// trade with each other.
    private static func crosses(
        bid: Order,
        ask: Order,
        _ snapshot: RiskSnapshot,
        _ limits: RiskLimits
    ) -> Bool {
        let gap = ask.bookPrice.raw - bid.bookPrice.raw
        let isPair = bid.side == .buy && ask.side == .buy
        return gap <= 0 || isPair && gap < limits.pairEdgeTicks * snapshot.tickSize.raw
    }

    /// In millionths of a dollar.
    private static func isWithinCollar(
        _ order: Order,
        fair: Int64,
        midpoint: Int64,
        _ snapshot: RiskSnapshot,
        _ limits: RiskLimits
    ) -> Bool {
        let tick = snapshot.tickSize.raw
        let price = order.bookPrice.raw * 100
        let isBid = order.bookSide == .buy
        // A quote as wide as the operator asks for is no error, also in the high regime.
        let widening = Int64((2 * snapshot.parameters.spreadOffset * 1_000_000).rounded())
        let fairMax = max(limits.collarTicks * tick, limits.collar.raw) * 100
        let midpointMax = max(limits.midpointCollarTicks * tick, limits.midpointCollar.raw) * 100
        // Positive: worse for us than fair.
        let beyondFair = isBid ? price - fair : fair - price
        let beyondMidpoint = isBid ? price - midpoint : midpoint - price
        guard beyondFair <= fairMax, beyondMidpoint <= midpointMax,
            -beyondFair <= fairMax + widening, -beyondMidpoint <= midpointMax + widening
        else { return false }
        let least = limits.newRiskPriceMin
        let isInRange = order.bookPrice >= least && order.bookPrice <= least.complement
        return isInRange || snapshot.isReducing(order)
    }

    /// Position, number and worth of what would be open.
    static func checkExposure(
        _ order: Order,
        _ snapshot: RiskSnapshot,
        _ limits: RiskLimits
    ) -> RiskDenial? {
        guard snapshot.openOrdersInMarket < limits.openOrdersInMarketMax,
            snapshot.openOrders < limits.openOrdersMax
        else { return .maxOpenOrders }
        if exceedsPosition(order, snapshot) { return .maxPosition }
        let notional = Money(order.size, at: order.price)
        let orderSize = snapshot.parameters.orderSize
        if notional > limits.orderNotionalMax(orderSize: orderSize) { return .maxNotional }

        let before = snapshot.loss.worst
        var loss = snapshot.loss
        loss.add(order, remaining: order.size)
        // What does not make the worst case worse may always go.
        guard loss.worst > before else { return nil }
        let maxPosition = snapshot.parameters.maxPosition
        if loss.worst > limits.marketLiabilityMax(maxPosition: maxPosition) { return .maxLiability }
        let total = snapshot.lossElsewhere + loss.worst
        return total > limits.totalExposureMax(equity: snapshot.equity) ? .maxTotalExposure : nil
    }

    /// Worst case: everything open on the same side fills, nothing on the other does.
    private static func exceedsPosition(_ order: Order, _ snapshot: RiskSnapshot) -> Bool {
        // An order that only brings a position back is always allowed.
        guard !snapshot.isReducing(order) else { return false }
        let worst =
            switch order.bookSide {
            case .buy: snapshot.inventory + snapshot.openBids + order.size
            case .sell: -(snapshot.inventory - snapshot.openAsks - order.size)
            }
        return worst > Quantity(shares: snapshot.parameters.maxPosition)
    }

    static func checkBalance(
        _ order: Order,
        _ snapshot: RiskSnapshot,
        _ limits: RiskLimits
    ) -> RiskDenial? {
        switch order.side {
        case .buy:
            let free = max(snapshot.buyingPower, .zero)
            let spendable = free - free.percent(limits.cashReservePercent)
            return Money(order.size, at: order.price) > spendable ? .insufficientBalance : nil
        case .sell:
            let held = order.outcome == .yes ? snapshot.sharesYes : snapshot.sharesNo
            return order.size > held ? .insufficientBalance : nil
        }
    }
}
