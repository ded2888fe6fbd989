/// What a venue outside the process tells besides our orders' fates: what stands in between, what
/// the account holds, and fills that never were (risk 6). A paper session needs none of it.
extension Engine {
    /// An unanswered `reconcileOrders` is asked again after this long.
    static let reconcilePatience = Duration.seconds(5)
    /// What the account is said to have within this time of a fill may not count the fill yet.
    static let chainLag = Duration.seconds(10)
    /// Reversed trades that are remembered.
    static let reversalsKept = 256

    // MARK: Orders

    /// Orders of ours are known and none's fate is open: the session may go on where it stood still
    /// for that. On paper our record is the venue's; a venue outside is asked first.
    mutating func reconcile(_ now: Timestamp, _ effects: inout [EngineEffect]) {
        guard monitor.standing.state == .reconciling, markets.hasNoOrders else {
            account.reconcileAskedAt = nil
            return
        }
        guard configuration.isVenueOutside else {
            inform(.reconciled, now, &effects)
            return
        }
        if let asked = account.reconcileAskedAt, now - asked < Self.reconcilePatience { return }
        account.reconcileAskedAt = now
        effects.append(.reconcileOrders)
    }

    /// The answer; one that was not asked for is old.
    mutating func finishReconciliation(_ now: Timestamp, _ effects: inout [EngineEffect]) {
        guard account.reconcileAskedAt != nil else { return }
        account.reconcileAskedAt = nil
        inform(.reconciled, now, &effects)
    }

    mutating func noteUnknown(_ id: OrderID, _ now: Timestamp, _ effects: inout [EngineEffect]) {
        guard let (market, side) = markets.find(id), let order = markets.slot(market, side).order
        else {
            statistics.eventsUnmatched += 1
            return
        }
        publish(
            .orderUnknown,
            .about(order),
            market: market,
            now,
            &effects
        )
    }

    // MARK: Fills that never were

    /// Takes back a fill whose trade failed. What it bought may have been sold since: the account's
    /// shares then contradict ours, and the market is held until they are looked at.
    mutating func reverse(_ fill: Fill, _ now: Timestamp, _ effects: inout [EngineEffect]) {
        let market = markets.index(of: fill.market)
        let late = market == nil ? settledMarket(fill.market) : nil
        guard market != nil || late != nil, lastTradeIDs.contains(fill.tradeID),
            !account.reversedTradeIDs.contains(fill.tradeID)
        else {
            statistics.eventsUnmatched += 1
            return
        }
        if account.reversedTradeIDs.count == Self.reversalsKept {
            account.reversedTradeIDs.removeFirst(Self.reversalsKept / 2)
        }
        account.reversedTradeIDs.append(fill.tradeID)
        statistics.fillsReversed += 1
        if let market {
            takeBackShares(fill, market, now, &effects)
            markets[market].holdings.filled(at: now)
            markets[market].attribution.reversed(fill)
        } else if let late {
            takeBack(fill, winner: late.winner)
            attributionClosed.paidOut(.zero - Self.payout(of: fill, late.winner))
            attributionClosed.reversed(fill)
        }
        account.traded(fill, isReversal: true)
        stateHash.mix(fill.tradeID)
        stateHash.mix(portfolio.cash.raw)
        publish(
            .fillReversed,
            .order(outcome: fill.outcome, side: fill.side, price: fill.price, size: fill.size),
            market: market,
            now,
            &effects
        )
    }

    private mutating func takeBackShares(
        _ fill: Fill,
        _ market: Int,
        _ now: Timestamp,
        _ effects: inout [EngineEffect]
    ) {
        guard let winner = markets[market].winner else {
            let (profit, isCovered) = markets[market].position.reverse(fill)
            portfolio.reverse(fill, profit: profit)
            if !isCovered {
                inform(.holdingsCompared(fill.market, .broken), now, &effects)
            }
            return
        }
        // Paid out meanwhile: the payout goes back too.
        takeBack(fill, winner: winner)
        markets[market].attribution.paidOut(.zero - Self.payout(of: fill, winner))
    }

    // MARK: The account

    /// Whether the account has said what a market may be traded with. On paper it need not.
    mutating func isAccountKnown(_ market: Int) -> Bool {
        !configuration.isVenueOutside || account.isKnown && markets[market].holdings.isKnown
    }

