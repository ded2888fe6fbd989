internal import Testing

@testable internal import Trading

@Suite("Strike") struct StrikeWatchTests {
    private let start = Timestamp(seconds: 1_790_000_100)
    private let price = ReferencePrice(raw: 7_820_930_424_402)

    private func watch(allowsReconstruction: Bool = false, listed: Int64 = -600) -> StrikeWatch {
        StrikeWatch(
            windowStart: start,
            listedAt: start + .seconds(listed),
            allowsReconstruction: allowsReconstruction
        )
    }

    @Test("every source of the venue is enough, our own reconstruction only where allowed")
    func sources() {
        for source in StrikeSource.allCases {
            for isAllowed in [false, true] {
                var watch = watch(allowsReconstruction: isAllowed)
                #expect(watch.standing(at: start) == .awaiting)
                #expect(watch.offer(price, from: source, at: start + .seconds(2)) == .adopted)
                let expected: StrikeWatch.Standing =
                    source.isVerified || isAllowed
                    ? .usable(Strike(price: price, source: source)) : .awaiting
                #expect(watch.standing(at: start + .seconds(2)) == expected)
                #expect(watch.strike?.price == price)
            }
        }
        #expect(!StrikeSource.ownReconstruction.isVerified)
        #expect(Strike(price: price, source: .site).deviation == 0)
        let own = Strike(price: price, source: .ownReconstruction)
        #expect(abs(own.deviation - 1.5e-4 * price.dollars) < 1e-9)
    }

    @Test("thirty seconds without a strike skip the window, and a late one does not bring it back")
    func patience() {
        var watch = watch()
        #expect(watch.standing(at: start - .seconds(1)) == .ahead)
        #expect(watch.standing(at: start + .milliseconds(29_999)) == .awaiting)
        #expect(watch.standing(at: start + .seconds(30)) == .skipped)
        #expect(watch.offer(price, from: .site, at: start + .seconds(31)) == .adopted)
        #expect(watch.standing(at: start + .seconds(32)) == .skipped)
        #expect(watch.strike?.price == price)

        var late = self.watch()
        _ = late.offer(price, from: .site, at: start + .seconds(30))
        #expect(late.standing(at: start + .seconds(31)) == .usable(late.strike!))
    }

    @Test("a reconstruction that does not count does not stop the clock, a verified one does")
    func upgrade() {
        var watch = watch()
        _ = watch.offer(price, from: .ownReconstruction, at: start)
        #expect(watch.standing(at: start + .seconds(40)) == .skipped)
        _ = watch.offer(price, from: .settlementFeed, at: start + .seconds(20))
        #expect(watch.standing(at: start + .seconds(40)) == .usable(watch.strike!))
    }

    @Test("a window joined on its way is waited for from then on")
    func joined() {
        var watch = watch(listed: 400)
        #expect(watch.standing(at: start + .seconds(429)) == .awaiting)
        #expect(watch.standing(at: start + .seconds(430)) == .skipped)
        _ = watch.offer(price, from: .site, at: start + .seconds(410))
        #expect(watch.standing(at: start + .seconds(430)) == .usable(watch.strike!))
    }

    @Test("the more trusted source wins, and two verified numbers that differ are counted")
    func trust() {
        let other = ReferencePrice(raw: price.raw + 3_000_000_000)
        var watch = watch(allowsReconstruction: true)
        #expect(watch.offer(other, from: .ownReconstruction, at: start) == .adopted)
        #expect(watch.offer(price, from: .site, at: start) == .adopted)
        #expect(watch.contradictions == 0, "a reconstruction is expected to be off")
        #expect(watch.offer(other, from: .previousFinal, at: start) == .contradicted)
        #expect(watch.strike == Strike(price: price, source: .site))
        #expect(watch.contradictions == 1)
        #expect(watch.offer(other, from: .settlementFeed, at: start) == .adopted)
        #expect(watch.strike == Strike(price: other, source: .settlementFeed))
        #expect(watch.contradictions == 2)
        let rounded = ReferencePrice(raw: other.raw + 100)
        #expect(watch.offer(rounded, from: .site, at: start) == .confirmed)
        #expect(watch.offer(ReferencePrice(raw: 0), from: .site, at: start) == .refused)
        #expect(watch.verify(rounded) == true)
        #expect(watch.verify(price) == false)
        #expect(watch.contradictions == 3)
        #expect(self.watch().strike == nil)
        var empty = self.watch()
        #expect(empty.verify(price) == nil)
    }

    @Test("our own mean counts when nine tenths of its seconds were seen")
    func reconstruction() {
        for (seen, answer) in [(53, StrikeWatch.Answer.refused), (54, .adopted)] {
            var watch = watch(allowsReconstruction: true)
            let mean = ReferenceAverage.Mean(dollars: 80_000.125, seconds: 60, seen: seen)
            #expect(watch.offer(reconstruction: mean, at: start) == answer)
            #expect((watch.strike?.price.raw == 8_000_012_500_000) == (answer == .adopted))
        }
    }

    @Test("the ratio of two feeds cancels the basis, and is refused when they cannot be one asset")
    func ratio() throws {
        let ratio = try #require(FeedRatio(strike: 80_000, own: 80_024))
        #expect(abs(ratio.settlement(80_024) - 80_000) < 1e-9)
        #expect(abs(ratio.settlement(80_124) - 80_100) < 0.04)
        #expect(FeedRatio.one.settlement(123) == 123)
        #expect(FeedRatio(strike: 80_000, own: 3_000) == nil)
        #expect(FeedRatio(strike: 80_000, own: 0) == nil)
        #expect(FeedRatio(strike: .nan, own: 80_000) == nil)
        #expect(FeedRatio(strike: 0, own: 80_000) == nil)
    }
}
