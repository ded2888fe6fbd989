internal import Glibc

/// How good probabilities were, given what happened.
struct CalibrationScore {
    static let binCount = 10
    /// Probabilities are scored within this bound and one less it: what the venue's book can
    /// quote. Without it one certainty that failed would make the log loss infinite.
    static let probabilityMin = 0.01

    /// Forecasts of one tenth of the range.
    struct Bin {
        var count = 0
        var forecastSum = 0.0
        var upCount = 0

        var forecast: Double { count > 0 ? forecastSum / Double(count) : 0 }
        var upShare: Double { count > 0 ? Double(upCount) / Double(count) : 0 }
    }

    private(set) var count = 0
    private(set) var bins = [Bin](repeating: Bin(), count: binCount)
    private var squareSum = 0.0
    private var lossSum = 0.0

    /// Mean squared error: 0 ... 1, and 0.25 for always saying one half.
    var brier: Double { count > 0 ? squareSum / Double(count) : 0 }
    /// Mean of minus the logarithm of the probability given to what happened; 0.693 for one half.
    var logLoss: Double { count > 0 ? lossSum / Double(count) : 0 }

    mutating func add(_ probability: Double, isUp: Bool) {
        let bounded = min(max(probability, Self.probabilityMin), 1 - Self.probabilityMin)
        count += 1
        squareSum += (bounded - (isUp ? 1 : 0)) * (bounded - (isUp ? 1 : 0))
        lossSum += Self.loss(bounded, isUp: isUp)
        let bin = min(Int(bounded * Double(Self.binCount)), Self.binCount - 1)
        bins[bin].count += 1
        bins[bin].forecastSum += bounded
        if isUp { bins[bin].upCount += 1 }
    }

    static func loss(_ probability: Double, isUp: Bool) -> Double {
        let bounded = min(max(probability, probabilityMin), 1 - probabilityMin)
        return -log(isUp ? bounded : 1 - bounded)
    }
}

/// The model beside its two baselines, on the same windows.
struct ScoreCard {
    private(set) var model = CalibrationScore()
    /// A normal distribution with a constant volatility.
    private(set) var constant = CalibrationScore()
    /// One half, always.
    private(set) var even = CalibrationScore()

    private var differenceSum = 0.0
    private var differenceSquares = 0.0

    mutating func add(model probability: Double, constant baseline: Double, isUp: Bool) {
        model.add(probability, isUp: isUp)
        constant.add(baseline, isUp: isUp)
        even.add(0.5, isUp: isUp)
        let difference =
            CalibrationScore.loss(probability, isUp: isUp)
            - CalibrationScore.loss(baseline, isUp: isUp)
        differenceSum += difference
        differenceSquares += difference * difference
    }

    /// The model's log loss less the constant volatility's: negative when the model is better.
    var difference: Double { model.count > 0 ? differenceSum / Double(model.count) : 0 }

    /// The standard error of `difference`, each forecast counting as independent.
    var differenceError: Double {
        let count = Double(model.count)
        guard count > 1 else { return 0 }
        let variance = max(0, differenceSquares / count - difference * difference)
        return (variance / (count - 1)).squareRoot()
    }
}
