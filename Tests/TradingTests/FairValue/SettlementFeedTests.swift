internal import TestSupport
internal import Testing

@testable internal import Trading

@Suite("Settlement feed") struct SettlementFeedTests {
    private func played(_ feeds: TwoFeeds, until second: Int) -> (SettlementFeed, ReferenceAverage)
    {
        var feed = SettlementFeed()
        var own = ReferenceAverage()
        feeds.play(until: TwoFeeds.at(second)) { price, now in
            own.observe(price, at: now)
        } settlement: { price, stamp, now in
            let isTaken = feed.observe(
                price,
                averaged: feeds.averaged,
                stamp: stamp,
                own: own,
                at: now
            )
            #expect(isTaken)
        }
        return (feed, own)
    }

    @Test(
        "lag and basis are found, whether the feed tells prices or means",
        arguments: [0, 1, 2, 3],
        [0, 60]
    )
    func lagAndBasis(lag: Int, averaged: Int) throws {
        for seed in UInt64(1)...6 {
            let feeds = TwoFeeds(
                seed: seed,
                seconds: 500,
                lag: lag,
                averaged: averaged,
                basis: 23.76
            )
            let (feed, _) = played(feeds, until: 499)
            let basis = try #require(feed.basis(averaged: averaged, at: TwoFeeds.at(499)))
            #expect(basis.lag == lag, "seed \(seed)")
            #expect(abs(basis.dollars - 23.76) < 0.15, "seed \(seed)")
            // Half a basis point: what two vendors' means may differ by.
            #expect(abs(basis.deviation - 4) < 0.1, "seed \(seed)")
        }
    }

    @Test("nothing is known before ten prices; before the lag is found it is the usual one")
    func early() {
        for (averaged, lag) in [(0, 1), (60, 2)] {
            let feeds = TwoFeeds(
                seed: 3,
                seconds: 150,
                lag: lag,
                averaged: averaged,
                basis: -12,
                missing: 0
            )
            var known: [Bool] = []
            var feed = SettlementFeed()
            var own = ReferenceAverage()
            feeds.play(until: TwoFeeds.at(140)) { price, now in
                own.observe(price, at: now)
            } settlement: { price, stamp, now in
                _ = feed.observe(price, averaged: averaged, stamp: stamp, own: own, at: now)
                known.append(feed.basis(averaged: averaged, at: now) != nil)
                if let basis = feed.basis(averaged: averaged, at: now) {
                    #expect(basis.lag == lag && abs(basis.dollars + 12) < 0.5)
                }
            }
            // The first price or two reach back before our own feed began.
            let first = known.firstIndex(of: true) ?? -1
            #expect((9...12).contains(first) && known[first...].allSatisfy { $0 })
        }
    }

    @Test("the elapsed part of an average is what was said, and our own feed for the rest")
    func elapsedMean() throws {
        for seed in UInt64(1)...4 {
            let feeds = TwoFeeds(seed: seed, seconds: 460, lag: 1, averaged: 0, basis: 30)
            let end = 440
            for now in [381, 382, 390, 420, 438, 439, 440, 445] {
                let (feed, own) = played(feeds, until: now)
                let basis = try #require(feed.basis(averaged: 60, at: TwoFeeds.at(now)))
                #expect(basis.lag == 1)
                let said = feeds.prints.filter {
                    TwoFeeds.at($0.second) + TwoFeeds.delivery <= TwoFeeds.at(now)
                }
                let newest = said.last?.second ?? 0
                var values: [Double] = []
                for second in (end - 59)...end {
                    if second <= newest {
                        // A second that never came has the price before it.
                        values.append(said.last { $0.second <= second }?.price.dollars ?? 0)
                    } else if second - 1 <= now {
                        values.append(feeds.own(second - 1) + basis.dollars)
                    }
                }
                let expected = values.reduce(0, +) / Double(values.count)
                let mean = try #require(
                    feed.elapsedMean(
                        endingAt: TwoFeeds.at(end),
                        averaged: 60,
                        basis: basis,
                        own: own,
                        at: TwoFeeds.at(now)
                    )
                )
                #expect(abs(mean - expected) < 1e-6, "seed \(seed), \(now)")
            }
            let (feed, own) = played(feeds, until: 379)
            let basis = try #require(feed.basis(averaged: 60, at: TwoFeeds.at(379)))
            let mean = feed.elapsedMean(
                endingAt: TwoFeeds.at(end),
                averaged: 60,
                basis: basis,
                own: own,
                at: TwoFeeds.at(379)
            )
            #expect(mean == nil, "seed \(seed)")
        }
    }

    @Test("a stamp told again is silence, and a feed that falls silent grows uncertain")
    func silence() throws {
        let feeds = TwoFeeds(seed: 9, seconds: 200, lag: 1, averaged: 0, basis: 5)
        var (feed, own) = played(feeds, until: 199)
        #expect(SettlementFeed().age(at: TwoFeeds.at(0)) == nil)
        let last = try #require(feeds.prints.last { $0.second <= 197 })
        let arrival = TwoFeeds.at(last.second) + TwoFeeds.delivery
        let before = try #require(feed.basis(averaged: 0, at: arrival)).deviation
        for second in 0..<40 {
            let now = TwoFeeds.at(200 + second)
            own.observe(ReferencePrice(raw: 8_000_000_000_000), at: now)
            _ = feed.observe(
                last.price,
                averaged: 0,
                stamp: TwoFeeds.at(last.second),
                own: own,
                at: now
            )
            #expect(feed.age(at: now) == now - arrival)
        }
        #expect(feed.age(at: TwoFeeds.at(210)) == TwoFeeds.at(210) - arrival)
        let after = try #require(feed.basis(averaged: 0, at: arrival + .seconds(135))).deviation
        #expect(after >= before)
    }

    @Test("what cannot be a price of this feed is refused and counted")
    func refusals() {
        var feed = SettlementFeed()
        var own = ReferenceAverage()
        let now = TwoFeeds.at(10)
        own.observe(ReferencePrice(raw: 8_000_000_000_000), at: now)
        let price = ReferencePrice(raw: 8_002_400_000_000)
        let cases: [(price: ReferencePrice, averaged: Int, stamp: Timestamp, isTaken: Bool)] = [
            (ReferencePrice(raw: 0), 0, now, false), (ReferencePrice(raw: -1), 0, now, false),
            (ReferencePrice(raw: .max), 0, now, false),
            (ReferencePrice(raw: 7_919_900_000_000), 0, now, false),
            (ReferencePrice(raw: 8_080_100_000_000), 60, now, false),
            (price, -1, now, false), (price, 121, now, false),
            (price, 0, now + .milliseconds(2_001), false),
            (price, 0, now + .seconds(2), true), (price, 60, TwoFeeds.at(9), true),
            (price, 0, Timestamp(seconds: 0), true),
        ]
        var refused: Int64 = 0
        for (price, averaged, stamp, isTaken) in cases {
            let answer = feed.observe(price, averaged: averaged, stamp: stamp, own: own, at: now)
            #expect(answer == isTaken)
            if !isTaken { refused += 1 }
            #expect(feed.refused == refused)
        }
    }
}
