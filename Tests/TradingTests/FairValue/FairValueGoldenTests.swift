internal import Testing

@testable internal import Trading

/// The golden values of strategy 14, to the digits given there.
@Suite("Fair value: golden values") struct FairValueGoldenTests {
    struct Row: Sendable, CustomStringConvertible {
        var spot: Double
        var tau: Double
        var elapsedMean: Double?
        var mean: Double
        var deviation: Double
        var probability: Double
        var probabilityVolatility: Double
        /// With four dollars of basis.
        var blurred: Double
        var description: String { "S \(spot), tau \(tau)" }
    }

    static let rows: [Row] = [
        Row(
            spot: 80_000,
            tau: 900,
            mean: 80_000,
            deviation: 167.0503,
            probability: 0.500000,
            probabilityVolatility: 0.013604,
            blurred: 0.500000
        ),
        Row(
            spot: 80_080,
            tau: 900,
            mean: 80_080,
            deviation: 167.2173,
            probability: 0.683824,
            probabilityVolatility: 0.012133,
            blurred: 0.683775
        ),
        Row(
            spot: 80_080,
            tau: 300,
            mean: 80_080,
            deviation: 91.9430,
            probability: 0.807878,
            probabilityVolatility: 0.016944,
            blurred: 0.807654
        ),
        Row(
            spot: 80_050,
            tau: 120,
            mean: 80_050,
            deviation: 50.9817,
            probability: 0.836641,
            probabilityVolatility: 0.027574,
            blurred: 0.835898
        ),
        Row(
            spot: 80_030,
            tau: 60,
            mean: 80_030,
            deviation: 25.4845,
            probability: 0.880440,
            probabilityVolatility: 0.044615,
            blurred: 0.877575
        ),
        Row(
            spot: 80_030,
            tau: 30,
            elapsedMean: 80_010,
            mean: 80_020,
            deviation: 9.0101,
            probability: 0.986781,
            probabilityVolatility: 0.010740,
            blurred: 0.978760
        ),
        Row(
            spot: 80_020,
            tau: 10,
            elapsedMean: 79_990,
            mean: 79_995,
            deviation: 1.7338,
            probability: 0.001964,
            probabilityVolatility: 0.003416,
            blurred: 0.125712
        ),
        Row(
            spot: 79_990,
            tau: 10,
            elapsedMean: 80_005,
            mean: 80_002.5,
            deviation: 1.7331,
            probability: 0.925416,
            probabilityVolatility: 0.077205,
            blurred: 0.716841
        ),
    ]

    @Test("the table of phases A and B holds", arguments: rows)
    func table(row: Row) throws {
        let input = FairValueSamples.input(
            spot: row.spot,
            secondsToEnd: row.tau,
            elapsedMean: row.elapsedMean
        )
        let model = FairValueSamples.textbook
        let value = try #require(model.estimate(input))
        #expect(value.phase == (row.tau < 60 ? .averaging : .open))
        #expect(abs(value.mean + 80_000 - row.mean) < 1e-9)
        #expect(abs(value.variance.squareRoot() - row.deviation) < 0.51e-4)
        #expect(abs(value.unclampedProbability - row.probability) < 0.51e-6)
        #expect(abs(value.normalProbability - row.probability) < 0.51e-6)
        #expect(abs(value.probabilityVolatility - row.probabilityVolatility) < 0.51e-6)

        var blurred = input
        blurred.basisDeviation = 4
        let second = try #require(model.estimate(blurred))
        #expect(second.extraVariance == 16)
        #expect(second.variance == value.variance)
        #expect(abs(second.unclampedProbability - row.blurred) < 0.51e-6)
    }

    @Test("before the start the opening average so far decides (phase P)")
    func beforeStart() throws {
        // Strategy 14 prints 0.558850 for the first; the formula gives 0.5588536.
        let rows: [(length: Double, r: Double, mean: Double, sd: Double, p: Double)] = [
            (900, 30, 25, 168.847, 0.558854), (900, 1, 49.1667, 167.250, 0.615610),
            (300, 15, 37.5, 93.930, 0.655139),
        ]
        for row in rows {
            let value = try #require(
                FairValueSamples.textbook.estimate(
                    FairValueSamples.input(
                        spot: 80_050,
                        strike: nil,
                        secondsToEnd: row.length + row.r,
                        elapsedMean: 80_000,
                        windowSeconds: row.length
                    )
                )
            )
            #expect(value.phase == .beforeStart)
            #expect(abs(value.mean - row.mean) < 0.51e-4)
            #expect(abs(value.variance.squareRoot() - row.sd) < 0.51e-3)
            #expect(abs(value.unclampedProbability - row.p) < 0.51e-6)
        }
    }

    @Test("before the opening average begins, the value is exactly one half")
    func farAhead() throws {
        for sampling in AverageSampling.allCases {
            var model = FairValue()
            model.sampling = sampling
            for r in [60.0, 61.5, 3_600, 86_400] {
                let input = FairValueSamples.input(
                    spot: 80_123,
                    strike: nil,
                    secondsToEnd: 900 + r
                )
                let value = try #require(model.estimate(input))
                #expect(value.probability == 0.5 && value.slope == 0)
                let seconds = sampling == .continuous ? 880.0 : 900 - 3_599.0 / 180
                let walk = 0.4 * 80_123 / FairValue.secondsPerYear.squareRoot()
                #expect(abs(value.variance / (walk * walk * seconds) - 1) < 1e-9)
            }
        }
    }

    @Test("without an average it is the ordinary digital option")
    func digital() throws {
        let rows: [(spot: Double, tau: Double, p: Double)] = [
            (80_030, 60, 0.752), (80_030, 30, 0.832), (80_020, 10, 0.867), (79_990, 10, 0.289),
        ]
        for model in [FairValueSamples.textbook, FairValueSamples.plain] {
            for row in rows {
                let value = try #require(
                    model.estimate(
                        FairValueSamples.input(
                            spot: row.spot,
                            secondsToEnd: row.tau,
                            averaged: 0
                        )
                    )
                )
                #expect(abs(value.unclampedProbability - row.p) < 0.51e-3)
                #expect(value.phase == .open)
            }
        }
    }

    @Test("one price a second: the variances are those of the sums")
    func everySecond() throws {
        for tau in 1...200 {
            let ahead = AverageAhead(over: 60, endingIn: Double(tau), .everySecond)
            // The variance of a mean, straight from the covariances of its prices.
            let open = (0..<min(tau, 60)).map { Double(tau - $0) }
            var sum = 0.0
            for one in open { for other in open { sum += min(one, other) } }
            #expect(abs(ahead.variance - sum / 3_600) < 1e-9, "tau \(tau)")
            #expect(abs(ahead.covariance - open.reduce(0, +) / 60) < 1e-9, "tau \(tau)")
            let t = Double(tau)
            let published = tau < 60 ? t * (t + 1) * (2 * t + 1) / 21_600 : t - 60 + 20.5
            #expect(abs(ahead.variance - published) < 0.003, "tau \(tau)")
        }
    }
}
