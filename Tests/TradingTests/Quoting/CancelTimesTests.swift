internal import TestSupport
internal import Testing

@testable internal import Trading

@Suite("Cancel times") struct CancelTimesTests {
    @Test("a hundred milliseconds are assumed until twenty answers have been seen")
    func assumed() {
        var times = CancelTimes()
        for number in 1...19 {
            times.add(.milliseconds(Int64(number)))
            #expect(times.percentile95 == .milliseconds(100))
        }
        times.add(.milliseconds(20))
        #expect(times.percentile95 == .milliseconds(19))
    }

    @Test("the figure is the 95th percentile of the newest 64, by nearest rank")
    func percentile() {
        for seed in UInt64(1)...20 {
            var random = SplitMix64(seed: seed)
            var times = CancelTimes()
            var all: [Int64] = []
            for _ in 0..<300 {
                // Few different values, so that equal ones leave in the right number.
                let value = Int64.random(in: 0...40, using: &random) * 1_000_000
                all.append(value)
                times.add(Duration(nanoseconds: value))
                let newest = all.suffix(64).sorted()
                #expect(times.count == newest.count)
                guard newest.count >= 20 else { continue }
                // The least value that at least 95 of 100 do not exceed.
                let expected = newest.first { limit in
                    newest.count { $0 <= limit } * 100 >= newest.count * 95
                }
                #expect(times.percentile95.nanoseconds == expected, "seed \(seed), \(all.count)")
            }
        }
    }

    @Test("a clock that stood still gives zero, never less")
    func negative() {
        var times = CancelTimes()
        for _ in 0..<30 { times.add(.milliseconds(-5)) }
        #expect(times.percentile95 == .zero)
    }
}
