internal import Foundation
internal import TestSupport
internal import Testing

@testable internal import Trading

@Suite("ImpliedVolatility") struct ImpliedVolatilityTests {
    /// Strategy 2.3 and 2.7, forwards.
    private func price(
        _ sigma: Double,
        distance: Double,
        spot: Double,
        remaining: Double,
        averaging: Double,
        jumpWeight: Double,
        extra: Double
    ) -> Double {
        let perSecond = sigma * spot / 31_557_600.0.squareRoot()
        let variance = perSecond * perSecond * (remaining - 2 * averaging / 3) + extra
        let d = distance / variance.squareRoot()
        return (1 - jumpWeight) * erfc(-d / 2.0.squareRoot()) / 2
            + jumpWeight * erfc(-d / 3 / 2.0.squareRoot()) / 2
    }

    @Test("gives back the volatility that a price was made of")
    func roundTrip() {
        var random = SplitMix64(seed: 7)
        func uniform(_ low: Double, _ high: Double) -> Double {
            low + (high - low) * Double(random.next() >> 11) / 9_007_199_254_740_992
        }
        var inverted = 0
        for row in 0..<5_000 {
            let sigma = uniform(0.1, 2)
            let distance = uniform(-400, 400)
            let remaining = uniform(120.1, 3_600)
            let averaging = row % 2 == 0 ? 60.0 : 0
            let jumpWeight = [0, 0.03, 0.08, 1][row % 4]
            let extra = [0.0, 16][row / 4 % 2]
            let mid = price(
                sigma,
                distance: distance,
                spot: 80_000,
                remaining: remaining,
                averaging: averaging,
                jumpWeight: jumpWeight,
                extra: extra
            )
            let implied = ImpliedVolatility.deviation(
                midpoint: mid,
                distance: distance,
                spot: 80_000,
                remaining: remaining,
                averagingSeconds: averaging,
                jumpWeight: jumpWeight,
                extraVariance: extra
            )
            let isTold = mid > 0.1 && mid < 0.9 && abs(log(mid / (1 - mid))) > 0.4
            #expect((implied != nil) == isTold, "row \(row): \(mid)")
            guard let implied else { continue }
            inverted += 1
            #expect(abs(implied / sigma - 1) < 1e-9, "row \(row): \(implied) for \(sigma)")
        }
        #expect(inverted > 1_000)
    }

    @Test("is the 40 % of the reference table")
    func golden() throws {
        // S 80,080, K 80,000, tau 900, w 60: p = 0.683824.
        let implied = try #require(
            ImpliedVolatility.deviation(
                midpoint: 0.683824,
                distance: 80,
                spot: 80_080,
                remaining: 900,
                averagingSeconds: 60
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
            averagingSeconds: 60
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
            averagingSeconds: 0,
            extraVariance: 1e4
        )
        #expect(implied == nil)
    }
}
