/// The detail behind a tick's action: numbers, not text, so that the engine never formats.
/// `Server` writes it as a short sentence into the tick's `reason`.
public enum Reason: Equatable, Sendable {
    case none
    /// Collateral resting in the book, and what the operator asks for; both in dollars.
    case liquidity(measured: Money, required: Double)
    /// The book has no bids or no asks.
    case oneSidedBook
    /// The market's spread and the widest one that is quoted.
    case spreadTooWide(measured: Price, allowed: Price)
    /// The midpoint is outside the range in which new risk is taken.
    case priceOutOfRange
    /// No book yet.
    case noBook
    /// No market yet.
    case noMarket
    case marketFeedStale(age: Duration)
    case referenceFeedStale(age: Duration)
    /// Seconds of samples seen, and needed.
    case samples(seen: Int64, needed: Int64)
    /// The window runs and its strike is not known yet; since when.
    case awaitingStrike(waited: Duration)
    /// The strike is known, but not how the reference compares with the feed that settles.
    case basisUnknown
    /// The strike did not come in time: the window is left out.
    case strikeUnverified
    /// The strike adopted, and who told it.
    case strike(ReferencePrice, StrikeSource)
    case nearExpiry(remaining: Duration)
    /// The worst-case position and its limit, in shares.
    case position(worstCase: Quantity, limit: Int64)
    case insufficientBalance(available: Money)
    /// The operator's order size is below the market's minimum; both in shares.
    case orderTooSmall(size: Int64, minimum: Quantity)
    /// Our own gate refused an order.
    case denied(RiskDenial)
    /// A runtime control holds the session or the market down.
    case held(RiskCause)
    /// An order of ours and what was done to it.
    case order(outcome: Outcome, side: Side, price: Price, size: Quantity)
    case orderRejected(
        OrderRejection,
        outcome: Outcome,
        side: Side,
        price: Price,
        size: Quantity
    )
    /// Who won, and what our position was paid.
    case resolution(winner: Outcome, payout: Money)
    /// Pairs that became a dollar each, and what that cost.
    case merged(pairs: Quantity, gas: Money)
    /// Cash of the account that became the session's.
    case cash(Money)
    /// The window adopted.
    case market(slug: InlineText)
    case volatility(VolState)
    /// A side that could be quoted has no sound quote.
    case noQuote(NoQuoteReason)
    /// A guard holds the quotes back.
    case guarded(GuardTrigger)
    /// The model and the market have disagreed for too long: nothing is added.
    case modelDiverged
    /// How the market is settled was not understood.
    case unsupportedSettlement
    /// The outcome is known, and the next window is not open yet.
    case marketOver
    /// Orders are being compared with the venue's before quotes return.
    case reconciling
    /// The session is back, with this share of `order_size`.
    case quotingAt(sizePercent: Int64)
    /// Why no order leaves: the operator's switch.
    case notRunning
    /// Why no order leaves: the emergency stop.
    case killLatched
}

extension Reason {
    /// An order of ours, as it was sent.
    static func about(_ order: Order) -> Reason {
        .order(outcome: order.outcome, side: order.side, price: order.price, size: order.size)
    }
}
