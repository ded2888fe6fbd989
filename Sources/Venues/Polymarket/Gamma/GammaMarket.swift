public import Trading
public import Wire

/// What the venue's own record says of a market (polymarket 13), as far as it matters to us.
/// Nothing is assumed: what the record does not say is `nil`, and `definition` refuses it.
public struct GammaMarket: Equatable, Sendable {
    public internal(set) var slug = InlineText()
    public internal(set) var conditionID = InlineText()
    /// Found by the labels of the outcomes, never by their position.
    public internal(set) var upToken: InlineText?
    public internal(set) var downToken: InlineText?
    /// `eventStartTime`; `startDate` is the time of listing, about a day earlier.
    public internal(set) var windowStart: Timestamp?
    public internal(set) var windowEnd: Timestamp?
    public internal(set) var tickSize: TickSize?
    public internal(set) var orderSizeMin: Quantity?
    public internal(set) var feesEnabled: Bool?
    public internal(set) var fees: GammaFees?
    public internal(set) var isActive = false
    public internal(set) var isClosed = false
    public internal(set) var acceptsOrders = false
    public internal(set) var hasOrderBook = false
    public internal(set) var isNegativeRisk = false
    /// `v1`, or `v2` for markets of the second generation; `nil` in older records.
    public internal(set) var version: InlineText?
    public internal(set) var settlement = SettlementFamily.unsupported
    /// The winner, once the prices of the outcomes are 1 and 0 and the market is closed.
    public internal(set) var winner: Outcome?
    /// `priceToBeat` and `finalPrice`, which appear minutes after the end.
    public internal(set) var strike: SettlementValue?
    public internal(set) var finalPrice: SettlementValue?

    init() {}

    /// The market as the engine needs it.
    /// - Parameter now: for slugs that name no year.
    public func definition(
        id: MarketID,
        at now: Timestamp
    ) throws(GammaRefusal) -> MarketDefinition {
        guard let (series, start) = WindowSeries.window(ofSlug: slug, near: now) else {
            throw .slug
        }
        guard let windowStart, let windowEnd, windowStart == start,
            windowEnd - windowStart == series.length.duration
        else { throw .window }
        guard version.map({ $0.equals(.v1) }) ?? true else { throw .version }
        guard !conditionID.isEmpty, let upToken, let downToken, upToken != downToken else {
            throw .tokens
        }
        guard let tickSize else { throw .tickSize }
        guard let orderSizeMin, orderSizeMin > .zero else { throw .orderSizeMin }
        guard !isNegativeRisk else { throw .negativeRisk }
        guard hasOrderBook, !isClosed else { throw .closed }
        return MarketDefinition(
            id: id,
            slug: slug,
            conditionID: conditionID,
            yesToken: upToken,
            noToken: downToken,
            windowStart: windowStart,
            windowEnd: windowEnd,
            tickSize: tickSize,
            orderSizeMin: orderSizeMin,
            takerFeeRate: try takerFeeRate(),
            settlement: settlement
        )
    }

    /// Fee per share over `p * (1 - p)`.
    private func takerFeeRate() throws(GammaRefusal) -> Double {
        guard let feesEnabled else { throw .fees }
        guard feesEnabled else { return 0 }
        // Another exponent is another formula, and a maker who pays has another strategy.
        guard let fees, fees.exponent == 1, fees.takerOnly, fees.rate >= 0, fees.rate <= 1 else {
            throw .fees
        }
        return fees.rate
    }
}

/// `feeSchedule`: the taker pays shares * rate * (p * (1 - p))^exponent.
public struct GammaFees: Equatable, Sendable {
    public internal(set) var rate = 0.0
    public internal(set) var exponent: Int64 = 0
    public internal(set) var takerOnly = false
    /// The part of it that makers share.
    public internal(set) var rebateRate = 0.0

    init() {}
}

/// Why a market is not traded.
public enum GammaRefusal: Error, Equatable, Sendable, CaseIterable {
    /// The slug names no recurring window.
    case slug
    /// Start and end are missing, or are not those that the slug names.
    case window
    /// A market of another generation: other exchange, other signature.
    case version
    /// The record does not say which token is Up and which is Down.
    case tokens
    case tickSize
    case orderSizeMin
    case negativeRisk
    /// It is closed, or has no order book.
    case closed
    /// Fees are enabled and the record does not say which, or makers pay, or the formula is another
    /// one.
    case fees
}

/// Why an answer is no record.
public enum GammaError: Error, Equatable, Sendable {
    case notJSON(JSONError)
    /// A member of another type than the venue sends. The name says which.
    case wrongType(InlineText)
    /// More markets than `GammaDecoder.marketsMax`.
    case tooManyMarkets
    /// Longer than `GammaDecoder.bytesMax`.
    case tooLong
}

extension InlineText {
    fileprivate func equals(_ word: StaticString) -> Bool { FeedText.equals(span, word) }
}

extension StaticString {
    fileprivate static let v1: StaticString = "v1"
}
