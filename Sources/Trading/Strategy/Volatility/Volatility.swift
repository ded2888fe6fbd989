/// How much the price moves, for how long it may last, and the regime that this means (strategy 3).
///
/// Fed on a clock of one second with the newest price (not with every quote: event-time returns of
/// a one-cent tick are noise). The estimate is of the returns it is given: logarithmic ones of the
/// reference price, or plain changes of the midpoint where a session has no reference. Annualised
/// figures, the forecast and the share of jumps mean something for logarithmic returns only.
///
/// Warming up has two ends. From `samplesNeeded` on an estimate exists and quoting is possible; the
/// forecast blends what was seen with the prior, sample by sample. From `samplesFull` on it is all
/// the market's own. The regime stays high, so that quotes are wide and small, until it is decided:
/// after as many samples as the session says, anything between the two.
///
/// Estimates are variances per second. Of constant size: nothing here allocates.
public struct Volatility: Sendable {
    /// Samples before the estimate counts at all.
    public static let samplesNeeded: Int64 = 15
    /// Samples before it stands without the prior.
    public static let samplesFull: Int64 = 120
    /// A return beyond this is none: no price is multiplied by e within five seconds.
    public static let returnMax = 1.0
    /// The longest time that one return may cover, in seconds. A longer one is a gap: it is no
    /// measure of a second, and is left out.
    public static let returnSecondsMax = 5.0
    /// Bounds of the forecast, annualised. Seven quiet minutes of 5 % are true and useless.
    public static let forecastMin = 0.20
    public static let forecastMax = 3.00

    static let secondsPerYear = FairValue.secondsPerYear
    /// Above it the fast means are replaced by their bipower versions: a jump does not persist.
    static let jumpShareReplacing = 0.4
    /// A return of so many slow deviations is a jump.
    static let jumpDeviations = 5.0
    /// The variance of ten seconds over that of ten single seconds is believed up to this.
    static let stepRatioMax = 3.0

    /// Samples taken.
    public private(set) var samples: Int64 = 0
    /// The share of the last two minutes' variance that came in jumps; 0 ... 1.
    public private(set) var jumpShare = 0.0

    private let prior: Double
    private let decidingAfter: Int64
    private var fast = WeightedMean(halfLife: 15)
    private var middle = WeightedMean(halfLife: 120)
    private var slow = WeightedMean(halfLife: 900)
    private var fastBipower = WeightedMean(halfLife: 15)
    private var middleBipower = WeightedMean(halfLife: 120)
    private var steps = WeightedMean(halfLife: 900)
    /// The mean of the middle estimate over six hours. It begins as the prior.
    private var long = WeightedMean(halfLife: 6 * 3_600)
    private var recent = RecentReturns()
    private var regime = VolatilityRegime()

    /// - Parameters:
    ///   - prior: the annualised deviation to be expected before anything is known.
    ///   - decidingAfter: the samples after which the regime is decided. With `samplesNeeded` a
    ///     newcomer sees ordinary quotes at once; with `samplesFull` the first two minutes are
    ///     quoted as the high regime is.
    public init(prior: Double = 0.40, decidingAfter: Int64 = samplesNeeded) {
        precondition(prior > 0 && prior.isFinite, "a prior is a positive deviation")
        precondition(
            decidingAfter >= Self.samplesNeeded && decidingAfter <= Self.samplesFull,
            "the regime is decided while warming up"
        )
        self.decidingAfter = decidingAfter
        self.prior = prior * prior / Self.secondsPerYear
        long.add(self.prior, over: 6 * 3_600)
    }

    /// The regime; high while unknown.
    public var state: VolState { regime.state }
    /// Whether there is an estimate.
    public var isWarm: Bool { samples >= Self.samplesNeeded }
    /// Whether the estimate stands without the prior.
    public var isSettled: Bool { samples >= Self.samplesFull }

    /// Annualised standard deviation of the last two minutes, as it was measured: without bounds
    /// and prior.
    public var annualised: Double { (middle.mean * Self.secondsPerYear).squareRoot() }

