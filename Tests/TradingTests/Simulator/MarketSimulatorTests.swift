import TestSupport
import Testing

@testable import Trading

@Suite struct MarketSimulatorTests {
    @Test("the same seed gives the same first 100,000 events, today and on every machine")
    func sameSeedSameMarket() {
        let digest = SimulatorRun.digest(seed: 1, count: 100_000)
        #expect(digest == SimulatorRun.digest(seed: 1, count: 100_000))
        // A change of this number says: every seed now gives another market than before. It is
        // never due to the machine, the build configuration or the C library.
        #expect(digest == 8_896_128_100_734_109_954)
    }

    @Test("different seeds and different starts give different markets")
    func differentSeeds() {
        let digests = (0..<20).map { SimulatorRun.digest(seed: UInt64($0), count: 500) }
        #expect(Set(digests).count == 20)
        let later = SimulatorRun.digest(
            seed: 0,
            count: 500,
            start: SimulatorRun.start + .seconds(7)
        )
        #expect(!digests.contains(later))
    }

    @Test("how the calls of next(upTo:) cut the time does not change the stream")
    func cutting() {
        let end = SimulatorRun.start + .seconds(700)
        var whole = MarketSimulator(seed: 5, start: SimulatorRun.start)
        var expected: UInt64 = 1
        var count = 0
        while let (time, event) = whole.next(upTo: end) {
            SimulatorRun.fold(&expected, time, event)
            count += 1
        }
        for seed in 0..<3 as Range<UInt64> {
            var random = SplitMix64(seed: seed)
            var simulator = MarketSimulator(seed: 5, start: SimulatorRun.start)
            var digest: UInt64 = 1
            var seen = 0
            var now = SimulatorRun.start - .seconds(1)
            while now < end {
                now = min(
                    end,
                    now + Duration(nanoseconds: Int64.random(in: 0...90_000_000, using: &random))
                )
                let due = simulator.nextDue
                while let (time, event) = simulator.next(upTo: now) {
                    if time > now || time < due { Issue.record("\(time) at \(now), seed \(seed)") }
                    SimulatorRun.fold(&digest, time, event)
                    seen += 1
                }
                if simulator.nextDue <= now { Issue.record("due but not told, seed \(seed)") }
            }
            #expect(seen == count && digest == expected, "cutting seed \(seed)")
        }
    }

    @Test("nextDue is exactly the time of the next event")
    func nextDue() {
        var simulator = MarketSimulator(seed: 3, start: SimulatorRun.start)
        #expect(simulator.nextDue == SimulatorRun.start)
        for _ in 0..<20_000 {
            let due = simulator.nextDue
            #expect(simulator.next(upTo: due - Duration(nanoseconds: 1)) == nil)
            #expect(simulator.next(upTo: due)?.time == due)
        }
    }

    @Test("a copy goes its own way from the same point")
    func copies() {
        let end = SimulatorRun.start + .seconds(20)
        var original = MarketSimulator(seed: 9, start: SimulatorRun.start)
        while original.next(upTo: end) != nil {}
        var copy = original
        for _ in 0..<2_000 {
            let first = original.next(upTo: end + .seconds(600))
            let second = copy.next(upTo: end + .seconds(600))
            #expect(first?.time == second?.time && first?.event == second?.event)
        }
    }

    @Test("after every event the book is uncrossed, on the grid, and what the venue has")
    func bookInvariants() {
        for seed in 0..<12 as Range<UInt64> {
            // Starts all over a window; most runs see an end of one.
            let start = SimulatorRun.start + .seconds(Int64(seed) * 25)
            check(seed: seed, start: start, seconds: 60)
        }
        check(seed: 100, start: SimulatorRun.start, seconds: 320)
    }

    @Test("the book keeps its shape's rules at both ends of every knob's range")
    func extremeConfigurations() {
        var thin = MarketSimulator.Configuration()
        thin.depth = 0.01
        thin.depthDeviation = 2
        thin.volatility = 5
        thin.volatilityCeiling = 5
        thin.volatilityOfVolatility = 2
        thin.jumpInterval = .seconds(1)
        thin.jumpSize = 0.02
        thin.tradesPerSecond = 100
        thin.tradeSizeMedian = Quantity(shares: 10_000)
        thin.informedShare = 1
        thin.calmUpdatesPerSecond = 0.1
        thin.touchRefillTime = .seconds(60)
        thin.snapshotInterval = .milliseconds(100)
        thin.networkDelay = .milliseconds(10)
        thin.initialPrice = ReferencePrice(raw: 10_000_000 * 100_000_000)
        var thick = MarketSimulator.Configuration()
        thick.depth = 100
        thick.depthDeviation = 0
        thick.volatility = 0.01
        thick.volatilityFloor = 0.01
        thick.volatilityOfVolatility = 0
        thick.jumpSize = 0
        thick.tradesPerSecond = 0.01
        thick.tradeSizeMedian = Quantity(shares: 1)
        thick.informedShare = 0
        thick.calmUpdatesPerSecond = 200
        thick.touchRefillTime = .milliseconds(1)
        thick.snapshotInterval = .seconds(1_000)
        thick.networkDelay = .zero
        thick.initialPrice = ReferencePrice(raw: 1_000 * 100_000_000)
        for (index, configuration) in [thin, thick].enumerated() {
            let start = SimulatorRun.start + .seconds(240)
            check(seed: UInt64(index), start: start, seconds: 70, configuration)
        }
    }

