/// From state to orders: what should stand, what stands, and the least that brings them together.
extension Engine {
    /// Least time between two orders of one side (strategy 9: four replaces a second per market).
    static let placeSpacing = Duration.milliseconds(500)
    /// A target one tick closer to fair is followed after this long: queue priority is worth it.
    static let closerPatience = Duration.milliseconds(1_500)

    /// What a market's state allows.
    enum Verdict {
        case quote(bid: QuoteTarget?, ask: QuoteTarget?)
        case skip(Action, Reason)
    }

    /// Decides every market anew that has orders or an open window.
    mutating func decide(_ now: Timestamp, _ effects: inout [EngineEffect]) {
        for index in markets.indices {
            let isOpen = markets[index].definition.phase(at: now) != .ahead
            guard isOpen || !markets[index].hasNoOrders else { continue }
            guard markets[index].winner == nil else { continue }
            let verdict = judge(index, now)
            note(verdict, index, now, &effects)
            switch verdict {
            case .skip:
                align(index, .buy, to: nil, now, &effects)
                align(index, .sell, to: nil, now, &effects)
            case .quote(let bid, let ask):
                align(index, .buy, to: bid, now, &effects)
                align(index, .sell, to: ask, now, &effects)
            }
        }
    }

    /// The gates, most severe first; behind them the quoter.
    private func judge(_ index: Int, _ now: Timestamp) -> Verdict {
        if isKilled || isStopping { return .skip(.killed, .killLatched) }
        guard parameters.isRunning else { return .skip(.paused, .notRunning) }
        guard isRecording else { return .skip(.skippedRisk, .recordingFailed) }
        let market = markets[index]
        let phase = market.definition.phase(at: now)
        let remaining = market.definition.windowEnd - now
        if phase == .ahead || phase == .settling || phase == .noQuote {
            return .skip(.skippedExpiry, .nearExpiry(remaining: remaining))
        }
        guard let lastMessage = market.lastMessage, !market.book.isEmpty else {
            return .skip(.skippedFilter, .noBook)
        }
        if now - lastMessage > configuration.marketSilenceMax {
            return .skip(.skippedStaleData, .marketFeedStale(age: now - lastMessage))
        }
        if configuration.hasReference && !isReferenceFresh(now) {
            let age = referenceArrival.map { now - $0 } ?? .zero
            return .skip(.skippedStaleData, .referenceFeedStale(age: age))
        }
        guard volatility.isWarm else {
            let reason = Reason.samples(seen: volatility.samples, needed: Volatility.samplesNeeded)
            return .skip(.warmingUp, reason)
        }
        if configuration.hasReference {
            switch market.strike.standing(at: now) {
            case .usable: break
            case .ahead, .awaiting:
                let waited = now - market.definition.windowStart
                return .skip(.warmingUp, .awaitingStrike(waited: waited))
            case .skipped: return .skip(.skippedFilter, .strikeUnverified)
            }
        }
        if let reason = MarketFilter.check(market.book, minLiquidity: parameters.minLiquidity) {
            return .skip(.skippedFilter, reason)
        }
        let minimum = market.definition.orderSizeMin
        if Quantity(shares: parameters.orderSize) < minimum {
            return .skip(
                .skippedRisk,
                .orderTooSmall(size: parameters.orderSize, minimum: minimum)
            )
        }
        return quote(market, phase, remaining)
    }

    private func quote(
        _ market: MarketState,
        _ phase: WindowPhase,
        _ remaining: Duration
    ) -> Verdict {
        guard let bestBid = market.book.bestBid, let bestAsk = market.book.bestAsk,
            let midpointDoubled = market.book.midpointDoubled, !market.book.isCrossed
        else { return .skip(.skippedFilter, .oneSidedBook) }
        let inventory = market.position.inventory
        let (bid, ask) = Quoter.quotes(
            for: QuoterInput(
                midpointDoubled: midpointDoubled,
                bestBid: bestBid.price,
                bestAsk: bestAsk.price,
                tickSize: market.book.tickSize,
                volState: volatility.state,
                inventory: inventory,
                parameters: parameters,
                orderSizeMin: market.definition.orderSizeMin,
                isReduceOnly: phase == .reduceOnly
            )
        )
        guard bid == nil && ask == nil else { return .quote(bid: bid, ask: ask) }
        if phase == .reduceOnly { return .skip(.reduceOnly, .nearExpiry(remaining: remaining)) }
        return .skip(
            .skippedRisk,
            .position(worstCase: inventory, limit: parameters.maxPosition)
        )
    }

