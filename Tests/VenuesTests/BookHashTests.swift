internal import Foundation
internal import TestSupport
internal import Testing
internal import Trading
internal import Venues

@Suite struct BookHashTests {
    /// Decodes a frame of one book and checks its hash.
    private func outcome(
        _ frame: String,
        last: BookTerms? = nil,
        _ constants: BookHash.Constants = .recurringCrypto
    ) throws -> (outcome: BookHashOutcome, attempts: Int) {
        let bytes = Array(frame.utf8)
        var snapshot = emptySnapshot()
        var reader = PolymarketBookFrame(bytes.span)
        let book = try #require(try reader.next(into: &snapshot))
        var hash = BookHash(constants)
        return (hash.verify(book, in: bytes.span, last: last), hash.attempts)
    }

    private func terms(
        _ tickSize: TickSize,
        _ price: Int64?,
        _ style: BookTerms.PriceStyle = .threeDecimals
    ) -> BookTerms {
        BookTerms(tickSize: tickSize, lastTradePrice: price.map { Price(raw: $0) }, style: style)
    }

    @Test(
        "the naive digest is SHA-1",
        arguments: [
            ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
            ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        ]
    )
    func oracle(text: String, digest: String) {
        #expect(NaiveSHA1.hexadecimal(Array(text.utf8)) == digest)
    }

    @Test("the venue's own test value comes out")
    func officialValue() throws {
        var book = SampleBook()
        book.market = "0xaabbcc"
        book.assetID = "100"
        book.timestamp = "123456789"
        book.bids = [("0.3", "100"), ("0.4", "100")]
        book.asks = [("0.6", "100"), ("0.7", "100")]
        book.minOrderSize = "100"
        book.lastTradePrice = "0.5"
        let frame = book.frame(.ten, hash: "0458ea5755c9f73d64a14636fa5c36ed460ec394")
        #expect(try outcome(frame).outcome == .verified(terms(.hundredth, 5_000, .shortest)))
    }

    @Test(
        "a frame that spells everything out is verified, with blanks and without",
        arguments: [SampleBook.Keys.nine, .ten],
        [false, true]
    )
    func spelledOut(keys: SampleBook.Keys, isSpaced: Bool) throws {
        let frame = SampleBook().frame(keys, isSpaced: isSpaced)
        let result = try outcome(frame)
        #expect(result.outcome == .verified(terms(.hundredth, 5_100)))
        #expect(result.attempts == 1)
    }

    @Test("the last known terms are tried first")
    func lastTerms() throws {
        let last = terms(.hundredth, 5_100)
        for isSpaced in [false, true] {
            let result = try outcome(SampleBook().frame(.seven, isSpaced: isSpaced), last: last)
            #expect(result.outcome == .verifiedByInference(last))
            #expect(result.attempts == 1)
        }
    }

    @Test(
        "prices near the book and near its complement are found within a few attempts",
        arguments: [4_900, 5_000, 5_100, 5_200, 4_800] as [Int64]
    )
    func nearPrices(price: Int64) throws {
        var book = SampleBook()
        book.lastTradePrice = "0.\(price / 10)"
        let result = try outcome(book.frame(), last: terms(.hundredth, 9_000))
        #expect(result.outcome == .verifiedByInference(terms(.hundredth, price)))
        #expect(result.attempts <= 13)
    }

    @Test("any price of both grids is found in both ways of writing, from any last terms")
    func anyPrice() throws {
        let seed: UInt64 = 20_260_416
        var random = SplitMix64(seed: seed)
        for round in 0..<60 {
            let isFine = Bool.random(using: &random)
            let isShortest = Bool.random(using: &random)
            let thousandths = Int64.random(in: 0...1_000, using: &random) / (isFine ? 1 : 10)
            let price = Price(raw: thousandths * (isFine ? 10 : 100))
            var book = SampleBook()
            book.tickSize = isFine ? "0.001" : "0.01"
            book.lastTradePrice = text(price, isShortest: isShortest)
            if Bool.random(using: &random) { book.bids = [] }
            if Bool.random(using: &random) { book.asks = [] }
            let last = Bool.random(using: &random) ? terms(.thousandth, 4_440) : nil
            let found = try outcome(book.frame(), last: last).outcome
            guard case .verifiedByInference(let terms) = found else {
                Issue.record("seed \(seed) round \(round): \(found) for \(book.lastTradePrice)")
                continue
            }
            #expect(terms.lastTradePrice == price, "seed \(seed) round \(round)")
            #expect(terms.tickSize == (isFine ? .thousandth : .hundredth))
        }
    }

    private func text(_ price: Price, isShortest: Bool) -> String {
        var text = String(format: "%.3f", price.dollars)
        guard isShortest else { return text }
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return text
    }

