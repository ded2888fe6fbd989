internal import TestSupport
internal import Testing

@testable internal import Trading

@Suite("Fair value: properties") struct FairValueTests {
    private static let models: [FairValue] = {
        var continuous = FairValue()
        continuous.sampling = .continuous
        return [.standard, continuous]
    }()

    private func value(_ model: FairValue, _ input: FairValue.Input) throws
        -> FairValue.Estimate
    { try #require(model.estimate(input)) }

    @Test("mirrored about the strike, the two values add up to one")
    func symmetry() throws {
        for model in Self.models {
            for tau in [850.0, 300, 61, 45, 12.5, 1, 0.25] {
                for distance in [0.0, 1, 7, 40, 300] {
                    // Equal variance on both sides: the volatility is a share of the spot.
                    var above = FairValueSamples.input(spot: 80_000 + distance, secondsToEnd: tau)
                    above.elapsedMean = 80_003
                    var below = FairValueSamples.input(spot: 80_000 - distance, secondsToEnd: tau)
                    below.elapsedMean = 79_997
                    below.volatility = above.volatility * above.spot / below.spot
                    let one = try value(model, above)
                    let other = try value(model, below)
                    let sum = one.unclampedProbability + other.unclampedProbability
                    #expect(abs(sum - 1) < 1e-12, "tau \(tau), distance \(distance)")
                    #expect(abs(one.probability + other.probability - 1) < 1e-12)
                    #expect(abs(one.uncertainty - other.uncertainty) < 1e-12)
                }
            }
        }
    }

    @Test("the value rises with the spot and falls with the strike")
    func monotony() throws {
        for model in Self.models {
            for tau in [920.0, 600, 100, 59, 20, 3] {
                var previous = -1.0
                for step in -60...60 {
                    var input = FairValueSamples.input(
                        spot: 80_000 + 2 * Double(step),
                        secondsToEnd: tau,
                        basisDeviation: 4
                    )
                    input.elapsedMean = 80_001
                    let p = try value(model, input).unclampedProbability
                    #expect(p > previous, "tau \(tau), step \(step)")
                    previous = p
                    guard tau < 900 else { continue }
                    input.strike = 80_001
                    #expect(try value(model, input).unclampedProbability < p)
                }
            }
        }
    }

    @Test("the slope and the probability's volatility are those of the value itself")
    func slope() throws {
        for model in Self.models {
            for tau in [915.0, 700, 90, 60, 33, 8] {
                var input = FairValueSamples.input(
                    spot: 80_006,
                    secondsToEnd: tau,
                    elapsedMean: 80_002,
                    basisDeviation: 3
                )
                let walk = 0.4 * input.spot / FairValue.secondsPerYear.squareRoot()
                let now = try value(model, input)
                // The volatility in dollars stays what it is.
                let perDollar = input.volatility * input.spot
                func moved(_ dollars: Double) throws -> Double {
                    input.spot = 80_006 + dollars
                    input.volatility = perDollar / input.spot
                    return try value(model, input).unclampedProbability
                }
                let measured = (try moved(0.01) - moved(-0.01)) / 0.02
                #expect(abs(measured / now.slope - 1) < 1e-5, "tau \(tau)")
                #expect(abs(now.probabilityVolatility / (walk * now.slope) - 1) < 1e-12)
            }
        }
    }

    @Test("the value does not jump where the phases meet, nor between two whole seconds")
    func continuity() throws {
        let hair = 1e-9
        for model in Self.models {
            // From A to B at tau = 60, and at every second of B and P.
            for tau in [60.0, 59, 31, 2, 1] {
                // Just before and after a second closes at the spot's price.
                let elapsed = 60 - tau
                let before = FairValueSamples.input(
                    spot: 80_010,
                    secondsToEnd: tau + hair,
                    elapsedMean: 80_002
                )
                // With one price a second, the last elapsed one is new.
                let isNew = model.sampling == .everySecond && elapsed > 0
                let after = FairValueSamples.input(
                    spot: 80_010,
                    secondsToEnd: tau - hair,
                    elapsedMean: isNew ? ((elapsed - 1) * 80_002 + 80_010) / elapsed : 80_002
                )
                let one = try value(model, before)
                let other = try value(model, after)
                #expect(abs(one.mean - other.mean) < 1e-6, "tau \(tau)")
                #expect(
                    abs(one.unclampedProbability - other.unclampedProbability) < 1e-5,
                    "tau \(tau)"
                )
            }
            // From P to A: the opening average is the strike.
            let last = try value(
                model,
                FairValueSamples.input(
                    spot: 80_010,
                    strike: nil,
                    secondsToEnd: 900 + hair,
                    elapsedMean: 80_000
                )
            )
            var strike = 80_000.0
            if model.sampling == .everySecond { strike = (59 * 80_000 + 80_010) / 60 }
            let first = try value(
                model,
                FairValueSamples.input(spot: 80_010, strike: strike, secondsToEnd: 900)
            )
            #expect(last.phase == .beforeStart && first.phase == .open)
            #expect(abs(last.mean - first.mean) < 1e-6)
            #expect(abs(last.unclampedProbability - first.unclampedProbability) < 1e-6)
        }
    }

