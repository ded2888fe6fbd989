internal import Foundation
internal import TestSupport
internal import Testing
internal import Trading
internal import Venues

@Suite struct PolymarketBookTests {
    /// All books of a frame, each with its levels.
    private func decode(
        _ frame: String
    ) throws(BookFrameError) -> [(PolymarketBook, BookSnapshot)] {
        let bytes = Array(frame.utf8)
        var snapshot = emptySnapshot()
        var books: [(PolymarketBook, BookSnapshot)] = []
        var reader = PolymarketBookFrame(bytes.span)
        while let book = try reader.next(into: &snapshot) { books.append((book, snapshot)) }
        return books
    }

    private func text(_ range: Range<Int>, of frame: String) -> String {
        String(decoding: Array(frame.utf8)[range], as: UTF8.self)
    }

    @Test("a book is decoded exactly, with blanks and without", arguments: [false, true])
    func book(isSpaced: Bool) throws {
        let frame = SampleBook().frame(.ten, isSpaced: isSpaced)
        let (book, snapshot) = try #require(try decode(frame).first)
        #expect(snapshot.bids == levels([(4_900, 120_500_000), (5_000, 30_000_000)]))
        #expect(snapshot.asks == levels([(5_300, 7_250_000), (5_100, 100_000_000)]))
        #expect(snapshot.market == MarketID(index: 7))
        #expect(snapshot.venueTime == Timestamp(milliseconds: 1_776_323_404_879))
        #expect(snapshot.tickSize == .hundredth)
        #expect(text(book.assetID, of: frame) == SampleBook().assetID)
        #expect(text(book.market, of: frame) == SampleBook().market)
        #expect(book.hash.map { text($0, of: frame) } == SampleBook().hash)
        #expect(book.bestBid == Price(raw: 5_000))
        #expect(book.bestAsk == Price(raw: 5_100))
        #expect(book.lastTradePrice == Price(raw: 5_100))
        #expect(book.negRisk == false)
        #expect(book.isCompact == !isSpaced)
        #expect(book.unknownKeys == 0)
    }

    @Test("a frame may be an array of books, also of none")
    func arrays() throws {
        var other = SampleBook()
        other.assetID = "42"
        other.bids = []
        let books = try decode("[\(SampleBook().frame()), \(other.frame(.nine))]")
        #expect(books.count == 2)
        #expect(books[0].1.bids.count == 2)
        #expect(books[1].1.bids.isEmpty)
        #expect(books[1].0.bestBid == nil)
        #expect(books[1].0.isCompact)
        #expect(books[1].1.asks == books[0].1.asks)
        #expect(try decode("[]").isEmpty)
        #expect(try decode(" [ ] ").isEmpty)
    }

    @Test("keys come in any order, and unknown ones are counted")
    func keys() throws {
        let frame = """
            {"asks":[{"size":"1","price":"0.7"}],"new":{"a":[1,{"b":null}]},"timestamp":"5",\
            "bids":[{"price":"0.2","size":"1","orders":3}],"asset_id":"1","market":"m","hash":null}
            """
        let (book, snapshot) = try #require(try decode(frame).first)
        #expect(snapshot.asks == levels([(7_000, 1_000_000)]))
        #expect(snapshot.bids == levels([(2_000, 1_000_000)]))
        #expect(snapshot.tickSize == nil)
        #expect(book.hash == nil)
        #expect(book.unknownKeys == 2)
        #expect(!book.isCompact)
    }

    @Test("levels in any order are taken, levels of nothing are left out")
    func unsorted() throws {
        var sample = SampleBook()
        sample.bids = [("0.2", "1"), ("0.4", "2"), ("0.3", "0"), ("0.1", "0.000001")]
        let (book, snapshot) = try #require(try decode(sample.frame()).first)
        #expect(snapshot.bids == levels([(2_000, 1_000_000), (4_000, 2_000_000), (1_000, 1)]))
        #expect(book.bestBid == Price(raw: 4_000))
    }

