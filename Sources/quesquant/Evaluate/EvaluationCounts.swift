internal import Trading
internal import Venues

/// Why there is no forecast.
enum ForecastSkip: Error {
    /// No price within `PriceHistory.silenceMax` before the window's start, or not received yet.
    case gapAtStart
    /// The newest price was older than that.
    case gapAtForecast
    /// Fewer prices than the volatility needs.
    case warmingUp
    /// The market was not resolved; or, where outcomes come from the prices, a gap at the end.
    case noOutcome
}

/// How many forecasts were not made, by reason.
struct ForecastSkips {
    private(set) var gapAtStart = 0
    private(set) var gapAtForecast = 0
    private(set) var warmingUp = 0
    private(set) var noOutcome = 0

    var total: Int { gapAtStart + gapAtForecast + warmingUp + noOutcome }

    mutating func add(_ reason: ForecastSkip) {
        switch reason {
        case .gapAtStart: gapAtStart += 1
        case .gapAtForecast: gapAtForecast += 1
        case .warmingUp: warmingUp += 1
        case .noOutcome: noOutcome += 1
        }
    }

    static func + (lhs: ForecastSkips, rhs: ForecastSkips) -> ForecastSkips {
        var sum = lhs
        sum.gapAtStart += rhs.gapAtStart
        sum.gapAtForecast += rhs.gapAtForecast
        sum.warmingUp += rhs.warmingUp
        sum.noOutcome += rhs.noOutcome
        return sum
    }
}

/// Strikes from the prices beside the recorded ones.
struct StrikeAgreement {
    private(set) var equal = 0
    private(set) var different = 0
    /// The largest difference, in dollars.
    private(set) var farthest = 0.0
    /// Windows for which the venue recorded no strike.
    private(set) var notRecorded = 0
    /// Windows whose start lies in a gap of the feed, though a strike was recorded.
    private(set) var notReconstructed = 0

    mutating func add(recorded: SettlementValue?, reconstructed: SettlementValue?) {
        guard let recorded else {
            notRecorded += 1
            return
        }
        guard let reconstructed else {
            notReconstructed += 1
            return
        }
        if recorded == reconstructed {
            equal += 1
        } else {
            different += 1
            farthest = max(farthest, abs(recorded.dollars - reconstructed.dollars))
        }
    }
}

/// Outcomes from the prices beside the recorded ones.
struct OutcomeAgreement {
    private(set) var equal = 0
    private(set) var different = 0
    /// Of the different ones, the largest distance between end price and strike, in dollars.
    private(set) var farthest = 0.0
    private(set) var notRecorded = 0
    /// Windows with a gap of the feed at their start or end.
    private(set) var notReconstructed = 0

    mutating func add(recorded: Outcome?, reconstructed: Outcome?, distance: Double) {
        guard let recorded else {
            notRecorded += 1
            return
        }
        guard let reconstructed else {
            notReconstructed += 1
            return
        }
        if recorded == reconstructed {
            equal += 1
        } else {
            different += 1
            farthest = max(farthest, abs(distance))
        }
    }
}
