/// When to try again: full jitter (a random time up to a bound that doubles), so that a thousand
/// clients of a restarted venue do not come back in step; and a cap on the attempts of our own, far
/// below those that venues allow. Pure: time and randomness are arguments, in milliseconds.
public struct ReconnectPolicy: Sendable {
    /// The bound of the first delay.
    public var baseMilliseconds: Int64 = 500
    /// The largest bound.
    public var capMilliseconds: Int64 = 30_000
    /// How long a connection has to live until its end counts as the first failure again.
    public var stableMilliseconds: Int64 = 30_000
    /// Attempts within `windowMilliseconds`; more wait until the window lets them.
    public var attemptsPerWindowMax = 20
    public var windowMilliseconds: Int64 = 300_000

    /// When the attempts of the window began, oldest first.
    private var attempts: [Int64] = []
    private var failureCount = 0
    /// When the connection was made; `nil` while there is none.
    private var connectedAt: Int64?

    public init() {}

    /// Failures in a row since the last connection that was stable.
    public var failuresInARow: Int { failureCount }

    /// An attempt begins.
    public mutating func attempted(at now: Int64) {
        attempts.append(now)
        if attempts.count > attemptsPerWindowMax { attempts.removeFirst() }
    }

    /// The connection is made.
    public mutating func connected(at now: Int64) { connectedAt = now }

    /// The attempt has failed, or the connection has ended.
    ///
    /// - Parameters:
    ///   - retryAfter: what the server asked for, if it did; the delay is not shorter.
    ///   - random: 64 bits that differ from client to client.
    /// - Returns: how long to wait before the next attempt.
    public mutating func delayAfterEnd(
        at now: Int64,
        retryAfter: Int64 = 0,
        random: UInt64
    ) -> Int64 {
        if let connectedAt, now - connectedAt >= stableMilliseconds { failureCount = 0 }
        connectedAt = nil
        // Shifted no further than any cap can tell.
        let bound = min(capMilliseconds, baseMilliseconds << Int64(min(failureCount, 20)))
        failureCount += 1
        let jitter = Int64(random.multipliedFullWidth(by: UInt64(max(bound, 0)) + 1).high)
        return max(jitter, retryAfter, untilWindow(from: now))
    }

    /// How long the window keeps the next attempt waiting.
    private func untilWindow(from now: Int64) -> Int64 {
        guard attempts.count >= attemptsPerWindowMax, let oldest = attempts.first else { return 0 }
        return max(0, oldest + windowMilliseconds - now)
    }
}
