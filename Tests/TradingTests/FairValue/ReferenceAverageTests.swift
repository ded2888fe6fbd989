internal import TestSupport
internal import Testing

@testable internal import Trading

@Suite("Reference average") struct ReferenceAverageTests {
    private func at(_ seconds: Double) -> Timestamp {
        Timestamp(nanoseconds: Int64(seconds * 1_000) * 1_000_000)
    }
    private func dollars(_ amount: Int64) -> ReferencePrice {
        ReferencePrice(raw: amount * 100_000_000)
    }

    /// Keeps every price, and looks each second's up again.
    struct NaiveAverage {
        var prices: [(time: Timestamp, price: ReferencePrice)] = []

        func mean(
            endingAt end: Int64,
            averaged: Int64,
            at now: Timestamp
        ) -> ReferenceAverage.Mean? {
            var sum = 0.0
            var seconds = 0
            var seen = 0
            for second in (end - averaged + 1)...end {
                let instant = Timestamp(seconds: second)
                guard instant <= now else { break }
                guard let last = prices.last(where: { $0.time <= instant }) else { return nil }
                sum += last.price.dollars
                seconds += 1
                if last.time > Timestamp(seconds: second - 1) { seen += 1 }
            }
            guard seconds > 0 else { return nil }
            return .init(dollars: sum / Double(seconds), seconds: seconds, seen: seen)
        }
    }

    @Test("a second has its last price; one at the very second still belongs to it")
    func lastPrice() {
        var average = ReferenceAverage()
        average.observe(dollars(100), at: at(1_000.2))
        average.observe(dollars(101), at: at(1_000.9))
        #expect(average.price(at: at(1_000.95)) == nil, "nothing at or before second 1000")
        #expect(average.price(at: at(1_001)) == 101)
        average.observe(dollars(102), at: at(1_001))
        #expect(average.price(at: at(1_001)) == 102)
        average.observe(dollars(103), at: at(1_001.001))
        #expect(average.price(at: at(1_001.5)) == 102)
        #expect(average.price(at: at(1_002)) == 103)
        #expect(average.latest == dollars(103))
    }

    @Test("the elapsed part, the whole average and a lag cover the seconds they should")
    func windows() throws {
        var average = ReferenceAverage()
        for second in 1_000...1_100 {
            average.observe(dollars(Int64(second)), at: at(Double(second) - 0.5))
        }
        func mean(_ now: Double, lag: Int = 0, averaged: Int = 60) -> ReferenceAverage.Mean? {
            average.mean(endingAt: at(1_080), averaged: averaged, lag: lag, at: at(now))
        }
        #expect(mean(1_020.9) == nil, "has not begun")
        #expect(mean(1_021) == .init(dollars: 1_021, seconds: 1, seen: 1))
        #expect(mean(1_030.7) == .init(dollars: 1_025.5, seconds: 10, seen: 10))
        #expect(mean(1_080) == .init(dollars: 1_050.5, seconds: 60, seen: 60))
        #expect(mean(1_099) == mean(1_080))
        #expect(mean(1_078, lag: 2) == .init(dollars: 1_048.5, seconds: 60, seen: 60))
        #expect(mean(1_090, averaged: 0) == .init(dollars: 1_080, seconds: 1, seen: 1))
        #expect(mean(1_090, averaged: 121) == nil)
        #expect(mean(1_090, lag: 11) == nil)
        #expect(mean(1_090, lag: -1) == nil)
    }

