public import Trading

/// What a session's records add up to, computed from them alone: after a crash it tells what
/// happened and what may still be open; for tests it is a second opinion on the engine's sums.
public struct JournalSummary: Equatable, Sendable {
    /// Records folded.
    public private(set) var records: Int64 = 0
    /// The first record's time, which is the session's number, and the last one's.
    public private(set) var firstTime: Timestamp?
    public private(set) var lastTime: Timestamp?

    // Money. Exact while `isExact`.
    public private(set) var startingCash = Money.zero
    public private(set) var cash = Money.zero
    public private(set) var fees = Money.zero
    /// Sum of price times size of all fills.
    public private(set) var volume = Money.zero
    /// What own chain transactions cost.
    public private(set) var gas = Money.zero
    /// What resolved markets and merged pairs paid.
    public private(set) var payouts = Money.zero
    /// As last recorded.
    public private(set) var equity: Equity?
    /// False once a sum did not fit into 64 bits (no real session comes near it; a forged file
    /// may); the sum then stands at its limit.
    public private(set) var isExact = true

    // Orders.
    public private(set) var ordersPlaced: Int64 = 0
    public private(set) var ordersAccepted: Int64 = 0
    public private(set) var ordersRejected: Int64 = 0
    public private(set) var ordersCancelled: Int64 = 0
    /// Orders filled to their end.
    public private(set) var ordersFilled: Int64 = 0
    /// Fills booked, and those told again, which were not.
    public private(set) var fills: Int64 = 0
    public private(set) var fillsDuplicate: Int64 = 0
    /// Fills taken back because their trades failed.
    public private(set) var fillsReversed: Int64 = 0
    /// Orders whose end is not recorded, with what is left of them: after a crash, exposure until
    /// the venue says otherwise.
    public private(set) var openOrders: [OrderID: Order] = [:]

    // Markets.
    public private(set) var marketsListed: Int64 = 0
    public private(set) var marketsResolved: Int64 = 0
    /// What is held of markets that have not been resolved.
    public private(set) var holdings: [MarketID: Holdings] = [:]

    // Controls.
    /// In force at the end; `nil` before the session's start is known. As in the engine, a stop
    /// switches `isRunning` off.
    public private(set) var parameters: Parameters?
    public private(set) var parameterChanges: Int64 = 0
    public private(set) var emergencyStops: Int64 = 0
    public private(set) var rearms: Int64 = 0
    /// The emergency stop was pressed and not lifted.
    public private(set) var isStopped = false

    /// The engine's digest at an orderly end; `nil` when the session did not come to one.
    public private(set) var stateHash: UInt64?

    private var tradeIDs: Set<UInt64> = []
    private var winners: [MarketID: Outcome] = [:]

    /// Total equity and the session's profit.
    public struct Equity: Equatable, Sendable {
        public var total: Money
        public var profit: Money
    }

    /// Shares of a market's two tokens.
    public struct Holdings: Equatable, Sendable {
        public var yes = Quantity.zero
        public var no = Quantity.zero
    }

    public init() {}

    /// Whether the session came to an orderly end.
    public var hasEnded: Bool { stateHash != nil }

    /// Adds the next record of the session.
    public mutating func fold(_ record: SessionRecord) {
        records += 1
        if firstTime == nil { firstTime = record.time }
        lastTime = record.time
        switch record.kind {
        case .sessionStarted(let cash, let parameters):
            startingCash = cash
            self.cash = cash
            self.parameters = parameters
        case .marketListed(let definition):
            marketsListed += 1
            if holdings[definition.id] == nil { holdings[definition.id] = Holdings() }
        case .orderPlaced(let order):
            ordersPlaced += 1
            openOrders[order.id] = order
        case .orderAccepted: ordersAccepted += 1
        case .orderRejected(let id, _):
            ordersRejected += 1
            openOrders[id] = nil
        case .orderFilled(let fill): book(fill)
        case .orderCancelled(let id, _):
            ordersCancelled += 1
            openOrders[id] = nil
        case .marketResolved(let market, let winner): resolve(market, winner)
        case .pairsMerged(let market, let pairs, let gas): merge(market, pairs, gas)
        case .fillReversed(let fill): reverse(fill)
        case .cashAdopted(let amount):
            startingCash.raw = sum(startingCash.raw, sum(amount.raw, negated(cash.raw)))
            cash = amount
        case .sharesAdopted(let market, let outcome, let shares, let price):
            hold(shares.raw, of: outcome, in: market)
            startingCash.raw = sum(startingCash.raw, Money(shares, at: price).raw)
        case .parametersChanged(let parameters):
            parameterChanges += 1
            self.parameters = parameters
        case .emergencyStopped, .stoppedByLimit:
            emergencyStops += 1
            isStopped = true
            parameters?.isRunning = false
        case .rearmed:
            rearms += 1
            isStopped = false
        case .equity(let total, let profit): equity = Equity(total: total, profit: profit)
        case .sessionEnded(let stateHash): self.stateHash = stateHash
        }
    }

