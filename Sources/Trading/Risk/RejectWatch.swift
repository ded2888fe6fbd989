/// The venue's answers to our orders, watched for storms of refusals.
///
/// A post-only order that would have crossed says that our book is late, which has a remedy of its
/// own in its market (`PostOnlyRejectGuard`); it is an answer of the venue but no refusal in the
/// storm's sense. Orders that never left are no answers at all.
struct RejectWatch: Sendable {
    /// The share of refusals is taken over so many answers, once there are as many.
    static let outcomesKept = 20

    enum Finding: Equatable {
        case nothing
        /// Refusals in number or share: stand back for this long.
        case storm(pause: Duration)
        /// Too many storms.
        case storms
    }

    private let limits: RuntimeLimits
    /// The last answers, a ring: whether each was a refusal.
    private var outcomes = InlineArray<20, Bool>(repeating: false)
    private var outcomeCount = 0
    private var nextOutcome = 0
    private var refusals: RecentTimes
    private var storms: RecentTimes
    private var lastStorm: Timestamp?
    /// Length of the next pause.
    private var pause: Duration

    init(_ limits: RuntimeLimits) {
        self.limits = limits
        pause = limits.stormPause
        refusals = RecentTimes(count: limits.rejectsMax)
        storms = RecentTimes(count: limits.stormsMax)
    }

    mutating func noteAccepted() { note(isRefusal: false) }

    mutating func noteRejected(_ why: OrderRejection, at now: Timestamp) -> Finding {
        switch why {
        // The venue has not seen them.
        case .orderPathShut, .notSent: return .nothing
        case .wouldCross:
            note(isRefusal: false)
            return .nothing
        case .offTick, .sizeTooSmall, .marketClosed, .rateLimited, .insufficientBalance,
            .venueRefused:
            note(isRefusal: true)
            let isBurst = refusals.add(now, within: limits.rejectPeriod)
            return isBurst || isShareExceeded ? beginStorm(now) : .nothing
        }
    }

    /// Forgets everything: an operator rearmed.
    mutating func reset() { self = RejectWatch(limits) }

    private var isShareExceeded: Bool {
        guard outcomeCount == Self.outcomesKept else { return false }
        var refused = 0
        for index in 0..<outcomeCount where outcomes[index] { refused += 1 }
        return refused * 100 > limits.rejectPercentMax * outcomeCount
    }

    /// The refusals that made the storm make no second one.
    private mutating func beginStorm(_ now: Timestamp) -> Finding {
        refusals.reset()
        outcomeCount = 0
        nextOutcome = 0
        if storms.add(now, within: limits.stormPeriod) { return .storms }
        if let last = lastStorm, now - last < limits.stormPeriod {
            let doubled = Duration(nanoseconds: 2 * pause.nanoseconds)
            pause = min(doubled, limits.stormPauseMax)
        } else {
            pause = limits.stormPause
        }
        lastStorm = now
        return .storm(pause: pause)
    }

    private mutating func note(isRefusal: Bool) {
        outcomes[nextOutcome] = isRefusal
        nextOutcome = (nextOutcome + 1) % Self.outcomesKept
        outcomeCount = min(outcomeCount + 1, Self.outcomesKept)
    }
}

/// The last few instants of something: tells when they come too close together.
struct RecentTimes: Sendable {
    private var times: [Timestamp?]
    private var next = 0

    /// - Precondition: `count` is positive.
    init(count: Int) {
        precondition(count > 0, "at least one instant is kept")
        times = Array(repeating: nil, count: count)
    }

    /// Adds an instant; whether it and the `count - 1` before it lie within `period`, which is
    /// exclusive.
    mutating func add(_ now: Timestamp, within period: Duration) -> Bool {
        times[next] = now
        next = (next + 1) % times.count
        // What is written next is the oldest.
        guard let oldest = times[next] else { return false }
        return now - oldest < period
    }

    mutating func reset() {
        for index in times.indices { times[index] = nil }
    }
}
