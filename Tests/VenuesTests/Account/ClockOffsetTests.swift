internal import TestSupport
internal import Testing
internal import Trading
internal import Venues

private let noon = Timestamp(nanoseconds: 1_790_000_000_000_000_000)

@Suite struct ClockOffsetTests {
    @Test("nothing is known before the first answer")
    func nothing() {
        let offset = ClockOffset()
        #expect(offset.estimate == nil && offset.uncertainty == nil)
        #expect(offset.certainDistance == nil && offset.sampleCount == 0)
    }

    @Test("an answer bounds the offset by its round trip and its resolution")
    func bounds() {
        var offset = ClockOffset()
        offset.take(
            sent: noon,
            received: noon + .milliseconds(40),
            told: noon + .milliseconds(30),
            resolution: .milliseconds(1)
        )
        #expect(offset.lowest == .milliseconds(-10) && offset.highest == .milliseconds(31))
        #expect(offset.certainDistance == .zero)
        offset.take(
            sent: noon + .seconds(1),
            received: noon + .milliseconds(1_010),
            told: noon + .milliseconds(1_015),
            resolution: .milliseconds(1)
        )
        #expect(offset.lowest == .milliseconds(5) && offset.highest == .milliseconds(16))
        #expect(offset.certainDistance == .milliseconds(5) && offset.sampleCount == 2)
    }

    @Test("a clock that was stepped in between is measured anew")
    func step() {
        var offset = ClockOffset()
        for (told, low) in [(0, -10), (5_000, 4_990), (-3_000, -3_010)] as [(Int64, Int64)] {
            offset.take(
                sent: noon,
                received: noon + .milliseconds(10),
                told: noon + .milliseconds(told),
                resolution: .milliseconds(1)
            )
            #expect(offset.lowest == .milliseconds(low) && offset.sampleCount == 1)
        }
        #expect(offset.certain == .milliseconds(-2_999))
        #expect(offset.certainDistance == .milliseconds(2_999))
    }

    @Test("the truth is inside, for any clocks, ways and resolutions; whole seconds do")
    func truth() {
        for seed in 1...200 as ClosedRange<UInt64> {
            var random = SplitMix64(seed: seed)
            let truth = Int64.random(in: -3_000_000_000...3_000_000_000, using: &random)
            let resolution: Int64 = seed % 2 == 0 ? 1_000_000_000 : 1_000_000
            var offset = ClockOffset()
            var now = noon.nanoseconds
            for _ in 0..<8 {
                now += Int64.random(in: 100_000_000...400_000_000, using: &random)
                let there = Int64.random(in: 0...80_000_000, using: &random)
                let back = Int64.random(in: 0...80_000_000, using: &random)
                let venue = now + there + truth
                offset.take(
                    sent: Timestamp(nanoseconds: now),
                    received: Timestamp(nanoseconds: now + there + back),
                    told: Timestamp(nanoseconds: venue / resolution * resolution),
                    resolution: Duration(nanoseconds: resolution)
                )
                now += there + back
            }
            let known = Duration(nanoseconds: truth)
            let (low, high) = (offset.lowest ?? known, offset.highest ?? known)
            #expect(low <= known && known <= high, "seed \(seed)")
            #expect(offset.sampleCount == 8, "seed \(seed)")
            let width = (offset.uncertainty ?? .zero).nanoseconds
            #expect(width <= (resolution == 1_000_000 ? 81_000_000 : 350_000_000), "seed \(seed)")
        }
    }
}
