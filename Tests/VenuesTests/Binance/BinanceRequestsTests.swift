internal import Testing
internal import Trading
internal import Venues

/// A Binance that answers from a table, asked as the requests say, on a simulated clock.
private struct Script {
    static let symbol = InlineText("BTCUSDT") ?? InlineText()

    var requests = BinanceRequests(symbol: symbol)
    var now = Timestamp(seconds: 1_790_000_000)
    let begin = Timestamp(seconds: 1_790_000_000)
    /// What is answered to a request; `nil` for no answer at all.
    var answer: (BinanceRequests.Request, Timestamp) -> (Int, String)? = { request, now in
        Script.usual(request, now)
    }
    var roundTrip = Duration.milliseconds(40)
    var asked: [(milliseconds: Int64, request: BinanceRequests.Request)] = []
    var items: [BinanceRequests.Item] = []

    static func usual(_ request: BinanceRequests.Request, _ now: Timestamp) -> (Int, String) {
        switch request {
        case .history: (200, bars(until: now, count: 5))
        case .time: (200, "{\"serverTime\":\((now + .milliseconds(250)).nanoseconds / 1_000_000)}")
        case .level:
            (200, #"{"symbol":"BTCUSDT","bidPrice":"83000.00","askPrice":"83000.02"}"#)
        case .candle(let start): (200, "[\(bar(start, close: "82990.5"))]")
        }
    }

    static func bar(_ start: Timestamp, close: String) -> String {
        let open = start.nanoseconds / 1_000_000
        return "[\(open),\"83000.1\",\"83001\",\"82999\",\"\(close)\",\"1\",\(open + 999),\"1\",1,"
            + "\"1\",\"1\",\"0\"]"
    }

    /// The last one is running.
    static func bars(until now: Timestamp, count: Int64) -> String {
        let second = Timestamp(seconds: now.nanoseconds / 1_000_000_000)
        let rows = (0..<count).map { index in
            bar(second - .seconds(count - 1 - index), close: "8300\(index)")
        }
        return "[" + rows.joined(separator: ",") + "]"
    }

    mutating func run(_ duration: Duration) {
        let end = now + duration
        while now < end {
            if let request = requests.next(at: now) {
                asked.append(((now - begin).nanoseconds / 1_000_000, request))
                let sent = now
                now = now + roundTrip
                if let (status, body) = answer(request, now) {
                    items += requests.answered(
                        request,
                        status: status,
                        retryAfter: nil,
                        Array(body.utf8).span,
                        sentAt: sent,
                        at: now
                    )
                } else {
                    items += requests.failed(request, "gone", at: now)
                }
                continue
            }
            now = max(min(requests.nextDue ?? end, end), now + Duration(nanoseconds: 1))
        }
    }

    func times(_ request: BinanceRequests.Request) -> [Int64] {
        asked.filter { $0.request == request }.map(\.milliseconds)
    }

    var histories: [ReferenceHistory] {
        items.compactMap {
            if case .event(.referenceHistory(let history)) = $0 { history } else { nil }
        }
    }
}

@Suite struct BinanceRequestsTests {
    @Test("at the start the past and the time are asked for, and then the time every five minutes")
    func start() throws {
        var script = Script()
        script.requests.start(at: script.now)
        script.requests.streamChanged(isSpeaking: true, at: script.now)
        script.run(.seconds(700))
        #expect(script.times(.history) == [0])
        #expect(script.times(.time).count == 15)
        let history = try #require(script.histories.first)
        // The running bar is left out; the last closed one ended when it began.
        #expect(history.end == script.begin)
        #expect(history.prices.map(\.dollars) == [83_000, 83_001, 83_002, 83_003])
        let clock = BinanceRequests.Item.clock(
            offset: .milliseconds(270),
            uncertainty: .milliseconds(20)
        )
        #expect(script.items.filter { $0 == clock }.count == 3)
        #expect(script.times(.level).isEmpty)
    }

    @Test("of five answers the quickest tells the time")
    func quickest() {
        var script = Script()
        var delays: [Int64] = [80, 20, 200, 60, 90]
        script.answer = { request, now in
            guard request == .time else { return Script.usual(request, now) }
            // The venue's clock is right; what comes late looks as if it were behind.
            return (200, "{\"serverTime\":\(now.nanoseconds / 1_000_000)}")
        }
        script.requests.start(at: script.now)
        script.requests.streamChanged(isSpeaking: true, at: script.now)
        while !delays.isEmpty {
            script.roundTrip = .milliseconds(delays.removeFirst())
            script.run(.milliseconds(200))
        }
        script.run(.seconds(2))
        let clocks = script.items.filter { if case .clock = $0 { true } else { false } }
        #expect(clocks == [.clock(offset: .milliseconds(10), uncertainty: .milliseconds(10))])
    }

