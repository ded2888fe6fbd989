import Testing

@testable import Trading

/// Takers who know the reference a moment before everybody else, and the knobs of time.
@Suite("Informed flow") struct InformedFlowTests {
    private static func configuration(
        flow: Double,
        lead: Duration = .milliseconds(300)
    ) -> MarketSimulator.Configuration {
        var configuration = MarketSimulator.Configuration()
        configuration.informedFlow = flow
        configuration.informedLead = lead
        // Nobody else trades on anything.
        configuration.informedShare = 0
        return configuration
    }

    /// Trades per hour, and what their takers have gained on the middle of the book by `after`, fee
    /// paid, in dollars a share.
    private static func trades(
        seed: UInt64,
        _ configuration: MarketSimulator.Configuration,
        after: Duration = .milliseconds(600)
    ) -> (count: Int, gain: Double) {
        var simulator = MarketSimulator(
            seed: seed,
            start: SimulatorRun.start,
            configuration: configuration
        )
        var book = BookOracle()
        var open: [(due: Timestamp, trade: TradePrint)] = []
        var count = 0
        var gain = 0.0
        while let (time, event) = simulator.next(upTo: SimulatorRun.start + .seconds(3_600)) {
            while let first = open.first, first.due <= time {
                open.removeFirst()
                guard let bid = book.bestBid, let ask = book.bestAsk else { continue }
                let price = first.trade.price.dollars
                let move = Double(bid + ask) / 20_000 - price
                count += 1
                gain += first.trade.takerSide == .buy ? move : -move
                gain -= 0.07 * price * (1 - price)
            }
            switch event {
            case .bookReplaced(let snapshot): book.apply(snapshot)
            case .levelChanged(let change): book.apply(change)
            case .traded(let trade): open.append((time + after, trade))
            case .marketListed: break
            default: break
            }
        }
        return (count, gain / Double(max(count, 1)))
    }

    @Test(
        "those who know gain after the fee, those who do not lose it, and there are more the more know"
    )
    func gains() {
        var quiet = Self.configuration(flow: 0)
        quiet.tradesPerSecond = 0.01
        var half = Self.configuration(flow: 0.5)
        half.tradesPerSecond = 0.01
        var all = Self.configuration(flow: 1)
        all.tradesPerSecond = 0.01
        let counts = [quiet, half, all].map { configuration in
            (1...3 as ClosedRange<UInt64>).reduce(0) {
                $0 + Self.trades(seed: $1, configuration).count
            }
        }
        #expect(counts[0] < 300)
        #expect(counts[1] > 2 * counts[0])
        #expect(Double(counts[2]) > 1.4 * Double(counts[1]))
        for seed in 1...3 as ClosedRange<UInt64> {
            #expect(Self.trades(seed: seed, all).gain > 0.003, "seed \(seed)")
            let uninformed = Self.trades(seed: seed, Self.configuration(flow: 0))
            #expect(uninformed.gain < -0.005, "seed \(seed)")
        }
    }

    @Test("who knows less far ahead finds fewer chances")
    func lead() {
        var short = Self.configuration(flow: 1, lead: .milliseconds(10))
        short.tradesPerSecond = 0.01
        var long = Self.configuration(flow: 1, lead: .seconds(1))
        long.tradesPerSecond = 0.01
        #expect(Self.trades(seed: 4, long).count > 2 * Self.trades(seed: 4, short).count)
    }

    @Test("the same seed gives the same market, however the calls cut the time")
    func cutting() {
        func digest(step: Duration) -> UInt64 {
            var simulator = MarketSimulator(
                seed: 6,
                start: SimulatorRun.start,
                configuration: Self.configuration(flow: 0.7)
            )
            var digest: UInt64 = 1
            var now = SimulatorRun.start
            while now < SimulatorRun.start + .seconds(400) {
                now = min(now + step, SimulatorRun.start + .seconds(400))
                while let (time, event) = simulator.next(upTo: now) {
                    SimulatorRun.fold(&digest, time, event)
                }
            }
            return digest
        }
        let whole = digest(step: .seconds(400))
        #expect(digest(step: .milliseconds(7)) == whole)
        #expect(digest(step: .seconds(1)) == whole)
    }

    @Test("windows of any length follow each other, each settled by the prices at its borders")
    func windowLength() {
        for seconds in [10, 102, 900] as [Int64] {
            var configuration = Self.configuration(flow: 1)
            configuration.windowLength = .seconds(seconds)
            configuration.referenceGapMax = .seconds(2)
            configuration.listingLead = .seconds(2)
            let length = configuration.windowLength
            let start = SimulatedWindow.start(at: SimulatorRun.start, length: length)
            var simulator = MarketSimulator(seed: 3, start: start, configuration: configuration)
            var price = ReferencePrice(raw: 0)
            var strikes: [ReferencePrice] = []
            var settled: [ReferencePrice] = []
            var next = start + length
            while let (time, event) = simulator.next(upTo: start + .seconds(seconds * 5 + 11)) {
                if time > next {
                    settled.append(price)
                    next = next + length
                }
                switch event {
                case .referenceChanged(let told, _): price = told
                case .marketListed(let market):
                    #expect(market.windowEnd - market.windowStart == length)
                    #expect(market.windowStart.nanoseconds % length.nanoseconds == 0)
                case .strikeObserved(_, let strike, _): strikes.append(strike)
                case .marketResolved(let id, let winner):
                    let index = Int(id.index)
                    #expect(winner == (settled[index] < strikes[index] ? .no : .yes))
                default: break
                }
            }
            #expect(settled.count >= 5, "\(seconds) s")
            for (strike, before) in zip(strikes.dropFirst(), settled) { #expect(strike == before) }
        }
    }

    @Test("a window's name tells its length")
    func slugs() {
        for (seconds, name) in [(Int64(300), "5m"), (900, "15m"), (102, "102s"), (3_600, "60m")] {
            let market = SimulatedWindow.definition(
                id: MarketID(index: 0),
                start: SimulatorRun.start,
                length: .seconds(seconds),
                seed: 1
            )
            #expect(market.slug.description == "btc-updown-\(name)-1776323400")
        }
    }
}
