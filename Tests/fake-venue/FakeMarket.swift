internal import Foundation

/// A market of the fake venue. Everything of it follows from its slug, and its slug from a token.
struct FakeMarket {
    let slug: String
    let asset: String
    /// Seconds since 1970.
    let start: Int64
    let length: Int64

    /// `nil` unless the slug is `btc-updown-5m-<start>` or another of that form.
    init?(slug: String) {
        let parts = slug.split(separator: "-").map(String.init)
        let lengths: [String: Int64] = ["5m": 300, "15m": 900, "4h": 14_400]
        guard parts.count == 4, parts[1] == "updown", let length = lengths[parts[2]],
            let start = Int64(parts[3]), start > 0, start % length == 0
        else { return nil }
        self.slug = slug
        asset = parts[0]
        self.start = start
        self.length = length
    }

    var end: Int64 { start + length }
    var up: String { "\(start)\(length)1" }
    var down: String { "\(start)\(length)2" }

    static func condition(ofToken token: String) -> String {
        let digits = token.dropLast()
        return "0x" + String(repeating: "0", count: 64 - digits.count) + digits
    }

    /// The long numbers in quotes of a subscription.
    static func tokens(in text: String) -> [String] {
        text.split(separator: "\"").map(String.init).filter { part in
            part.count >= 12 && part.allSatisfy(\.isNumber)
        }
    }

    /// As the market list tells it. Settled on the mean of a minute, as since August 2026; a market
    /// that is over was won by Up.
    func record(isClosed: Bool) -> String {
        let stream = "https://data.chain.link/streams/\(asset)-usd-twap-60s-streams"
        let rules =
            "This market will resolve to \\\"Up\\\" if the time-weighted average price at the end of "
            + "the time range is greater than or equal to the price at the beginning of that range. "
            + "Otherwise it will resolve to \\\"Down\\\". The resolution source is Chainlink."
        let members = [
            "\"slug\":\"\(slug)\"",
            "\"conditionId\":\"\(Self.condition(ofToken: up))\"",
            #""outcomes":"[\"Down\", \"Up\"]""#,
            #""clobTokenIds":"[\"\#(down)\", \"\#(up)\"]""#,
            #""outcomePrices":"[\"\#(isClosed ? "0" : "0.5")\", \"\#(isClosed ? "1" : "0.5")\"]""#,
            "\"eventStartTime\":\"\(Self.date(start))\"",
            "\"endDate\":\"\(Self.date(end))\"",
            #""orderPriceMinTickSize":0.01,"orderMinSize":5,"feesEnabled":true"#,
            #""feeSchedule":{"exponent":1,"rate":0.07,"takerOnly":true,"rebateRate":0.2}"#,
            #""acceptingOrders":true,"enableOrderBook":true,"active":true,"negRisk":false"#,
            "\"closed\":\(isClosed),\"version\":\"v1\"",
            "\"description\":\"\(rules)\"",
            "\"resolutionSource\":\"\(stream)\"",
            "\"cryptoMarketConfig\":{\"asset\":\"\(asset)\",\"twapEnabled\":true,"
                + "\"twapLookbackSeconds\":60}",
        ]
        return "{" + members.joined(separator: ",") + "}"
    }

    private static func date(_ seconds: Int64) -> String {
        ISO8601DateFormatter().string(from: Date(timeIntervalSince1970: Double(seconds)))
    }
}
