/// When model and market disagree by too much for too long, *we* are assumed to be wrong: the
/// strike, the basis, or a stale book (strategy 6; `FV_DIVERGENCE`).
///
/// ```
///            gap > limit                3 s of it                 gap <= 3/4 of limit
///   agreed ───────────────► suspected ─────────────► diverged ───────────────► clearing
///     ▲          gap <= limit │                         ▲      gap > 3/4 of limit │   │
///     ├───────────────────────┘                         └────────────────────────┘   │
///     └─────────────────────────────────── 5 s of it ────────────────────────────────┘
/// ```
/// Between two observations the last state holds: a market that vanishes clears nothing.
struct DivergenceGuard: Equatable {
    /// The gap that is tolerated: at least this many ticks, and this many times the uncertainty.
    static let gapTicks = 6.0
    static let gapUncertainties = 4.0
    /// A larger gap trips after this long.
    static let patience = Duration.seconds(3)
    /// It clears once the gap has been below this share of the limit for `dwell`.
    static let releaseShare = 0.75
    static let dwell = Duration.seconds(5)

    private enum State: Equatable {
        case agreed
        case suspected(since: Timestamp)
        case diverged
        case clearing(since: Timestamp)
    }

    private var state = State.agreed

    init() {}

    /// Nothing may be added to the inventory.
    var isDiverged: Bool {
        switch state {
        case .agreed, .suspected: false
        case .diverged, .clearing: true
        }
    }

    /// The largest gap that is tolerated, in dollars.
    /// - Parameter uncertainty: `u_p`, in dollars.
    static func limit(tickSize: TickSize, uncertainty: Double) -> Double {
        // A finer grid does not make the market's opinion more exact: ticks of a cent at least.
        let tick = Double(max(tickSize.raw, TickSize.hundredth.raw)) / 10_000
        return max(gapTicks * tick, gapUncertainties * uncertainty)
    }

    /// Takes one comparison of the two. Values that are not numbers count as a gap.
    mutating func observe(
        model: Double,
        market: Double,
        uncertainty: Double,
        tickSize: TickSize,
        at now: Timestamp
    ) {
        let limit = Self.limit(tickSize: tickSize, uncertainty: uncertainty)
        let gap = abs(model - market)
        switch state {
        case .agreed:
            if !(gap <= limit) { state = .suspected(since: now) }
        case .suspected(let since):
            if gap <= limit {
                state = .agreed
            } else if now - since >= Self.patience {
                state = .diverged
            }
        case .diverged:
            if gap <= Self.releaseShare * limit { state = .clearing(since: now) }
        case .clearing(let since):
            if !(gap <= Self.releaseShare * limit) {
                state = .diverged
            } else if now - since >= Self.dwell {
                state = .agreed
            }
        }
    }
}
