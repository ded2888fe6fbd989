import Testing

@testable import Trading

@Suite struct SimulatedWindowTests {
    /// What one window showed.
    private struct Window {
        var definition: MarketDefinition
        var listedAt: Timestamp
        var firstBookAt: Timestamp?
        var lastBookAt: Timestamp?
        var resolvedAt: Timestamp?
        var winner: Outcome?
        var strikeAt: Timestamp?
        var strike: ReferencePrice?
    }

    private struct Session {
        var windows: [Window] = []
        var prices: [(time: Timestamp, venueTime: Timestamp, price: ReferencePrice)] = []
        /// Events of a market before it was listed, or after the next one's book.
        var strays = 0

        init(_ simulator: MarketSimulator, until end: Timestamp) {
            var simulator = simulator
            while let (time, event) = simulator.next(upTo: end) { take(time, event) }
        }

        private mutating func take(_ time: Timestamp, _ event: EngineEvent) {
            switch event {
            case .marketListed(let definition):
                windows.append(Window(definition: definition, listedAt: time))
            case .bookReplaced(let snapshot): bookMoved(snapshot.market, time)
            case .levelChanged(let change): bookMoved(change.market, time)
            case .traded(let trade): bookMoved(trade.market, time)
            case .referenceChanged(let price, let venueTime):
                prices.append((time, venueTime, price))
            case .marketResolved(let market, let winner):
                guard let index = index(market), windows[index].winner == nil else {
                    strays += 1
                    return
                }
                windows[index].resolvedAt = time
                windows[index].winner = winner
            case .strikeObserved(let market, let price, .settlementFeed):
                guard let index = index(market), windows[index].strike == nil else {
                    strays += 1
                    return
                }
                windows[index].strikeAt = time
                windows[index].strike = price
            default: strays += 1
            }
        }

        private mutating func bookMoved(_ market: MarketID, _ time: Timestamp) {
            guard let index = index(market),
                index + 1 == windows.count || windows[index + 1].firstBookAt == nil
            else {
                strays += 1
                return
            }
            if windows[index].firstBookAt == nil { windows[index].firstBookAt = time }
            windows[index].lastBookAt = time
        }

        private func index(_ market: MarketID) -> Int? {
            windows.firstIndex { $0.definition.id == market }
        }

        /// The last price at or before `instant`, by receive time or by the venue's.
        func price(at instant: Timestamp, byVenue: Bool) -> ReferencePrice? {
            prices.last { (byVenue ? $0.venueTime : $0.time) <= instant }?.price
        }
    }

    @Test("windows follow each other without a gap, and each is settled by its own prices")
    func rollover() {
        for seed in 0..<4 as Range<UInt64> {
            let start = SimulatorRun.start + .seconds(137)
            let session = Session(
                MarketSimulator(seed: seed, start: start),
                until: SimulatorRun.start + .seconds(3_612)
            )
            #expect(session.windows.count == 13 && session.strays == 0, "seed \(seed)")
            for (index, window) in session.windows.enumerated() {
                let market = window.definition
                #expect(market.id.index == UInt32(index))
                #expect(market.windowStart == SimulatorRun.start + .seconds(Int64(index) * 300))
                #expect(market.windowEnd - market.windowStart == .seconds(300))
                let expectedListing = index == 0 ? start : market.windowStart - .seconds(30)
                #expect(window.listedAt == expectedListing)
                #expect(window.firstBookAt == (index == 0 ? start : market.windowStart))
                guard index < 12 else { continue }
                let last = window.lastBookAt ?? start
                #expect(last <= market.windowEnd && last > market.windowEnd - .seconds(2))
                let wait = (window.resolvedAt ?? start) - market.windowEnd
                #expect(wait >= .seconds(2) && wait <= .seconds(10), "seed \(seed)")
                let opening = index == 0 ? start : market.windowStart
                let strikeWait = (window.strikeAt ?? start) - opening
                #expect(strikeWait >= .seconds(1) && strikeWait < .seconds(2), "seed \(seed)")
                for byVenue in [false, true] {
                    let strike =
                        index == 0
                        ? session.prices.first?.price
                        : session.price(at: market.windowStart, byVenue: byVenue)
                    let settled = session.price(at: market.windowEnd, byVenue: byVenue)
                    guard let strike, let settled else {
                        Issue.record("no price at a border, seed \(seed)")
                        continue
                    }
                    #expect(window.winner == (settled < strike ? .no : .yes), "seed \(seed)")
                    #expect(window.strike == strike, "seed \(seed)")
                }
            }
            #expect(Set(session.windows.compactMap(\.winner)).count == 2, "seed \(seed)")
        }
    }

