/// The engine's counts at one instant: a plain value that crosses threads, for metrics.
public struct EngineReport: Sendable {
    public let statistics: EngineStatistics
    /// Orders that our own gate refused, by control.
    public let denials: DenialCounts
    /// How often each runtime control took the session or a market down.
    public let causes: CauseCounts
    public let equity: Money
    public let profit: Money
}

extension Engine {
    public var report: EngineReport {
        let equity = totalEquity
        return EngineReport(
            statistics: statistics,
            denials: gate.denials,
            causes: monitor.counts,
            equity: equity,
            profit: equity - portfolio.startingCash
        )
    }
}
