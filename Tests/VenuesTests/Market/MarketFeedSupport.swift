internal import Testing
internal import Trading
internal import Venues

/// A market of the socket tests, and what the venue would say of it.
enum SampleMarket {
    static let condition = "0x9bf175d7c7b49a4eb91b2cc6f0e4a53677f13e2efbb7ee079ed5640bd421e25b"
    static let yes = "98879333153580861799018681648381139364382622074357239010764368082362737328219"
    static let no = "10484312312312312312312312312312312312312312312312312312312312312312312312312"

    static func definition(
        _ index: UInt32 = 3,
        condition: String = condition,
        yes: String = yes,
        no: String = no
    ) -> MarketDefinition {
        MarketDefinition(
            id: MarketID(index: index),
            slug: InlineText("btc-updown-5m-1776323400") ?? InlineText(),
            conditionID: InlineText(condition) ?? InlineText(),
            yesToken: InlineText(yes) ?? InlineText(),
            noToken: InlineText(no) ?? InlineText(),
            windowStart: Timestamp(seconds: 1_776_323_400),
            windowEnd: Timestamp(seconds: 1_776_323_700),
            tickSize: .hundredth,
            orderSizeMin: Quantity(shares: 5),
            takerFeeRate: 0.07,
            settlement: .spotSnapshot
        )
    }

    static func book(_ change: (inout SampleBook) -> Void = { _ in }) -> String {
        var book = SampleBook()
        change(&book)
        return book.frame(.nine)
    }

    struct Change {
        var token = SampleMarket.yes
        var price = "0.5"
        var size = "40"
        var side = "BUY"
        var bestBid = "0.5"
        var bestAsk = "0.51"
        var extra = ""
    }

    static func changes(_ changes: [Change], extra: String = "") -> String {
        let texts = changes.map {
            "{\"asset_id\":\"\($0.token)\", \"price\":\"\($0.price)\", \"size\":\"\($0.size)\", "
                + "\"side\":\"\($0.side)\", \"hash\":\"a\", \"best_bid\":\"\($0.bestBid)\", "
                + "\"best_ask\":\"\($0.bestAsk)\"\($0.extra)}"
        }
        return
            "{\"market\":\"\(condition)\", \"price_changes\":[\(texts.joined(separator: ", "))], "
            + "\"timestamp\":\"1776323405000\"\(extra), \"event_type\":\"price_change\"}"
    }
}

/// A feed that tells everything of a frame at once.
final class Socket {
    var feed = PolymarketMarketFeed()

    init(follows definitions: [MarketDefinition] = [SampleMarket.definition()]) {
        for definition in definitions { feed.follow(definition) }
    }

    var statistics: MarketFeedStatistics { feed.statistics }

    @discardableResult
    func items(_ frame: String) -> [MarketFeedItem] { items(Array(frame.utf8)) }

    @discardableResult
    func items(_ bytes: [UInt8]) -> [MarketFeedItem] {
        var items: [MarketFeedItem] = []
        var frame = PolymarketMarketFrame(bytes.span)
        while let item = frame.next(&feed) { items.append(item) }
        return items
    }
}
