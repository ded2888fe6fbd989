/// The causes that hold a session or a market down, each with its own way out:
///
/// ```
///             raised                 cleared               dwell passed
///   absent ──────────► triggered ───────────► clearing ───────────────► absent
///     │                    ▲                      │
///     │ paused             └────────── raised ────┘
///     └──────► paused ── its time passed ──► absent
/// ```
/// Every cause that is not absent holds. (The cases are walked by number: `allCases` is an array.)
struct CauseSet: Sendable {
    /// One place for each case of `RiskCause`; a test holds the number to be right.
    static let causesMax = 33

    enum Standing: Equatable {
        case absent
        case triggered
        case clearing(since: Timestamp)
        case paused(until: Timestamp)
    }

    private var standings = InlineArray<33, Standing>(repeating: .absent)
    /// How often each began to hold.
    private(set) var counts = CauseCounts()
    /// Causes that are not absent.
    private var count = 0
    /// The deepest of the causes that hold; the first declared among equals.
    private(set) var worst: RiskCause?
    /// Whether a cause that needs it holds.
    private(set) var needsReconciliation = false

    var isEmpty: Bool { count == 0 }

    subscript(cause: RiskCause) -> Standing { standings[Int(cause.rawValue)] }

    /// The condition holds, or holds no longer.
    mutating func set(_ cause: RiskCause, _ isTriggered: Bool, at now: Timestamp) {
        if isTriggered { raise(cause) } else { clear(cause, at: now) }
    }

    mutating func raise(_ cause: RiskCause) { change(cause, to: .triggered) }

    mutating func clear(_ cause: RiskCause, at now: Timestamp) {
        if self[cause] == .triggered { change(cause, to: .clearing(since: now)) }
    }

    /// Holds until an instant. A condition that holds already, or a longer pause, stays.
    mutating func pause(_ cause: RiskCause, until end: Timestamp) {
        if self[cause] == .triggered { return }
        if case .paused(let earlier) = self[cause], earlier >= end { return }
        change(cause, to: .paused(until: end))
    }

    mutating func expire(at now: Timestamp, _ limits: RuntimeLimits) {
        guard count > 0 else { return }
        for index in standings.indices {
            guard let cause = RiskCause(rawValue: UInt8(index)) else { continue }
            switch self[cause] {
            case .absent, .triggered: break
            case .clearing(let since):
                let dwell = cause.isAboutData ? limits.dataDwell : limits.dwell
                if now - since >= dwell { change(cause, to: .absent) }
            case .paused(let end): if now >= end { change(cause, to: .absent) }
            }
        }
    }

    private mutating func change(_ cause: RiskCause, to standing: Standing) {
        let index = Int(cause.rawValue)
        if standings[index] == .absent && standing != .absent { counts.add(cause) }
        count += (standing == .absent ? 0 : 1) - (standings[index] == .absent ? 0 : 1)
        standings[index] = standing
        summarise()
    }

    /// Kept, because it is asked for several times an event and changes a few times an hour.
    private mutating func summarise() {
        worst = nil
        needsReconciliation = false
        for index in standings.indices where standings[index] != .absent {
            guard let cause = RiskCause(rawValue: UInt8(index)) else { continue }
            if cause.level > (worst?.level ?? .none) { worst = cause }
            if cause.needsReconciliation { needsReconciliation = true }
        }
    }
}

/// How often each runtime control took something down, since the start.
public struct CauseCounts: Sendable {
    private var counts = InlineArray<33, Int64>(repeating: 0)

    init() {}

    public subscript(cause: RiskCause) -> Int64 { counts[Int(cause.rawValue)] }

    mutating func add(_ cause: RiskCause) { counts[Int(cause.rawValue)] += 1 }

    static func += (lhs: inout CauseCounts, rhs: CauseCounts) {
        for index in lhs.counts.indices { lhs.counts[index] += rhs.counts[index] }
    }
}
