internal import TestSupport
internal import Testing
internal import Trading
internal import Venues
internal import Wire

@Suite struct GammaDecoderTests {
    static let now = Timestamp(seconds: 1_790_000_000)
    static let description =
        "This market will resolve to \\\"Up\\\" if the Bitcoin price at the end of the time range "
        + "specified in the title is greater than or equal to the price at the beginning of that "
        + "range. Otherwise, it will resolve to \\\"Down\\\". The resolution source is Chainlink."

    private func record(_ change: (inout [String: String]) -> Void = { _ in }) -> String {
        var members = [
            "slug": "\"btc-updown-5m-1790000100\"", "conditionId": "\"0xabc\"",
            "outcomes": "\"[\\\"Down\\\", \\\"Up\\\"]\"",
            "clobTokenIds": "\"[\\\"111\\\", \\\"222\\\"]\"",
            "outcomePrices": "\"[\\\"0\\\", \\\"1\\\"]\"",
            "eventStartTime": "\"2026-09-21T14:15:00Z\"", "endDate": "\"2026-09-21T14:20:00Z\"",
            "startDate": "\"2026-09-20T14:20:00.123456Z\"",
            "orderPriceMinTickSize": "0.01", "orderMinSize": "5", "feesEnabled": "true",
            "feeSchedule":
                "{\"exponent\":1,\"rate\":0.07,\"takerOnly\":true,\"rebateRate\":0.2}",
            "acceptingOrders": "true", "enableOrderBook": "true", "closed": "false",
            "active": "true", "negRisk": "false", "version": "\"v1\"",
            "description": "\"\(Self.description)\"",
            "resolutionSource": "\"https://data.chain.link/streams/btc-usd\"",
        ]
        change(&members)
        return "{" + members.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"
    }

    private func decode(_ text: String) throws(GammaError) -> [GammaMarket] {
        var decoder = GammaDecoder()
        try decoder.decode(Array(text.utf8).span)
        return decoder.markets
    }

    private func refusal(_ change: (inout [String: String]) -> Void) throws -> GammaRefusal? {
        let market = try #require(try decode(record(change)).first)
        do {
            _ = try market.definition(id: MarketID(index: 1), at: Self.now)
            return nil
        } catch {
            return error
        }
    }

    @Test("a record becomes a market: tokens by their labels, times, grid, fees, settlement")
    func whole() throws {
        for text in [record(), "[\(record())]", "[{\"slug\":\"e\",\"markets\":[\(record())]}]"] {
            let markets = try decode(text)
            #expect(markets.count == 1)
            let market = try #require(markets.first)
            let definition = try market.definition(id: MarketID(index: 1), at: Self.now)
            #expect(definition.yesToken.description == "222")
            #expect(definition.noToken.description == "111")
            #expect(definition.windowStart == Timestamp(seconds: 1_790_000_100))
            #expect(definition.windowEnd == Timestamp(seconds: 1_790_000_400))
            #expect(definition.tickSize == .hundredth)
            #expect(definition.orderSizeMin == Quantity(shares: 5))
            #expect(definition.takerFeeRate == 0.07)
            #expect(market.settlement == .spotSnapshot)
            #expect(market.winner == nil && market.acceptsOrders)
        }
    }