    @Test("a market without a trade is recognised on both grids", arguments: ["0.01", "0.001"])
    func noTrade(tickSize: String) throws {
        var book = SampleBook()
        book.lastTradePrice = ""
        book.tickSize = tickSize
        let grid: TickSize = tickSize == "0.01" ? .hundredth : .thousandth
        let expected = BookHashOutcome.verifiedByInference(terms(grid, nil))
        #expect(try outcome(book.frame()).outcome == expected)
        #expect(try outcome(book.frame(), last: terms(.thousandth, nil)).outcome == expected)
        #expect(try outcome(book.frame(.nine)).outcome == .verified(terms(grid, nil)))
    }

    @Test(
        "a change anywhere in what is hashed is a mismatch",
        arguments: [
            ("\"30\"", "\"31\""), ("0.49", "0.48"), ("1776323404879", "1776323404878"),
            ("0x9bf", "0x9be"), ("988793", "988794"),
            (",{\"price\":\"0.51\",\"size\":\"100\"}", ""),
            ("\"7.25\"", "\"7.250\""),
        ]
    )
    func damage(text: String, replacement: String) throws {
        for keys in [SampleBook.Keys.seven, .nine, .ten] {
            let frame = SampleBook().frame(keys)
            let damaged = frame.replacingOccurrences(of: text, with: replacement)
            #expect(damaged != frame)
            let result = try outcome(damaged)
            #expect(result.outcome == .mismatch)
            #expect(result.attempts < 2_400)
        }
    }

    @Test("other constants of the market are asked for, or taken from the frame")
    func constants() throws {
        var book = SampleBook()
        book.minOrderSize = "15"
        book.negRisk = true
        let constants = BookHash.Constants(minOrderSize: InlineText("15")!, negRisk: true)
        #expect(try outcome(book.frame(.seven)).outcome == .mismatch)
        #expect(
            try outcome(book.frame(.seven), constants).outcome
                == .verifiedByInference(terms(.hundredth, 5_100))
        )
        #expect(
            try outcome(book.frame(.ten)).outcome == .verified(terms(.hundredth, 5_100))
        )
    }

    private func outcome(
        _ frame: String,
        _ constants: BookHash.Constants
    ) throws -> (outcome: BookHashOutcome, attempts: Int) {
        try outcome(frame, last: nil, constants)
    }

    @Test("a frame without a hash, and a grid that is not searched, prove nothing")
    func unverifiable() throws {
        let book = SampleBook()
        let without = book.frame().replacingOccurrences(of: "\"hash\":\"\(book.hash)\",", with: "")
        #expect(try outcome(without).outcome == .unverifiable)
        let other = terms(.tenThousandth, 5_101)
        #expect(
            try outcome(book.frame(hash: String(repeating: "0", count: 40)), last: other)
                .outcome == .unverifiable
        )
    }

    @Test(
        "the signing fixtures' book hashes are verified",
        .enabled(if: SharedData.isPresent, "\(SharedData.absenceMessage)")
    )
    func vectors() throws {
        struct File: Decodable {
            struct Level: Decodable {
                var price: String
                var size: String
            }
            struct Vector: Decodable {
                var market, asset_id, timestamp, hash, min_order_size: String
                var tick_size, last_trade_price: String
                var bids, asks: [Level]
                var neg_risk: Bool
            }
            var vectors: [Vector]
        }
        let bytes = try #require(SharedData.bytes("fixtures/signing/book_hash.json"))
        let file = try JSONDecoder().decode(File.self, from: Data(bytes))
        #expect(file.vectors.count == 4)
        for vector in file.vectors {
            let book = SampleBook(
                market: vector.market,
                assetID: vector.asset_id,
                timestamp: vector.timestamp,
                bids: vector.bids.map { ($0.price, $0.size) },
                asks: vector.asks.map { ($0.price, $0.size) },
                minOrderSize: vector.min_order_size,
                tickSize: vector.tick_size,
                negRisk: vector.neg_risk,
                lastTradePrice: vector.last_trade_price
            )
            for isSpaced in [false, true] {
                let frame = book.frame(.ten, hash: vector.hash, isSpaced: isSpaced)
                guard case .verified(let terms) = try outcome(frame).outcome else {
                    Issue.record("\(vector.hash) is not verified")
                    continue
                }
                // The same pair is found when the frame does not tell it.
                let constants = BookHash.Constants(
                    minOrderSize: InlineText(vector.min_order_size)!,
                    negRisk: vector.neg_risk
                )
                let short = book.frame(.seven, hash: vector.hash, isSpaced: isSpaced)
                guard case .verifiedByInference(let found) = try outcome(short, constants).outcome
                else {
                    Issue.record("\(vector.hash) is not found")
                    continue
                }
                #expect(found.tickSize == terms.tickSize)
                #expect(found.lastTradePrice == terms.lastTradePrice)
            }
        }
    }
}
