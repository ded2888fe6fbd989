internal import Foundation

/// What the venues send, in their own words.
enum VenueText {
    // MARK: - Binance

    static func bookTicker(update: Int, price: Double) -> String {
        let bid = String(format: "%.2f000000", price - 0.005)
        let ask = String(format: "%.2f000000", price + 0.015)
        return #"{"stream":"btcusdt@bookTicker","data":{"u":\#(update),"s":"BTCUSDT","#
            + #""b":"\#(bid)","B":"4.93986000","a":"\#(ask)","A":"2.11027000"}}"#
    }

    static func trade(id: Int, price: Double, milliseconds: Int64) -> String {
        let text = String(format: "%.2f000000", price)
        return #"{"stream":"btcusdt@trade","data":{"e":"trade","E":\#(milliseconds),"#
            + #""s":"BTCUSDT","t":\#(id),"p":"\#(text)","q":"0.00062000","T":\#(milliseconds),"#
            + #""m":\#(id.isMultiple(of: 2)),"M":true}}"#
    }

    /// The connection is about to be closed by the venue.
    static func shutdown(milliseconds: Int64) -> String {
        #"{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":\#(milliseconds)}}"#
    }

    // MARK: - Chainlink, by way of the price socket

    /// Chainlink is this much below Binance.
    private static let distance = 24.0

    private static func point(_ price: Double, _ second: Int64) -> String {
        let value = String(format: "%.6f", price - distance)
        let exact = value.replacingOccurrences(of: ".", with: "") + "000000000000"
        return
            #""timestamp":\#(second * 1_000),"value":\#(value),"full_accuracy_value":"\#(exact)""#
    }

    static func price(
        isMean: Bool,
        price: Double,
        second: Int64,
        milliseconds: Int64
    ) -> String {
        let topic = isMean ? "crypto_prices_twap_sixty" : "crypto_prices_chainlink"
        let window = isMean ? #","window_s":60"# : ""
        return #"{"topic":"\#(topic)","type":"update","timestamp":\#(milliseconds),"#
            + #""payload":{"symbol":"btc/usd",\#(point(price, second))\#(window)}}"#
    }

    /// The means stamped with the starts of the windows that are open: what a longer backlog would
    /// hold of use.
    static func backlog(price: Double, milliseconds: Int64) -> String {
        let now = milliseconds / 1_000
        let starts = Set([14_400, 900, 300].map { now - now % $0 }).sorted()
        let points = starts.map { "{\(point(83_000, $0))}" }.joined(separator: ",")
        return #"{"topic":"crypto_prices_twap_sixty","type":"subscribe","#
            + #""timestamp":\#(milliseconds),"#
            + #""payload":{"symbol":"btc/usd","window_s":60,"data":[\#(points)]}}"#
    }

    // MARK: - The market socket

    /// Ten levels a side, 0.40 to 0.49 and 0.51 to 0.60, of either token.
    static func book(_ token: String, milliseconds: Int64) -> String {
        func levels(_ cents: [Int]) -> String {
            cents.map { #"{"price":"0.\#($0)","size":"3000"}"# }.joined(separator: ",")
        }
        return #"{"event_type":"book","market":"\#(FakeMarket.condition(ofToken: token))","#
            + #""asset_id":"\#(token)","bids":[\#(levels(Array(40...49)))],"#
            + #""asks":[\#(levels(Array((51...60).reversed())))],"timestamp":"\#(milliseconds)"}"#
    }

    /// A size that comes and goes, told of both tokens.
    static func change(_ up: String, turn: Int, isLie: Bool, milliseconds: Int64) -> String {
        let size = turn.isMultiple(of: 2) ? "3000" : "2900"
        let down = up.dropLast() + "2"
        func change(_ token: some StringProtocol, _ price: String, _ side: String) -> String {
            #"{"asset_id":"\#(token)","price":"\#(price)","size":"\#(size)","side":"\#(side)","#
                + #""best_bid":"\#(isLie ? "0.47" : "0.49")","best_ask":"0.51"}"#
        }
        return #"{"event_type":"price_change","market":"\#(FakeMarket.condition(ofToken: up))","#
            + #""timestamp":"\#(milliseconds)","price_changes":["#
            + change(up, "0.42", "BUY") + "," + change(down, "0.58", "SELL") + "]}"
    }

    static func trade(_ token: String, turn: Int, milliseconds: Int64) -> String {
        let isBuy = turn.isMultiple(of: 20)
        return #"{"event_type":"last_trade_price","#
            + #""market":"\#(FakeMarket.condition(ofToken: token))","asset_id":"\#(token)","#
            + #""price":"\#(isBuy ? "0.51" : "0.49")","size":"120","side":"#
            + #""\#(isBuy ? "BUY" : "SELL")","fee_rate_bps":"0","timestamp":"\#(milliseconds)"}"#
    }

    static func resolution(_ market: FakeMarket, milliseconds: Int64) -> String {
        #"{"event_type":"market_resolved","id":"1","#
            + #""market":"\#(FakeMarket.condition(ofToken: market.up))","#
            + #""assets_ids":["\#(market.up)","\#(market.down)"],"#
            + #""winning_asset_id":"\#(market.up)","winning_outcome":"Up","#
            + #""timestamp":"\#(milliseconds)"}"#
    }
}
