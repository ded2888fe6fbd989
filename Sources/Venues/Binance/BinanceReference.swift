public import Trading

/// What Binance's streams mean for the reference price of one symbol (binance 4 and 5).
public enum BinanceReferenceItem: Equatable, Sendable {
    /// For the engine.
    case event(EngineEvent)
    /// So many trades of the symbol were never seen: what counts trades is invalid for a while.
    case tradesLost(Int64)
    /// The middle jumped without a trade near it; the frame is left out until others confirm it.
    case quarantined(BinanceBookTicker)
}

/// Turns the messages of one symbol's streams into its reference price. Sans-IO, a value.
///
/// ```
///   reconnected ─► warming ──a book ticker and a trade──► warm
/// ```
public struct BinanceReference: Sendable {
    /// A middle that moves by more than this part without a trade near it is doubted.
    public static let jumpMax = 0.05
    /// Frames in a row that are doubted before the new level is believed.
    public static let quarantineMax = 3
    /// How long two connections may tell of the same symbol side by side: within it an update id
    /// that does not rise is a repetition, after it the venue has begun to count anew.
    public static let overlapMax = Duration.seconds(5)

    /// Upper case.
    public let symbol: InlineText
    /// Messages of another symbol.
    public private(set) var unrelated: Int64 = 0
    /// Book tickers that were older than one before.
    public private(set) var outdated: Int64 = 0
    public private(set) var quarantined: Int64 = 0
    public private(set) var tradesSeen: Int64 = 0
    public private(set) var tradesLost: Int64 = 0
    /// Trades told twice.
    public private(set) var tradesRepeated: Int64 = 0
    /// From the venue's sending of the last trade to our having it, by both clocks: negative when
    /// ours runs behind.
    public private(set) var delay: Duration?

    private var lastUpdate: (id: Int64, at: Timestamp)?
    private var lastMiddle: ReferencePrice?
    private var lastTrade: (id: Int64, price: ReferencePrice)?
    private var quarantine = 0
    /// The newest time of the venue that was seen.
    private var venueTime: Timestamp?
    private var hasTicker = false
    private var hasTrade = false

    public init(symbol: InlineText) { self.symbol = symbol }

    /// Whether there has been a book ticker and a trade since the connection was made.
    public var isWarm: Bool { hasTicker && hasTrade }

    /// The connection is a new one. Nothing is replayed; what comes next is the whole truth.
    public mutating func reconnected() {
        hasTicker = false
        hasTrade = false
        quarantine = 0
    }

    /// Takes a message; `nil` when it changes nothing.
    public mutating func take(_ message: BinanceMessage, at now: Timestamp) -> BinanceReferenceItem?
    {
        switch message {
        case .bookTicker(let ticker): take(ticker, at: now)
        case .trade(let trade): take(trade, from: trade.id, at: now)
        case .aggregateTrade(let trade, let first): take(trade, from: first, at: now)
        case .kline, .serverShutdown, .done, .refused, .otherStream: nil
        }
    }

    private mutating func take(
        _ ticker: BinanceBookTicker,
        at now: Timestamp
    ) -> BinanceReferenceItem? {
        guard ticker.symbol == symbol else {
            unrelated += 1
            return nil
        }
        if let last = lastUpdate, ticker.updateID <= last.id, now - last.at < Self.overlapMax {
            outdated += 1
            return nil
        }
        lastUpdate = (ticker.updateID, now)
        let middle = ticker.middle
        if isDoubtful(middle) {
            quarantine += 1
            quarantined += 1
            if quarantine <= Self.quarantineMax { return .quarantined(ticker) }
        }
        quarantine = 0
        lastMiddle = middle
        hasTicker = true
        // The message has no time of its own: the newest of a trade stands for it.
        return .event(.referenceChanged(middle, venueTime: venueTime ?? now))
    }

    private func isDoubtful(_ middle: ReferencePrice) -> Bool {
        guard let lastMiddle, !Self.isNear(middle, lastMiddle) else { return false }
        guard let lastTrade else { return true }
        return !Self.isNear(middle, lastTrade.price)
    }

    private static func isNear(_ one: ReferencePrice, _ other: ReferencePrice) -> Bool {
        abs(one.dollars - other.dollars) <= jumpMax * other.dollars
    }

    private mutating func take(
        _ trade: BinanceTrade,
        from first: Int64,
        at now: Timestamp
    ) -> BinanceReferenceItem? {
        guard trade.symbol == symbol else {
            unrelated += 1
            return nil
        }
        venueTime = max(venueTime ?? trade.eventTime, trade.eventTime)
        delay = now - trade.eventTime
        hasTrade = true
        guard let last = lastTrade else {
            tradesSeen += trade.id - first + 1
            lastTrade = (trade.id, trade.price)
            return nil
        }
        guard trade.id > last.id else {
            tradesRepeated += 1
            return nil
        }
        tradesSeen += trade.id - max(first, last.id + 1) + 1
        lastTrade = (trade.id, trade.price)
        let lost = first - last.id - 1
        guard lost > 0 else { return nil }
        tradesLost += lost
        return .tradesLost(lost)
    }
}
