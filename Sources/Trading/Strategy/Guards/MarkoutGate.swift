// For `squareRoot()`, which is exact but a call into libm on a plain x86-64.
internal import Glibc

/// What the mean markout at 30 s of the last 30 fills allows: everything, half sizes, or no new risk
/// for ten minutes (`TOXIC_FLOW`, risk 3 row 25).
///
/// ```
///             mean < -0.5 tick              mean < -1 tick
///   full ◄──────────────────────► half ─────────────────────► stopped, ten minutes
///             30 fills, not below             ▲                    │ count starts anew
///                                             └────────────────────┘
/// ```
/// Fewer than 30 fills decide nothing. Nor does a mean within two of its standard errors of zero:
/// a share near even odds in a five-minute window moves by 13 ticks in 30 s whoever traded, and the
/// mean of 30 harmless fills that gain a tick each is below -1 tick every fifth time.
struct MarkoutGate: Sendable {
    /// How many standard errors below zero a mean has to lie.
    static let standardErrors = 2.0

    private var ticks = [Double](repeating: 0, count: MarkoutTracker.judgedFills)
    private var count = 0
    private var next = 0
    private var stoppedUntil: Timestamp?
    private var stoppedBy = 0.0
    private(set) var isHalved = false
    /// How often new risk was stopped.
    private(set) var stops: Int64 = 0

    /// A fill's markout at 30 s is known: `markout` ticks.
    mutating func measured(_ markout: Double, at now: Timestamp) {
        ticks[next] = markout
        next = (next + 1) % MarkoutTracker.judgedFills
        count = min(count + 1, MarkoutTracker.judgedFills)
        guard let mean else { return }
        // A hair's breadth (1e-9 ticks) below a threshold is on it.
        let isProven = mean < -Self.standardErrors * standardError(of: mean) - 1e-9
        isHalved = isProven && mean < MarkoutTracker.halveBelowTicks - 1e-9
        guard isProven && mean < MarkoutTracker.stopBelowTicks - 1e-9 else { return }
        stoppedUntil = now + MarkoutTracker.stopTime
        stoppedBy = mean
        stops += 1
        count = 0
        next = 0
    }

    /// Mean of the last 30, in ticks; `nil` until there are so many since the last stop.
    var mean: Double? {
        guard count == MarkoutTracker.judgedFills else { return nil }
        var sum = 0.0
        for index in ticks.indices { sum += ticks[index] }
        return sum / Double(MarkoutTracker.judgedFills)
    }

    /// By the deviation that the same 30 show.
    private func standardError(of mean: Double) -> Double {
        var squares = 0.0
        for index in ticks.indices { squares += (ticks[index] - mean) * (ticks[index] - mean) }
        let count = Double(MarkoutTracker.judgedFills)
        return (squares / (count - 1) / count).squareRoot()
    }

    var sizeDivisor: Int64 { isHalved ? 2 : 1 }

    func stopsNewRisk(at now: Timestamp) -> GuardTrigger? {
        guard let stoppedUntil, now < stoppedUntil else { return nil }
        return .toxicFlow(markoutTicks: stoppedBy)
    }
}