    private mutating func book(_ fill: Fill) {
        guard tradeIDs.insert(fill.tradeID).inserted else {
            fillsDuplicate += 1
            return
        }
        fills += 1
        let amount = Money(fill.size, at: fill.price).raw
        let change = fill.side == .buy ? fill.size.raw : negated(fill.size.raw)
        hold(change, of: fill.outcome, in: fill.market)
        cash.raw = sum(cash.raw, fill.side == .buy ? negated(amount) : amount)
        cash.raw = sum(cash.raw, negated(fill.fee.raw))
        fees.raw = sum(fees.raw, fill.fee.raw)
        volume.raw = sum(volume.raw, amount)
        if fill.isComplete {
            ordersFilled += 1
            openOrders[fill.orderID] = nil
        } else if var order = openOrders[fill.orderID] {
            order.size.raw = sum(order.size.raw, negated(fill.size.raw))
            openOrders[fill.orderID] = order
        }
    }

    /// The opposite trade, and the fee comes back; of a market paid out since, the payout goes back
    /// too.
    private mutating func reverse(_ fill: Fill) {
        fillsReversed += 1
        let amount = Money(fill.size, at: fill.price).raw
        let change = fill.side == .buy ? negated(fill.size.raw) : fill.size.raw
        if let winner = winners[fill.market] {
            let payout = winner == fill.outcome ? change : 0
            cash.raw = sum(cash.raw, payout)
            payouts.raw = sum(payouts.raw, payout)
        } else {
            hold(change, of: fill.outcome, in: fill.market)
        }
        cash.raw = sum(cash.raw, fill.side == .buy ? amount : negated(amount))
        cash.raw = sum(cash.raw, fill.fee.raw)
        fees.raw = sum(fees.raw, negated(fill.fee.raw))
        volume.raw = sum(volume.raw, negated(amount))
    }

    private mutating func hold(_ change: Int64, of outcome: Outcome, in market: MarketID) {
        var held = holdings[market] ?? Holdings()
        switch outcome {
        case .yes: held.yes.raw = sum(held.yes.raw, change)
        case .no: held.no.raw = sum(held.no.raw, change)
        }
        holdings[market] = held
    }

    private mutating func resolve(_ market: MarketID, _ winner: Outcome) {
        marketsResolved += 1
        winners[market] = winner
        guard let held = holdings.removeValue(forKey: market) else { return }
        let payout = winner == .yes ? held.yes.raw : held.no.raw
        cash.raw = sum(cash.raw, payout)
        payouts.raw = sum(payouts.raw, payout)
    }

    private mutating func merge(_ market: MarketID, _ pairs: Quantity, _ gas: Money) {
        cash.raw = sum(cash.raw, negated(gas.raw))
        self.gas.raw = sum(self.gas.raw, gas.raw)
        // A market that was paid out before the merge was told has paid for the pairs as well.
        guard var held = holdings[market] else { return }
        held.yes.raw = sum(held.yes.raw, negated(pairs.raw))
        held.no.raw = sum(held.no.raw, negated(pairs.raw))
        holdings[market] = held
        cash.raw = sum(cash.raw, pairs.raw)
        payouts.raw = sum(payouts.raw, pairs.raw)
    }

    private mutating func sum(_ left: Int64, _ right: Int64) -> Int64 {
        let (result, isOverflowing) = left.addingReportingOverflow(right)
        guard isOverflowing else { return result }
        isExact = false
        return right > 0 ? .max : .min
    }

    private mutating func negated(_ value: Int64) -> Int64 {
        guard value == .min else { return -value }
        isExact = false
        return .max
    }
}
