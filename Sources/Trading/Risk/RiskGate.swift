/// An order that the gate let pass. Whoever sends orders takes nothing else.
///
/// Its initialiser is private to this file: `RiskGate.check` is the only code that can make one,
/// and every way to a venue begins with it.
public struct ApprovedOrder: Equatable, Sendable {
    public let order: Order

    fileprivate init(_ order: Order) { self.order = order }
}

/// What the gate says to an order.
public enum RiskVerdict: Equatable, Sendable {
    case approved(ApprovedOrder)
    case denied(RiskDenial)
}

/// The one door through which an order leaves the engine.
///
/// A pure value: what it decides follows from the order, the snapshot and what it was told before.
/// A missing input is a denial. Nothing switches it off. Cancels do not pass here, they are always
/// allowed; they are only counted.
///
/// An approval is a promise to send: it spends the message budget and is remembered.
public struct RiskGate: Sendable {
    /// Markets remembered; more than can be traded at a time.
    static let marketsMax = Engine.marketsMax

    let limits: RiskLimits
    public private(set) var denials = DenialCounts()
    private(set) var throttle: MessageThrottle
    private(set) var recent = RecentOrders()
    private var markets: [MarketMemory]
    /// The last refusals by the venue for want of balance, newest last.
    private var balanceRefusals: [Timestamp] = []
    private var buyingPausedUntil = Timestamp(nanoseconds: .min)

    public init(limits: RiskLimits) {
        self.limits = limits
        throttle = MessageThrottle(limits)
        markets = Array(repeating: MarketMemory(limits), count: Self.marketsMax)
        balanceRefusals.reserveCapacity(limits.balanceRefusalsMax + 1)
    }

    /// Whether the order may go. `now` never decreases from call to call.
    mutating func check(
        _ order: Order,
        against snapshot: RiskSnapshot,
        at now: Timestamp
    ) -> RiskVerdict {
        if let denial = firstDenial(order, snapshot, now) {
            denials.count(denial)
            return .denied(denial)
        }
        let place = place(of: order.market, at: now)
        guard throttle.allowsOrder(at: now), markets[place].orders.take(at: now) else {
            denials.count(.rateLimit)
            return .denied(.rateLimit)
        }
        throttle.noteOrder(at: now)
        recent.append(order, at: now)
        return .approved(ApprovedOrder(order))
    }

    /// The first control that objects, the most general one first.
    private mutating func firstDenial(
        _ order: Order,
        _ snapshot: RiskSnapshot,
        _ now: Timestamp
    ) -> RiskDenial? {
        if let denial = Self.checkStanding(order, snapshot) { return denial }
        if let denial = Self.checkShape(order, snapshot, limits) { return denial }
        if let denial = Self.checkPrices(order, snapshot, limits) { return denial }
        if isDuplicate(order, snapshot, now) { return .duplicateOrder }
        if let denial = Self.checkExposure(order, snapshot, limits) { return denial }
        if let denial = Self.checkBalance(order, snapshot, limits) { return denial }
        if order.side == .buy && now < buyingPausedUntil { return .insufficientBalance }
        if markets[place(of: order.market, at: now)].isPaused(order.bookSide, at: now) {
            return .fillRate
        }
        return nil
    }

    private func isDuplicate(
        _ order: Order,
        _ snapshot: RiskSnapshot,
        _ now: Timestamp
    ) -> Bool {
        if let own = snapshot.ownBid, own.isLike(order) { return true }
        if let own = snapshot.ownAsk, own.isLike(order) { return true }
        return recent.forbids(order, at: now, period: limits.duplicatePeriod)
    }

    // MARK: What the gate is told

    /// A cancel was sent.
    mutating func noteCancel(at now: Timestamp) { throttle.noteCancel(at: now) }

    /// An order is gone for certain: cancelled, rejected, or filled to its end.
    mutating func noteEnd(of id: OrderID) { recent.end(id) }

    mutating func noteFill(_ fill: Fill, at now: Timestamp) {
        markets[place(of: fill.market, at: now)].noteFill(fill, at: now, limits)
    }

    /// The venue refused an order because it saw too little balance.
    mutating func noteBalanceRefusal(at now: Timestamp) {
        balanceRefusals.append(now)
        if balanceRefusals.count > limits.balanceRefusalsMax { balanceRefusals.removeFirst() }
        if balanceRefusals.count == limits.balanceRefusalsMax, let first = balanceRefusals.first,
            now - first < limits.balanceRefusalPeriod
        {
            buyingPausedUntil = now + limits.balancePause
        }
    }

    /// The market's place; a new market takes a free one, or the one that was used longest ago.
    private mutating func place(of id: MarketID, at now: Timestamp) -> Int {
        var oldest = 0
        for index in markets.indices {
            if markets[index].id == id {
                markets[index].touch(at: now)
                return index
            }
            if markets[index].usedAt < markets[oldest].usedAt { oldest = index }
        }
        markets[oldest].adopt(id)
        markets[oldest].touch(at: now)
        return oldest
    }
}
