public import Trading

/// When the next attempt may be made: full jitter below a bound that doubles, and no more than so
/// many attempts in any five minutes, far below what venues ban for (binance 2).
public struct FeedBackoff: Sendable {
    public struct Limits: Equatable, Sendable {
        /// The first bound; each failure doubles it.
        public var first = Duration.milliseconds(500)
        public var bound = Duration.seconds(30)
        /// A connection that has delivered for so long is no failure when it ends.
        public var resetAfter = Duration.seconds(30)
        public var attemptsMax = 20
        public var attemptsWindow = Duration.seconds(300)
        /// Failures in a row at one host before the next one is tried.
        public var failuresPerEndpoint = 3
        /// After the venue has said 418 or 429 (too many requests) and not for how long.
        public var afterThrottle = Duration.seconds(60)

        public init() {}
    }

    let limits: Limits
    /// Failures in a row.
    private(set) var failures = 0
    /// When the last attempts were made, the oldest first.
    private var attempts: [Timestamp] = []

    init(_ limits: Limits) { self.limits = limits }

    /// Whether the attempts of this window are used up.
    func isExhausted(at now: Timestamp) -> Bool {
        attempts.count >= limits.attemptsMax && now - attempts[0] < limits.attemptsWindow
    }

    mutating func noteAttempt(at now: Timestamp) {
        while attempts.count >= limits.attemptsMax { attempts.removeFirst() }
        attempts.append(now)
    }

    /// The connection has delivered long enough.
    mutating func reset() { failures = 0 }

    /// A connection failed or ended: when to try again.
    /// - Parameters:
    ///   - random: anything; each call another.
    ///   - isThrottled: whether the venue has asked for patience.
    ///   - notBefore: when it said to come back.
    mutating func retry(
        at now: Timestamp,
        random: UInt64,
        isThrottled: Bool,
        notBefore: Timestamp?
    ) -> Timestamp {
        let exponent = min(failures, 20)
        failures += 1
        let bound = min(limits.bound.nanoseconds, limits.first.nanoseconds << Int64(exponent))
        var wait = Int64(random % UInt64(max(bound, 1)))
        if isThrottled, notBefore == nil { wait = max(wait, limits.afterThrottle.nanoseconds) }
        // Everybody who was refused was told the same time: the jitter is added to it.
        var due = max(now, notBefore ?? now) + Duration(nanoseconds: wait)
        if attempts.count >= limits.attemptsMax {
            due = max(due, attempts[0] + limits.attemptsWindow)
        }
        return due
    }
}

/// Random numbers from a seed (SplitMix64; Steele, Lea and Flood, 2014). Whoever makes the session
/// seeds it from the system: masks and nonces are to be unpredictable to the network (RFC 6455
/// section 10.3), which TLS sees to as well.
struct FeedRandom: Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
