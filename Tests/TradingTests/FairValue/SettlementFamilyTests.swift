internal import Testing

@testable internal import Trading

@Suite("Settlement family") struct SettlementFamilyTests {
    /// As the venue wrote it for spot windows (recorded in March and July 2026).
    static let spotText = """
        This market will resolve to "Up" if the Bitcoin price at the end of the time range \
        specified in the title is greater than or equal to the price at the beginning of that \
        range. Otherwise, it will resolve to "Down".
        The resolution source for this market is information from Chainlink, specifically the \
        BTC/USD data stream available at https://data.chain.link/streams/btc-usd.
        Please note that this market is about the price according to Chainlink data stream \
        BTC/USD, not according to other sources or spot markets.
        """
    static let averageText = """
        This market will resolve to "Up" if the TWAP of Bitcoin at the end of the time range \
        specified in the title is greater than or equal to the price at the beginning of that \
        range. Otherwise, it will resolve to "Down".
        The resolution source for this market is information from Chainlink.
        """
    static let candleText = """
        This market will resolve to "Up" if the close price is greater than or equal to the open \
        price for the BTC/USDT 1 hour candle that begins on the time and date specified in the \
        title. Otherwise, this market will resolve to "Down".
        The resolution source for this market is information from Binance, specifically the \
        BTC/USDT pair (https://www.binance.com/en/trade/BTC_USDT).
        """
    static let spotSource = "https://data.chain.link/streams/btc-usd"
    static let averageSource = "https://data.chain.link/streams/btc-usd-twap-60s-streams"
    static let candleSource = "https://www.binance.com/en/trade/BTC_USDT"

    private func family(
        _ text: String,
        _ source: String,
        averaged: Int? = nil,
        window: Int = 300,
        asset: String = "btc"
    ) -> SettlementFamily {
        let text = Array(text.utf8)
        let source = Array(source.utf8)
        let asset = Array(asset.utf8)
        return SettlementFamily(
            SettlementFamily.Record(
                description: text.span,
                resolutionSource: source.span,
                asset: asset.span,
                averagedSeconds: averaged,
                windowSeconds: window
            )
        )
    }

    @Test("without its rules a recurring market is known by its length and date")
    func history() {
        let cases: [(start: Int64, minutes: Int64, family: SettlementFamily)] = [
            (1_786_060_799, 5, .spotSnapshot), (1_776_323_400, 15, .spotSnapshot),
            (1_786_060_800, 5, .chainlinkTWAP(seconds: 30)),
            (1_786_665_599, 240, .chainlinkTWAP(seconds: 30)),
            (1_786_665_600, 15, .chainlinkTWAP(seconds: 60)),
            (1_790_553_600, 60, .binanceCandle), (1_790_553_600, 10, .unsupported),
        ]
        for (start, minutes, family) in cases {
            let start = Timestamp(seconds: start)
            let end = start + .seconds(60 * minutes)
            #expect(SettlementFamily.ofRecurringMarket(from: start, to: end) == family)
        }
    }

    @Test("the three kinds of window are told from their own records")
    func supported() {
        #expect(family(Self.spotText, Self.spotSource) == .spotSnapshot)
        #expect(family(Self.spotText, Self.spotSource + "/") == .spotSnapshot)
        let averaged = SettlementFamily.chainlinkTWAP(seconds: 60)
        #expect(family(Self.averageText, Self.averageSource, averaged: 60) == averaged)
        #expect(family(Self.spotText, Self.averageSource, averaged: 60) == averaged)
        let short = Self.averageSource.replacing("60s", with: "30s")
        #expect(
            family(Self.averageText, short, averaged: 30) == .chainlinkTWAP(seconds: 30)
        )
        #expect(family(Self.candleText, Self.candleSource, window: 3_600) == .binanceCandle)
        let ether = Self.candleText.replacing("BTC", with: "ETH")
        let etherSource = Self.candleSource.replacing("BTC", with: "ETH")
        #expect(family(ether, etherSource, window: 3_600, asset: "eth") == .binanceCandle)
        #expect(averaged.averagedSeconds == 60 && averaged.isSupported)
        #expect(SettlementFamily.spotSnapshot.averagedSeconds == 0)
        #expect(!SettlementFamily.unsupported.isSupported)
    }

    @Test("anything unknown, missing or contradictory is unsupported")
    func unsupported() {
        let cases: [(String, String, String, Int?, Int, String)] = [
            ("nothing", "", "", nil, 300, "btc"),
            ("no text", "", Self.averageSource, 60, 300, "btc"),
            ("no source", Self.averageText, "", 60, 300, "btc"),
            (
                "an average without its length", Self.averageText, Self.averageSource, nil, 300,
                "btc"
            ),
            ("two lengths", Self.averageText, Self.averageSource, 30, 300, "btc"),
            (
                "no length in the source", Self.averageText,
                "https://data.chain.link/streams/btc-usd-twap-s-streams", 60, 300, "btc"
            ),
            (
                "too long an average", Self.averageText,
                Self.averageSource.replacing("60s", with: "3600s"), 3_600, 300, "btc"
            ),
            ("an unknown stream", Self.averageText, Self.averageSource + "-v2", 60, 300, "btc"),
            (
                "a spot source with an average configured", Self.spotText, Self.spotSource, 60, 300,
                "btc"
            ),
            (
                "a spot source with an average in the text", Self.averageText, Self.spotSource, nil,
                300, "btc"
            ),
            ("another asset", Self.spotText, Self.spotSource, nil, 300, "eth"),
            ("an asset whose name begins alike", Self.spotText, Self.spotSource, nil, 300, "bt"),
            ("no asset", Self.spotText, Self.spotSource, nil, 300, ""),
            (
                "another host", Self.spotText, "https://data.chain.link.example/streams/btc-usd",
                nil, 300, "btc"
            ),
            (
                "ties to Down",
                Self.spotText.replacing("greater than or equal to", with: "greater than"),
                Self.spotSource, nil, 300, "btc"
            ),
            (
                "sides exchanged", Self.spotText.replacing("\"Up\" if", with: "\"Down\" if"),
                Self.spotSource, nil, 300, "btc"
            ),
            ("a candle of another length", Self.candleText, Self.candleSource, nil, 86_400, "btc"),
            (
                "a one-minute candle", Self.candleText.replacing("1 hour", with: "1 minute"),
                Self.candleSource, nil, 3_600, "btc"
            ),
            ("a candle of another pair", Self.candleText, Self.candleSource, nil, 3_600, "eth"),
            (
                "a candle that counts candles",
                "resolves Yes if at least 2 are considered up if the close price is greater than or"
                    + " equal to the open price for the relevant BTC/USDT 1 hour candle",
                Self.candleSource, nil, 3_600, "btc"
            ),
            (
                "a candle with Chainlink as its source", Self.candleText, Self.spotSource, nil,
                3_600, "btc"
            ),
            (
                "a text without end", Self.spotText + String(repeating: " ", count: 9_000),
                Self.spotSource, nil, 300, "btc"
            ),
        ]
        for (name, text, source, averaged, window, asset) in cases {
            let family = family(text, source, averaged: averaged, window: window, asset: asset)
            #expect(family == .unsupported, "\(name)")
        }
    }

    @Test("a tie is Up")
    func ties() {
        let strike = ReferencePrice(raw: 8_000_000_000_000)
        #expect(SettlementFamily.winner(final: strike, strike: strike) == .yes)
        #expect(SettlementFamily.winner(final: .init(raw: strike.raw - 1), strike: strike) == .no)
        #expect(SettlementFamily.winner(final: .init(raw: strike.raw + 1), strike: strike) == .yes)
    }
}
