internal import Foundation
internal import TestSupport
internal import Testing
internal import Trading
internal import Venues
internal import Wire

@Suite struct RecordingReaderTests {
    private static let end = Timestamp(seconds: 1_776_323_700)

    /// Everything that a recording tells when it comes in these pieces.
    private func read(_ pieces: [[UInt8]]) -> (items: [RecordingItem], RecordingStatistics) {
        var reader = RecordingReader()
        var items: [RecordingItem] = []
        for piece in pieces {
            reader.receive(piece.span)
            while let item = reader.next() { items.append(item) }
        }
        reader.finish()
        while let item = reader.next() { items.append(item) }
        #expect(reader.next() == nil)
        return (items, reader.statistics)
    }

    private func read(_ lines: [String]) -> (items: [RecordingItem], RecordingStatistics) {
        read([Array(lines.joined(separator: "\n").utf8)])
    }

    /// Three frames, a trade, another grid, and a second market.
    private var story: [String] {
        var lines = [SampleBook().line(at: "1776323404.7760892", .nine)]
        var book = SampleBook()
        book.timestamp = "1776323405000"
        book.bids = [("0.49", "100"), ("0.5", "20")]
        lines.append(book.line(at: "1776323404.978289"))
        // Printed in terms of the other token, whose 0.49 is our 0.51, the best ask before.
        book.timestamp = "1776323405500"
        book.lastTradePrice = "0.490"
        book.tickSize = "0.001"
        book.asks = [("0.53", "7.25"), ("0.511", "100")]
        lines.append(book.line(at: "1776323405.5"))
        var second = SampleBook()
        second.market = "0xabc"
        second.assetID = "77"
        second.bids = [("0.3", "5")]
        second.asks = []
        second.lastTradePrice = ""
        lines.append(second.line(at: "1776323701", slug: "btc-updown-5m-1776323700"))
        return lines
    }

    private func definition(
        _ index: UInt32,
        _ book: SampleBook,
        _ start: Int64
    ) -> MarketDefinition {
        MarketDefinition(
            id: MarketID(index: index),
            slug: InlineText("btc-updown-5m-\(start)")!,
            conditionID: InlineText(book.market)!,
            yesToken: InlineText(book.assetID)!,
            noToken: InlineText(),
            windowStart: Timestamp(seconds: start),
            windowEnd: Timestamp(seconds: start + 300),
            tickSize: .hundredth,
            orderSizeMin: Quantity(shares: 5),
            takerFeeRate: 0.07,
            settlement: .spotSnapshot
        )
    }

    private func book(
        _ index: UInt32,
        _ bids: [(Int64, Int64)],
        _ asks: [(Int64, Int64)],
        _ tickSize: TickSize,
        _ milliseconds: Int64
    ) -> EngineEvent {
        .bookReplaced(
            BookSnapshot(
                market: MarketID(index: index),
                bids: levels(bids),
                asks: levels(asks),
                tickSize: tickSize,
                venueTime: Timestamp(milliseconds: milliseconds)
            )
        )
    }

    private var storyItems: [RecordingItem] {
        var second = SampleBook()
        second.market = "0xabc"
        second.assetID = "77"
        let first = Timestamp(nanoseconds: 1_776_323_404_776_089_200)
        let third = Timestamp(nanoseconds: 1_776_323_405_500_000_000)
        let asks: [(Int64, Int64)] = [(5_300, 7_250_000), (5_100, 100_000_000)]
        return [
            .event(first, .marketListed(definition(0, SampleBook(), 1_776_323_400))),
            .event(
                first,
                book(
                    0,
                    [(4_900, 120_500_000), (5_000, 30_000_000)],
                    asks,
                    .hundredth,
                    1_776_323_404_879
                )
            ),
            .event(
                Timestamp(nanoseconds: 1_776_323_404_978_289_000),
                book(
                    0,
                    [(4_900, 100_000_000), (5_000, 20_000_000)],
                    asks,
                    .hundredth,
                    1_776_323_405_000
                )
            ),
            .event(
                third,
                .traded(
                    TradePrint(
                        market: MarketID(index: 0),
                        takerSide: .buy,
                        price: Price(raw: 5_100),
                        size: nil,
                        venueTime: Timestamp(milliseconds: 1_776_323_405_500)
                    )
                )
            ),
            .event(third, .tickSizeChanged(MarketID(index: 0), .thousandth)),
            .event(
                third,
                book(
                    0,
                    [(4_900, 100_000_000), (5_000, 20_000_000)],
                    [(5_300, 7_250_000), (5_110, 100_000_000)],
                    .thousandth,
                    1_776_323_405_500
                )
            ),
            .event(Self.end, .marketResolved(MarketID(index: 0), winner: .yes)),
            .event(
                Timestamp(seconds: 1_776_323_701),
                .marketListed(definition(1, second, 1_776_323_700))
            ),
            .event(
                Timestamp(seconds: 1_776_323_701),
                book(1, [(3_000, 5_000_000)], [], .hundredth, 1_776_323_404_879)
            ),
            .event(
                Timestamp(seconds: 1_776_324_000),
                .marketResolved(MarketID(index: 1), winner: .yes)
            ),
        ]
    }