    /// Tells a state when it is entered and every 30 s while it lasts; forgets it when quotes
    /// stand again.
    private mutating func note(
        _ verdict: Verdict,
        _ index: Int,
        _ now: Timestamp,
        _ effects: inout [EngineEffect]
    ) {
        guard index == current else { return }
        let told: (action: Action, reason: Reason)?
        switch verdict {
        case .skip(.killed, _), .skip(.paused, _):
            // Told by the operator's own events.
            told = nil
        case .skip(let action, let reason): told = (action, reason)
        case .quote(let bid, let ask): told = limitNotice(index, bid, ask, now)
        }
        guard let told else {
            markets[index].skip = nil
            return
        }
        if let last = markets[index].skip, last.action == told.action,
            now - last.toldAt < Self.stateRepeat
        {
            markets[index].skip?.reason = told.reason
            return
        }
        markets[index].skip = MarketState.SkipNotice(
            action: told.action,
            reason: told.reason,
            toldAt: now
        )
        publish(told.action, told.reason, market: index, now, &effects)
    }

    /// With one side off: is it the inventory's limit, or the window's end?
    private func limitNotice(
        _ index: Int,
        _ bid: QuoteTarget?,
        _ ask: QuoteTarget?,
        _ now: Timestamp
    ) -> (action: Action, reason: Reason)? {
        guard bid == nil || ask == nil else { return nil }
        let definition = markets[index].definition
        if definition.phase(at: now) == .reduceOnly {
            return (.reduceOnly, .nearExpiry(remaining: definition.windowEnd - now))
        }
        let inventory = markets[index].position.inventory
        let isAtLimit = bid == nil ? inventory > .zero : inventory < .zero
        guard isAtLimit else { return nil }
        return (
            .inventoryLimit, .position(worstCase: inventory, limit: parameters.maxPosition)
        )
    }

    /// Brings one side's order to its target.
    private mutating func align(
        _ index: Int,
        _ side: Side,
        to target: QuoteTarget?,
        _ now: Timestamp,
        _ effects: inout [EngineEffect]
    ) {
        switch slot(index, side) {
        case .empty:
            guard let target else {
                setPacing(index, side) { $0.isReplacing = false }
                return
            }
            place(target, index, side, now, &effects)
        case .placing(let order, _, _):
            if target == nil { cancel(order, index, side, isReplacing: false, &effects) }
        case .resting(let order, let remaining):
            guard let target else {
                cancel(order, index, side, isReplacing: false, &effects)
                return
            }
            if shouldMove(order, remaining, to: target, index, side, now) {
                cancel(order, index, side, isReplacing: true, &effects)
            }
        case .cancelling: break
        }
    }

    /// Requoting thresholds (strategy 9): danger at once; away from fair from one tick on; closer
    /// to fair from two ticks on, or one that lasts; sizes when they differ by more than a quarter.
    private mutating func shouldMove(
        _ order: Order,
        _ remaining: Quantity,
        to target: QuoteTarget,
        _ index: Int,
        _ side: Side,
        _ now: Timestamp
    ) -> Bool {
        let tick = markets[index].book.tickSize.raw
        // Positive: the target is farther from fair than the order.
        let away =
            side == .buy
            ? order.bookPrice.raw - target.price.raw : target.price.raw - order.bookPrice.raw
        if away >= 0 { setPacing(index, side) { $0.closerSince = nil } }
        if away >= tick { return true }

        let pacing = side == .buy ? markets[index].bidPacing : markets[index].askPacing
        guard now - pacing.placedAt >= Self.placeSpacing else { return false }
        if away <= -2 * tick { return true }
        if away < 0 {
            guard let since = pacing.closerSince else {
                setPacing(index, side) { $0.closerSince = now }
                return false
            }
            return now - since >= Self.closerPatience
        }
        let difference = abs(target.size.raw - remaining.raw)
        return difference * 4 > target.size.raw
            || remaining < markets[index].definition.orderSizeMin
    }