    @Test("a configuration out of range, or a start before 1970, stops the process")
    func refusals() async {
        await #expect(processExitsWith: .failure) {
            var configuration = MarketSimulator.Configuration()
            configuration.depth = 0
            _ = MarketSimulator(seed: 1, start: SimulatorRun.start, configuration: configuration)
        }
        await #expect(processExitsWith: .failure) {
            var configuration = MarketSimulator.Configuration()
            configuration.volatility = .nan
            _ = MarketSimulator(seed: 1, start: SimulatorRun.start, configuration: configuration)
        }
        await #expect(processExitsWith: .failure) {
            _ = MarketSimulator(seed: 1, start: Timestamp(nanoseconds: -1))
        }
    }

    private func check(
        seed: UInt64,
        start: Timestamp,
        seconds: Int64,
        _ configuration: MarketSimulator.Configuration = .init()
    ) {
        var simulator = MarketSimulator(seed: seed, start: start, configuration: configuration)
        var oracle = BookOracle()
        var lastTime = start
        var lastVenueTime = Timestamp(nanoseconds: 0)
        var faults: [String] = []
        while let (time, event) = simulator.next(upTo: start + .seconds(seconds)) {
            if time < lastTime { faults.append("time fell to \(time)") }
            lastTime = time
            var venueTime: Timestamp?
            switch event {
            case .bookReplaced(let snapshot):
                oracle.apply(snapshot)
                if oracle.bids.count != snapshot.bids.count
                    || oracle.asks.count != snapshot.asks.count
                {
                    faults.append("a price twice")
                }
                venueTime = snapshot.venueTime
            case .levelChanged(let change):
                oracle.apply(change)
                venueTime = change.venueTime
            case .traded(let trade):
                // The taker meets the best of the resting side, and no more than rests there.
                let resting = trade.takerSide == .buy ? oracle.asks : oracle.bids
                let size = trade.size?.raw ?? 0
                if size <= 0 || size > resting[trade.price.raw] ?? 0 {
                    faults.append("a trade of \(size) at \(trade.price.raw)")
                }
                venueTime = trade.venueTime
            case .referenceChanged(_, let sent):
                venueTime = sent
            default:
                break
            }
            if let venueTime {
                let delay = time - venueTime
                if delay < .milliseconds(1) || delay > .milliseconds(31) {
                    faults.append("a delay of \(delay.nanoseconds) ns")
                }
                if venueTime < lastVenueTime { faults.append("the venue's time fell") }
                lastVenueTime = venueTime
            }
            if let fault = oracle.fault { faults.append(fault) }
            if simulator.isDrained, let difference = difference(oracle, simulator.book) {
                faults.append(difference)
            }
            if faults.count > 3 { break }
        }
        #expect(faults.isEmpty, "seed \(seed)")
    }

    private func difference(_ oracle: BookOracle, _ book: SimulatedBook) -> String? {
        for tick in SimulatedBook.lowestTick...SimulatedBook.highestTick {
            let price = Int64(tick) * 100
            if oracle.bids[price] ?? 0 != book.size(.buy, tick) * 10_000
                || oracle.asks[price] ?? 0 != book.size(.sell, tick) * 10_000
            {
                return "the consumer's book differs at \(price)"
            }
        }
        return nil
    }

    @Test("no second brings more events than the limit, and a busy one far fewer")
    func eventsPerSecond() {
        for seed in 0..<6 as Range<UInt64> {
            var simulator = MarketSimulator(seed: seed, start: SimulatorRun.start)
            var perSecond: [Int64: Int] = [:]
            while let (time, _) = simulator.next(upTo: SimulatorRun.start + .seconds(900)) {
                perSecond[time.nanoseconds / 1_000_000_000, default: 0] += 1
            }
            let worst = perSecond.values.max() ?? 0
            #expect(worst <= 1_100 && worst <= MarketSimulator.eventsPerSecondMax, "seed \(seed)")
        }
    }
}
