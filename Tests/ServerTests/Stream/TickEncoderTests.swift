import Foundation
import Server
import TestSupport
import Testing
import Trading
import Wire

@testable import Server

/// Ticks for tests.
enum Ticks {
    /// The example of the API specification, with everything known.
    static func full() -> Tick {
        var tick = Tick()
        tick.seq = 42
        tick.time = Timestamp(nanoseconds: 1_768_833_000_123_456_789)
        tick.tokenID = InlineText("1234567890") ?? InlineText()
        tick.action = .tradePlaced
        tick.reason = .order(
            outcome: .yes,
            side: .buy,
            price: Price(raw: 5_100),
            size: Quantity(shares: 10)
        )
        tick.midpointDoubled = 10_400
        tick.spread = Price(raw: 100)
        tick.latency = Duration(nanoseconds: 150_500_999)
        tick.volState = .low
        tick.referencePrice = ReferencePrice(raw: 98_500 * 100_000_000)
        tick.inventory = Quantity(shares: 15)
        tick.bids.append(PriceLevel(price: Price(raw: 5_100), size: Quantity(shares: 100)))
        tick.bids.append(PriceLevel(price: Price(raw: 5_000), size: Quantity(raw: 500_250_000)))
        tick.asks.append(PriceLevel(price: Price(raw: 5_300), size: Quantity(shares: 100)))
        tick.virtualPnL = Money(raw: -505_000)
        tick.sessionVolume = Money(raw: 1_234_567_891)
        tick.totalEquity = Money(dollars: 1_000)
        tick.buyingPower = Money(raw: 989_800_000)
        tick.totalTrades = 7
        tick.totalOrderUpdates = 123
        tick.fairValueMicros = 521_234
        tick.strike = ReferencePrice(raw: 9_849_912_345_678)
        tick.timeToExpiry = Duration(nanoseconds: 123_456_789_000)
        tick.ownBid = Price(raw: 5_100)
        tick.ownAsk = Price(raw: 5_300)
        tick.marketFeedAge = Duration(nanoseconds: 12_345_678)
        tick.referenceFeedAge = Duration(nanoseconds: 3_000_000)
        return tick
    }

    /// A tick of a token at a second, for streams.
    static func state(_ token: String, seq: UInt64, second: Int64 = 1_768_833_000) -> Tick {
        var tick = Tick()
        tick.seq = seq
        tick.time = Timestamp(seconds: second)
        tick.tokenID = InlineText(token) ?? InlineText()
        return tick
    }

    /// Every number at its longest, every text too.
    static func longest(_ reason: Reason = .none) -> Tick {
        var tick = Tick()
        tick.seq = .max
        tick.time = Timestamp(nanoseconds: .max)
        tick.tokenID = InlineText(String(repeating: "9", count: InlineText.countMax))!
        tick.action = Action.allCases.max { $0.rawValue.count < $1.rawValue.count }!
        tick.reason = reason
        tick.midpointDoubled = -1_844_674_407_370_955_161
        tick.spread = Price(raw: 9_999)
        tick.latency = Duration(nanoseconds: .min)
        tick.feeBasisPoints = .min
        tick.volState = .high
        tick.referencePrice = ReferencePrice(raw: -.max)
        let level = PriceLevel(price: Price(raw: 9_999), size: Quantity(raw: -.max))
        for _ in 0..<3 {
            tick.bids.append(level)
            tick.asks.append(level)
        }
        tick.inventory = Quantity(raw: -.max)
        tick.virtualPnL = Money(raw: -.max)
        tick.sessionVolume = Money(raw: -.max)
        tick.totalEquity = Money(raw: -.max)
        tick.buyingPower = Money(raw: -.max)
        tick.totalGasSpent = Money(raw: -.max)
        tick.totalTrades = -.max
        tick.totalOrderUpdates = -.max
        tick.gasBalance = Quantity(raw: -.max)
        tick.fairValueMicros = -.max
        tick.strike = ReferencePrice(raw: -.max)
        tick.timeToExpiry = Duration(nanoseconds: -.max)
        tick.ownBid = Price(raw: 9_999)
        tick.ownAsk = Price(raw: 9_999)
        tick.riskState = .reduceOnly
        tick.marketFeedAge = Duration(nanoseconds: -.max)
        tick.referenceFeedAge = Duration(nanoseconds: -.max)
        return tick
    }
}

/// The bytes that `write` appends to an empty span of that capacity.
func bytes(capacity: Int, _ write: (inout OutputSpan<UInt8>) -> Void) -> [UInt8] {
    [UInt8](capacity: capacity, initializingWith: write)
}

extension Array where Element == UInt8 {
    fileprivate init(capacity: Int, initializingWith write: (inout OutputSpan<UInt8>) -> Void) {
        let shared = SharedBytes(capacity: capacity, write)
        self.init()
        for index in 0..<shared.count { append(shared.span[index]) }
    }
}

@Suite struct TickEncoderTests {
    private func json(_ tick: Tick) -> String {
        let text = bytes(capacity: TickEncoder.byteCountMax) { TickEncoder.encode(tick, into: &$0) }
        return String(decoding: text, as: UTF8.self)
    }

