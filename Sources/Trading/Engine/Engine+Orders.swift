/// What the venue tells about our orders.
extension Engine {
    /// How many fills are remembered against being told twice.
    static let tradeIDsKept = 1_024

    mutating func accept(_ id: OrderID, _ now: Timestamp, _ effects: inout [EngineEffect]) {
        guard let (market, side) = markets.find(id) else {
            statistics.eventsUnmatched += 1
            return
        }
        statistics.ordersAccepted += 1
        inform(.orderAccepted, now, &effects)
        stateHash.mix(id.number)
        guard case .placing(let order, let sentAt, let isReplacement) = markets.slot(market, side)
        else {
            // Cancelling already (or a fill came first): the cancel's answer decides.
            return
        }
        orderLatency = now - sentAt
        setSlot(.resting(order, remaining: order.size), market, side)
        let displayed = markets[market].book.size(at: order.bookPrice, on: side)
        setPlace(market, side) { $0.queue = QueueEstimate(displayed: displayed) }
        if isReplacement { statistics.orderUpdates += 1 }
        announce(order, isReplacement: isReplacement, market, now, &effects)
    }

    private mutating func announce(
        _ order: Order,
        isReplacement: Bool,
        _ market: Int,
        _ now: Timestamp,
        _ effects: inout [EngineEffect]
    ) {
        let reason = Reason.about(order)
        guard isReplacement else {
            publish(.tradePlaced, reason, market: market, now, &effects)
            return
        }
        // A moved quote is a row in a blotter at most once a second; in between the refresh shows it.
        if let last = markets[market].lastUpdateNotice, now - last < .seconds(1) {
            markets[market].isDirty = true
            return
        }
        markets[market].lastUpdateNotice = now
        publish(.quoteUpdated, reason, market: market, now, &effects)
    }

    mutating func reject(
        _ id: OrderID,
        _ why: OrderRejection,
        _ now: Timestamp,
        _ effects: inout [EngineEffect]
    ) {
        guard let (market, side) = markets.find(id), let order = markets.slot(market, side).order
        else {
            statistics.eventsUnmatched += 1
            return
        }
        statistics.ordersRejected += 1
        stateHash.mix(id.number)
        setSlot(.empty, market, side)
        markets[market].requote.orderRejected(side, at: now)
        inform(.orderRejected(why), now, &effects)
        if why == .wouldCross { notePostOnlyReject(market, now, &effects) }
        if why == .insufficientBalance { gate.noteBalanceRefusal(at: now) }
        publish(
            .orderRejected,
            .orderRejected(
                why,
                outcome: order.outcome,
                side: order.side,
                price: order.price,
                size: order.size
            ),
            market: market,
            now,
            &effects
        )
    }

    /// A burst of them says that our book is behind (risk 3, row 27).
    private mutating func notePostOnlyReject(
        _ market: Int,
        _ now: Timestamp,
        _ effects: inout [EngineEffect]
    ) {
        let wasWanted = markets[market].guards.postOnlyRejects.wantsSnapshot
        markets[market].guards.postOnlyRejects.postOnlyRejected(at: now)
        guard configuration.guards.contains(.postOnlyRejects), !wasWanted,
            markets[market].guards.postOnlyRejects.wantsSnapshot
        else { return }
        effects.append(.requestSnapshot(markets[market].definition.id))
    }

