internal import Foundation
internal import Trading
internal import Venues

/// A market of the fake venue, one of bitcoin's recurring windows. Everything of it follows from
/// its start and its length.
struct FakeMarket: Hashable {
    /// Seconds since 1970.
    let start: Int64
    /// Seconds: 300, 900, 3,600 or 14,400.
    let length: Int64

    static let lengths: [String: Int64] = ["5m": 300, "15m": 900, "4h": 14_400]
    static let orderSizeMin = Quantity(shares: 5)
    /// The venue lists a window about a day before it begins.
    static let listedBefore: Int64 = 86_400

    init?(start: Int64, length: Int64) {
        guard start > 1_000_000_000, start < 10_000_000_000, start % length == 0 else { return nil }
        self.start = start
        self.length = length
    }

    /// - Parameters:
    ///   - slug: `btc-updown-5m-<start>`, or `bitcoin-up-or-down-november-24-5pm-et`, with or
    ///     without the year behind the day.
    ///   - now: seconds; for slugs that name no year.
    init?(slug: String, now: Int64) {
        let parts = slug.split(separator: "-").map(String.init)
        if parts.count == 4, parts[0] == "btc", parts[1] == "updown",
            let length = Self.lengths[parts[2]], let start = Int64(parts[3])
        {
            self.init(start: start, length: length)
            return
        }
        guard parts.count == 8 || parts.count == 9, parts[0] == "bitcoin" else { return nil }
        let withoutYear = parts.enumerated().filter { parts.count == 8 || $0.offset != 6 }
        guard
            let text = InlineText(withoutYear.map(\.element).joined(separator: "-")),
            let window = WindowSeries.window(ofSlug: text, near: Timestamp(seconds: now)),
            window.series == WindowSeries(.btc, .oneHour)
        else { return nil }
        self.init(start: window.start.nanoseconds / 1_000_000_000, length: 3_600)
    }

    /// The market of a token, and which outcome the token stands for.
    static func find(token: String) -> (market: FakeMarket, outcome: Outcome)? {
        guard let last = token.last, last == "1" || last == "2",
            let market = FakeMarket(digits: token.dropLast())
        else { return nil }
        return (market, last == "1" ? .yes : .no)
    }

    init?(condition: String) {
        guard condition.hasPrefix("0x"), condition.count == 66 else { return nil }
        self.init(digits: condition.dropFirst(2).drop { $0 == "0" })
    }

    /// Start and length one after the other.
    private init?(digits: Substring) {
        guard digits.count > 10, digits.allSatisfy(\.isNumber),
            let start = Int64(digits.prefix(10)),
            let length = Int64(digits.dropFirst(10)),
            length == 3_600 || Self.lengths.values.contains(length)
        else { return nil }
        self.init(start: start, length: length)
    }

    var end: Int64 { start + length }

    func token(_ outcome: Outcome) -> String { "\(start)\(length)\(outcome == .yes ? 1 : 2)" }

    /// Up, then Down.
    var tokens: [String] { [token(.yes), token(.no)] }

    var condition: String {
        let digits = "\(start)\(length)"
        return "0x" + String(repeating: "0", count: 64 - digits.count) + digits
    }

    var slug: String {
        if length == 3_600 {
            return WindowSeries(.btc, .oneHour).slug(start: Timestamp(seconds: start))
        }
        let name = Self.lengths.first { $0.value == length }?.key ?? ""
        return "btc-updown-\(name)-\(start)"
    }
}

/// What the lists of markets say.
extension FakeMarket {
    /// The record of Gamma. Settled on the mean of a minute, as since August 2026; the hourly ones
    /// on Binance's candle.
    ///
    /// - Parameter winner: `nil` while the market is open.
    func record(asked slug: String, tickSize: TickSize, winner: Outcome?) -> JSONValue {
        let up = winner.map { $0 == .yes ? "1" : "0" } ?? "0.5"
        let down = winner.map { $0 == .yes ? "0" : "1" } ?? "0.5"
        let record: JSONValue = [
            "id": "\(start)", "slug": .text(slug), "conditionId": .text(condition),
            "outcomes": #"["Down", "Up"]"#,
            "clobTokenIds": "[\"\(token(.no))\", \"\(token(.yes))\"]",
            "outcomePrices": "[\"\(down)\", \"\(up)\"]",
            "startDate": .text(Self.date(start - Self.listedBefore)),
            "eventStartTime": .text(Self.date(start)), "endDate": .text(Self.date(end)),
            "orderPriceMinTickSize": .number(tickSize.text), "orderMinSize": .number("5"),
            "feesEnabled": true,
            "feeSchedule": [
                "exponent": .number("1"), "rate": .number("0.07"), "takerOnly": true,
                "rebateRate": .number("0.2"),
            ],
            "acceptingOrders": .truth(winner == nil), "enableOrderBook": true, "active": true,
            "negRisk": false, "closed": .truth(winner != nil), "version": "v1",
        ]
        return record.adding(length == 3_600 ? Self.candleRules : Self.averageRules)
    }

    private static let averageRules: JSONValue = [
        "description": """
        This market will resolve to "Up" if the time-weighted average price at the end of the time \
        range is greater than or equal to the price at the beginning of that range. Otherwise it \
        will resolve to "Down". The resolution source is Chainlink.
        """,
        "resolutionSource": "https://data.chain.link/streams/btc-usd-twap-60s-streams",
        "cryptoMarketConfig": [
            "asset": "btc", "twapEnabled": true, "twapLookbackSeconds": .number("60"),
        ],
    ]

    private static let candleRules: JSONValue = [
        "description": """
        This market will resolve to "Up" if the close price is greater than or equal to the open \
        price for the BTC/USDT 1 hour candle that begins on the time and date specified in the \
        title. Otherwise, this market will resolve to "Down". The resolution source is Binance.
        """,
        "resolutionSource": "https://www.binance.com/en/trade/BTC_USDT",
    ]

    /// The compact record of the exchange (`/clob-markets/…`).
    func terms(tickSize: TickSize, acceptsOrders: Bool) -> JSONValue {
        [
            "c": .text(condition),
            "t": [
                ["t": .text(token(.yes)), "o": "Up"], ["t": .text(token(.no)), "o": "Down"],
            ],
            "mos": .number("5"), "mts": .number(tickSize.text), "mbf": .number("1000"),
            "tbf": .number("1000"), "ao": .truth(acceptsOrders),
            "fd": ["r": .number("0.07"), "e": .number("1"), "to": true], "v": "v1",
        ]
    }

    /// The long record of the exchange (`/markets/0x…`).
    func longRecord(tickSize: TickSize, winner: Outcome?) -> JSONValue {
        let tokens: [JSONValue] = [Outcome.yes, .no].map { outcome in
            [
                "token_id": .text(token(outcome)), "outcome": .text(outcome.label),
                "winner": .truth(winner == outcome),
            ]
        }
        return [
            "condition_id": .text(condition), "market_slug": .text(slug), "tokens": .list(tokens),
            "minimum_tick_size": .number(tickSize.text), "minimum_order_size": .number("5"),
            "accepting_orders": .truth(winner == nil), "closed": .truth(winner != nil),
            "active": true, "neg_risk": false, "seconds_delay": .number("0"),
        ]
    }

    private static func date(_ seconds: Int64) -> String {
        ISO8601DateFormatter().string(from: Date(timeIntervalSince1970: Double(seconds)))
    }
}
