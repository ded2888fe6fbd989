internal import Foundation
internal import TestSupport
internal import Testing

@testable internal import Trading

@Suite("ImpliedVolatility") struct ImpliedVolatilityTests {
    @Test("gives back the volatility that a fair value was made of")
    func roundTrip() throws {
        var random = SplitMix64(seed: 7)
        func uniform(_ low: Double, _ high: Double) -> Double {
            low + (high - low) * Double(random.next() >> 11) / 9_007_199_254_740_992
        }
        var model = FairValue()
        var inverted = 0
        for row in 0..<5_000 {
            let averaged = [0, 30, 60][row % 3]
            model.jumpWeightLow = [0, 0.03, 0.08, 1][row % 4]
            model.jumpWeightHigh = [0.08, 0.2][row / 4 % 2]
            model.sampling = row % 5 == 0 ? .continuous : .everySecond
            let strike = 80_000 + uniform(-400, 400)
            let extra = [0.0, 4][row / 8 % 2]
            var input = FairValue.Input(
                spot: 80_000,
                strike: strike,
                volatility: uniform(0.1, 2),
                volState: row % 7 == 0 ? .high : .low,
                windowSeconds: 3_600,
                secondsToEnd: uniform(120.1, 3_600),
                averaged: averaged
            )
            input.basisDeviation = extra
            let midpoint = try #require(model.estimate(input)).unclampedProbability
            let implied = ImpliedVolatility.deviation(
                midpoint: midpoint,
                distance: 80_000 - strike,
                spot: 80_000,
                remaining: input.secondsToEnd,
                averaged: averaged,
                model: model,
                volState: input.volState,
                extraVariance: extra * extra
            )
            let isTold =
                midpoint > 0.1 && midpoint < 0.9 && abs(log(midpoint / (1 - midpoint))) > 0.4
            #expect((implied != nil) == isTold, "row \(row): \(midpoint)")
            guard let implied else { continue }
            inverted += 1
            #expect(abs(implied / input.volatility - 1) < 1e-9, "row \(row): \(implied)")
        }
        #expect(inverted > 1_000)
    }

    @Test("is the 40 % of the reference table")
    func golden() throws {
        // S 80,080, K 80,000, tau 900, w 60: p = 0.683824.
        var model = FairValue()
        model.sampling = .continuous
        model.jumpWeightLow = 0
        let implied = try #require(
            ImpliedVolatility.deviation(
                midpoint: 0.683824,
                distance: 80,
                spot: 80_080,
                remaining: 900,
                averaged: 60,
                model: model
            )
        )
        #expect(abs(implied - 0.40) < 1e-5)
    }

    @Test(
        "a price that tells no volatility gives none",
        arguments: [
            (0.5, 80.0, 900.0), (0.59, 80, 900), (0.41, -80, 900),  // Too near to even.
            (0.91, 80, 900), (0.09, -80, 900),  // Too certain.
            (0.7, -80, 900), (0.3, 80, 900), (0.7, 0, 900),  // The other side of the strike.
            (0.7, 80, 120), (0.7, 80, 0), (0.7, 80, -5),  // Too late.
            (.nan, 80, 900), (0.7, .nan, 900), (0.7, 80, .nan),
        ]
    )
    func refused(midpoint: Double, distance: Double, remaining: Double) {
        let implied = ImpliedVolatility.deviation(
            midpoint: midpoint,
            distance: distance,
            spot: 80_000,
            remaining: remaining,
            averaged: 60
        )
        #expect(implied == nil)
    }

    @Test("what is explained by other uncertainty is no volatility")
    func extra() {
        let implied = ImpliedVolatility.deviation(
            midpoint: 0.7,
            distance: 10,
            spot: 80_000,
            remaining: 200,
            averaged: 0,
            extraVariance: 1e4
        )
        #expect(implied == nil)
    }
}