    @Test("towards the end the value becomes a step; at the end it is the outcome, a tie Up")
    func step() throws {
        for model in Self.models {
            for distance in [-0.5, 0.5] {
                let input = FairValueSamples.input(
                    spot: 80_000,
                    secondsToEnd: 1e-6,
                    elapsedMean: 80_000 + distance
                )
                let p = try value(model, input).unclampedProbability
                #expect(abs(p - (distance > 0 ? 1 : 0)) < 1e-9)
            }
            for (mean, outcome) in [(79_999.99, 0.0), (80_000, 1), (80_000.01, 1)] {
                for late in [0.0, -1, -600] {
                    let input = FairValueSamples.input(
                        spot: 70_000,
                        secondsToEnd: late,
                        elapsedMean: mean,
                        basisDeviation: 4
                    )
                    let end = try value(model, input)
                    #expect(end.phase == .ended && end.probability == outcome)
                }
            }
        }
    }

    @Test("an average that ends early is decided early, but no surer than our price is")
    func lag() throws {
        var input = FairValueSamples.input(spot: 79_000, secondsToEnd: 1.5, elapsedMean: 80_002)
        input.lag = 2
        let sure = try value(.standard, input)
        #expect(sure.phase == .averaging && sure.unclampedProbability > 0.999)
        #expect(sure.slope == 0 && sure.probability == 0.97)
        input.basisDeviation = 4
        let unsure = try value(FairValueSamples.plain, input)
        #expect(abs(unsure.unclampedProbability - NormalDistribution.cumulative(0.5)) < 1e-12)
        // Everything else is as if it were two seconds later.
        input.secondsToEnd = 102
        var later = input
        later.secondsToEnd = 100
        later.lag = 0
        #expect(try value(.standard, input) == value(.standard, later))
    }

    @Test("extra variance: basis, strike and the age of the price, by the weight it has")
    func extraVariance() throws {
        var input = FairValueSamples.input(spot: 80_010, secondsToEnd: 300)
        input.basisDeviation = 3
        input.strikeDeviation = 12
        input.referenceAge = 2
        let walk = 0.4 * 80_010 / FairValue.secondsPerYear.squareRoot()
        let open = try value(.standard, input)
        #expect(abs(open.extraVariance - (9 + 144 + 2 * walk * walk)) < 1e-9)
        // A price that is two seconds old is the value two seconds ago.
        input.basisDeviation = 0
        input.strikeDeviation = 0
        var earlier = input
        earlier.referenceAge = 0
        earlier.secondsToEnd = 302
        let aged = try value(.standard, input).unclampedProbability
        #expect(abs(aged - (try value(.standard, earlier).unclampedProbability)) < 1e-12)
        // In the averaging window a sixth of the price is open, and a sixth of its age matters.
        input.secondsToEnd = 10
        input.elapsedMean = 80_001
        let late = try value(.standard, input)
        #expect(abs(late.extraVariance - 2 * walk * walk / 36) < 1e-9)
        // Before the start there is no strike to be wrong.
        input.secondsToEnd = 930
        input.referenceAge = 0
        input.strikeDeviation = 12
        #expect(try value(.standard, input).extraVariance == 0)
    }

    @Test("uncertainty is half of what 15 % of volatility either way makes, none at the strike")
    func uncertainty() throws {
        var input = FairValueSamples.input(spot: 80_080, secondsToEnd: 300)
        let now = try value(.standard, input)
        input.volatility = 0.40 * 1.15
        let wide = try value(.standard, input).unclampedProbability
        input.volatility = 0.40 * 0.85
        let narrow = try value(.standard, input).unclampedProbability
        #expect(abs(now.uncertainty - (narrow - wide) / 2) < 1e-12)
        #expect(now.uncertainty > 0.03)
        let even = FairValueSamples.input(spot: 80_000, secondsToEnd: 300)
        #expect(try value(.standard, even).uncertainty == 0)
    }