    @Test(
        "a silent stream's price is asked for once a second, from two seconds on, until it speaks"
    )
    func level() {
        var script = Script()
        script.requests.start(at: script.now)
        script.run(.milliseconds(1_500))
        #expect(script.times(.level).isEmpty)
        script.requests.streamChanged(isSpeaking: true, at: script.now)
        script.run(.seconds(60))
        #expect(script.times(.level).isEmpty)
        script.requests.streamChanged(isSpeaking: false, at: script.now)
        script.run(.seconds(6))
        #expect(script.times(.level).map { $0 - 61_500 } == [2_000, 3_000, 4_000, 5_000])
        let price = ReferencePrice(raw: 8_300_001_000_000)
        let polled = EngineEvent.referencePolled(price, roundTrip: .milliseconds(40))
        #expect(script.items.filter { $0 == .event(polled) }.count == 4)
        #expect(
            script.items.filter { $0 == .tell("the stream is silent: its price is asked for") }
                .count == 1
        )
        script.requests.streamChanged(isSpeaking: true, at: script.now)
        script.run(.seconds(30))
        #expect(script.times(.level).count == 4)
        // Too short a gap to ask for the past again; the next one is not.
        #expect(script.histories.count == 1)
        script.requests.streamChanged(isSpeaking: false, at: script.now)
        script.run(.seconds(12))
        script.requests.streamChanged(isSpeaking: true, at: script.now)
        script.run(.seconds(5))
        #expect(script.histories.count == 2)
    }

    @Test("what fails is tried again and told once; the past is given up after five times")
    func failures() {
        var script = Script()
        script.answer = { request, now in
            request == .history ? (503, "") : Script.usual(request, now)
        }
        script.requests.start(at: script.now)
        script.requests.streamChanged(isSpeaking: true, at: script.now)
        script.run(.seconds(120))
        #expect(script.times(.history).count == 5)
        #expect(
            script.items.filter { $0 == .tell("the history was answered with 503") }.count == 1
        )
        var silent = Script()
        silent.answer = { _, _ in nil }
        silent.requests.start(at: silent.now)
        silent.run(.seconds(30))
        #expect(silent.times(.level).count >= 4)
        #expect(silent.items.allSatisfy { if case .tell = $0 { true } else { false } })
    }

    @Test("a host that asks to wait is not asked before, one that refuses is told to be left")
    func limits() {
        var script = Script()
        script.answer = { _, _ in (429, "") }
        script.requests.start(at: script.now)
        script.run(.seconds(59))
        #expect(script.asked.count == 1)
        script.answer = { _, _ in (451, "{}") }
        script.run(.seconds(2))
        #expect(script.items.last == .blocked)
        script.requests.stop()
        let count = script.asked.count
        script.run(.seconds(60))
        #expect(script.asked.count == count && script.requests.nextDue == nil)
    }

    @Test("an hour's candle is asked for until the venue has it, and is the strike of its market")
    func candle() throws {
        let start = Timestamp(seconds: 1_790_002_800)
        var script = Script()
        script.requests.start(at: script.now)
        script.requests.streamChanged(isSpeaking: true, at: script.now)
        script.requests.wantCandle(startingAt: start, at: script.now)
        script.answer = { request, now in
            if case .candle = request {
                return now < start + .seconds(4) ? (200, "[]") : Script.usual(request, now)
            }
            return Script.usual(request, now)
        }
        script.run(.seconds(2_900))
        #expect(script.times(.candle(start)).first == 2_801_000)
        #expect(script.times(.candle(start)).count == 3)
        let candle = try #require(
            script.items.compactMap {
                if case .candle(let candle) = $0 { candle } else { nil }
            }.first
        )
        var market = SampleMarket.definition()
        market.windowStart = start
        #expect(candle.strike(of: market) == nil)
        market.settlement = .binanceCandle
        let open = ReferencePrice(raw: 8_300_010_000_000)
        #expect(candle.strike(of: market) == .strikeObserved(market.id, open, .settlementFeed))
        market.windowStart = start + .seconds(3_600)
        #expect(candle.strike(of: market) == nil)
        #expect(
            BinanceRequests.Request.candle(start).target("BTCUSDT")
                == "/api/v3/klines?symbol=BTCUSDT&interval=1h&startTime=1790002800000&limit=1"
        )
    }

    @Test("of bars with a gap only those behind it count, and none that is still running")
    func gap() throws {
        let now = Timestamp(milliseconds: 1_790_000_010_400)
        func history(_ seconds: [Int64]) throws -> ReferenceHistory? {
            let rows = seconds.map {
                Script.bar(Timestamp(seconds: 1_790_000_000 + $0), close: "8300\($0 % 10)")
            }
            let text = "[" + rows.joined(separator: ",") + "]"
            return ReferenceHistory(
                seconds: try BinanceREST.klines(Array(text.utf8).span),
                at: now
            )
        }
        let behind = try #require(try history([1, 2, 5, 6, 7, 8]))
        #expect(behind.prices.map(\.dollars) == [83_005, 83_006, 83_007])
        #expect(behind.end == Timestamp(seconds: 1_790_000_008))
        // By a clock that is behind, the last but one is not over either.
        let ahead = try #require(try history([7, 8, 9, 10, 11]))
        #expect(ahead.end == Timestamp(seconds: 1_790_000_010))
        #expect(try history([8, 9]) == nil)
        #expect(try history([]) == nil)
    }
}
