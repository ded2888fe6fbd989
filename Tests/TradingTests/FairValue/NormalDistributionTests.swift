internal import Testing

@testable internal import Trading

@Suite("Normal distribution") struct NormalDistributionTests {
    @Test("the cumulative probability has the known values, the far tail included")
    func cumulative() {
        // Abramowitz and Stegun, table 26.1; the tail from the asymptotic series 26.2.12.
        let known: [(x: Double, p: Double)] = [
            (0, 0.5), (1, 0.841344746068543), (1.96, 0.975002104851780),
            (2, 0.977249868051821), (3, 0.998650101968370), (-1, 0.158655253931457),
            (-10, 7.619853024160527e-24),
        ]
        for (x, p) in known {
            #expect(abs(NormalDistribution.cumulative(x) / p - 1) < 1e-12, "x = \(x)")
        }
        #expect(NormalDistribution.cumulative(-.infinity) == 0)
        #expect(NormalDistribution.cumulative(.infinity) == 1)
    }

    @Test("the density is the slope of the cumulative probability")
    func density() {
        for step in -40...40 {
            let x = Double(step) / 10
            let h = 1e-5
            let slope =
                (NormalDistribution.cumulative(x + h) - NormalDistribution.cumulative(x - h))
                / (2 * h)
            #expect(abs(slope - NormalDistribution.density(x)) < 1e-9, "x = \(x)")
        }
        #expect(abs(NormalDistribution.density(0) - 0.398942280401433) < 1e-15)
    }
}

@Suite("Log-odds") struct LogOddsTests {
    @Test("log-odds and probabilities undo each other, and neither overflows")
    func inverse() {
        for step in -300...300 {
            let x = Double(step) / 10
            let p = LogOdds.probability(x)
            #expect(p >= 0 && p <= 1 && abs(p + LogOdds.probability(-x) - 1) < 1e-15)
            // Beyond, a probability counts as the nearest that is told apart from certainty.
            let bounded = min(max(x, -9.2102403669758), 9.2102403669758)
            #expect(abs(LogOdds.of(p) - bounded) < 1e-9, "x = \(x)")
        }
        #expect(LogOdds.probability(-2_000) == 0)
        #expect(LogOdds.probability(2_000) == 1)
        #expect(LogOdds.of(0.5) == 0)
        #expect(abs(LogOdds.of(0.8) - 1.386294361119891) < 1e-14)
        #expect(abs(LogOdds.of(0) + LogOdds.of(1)) < 1e-9 && LogOdds.of(1).isFinite)
    }

    @Test("the integral's slope is the probability")
    func integral() {
        for step in -40...40 {
            let x = Double(step) / 2
            let slope = (LogOdds.integral(x + 1e-4) - LogOdds.integral(x - 1e-4)) / 2e-4
            #expect(abs(slope - LogOdds.probability(x)) < 1e-7)
        }
        #expect(LogOdds.integral(-2_000) == 0 && LogOdds.integral(2_000) == 2_000)
    }
}

@Suite("Jump mixture") struct JumpMixtureTests {
    @Test("quantile and probability undo each other; the density is the slope")
    func inverse() {
        for weight in [0.0, 0.03, 0.08, 0.5] {
            let mixture = JumpMixture(weight: weight, scale: 3)
            for step in 0...40 {
                let p = 0.5 + Double(step) / 100
                let d = mixture.upperQuantile(p)
                #expect(abs(mixture.cumulative(d) - p) < 1e-12, "p = \(p)")
                let slope = (mixture.cumulative(d + 1e-5) - mixture.cumulative(d - 1e-5)) / 2e-5
                #expect(abs(slope - mixture.density(d)) < 1e-8)
            }
        }
    }
}
