internal import TestSupport
internal import Testing
internal import Trading
internal import Venues

/// A market list that answers from a table, and a directory that asks it, second by second.
private struct Script {
    var directory: MarketDirectory
    var now: Timestamp
    /// What the list says of a slug; without an entry it is absent.
    var records: [String: MarketDirectory.Answer] = [:]
    /// With the second at which each came, since the start.
    var steps: [(second: Int64, step: MarketDirectory.Step)] = []
    let begin: Timestamp

    init(_ series: WindowSeries = WindowSeries(.btc, .fiveMinutes), at begin: Timestamp) {
        directory = MarketDirectory(series)
        self.begin = begin
        now = begin
    }

    mutating func run(seconds: Int64) {
        for _ in 0..<seconds {
            turn()
            now = now + .seconds(1)
        }
    }

    mutating func turn() {
        while let step = directory.next(at: now) {
            steps.append(((now - begin).nanoseconds / 1_000_000_000, step))
            if case .ask(let start, let slug) = step {
                directory.answered(start, records[slug] ?? .absent, at: now)
            }
        }
    }

    func asked(_ slug: String) -> [Int64] {
        steps.compactMap {
            if case .ask(_, let asked) = $0.step, asked == slug { $0.second } else { nil }
        }
    }

    var listed: [(second: Int64, slug: String)] {
        steps.compactMap {
            if case .list(let definition) = $0.step {
                ($0.second, definition.slug.description)
            } else {
                nil
            }
        }
    }

    var told: [String] {
        steps.compactMap { if case .tell(let text) = $0.step { text } else { nil } }
    }

    func second(of step: MarketDirectory.Step) -> [Int64] {
        steps.filter { $0.step == step }.map(\.second)
    }
}

@Suite struct MarketDirectoryTests {
    private static let start = Timestamp(seconds: 1_790_000_100)
    private static let slug = "btc-updown-5m-1790000100"
    private static let next = "btc-updown-5m-1790000400"
    private static let before = "btc-updown-5m-1789999800"

    private func record(
        _ start: Int64,
        slug: String? = nil,
        length: Int64 = 300,
        isClosed: Bool = false,
        isTraded: Bool = true,
        strike: String? = nil,
        final: String? = nil
    ) throws -> MarketDirectory.Answer {
        var metadata: [String] = []
        if let strike { metadata.append("\"priceToBeat\":\(strike)") }
        if let final { metadata.append("\"finalPrice\":\(final)") }
        func date(_ seconds: Int64) -> String {
            let (minute, second) = (seconds % 3_600 / 60, seconds % 60)
            let hour = seconds % 86_400 / 3_600
            func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
            return "2026-09-21T\(two(hour)):\(two(minute)):\(two(second))Z"
        }
        let text = """
            {"slug":"\(slug ?? "btc-updown-\(length == 300 ? "5m" : "4h")-\(start)")","conditionId":"0x\(start)",\
            "outcomes":"[\\"Up\\", \\"Down\\"]","clobTokenIds":"[\\"\(start)1\\", \\"\(start)2\\"]",\
            "outcomePrices":"[\\"\(isClosed ? 1 : 0)\\", \\"0\\"]",\
            "eventStartTime":"\(date(start))","endDate":"\(date(start + length))",\
            "orderPriceMinTickSize":0.01,"orderMinSize":5,"feesEnabled":true,\
            "feeSchedule":{"exponent":\(isTraded ? 1 : 2),"rate":0.07,"takerOnly":true},\
            "enableOrderBook":true,"active":true,"closed":\(isClosed),\
            "description":"\(GammaDecoderTests.description)",\
            "eventMetadata":{\(metadata.joined(separator: ","))},\
            "resolutionSource":"https://data.chain.link/streams/btc-usd"}
            """
        var decoder = GammaDecoder()
        try decoder.decode(Array(text.utf8).span)
        return .record(try #require(decoder.markets.first))
    }

    @Test("the window that is open is asked for at once, the next one a minute ahead")
    func ahead() throws {
        var script = Script(at: Self.start + .seconds(100))
        script.records[Self.slug] = try record(1_790_000_100)
        script.records[Self.next] = try record(1_790_000_400)
        script.run(seconds: 250)
        #expect(script.listed.map(\.slug) == [Self.slug, Self.next])
        #expect(script.listed.map(\.second) == [0, 140])
        #expect(script.asked(Self.next) == [140])
        #expect(script.told.isEmpty)
        #expect(script.directory.followed.map(\.id.index) == [0, 1])
    }

    @Test("a record that is not there, or fails, is asked for every five seconds, and told once")
    func absent() throws {
        var script = Script(at: Self.start)
        script.run(seconds: 11)
        script.records[Self.slug] = .failed("its record was answered with 500")
        script.run(seconds: 10)
        script.records[Self.slug] = try record(1_790_000_100, isTraded: false)
        script.run(seconds: 5)
        script.records[Self.slug] = try record(1_790_000_100, slug: Self.next)
        script.run(seconds: 5)
        script.records[Self.slug] = try record(1_790_000_100)
        script.run(seconds: 10)
        #expect(script.asked(Self.slug) == [0, 5, 10, 15, 20, 25, 30, 35])
        #expect(script.listed.map(\.second) == [35])
        #expect(
            script.told == [
                "\(Self.slug): not listed yet",
                "\(Self.slug): its record was answered with 500",
                "\(Self.slug): not traded, for its record is not what we trade (fees)",
                "\(Self.slug): the record is of \(Self.next)",
            ]
        )
    }

