/// Equity at fair marks, after fees, watched against what a session, a day and a fall from the
/// peak may cost.
struct LossWatch: Sendable {
    private static let day: Int64 = 86_400_000_000_000

    private let limits: RuntimeLimits
    /// Where the session, the UTC day, and the search for the peak began; `nil` before the first
    /// mark.
    private var base: Base?
    private var losingWindows = 0

    private struct Base {
        var session: Money
        var day: Money
        var dayNumber: Int64
        var peak: Money
    }

    init(_ limits: RuntimeLimits) { self.limits = limits }

    /// - Returns: the limit that is broken, if one is.
    mutating func mark(_ equity: Money, maxPosition: Int64, at now: Timestamp) -> RiskCause? {
        let dayNumber = now.nanoseconds / Self.day
        var base =
            base ?? Base(session: equity, day: equity, dayNumber: dayNumber, peak: equity)
        if base.dayNumber != dayNumber {
            base.dayNumber = dayNumber
            base.day = equity
        }
        base.peak = max(base.peak, equity)
        self.base = base
        if exceedsDailyLoss(from: base.session, to: equity, maxPosition)
            || exceedsDailyLoss(from: base.day, to: equity, maxPosition)
        {
            return .dailyLoss
        }
        let drawdownMax = limits.drawdownMax(peak: base.peak, maxPosition: maxPosition)
        return base.peak - equity >= drawdownMax ? .drawdown : nil
    }

    private func exceedsDailyLoss(
        from start: Money,
        to equity: Money,
        _ maxPosition: Int64
    ) -> Bool {
        start - equity >= limits.dailyLossMax(equity: start, maxPosition: maxPosition)
    }

    /// - Returns: whether this was one losing window too many in a row; counting starts anew.
    mutating func settleWindow(profit: Money) -> Bool {
        if profit < .zero { losingWindows += 1 }
        if profit > .zero { losingWindows = 0 }
        guard losingWindows >= limits.losingWindowsMax else { return false }
        losingWindows = 0
        return true
    }

    /// An operator rearmed, knowing what was lost: the limits count from the next mark on.
    mutating func reset() { self = LossWatch(limits) }
}
