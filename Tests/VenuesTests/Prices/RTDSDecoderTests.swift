internal import TestSupport
internal import Testing
internal import Trading
internal import Venues

/// An update of the 60-second mean.
private let updateText =
    "{\"topic\":\"crypto_prices_twap_sixty\",\"type\":\"update\",\"timestamp\":1788600389495,"
    + "\"payload\":{\"symbol\":\"btc/usd\",\"timestamp\":1788600388000,"
    + "\"value\":79697.57531747443,\"full_accuracy_value\":\"79697575317474428059648\","
    + "\"window_s\":60}}"

@Suite struct RTDSDecoderTests {
    private func decode(_ text: String) throws(RTDSError) -> (
        message: RTDSMessage, prices: [RTDSPrice]
    ) {
        var decoder = RTDSDecoder()
        let message = try decoder.decode(Array(text.utf8).span)
        return (message, decoder.prices)
    }

    private func refusal(_ text: String) -> RTDSError? {
        do throws(RTDSError) {
            _ = try decode(text)
            return nil
        } catch {
            return error
        }
    }

    @Test("an update tells the exact price, its own time and that of the message")
    func update() throws {
        let (message, prices) = try decode(updateText)
        #expect(message == .prices && prices.count == 1)
        let price = try #require(prices.first)
        #expect(price.topic == .chainlinkTWAP60 && price.symbol.description == "btc/usd")
        #expect(price.value.raw == 79_697_575_317_474_428_059_648)
        #expect(price.reference == ReferencePrice(raw: 7_969_757_531_747))
        #expect(price.stamp == Timestamp(milliseconds: 1_788_600_388_000))
        #expect(price.published == Timestamp(milliseconds: 1_788_600_389_495))
        #expect(!price.isBacklog)
    }

    @Test("without the exact value the rounded one is taken; both forms of the exact one are read")
    func values() throws {
        func value(_ member: String) throws -> Int128? {
            try decode(
                "{\"payload\":{\(member),\"timestamp\":1788600388000,\"symbol\":\"btcusdt\"},"
                    + "\"topic\":\"crypto_prices\",\"type\":\"update\",\"timestamp\":1788600389495}"
            ).prices.first?.value.raw
        }
        #expect(try value("\"value\":61035.86") == 61_035_860_000_000_000_000_000)
        #expect(
            try value("\"full_accuracy_value\":\"79697.73000000\"")
                == 79_697_730_000_000_000_000_000
        )
        #expect(try value("\"value\":5") == 5_000_000_000_000_000_000)
        #expect(try value("\"value\":0.1234567890123456789") == 123_456_789_012_345_678)
    }

    @Test("a backlog of Chainlink prices that is labelled as Binance's is known by its symbol")
    func mislabelled() throws {
        func backlog(_ symbol: String, _ window: String = "") -> String {
            "{\"payload\":{\"data\":[{\"timestamp\":1788608387000,\"value\":79639.2},"
                + "{\"timestamp\":1788608388000,\"value\":79639.18}],\"symbol\":\"\(symbol)\"\(window)},"
                + "\"timestamp\":1788608446826,\"topic\":\"crypto_prices\",\"type\":\"subscribe\"}"
        }
        let chainlink = try decode(backlog("btc/usd")).prices
        #expect(chainlink.map(\.topic) == [.chainlink, .chainlink])
        #expect(chainlink.map(\.isBacklog) == [true, true])
        #expect(try decode(backlog("btcusdt")).prices.map(\.topic) == [.binance, .binance])
        #expect(refusal(backlog("btc/usd", ",\"window_s\":60")) == .contradiction)
    }

    @Test("what is no price is told apart: greetings, pongs, other topics, refusals")
    func others() throws {
        #expect(try decode("").message == .nothing)
        #expect(try decode("PONG").message == .nothing)
        #expect(try decode("{\"topic\":\"comments\",\"type\":\"update\"}").message == .unrelated)
        #expect(try decode("{\"body\":{},\"statusCode\":401}").message == .refused(status: 401))
    }

    @Test(
        "what is not what it says is refused with its reason",
        arguments: [
            ("[]", RTDSError.wrongType),
            (updateText.replacing("79697.57531747443", with: "\"a\""), .wrongType),
            (updateText.replacing("\"79697575317474428059648\"", with: "\"-5\""), .value),
            (updateText.replacing("\"79697575317474428059648\"", with: "\"0\""), .value),
            (updateText.replacing("79697.57531747443", with: "1e5"), .value),
            (updateText.replacing("1788600388000", with: "1788600388000.5"), .time),
            (updateText.replacing("1788600388000", with: "0"), .time),
            (updateText.replacing("\"btc/usd\"", with: "\"\""), .symbol),
            (updateText.replacing("btc/usd", with: "btcusdt"), .contradiction),
            (updateText.replacing("\"window_s\":60", with: "\"window_s\":30"), .contradiction),
            (updateText.replacing(",\"window_s\":60", with: ""), .contradiction),
            (updateText.replacing("\"timestamp\":1788600388000,", with: ""), .missing),
        ]
    )
    func refusals(text: String, reason: RTDSError) {
        #expect(refusal(text) == reason, "\(text)")
    }

    @Test("a backlog longer than the limit is refused")
    func tooMany() {
        let point = "{\"timestamp\":1788608387000,\"value\":7}"
        let points = Array(repeating: point, count: RTDSDecoder.pricesMax + 1)
        let text =
            "{\"payload\":{\"data\":[\(points.joined(separator: ","))],\"symbol\":\"btc/usd\"},"
            + "\"timestamp\":1788608446826,\"topic\":\"crypto_prices\",\"type\":\"subscribe\"}"
        #expect(refusal(text) == .tooManyPrices)
    }

    @Test(
        "the price stamped with the window's start is its strike, if it is of the feed that settles"
    )
    func strikes() throws {
        let price = try #require(try decode(updateText).prices.first)
        var market = SampleMarket.definition()
        market.windowStart = Timestamp(milliseconds: 1_788_600_388_000)
        let strike = EngineEvent.strikeObserved(
            market.id,
            ReferencePrice(raw: 7_969_757_531_747),
            .settlementFeed
        )
        market.settlement = .chainlinkTWAP(seconds: 60)
        #expect(price.strike(of: market, asset: .btc) == strike)
        #expect(price.strike(of: market, asset: .eth) == nil)
        for other in [.chainlinkTWAP(seconds: 30), .spotSnapshot, .binanceCandle, .unsupported]
            as [SettlementFamily]
        {
            market.settlement = other
            #expect(price.strike(of: market, asset: .btc) == nil)
        }
        market.settlement = .chainlinkTWAP(seconds: 60)
        market.windowStart = Timestamp(milliseconds: 1_788_600_389_000)
        #expect(price.strike(of: market, asset: .btc) == nil)
    }
}
