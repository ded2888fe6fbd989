/// Where a market stands in its window (strategy 12).
enum WindowPhase: Equatable {
    /// The window has not begun.
    case ahead
    /// Both sides may be quoted.
    case quoting
    /// Only what reduces the inventory.
    case reduceOnly
    /// The last minute: nothing is quoted.
    case noQuote
    /// The window is over, the outcome not yet known.
    case settling
}

extension MarketDefinition {
    /// The last stretch of a window in which nothing is quoted.
    static let noQuoteBeforeEnd = Duration.seconds(60)
    /// The stretch before the end in which only reducing quotes stand: 90 s of a 5-minute window,
    /// 120 s of a longer one.
    var reduceOnlyBeforeEnd: Duration {
        windowEnd - windowStart <= .seconds(300) ? .seconds(90) : .seconds(120)
    }

    // Inlined: a definition is large, and would be copied to be asked for two of its fields.
    @inline(__always)
    func phase(at now: Timestamp) -> WindowPhase {
        if now < windowStart { return .ahead }
        let remaining = windowEnd - now
        if remaining <= .zero { return .settling }
        if remaining < Self.noQuoteBeforeEnd { return .noQuote }
        if remaining < reduceOnlyBeforeEnd { return .reduceOnly }
        return .quoting
    }
}
