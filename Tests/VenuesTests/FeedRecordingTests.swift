internal import TestSupport
internal import Testing
internal import Trading
internal import Venues
internal import Wire

/// Recordings of all feeds: written line by line, and read back into the events of the session.
@Suite struct FeedRecordingTests {
    private static let start = Timestamp(seconds: 1_790_000_100)
    private static let series = WindowSeries(.btc, .fiveMinutes)
    private static let condition = "0xabc"

    /// Collects lines as `record` does.
    private struct Tape: ~Copyable {
        var buffer = ByteBuffer()
        var now = FeedRecordingTests.start + .seconds(20)

        init() { FeedLine.append(series: FeedRecordingTests.series, at: now, to: &buffer) }

        mutating func add(_ text: String, _ feed: RecordedFeed, sent: Timestamp? = nil) {
            now = now + .milliseconds(10)
            let bytes = Array(text.utf8)
            _ = FeedLine.append(bytes.span, of: feed, sentAt: sent, at: now, to: &buffer)
        }

        mutating func link(_ link: RecordedLink, _ feed: RecordedFeed) {
            now = now + .milliseconds(10)
            FeedLine.append(link, of: feed, at: now, to: &buffer)
        }

        var bytes: [UInt8] {
            let span = buffer.span
            return span.indices.map { span[$0] }
        }
    }

    private func record(isClosed: Bool = false) -> String {
        """
        {"slug":"btc-updown-5m-1790000100","conditionId":"\(Self.condition)",
        "outcomes":"[\\"Up\\", \\"Down\\"]","clobTokenIds":"[\\"111111111111\\", \\"222222222222\\"]",
        "outcomePrices":"[\\"\(isClosed ? 1 : 0)\\", \\"0\\"]",
        "eventStartTime":"2026-09-21T14:15:00Z","endDate":"2026-09-21T14:20:00Z",
        "orderPriceMinTickSize":0.01,"orderMinSize":5,"feesEnabled":true,
        "feeSchedule":{"exponent":1,"rate":0.07,"takerOnly":true},
        "enableOrderBook":true,"active":true,"closed":\(isClosed),
        "description":"\(GammaDecoderTests.description)",
        "resolutionSource":"https://data.chain.link/streams/btc-usd"}
        """
    }

    private func book(_ bid: String, _ milliseconds: Int64) -> String {
        #"[{"event_type":"book","market":"\#(Self.condition)","asset_id":"111111111111","#
            + #""bids":[{"price":"\#(bid)","size":"100"}],"asks":[{"price":"0.55","size":"80"}],"#
            + #""timestamp":"\#(milliseconds)"}]"#
    }

    private func ticker(_ update: Int, _ bid: String) -> String {
        #"{"stream":"btcusdt@bookTicker","data":{"u":\#(update),"s":"BTCUSDT","b":"\#(bid)","#
            + #""B":"4.9","a":"90000.00","A":"2.1"}}"#
    }

    private func price(_ seconds: Int64) -> String {
        #"{"topic":"crypto_prices_chainlink","type":"update","timestamp":\#(seconds * 1000 + 900),"#
            + #""payload":{"symbol":"btc/usd","timestamp":\#(seconds * 1000),"value":83000.5,"#
            + #""full_accuracy_value":"83000500000000000000000"}}"#
    }

    private func recording() -> [UInt8] {
        var tape = Tape()
        tape.link(.new, .prices)
        tape.add(price(1_790_000_100), .prices)
        tape.link(.new, .binance)
        tape.add(ticker(1, "83000.00"), .binance)
        tape.add(
            #"{"symbol":"BTCUSDT","bidPrice":"83000.00","askPrice":"83000.02"}"#,
            .binanceLevel,
            sent: tape.now - .milliseconds(30)
        )
        tape.add(record(), .record)
        tape.link(.new, .market)
        tape.add(book("0.5", 1_790_000_120_000), .market)
        tape.add("{\"not\": JSON\n", .market)
        tape.add(book("0.51", 1_790_000_121_000), .market)
        tape.add(record(isClosed: true), .record)
        return tape.bytes
    }

    private func read(_ bytes: [UInt8], at sizes: (Int) -> Int) -> (
        [RecordingItem], RecordingStatistics
    ) {
        var reader = RecordingReader()
        var items: [RecordingItem] = []
        var position = 0
        while position < bytes.count {
            let end = min(position + sizes(position), bytes.count)
            reader.receive(bytes.span.extracting(position..<end))
            position = end
            while let item = reader.next() { items.append(item) }
        }
        reader.finish()
        while let item = reader.next() { items.append(item) }
        #expect(reader.format == .feeds)
        #expect(reader.series == Self.series)
        return (items, reader.statistics)
    }

