internal import Glibc

/// A first volatility estimate: two exponentially weighted means of squared one-second returns,
/// and the regime they imply, with hysteresis (strategy 3).
///
/// Fed once a second with the newest price (not with every quote: event-time returns of a
/// one-cent tick are noise). The estimate is of the returns it is given: logarithmic ones of the
/// reference price, or plain changes of the midpoint where a session has no reference.
struct Volatility {
    /// Samples before the estimate counts.
    static let samplesNeeded: Int64 = 15

    private static let secondsPerYear = 31_557_600.0
    private static let halfLifeFast = 15.0
    private static let halfLifeSlow = 900.0

    /// The regime; high while unknown.
    private(set) var state = VolState.high
    private(set) var samples: Int64 = 0

    private var fast = WeightedMean(halfLife: halfLifeFast)
    private var slow = WeightedMean(halfLife: halfLifeSlow)
    private var secondsAboveRatio = 0
    private var secondsCalm = 0
    private var secondsInState = 0

    var isWarm: Bool { samples >= Self.samplesNeeded }

    /// Annualised standard deviation of the fast horizon, as a fraction; meaningful for
    /// logarithmic returns only.
    var annualised: Double { (fast.mean * Self.secondsPerYear).squareRoot() }

    /// Takes the return of one more second.
    /// - Parameter isLogarithmic: whether the absolute thresholds of an annualised figure apply.
    mutating func observe(_ change: Double, isLogarithmic: Bool) {
        let slowBefore = slow.mean
        let isJump = isWarm && slowBefore > 0 && abs(change) > 5 * slowBefore.squareRoot()
        fast.add(change * change)
        slow.add(change * change)
        samples += 1
        secondsInState += 1
        guard isWarm else { return }

        let ratio = slow.mean > 0 ? (fast.mean / slow.mean).squareRoot() : 1
        let level = isLogarithmic ? annualised : 0
        secondsAboveRatio = ratio > 1.8 ? secondsAboveRatio + 1 : 0
        secondsCalm = ratio < 1.2 && level < 0.65 ? secondsCalm + 1 : 0
        switch state {
        case .low:
            if secondsAboveRatio >= 2 || level > 0.80 || isJump { enter(.high) }
        case .high:
            // The first estimate decides at once; after that the regime is sticky.
            let isFirst = samples == Self.samplesNeeded
            let isCalm = secondsCalm >= 30 && secondsInState >= 20
            if isCalm || (isFirst && ratio <= 1.8 && level <= 0.80) { enter(.low) }
        }
    }

    private mutating func enter(_ state: VolState) {
        self.state = state
        secondsInState = 0
        secondsCalm = 0
        secondsAboveRatio = 0
    }
}

/// An exponentially weighted mean that is unbiased from the first sample on: the weights given so
/// far are divided out.
private struct WeightedMean {
    private let decay: Double
    private var sum = 0.0
    private var weight = 0.0

    init(halfLife: Double) { decay = exp2(-1 / halfLife) }

    var mean: Double { weight > 0 ? sum / weight : 0 }

    mutating func add(_ value: Double) {
        sum = decay * sum + (1 - decay) * value
        weight = decay * weight + (1 - decay)
    }
}