    @Test(
        "what is not a book is refused, with what and why",
        arguments: [
            ("\"0.5\"", "\"0.50001\"", .offPrecision, .bids),
            ("\"0.5\"", "\"1\"", .outOfRange, .bids),
            ("\"0.5\"", "\"0\"", .outOfRange, .bids),
            ("\"0.5\"", "\"-0.5\"", .outOfRange, .bids),
            ("\"0.5\"", "\"1.01\"", .outOfRange, .bids),
            ("\"0.5\"", "\"99999999999999999999\"", .outOfRange, .bids),
            ("\"0.5\"", "\".5\"", .malformed, .bids),
            ("\"0.5\"", "\"\"", .malformed, .bids),
            ("\"0.5\"", "\"0.5e0\"", .malformed, .bids),
            ("\"0.5\"", "\"\\u0030.5\"", .malformed, .bids),
            ("\"0.5\"", "0.5", .wrongType, .bids),
            ("\"0.5\"", "\"0.49\"", .duplicatePrice, .bids),
            ("\"7.25\"", "\"-7.25\"", .outOfRange, .asks),
            ("\"7.25\"", "\"7.0000001\"", .offPrecision, .asks),
            ("\"7.25\"", "\"99999999999999\"", .outOfRange, .asks),
            ("\"price\":\"0.53\",", "", .missing, .asks),
            (",\"size\":\"7.25\"", "", .missing, .asks),
            ("\"size\":\"7.25\"", "\"size\":\"1\",\"size\":\"1\"", .repeated, .asks),
            ("{\"price\":\"0.53\",\"size\":\"7.25\"}", "[]", .wrongType, .asks),
            (
                "\"timestamp\":\"1776323404879\"", "\"timestamp\":1776323404879", .wrongType,
                .timestamp
            ),
            ("1776323404879", "17763234048790", .outOfRange, .timestamp),
            ("1776323404879", "17763234O4879", .malformed, .timestamp),
            ("1776323404879", "", .malformed, .timestamp),
            ("\"timestamp\":\"1776323404879\",", "", .missing, .timestamp),
            ("\"market\"", "\"Market\"", .missing, .market),
            ("\"asset_id\"", "\"bids\"", .wrongType, .bids),
            ("\"asset_id\"", "\"market\"", .repeated, .market),
            ("0x9bf175", "0x9\\nbf", .malformed, .market),
            ("988793331535", "", .none, .assetID),
            ("\"book\"", "\"price_change\"", .otherEvent, .eventType),
            ("\"0.01\"", "\"0.02\"", .outOfRange, .tickSize),
            ("\"0.510\"", "\"1.510\"", .outOfRange, .lastTradePrice),
            ("\"0.510\"", "\"0.51055\"", .offPrecision, .lastTradePrice),
            ("\"0.510\"", "0.51", .wrongType, .lastTradePrice),
        ] as [(String, String, BookFrameError.Reason?, BookFrameError.Field)]
    )
    func refused(
        text: String,
        replacement: String,
        reason: BookFrameError.Reason?,
        field: BookFrameError.Field
    ) throws {
        let frame = SampleBook().frame(.nine)
        let changed = frame.replacingOccurrences(of: text, with: replacement)
        #expect(changed != frame)
        do {
            _ = try decode(changed)
            #expect(reason == nil)
        } catch {
            #expect(error.reason == reason)
            #expect(error.field == field)
            #expect(error.offset <= changed.utf8.count)
        }
    }

    @Test("a duplicate price is found in an unsorted side as in a sorted one")
    func duplicates() {
        for prices in [["0.2", "0.2"], ["0.2", "0.4", "0.2"], ["0.4", "0.3", "0.30"]] {
            var book = SampleBook()
            book.asks = prices.map { ($0, "1") }
            #expect(throws: BookFrameError.self) { try decode(book.frame()) }
        }
    }

    @Test("a side has at most one level for every price")
    func levelLimit() throws {
        var book = SampleBook()
        book.bids = (1...PolymarketBook.levelsMax).map {
            (String(format: "%.4f", Double($0) / 10_000), "1")
        }
        #expect(try decode(book.frame(hash: nil)).first?.1.bids.count == PolymarketBook.levelsMax)
        book.bids.append(("0.5", "1"))
        do {
            _ = try decode(book.frame(hash: nil))
            Issue.record("one level too many was taken")
        } catch {
            #expect(error.reason == .tooManyLevels)
        }
    }

    @Test("a frame cut short anywhere, or with something behind it, is refused")
    func cut() {
        let frame = SampleBook().frame()
        for count in 0..<frame.utf8.count {
            #expect(throws: BookFrameError.self) { try decode(String(frame.prefix(count))) }
        }
        for text in [frame + "x", frame + frame, "[" + frame, "[\(frame),]", "[[\(frame)]]", "7"] {
            #expect(throws: BookFrameError.self) { try decode(text) }
        }
    }

    @Test(
        "the venue's recorded example frames are decoded",
        .enabled(if: SharedData.isPresent, "\(SharedData.absenceMessage)"),
        arguments: [
            ("ws_market_book.json", 76, 86), ("ws_market_book_small.json", 2, 2),
        ]
    )
    func fixtures(name: String, bids: Int, asks: Int) throws {
        let bytes = try #require(SharedData.bytes("fixtures/polymarket/\(name)"))
        let (book, snapshot) = try #require(
            try decode(String(decoding: bytes, as: UTF8.self)).first
        )
        #expect(snapshot.bids.count == bids)
        #expect(snapshot.asks.count == asks)
        #expect(book.unknownKeys == 0)
        #expect(try #require(book.bestBid) < #require(book.bestAsk))
    }
}