    private mutating func cancel(
        _ order: Order,
        _ index: Int,
        _ side: Side,
        isReplacing: Bool,
        _ effects: inout [EngineEffect]
    ) {
        let remaining = slot(index, side).exposure
        setSlot(
            .cancelling(order, remaining: remaining, isReplacing: isReplacing),
            index,
            side
        )
        setPacing(index, side) { $0.closerSince = nil }
        stateHash.mix(order.id.number)
        effects.append(.cancelOrder(order.id))
    }

    private mutating func place(
        _ target: QuoteTarget,
        _ index: Int,
        _ side: Side,
        _ now: Timestamp,
        _ effects: inout [EngineEffect]
    ) {
        let pacing = side == .buy ? markets[index].bidPacing : markets[index].askPacing
        guard now >= pacing.notBefore, now - pacing.placedAt >= Self.placeSpacing else { return }
        let order = makeOrder(target, index, side)
        if let denial = RiskGate.check(order, against: riskSnapshot(index, now)) {
            deny(denial, index, side, now, &effects)
            return
        }
        nextOrderNumber += 1
        statistics.ordersPlaced += 1
        stateHash.mix(order.id.number)
        stateHash.mix(order.price.raw)
        stateHash.mix(order.size.raw)
        setSlot(
            .placing(order, sentAt: now, isReplacement: pacing.isReplacing),
            index,
            side
        )
        setPacing(index, side) {
            $0.placedAt = now
            $0.isReplacing = false
        }
        effects.append(.placeOrder(order))
    }

    /// Sells shares that are held where they cover the whole order, which frees cash; buys the
    /// other token otherwise (strategy 8).
    private func makeOrder(_ target: QuoteTarget, _ index: Int, _ side: Side) -> Order {
        let position = markets[index].position
        let isBid = side == .buy
        // A bid in YES terms is closed by selling NO, an offer by selling YES.
        let held = isBid ? position.no.shares : position.yes.shares
        let isSale = held - markets[index].sharesOffered(isBid ? .no : .yes) >= target.size
        let outcome: Outcome = isBid == isSale ? .no : .yes
        return Order(
            id: OrderID(number: nextOrderNumber),
            market: markets[index].definition.id,
            outcome: outcome,
            side: isSale ? .sell : .buy,
            price: outcome == .yes ? target.price : target.price.complement,
            size: target.size
        )
    }

    private mutating func deny(
        _ denial: RiskDenial,
        _ index: Int,
        _ side: Side,
        _ now: Timestamp,
        _ effects: inout [EngineEffect]
    ) {
        statistics.ordersDenied += 1
        setPacing(index, side) { $0.notBefore = now + Self.rejectionPause }
        if let last = markets[index].lastDenialNotice, now - last < .seconds(5) { return }
        markets[index].lastDenialNotice = now
        publish(.orderDenied, .denied(denial), market: index, now, &effects)
    }

    private func riskSnapshot(_ index: Int, _ now: Timestamp) -> RiskSnapshot {
        let market = markets[index]
        let phase = market.definition.phase(at: now)
        return RiskSnapshot(
            isRunning: parameters.isRunning && !isKilled && !isStopping,
            isMarketOpen: phase == .quoting || phase == .reduceOnly,
            maxPosition: Quantity(shares: parameters.maxPosition),
            orderSizeMin: market.definition.orderSizeMin,
            tickSize: market.book.tickSize,
            bestBid: market.book.bestBid?.price,
            bestAsk: market.book.bestAsk?.price,
            inventory: market.position.inventory,
            sharesYes: market.position.yes.shares - market.sharesOffered(.yes),
            sharesNo: market.position.no.shares - market.sharesOffered(.no),
            openBids: market.bid.exposure,
            openAsks: market.ask.exposure,
            ownBid: market.bid.order?.bookPrice,
            ownAsk: market.ask.order?.bookPrice,
            buyingPower: buyingPower
        )
    }

    /// Cash that no open order has claimed.
    var buyingPower: Money {
        var free = portfolio.cash
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
