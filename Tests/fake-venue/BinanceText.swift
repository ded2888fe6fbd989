internal import Foundation

/// Binance's words: its streams, and its answers to requests (binance 4 and 6).
enum BinanceText {
    /// The touch round a price: a cent below, two above.
    private static func touch(_ price: Double) -> (bid: String, ask: String) {
        (decimals(price - 0.005), decimals(price + 0.015))
    }

    private static func decimals(_ price: Double) -> String {
        String(format: "%.2f000000", price)
    }

    static func bookTicker(update: Int, price: Double) -> String {
        let (bid, ask) = touch(price)
        return #"{"stream":"btcusdt@bookTicker","data":{"u":\#(update),"s":"BTCUSDT","#
            + #""b":"\#(bid)","B":"4.93986000","a":"\#(ask)","A":"2.11027000"}}"#
    }

    static func trade(id: Int, price: Double, milliseconds: Int64) -> String {
        #"{"stream":"btcusdt@trade","data":{"e":"trade","E":\#(milliseconds),"#
            + #""s":"BTCUSDT","t":\#(id),"p":"\#(decimals(price))","q":"0.00062000","#
            + #""T":\#(milliseconds),"m":\#(id.isMultiple(of: 2)),"M":true}}"#
    }

    /// The connection is about to be closed by the venue.
    static func shutdown(milliseconds: Int64) -> String {
        #"{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":\#(milliseconds)}}"#
    }

    // MARK: - Requests

    /// What the gas coin costs.
    private static let polPrice = 0.25

    /// - Parameter milliseconds: now.
    static func answer(
        _ request: VenueRequest,
        _ reference: ReferencePrice,
        milliseconds: Int64
    ) -> Answer {
        switch request.path {
        case "/api/v3/ping": return Answer(json: [:])
        case "/api/v3/time": return Answer(json: ["serverTime": .number(milliseconds)])
        default: break
        }
        let symbol = request.query["symbol"] ?? ""
        let prices = ["BTCUSDT": reference.price, "POLUSDT": polPrice]
        guard let price = prices[symbol] else {
            return Answer(
                status: 400,
                json: ["code": .number("-1121"), "msg": "Invalid symbol."]
            )
        }
        switch request.path {
        case "/api/v3/ticker/price":
            return Answer(
                json: ["symbol": .text(symbol), "price": .text(exact(price, symbol))]
            )
        case "/api/v3/ticker/bookTicker":
            let isCoin = symbol == "BTCUSDT"
            let (bid, ask) = isCoin ? touch(price) : (exact(price, symbol), "0.25010000")
            return Answer(
                json: [
                    "symbol": .text(symbol), "bidPrice": .text(bid), "bidQty": "4.93986000",
                    "askPrice": .text(ask), "askQty": "2.11027000",
                ]
            )
        case "/api/v3/exchangeInfo":
            return Answer(
                json: [
                    "timezone": "UTC", "serverTime": .number(milliseconds),
                    "symbols": [["symbol": .text(symbol), "status": "TRADING"]],
                ]
            )
        case "/api/v3/klines" where symbol == "BTCUSDT":
            return klines(request, reference)
        default: return .notFound
        }
    }

    private static func exact(_ price: Double, _ symbol: String) -> String {
        symbol == "BTCUSDT" ? decimals(price) : String(format: "%.8f", price)
    }

    private static func klines(_ request: VenueRequest, _ reference: ReferencePrice) -> Answer {
        let lengths: [String: Int64] = ["1s": 1, "1m": 60, "15m": 900, "1h": 3_600]
        guard let length = lengths[request.query["interval"] ?? ""] else {
            return Answer(
                status: 400,
                json: ["code": .number("-1120"), "msg": "Invalid interval."]
            )
        }
        let limit = min(max(request.number("limit") ?? 500, 1), 1_000)
        let start = request.query["startTime"].flatMap { Int64($0) }
        let end = request.query["endTime"].flatMap { Int64($0) } ?? .max
        let bars = reference.bars(of: length).filter { bar in
            bar.second * 1_000 >= start ?? 0 && bar.second * 1_000 <= end
        }
        let chosen = start == nil ? Array(bars.suffix(limit)) : Array(bars.prefix(limit))
        return Answer(json: .list(chosen.map { row($0, length) }))
    }

    private static func row(_ bar: ReferencePrice.Bar, _ length: Int64) -> JSONValue {
        [
            .number(bar.second * 1_000), .text(decimals(bar.open)), .text(decimals(bar.high)),
            .text(decimals(bar.low)), .text(decimals(bar.close)), "1.50000000",
            .number((bar.second + length) * 1_000 - 1), "124500.00000000", .number("12"),
            "0.75000000", "62250.00000000", "0",
        ]
    }
}

/// Chainlink's words, by way of the price socket (polymarket 14).
enum PriceText {
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
    static func backlog(milliseconds: Int64) -> String {
        let now = milliseconds / 1_000
        let starts = Set([14_400, 900, 300].map { now - now % $0 }).sorted()
        let points = starts.map { "{\(point(ReferencePrice.level, $0))}" }.joined(separator: ",")
        return #"{"topic":"crypto_prices_twap_sixty","type":"subscribe","#
            + #""timestamp":\#(milliseconds),"#
            + #""payload":{"symbol":"btc/usd","window_s":60,"data":[\#(points)]}}"#
    }
}