    @Test("a closed market tells its winner, and events their strike and final price")
    func outcome() throws {
        let market = try #require(
            try decode(
                record {
                    $0["closed"] = "true"
                    $0["events"] =
                        "[{\"id\":1,\"eventMetadata\":{\"priceToBeat\":\"78209.30424402266\","
                        + "\"finalPrice\":78283.19677935798}}]"
                }
            ).first
        )
        #expect(market.winner == .yes)
        #expect(market.strike?.raw == 78_209_304_244_022_660_000_000)
        #expect(market.finalPrice?.raw == 78_283_196_779_357_980_000_000)
    }

    @Test("an average is one when source, text and configuration agree on it")
    func averages() throws {
        func settlement(_ configuration: String) throws -> SettlementFamily? {
            try decode(record { $0["cryptoMarketConfig"] = configuration }).first?.settlement
        }
        #expect(try settlement("{\"asset\":\"BTC\",\"twapEnabled\":false}") == .spotSnapshot)
        #expect(try settlement("{\"asset\":\"ETH\",\"twapEnabled\":false}") == .unsupported)
        let averaged = try decode(
            record {
                $0["cryptoMarketConfig"] =
                    "{\"asset\":\"BTC\",\"twapEnabled\":true,\"twapLookbackSeconds\":60}"
                $0["resolutionSource"] =
                    "\"https://data.chain.link/streams/btc-usd-twap-60s-streams\""
                $0["description"] =
                    "\"This market will resolve to \\\"Up\\\" if the TWAP of Bitcoin at the end is "
                    + "greater than or equal to the price at the beginning of that range. The "
                    + "resolution source for this market is information from Chainlink.\""
            }
        )
        #expect(averaged.first?.settlement == .chainlinkTWAP(seconds: 60))
        // The text speaks of a single price and the configuration of an average.
        #expect(
            try settlement("{\"twapEnabled\":true,\"twapLookbackSeconds\":60}") == .unsupported
        )
    }

    @Test("what the record does not say, or says otherwise, is refused with its reason")
    func refusals() throws {
        #expect(try refusal { $0["slug"] = "\"nvda-above-240\"" } == .slug)
        #expect(try refusal { $0["eventStartTime"] = "null" } == .window)
        #expect(try refusal { $0["endDate"] = "\"2026-09-21T14:30:00Z\"" } == .window)
        #expect(try refusal { $0["version"] = "\"v2\"" } == .version)
        #expect(try refusal { $0["version"] = "null" } == nil)
        #expect(try refusal { $0["outcomes"] = "\"[\\\"Yes\\\", \\\"No\\\"]\"" } == .tokens)
        #expect(try refusal { $0["clobTokenIds"] = "\"[\\\"1\\\"]\"" } == .tokens)
        #expect(
            try refusal { $0["clobTokenIds"] = "\"[\\\"1\\\", \\\"1\\\"]\"" } == .tokens
        )
        #expect(try refusal { $0["orderPriceMinTickSize"] = "0.02" } == .tickSize)
        #expect(try refusal { $0["orderMinSize"] = "0" } == .orderSizeMin)
        #expect(try refusal { $0["negRisk"] = "true" } == .negativeRisk)
        #expect(try refusal { $0["closed"] = "true" } == .closed)
        #expect(try refusal { $0["enableOrderBook"] = "false" } == .closed)
        #expect(try refusal { $0["feesEnabled"] = nil } == .fees)
        #expect(try refusal { $0["feesEnabled"] = "false" } == nil)
        #expect(try refusal { $0["feeSchedule"] = nil } == .fees)
        #expect(
            try refusal {
                $0["feeSchedule"] = "{\"exponent\":2,\"rate\":0.25,\"takerOnly\":true}"
            } == .fees
        )
        #expect(
            try refusal {
                $0["feeSchedule"] = "{\"exponent\":1,\"rate\":0.07,\"takerOnly\":false}"
            } == .fees
        )
    }

    @Test("what is not of the venue's types is an error that names the member")
    func types() {
        func error(_ text: String) -> GammaError? {
            do throws(GammaError) {
                _ = try decode(text)
                return nil
            } catch {
                return error
            }
        }
        let name = InlineText("closed") ?? InlineText()
        #expect(error(record { $0["closed"] = "\"no\"" }) == .wrongType(name))
        #expect(error("7") == .wrongType(InlineText()))
        #expect(error("[7]") == .wrongType(InlineText()))
        #expect(error("[]") == nil)
        #expect(error("{} {}") == .notJSON(JSONError(.extraData, at: 3)))
    }

    @Test(
        "the recorded day: every record is read, and only those still open may be traded",
        .enabled(if: SharedData.isPresent && Unpacked.hasGzip, "\(SharedData.absenceMessage)")
    )
    func recordedDay() throws {
        var up = 0
        var strikes = 0
        let lines = try Unpacked.lines("polymarket_gamma_markets_btc-5m_20260724.jsonl.gz")
        for line in lines {
            var reader = JSONReader(line.span)
            _ = try reader.next()
            var raw = 0..<0
            while case .key(let name) = try reader.next() {
                let start = reader.offset
                try reader.skipValue()
                if reader.matches(name, "raw") { raw = start..<reader.offset }
            }
            var decoder = GammaDecoder()
            try decoder.decode(line.span.extracting(raw))
            let market = try #require(decoder.markets.first)
            #expect(market.settlement == .spotSnapshot)
            #expect(market.upToken != nil && market.downToken != nil)
            #expect(market.fees?.rate == 0.07 && market.fees?.rebateRate == 0.2)
            if market.winner == .yes { up += 1 }
            if market.strike != nil { strikes += 1 }
            #expect(throws: GammaRefusal.closed) {
                try market.definition(id: MarketID(index: 0), at: Self.now)
            }
        }
        #expect(lines.count == 292 && up == 140)
    }
}
