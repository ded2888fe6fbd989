internal import TestSupport
internal import Testing

@testable internal import Trading

@Suite("Volatility") struct VolatilityTests {
    /// The one-second return of a 40 % market.
    private let ordinary = SeededReturns.perSecond(0.40)

    /// A market that goes up and down by one size.
    private func steady(_ annualised: Double = 0.40, seconds: Int = 900) -> Volatility {
        var volatility = Volatility()
        let size = SeededReturns.perSecond(annualised)
        for second in 0..<seconds {
            volatility.observe(second % 2 == 0 ? size : -size, isLogarithmic: true)
        }
        return volatility
    }

    @Test(
        "is known from 15 samples on, and high until the session lets it be decided",
        arguments: [Volatility.samplesNeeded, 40, Volatility.samplesFull]
    )
    func warmUp(decidingAfter: Int64) {
        var volatility = Volatility(decidingAfter: decidingAfter)
        for sample in 1...Volatility.samplesFull {
            volatility.observe(ordinary, isLogarithmic: true)
            #expect(volatility.state == (sample < decidingAfter ? .high : .low))
            #expect(volatility.isWarm == (sample >= Volatility.samplesNeeded))
            #expect(volatility.isSettled == (sample >= Volatility.samplesFull))
        }
        #expect(Volatility().state == .high)
    }

    @Test("annualises the returns it was given")
    func annualises() {
        #expect(abs(steady().annualised - 0.40) < 1e-9)
        #expect(abs(steady(0.55).forecast(remaining: 30) - 0.55) < 1e-9)
    }

    @Test("every missing sample leaves its part of the variance to the prior")
    func priorBlend() {
        var volatility = Volatility(prior: 0.40)
        #expect(abs(volatility.forecast(remaining: 30) - 0.40) < 1e-12)
        let size = SeededReturns.perSecond(0.80)
        for sample in 1...120 {
            volatility.observe(sample % 2 == 0 ? size : -size, isLogarithmic: true)
            let share = Double(sample) / 120
            let expected = (share * 0.64 + (1 - share) * 0.16).squareRoot()
            #expect(abs(volatility.forecast(remaining: 30) - expected) < 1e-9, "sample \(sample)")
        }
    }

    @Test(
        "the forecast stays within its bounds, and a market's implied floor lifts it",
        arguments: [(0.05, 0.0, 0.20), (0.05, 0.33, 0.33), (9.0, 0.0, 3.0), (9.0, 5.0, 3.0)]
    )
    func bounds(measured: Double, implied: Double, forecast: Double) {
        let volatility = steady(measured, seconds: 3_600)
        for remaining in [0.0, 30, 200, 800] {
            let value = volatility.forecast(remaining: remaining, impliedFloor: implied)
            #expect(abs(value - forecast) < 1e-12)
        }
    }

    @Test("a short time that remains follows the last seconds, a long one the quarter of an hour")
    func horizons() {
        var volatility = steady(0.40, seconds: 3_600)
        let size = SeededReturns.perSecond(0.70)
        for second in 0..<30 {
            volatility.observe(second % 2 == 0 ? size : -size, isLogarithmic: true)
        }
        // Two half-lives of the fast mean, a quarter of the middle one, a thirtieth of the slow one.
        let fast = 0.16 + (0.49 - 0.16) * 0.75
        let middle = 0.16 + (0.49 - 0.16) * (1 - 0.840896415253714)
        let slow = 0.16 + (0.49 - 0.16) * (1 - 0.977159968434245)
        let short = (0.5 * fast + 0.35 * middle + 0.15 * slow).squareRoot()
        #expect(abs(volatility.forecast(remaining: 59) - short) < 1e-3)
        let at = [59.0, 60, 300, 301].map { volatility.forecast(remaining: $0) }
        #expect(at[0] > at[1] && at[1] == at[2] && at[2] > at[3])
        for remaining in [10.0, 100, 1_000] {
            let weights = VolatilityHorizon.weights(remaining: remaining)
            let sum = weights.fast + weights.middle + weights.slow + weights.long
            #expect(abs(sum - 1) < 1e-12)
        }
    }

    @Test(
        "a diffusion is estimated without bias, on seconds that are whole and on ones that are not"
    )
    func unbiased() {
        for (name, steps) in [("whole", [1.0]), ("irregular", [0.5, 1, 2, 1, 4])] {
            var squares = 0.0
            var count = 0.0
            for seed in 0..<200 as Range<UInt64> {
                var returns = SeededReturns(seed: seed)
                var volatility = Volatility()
                for sample in 0..<600 {
                    let seconds = steps[sample % steps.count]
                    let change = returns.next(0.50, over: seconds)
                    volatility.observe(change, over: seconds, isLogarithmic: true)
                }
                let forecast = volatility.forecast(remaining: 200)
                #expect(forecast > 0.35 && forecast < 0.85, "seed \(seed), \(name)")
                squares += volatility.annualised * volatility.annualised
                count += 1
            }
            let mean = (squares / count).squareRoot()
            #expect(abs(mean / 0.50 - 1) < 0.02, "\(name): \(mean)")
        }
    }