    @Test("a market's record looks like a real one and depends on seed and window alone")
    func definition() {
        let first = SimulatedWindow.definition(
            id: MarketID(index: 0),
            start: SimulatorRun.start,
            seed: 1
        )
        #expect(first.slug.description == "btc-updown-5m-1776323400")
        let condition = first.conditionID.description
        #expect(condition.hasPrefix("0x") && condition.count == 66)
        #expect(condition.dropFirst(2).allSatisfy { "0123456789abcdef".contains($0) })
        #expect(first.tickSize == .hundredth && first.orderSizeMin == Quantity(shares: 5))
        #expect(first.takerFeeRate == 0.07)
        var texts: Set<InlineText> = []
        for seed in 1...20 as ClosedRange<UInt64> {
            for window in 0..<20 as Range<Int64> {
                let start = SimulatorRun.start + .seconds(300 * window)
                let id = MarketID(index: UInt32(window))
                let market = SimulatedWindow.definition(id: id, start: start, seed: seed)
                #expect(
                    market == SimulatedWindow.definition(id: id, start: start, seed: seed)
                )
                for token in [market.yesToken, market.noToken] {
                    let digits = token.description
                    #expect((76...77).contains(digits.count) && digits.first != "0")
                    #expect(digits.allSatisfy { "0123456789".contains($0) })
                    texts.insert(token)
                }
                texts.insert(market.conditionID)
            }
        }
        #expect(texts.count == 20 * 20 * 3)
    }

    @Test("wherever in a window it starts, price, market and book are there at once")
    func startAnywhere() {
        for offset in [0, 1, 150_000, 269_999, 270_000, 280_000, 299_999] as [Int64] {
            let start = SimulatorRun.start + .milliseconds(offset)
            var simulator = MarketSimulator(seed: 8, start: start)
            var kinds: [String] = []
            while let (_, event) = simulator.next(upTo: start) {
                switch event {
                case .referenceChanged: kinds.append("price")
                case .marketListed(let market):
                    kinds.append("market \(market.slug)")
                case .bookReplaced(let book):
                    kinds.append("book \(book.market.index)")
                    #expect(book.bids.count == 49 && book.asks.count == 50)
                default: kinds.append("other")
                }
            }
            var expected = ["price", "market btc-updown-5m-1776323400", "book 0"]
            if offset >= 270_000 { expected.append("market btc-updown-5m-1776323700") }
            #expect(kinds == expected, "offset \(offset)")
        }
    }

    @Test("listing lead and first number are the configuration's, at both ends of the range")
    func listingLead() {
        for lead in [Duration.zero, .seconds(300)] {
            var configuration = MarketSimulator.Configuration()
            configuration.listingLead = lead
            configuration.firstMarket = MarketID(index: 40)
            let session = Session(
                MarketSimulator(
                    seed: 2,
                    start: SimulatorRun.start,
                    configuration: configuration
                ),
                until: SimulatorRun.start + .seconds(650)
            )
            #expect(session.strays == 0)
            #expect(session.windows.first?.definition.id == MarketID(index: 40))
            for window in session.windows.dropFirst() {
                #expect(window.listedAt == window.definition.windowStart - lead)
            }
        }
    }
}