    @Test("a window whose record does not come is given up when it is over")
    func never() {
        var script = Script(at: Self.start + .seconds(280))
        script.run(seconds: 30)
        #expect(script.told.last == "\(Self.slug): over before its record was found")
        #expect(script.asked(Self.slug).last == 15)
        #expect(script.asked(Self.next).first == 0)
    }

    @Test("an outcome on the socket ends a market without its record being asked")
    func socket() throws {
        var script = Script(at: Self.start)
        script.records[Self.slug] = try record(1_790_000_100, strike: "79696.94817428796")
        script.run(seconds: 305)
        let id = MarketID(index: 0)
        script.directory.resolved(id)
        script.run(seconds: 60)
        #expect(script.second(of: .unfollow(id)) == [305])
        #expect(script.asked(Self.slug) == [0])
        #expect(script.directory.followed.isEmpty)
        // Twice is once, and of a market that is not known nothing.
        script.directory.resolved(id)
        script.directory.resolved(MarketID(index: 9))
        script.run(seconds: 5)
        #expect(script.second(of: .unfollow(id)).count == 1)
    }

    @Test("else the record is asked from half a minute after the end, until it tells the winner")
    func lateOutcome() throws {
        var script = Script(at: Self.start)
        script.records[Self.slug] = try record(1_790_000_100)
        script.run(seconds: 400)
        let id = MarketID(index: 0)
        #expect(script.asked(Self.slug).dropFirst() == [330, 345, 360, 375, 390])
        // Of another market of that name, or gone for a while.
        script.records[Self.slug] = .absent
        script.run(seconds: 10)
        script.records[Self.slug] = try record(
            1_790_000_100,
            isClosed: true,
            strike: "79696.94817428796"
        )
        script.run(seconds: 20)
        #expect(script.told.contains("\(Self.slug): over, and its record is gone"))
        #expect(script.second(of: .resolve(id, .yes)) == [420])
        #expect(script.second(of: .unfollow(id)) == [420])
        // What it says of the strike is compared with the one that was traded on.
        let price = ReferencePrice(raw: 7_969_694_817_429)
        #expect(script.second(of: .strike(id, price)) == [420])
    }

    @Test("never more than twelve windows are kept: the oldest is given up for a newer one")
    func most() throws {
        var script = Script(at: Self.start)
        for index in Int64(0)..<80 {
            let start = 1_790_000_100 + index * 300
            script.records["btc-updown-5m-\(start)"] = try record(start)
        }
        script.run(seconds: 300 * 20)
        #expect(script.directory.followed.count == MarketDirectory.windowsMax)
        #expect(script.told.contains("\(Self.slug): given up for newer windows"))
        #expect(script.second(of: .unfollow(MarketID(index: 0))).count == 1)
    }

    @Test("an outcome that has not come in six hours is given up, loudly")
    func patience() throws {
        let start = Timestamp(seconds: 1_790_006_400)
        var script = Script(WindowSeries(.btc, .fourHours), at: start)
        let slug = WindowSeries(.btc, .fourHours).slug(start: start)
        script.records[slug] = try record(1_790_006_400, length: 14_400)
        script.run(seconds: 14_400 + 30)
        #expect(script.listed.count == 1)
        // A quarter of an hour at a time, as a sleeping machine would.
        for _ in 0..<25 {
            script.now = script.now + .seconds(900)
            script.turn()
        }
        #expect(script.second(of: .unfollow(MarketID(index: 0))).count == 1)
        #expect(script.told.contains("\(slug): no outcome in six hours; what is held stays held"))
        #expect(!script.directory.followed.contains { $0.id == MarketID(index: 0) })
    }

    @Test("joined on its way, a window's strike is the final price of the one before")
    func strikeOfPrevious() throws {
        var script = Script(at: Self.start + .seconds(90))
        script.records[Self.slug] = try record(1_790_000_100)
        script.run(seconds: 9)
        script.records[Self.before] = try record(1_789_999_800, isClosed: true, final: "80000.5")
        script.run(seconds: 40)
        let price = ReferencePrice(raw: 8_000_050_000_000)
        #expect(script.asked(Self.before) == [0, 10])
        #expect(script.second(of: .strike(MarketID(index: 0), price)) == [10])

        // Not asked when the price socket has told it, and not for longer than it would be used.
        var other = Script(at: Self.start + .seconds(90))
        other.records[Self.slug] = try record(1_790_000_100)
        other.run(seconds: 1)
        other.directory.strikeKnown(of: MarketID(index: 0))
        other.run(seconds: 60)
        #expect(other.asked(Self.before) == [0])
        var third = Script(at: Self.start + .seconds(90))
        third.records[Self.slug] = try record(1_790_000_100)
        third.run(seconds: 100)
        #expect(third.asked(Self.before) == [0, 10, 20])
    }

    @Test("nothing is left to do before the time that is named")
    func due() throws {
        var script = Script(at: Self.start + .seconds(7))
        script.records[Self.slug] = try record(1_790_000_100)
        script.records[Self.next] = try record(1_790_000_400)
        var random = SplitMix64(seed: 5)
        for _ in 0..<400 {
            script.turn()
            let due = script.directory.nextDue(after: script.now)
            #expect(due > script.now)
            // Anything sooner finds nothing.
            let step = Int64.random(in: 0...30_000_000_000, using: &random)
            let earlier = min(script.now + Duration(nanoseconds: step), due)
            let count = script.steps.count
            script.now = earlier
            script.turn()
            if earlier < due { #expect(script.steps.count == count, "before \(due)") }
        }
    }
}
