public import Trading
public import Wire

/// A topic of the venue's price feed (RTDS, polymarket 14.1).
public enum RTDSTopic: UInt8, Sendable, CaseIterable {
    /// Binance's price, by way of Polymarket.
    case binance
    /// The Chainlink price that 5- and 15-minute markets settled on until August 2026.
    case chainlink
    /// Its mean over 30 and over 60 seconds.
    case chainlinkTWAP30
    case chainlinkTWAP60

    /// The topic's name in a subscription. One that the server does not know makes it refuse the
    /// whole subscription, so only these are ever asked for.
    public var name: StaticString {
        switch self {
        case .binance: "crypto_prices"
        case .chainlink: "crypto_prices_chainlink"
        case .chainlinkTWAP30: "crypto_prices_twap_thirty"
        case .chainlinkTWAP60: "crypto_prices_twap_sixty"
        }
    }

    /// Seconds over which the topic's values are means; 0 for single prices.
    public var averagedSeconds: Int {
        switch self {
        case .binance, .chainlink: 0
        case .chainlinkTWAP30: 30
        case .chainlinkTWAP60: 60
        }
    }
}

/// One price of the feed.
public struct RTDSPrice: Equatable, Sendable {
    public let topic: RTDSTopic
    /// As the venue writes it: `btcusdt`, `btc/usd`.
    public let symbol: InlineText
    public let value: SettlementValue
    /// The source's own time of the price: a mean is that over the seconds before it.
    public let stamp: Timestamp
    /// When the venue published the message that told of it.
    public let published: Timestamp
    /// Whether it came with the subscription, of a time before it.
    public let isBacklog: Bool

    /// Rounded to the nearest 1e-8 dollars; `nil` when it is too large for that.
    public var reference: ReferencePrice? { value.reference }
}

extension RTDSPrice {
    /// The strike of a window, where this price is the very one that the window's end is compared
    /// with: of the feed and the mean that settle it, stamped exactly with its start (strategy
    /// 2.2). `nil` for every other price.
    ///
    /// - Parameter asset: what the market is about.
    public func strike(of market: MarketDefinition, asset: WindowAsset) -> EngineEvent? {
        let isFeed =
            switch market.settlement {
            case .chainlinkTWAP(let seconds):
                topic.averagedSeconds == seconds && topic != .binance && topic != .chainlink
            case .spotSnapshot: topic == .chainlink
            case .binanceCandle, .unsupported: false
            }
        guard isFeed, stamp == market.windowStart, symbol.description == asset.chainlinkSymbol,
            let reference
        else { return nil }
        return .strikeObserved(market.id, reference, .settlementFeed)
    }
}

/// What a frame of the feed says.
public enum RTDSMessage: Equatable, Sendable {
    /// `RTDSDecoder.prices` are new, one of an update or many of a backlog, in the order of the
    /// frame.
    case prices
    /// An empty frame, which greets, or the answer to a ping.
    case nothing
    /// A topic or a type that is not followed.
    case unrelated
    /// The server refused the subscription, with this status.
    case refused(status: Int64)
}

/// Why a frame of the feed is refused.
public enum RTDSError: Error, Equatable, Sendable {
    case notJSON(JSONError)
    /// Not an object, or a member of another type than the venue sends.
    case wrongType
    /// A member that is needed is missing.
    case missing
    /// Not a price above zero with at most 18 decimals and below a trillion dollars.
    case value
    /// Not a time in milliseconds.
    case time
    /// Not 1 to 80 printable characters.
    case symbol
    /// A mean over other seconds than the topic's, or a symbol that the topic does not have.
    case contradiction
    /// More prices than `RTDSDecoder.pricesMax`.
    case tooManyPrices
}
