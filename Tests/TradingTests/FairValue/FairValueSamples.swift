@testable internal import Trading

/// Inputs of the tests: 40 % volatility, a 60-second average, no uncertainty.
enum FairValueSamples {
    /// The published formulas as they stand: continuous average, no jump component.
    static let textbook: FairValue = {
        var model = plain
        model.sampling = .continuous
        return model
    }()

    /// One price a second, no jump component.
    static let plain: FairValue = {
        var model = FairValue()
        model.jumpWeightLow = 0
        model.jumpWeightHigh = 0
        return model
    }()

    static func input(
        spot: Double,
        strike: Double? = 80_000,
        secondsToEnd: Double,
        elapsedMean: Double? = nil,
        averaged: Int = 60,
        windowSeconds: Double = 900,
        basisDeviation: Double = 0
    ) -> FairValue.Input {
        var input = FairValue.Input(
            spot: spot,
            strike: strike,
            volatility: 0.40,
            volState: .low,
            windowSeconds: windowSeconds,
            secondsToEnd: secondsToEnd,
            averaged: averaged
        )
        input.elapsedMean = elapsedMean
        input.basisDeviation = basisDeviation
        return input
    }
}
