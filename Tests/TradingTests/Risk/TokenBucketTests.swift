internal import TestSupport
internal import Testing

@testable internal import Trading

@Suite("TokenBucket") struct TokenBucketTests {
    @Test("it gives exactly what a meter of arrival times allows, on random arrivals")
    func oracle() {
        for seed: UInt64 in 0..<200 {
            var random = SplitMix64(seed: seed)
            let rate = ([1, 4, 10, 20, 1_000] as [Int64]).randomElement(using: &random) ?? 1
            let burst = Int64.random(in: 1...30, using: &random)
            var bucket = TokenBucket(ratePerSecond: rate, burst: burst)
            // The generic cell rate algorithm: the theoretical arrival of the next token.
            let interval = 1_000_000_000 / rate
            var theoretical = Int64.min / 2
            var now: Int64 = 5_000_000_000
            for step in 0..<500 {
                let gap = Int64.random(in: 0...(3 * interval), using: &random)
                now += Bool.random(using: &random) ? gap : 0
                let isAllowed = theoretical - now <= (burst - 1) * interval
                if isAllowed { theoretical = max(theoretical, now) + interval }
                let isTaken = bucket.take(at: Timestamp(nanoseconds: now))
                #expect(isTaken == isAllowed, "seed \(seed), step \(step)")
            }
        }
    }

    @Test("a debt is paid back before the next token is given, and is no deeper than the bucket")
    func debt() {
        var bucket = TokenBucket(ratePerSecond: 1, burst: 2)
        for _ in 0..<100 { bucket.force(at: Timestamp(seconds: 10)) }
        var holds = bucket.holdsToken(at: Timestamp(seconds: 12))
        #expect(!holds)
        holds = bucket.holdsToken(at: Timestamp(seconds: 13))
        #expect(holds)
    }

    @Test("neither centuries of silence nor a clock that steps back break it")
    func clock() {
        var bucket = TokenBucket(ratePerSecond: 1_000_000, burst: 1_000_000)
        var taken = bucket.take(at: Timestamp(nanoseconds: 0))
        #expect(taken)
        taken = bucket.take(at: Timestamp(nanoseconds: .max))
        #expect(taken)
        taken = bucket.take(at: Timestamp(nanoseconds: 0))
        #expect(taken)
    }
}