    /// The variance of a ten-second change over ten times that of a one-second change, 1 ... 3.
    ///
    /// Above one where the price feed is smoothed: its seconds move less than the market, and
    /// follow one another. The settlement feed is (1.7 on a recorded day); what a forecast needs
    /// is how far the price goes, so it is scaled by this.
    public var stepRatio: Double {
        let single = slow.mean
        guard isSettled, single > 0 else { return 1 }
        return min(max(steps.mean / single, 1), Self.stepRatioMax)
    }

    // MARK: - In

    /// Takes a return that began where the last one ended, or after a gap that was told.
    /// - Parameters:
    ///   - seconds: the time it took; beyond `returnSecondsMax` it is a gap.
    ///   - isLogarithmic: whether the absolute thresholds of an annualised figure apply.
    public mutating func observe(
        _ change: Double,
        over seconds: Double = 1,
        isLogarithmic: Bool
    ) {
        guard abs(change) <= Self.returnMax, seconds > 0, seconds <= Self.returnSecondsMax else {
            noteGap()
            return
        }
        let slowBefore = slow.mean
        let variance = change * change / seconds
        fast.add(variance, over: seconds)
        middle.add(variance, over: seconds)
        slow.add(variance, over: seconds)
        recent.add(change, over: seconds)
        if let bipower = recent.newestBipower {
            fastBipower.add(bipower, over: seconds)
            middleBipower.add(bipower, over: seconds)
        }
        if let step = recent.newestStep { steps.add(step, over: seconds) }
        samples += 1
        jumpShare = isLogarithmic ? recent.jumpShare : 0
        if isSettled { long.add(middle.mean, over: seconds) }
        guard samples >= decidingAfter else { return }

        let jumpVariance = Self.jumpDeviations * Self.jumpDeviations * slowBefore
        regime.advance(
            VolatilityRegime.Evidence(
                ratio: slow.mean > 0 ? (fast.mean / slow.mean).squareRoot() : 1,
                level: isLogarithmic ? annualised : 0,
                jumpShare: jumpShare,
                isJump: slowBefore > 0 && variance > jumpVariance,
                seconds: seconds
            ),
            isFirst: samples == decidingAfter
        )
    }

    /// The next return does not begin where the last one ended.
    public mutating func noteGap() { recent.noteGap() }

    /// Everything but the mean over hours is forgotten: a past that is known better than it was
    /// heard is told from its beginning.
    public mutating func restart() {
        samples = 0
        jumpShare = 0
        fast = WeightedMean(halfLife: 15)
        middle = WeightedMean(halfLife: 120)
        slow = WeightedMean(halfLife: 900)
        fastBipower = WeightedMean(halfLife: 15)
        middleBipower = WeightedMean(halfLife: 120)
        steps = WeightedMean(halfLife: 900)
        recent = RecentReturns()
        regime = VolatilityRegime()
    }

    // MARK: - Out

    /// The deviation to be expected over the time that remains, annualised, within the bounds.
    ///
    /// - Parameters:
    ///   - remaining: seconds to the end of the window.
    ///   - impliedFloor: a lower bound that the market's own price gives (`ImpliedVolatility`).
    public func forecast(remaining: Double, impliedFloor: Double = 0) -> Double {
        let weights = VolatilityHorizon.weights(remaining: remaining)
        let isJumpy = jumpShare > Self.jumpShareReplacing
        let measured =
            weights.fast * (isJumpy ? min(fastBipower.mean, fast.mean) : fast.mean)
            + weights.middle * (isJumpy ? min(middleBipower.mean, middle.mean) : middle.mean)
            + weights.slow * slow.mean + weights.long * long.mean
        let share = min(1, Double(samples) / Double(Self.samplesFull))
        let variance = share * measured * stepRatio + (1 - share) * prior
        let deviation = (variance * Self.secondsPerYear).squareRoot()
        return min(max(deviation, impliedFloor, Self.forecastMin), Self.forecastMax)
    }
}
