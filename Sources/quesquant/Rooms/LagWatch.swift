internal import Trading

/// How late the trading loop decides: from the instant at which a turn was due to the end of that
/// turn. Summed up once a second for the risk monitor (risk 3, row 35).
struct LagWatch {
    static let period = Duration.seconds(1)
    /// Turns of a second that are kept; of more, the first ones. Their worst counts all the same.
    private static let lagsMax = 4_096

    private var lags: [Duration] = []
    private var worst = Duration.zero
    private var nextSummary: Timestamp?

    init() { lags.reserveCapacity(Self.lagsMax) }

    /// A turn that was due at `due` ended at `now`.
    mutating func noteTurn(due: Timestamp, endedAt now: Timestamp) {
        let lag = max(now - due, .zero)
        worst = max(worst, lag)
        if lags.count < Self.lagsMax { lags.append(lag) }
    }

    /// The 99th percentile and the greatest of the last period, once it has passed.
    mutating func summary(at now: Timestamp) -> (p99: Duration, worst: Duration)? {
        guard let due = nextSummary else {
            nextSummary = now + Self.period
            return nil
        }
        guard now >= due, !lags.isEmpty else { return nil }
        nextSummary = now + Self.period
        lags.sort()
        let rank = (lags.count * 99 + 99) / 100
        let summary = (lags[rank - 1], worst)
        lags.removeAll(keepingCapacity: true)
        worst = .zero
        return summary
    }
}
