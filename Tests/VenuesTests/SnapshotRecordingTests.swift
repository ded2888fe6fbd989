internal import TestSupport
internal import Testing
internal import Trading
internal import Venues

/// Recordings of books thinned to one a second.
@Suite struct SnapshotRecordingTests {
    private static let start: Int64 = 1_790_586_000

    private func market(up: String = "0.0", down: String = "1.0", start: Int64 = start) -> String {
        "{\"kind\":\"market\",\"market_id\":\"0x\(start)\",\"slug\":\"btc-updown-15m-\(start)\","
            + "\"question\":\"?\",\"start_ts\":\(start)000,\"end_ts\":\(start + 900)000,"
            + "\"payout_up\":\(up),\"payout_down\":\(down)}"
    }

    private func book(
        at milliseconds: Int64,
        _ side: String = "UP",
        bids: String = "[[0.49,514.99],[0.48,1.9300000000000002]]",
        asks: String = "[[0.5,205.0]]",
        start: Int64 = start
    ) -> String {
        "{\"kind\":\"book\",\"ts\":\(start * 1_000 + milliseconds),\"market_id\":\"0x\(start)\","
            + "\"side\":\"\(side)\",\"bids\":\(bids),\"asks\":\(asks)}"
    }

    private func read(_ lines: [String]) -> (items: [RecordingItem], RecordingStatistics) {
        read([Array(lines.joined(separator: "\n").utf8)])
    }

    private func read(_ pieces: [[UInt8]]) -> (items: [RecordingItem], RecordingStatistics) {
        var reader = RecordingReader()
        var items: [RecordingItem] = []
        for piece in pieces {
            reader.receive(piece.span)
            while let item = reader.next() { items.append(item) }
        }
        reader.finish()
        while let item = reader.next() { items.append(item) }
        return (items, reader.statistics)
    }

    private func event(_ item: RecordingItem) -> EngineEvent? {
        if case .event(_, let event) = item { event } else { nil }
    }

    @Test("books inside the window are told in terms of YES, and the told winner at its end")
    func whole() throws {
        let (items, statistics) = read([
            market(), book(at: -1), book(at: 0),
            book(at: 0, "DOWN", bids: "[[0.5,205.0]]", asks: "[[0.51,514.99],[0.52,1.93]]"),
            book(at: 1_000, "DOWN", bids: "[]", asks: "[[0.51,514.99]]"), book(at: 900_000),
        ])
        let end = Timestamp(seconds: Self.start + 900)
        #expect(items.count == 4)
        guard items.count == 4, case .marketListed(let definition) = event(items[0]) else {
            Issue.record("\(items)")
            return
        }
        #expect(definition.windowEnd == end && definition.tickSize == .hundredth)
        var snapshot = emptySnapshot()
        snapshot.market = definition.id
        snapshot.bids = levels([(4_900, 514_990_000), (4_800, 1_930_000)])
        snapshot.asks = levels([(5_000, 205_000_000)])
        snapshot.tickSize = .hundredth
        snapshot.venueTime = Timestamp(seconds: Self.start)
        #expect(event(items[1]) == .bookReplaced(snapshot))
        snapshot.bids = levels([(4_900, 514_990_000)])
        snapshot.asks = []
        snapshot.venueTime = Timestamp(seconds: Self.start + 1)
        #expect(event(items[2]) == .bookReplaced(snapshot))
        #expect(items[3] == .event(end, .marketResolved(definition.id, winner: .no)))
        #expect(statistics.framesBeforeStart == 1 && statistics.framesAfterEnd == 1)
        #expect(statistics.framesRepeated == 1 && statistics.framesOfOtherToken == 1)
        #expect(statistics.resolutionsTold == 1 && statistics.resolutionsInferred == 0)
    }

