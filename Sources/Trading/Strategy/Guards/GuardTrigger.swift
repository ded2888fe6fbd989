/// What a guard saw, with the numbers for the tick's reason. Sides are those of the YES book: the
/// bid is `.buy`, an offer of YES (or a bid for NO) is `.sell`.
public enum GuardTrigger: Equatable, Sendable {
    /// The reference moved the value of a YES share by `moved` since the quote was decided;
    /// `allowed` is the least that endangers it.
    case referenceJump(moved: Money, allowed: Money)
    /// The reference moved by `moved` dollars faster than diffusion explains.
    case referenceShock(moved: Money, allowed: Money)
    /// Takers took `taken` of the `depth` near the touch within a second.
    case sweep(taken: Quantity, depth: Quantity)
    /// The three best levels of a side are gone within a second.
    case levelsGone
    /// Two fills on this side in a short time.
    case fillBurst
    /// More fills on this side in a minute than are allowed.
    case fillRate(fills: Int64, allowed: Int64)
    /// More fills on this side in this window than are allowed.
    case windowFills(fills: Int64, allowed: Int64)
    /// The venue refused post-only orders as crossing: our book is behind.
    case postOnlyRejects(count: Int64)
    /// What is filled keeps losing: the mean markout at 30 s, in ticks.
    case toxicFlow(markoutTicks: Double)

    /// The stable code that appears in logs, counters and the tick's detail.
    public enum Code: String, CaseIterable, Sendable {
        case referenceJump = "REF_JUMP"
        case sweep = "SWEEP"
        case fillBurst = "FILL_BURST"
        case fillRate = "FILL_RATE"
        case postOnlyRejects = "POST_ONLY_REJECTS"
        case toxicFlow = "TOXIC_FLOW"
    }

    public var code: Code {
        switch self {
        case .referenceJump, .referenceShock: .referenceJump
        case .sweep, .levelsGone: .sweep
        case .fillBurst: .fillBurst
        case .fillRate, .windowFills: .fillRate
        case .postOnlyRejects: .postOnlyRejects
        case .toxicFlow: .toxicFlow
        }
    }
}

/// What a guard holds back, for each side of the YES book, and until when.
///
/// All guards count time in the same way: an event belongs to a window of length `w` while its age
/// is below `w`, and a hold of length `p` lasts while its age is below `p`.
struct GuardHolds: Equatable, Sendable {
    /// A side is held before its instant; the long past while it never was.
    private var bidUntil = Timestamp(nanoseconds: .min)
    private var askUntil = Timestamp(nanoseconds: .min)
    // Meaningful while the side is held. Beside the instants, not in one value with them: asking
    // is then a comparison and copies nothing.
    private var bidTrigger = GuardTrigger.fillBurst
    private var askTrigger = GuardTrigger.fillBurst
    /// How often the guard triggered.
    private(set) var triggers: Int64 = 0

    /// Holds a side, or both where `side` is `nil`. Of two holds the one that lasts longer counts.
    mutating func hold(_ side: Side?, because trigger: GuardTrigger, until: Timestamp) {
        triggers += 1
        if side != .sell && bidUntil < until {
            bidUntil = until
            bidTrigger = trigger
        }
        if side != .buy && askUntil < until {
            askUntil = until
            askTrigger = trigger
        }
    }

    /// Why the side may not be quoted at `now`; `nil` when it may.
    @inline(__always)
    func blocks(_ side: Side, at now: Timestamp) -> GuardTrigger? {
        switch side {
        case .buy: now < bidUntil ? bidTrigger : nil
        case .sell: now < askUntil ? askTrigger : nil
        }
    }
}

extension Money {
    /// A model's dollars for people to read: to the nearest millionth, within nine trillion dollars;
    /// zero for what is not a number.
    init(nearestDollars dollars: Double) {
        guard dollars.isFinite else {
            self = .zero
            return
        }
        self.init(raw: Int64((min(max(dollars, -9e12), 9e12) * 1e6).rounded()))
    }
}