    @Test("a jump is told from a diffusion of the same variance, and is not forecast to go on")
    func jumpSeparation() {
        var diffusionShares = 0.0
        for seed in 0..<100 as Range<UInt64> {
            var returns = SeededReturns(seed: seed)
            var calm = Volatility()
            for _ in 0..<600 { calm.observe(returns.next(0.40), isLogarithmic: true) }
            diffusionShares += calm.jumpShare
            #expect(calm.jumpShare < 0.4, "seed \(seed)")

            var jumpy = calm
            jumpy.observe(ordinary * 20, isLogarithmic: true)
            for _ in 0..<10 { jumpy.observe(returns.next(0.40), isLogarithmic: true) }
            #expect(jumpy.jumpShare > 0.5, "seed \(seed)")
            #expect(jumpy.state == .high, "seed \(seed)")
            // Measured with its jump, two minutes look more than half again as wild.
            #expect(jumpy.annualised > 1.4 * calm.annualised, "seed \(seed)")
            let forecast = jumpy.forecast(remaining: 200)
            #expect(forecast < 2 * 0.40, "seed \(seed): \(forecast)")
        }
        #expect(diffusionShares / 100 < 0.06)
    }

    @Test("a smoothed feed is scaled up to what its price travels")
    func smoothedFeed() {
        var ratio = 0.0
        var forecasts = 0.0
        for seed in 0..<100 as Range<UInt64> {
            var returns = SeededReturns(seed: seed)
            var volatility = Volatility()
            var last = returns.next(0.50)
            for _ in 0..<3_600 {
                // The mean of two prices: half the variance a second, all of it in the long run.
                let next = returns.next(0.50)
                volatility.observe((last + next) / 2, isLogarithmic: true)
                last = next
            }
            ratio += volatility.stepRatio / 100
            let forecast = volatility.forecast(remaining: 250)
            forecasts += forecast * forecast / 100
        }
        // Ten seconds of it: (10 - 1/2) / (10 / 2) = 1.9.
        #expect(abs(ratio - 1.9) < 0.06)
        #expect(abs(forecasts.squareRoot() / 0.50 - 1) < 0.05)
    }

    @Test("a gap is no return, and nothing is multiplied across it")
    func gaps() {
        var volatility = steady()
        let before = volatility
        volatility.observe(0.05, over: 60, isLogarithmic: true)
        #expect(volatility.samples == before.samples)
        #expect(volatility.annualised == before.annualised)
        #expect(volatility.state == before.state)
        for invalid in [Double.nan, .infinity, -.infinity, 1.01] {
            volatility.observe(invalid, isLogarithmic: true)
        }
        for seconds in [0.0, -1, .nan, .infinity] {
            volatility.observe(ordinary, over: seconds, isLogarithmic: true)
        }
        #expect(volatility.samples == before.samples)
    }

    @Test("whatever comes in, what goes out is a positive number within the bounds")
    func total() {
        for seed in 0..<300 as Range<UInt64> {
            var random = SplitMix64(seed: seed)
            var volatility = Volatility(prior: seed % 2 == 0 ? 0.01 : 4)
            for step in 0..<300 {
                let exponent = Int(random.next() % 40) - 34
                let sign: FloatingPointSign = random.next() % 2 == 0 ? .plus : .minus
                let size = Double(sign: sign, exponent: exponent, significand: 1.5)
                let change = [0, size, size, .nan, 1e200][Int(random.next() % 5)]
                let seconds = [1.0, 1, 0.1, 5, 1e-9, 30][Int(random.next() % 6)]
                volatility.observe(change, over: seconds, isLogarithmic: step % 7 != 0)
                if random.next() % 20 == 0 { volatility.noteGap() }
                for remaining in [0.0, 60, 500] {
                    let forecast = volatility.forecast(remaining: remaining)
                    let isIn = forecast >= 0.20 && forecast <= 3.0
                    #expect(isIn, "seed \(seed), step \(step): \(forecast)")
                }
                let share = volatility.jumpShare
                #expect(share >= 0 && share <= 1, "seed \(seed), step \(step): \(share)")
            }
        }
    }

    @Test("two seconds of twice the usual movement are high; calm must last before it is low again")
    func hysteresis() {
        var volatility = steady()
        var seconds = 0
        while volatility.state == .low && seconds < 60 {
            volatility.observe(ordinary * 4, isLogarithmic: true)
            seconds += 1
        }
        #expect(volatility.state == .high)
        #expect(seconds >= 2 && seconds < 20)
        for _ in 0..<29 { volatility.observe(ordinary / 2, isLogarithmic: true) }
        #expect(volatility.state == .high)
        for _ in 0..<120 { volatility.observe(ordinary / 2, isLogarithmic: true) }
        #expect(volatility.state == .low)
    }

    @Test("one return beyond five deviations is a jump; one within is not")
    func jump() {
        var volatility = steady()
        var within = volatility
        volatility.observe(ordinary * 5.1, isLogarithmic: true)
        within.observe(ordinary * 4.9, isLogarithmic: true)
        #expect(volatility.state == .high && within.state == .low)
    }

    @Test("a level above 80 % a year is high for a reference, and no measure for a midpoint")
    func level() {
        var reference = Volatility()
        var midpoint = Volatility()
        for _ in 0..<200 {
            reference.observe(ordinary * 2.2, isLogarithmic: true)
            midpoint.observe(ordinary * 2.2, isLogarithmic: false)
        }
        #expect(reference.state == .high)
        #expect(midpoint.state == .low)
    }

    @Test("a market that does not move at all is not high, and one that ticks rarely has no jumps")
    func still() {
        var volatility = Volatility()
        for _ in 0..<200 { volatility.observe(0, isLogarithmic: true) }
        #expect(volatility.state == .low)
        for second in 0..<200 {
            volatility.observe(second % 10 == 0 ? ordinary : 0, isLogarithmic: true)
            #expect(volatility.jumpShare == 0)
        }
    }
}
