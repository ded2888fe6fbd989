internal import Trading

/// The venue's message budget of one signer (polymarket 11): a bucket of tokens for orders and one
/// for cancels. Of the cancels a reserve is kept for those that cannot wait.
public struct SignerBudget: Sendable {
    public struct Configuration: Equatable, Sendable {
        /// The standard tier's.
        public var ordersPerSecond: Int64 = 40
        public var ordersBurst: Int64 = 60
        public var cancelsPerSecond: Int64 = 80
        public var cancelsBurst: Int64 = 120
        /// Cancels that only what is urgent may use.
        public var cancelsReserved: Int64 = 40

        public init() {}
    }

    private let configuration: Configuration
    private var orders: Bucket
    private var cancels: Bucket

    /// - Precondition: rates and bursts are in 1 ... 1,000,000, and the reserve is in 0 ..< burst.
    public init(_ configuration: Configuration) {
        precondition(
            configuration.cancelsReserved >= 0
                && configuration.cancelsReserved < configuration.cancelsBurst,
            "the reserve is a part of the bucket"
        )
        self.configuration = configuration
        orders = Bucket(configuration.ordersPerSecond, configuration.ordersBurst)
        cancels = Bucket(configuration.cancelsPerSecond, configuration.cancelsBurst)
    }

    /// Takes a token for an order, if one is there.
    mutating func takeOrder(at now: Timestamp) -> Bool { orders.take(1, leaving: 0, at: now) }

    /// Takes a token for each of `count` cancels, if they are there.
    mutating func takeCancels(_ count: Int, isUrgent: Bool, at now: Timestamp) -> Bool {
        cancels.take(
            Int64(count),
            leaving: isUrgent ? 0 : configuration.cancelsReserved,
            at: now
        )
    }

    /// A cancel of everything is never held back; it is charged afterwards.
    mutating func chargeCancels(_ count: Int, at now: Timestamp) {
        cancels.charge(Int64(count), at: now)
    }

    /// Exact: counts billionths of a token.
    private struct Bucket: Sendable {
        private static let token: Int64 = 1_000_000_000
        private let rate: Int64
        private let capacity: Int64
        /// Negative is a debt, at most as deep as the bucket.
        private var level: Int64
        private var filledAt: Timestamp?

        init(_ rate: Int64, _ burst: Int64) {
            precondition(
                (1...1_000_000).contains(rate) && (1...1_000_000).contains(burst),
                "a bucket has a rate and a size"
            )
            self.rate = rate
            capacity = burst * Self.token
            level = capacity
        }

        mutating func take(_ count: Int64, leaving rest: Int64, at now: Timestamp) -> Bool {
            refill(now)
            guard level >= (count + rest) * Self.token else { return false }
            level -= count * Self.token
            return true
        }

        mutating func charge(_ count: Int64, at now: Timestamp) {
            refill(now)
            level = max(level - min(count, capacity / Self.token) * Self.token, -capacity)
        }

        private mutating func refill(_ now: Timestamp) {
            let elapsed = (now - (filledAt ?? now)).nanoseconds
            guard elapsed >= 0 else { return }
            filledAt = now
            // Divided, not multiplied: a long silence must not overflow.
            level = elapsed > (capacity - level) / rate ? capacity : level + elapsed * rate
        }
    }
}
