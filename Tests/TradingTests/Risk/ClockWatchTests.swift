import Testing

@testable internal import Trading

@Suite("ClockWatch") struct ClockWatchTests {
    private static let second: Int64 = 1_000_000_000

    /// Reads both clocks each second; `wall` is what is added to the wall clock from then on.
    private func told(_ steps: [Int: Int64], seconds: Int = 40) -> [Int: Int64] {
        var watch = ClockWatch()
        var added: Int64 = 1_790_000_000 * Self.second
        var told: [Int: Int64] = [:]
        for second in 0..<seconds {
            added += steps[second] ?? 0
            let monotonic = Int64(second) * Self.second
            if let drift = watch.note(wall: monotonic + added, monotonic: monotonic) {
                told[second] = drift.nanoseconds / 1_000_000
            }
        }
        return told
    }

    @Test("a step is told for ten seconds, and forgotten then")
    func step() {
        for step in [-2_000, -101, 101, 2_000] as [Int64] {
            let told = told([15: step * 1_000_000])
            #expect(Set(told.keys) == Set(15...24), "\(step)")
            #expect(told.values.allSatisfy { $0 == step })
        }
    }

    @Test("what a time service does to a clock is not told: a hundred milliseconds in ten seconds")
    func slew() {
        #expect(told([15: 100_000_000]).isEmpty)
        let slewed = Dictionary(uniqueKeysWithValues: (1..<40).map { ($0, Int64(9_900_000)) })
        #expect(told(slewed).isEmpty)
    }

    @Test("a clock that runs away is told once it has gone too far within ten seconds")
    func drift() {
        let drifting = Dictionary(uniqueKeysWithValues: (1..<40).map { ($0, Int64(11_000_000)) })
        let told = told(drifting)
        #expect(told.keys.min() == 10 && told.count == 30)
    }

    @Test("the first reading, and one after a long silence, tell nothing")
    func silence() {
        var watch = ClockWatch()
        #expect(watch.note(wall: 5, monotonic: 0) == nil)
        #expect(watch.note(wall: 90 * Self.second, monotonic: 11 * Self.second) == nil)
    }
}
