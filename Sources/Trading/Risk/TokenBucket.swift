/// A budget that refills with time: `burst` tokens at once, `ratePerSecond` in the long run.
/// Exact: it counts billionths of a token.
struct TokenBucket: Equatable, Sendable {
    /// Greatest rate and burst, so that nothing overflows.
    static let numberMax: Int64 = 1_000_000
    private static let token: Int64 = 1_000_000_000

    private let ratePerSecond: Int64
    private let capacity: Int64
    /// Billionths of a token; negative is a debt, at most as deep as the bucket.
    private var level: Int64
    private var filledAt: Timestamp?

    /// A full bucket.
    /// - Precondition: both numbers are in 1 ... `numberMax`.
    init(ratePerSecond: Int64, burst: Int64) {
        precondition(
            (1...Self.numberMax).contains(ratePerSecond) && (1...Self.numberMax).contains(burst),
            "a bucket has a rate and a size"
        )
        self.ratePerSecond = ratePerSecond
        capacity = burst * Self.token
        level = capacity
    }

    /// Whether a token is there.
    mutating func holdsToken(at now: Timestamp) -> Bool {
        refill(now)
        return level >= Self.token
    }

    /// Takes a token if one is there.
    mutating func take(at now: Timestamp) -> Bool {
        guard holdsToken(at: now) else { return false }
        level -= Self.token
        return true
    }

    /// Takes a token that need not be there.
    mutating func force(at now: Timestamp) {
        refill(now)
        level = max(level - Self.token, -capacity)
    }

    /// The time in which one token comes, rounded up.
    var tokenInterval: Duration {
        Duration(nanoseconds: (Self.token + ratePerSecond - 1) / ratePerSecond)
    }

    /// Makes the bucket full again.
    mutating func reset() {
        level = capacity
        filledAt = nil
    }

    private mutating func refill(_ now: Timestamp) {
        guard let since = filledAt else {
            filledAt = now
            return
        }
        let elapsed = (now - since).nanoseconds
        guard elapsed > 0 else { return }
        filledAt = now
        let missing = capacity - level
        // Divided, not multiplied: a long silence must not overflow.
        level = elapsed > missing / ratePerSecond ? capacity : level + elapsed * ratePerSecond
    }
}

/// The message budget over all markets. Cancels have a reserve of their own and are never
/// refused; those beyond it draw on the budget for orders, so that a session which cancels too
/// much stops placing before the venue stops it.
struct MessageThrottle: Equatable, Sendable {
    private var orders: TokenBucket
    private var cancels: TokenBucket

    init(_ limits: RiskLimits) {
        orders = TokenBucket(ratePerSecond: limits.ordersPerSecond, burst: limits.ordersBurst)
        cancels = TokenBucket(ratePerSecond: limits.cancelsPerSecond, burst: limits.cancelsBurst)
    }

    mutating func allowsOrder(at now: Timestamp) -> Bool { orders.holdsToken(at: now) }

    /// - Precondition: `allowsOrder` said so for the same instant.
    mutating func noteOrder(at now: Timestamp) {
        let isTaken = orders.take(at: now)
        precondition(isTaken, "an order is sent within the budget")
    }

    mutating func noteCancel(at now: Timestamp) {
        if !cancels.take(at: now) { orders.force(at: now) }
    }
}