    @Test("a full tick has every documented field in the order of the schema, then the extra keys")
    func golden() {
        #expect(
            json(Ticks.full()) == """
                {"timestamp":"2026-01-19T14:30:00.123456","token_id":"1234567890","midpoint":0.52,\
                "spread":0.01,"latency_ms":150.5,"fee_bps":0,"vol_state":"LOW_VOL",\
                "binance_price":98500.0,"inventory":15.0,"action":"TRADE_PLACED",\
                "bids":[{"price":0.51,"size":100.0},{"price":0.5,"size":500.25}],\
                "asks":[{"price":0.53,"size":100.0}],"virtual_pnl":-0.505,\
                "session_volume":1234.567891,"total_equity":1000.0,"buying_power":989.8,\
                "total_gas_spent_usd":0.0,"total_trades_count":7,"total_order_updates":123,\
                "current_matic_balance":0.0,"seq":42,"reason":"BUY YES 10.0 @ 0.51",\
                "fair_value":0.521234,"strike":98499.12345678,"seconds_to_expiry":123.456,\
                "own_bid":0.51,"own_ask":0.53,"risk_state":"active",\
                "feed_ages_ms":{"market":12.345,"reference":3.0}}
                """
        )
    }

    @Test("a tick of which nothing is known yet has the same fields, zeros and nulls in them")
    func empty() {
        #expect(
            json(Tick()) == """
                {"timestamp":"1970-01-01T00:00:00.000000","token_id":"","midpoint":0.0,\
                "spread":0.0,"latency_ms":0.0,"fee_bps":0,"vol_state":"HIGH_VOL",\
                "binance_price":0.0,"inventory":0.0,"action":"HEARTBEAT","bids":[],"asks":[],\
                "virtual_pnl":0.0,"session_volume":0.0,"total_equity":0.0,"buying_power":0.0,\
                "total_gas_spent_usd":0.0,"total_trades_count":0,"total_order_updates":0,\
                "current_matic_balance":0.0,"seq":0,"reason":null,"fair_value":null,\
                "strike":null,"seconds_to_expiry":null,"own_bid":null,"own_ask":null,\
                "risk_state":"active","feed_ages_ms":{"market":null,"reference":null}}
                """
        )
    }

    @Test("a half tick is exact")
    func halfTick() {
        for (doubled, text): (Int64, String) in [
            (10_401, "0.52005"), (10_300, "0.515"), (1, "0.00005"), (20_000, "1.0"),
        ] {
            var tick = Tick()
            tick.midpointDoubled = doubled
            #expect(json(tick).contains("\"midpoint\":\(text),"))
        }
    }

    @Test("the longest tick with the longest reason is exactly as long as is set aside")
    func longest() {
        var lengthMax = 0
        for reason in ReasonTextTests.longest {
            let text = json(Ticks.longest(reason))
            lengthMax = max(lengthMax, text.utf8.count)
            #expect(throws: Never.self) {
                try JSONSerialization.jsonObject(with: Data(text.utf8))
            }
        }
        #expect(lengthMax == TickEncoder.byteCountMax)
    }

    @Test("every action is written as its raw value")
    func actions() {
        for action in Action.allCases {
            var tick = Tick()
            tick.action = action
            #expect(json(tick).contains("\"action\":\"\(action.rawValue)\","))
            #expect(action.isEvent == (action != .heartbeat))
        }
    }

    @Test("random ticks parse back to their numbers, and floats always carry a point")
    func random() throws {
        let seed: UInt64 = 0x7101
        var random = SplitMix64(seed: seed)
        for round in 0..<2_000 {
            var tick = Ticks.full()
            tick.midpointDoubled = Int64.random(in: 0...20_000, using: &random)
            tick.inventory = Quantity(
                raw: Int64.random(in: -1_000_000_000...1_000_000_000, using: &random)
            )
            tick.virtualPnL = Money(raw: Int64.random(in: -1_000_000...1_000_000, using: &random))
            tick.referencePrice = ReferencePrice(
                raw: Int64.random(in: 0...20_000_000_000_000, using: &random)
            )
            tick.totalTrades = Int64.random(in: 0...1_000_000, using: &random)
            tick.riskState = RiskState.allCases.randomElement(using: &random)!
            let text = json(tick)
            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
            )
            let context = Comment(rawValue: "seed \(seed), round \(round): \(text)")
            #expect(object.count == 29, context)
            #expect(
                object["midpoint"] as? Double == Double(tick.midpointDoubled) / 20_000,
                context
            )
            #expect(object["inventory"] as? Double == tick.inventory.shares, context)
            #expect(object["virtual_pnl"] as? Double == tick.virtualPnL.dollars, context)
            #expect(object["binance_price"] as? Double == tick.referencePrice.dollars, context)
            #expect(object["total_trades_count"] as? Int64 == tick.totalTrades, context)
            for key in ["midpoint", "inventory", "virtual_pnl", "binance_price", "total_equity"] {
                let member = try #require(text.range(of: "\"\(key)\":"))
                let number = text[member.upperBound...].prefix { $0 != "," }
                #expect(number.contains("."), context)
            }
        }
    }

    @Test("each risk state has its word")
    func riskStates() {
        let words: [(RiskState, String)] = [
            (.active, "active"), (.paused, "paused"), (.reduceOnly, "reduce_only"),
            (.killed, "killed"), (.stopping, "stopping"), (.starting, "starting"),
            (.reconciling, "reconciling"), (.recovering, "recovering"), (.caution, "caution"),
            (.halted, "halted"),
        ]
        #expect(words.count == RiskState.allCases.count)
        for (state, word) in words {
            var tick = Tick()
            tick.riskState = state
            #expect(json(tick).contains("\"risk_state\":\"\(word)\","))
        }
    }

    @Test("a frame is one text message: header in front, and not a byte more than needed")
    func frame() throws {
        var frames = TickFrames()
        let frame = frames.frame(Ticks.full())
        let text = json(Ticks.full())
        #expect(frame.count == text.utf8.count + 4)
        #expect(frame.span[0] == 0x81)
        #expect(frame.span[1] == 126)
        #expect(Int(frame.span[2]) << 8 | Int(frame.span[3]) == text.utf8.count)
        let payload = (4..<frame.count).map { frame.span[$0] }
        #expect(String(decoding: payload, as: UTF8.self) == text)
    }
}