    private func word(_ event: EngineEvent) -> String {
        switch event {
        case .settlementObserved(let price, let averaged, _):
            "settlement \(price.dollars) \(averaged)"
        case .referenceChanged(let price, _): "reference \(price.dollars)"
        case .referencePolled(let price, let roundTrip):
            "polled \(price.dollars) \(roundTrip.milliseconds)"
        case .marketListed(let definition): "listed \(definition.slug)"
        case .strikeObserved(_, let price, let source): "strike \(price.dollars) \(source)"
        case .bookReplaced(let book): "book \(book.bids[0].price.raw)"
        case .bookDoubted(_, let doubt): "doubted \(doubt)"
        case .marketResolved(_, let winner): "resolved \(winner)"
        default: "\(event)"
        }
    }

    @Test("what a session heard is read back as the events that it had, whole and byte by byte")
    func session() throws {
        let bytes = recording()
        let expected = [
            "settlement 83000.5 0", "reference 86500.0", "polled 83000.01 40.0",
            "listed btc-updown-5m-1790000100", "strike 83000.5 settlementFeed", "book 5000",
            // What is no JSON is kept as it came, and refused as it was.
            "doubted unfamiliar", "doubted drifted", "book 5100", "doubted unfamiliar",
            "resolved yes",
        ]
        for size in [bytes.count, 1, 7, 1_000] {
            let (items, statistics) = read(bytes) { _ in size }
            var words: [String] = []
            var last = Timestamp(nanoseconds: 0)
            for item in items {
                guard case .event(let time, let event) = item else {
                    Issue.record("\(item)")
                    continue
                }
                #expect(time >= last)
                last = time
                words.append(word(event))
            }
            #expect(words == expected)
            #expect(statistics.damaged == 0)
            #expect(statistics.markets == 1 && statistics.resolutionsTold == 1)
            #expect(statistics.referencePrices == 2 && statistics.settlementPrices == 1)
        }
    }

    @Test("files of one session that follow one another are one recording")
    func joined() {
        let bytes = recording()
        let (items, statistics) = read(bytes + bytes) { _ in 4_096 }
        #expect(statistics.markets == 1 && statistics.damaged == 0)
        #expect(items.count > 11)
    }

    @Test("a damaged line is reported with its reason and skipped")
    func damage() {
        let whole = String(decoding: recording(), as: UTF8.self)
        let lines = whole.split(separator: "\n").map(String.init)
        let cases: [(String, RecordingDamage)] = [
            (#"{"feed":"market","raw":{}}"#, .keys),
            (#"{"feed":"nobody","recv_ts":1790000120.5,"raw":{}}"#, .keys),
            (#"{"feed":"market","recv_ts":1790000120.5,"raw":{},"text":"a"}"#, .keys),
            (#"{"feed":"market","recv_ts":1790000120.5,"link":"old"}"#, .keys),
            (#"{"feed":"market","recv_ts":"1790000120.5","raw":{}}"#, .receiveTime),
            (#"{"feed":"recording","recv_ts":1790000120.5,"series":"eth-updown-5m"}"#, .slug),
            (#"{"feed":"recording","recv_ts":1790000120.5,"raw":{}}"#, .keys),
        ]
        for (line, reason) in cases {
            var changed = lines
            changed.insert(line, at: 3)
            let text = Array((changed.joined(separator: "\n") + "\n").utf8)
            let (items, statistics) = read(text) { _ in 512 }
            #expect(items.contains(.damaged(line: 4, reason: reason)), "\(line)")
            #expect(statistics.damaged == 1)
        }
    }

    @Test("what is longer than a line may be is not written, and what is JSON stays one line")
    func writing() throws {
        var buffer = ByteBuffer()
        let long = [UInt8](repeating: UInt8(ascii: "x"), count: RecordingReader.lineBytesMax)
        let time = Self.start
        let isWritten = FeedLine.append(long.span, of: .market, at: time, to: &buffer)
        let count = buffer.count
        #expect(!isWritten && count == 0)
        let pretty = Array("{\n  \"a\": [1,\r\n 2]\n}".utf8)
        _ = FeedLine.append(pretty.span, of: .record, at: time, to: &buffer)
        let odd = Array("say \"no\"\n\u{1}".utf8)
        _ = FeedLine.append(odd.span, of: .prices, at: time, to: &buffer)
        let bytes = buffer.span
        let text = String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
        #expect(
            text == """
                {"feed":"record","recv_ts":1790000100,"raw":{   "a": [1,   2] }}
                {"feed":"prices","recv_ts":1790000100,"text":"say \\"no\\"\\n\\u0001"}

                """
        )
    }

    @Test("mutated recordings are read or refused, and times never decrease")
    func mutations() {
        let bytes = recording()
        for seed in UInt64(1)...300 {
            var random = SplitMix64(seed: seed)
            var mutated = bytes
            for _ in 0..<4 {
                let index = Int.random(in: 0..<mutated.count, using: &random)
                mutated[index] = UInt8.random(in: 32...126, using: &random)
            }
            var reader = RecordingReader()
            reader.receive(mutated.span)
            reader.finish()
            var last = Timestamp(nanoseconds: 0)
            while let item = reader.next() {
                guard case .event(let time, _) = item else { continue }
                #expect(time >= last, "seed \(seed)")
                last = time
            }
        }
    }
}