    @Test("an average that reaches back before the first price is unknown")
    func tooEarly() {
        var average = ReferenceAverage()
        #expect(average.mean(endingAt: at(60), averaged: 60, at: at(60)) == nil)
        average.observe(dollars(1), at: at(1_000.5))
        #expect(average.mean(endingAt: at(1_059), averaged: 60, at: at(1_059)) == nil)
        #expect(
            average.mean(endingAt: at(1_060), averaged: 60, at: at(1_060))
                == .init(dollars: 1, seconds: 60, seen: 1)
        )
    }

    @Test("missing seconds take the price before them and are counted as not seen")
    func gap() throws {
        var average = ReferenceAverage()
        for second in 1_000...1_029 { average.observe(dollars(10), at: at(Double(second))) }
        average.observe(dollars(40), at: at(1_049.5))
        let mean = try #require(
            average.mean(endingAt: at(1_059), averaged: 60, at: at(1_059))
        )
        // 30 seconds at 10, 20 filled with 10, ten at 40 of which one was seen.
        #expect(mean == .init(dollars: 15, seconds: 60, seen: 31))
        #expect(mean.coverage == 31.0 / 60)
    }

    @Test("after a silence longer than what is kept, the past is forgotten")
    func longSilence() {
        var average = ReferenceAverage()
        average.observe(dollars(10), at: at(1_000))
        average.observe(dollars(20), at: at(1_255))
        #expect(average.price(at: at(1_254)) == 10)
        average.observe(dollars(30), at: at(1_600))
        #expect(average.price(at: at(1_599)) == nil)
        #expect(average.price(at: at(1_600)) == 30)
        #expect(average.mean(endingAt: at(1_601), averaged: 60, at: at(1_601)) == nil)
    }

    @Test("a price of a second that is over, and one that is none, change nothing")
    func refused() {
        var average = ReferenceAverage()
        average.observe(dollars(10), at: at(1_000))
        average.observe(dollars(11), at: at(1_001.5))
        average.observe(dollars(99), at: at(1_000.5))
        average.observe(ReferencePrice(raw: 0), at: at(1_001.6))
        average.observe(ReferencePrice(raw: -5), at: at(1_001.7))
        average.observe(ReferencePrice(raw: .max), at: at(1_001.8))
        average.observe(dollars(98), at: Timestamp(nanoseconds: -1))
        #expect(average.price(at: at(1_001)) == 10)
        #expect(average.price(at: at(1_002)) == 11)
    }

    @Test("a day of a million-dollar price leaves the mean exact to the last digit")
    func exactness() throws {
        var average = ReferenceAverage()
        let start: Int64 = 1_790_000_000
        for second in 0..<100_000 {
            average.observe(
                ReferencePrice(raw: 100_000_000_000_000 + Int64(second % 3)),
                at: Timestamp(seconds: start + Int64(second))
            )
        }
        let end = Timestamp(seconds: start + 99_998)
        let mean = try #require(average.mean(endingAt: end, averaged: 60, at: end))
        #expect(mean.dollars == 1_000_000.00000001)
    }

    @Test("the longest average of the highest price still fits")
    func highest() throws {
        var average = ReferenceAverage()
        average.observe(ReferenceAverage.priceMax, at: at(1_000))
        let mean = try #require(
            average.mean(endingAt: at(1_119), averaged: 120, at: at(1_119))
        )
        #expect(abs(mean.dollars / ReferenceAverage.priceMax.dollars - 1) < 1e-15)
    }

    @Test("random feeds with gaps agree with a list that is searched")
    func oracle() {
        for seed in UInt64(1)...12 {
            var random = SplitMix64(seed: seed)
            var average = ReferenceAverage()
            var naive = NaiveAverage()
            var now = Timestamp(milliseconds: 1_790_000_000_000)
            for _ in 0..<600 {
                let pause: Int64 =
                    random.next() % 40 == 0
                    ? Int64.random(in: 1_000...50_000, using: &random)
                    : Int64.random(in: 0...900, using: &random)
                // On whole seconds now and then.
                var next = now + .milliseconds(pause)
                if random.next() % 5 == 0 {
                    next = max(now, Timestamp(seconds: next.nanoseconds / 1_000_000_000))
                }
                now = next
                let price = ReferencePrice(raw: 8_000_000_000_000 + Int64(random.next() % 9_999))
                average.observe(price, at: now)
                naive.prices.append((now, price))

                let later = now + .milliseconds(Int64(random.next() % 1_500))
                let lag = Int(random.next() % 4)
                let averaged = Int(random.next() % 121)
                let end = later.nanoseconds / 1_000_000_000 + Int64(random.next() % 100) - 50
                let expected = naive.mean(
                    endingAt: end - Int64(lag),
                    averaged: Int64(max(averaged, 1)),
                    at: later
                )
                let mean = average.mean(
                    endingAt: Timestamp(seconds: end),
                    averaged: averaged,
                    lag: lag,
                    at: later
                )
                #expect(mean?.seconds == expected?.seconds, "seed \(seed)")
                #expect(mean?.seen == expected?.seen, "seed \(seed)")
                if let mean, let expected {
                    #expect(abs(mean.dollars - expected.dollars) < 1e-6, "seed \(seed)")
                }
            }
        }
    }

    @Test("with the elapsed mean, the value just before the end is the settlement's outcome")
    func endsWithTheOutcome() throws {
        for seed in UInt64(1)...40 {
            var random = SplitMix64(seed: seed)
            var average = ReferenceAverage()
            var price: Int64 = 8_000_000_000_000
            for tenth in 0...3_600 {
                price += Int64(random.next() % 200_000_001) - 100_000_000
                average.observe(ReferencePrice(raw: price), at: at(1_000 + Double(tenth) / 10))
            }
            let end = at(1_360)
            let strike = try #require(average.mean(endingAt: at(1_200), averaged: 60, at: end))
            let whole = try #require(average.mean(endingAt: end, averaged: 60, at: end))
            let before = at(1_359.999)
            var input = FairValueSamples.input(
                spot: try #require(average.latest).dollars,
                strike: strike.dollars,
                secondsToEnd: (end - before).seconds
            )
            input.elapsedMean = average.mean(endingAt: end, averaged: 60, at: before)?.dollars
            let value = try #require(FairValue.standard.estimate(input))
            #expect(abs(value.mean - (whole.dollars - strike.dollars)) < 1e-6, "seed \(seed)")
            input.secondsToEnd = 0
            input.elapsedMean = whole.dollars
            let outcome = try #require(FairValue.standard.estimate(input)).probability
            #expect(outcome == (whole.dollars >= strike.dollars ? 1 : 0))
        }
    }
}
