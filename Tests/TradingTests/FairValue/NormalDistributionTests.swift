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

    @Test("the quantile undoes the cumulative probability to 1e-12, from end to end")
    func quantile() {
        for step in -80...80 {
            let x = Double(step) / 10
            let p = NormalDistribution.cumulative(x)
            guard x < 6 else { continue }  // Above, 1 - p has lost the digits.
            #expect(
                abs(NormalDistribution.quantile(p) - x) < 1e-12 * max(1, abs(x))
                    || abs(NormalDistribution.cumulative(NormalDistribution.quantile(p)) - p)
                        < 1e-15,
                "x = \(x)"
            )
        }
        for exponent in stride(from: -1, through: -320, by: -1) {
            let x = NormalDistribution.quantile(
                Double(sign: .plus, exponent: 3 * exponent, significand: 1)
            )
            #expect(x.isFinite && x <= 0 || exponent < -358, "2^\(3 * exponent)")
        }
        #expect(NormalDistribution.quantile(0) == -.infinity)
        #expect(NormalDistribution.quantile(1) == .infinity)
        #expect(abs(NormalDistribution.quantile(0.975) - 1.959963984540054) < 1e-12)
    }

    @Test("log-odds and probabilities undo each other, and neither overflows")
    func logistic() {
        for step in -300...300 {
            let x = Double(step) / 10
            let p = LogisticDistribution.cumulative(x)
            #expect(p >= 0 && p <= 1)
            if x < 15 {
                #expect(abs(LogisticDistribution.quantile(p) - x) < 1e-9, "x = \(x)")
            }
        }
        #expect(LogisticDistribution.cumulative(-2_000) == 0)
        #expect(LogisticDistribution.cumulative(2_000) == 1)
        #expect(LogisticDistribution.quantile(0.5) == 0)
        #expect(abs(LogisticDistribution.quantile(0.8) - 1.386294361119891) < 1e-14)
        #expect(LogisticDistribution.quantile(0) == -.infinity)
        #expect(LogisticDistribution.quantile(1) == .infinity)
    }
}
