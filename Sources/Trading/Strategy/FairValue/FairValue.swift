/// The probability that a window ends Up, from the reference price alone (strategy 2.3 to 2.7).
///
/// The market pays when the average of the reference over the last `w` seconds of the window is
/// at or above the strike, which is the same average at the window's start. The price is taken to
/// be a walk without drift, so that every average of it is normal:
///
///     time ────┬───── w ──────┬──────────────────────┬────── w ──────┬──►
///              │ opening avg  │ window start         │  closing avg  │ window end
///         beforeStart (P)         open (A)               averaging (B)    ended
///
/// A value with the model's settings; `estimate` is a pure function, about a hundred nanoseconds.
public struct FairValue: Equatable, Sendable {
    /// Seconds in a year of 365.25 days.
    public static let secondsPerYear = 31_557_600.0
    /// Deviation of the basis between two vendors' averages, as a share of the price (0.5 bp).
    public static let basisShare = 0.5e-4
    /// Deviation of a strike that is not verified, as a share of the price (1.5 bp).
    public static let strikeShare = 1.5e-4
    /// The settings of strategy 2.
    public static let standard = FairValue()

    /// How the average is taken; see `AverageSampling` for why every second.
    public var sampling = AverageSampling.everySecond
    /// Weight of the wide component of the mixture, which stands for jumps; 0 ... 1.
    public var jumpWeightLow = 0.03
    public var jumpWeightHigh = 0.08
    /// How many times wider it is; at least 1.
    public var jumpScale = 3.0
    /// The relative error that a volatility forecast is taken to have; 0 ..< 1.
    public var volatilityError = 0.15
    /// No probability closer to 0 or 1 than this, or than one tick.
    public var probabilityMin = 0.01
    /// The greatest certainty that is told before the model has been calibrated on settled windows;
    /// 0.5 ... 1.
    public var certaintyMax = 0.97

    public init() {}

    /// The distribution of what decides, in its deviations.
    func mixture(_ volState: VolState) -> JumpMixture {
        JumpMixture(
            weight: volState == .high ? jumpWeightHigh : jumpWeightLow,
            scale: jumpScale
        )
    }

    /// The value of YES; `nil` when the input does not give one (see `Input.isUsable`, and the
    /// fields that a phase needs).
    public func estimate(_ input: Input) -> Estimate? {
        guard input.isUsable, let distance = distance(input) else { return nil }
        let mixture = mixture(input.volState)
        let walk = input.volatility * input.spot / Self.secondsPerYear.squareRoot()
        let fixedVariance =
            input.basisDeviation * input.basisDeviation
            + (distance.phase == .beforeStart
                ? 0 : input.strikeDeviation * input.strikeDeviation)
        // The age of the price matters as much as the price does.
        let walkSeconds = distance.sensitivity * distance.sensitivity * input.referenceAge
        let extraVariance = fixedVariance + walk * walk * walkSeconds

        if distance.phase == .ended {
            let won = distance.mean >= 0 ? 1.0 : 0.0
            return Estimate(
                phase: .ended,
                mean: distance.mean,
                variance: 0,
                extraVariance: extraVariance,
                deviations: Self.deviations(distance.mean, 0),
                probability: won,
                unclampedProbability: won,
                normalProbability: won,
                slope: 0,
                probabilityVolatility: 0,
                uncertainty: 0
            )
        }

        func total(_ factor: Double) -> Double {
            let scaled = walk * factor
            return fixedVariance + scaled * scaled * (distance.seconds + walkSeconds)
        }
        let variance = total(1)
        let d = Self.deviations(distance.mean, variance)
        let value = mixture.cumulative(d)
        let wide = Self.deviations(distance.mean, total(1 + volatilityError))
        let narrow = Self.deviations(distance.mean, total(1 - volatilityError))
        let slope =
            variance > 0
            ? mixture.density(d) * distance.sensitivity / variance.squareRoot() : 0
        let bound = max(probabilityMin, input.tick, 1 - certaintyMax)
        return Estimate(
            phase: distance.phase,
            mean: distance.mean,
            variance: walk * walk * distance.seconds,
            extraVariance: extraVariance,
            deviations: d,
            probability: min(max(value, bound), 1 - bound),
            unclampedProbability: value,
            normalProbability: NormalDistribution.cumulative(d),
            slope: slope,
            probabilityVolatility: walk * slope,
            uncertainty: abs(mixture.cumulative(wide) - mixture.cumulative(narrow)) / 2
        )
    }

    /// What decides: the closing average less the strike, or less the opening average, as a
    /// normal variable.
    private struct Distance {
        var phase: Phase
        /// Dollars.
        var mean: Double
        /// Variance, in seconds of the walk.
        var seconds: Double
        /// What a dollar more of spot adds to the mean; 0 ... 1.
        var sensitivity: Double
    }

    private func distance(_ input: Input) -> Distance? {
        // An average that ends `lag` early is all of it as if we were `lag` later.
        let remaining = input.secondsToEnd - input.lag
        let closing = AverageAhead(over: input.averaged, endingIn: remaining, sampling)
        let ahead = input.secondsToEnd - input.windowSeconds
        if ahead > 0 {
            // The closing average must begin after the opening one has ended.
            guard input.windowSeconds >= Double(input.averaged) else { return nil }
            let opening = AverageAhead(
                over: input.averaged,
                endingIn: ahead - input.lag,
                sampling
            )
            let known = 1 - opening.openShare
            guard let gap = known > 0 ? input.elapsedMean.map({ input.spot - $0 }) : 0 else {
                return nil
            }
            return Distance(
                phase: .beforeStart,
                mean: known * gap,
                seconds: max(0, closing.variance + opening.variance - 2 * opening.covariance),
                sensitivity: known
            )
        }
        guard let strike = input.strike else { return nil }
        let known = 1 - closing.openShare
        // As differences from the strike, so that a tie is exactly zero.
        guard let settled = known > 0 ? input.elapsedMean.map({ $0 - strike }) : 0 else {
            return nil
        }
        let phase: Phase =
            input.secondsToEnd <= 0 ? .ended : known > 0 || remaining <= 0 ? .averaging : .open
        return Distance(
            phase: phase,
            mean: known * settled + closing.openShare * (input.spot - strike),
            seconds: closing.variance,
            sensitivity: closing.openShare
        )
    }

    /// Far enough out for `Phi` to be 0 or 1 and near enough for everything to stay finite.
    private static let deviationsMax = 40.0

    /// `mean / sqrt(variance)`; without variance what it is just before: a tie is Up.
    private static func deviations(_ mean: Double, _ variance: Double) -> Double {
        guard variance > 0 else { return mean >= 0 ? deviationsMax : -deviationsMax }
        return min(max(mean / variance.squareRoot(), -deviationsMax), deviationsMax)
    }
}