    @Test("a recording becomes events: listed, traded, another grid, books, resolved")
    func whole() {
        let (items, statistics) = read(story)
        #expect(items == storyItems)
        var expected = RecordingStatistics()
        expected.lines = 4
        expected.frames = 4
        expected.markets = 2
        expected.firstTime = Timestamp(nanoseconds: 1_776_323_404_776_089_200)
        expected.lastTime = Timestamp(seconds: 1_776_323_701)
        expected.hashesVerified = 1
        expected.hashesVerifiedByLastTerms = 1
        expected.hashesVerifiedBySearch = 2
        expected.tradesInferred = 1
        expected.tradesOfOtherToken = 1
        expected.tickSizeChanges = 1
        expected.resolutionsInferred = 2
        expected.hashAttempts = statistics.hashAttempts
        #expect(statistics == expected)
    }

    @Test("however the file is cut, the events are the same")
    func cuts() {
        // One line whole and the next one's beginning; blank lines and both line ends.
        let bytes = Array((story[0] + "\r\n\n \n" + story[1] + "\n").utf8)
        let expected = read([bytes])
        #expect(expected.1.lines == 4)
        #expect(expected.1.frames == 2)
        for pieces in DripFeed.ways(bytes) {
            let (items, statistics) = read(pieces)
            guard items == expected.items, statistics == expected.1 else {
                Issue.record("cut into \(pieces.map(\.count).prefix(3))")
                return
            }
        }
    }

