/// How often a signer may place and cancel: the lowest tier's token buckets (polymarket 11).
struct SignerBuckets {
    struct Bucket {
        /// Tokens a second.
        let rate: Double
        let burst: Double
        private(set) var tokens: Double
        private var filledAt: Int64 = 0

        init(rate: Double, burst: Double) {
            self.rate = rate
            self.burst = burst
            tokens = burst
        }

        private mutating func fill(at now: Int64) {
            let seconds = Double(max(now - filledAt, 0)) / 1e9
            if filledAt > 0 { tokens = min(burst, tokens + seconds * rate) }
            filledAt = max(filledAt, now)
        }

        /// What does not fit is refused whole.
        mutating func take(_ count: Int, at now: Int64) -> Bool {
            fill(at: now)
            guard tokens >= Double(count) else { return false }
            tokens -= Double(count)
            return true
        }

        /// Charged afterwards: may go below zero.
        mutating func charge(_ count: Int, at now: Int64) {
            fill(at: now)
            tokens -= Double(count)
        }

        /// Whole seconds until `count` fit.
        func wait(for count: Int) -> Int {
            max(1, Int(((Double(count) - tokens) / rate).rounded(.up)))
        }
    }

    var orders: Bucket
    var cancels: Bucket

    /// - Parameter ordersPerSecond: of which the rest follows as in the venue's table; 40 is the
    ///   lowest tier.
    init(ordersPerSecond: Double) {
        orders = Bucket(rate: ordersPerSecond, burst: ordersPerSecond * 1.5)
        cancels = Bucket(rate: ordersPerSecond * 2, burst: ordersPerSecond * 3)
    }
}
