/// What the gate remembers of one market: how fast we send there, and how often we were filled.
struct MarketMemory: Sendable {
    /// `nil` while the place is free.
    private(set) var id: MarketID?
    private(set) var usedAt = Timestamp(nanoseconds: .min)
    var orders: TokenBucket
    private var bids: FillRate
    private var asks: FillRate

    init(_ limits: RiskLimits) {
        orders = TokenBucket(
            ratePerSecond: limits.marketOrdersPerSecond,
            burst: limits.marketOrdersBurst
        )
        bids = FillRate(fillsMax: limits.fillsMax)
        asks = FillRate(fillsMax: limits.fillsMax)
    }

    /// Begins anew for another market.
    mutating func adopt(_ id: MarketID) {
        self.id = id
        orders.reset()
        bids.reset()
        asks.reset()
    }

    mutating func touch(at now: Timestamp) { usedAt = now }

    func isPaused(_ side: Side, at now: Timestamp) -> Bool {
        now < (side == .buy ? bids.pausedUntil : asks.pausedUntil)
    }

    mutating func noteFill(_ fill: Fill, at now: Timestamp, _ limits: RiskLimits) {
        let bookSide = fill.outcome == .yes ? fill.side : fill.side.opposite
        switch bookSide {
        case .buy: bids.noteFill(of: fill.orderID, at: now, limits)
        case .sell: asks.noteFill(of: fill.orderID, at: now, limits)
        }
    }
}

/// Our filled orders on one side of a market. An order filled in ten pieces is one execution: the
/// control is against repeating orders, not against the size of the takers.
private struct FillRate: Sendable {
    /// The last `fillsMax` executions; a ring.
    private var times: [Timestamp]
    private var next = 0
    private var lastOrder = OrderID(number: 0)
    private var windowCount: Int64 = 0
    private(set) var pausedUntil = Timestamp(nanoseconds: .min)

    /// Long before any instant, and far enough from the edge to subtract from.
    private static let never = Timestamp(nanoseconds: .min / 2)

    init(fillsMax: Int) {
        precondition(fillsMax > 0, "a side may be filled at least once")
        times = Array(repeating: Self.never, count: fillsMax)
    }

    mutating func reset() {
        for index in times.indices { times[index] = Self.never }
        next = 0
        lastOrder = OrderID(number: 0)
        windowCount = 0
        pausedUntil = Timestamp(nanoseconds: .min)
    }

    mutating func noteFill(of order: OrderID, at now: Timestamp, _ limits: RiskLimits) {
        guard order != lastOrder else { return }
        lastOrder = order
        windowCount += 1
        // The oldest of the ring and this one are `fillsMax + 1` executions.
        let isBurst = now - times[next] < limits.fillPeriod
        times[next] = now
        next = (next + 1) % times.count
        if isBurst || windowCount > limits.windowFillsMax { pausedUntil = now + limits.fillPause }
    }
}
