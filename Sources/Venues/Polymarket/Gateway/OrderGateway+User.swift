internal import Crypto
public import Trading

/// What the user socket tells, and what is read back of trades.
extension OrderGateway {
    /// A message of the user socket; in any order, once or several times.
    public func told(_ message: UserMessage, at now: Timestamp) {
        switch message {
        case .order(let order): take(order, at: now)
        case .trade(let trade): take(trade, at: now)
        case .unknown: return
        }
        work(at: now)
    }

    /// The user socket is down: fills are not seen. Orders are held, and after a while cancelled.
    public func userStreamWentDown(at now: Timestamp) {
        if userDownSince == nil { userDownSince = now }
    }

    /// It is up again. Nothing is replayed: orders are compared and trades read before others leave.
    public func userStreamCameUp(at now: Timestamp) {
        guard let since = userDownSince else { return }
        userDownSince = nil
        userDownIsSwept = false
        requireCompare(at: now)
        for market in markets {
            tradesWanted.append((market.conditionID, since - TradesRead.margin))
        }
        work(at: now)
    }

    private func take(_ told: UserOrder, at now: Timestamp) {
        guard let id = Word256(hexadecimal: told.id.span), let index = index(of: id) else {
            // An order that we do not have: what the account has open is to be looked at.
            if told.kind == .placement, !isPast(told.id) { compareAt = now }
            return
        }
        if let matched = told.matchedSize {
            orders[index].matched = max(orders[index].matched, matched)
        }
        switch told.kind {
        case .cancellation: return confirmCancelled(index, matched: told.matchedSize, at: now)
        case .placement, .update:
            switch told.status {
            case .live, .matched, .delayed: proveAccepted(index, at: now)
            // A word that says neither that it stands nor that it is gone.
            case .unmatched, .invalid, .cancelled, .unknown: probe(index, at: now)
            }
            noteLack(index, at: now)
        }
    }

    func isPast(_ text: InlineText) -> Bool {
        guard let id = Word256(hexadecimal: text.span) else { return false }
        return past[id] != nil
    }

    // MARK: Trades

    func take(_ trade: UserTrade, at now: Timestamp) {
        var events: [UserFillEvent] = []
        fills.take(trade, into: &events)
        for event in events {
            switch event {
            case .matched(let fill): book(fill, at: now)
            case .confirmed, .retrying: continue
            case .failed(let fill): reverse(fill)
            }
        }
        if trade.status == .failed { noteVoid(trade, at: now) }
    }

    private func book(_ fill: VenueFill, at now: Timestamp) {
        guard let id = Word256(hexadecimal: fill.orderID.span) else {
            return alarm(.foreignFill(fill))
        }
        guard let index = index(of: id) else {
            guard let order = past[id]?.order else { return alarm(.foreignFill(fill)) }
            // Found after the order had ended: the money moved all the same.
            return tell(.orderFilled(Self.fill(fill, of: order, isComplete: false)))
        }
        proveAccepted(index, at: now)
        orders[index].booked += fill.size
        let (order, booked) = (orders[index].order, orders[index].booked)
        orders[index].matched = max(orders[index].matched, booked)
        if booked > order.size { alarm(.overfilled(order.id)) }
        let isComplete = booked + GatewayOrder.dust >= order.size
        tell(.orderFilled(Self.fill(fill, of: order, isComplete: isComplete)))
        guard isComplete else { return finishIfTold(index, at: now) }
        if orders[index].isCancelAsked { tell(.cancelRejected(order.id)) }
        remove(index, at: now)
    }

    private func reverse(_ fill: VenueFill) {
        guard let id = Word256(hexadecimal: fill.orderID.span) else { return }
        let order: Order
        if let index = index(of: id) {
            order = orders[index].order
            // Told again, it is not counted again.
            orders[index].failedTrades.append(fill.tradeID)
        } else if let ended = past[id]?.order {
            order = ended
        } else {
            return
        }
        statistics.fillsReversed += 1
        tell(.fillReversed(Self.fill(fill, of: order, isComplete: false)))
        alarm(.tradeFailed(order.id))
    }

    /// A match that failed before it was told: the venue counts it as matched, nobody will tell it.
    private func noteVoid(_ trade: UserTrade, at now: Timestamp) {
        func note(_ text: InlineText, _ size: Quantity) {
            guard let id = Word256(hexadecimal: text.span), let index = index(of: id),
                !orders[index].failedTrades.contains(trade.id)
            else { return }
            orders[index].failedTrades.append(trade.id)
            orders[index].void += size
            finishIfTold(index, at: now)
        }
        for maker in trade.makers { note(maker.id, maker.amount) }
        if trade.isTaker { note(trade.takerOrderID, trade.size) }
    }

    /// Side and token are the order's own, whatever the trade says of them.
    private static func fill(_ fill: VenueFill, of order: Order, isComplete: Bool) -> Fill {
        Fill(
            tradeID: fill.number,
            orderID: order.id,
            market: order.market,
            outcome: order.outcome,
            side: order.side,
            price: fill.price,
            size: fill.size,
            fee: .zero,
            isComplete: isComplete
        )
    }
}