    @Test(
        "a damaged line is named with its number and its reason, and skipped",
        arguments: [
            ("{", .notJSON(.init(.expectedKey, at: 1))),
            ("[]", .notAnObject),
            ("7", .notAnObject),
            ("{}", .keys),
            ("{\"recv_ts\":1,\"slug\":\"btc-updown-5m-1776323400\"}", .keys),
            ("{\"recv_ts\":1,\"recv_ts\":1}", .keys),
            ("{\"recv_ts\":\"1\"}", .receiveTime),
            ("{\"recv_ts\":-1}", .receiveTime),
            ("{\"recv_ts\":0}", .receiveTime),
            ("{\"recv_ts\":1e30}", .receiveTime),
            ("{\"recv_ts\":1.0000000001}", .receiveTime),
            ("{\"slug\":\"bitcoin\"}", .slug),
            ("{\"slug\":null}", .slug),
            ("{\"raw\":null}", .frame(.init(.wrongType, .frame, at: 7))),
            ("{\"raw\":{}}", .frame(.init(.missing, .market, at: 9))),
            ("{\"raw\":{\"bids\":[{\"price\":\"2\"}]}}", .frame(.init(.outOfRange, .bids, at: 26))),
        ] as [(String, RecordingDamage)]
    )
    func damaged(line: String, reason: RecordingDamage) {
        let (items, statistics) = read([story[0], "", line] + story[1...])
        #expect(
            items.filter { if case .damaged = $0 { true } else { false } }
                == [.damaged(line: 3, reason: reason)]
        )
        #expect(items.count == storyItems.count + 1)
        #expect(statistics.damaged == 1)
        #expect(statistics.lines == 6)
    }

    @Test("a frame whose hash is wrong is skipped")
    func mismatch() {
        var lines = story
        lines[1] = lines[1].replacingOccurrences(of: "\"20\"", with: "\"21\"")
        let (items, statistics) = read(lines)
        #expect(items.contains(.damaged(line: 2, reason: .hashMismatch)))
        #expect(statistics.hashesMismatched == 1)
        #expect(statistics.frames == 3)
    }

    @Test("a frame without a hash is skipped")
    func noHash() {
        var lines = story
        lines[1] = lines[1].replacingOccurrences(of: "\"hash\"", with: "\"has\"")
        let damage = RecordingDamage.frame(BookFrameError(.missing, .hash, at: 0))
        #expect(read(lines).items.contains(.damaged(line: 2, reason: damage)))
    }

    @Test(
        "a receive time far from the venue's stamp ends nothing",
        arguments: [
            "1976323404", "1776324005", "1776322804", "9223372036", "1",
        ]
    )
    func clocksApart(time: String) {
        let (items, statistics) = read([story[0], SampleBook().line(at: time)] + story[1...])
        #expect(items.contains(.damaged(line: 2, reason: .clocksApart)))
        #expect(items.count == storyItems.count + 1)
        #expect(statistics.clockStepsBack == 0)
    }

    @Test("a slug stays with its market, and a token with its slug")
    func identity() {
        var otherMarket = SampleBook()
        otherMarket.market = "0xother"
        var third = SampleBook()
        third.assetID = "3"
        var second = SampleBook()
        second.assetID = "2"
        let (items, _) = read([
            SampleBook().line(at: "1776323404"),
            otherMarket.line(at: "1776323404"),
            SampleBook().line(at: "1776323404", slug: "btc-updown-5m-1776323700"),
            second.line(at: "1776323404"),
            third.line(at: "1776323404"),
        ])
        let damages = items.filter { if case .damaged = $0 { true } else { false } }
        #expect(damages == [2, 3, 5].map { .damaged(line: $0, reason: .identityChanged) })
    }

    @Test("a frame of the other token is turned over")
    func otherToken() throws {
        var mirror = SampleBook()
        mirror.assetID = "2"
        mirror.bids = [("0.47", "7.25"), ("0.49", "100")]
        mirror.asks = [("0.51", "120.5"), ("0.5", "30")]
        let (items, statistics) = read([
            SampleBook().line(at: "1776323404"), mirror.line(at: "1776323404"),
        ])
        #expect(statistics.framesOfOtherToken == 1)
        #expect(statistics.tradesInferred == 0)
        #expect(items.count == 4)
        #expect(items[2] == items[1])
    }

    @Test("a line that is too long is reported once, however it comes, and the next one is read")
    func tooLong() {
        let long = [UInt8](repeating: 0x20, count: RecordingReader.lineBytesMax + 1)
        let line = Array(story[0].utf8)
        let bytes = long + [0x0A] + line
        let pieces = stride(from: 0, to: bytes.count, by: 100_000).map {
            Array(bytes[$0..<min($0 + 100_000, bytes.count)])
        }
        for ways in [[bytes], pieces, [long, [0x0A], line], [long + long, [0x0A] + line]] {
            let (items, statistics) = read(ways)
            #expect(items.first == .damaged(line: 1, reason: .tooLong))
            #expect(items.dropFirst().first == storyItems[0])
            #expect(items.count == 4)
            #expect(statistics.lines == 2)
        }
        let justFits = Array(long.dropFirst()) + [0x0A] + line
        #expect(read([justFits]).items.first == storyItems[0])
        #expect(read([long]).items == [.damaged(line: 1, reason: .tooLong)])
    }

    @Test("times never decrease, and steps back are counted")
    func clock() {
        let times = ["1776323410", "1776323409.5", "1776323411", "1776323411", "1776323405"]
        let (items, statistics) = read(times.map { SampleBook().line(at: $0) })
        #expect(statistics.clockStepsBack == 2)
        let seconds = items.map { item -> Int64 in
            guard case .event(let time, _) = item else { return 0 }
            return time.nanoseconds / 1_000_000_000
        }
        #expect(seconds == [10, 10, 10, 11, 11, 11, 300].map { $0 + 1_776_323_400 })
    }

    @Test("what comes after a market's end is left out; the last book before it decides")
    func end() {
        var down = SampleBook()
        down.bids = [("0.01", "1")]
        down.asks = [("0.02", "1")]
        var up = SampleBook()
        up.bids = [("0.99", "1")]
        up.asks = []
        let (items, statistics) = read([
            down.line(at: "1776323699.999999999"), up.line(at: "1776323700"),
            up.line(at: "1776323701"),
        ])
        #expect(statistics.framesAfterEnd == 2)
        #expect(items.count == 3)
        #expect(items.last == .event(Self.end, .marketResolved(MarketID(index: 0), winner: .no)))
    }

    @Test(
        "the winner follows the middle of the last book, an empty side at the edge",
        arguments: [
            ([("0.5", "1")], [("0.51", "1")], .yes), ([("0.49", "1")], [("0.5", "1")], .no),
            ([("0.49", "1")], [("0.51", "1")], .yes), ([("0.4", "1")], [], .yes),
            ([], [("0.6", "1")], .no), ([], [], .yes),
        ] as [([(String, String)], [(String, String)], Outcome)]
    )
    func winner(bids: [(String, String)], asks: [(String, String)], outcome: Outcome) {
        var book = SampleBook()
        book.bids = bids
        book.asks = asks
        let items = read([book.line(at: "1776323404")]).items
        #expect(
            items.last
                == .event(Self.end, .marketResolved(MarketID(index: 0), winner: outcome))
        )
    }

    @Test("overlapping markets end in the order of their windows")
    func overlap() {
        var books: [String] = []
        for (index, slug) in ["a-15m-1776323400", "b-5m-1776323400", "c-5m-1776323400"].enumerated()
        {
            var book = SampleBook()
            book.market = "m\(index)"
            book.assetID = "\(index)"
            books.append(book.line(at: "1776323404", slug: slug))
        }
        let ends = read(books).items.compactMap { item in
            if case .event(_, .marketResolved(let id, winner: _)) = item { id.index } else { nil }
        }
        #expect(ends == [1, 2, 0])
    }

    @Test("an event let go of in time leaves its arrays to the next frame")
    func capacity() throws {
        var reader = RecordingReader()
        let lines = Array((0..<20).map { story[$0 % 2] }.joined(separator: "\n").utf8)
        reader.receive(lines.span)
        var addresses: Set<Int> = []
        while let item = reader.next() {
            guard case .event(_, .bookReplaced(let book)) = item else { continue }
            // The address is only compared.
            addresses.insert(
                unsafe book.bids.withUnsafeBufferPointer { buffer in
                    Int(bitPattern: buffer.baseAddress)
                }
            )
        }
        #expect(addresses.count == 1)
    }

    @Test("a changed byte in a frame is never taken for another book")
    func fuzzFrames() {
        let seed: UInt64 = 0xB00C
        var random = SplitMix64(seed: seed)
        let line = Array(story[0].utf8)
        let start = line.count - Array(SampleBook().frame(.nine).utf8).count
        let sound = read([line]).items
        for round in 0..<3_000 {
            var changed = line
            for _ in 0...Int.random(in: 0...2, using: &random) {
                let index = Int.random(in: start..<changed.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: changed[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 1: changed.remove(at: index)
                default: changed.insert(changed[index], at: index)
                }
            }
            for item in read([changed]).items {
                if case .event = item, !sound.contains(item) {
                    let text = String(decoding: changed, as: UTF8.self)
                    Issue.record("seed \(seed) round \(round): \(text)")
                }
            }
        }
    }

    @Test("garbage never traps")
    func fuzzGarbage() {
        let seed: UInt64 = 0x6A4BA6E
        var random = SplitMix64(seed: seed)
        let alphabet = Array("{}[]\",:.-0123456789eE\n\\recv_tslugaw btc-5mhpidskz\u{0}é".utf8)
        for _ in 0..<400 {
            let bytes = (0..<Int.random(in: 0...300, using: &random)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            }
            let (_, statistics) = read([bytes])
            #expect(statistics.frames == 0, "seed \(seed)")
        }
    }
}
