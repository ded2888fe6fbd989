internal import TestSupport
internal import Testing
internal import Trading
internal import Wire

@testable internal import Venues

@Suite("SettledMarketReader") struct SettledMarketReaderTests {
    private typealias Item = SettledMarketReader.Item

    private func line(
        slug: String = "\"btc-updown-5m-1784851200\"",
        start: String = "1784851200",
        end: String = "1784851500",
        resolved: String = "true",
        prices: String = #"["0","1"]"#,
        strike: String = "\"65048078902260626000000\""
    ) -> String {
        #"{"asset":"btc","raw":{"slug":"x","deep":[{}]},"strike_value":\#(strike),"#
            + #""slug":\#(slug),"start_sec":\#(start),"end_sec":\#(end),"#
            + #""resolved":\#(resolved),"outcome_prices":\#(prices)}"#
    }

    private func items(_ pieces: [[UInt8]]) -> [Item] {
        var reader = SettledMarketReader()
        var items: [Item] = []
        for piece in pieces {
            reader.receive(piece.span)
            while let item = reader.next() { items.append(item) }
        }
        reader.finish()
        while let item = reader.next() { items.append(item) }
        return items
    }

    private func items(_ text: String) -> [Item] { items([Array(text.utf8)]) }

    @Test("a market is read, however the file is cut")
    func market() throws {
        let slug = MarketSlug(Array("btc-updown-5m-1784851200".utf8).span)
        let expected = Item.market(
            SettledMarket(
                slug: try #require(slug),
                strike: SettlementValue(raw: 65_048_078_902_260_626_000_000),
                winner: .no
            )
        )
        for way in DripFeed.ways(Array(("\n" + line() + "\r\n").utf8)) {
            #expect(items(way) == [expected])
        }
    }

    @Test("who won, and what is not known")
    func outcomes() throws {
        let rows: [(resolved: String, prices: String, winner: Outcome?)] = [
            ("true", #"["1","0"]"#, .yes), ("true", #"["0","1"]"#, .no),
            ("false", #"["1","0"]"#, nil), ("false", #"["0.5","0.5"]"#, nil),
        ]
        for row in rows {
            let found = items(line(resolved: row.resolved, prices: row.prices, strike: "null"))
            guard case .market(let market) = try #require(found.first) else {
                Issue.record("\(found)")
                continue
            }
            #expect(market.winner == row.winner && market.strike == nil)
        }
    }

    @Test("a damaged line is told with its number and skipped")
    func damaged() {
        let missing = line().replacing("\"resolved\":true,", with: "")
        let rows: [(String, SettledMarketDamage)] = [
            ("[]", .notAnObject), ("7", .notAnObject),
            (missing, .keys), ("{}", .keys),
            (line().replacing("{\"asset\"", with: "{\"end_sec\":1784851500,\"asset\""), .keys),
            (line(slug: "\"btc\""), .slug), (line(slug: "7"), .slug),
            (line(start: "1784851201"), .window), (line(end: "1784851501"), .window),
            (line(end: "-1"), .window), (line(end: "\"1784851500\""), .window),
            (line(end: "9000000001"), .window),
            (line(strike: "65048"), .strike), (line(strike: "\"\""), .strike),
            (line(strike: "\"65048.5\""), .strike), (line(strike: "\"0\""), .strike),
            (line(resolved: "1"), .outcome), (line(prices: "[]"), .outcome),
            (line(prices: #"["1","0","0"]"#), .outcome), (line(prices: #"["1","1"]"#), .outcome),
            (line(prices: #"[1,0]"#), .outcome),
        ]
        for (text, reason) in rows {
            let found = items(text + "\n" + line())
            #expect(found.count == 2, "\(text)")
            #expect(found.first == .damaged(line: 1, reason: reason), "\(text)")
        }
        guard case .damaged(line: 1, reason: .notJSON) = items("{\"slug\":").first else {
            Issue.record("half an object was taken")
            return
        }
        let long = items(String(repeating: " ", count: (1 << 20) + 1) + "\n" + line())
        #expect(long.first == .damaged(line: 1, reason: .tooLong) && long.count == 2)
    }

    @Test("a market told twice counts once")
    func repeated() {
        let found = items(line() + "\n" + line(strike: "null") + "\n")
        #expect(found.count == 2 && found.last == .damaged(line: 2, reason: .repeated))
    }
}