    /// Books a fill. A fill of an order that we no longer follow (its cancel crossed it) is booked
    /// all the same: the money moved.
    mutating func book(_ fill: Fill, _ now: Timestamp, _ effects: inout [EngineEffect]) {
        let market = markets.index(of: fill.market)
        let late = market == nil ? settledMarket(fill.market) : nil
        guard market != nil || late != nil else {
            statistics.eventsUnmatched += 1
            return
        }
        guard !lastTradeIDs.contains(fill.tradeID) else {
            statistics.fillsDuplicate += 1
            return
        }
        if lastTradeIDs.count == Self.tradeIDsKept {
            lastTradeIDs.removeFirst(Self.tradeIDsKept / 2)
        }
        lastTradeIDs.append(fill.tradeID)

        account.traded(fill)
        account.lastFillAt = now
        if let market {
            bookKept(fill, market, now)
        } else if let late {
            pay(fill, winner: late.winner)
            attributionClosed.filled(fill, fairValueMicros: nil)
            attributionClosed.paidOut(Self.payout(of: fill, late.winner))
        }
        statistics.fills += 1
        stateHash.mix(fill.orderID.number)
        stateHash.mix(fill.size.raw)
        stateHash.mix(portfolio.cash.raw)

        if let (owner, side) = markets.find(fill.orderID) {
            var filled = markets.slot(owner, side)
            filled.fill(fill.size, isComplete: fill.isComplete)
            setSlot(filled, owner, side)
            setPlace(owner, side) { $0.queue.reachedFront() }
        }
        publish(
            fill.isComplete ? .orderFilled : .orderPartiallyFilled,
            .order(outcome: fill.outcome, side: fill.side, price: fill.price, size: fill.size),
            market: market,
            now,
            &effects
        )
    }

    /// A fill told after its market was paid out (lost by the stream, found later) is paid at once.
    private mutating func bookKept(_ fill: Fill, _ market: Int, _ now: Timestamp) {
        if let winner = markets[market].winner {
            pay(fill, winner: winner)
            markets[market].attribution.paidOut(Self.payout(of: fill, winner))
        } else {
            let profit = markets[market].position.apply(fill)
            portfolio.apply(fill, profit: profit)
        }
        markets[market].holdings.filled(at: now)
        gate.noteFill(fill, at: now)
        tellOfFill(fill, market, now)
        let inventory = markets[market].position.inventory
        statistics.inventoryMin = min(statistics.inventoryMin, inventory)
        statistics.inventoryMax = max(statistics.inventoryMax, inventory)
    }

    mutating func finishCancel(
        _ id: OrderID,
        _ why: CancelReason,
        _ now: Timestamp,
        _ effects: inout [EngineEffect]
    ) {
        guard let (market, side) = markets.find(id), let order = markets.slot(market, side).order
        else {
            statistics.eventsUnmatched += 1
            return
        }
        statistics.ordersCancelled += 1
        if why == .requested { noteCancelAnswer(market, side, now) }
        stateHash.mix(id.number)
        var isReplacing = false
        if case .cancelling(_, _, true) = markets.slot(market, side) { isReplacing = true }
        setSlot(.empty, market, side)
        setPlace(market, side) { $0.isReplacing = isReplacing }
        if isReplacing {
            markets[market].isDirty = true
        } else {
            publish(
                .quoteCancelled,
                .about(order),
                market: market,
                now,
                &effects
            )
        }
    }

    /// The venue had nothing left to cancel: the order's fills have been told.
    mutating func finishLateCancel(_ id: OrderID, _ now: Timestamp) {
        guard let (market, side) = markets.find(id) else {
            // Filled to its end before the cancel arrived: the usual race.
            return
        }
        noteCancelAnswer(market, side, now)
        setSlot(.empty, market, side)
        markets[market].isDirty = true
    }

    /// The answer to a cancel measures how long cancels take.
    private mutating func noteCancelAnswer(_ market: Int, _ side: Side, _ now: Timestamp) {
        if let sentAt = markets.place(market, side).cancelSentAt { cancelTimes.add(now - sentAt) }
    }

    /// From sending a cancel to the venue's answer, at the 95th percentile; 100 ms while too few
    /// have been measured.
    public var cancelRoundTrip: Duration { cancelTimes.percentile95 }

    mutating func setSlot(_ slot: QuoteSlot, _ market: Int, _ side: Side) {
        if slot == .empty {
            if let ended = markets.slot(market, side).order { gate.noteEnd(of: ended.id) }
            setPlace(market, side) { $0.cancelSentAt = nil }
        }
        switch side {
        case .buy: markets[market].bid = slot
        case .sell: markets[market].ask = slot
        }
    }

    mutating func setPlace(_ market: Int, _ side: Side, _ change: (inout QuotePlace) -> Void) {
        switch side {
        case .buy: change(&markets[market].bidPlace)
        case .sell: change(&markets[market].askPlace)
        }
    }
}
