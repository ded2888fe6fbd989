internal import TestSupport
internal import Testing
internal import Trading

@testable internal import Venues

@Suite("SettlementPriceReader") struct SettlementPriceReaderTests {
    private typealias Item = SettlementPriceReader.Item

    private static let header = "feed_ts_ms,value,full_accuracy_value,server_ts_ms,recv_ms"
    private static let line =
        "1784851200000,65048.078902260626,65048078902260626000000,1784851201160,1784851201377"

    private func items(_ pieces: [[UInt8]]) -> [Item] {
        var reader = SettlementPriceReader()
        var items: [Item] = []
        for piece in pieces {
            reader.receive(piece.span)
            while let item = reader.next() { items.append(item) }
        }
        reader.finish()
        while let item = reader.next() { items.append(item) }
        #expect(reader.next() == nil)
        return items
    }

    private func items(_ text: String) -> [Item] { items([Array(text.utf8)]) }

    @Test("a price is exact to its last digit, however the file is cut")
    func exact() throws {
        let text = Self.header + "\n" + Self.line + "\r\n\n  \n" + Self.line
        let value = try #require(SettlementValue(raw: 65_048_078_902_260_626_000_000))
        let expected = Item.price(
            SettlementPrice(
                stamp: Timestamp(milliseconds: 1_784_851_200_000),
                received: Timestamp(milliseconds: 1_784_851_201_377),
                value: value
            )
        )
        for way in DripFeed.ways(Array(text.utf8)) {
            #expect(items(way) == [expected, expected])
        }
        #expect(value.dollars == 65_048.078902260626)
    }

    @Test("a damaged line is told with its number and skipped")
    func damaged() {
        let rows: [(String, SettlementPriceDamage)] = [
            ("1784851200000,1,1,1", .columns),
            ("1784851200000,1,1,1,1784851201377,1", .columns),
            ("1784851200,1,1,1,1784851201377", .time),
            ("1784851200000000,1,1,1,1784851201377", .time),
            ("1784851200000,1,1,1,", .time), ("-784851200000,1,1,1,1784851201377", .time),
            ("1784851200000,1,0,1,1784851201377", .value),
            ("1784851200000,1,,1,1784851201377", .value),
            ("1784851200000,1,-5,1,1784851201377", .value),
            ("1784851200000,1,1.5,1,1784851201377", .value),
            ("1784851200000,1,\(String(repeating: "9", count: 31)),1,1784851201377", .value),
            ("1784851200000,1,1,1,1784851800001", .clocksApart),
            ("1784851800001,1,1,1,1784851200000", .clocksApart),
            (String(repeating: "1", count: 1_025), .tooLong),
        ]
        for (line, reason) in rows {
            let found = items(Self.header + "\n" + line + "\n" + Self.line + "\n")
            #expect(found.count == 2, "\(line)")
            #expect(found.first == .damaged(line: 2, reason: reason), "\(line)")
        }
    }

    @Test("the greatest value fits")
    func greatest() {
        let greatest = SettlementValue(Array(String(repeating: "9", count: 30).utf8).span)
        #expect(greatest.map { $0.dollars > 9e11 } == true)
    }

    @Test("another kind of file is refused at its first line, and nothing of it is believed")
    func foreign() {
        let long = String(repeating: "x", count: 2_000)
        for first in [Self.line, "time,price", "{\"a\":1}", long, "", Self.header + ",more"] {
            let found = items(first + "\n" + Self.header + "\n" + Self.line + "\n")
            #expect(found == [.damaged(line: 1, reason: .header)], "\(first)")
        }
        #expect(items("").isEmpty)
    }

    @Test("bytes without end and without a line feed are told once, and are not kept")
    func endless() {
        var reader = SettlementPriceReader()
        reader.receive(Array((Self.header + "\n").utf8).span)
        let piece = [UInt8](repeating: 0x31, count: 1_000)
        var told: [Item] = []
        for _ in 0..<1_000 {
            reader.receive(piece.span)
            while let item = reader.next() { told.append(item) }
        }
        reader.receive(Array(("\n" + Self.line).utf8).span)
        reader.finish()
        while let item = reader.next() { told.append(item) }
        #expect(told.count == 2 && told.first == .damaged(line: 2, reason: .tooLong))
        #expect(reader.lineCount == 3 && reader.damagedCount == 1)
    }
}
