public import Trading
public import Wire

/// What one frame of Binance's streams says (binance 4).
public enum BinanceMessage: Equatable, Sendable {
    /// `bookTicker`: the best prices. Without any time of the venue.
    case bookTicker(BinanceBookTicker)
    case trade(BinanceTrade)
    /// All matches of one taker's order at one price, the trades `firstTrade` to `trade.id`.
    case aggregateTrade(BinanceTrade, firstTrade: Int64)
    case kline(BinanceKline, symbol: InlineText, interval: InlineText, isClosed: Bool)
    /// The connection is about to be closed by the venue: make another one first.
    case serverShutdown(Timestamp)
    /// A control message was done; `nil` when it had no id that is a number.
    case done(id: Int64?)
    /// A control message was refused (binance 3).
    case refused(code: Int64, id: Int64?)
    /// A stream that is not followed: depth, average and reference prices, block trades.
    case otherStream
}

public struct BinanceBookTicker: Equatable, Sendable {
    /// Rises with every update of the symbol's book.
    public let updateID: Int64
    /// Upper case.
    public let symbol: InlineText
    public let bid: ReferencePrice
    /// In 1e-8 of the coin.
    public let bidSize: Int64
    public let ask: ReferencePrice
    public let askSize: Int64

    /// Halfway, rounded down to 1e-8 dollars.
    public var middle: ReferencePrice {
        ReferencePrice(raw: bid.raw + (ask.raw - bid.raw) / 2)
    }
}

public struct BinanceTrade: Equatable, Sendable {
    /// Rises by one from trade to trade of the symbol.
    public let id: Int64
    public let symbol: InlineText
    public let price: ReferencePrice
    /// In 1e-8 of the coin.
    public let size: Int64
    /// What the taker did.
    public let takerSide: Side
    /// When it happened.
    public let time: Timestamp
    /// When the venue sent it.
    public let eventTime: Timestamp
}

/// One bar.
public struct BinanceKline: Equatable, Sendable {
    public let openTime: Timestamp
    /// The last millisecond of the bar: it is final once the venue's clock is past this.
    public let closeTime: Timestamp
    public let open: ReferencePrice
    public let high: ReferencePrice
    public let low: ReferencePrice
    public let close: ReferencePrice
}

/// Why a frame is refused.
public enum BinanceError: Error, Equatable, Sendable {
    case notJSON(JSONError)
    /// A value of another type than the venue sends.
    case wrongType
    /// A member that is needed is missing.
    case missing
    /// Not a price or size above zero with at most eight decimals, in the range of 64 bits.
    case number
    /// Not a time of the unit that was asked for: milliseconds have 13 digits, microseconds 16.
    case time
    /// Not 1 to 80 printable characters.
    case symbol
    /// The bid is not below the ask.
    case crossed
    /// More rows than `BinanceREST.rowsMax`.
    case tooMany
}

/// The unit of the venue's times, which the connection's URL chooses.
public enum BinanceTimeUnit: Sendable {
    case milliseconds
    case microseconds
}