    @Test("however the file is cut, the events are the same")
    func cuts() {
        let bytes = Array(
            [market(up: "1.0", down: "0.0"), book(at: 5)].joined(separator: "\n").utf8
        )
        let expected = read([bytes])
        #expect(expected.items.count == 3)
        for pieces in DripFeed.ways(bytes) {
            #expect(read(pieces).items == expected.items)
        }
    }

    @Test(
        "a market that is described and has no book is not told of; without payouts one is assumed"
    )
    func endings() {
        let (items, statistics) = read([
            market(), market(up: "null", down: "null", start: Self.start + 900),
            book(at: 10, start: Self.start + 900),
        ])
        #expect(items.count == 3)
        #expect(statistics.resolutionsTold == 0 && statistics.resolutionsInferred == 1)
    }

    @Test("a price off the grid moves the market to a finer one")
    func finerGrid() {
        let (items, statistics) = read([
            market(), book(at: 0), book(at: 1_000, asks: "[[0.505,5.0]]"), book(at: 2_000),
        ])
        #expect(statistics.tickSizeChanges == 1)
        #expect(event(items[2]) == .tickSizeChanged(MarketID(index: 0), .thousandth))
    }

    @Test(
        "a damaged line is named with its reason, and skipped",
        arguments: [
            ("{\"kind\":\"trade\",\"market_id\":\"a\"}", RecordingDamage.snapshot(.kind)),
            ("{\"kind\":\"book\"}", .keys),
            ("{\"kind\":\"book\",\"market_id\":\"a\",\"ts\":-1}", .snapshot(.time)),
            ("{\"kind\":\"market\",\"market_id\":\"a\",\"slug\":\"x\"}", .slug),
        ]
    )
    func damage(line: String, reason: RecordingDamage) {
        let (items, _) = read([market(), line])
        #expect(items == [.damaged(line: 2, reason: reason)])
    }

    @Test("what does not belong together is refused")
    func contradictions() {
        func damage(_ lines: [String]) -> RecordingDamage? {
            for case .damaged(_, let reason) in read(lines).items { return reason }
            return nil
        }
        #expect(damage([market(up: "1.0")]) == .snapshot(.payout))
        #expect(
            damage([market().replacing("\"end_ts\":\(Self.start + 900)", with: "\"end_ts\":1")])
                == .snapshot(.window)
        )
        #expect(damage([market(), market()]) == .snapshot(.repeatedMarket))
        #expect(damage([market(), book(at: 0, start: 7)]) == .snapshot(.unknownMarket))
        #expect(damage([market(), book(at: 0, "LEFT")]) == .snapshot(.side))
        #expect(damage([market(), book(at: 9_000), book(at: 8_001)]) == nil)
        #expect(damage([market(), book(at: 9_000), book(at: 7_000)]) == .snapshot(.timeRunsBack))
        for bids in [
            "[[0.49,1],[0.49,2]]", "[[0.49]]", "[[0.49,1,2]]", "[[1,5]]", "[[0.12345,5]]",
            "[[0.4,0.0000005]]", "{}", "[[\"0.4\",5]]",
        ] {
            #expect(damage([market(), book(at: 0, bids: bids)]) == .snapshot(.levels), "\(bids)")
        }
    }

    @Test(
        "the recorded markets at 1 Hz are read whole, and their winners are the told ones",
        .enabled(if: SharedData.isPresent && Unpacked.hasZstd, "\(SharedData.absenceMessage)")
    )
    func recorded() throws {
        let name = "polymarket_book_1hz_btc-updown-15m_20260928_dev.ndjson.zst"
        let (items, statistics) = read([try Unpacked.bytes(name)])
        #expect(statistics.damaged == 0 && statistics.unknownKeys == 45)
        #expect(statistics.markets == 9 && statistics.resolutionsTold == 9)
        #expect(statistics.clockStepsBack == 0)
        let winners = items.compactMap { item in
            if case .marketResolved(_, let winner) = event(item) { winner } else { nil }
        }
        #expect(winners == [.no, .no, .no, .yes, .yes, .yes, .yes, .yes, .yes])
    }
}
