/// Whether the market is calm or wild, with hysteresis (strategy 3).
///
/// ```
///             ┌──── R > 1.8 for 2 s, or sig > 0.80, or J > 0.5, or a return beyond 5 sd ────┐
///             │                                                                             ▼
///            low                                                                          high
///             ▲                                                                             │
///             └─────────────── 30 s with R < 1.2, sig < 0.65 and no rule to enter ──────────┘
/// ```
///
/// The thirty calm seconds begin after the last one in which a rule to enter held, so that a stay
/// lasts more than the 20 s that it should at least. Without that condition a share of jumps above
/// 0.5, which lasts as long as the jump is among the last 120 returns, would enter again in the
/// second of leaving.
struct VolatilityRegime: Sendable {
    /// R: the fast deviation over the slow one.
    static let ratioEnter = 1.8
    static let ratioEnterSeconds = 2.0
    static let ratioLeave = 1.2
    /// sig: the annualised deviation of two minutes.
    static let levelEnter = 0.80
    static let levelLeave = 0.65
    /// J: the share of jumps.
    static let jumpShareEnter = 0.5
    static let calmSecondsLeave = 30.0

    /// What one return has shown.
    struct Evidence {
        /// R; 1 when it is not known.
        var ratio = 1.0
        /// sig; zero where returns are not logarithmic.
        var level = 0.0
        /// J.
        var jumpShare = 0.0
        /// Whether the return was beyond five of the deviations before it.
        var isJump = false
        /// Time since the return before.
        var seconds = 1.0
    }

    /// High while unknown.
    private(set) var state = VolState.high
    private var secondsAboveRatio = 0.0
    private var secondsCalm = 0.0

    /// - Parameter isFirst: whether this is the first evidence that counts. It decides at once;
    ///   after that the regime is sticky.
    mutating func advance(_ evidence: Evidence, isFirst: Bool = false) {
        let seconds = evidence.seconds
        secondsAboveRatio = evidence.ratio > Self.ratioEnter ? secondsAboveRatio + seconds : 0
        let isWild =
            secondsAboveRatio >= Self.ratioEnterSeconds || evidence.level > Self.levelEnter
            || evidence.jumpShare > Self.jumpShareEnter || evidence.isJump
        let isCalm =
            !isWild && evidence.ratio < Self.ratioLeave && evidence.level < Self.levelLeave
        secondsCalm = isCalm ? secondsCalm + seconds : 0
        switch state {
        case .low:
            if isWild { state = .high }
        case .high:
            if secondsCalm >= Self.calmSecondsLeave || isFirst && !isWild { state = .low }
        }
    }
}