    @Test("the jump component pulls towards one half, more so when volatile; clamps bound it")
    func mixtureAndClamps() throws {
        var input = FairValueSamples.input(spot: 80_400, secondsToEnd: 300)
        let low = try value(.standard, input)
        input.volState = .high
        let high = try value(.standard, input)
        #expect(low.normalProbability == high.normalProbability)
        #expect(low.normalProbability > low.unclampedProbability)
        #expect(low.unclampedProbability > high.unclampedProbability)
        let d = low.deviations
        let expected =
            0.97 * NormalDistribution.cumulative(d) + 0.03 * NormalDistribution.cumulative(d / 3)
        #expect(abs(low.unclampedProbability - expected) < 1e-15)

        var calibrated = FairValue()
        calibrated.certaintyMax = 1
        calibrated.jumpWeightLow = 0
        input.volState = .low
        for (spot, sign) in [(81_000.0, 1.0), (79_000, -1)] {
            input.spot = spot
            let capped = try value(.standard, input).probability
            #expect(abs(capped - (0.5 + sign * 0.47)) < 1e-12)
            #expect(abs(try value(calibrated, input).probability - (0.5 + sign * 0.49)) < 1e-12)
            input.tick = 0.05
            #expect(abs(try value(calibrated, input).probability - (0.5 + sign * 0.45)) < 1e-12)
            input.tick = 0.01
        }
    }

    @Test("what a phase needs must be there")
    func missing() {
        var input = FairValueSamples.input(spot: 80_000, strike: nil, secondsToEnd: 500)
        #expect(FairValue.standard.estimate(input) == nil, "no strike")
        input.strike = 80_000
        #expect(FairValue.standard.estimate(input) != nil)
        input.secondsToEnd = 30
        #expect(FairValue.standard.estimate(input) == nil, "no elapsed mean")
        input.secondsToEnd = 930
        #expect(FairValue.standard.estimate(input) == nil, "no opening mean")
        input.secondsToEnd = 70
        input.windowSeconds = 50
        input.elapsedMean = 80_000
        #expect(FairValue.standard.estimate(input) == nil, "averages that overlap")
    }

    @Test("no input, however absurd, gives anything but a probability or nothing")
    func extremes() {
        let seed: UInt64 = 99
        var random = SplitMix64(seed: seed)
        let odd: [Double] = [
            0, -0.0, 1, -1, 1e-300, 1e-12, 1e12, 1e300, .infinity, -.infinity, .nan,
            .leastNonzeroMagnitude,
            .greatestFiniteMagnitude, 60, 59.999999999, 900, 80_000, 0.4,
        ]
        func pick() -> Double {
            if random.next() % 3 == 0 { return odd[Int(random.next() % UInt64(odd.count))] }
            let power = Double.random(in: -15...15, using: &random)
            let digits = Double.random(in: 1...10, using: &random)
            return digits * Double(sign: .plus, exponent: Int(power * 3), significand: 1)
        }
        var estimates = 0
        for index in 0..<60_000 {
            var input = FairValueSamples.input(spot: pick(), secondsToEnd: pick())
            if index % 2 == 0 { input.spot = 80_000 * (1 + 1e-3 * Double(index % 7)) }
            if index % 3 == 0 { input.secondsToEnd = Double(index % 1_000) - 20 + 1e-7 }
            input.strike = index % 5 == 0 ? nil : index % 5 < 3 ? 80_000 : pick()
            if index % 4 == 0 { input.elapsedMean = pick() }
            if index % 7 == 0 { input.volatility = pick() }
            if index % 11 == 0 { input.windowSeconds = pick() }
            if index % 13 == 0 { input.averaged = Int(random.next() % 200) - 20 }
            if index % 17 == 0 { input.basisDeviation = pick() }
            if index % 19 == 0 { input.referenceAge = pick() }
            if index % 23 == 0 { input.strikeDeviation = pick() }
            if index % 29 == 0 { input.tick = pick() }
            if index % 31 == 0 { input.lag = pick() }
            for model in Self.models {
                guard let value = model.estimate(input) else { continue }
                estimates += 1
                let isSound =
                    (0...1).contains(value.probability)
                    && (0...1).contains(value.unclampedProbability)
                    && (0...1).contains(value.normalProbability)
                    && (0...1).contains(value.uncertainty)
                    && value.mean.isFinite && value.variance.isFinite && value.variance >= 0
                    && value.extraVariance.isFinite && value.extraVariance >= 0
                    && abs(value.deviations) <= 40
                    && value.slope.isFinite && value.slope >= 0
                    && value.probabilityVolatility.isFinite && value.probabilityVolatility >= 0
                #expect(isSound, "seed \(seed), case \(index): \(input) gave \(value)")
            }
        }
        #expect(estimates > 10_000)
    }
}
