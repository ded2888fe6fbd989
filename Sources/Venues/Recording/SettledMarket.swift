public import Trading
public import Wire

/// A market whose window is over, as a recording of the venue's market list tells it.
public struct SettledMarket: Equatable, Sendable {
    public let slug: MarketSlug
    /// What the venue recorded as the price to beat; `nil` where it recorded none.
    public let strike: SettlementValue?
    /// `nil` where the venue had not resolved the market yet.
    public let winner: Outcome?

    public init(slug: MarketSlug, strike: SettlementValue?, winner: Outcome?) {
        self.slug = slug
        self.strike = strike
        self.winner = winner
    }
}

/// Why a line of a market recording was skipped.
public enum SettledMarketDamage: Error, Equatable, Sendable {
    /// More bytes than `SettledMarketReader.lineBytesMax`.
    case tooLong
    /// Not JSON; the offset counts from the beginning of the line.
    case notJSON(JSONError)
    /// Not an object.
    case notAnObject
    /// One of the keys that are needed is missing, or there twice.
    case keys
    /// `slug` does not tell when the market's window starts and ends.
    case slug
    /// `start_sec` or `end_sec` is not what the slug says.
    case window
    /// `strike_value` is neither null nor a whole number of 1e-18 dollars above zero.
    case strike
    /// `resolved` is no truth value, or it is true and `outcome_prices` are not a winner's and a
    /// loser's.
    case outcome
    /// An earlier line told of the same market.
    case repeated
    /// More markets than `SettledMarketReader.marketsMax`.
    case tooManyMarkets
}
