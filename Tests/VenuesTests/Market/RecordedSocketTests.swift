internal import TestSupport
internal import Testing
internal import Trading
internal import Venues
internal import Wire

/// The recorded sessions of several feeds, as far as the market socket goes.
@Suite(
    .enabled(if: SharedData.isPresent, "\(SharedData.absenceMessage)"),
    .enabled(if: Unpacked.hasGzip, "gzip, which opens the recorded files, is not here")
)
struct RecordedSocketTests {
    /// The markets of a frame of books: token pairs in order of appearance.
    private func definitions(_ frame: [UInt8]) throws -> [MarketDefinition] {
        var tokens: [(market: String, tokens: [String])] = []
        var snapshot = emptySnapshot()
        var books = PolymarketBookFrame(frame.span)
        while let book = try books.next(into: &snapshot) {
            let market = String(decoding: frame[book.market], as: UTF8.self)
            let token = String(decoding: frame[book.assetID], as: UTF8.self)
            if let index = tokens.firstIndex(where: { $0.market == market }) {
                tokens[index].tokens.append(token)
            } else {
                tokens.append((market, [token]))
            }
        }
        return tokens.enumerated().map { index, pair in
            SampleMarket.definition(
                UInt32(index),
                condition: pair.market,
                yes: pair.tokens[0],
                no: pair.tokens[1]
            )
        }
    }

    @Test(
        "every book's hash is right and every best price is that of our book",
        arguments: [
            "polymarket_multi_rtds-natural_20260429T0210Z.ndjson.gz",
            "polymarket_multi_current-window_20260429T0312Z.ndjson.gz",
        ]
    )
    func sockets(name: String) throws {
        let socket = Socket(follows: [])
        var changes = 0
        for line in try Unpacked.lines(name) {
            let line = try SessionLine(line)
            guard line.source == "polymarket_clob" else { continue }
            // What a request answered has no event_type and did not come on the socket.
            let text = String(decoding: line.payload, as: UTF8.self)
            guard text.contains("event_type") else { continue }
            if line.payload.first == UInt8(ascii: "[") {
                for definition in try definitions(line.payload) {
                    socket.feed.follow(definition)
                }
                socket.feed.reconnected()
            }
            for item in socket.items(line.payload) {
                switch item {
                case .event(.levelChanged): changes += 1
                case .event(.bookReplaced): break
                default: Issue.record("\(item) of \(text.prefix(200))")
                }
            }
        }
        let statistics = socket.statistics
        #expect(statistics.malformed == 0)
        #expect(statistics.hashesMismatched == 0 && statistics.hashesUnverifiable == 0)
        #expect(statistics.hashesVerified == statistics.books)
        #expect(statistics.topsCompared > 0 && statistics.topsMismatched == 0)
        #expect(changes > 0)
    }
}