    /// The first statement becomes the session's cash; later ones bound what may be spent.
    mutating func observeBalance(
        _ collateral: Money,
        _ now: Timestamp,
        _ effects: inout [EngineEffect]
    ) {
        markCurrentDirty()
        if !account.isKnown, portfolio.trades == 0 {
            account.isKnown = true
            account.spendable = collateral
            portfolio.adopt(cash: collateral)
            stateHash.mix(collateral.raw)
            inform(.accountAdopted, now, &effects)
            effects.append(.cashAdopted(collateral))
            publish(.reconciled, .cash(collateral), market: nil, now, &effects)
            return
        }
        if let filledAt = account.lastFillAt, now - filledAt < Self.chainLag { return }
        account.spendable = collateral
    }

    mutating func observeHoldings(
        _ id: MarketID,
        yes: Quantity,
        no: Quantity,
        _ now: Timestamp,
        _ effects: inout [EngineEffect]
    ) {
        guard let index = markets.index(of: id), markets[index].winner == nil else {
            statistics.eventsUnmatched += 1
            return
        }
        markets[index].holdings.observe(yes: yes, no: no)
        settleHoldings(index, now, &effects)
    }

    /// Adopts what the account held before the session traded the market, once there is a price for
    /// it; compares from then on (risk 3, row 29).
    mutating func settleHoldings(
        _ index: Int,
        _ now: Timestamp,
        _ effects: inout [EngineEffect]
    ) {
        guard let (yes, no) = markets[index].holdings.takeObserved() else { return }
        let id = markets[index].definition.id
        guard markets[index].holdings.isKnown else {
            adopt(yes, no, index, now, &effects)
            return
        }
        guard markets[index].merging == .zero else { return }
        let finding = markets[index].holdings.compare(
            yes - markets[index].position.yes.shares,
            no - markets[index].position.no.shares,
            at: now
        )
        if let finding { inform(.holdingsCompared(id, finding), now, &effects) }
    }

    private mutating func adopt(
        _ yes: Quantity,
        _ no: Quantity,
        _ index: Int,
        _ now: Timestamp,
        _ effects: inout [EngineEffect]
    ) {
        guard yes > .zero || no > .zero else {
            markets[index].holdings.isKnown = true
            return
        }
        // At its mark; a market without one has not been quoted yet and waits.
        let raw =
            markets[index].valuation.map { ($0.micros + 50) / 100 }
            ?? (markets[index].lastMidpointDoubled > 0
                ? markets[index].lastMidpointDoubled / 2 : nil)
        guard let raw, let price = Price(checking: raw) else {
            markets[index].holdings.observe(yes: yes, no: no)
            return
        }
        markets[index].holdings.isKnown = true
        adopt(.yes, yes, at: price, index, now, &effects)
        adopt(.no, no, at: price.complement, index, now, &effects)
        inform(.accountAdopted, now, &effects)
    }

    private mutating func adopt(
        _ outcome: Outcome,
        _ shares: Quantity,
        at price: Price,
        _ index: Int,
        _ now: Timestamp,
        _ effects: inout [EngineEffect]
    ) {
        guard shares > .zero else { return }
        let cost = Money(shares, at: price)
        markets[index].position.adopt(outcome, shares, cost: cost)
        markets[index].attribution.adopted(cost)
        portfolio.adopt(sharesFor: cost)
        stateHash.mix(shares.raw)
        stateHash.mix(cost.raw)
        let id = markets[index].definition.id
        effects.append(.sharesAdopted(id, outcome, shares, price: price))
        publish(
            .reconciled,
            .order(outcome: outcome, side: .buy, price: price, size: shares),
            market: index,
            now,
            &effects
        )
    }
}

/// What the engine knows of the account behind a venue outside the process.
struct AccountState {
    /// The account has said what it has to spend.
    var isKnown = false
    /// What the venue would let us spend: as the account said last, and our fills since. Payouts
    /// count when the account shows them. `nil` on paper.
    var spendable: Money?
    /// For transactions of our own, in POL; `nil` before it is told.
    var gas: Quantity?
    var lastFillAt: Timestamp?
    /// Since when an answer to `reconcileOrders` is awaited.
    var reconcileAskedAt: Timestamp?
    /// Since the last `cancelAllOrders`, the venue has confirmed that nothing is open.
    var isCancelConfirmed = false
    var reversedTradeIDs: [UInt64] = []

    mutating func traded(_ fill: Fill, isReversal: Bool = false) {
        guard let before = spendable else { return }
        let amount = Money(fill.size, at: fill.price)
        let change = (fill.side == .buy ? .zero - amount : amount) - fill.fee
        spendable = isReversal ? before - change : before + change
    }
}
