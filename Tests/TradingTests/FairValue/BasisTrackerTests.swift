internal import TestSupport
internal import Testing

@testable internal import Trading

@Suite("Basis") struct BasisTrackerTests {
    private func at(_ second: Int) -> Timestamp {
        Timestamp(seconds: 1_790_000_000 + Int64(second))
    }

    @Test("a steady basis is found, and noise of a dollar is averaged out")
    func steady() throws {
        var random = SplitMix64(seed: 5)
        var tracker = BasisTracker()
        #expect(tracker.estimate(at: at(0)) == nil)
        for second in 0..<300 {
            let noise = Double.random(in: -1...1, using: &random)
            #expect(
                (tracker.observe(settlement: 80_024 + noise, own: 80_000, at: at(second))) == true
            )
        }
        let estimate = try #require(tracker.estimate(at: at(300)))
        #expect(abs(estimate.dollars - 24) < 0.3)
        #expect(estimate.deviation == 4)
        #expect(!estimate.isFrozen)
    }

    @Test("half of a change within the band is followed in thirty seconds")
    func halfLife() throws {
        var tracker = BasisTracker()
        for second in 0..<200 {
            // A basis that swings by two dollars has a deviation of two dollars.
            let swing = second % 2 == 0 ? 2.0 : -2
            tracker.observe(settlement: 80_020 + swing, own: 80_000, at: at(second))
        }
        let before = try #require(tracker.estimate(at: at(200))).dollars
        for second in 200..<230 {
            #expect((tracker.observe(settlement: 80_030, own: 80_000, at: at(second))) == true)
        }
        let after = try #require(tracker.estimate(at: at(230))).dollars
        #expect(abs((after - before) / (30 - before) - 0.5) < 1e-6)
    }

    @Test("an outlier beyond six deviations is left out; a level that stays is taken in the end")
    func rejection() throws {
        var tracker = BasisTracker()
        for second in 0..<60 {
            let swing = second % 2 == 0 ? 1.0 : -1
            tracker.observe(settlement: 80_020 + swing, own: 80_000, at: at(second))
        }
        let before = try #require(tracker.estimate(at: at(60))).dollars
        #expect((tracker.observe(settlement: 80_100, own: 80_000, at: at(60))) == false)
        #expect(tracker.estimate(at: at(60))?.dollars == before)
        #expect(tracker.rejections == 1)
        #expect((tracker.observe(settlement: 80_021, own: 80_000, at: at(61))) == true)
        var used: [Int] = []
        for second in 62..<120
        where tracker.observe(settlement: 80_100, own: 80_000, at: at(second)) {
            used.append(second)
        }
        #expect(used.first == 62 + BasisTracker.rejectionsMax + 1)
        #expect(tracker.estimate(at: at(120))?.dollars == 100)
    }

    @Test("a basis that has stood still may still move by a tenth of a basis point")
    func floor() {
        var tracker = BasisTracker()
        for second in 0..<60 { tracker.observe(settlement: 80_020, own: 80_000, at: at(second)) }
        #expect((tracker.observe(settlement: 80_024, own: 80_000, at: at(60))) == true)
        #expect((tracker.observe(settlement: 80_040, own: 80_000, at: at(61))) == false)
    }

    @Test("five seconds without an observation freeze it, and the deviation grows")
    func freeze() throws {
        var tracker = BasisTracker()
        for second in 0...60 { tracker.observe(settlement: 80_020, own: 80_000, at: at(second)) }
        let fresh = try #require(tracker.estimate(at: at(65)))
        #expect(!fresh.isFrozen && fresh.deviation == 4)
        let frozen = try #require(tracker.estimate(at: at(95)))
        #expect(frozen.isFrozen && frozen.dollars == fresh.dollars)
        #expect(abs(frozen.deviation - 4 * 2.0.squareRoot()) < 1e-9)
        #expect(try #require(tracker.estimate(at: at(600))).deviation > frozen.deviation)
    }

    @Test("prices that cannot be of one asset, and no numbers, are left out")
    func nonsense() {
        var tracker = BasisTracker()
        for (settlement, own) in [
            (80_000.0, 3_000.0), (.nan, 80_000), (80_000, .nan), (0, 0), (-1, -1),
            (.infinity, 80_000), (.infinity, .infinity),
        ] {
            #expect((tracker.observe(settlement: settlement, own: own, at: at(0))) == false)
        }
        #expect(tracker.estimate(at: at(0)) == nil)
        #expect(tracker.rejections == 7)
    }
}
