internal import Glibc
internal import TestSupport
internal import Testing

@testable internal import Trading

/// The closed forms against simulated prices: a geometric walk in steps of a second, averaged
/// and compared exactly as the settlement does it.
@Suite("Fair value: Monte Carlo") struct FairValueMonteCarloTests {
    static let pathPairs = 15_000
    static let seed: UInt64 = 20_261_124
    /// Standard errors of 30,000 paths are 0.3 cents at one half, and less for opposed pairs.
    static let tolerance = 0.004

    @Test("30,000 paths agree with the model within 0.4 cents in every phase")
    func agreement() throws {
        let rows: [(input: FairValue.Input, won: (borrowing Path) -> Bool)] =
            FairValueGoldenTests.rows.map { row in
                let input = FairValueSamples.input(
                    spot: row.spot,
                    secondsToEnd: row.tau,
                    elapsedMean: row.elapsedMean
                )
                return (input, { $0.closing(row) >= 80_000 })
            } + [
                (
                    FairValueSamples.input(
                        spot: 80_050,
                        strike: nil,
                        secondsToEnd: 930,
                        elapsedMean: 80_000
                    ),
                    { $0.closing(from: 80_050) >= $0.opening(from: 80_050, mean: 80_000) }
                )
            ]
        var wins = [Int](repeating: 0, count: rows.count)
        var random = SplitMix64(seed: Self.seed)
        for _ in 0..<Self.pathPairs {
            let path = Path(&random)
            for index in rows.indices where rows[index].won(path) { wins[index] += 1 }
            let opposed = path.opposed
            for index in rows.indices where rows[index].won(opposed) { wins[index] += 1 }
        }
        for (row, wins) in zip(rows, wins) {
            let value = try #require(FairValueSamples.plain.estimate(row.input))
            let share = Double(wins) / Double(2 * Self.pathPairs)
            #expect(
                abs(share - value.unclampedProbability) < Self.tolerance,
                "S \(row.input.spot), tau \(row.input.secondsToEnd): \(share), seed \(Self.seed)"
            )
        }
    }

    /// Ninety seconds of prices and a long step, as factors of the first price. Every row takes
    /// what it needs of it, so that one set of random numbers serves them all.
    struct Path {
        static let perSecond = 0.40 / FairValue.secondsPerYear.squareRoot()
        /// Logarithms, without drift.
        var steps: [Double]
        var long: Double
        /// Sums of the factors over the first seconds.
        var first10 = 0.0
        var first30 = 0.0
        var first60 = 0.0
        var from31to90 = 0.0

        init(_ random: inout SplitMix64) {
            var normals = [Double]()
            normals.reserveCapacity(92)
            while normals.count < 92 {
                // Box and Muller: two at a time.
                let radius = (-2 * log(Double(random.next() >> 11 | 1) * 0x1p-53)).squareRoot()
                let angle = 2 * Double.pi * Double(random.next() >> 11) * 0x1p-53
                normals.append(radius * cos(angle))
                normals.append(radius * sin(angle))
            }
            self.init(steps: normals.dropLast(2).map { $0 * Self.perSecond }, long: normals[91])
        }

        private init(steps: [Double], long: Double) {
            self.steps = steps
            self.long = long
            var logarithm = 0.0
            for (index, step) in steps.enumerated() {
                logarithm += step - Self.perSecond * Self.perSecond / 2
                let factor = exp(logarithm)
                if index < 10 { first10 += factor }
                if index < 30 { first30 += factor }
                if index < 60 { first60 += factor }
                if index >= 30 { from31to90 += factor }
            }
        }

        var opposed: Path { Path(steps: steps.map { -$0 }, long: -long) }

        /// The closing average of a golden row.
        func closing(_ row: FairValueGoldenTests.Row) -> Double {
            if row.tau >= 60 { return row.spot * lead(row.tau - 60) * first60 / 60 }
            let open = row.tau == 30 ? first30 : first10
            return ((60 - row.tau) * (row.elapsedMean ?? 0) + row.spot * open) / 60
        }

        /// The opening average 30 seconds before the start, and the closing one 900 later.
        func opening(from spot: Double, mean: Double) -> Double {
            (30 * mean + spot * first30) / 60
        }
        func closing(from spot: Double) -> Double { spot * lead(840) * from31to90 / 60 }

        private func lead(_ seconds: Double) -> Double {
            exp(Self.perSecond * (seconds.squareRoot() * long - Self.perSecond * seconds / 2))
        }
    }
}
