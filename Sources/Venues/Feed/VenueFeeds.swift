public import Trading

/// The feeds that we follow, as `FeedSession` wants them described.
public enum VenueFeeds {
    /// Binance's book ticker and trades of one coin (binance 1 and 2). One connection a coin, so
    /// that one that stalls stalls alone.
    ///
    /// - Parameters:
    ///   - symbol: lower case, `btcusdt`.
    ///   - hosts: in the order of preference: `data-stream.binance.vision` first, which needs no
    ///     account.
    ///   - staleAfter: 1.5 s for BTC, 3 s for ETH.
    ///   - followsHours: whether the one-hour candle is told as well, which settles hourly windows.
    public static func binance(
        symbol: String,
        hosts: [FeedEndpoint],
        staleAfter: Duration = .milliseconds(1_500),
        followsHours: Bool = false
    ) -> FeedDescription {
        let candles = followsHours ? "/\(symbol)@kline_1h" : ""
        let target = "/stream?streams=\(symbol)@bookTicker/\(symbol)@trade\(candles)"
        var description = FeedDescription(
            name: "binance",
            endpoints: hosts.map { host in
                FeedEndpoint(
                    host: host.host,
                    port: host.port,
                    target: target,
                    isSecure: host.isSecure
                )
            },
            // The URL subscribes.
            subscriptions: [],
            ping: .byServer(silenceMax: .seconds(45)),
            channels: [FeedChannel(name: "bookTicker", staleAfter: staleAfter)],
            silenceMax: .seconds(5)
        )
        description.lifetimeMax = .seconds(23 * 3_600)
        description.lifetimeJitter = .seconds(15 * 60)
        description.messageBytesMax = 256 * 1_024
        return description
    }

    /// Polymarket's market socket for these tokens, both of each market (polymarket 8).
    public static func polymarketMarket(
        _ endpoint: FeedEndpoint,
        tokens: [InlineText]
    ) -> FeedDescription {
        FeedDescription(
            name: "polymarket market",
            endpoints: [endpoint],
            subscriptions: tokens.isEmpty ? [] : [marketSubscription(tokens)],
            ping: .text(every: .seconds(10), isAnswered: true),
            channels: [FeedChannel(name: "market", staleAfter: .seconds(10))],
            // The official client calls a socket dead after so long without anything.
            silenceMax: .seconds(30)
        )
    }

    /// The first text on a market socket.
    public static func marketSubscription(_ tokens: [InlineText]) -> [UInt8] {
        text(
            "{\"assets_ids\":[\(list(tokens))],\"type\":\"market\","
                + "\"custom_feature_enabled\":true}"
        )
    }

    /// A later text on a market socket.
    public static func marketChange(_ tokens: [InlineText], isSubscribed: Bool) -> [UInt8] {
        let operation = isSubscribed ? "subscribe" : "unsubscribe"
        return text(
            "{\"operation\":\"\(operation)\",\"assets_ids\":[\(list(tokens))],"
                + "\"custom_feature_enabled\":true}"
        )
    }

    /// Polymarket's price feed (polymarket 14.1). Unfiltered: the venue's filters cannot be relied
    /// on. It stalls without a sign, so it has half a minute.
    ///
    /// - Parameters:
    ///   - topics: not empty; one channel each, in this order.
    ///   - staleAfter: about a price a second comes, up to two seconds late.
    public static func polymarketPrices(
        _ endpoint: FeedEndpoint,
        topics: [RTDSTopic],
        staleAfter: Duration = .seconds(5)
    ) -> FeedDescription {
        let texts = topics.map { "{\"topic\":\"\($0.name)\",\"type\":\"update\"}" }
        return FeedDescription(
            name: "polymarket prices",
            endpoints: [endpoint],
            subscriptions: [
                text(
                    "{\"action\":\"subscribe\",\"subscriptions\":["
                        + texts.joined(separator: ",") + "]}"
                )
            ],
            // No answer comes.
            ping: .text(every: .seconds(5), isAnswered: false),
            channels: topics.map { FeedChannel(name: $0.name, staleAfter: staleAfter) },
            silenceMax: .seconds(30)
        )
    }

    /// Polymarket's user socket (polymarket 9). The subscription holds the secret as it is: it is
    /// never to be logged.
    ///
    /// - Parameter subscription: `{"auth":{...},"type":"user"}`, made by whoever holds the key.
    public static func polymarketUser(
        _ endpoint: FeedEndpoint,
        subscription: [UInt8]
    ) -> FeedDescription {
        FeedDescription(
            name: "polymarket user",
            endpoints: [endpoint],
            subscriptions: [subscription],
            ping: .text(every: .seconds(10), isAnswered: true),
            // Without orders there is nothing to tell, however long.
            channels: [],
            silenceMax: .seconds(365 * 86_400)
        )
    }

    /// Ids are digits and letters: nothing in them needs an escape.
    private static func list(_ ids: [InlineText]) -> String {
        ids.map { "\"\($0.description)\"" }.joined(separator: ",")
    }

    private static func text(_ text: String) -> [UInt8] { Array(text.utf8) }
}
