/// From values to quotes: one pure function, whose steps run in the order of strategy 8.
///
/// ```
///  1 reserve        value of the next `order_size` shares at this inventory, less the half-spread
///  2 round          to the grid, away from fair
///  3 clamp          to one tick from certainty
///  4 keepEdge       a tick from fair at least
///  5 stayMaker      a tick behind the opposite best
///  6 avoidOwn       two ticks from an order of ours on the other side, whatever its state
///  7 join           not better than the best, but by one tick in a wide market
///  8 size           taper, limits, minimum (QuoteBuilder+Size)
///  9 post-only      every `Order` is; a rejection is paced by `RequotePolicy`
/// 10 route          sell what is held, else buy the other token; what the cash pays for
/// ```
/// Both sides run through the same steps: an offer of YES at `a` *is* a bid for NO at `1 - a`, so
/// the offer is worked out as a bid in the mirror (`QuoteSideView`).
enum QuoteBuilder {
    /// Distance from fair that is always kept, in ticks.
    static let edgeTicksMin: Int64 = 1
    /// A market this wide, in ticks, may be improved by a tick.
    static let improvableSpreadTicks: Int64 = 3
    /// New risk is taken only at fair values in this range, in dollars.
    static let fairRange = 0.05...0.95

    /// What the moment allows.
    enum Mode: Equatable {
        case full
        /// Only what brings the inventory towards zero: the end of a window, a diverged model.
        case reduceOnly
    }

    /// All that decides the two quotes of one market.
    struct Input: Equatable {
        /// `p_fair` of YES, in dollars, from `MarketBlend.fair`.
        var fair: Double
        /// `g_eff`, from `RiskAversion.effective`.
        var aversion: Double
        var bidHalfSpread: HalfSpread
        var askHalfSpread: HalfSpread

        var tickSize: TickSize
        /// The combined book in YES terms; `nil` where a side is empty.
        var bestBid: Price?
        var bestAsk: Price?

        /// YES minus NO shares.
        var inventory: Quantity
        /// Shares that may still fill on each side besides the one order that the target would
        /// replace: cancels not confirmed, outcomes unknown.
        var committedBids = Quantity.zero
        var committedAsks = Quantity.zero
        /// The orders of ours that may still be on the book, in YES terms, whatever their state.
        var standingBid: Price?
        var standingAsk: Price?
        /// Shares that may be sold: confirmed, and not on offer in an order that stays.
        var sharesYes = Quantity.zero
        var sharesNo = Quantity.zero
        /// Cash that no order claims, the two orders to be replaced apart.
        var buyingPower: Money

        /// Shares, positive.
        var orderSize: Int64
        var maxPosition: Int64
        var orderSizeMin: Quantity
        /// The most that may stand on each side by `ReferenceDelta`; `nil` where it sets no limit.
        var bidSharesMax: Quantity?
        var askSharesMax: Quantity?
        /// Share of `orderSize` that may be added, 0 ... 1: regime, risk state and markouts,
        /// multiplied. What reduces is never scaled.
        var sizeFactor = 1.0
        var mode = Mode.full
        /// A guard has taken the side off.
        var isBidHeld = false
        var isAskHeld = false
        /// Whole ticks that a guard adds to the reservation price of both sides.
        var skewTicks: Int64 = 0
    }

    static func quotes(for input: Input) -> (bid: QuoteDecision, ask: QuoteDecision) {
        guard input.fair > 0, input.fair < 1, input.aversion >= 0, input.aversion.isFinite else {
            return (.none(.modelInvalid), .none(.modelInvalid))
        }
        guard let bestBid = input.bestBid, let bestAsk = input.bestAsk else {
            return (.none(.oneSidedBook), .none(.oneSidedBook))
        }
        guard bestBid < bestAsk else { return (.none(.crossedBook), .none(.crossedBook)) }

        var bid = decide(QuoteSideView(.buy, of: input, bestBid, bestAsk), input)
        var ask = decide(QuoteSideView(.sell, of: input, bestBid, bestAsk), input)
        // The side that brings the inventory back has the first call on the cash.
        var cash = input.buyingPower
        if input.inventory > .zero {
            ask = afford(ask, &cash, input)
            bid = afford(bid, &cash, input)
        } else {
            bid = afford(bid, &cash, input)
            ask = afford(ask, &cash, input)
        }
        return (bid, ask)
    }

    private static func decide(_ view: QuoteSideView, _ input: Input) -> QuoteDecision {
        if view.isHeld { return .none(.held) }
        if view.halfSpread.isTooWide { return .none(.halfSpreadTooWide) }
        let size: Size
        switch self.size(view, input) {
        case .none(let reason): return .none(reason)
        case .some(let found): size = found
        }
        guard let price = price(view) else { return .none(.priceOffGrid) }
        let route = route(view.side, size.wanted, input)
        return .target(
            Quote(
                side: view.side,
                price: price,
                size: size.wanted,
                room: size.room,
                value: view.side == .buy ? view.value : 1 - view.value,
                outcome: route.outcome,
                orderSide: route.side
            )
        )
    }

    // MARK: 10

    /// Sells shares that are held where they cover the order, which frees cash; buys the other
    /// token otherwise. Same fee and queue.
    static func route(_ side: Side, _ size: Quantity, _ input: Input) -> (
        outcome: Outcome, side: Side
    ) {
        switch side {
        case .buy: input.sharesNo >= size ? (.no, .sell) : (.yes, .buy)
        case .sell: input.sharesYes >= size ? (.yes, .sell) : (.no, .buy)
        }
    }

    /// Cuts a purchase to what `cash` pays for, and takes its cost from it.
    private static func afford(
        _ decision: QuoteDecision,
        _ cash: inout Money,
        _ input: Input
    ) -> QuoteDecision {
        guard case .target(var quote) = decision, quote.orderSide == .buy else { return decision }
        if quote.cost > cash {
            // Cents of a share at this price: 1e-6 dollars over 1e-4 dollars per share.
            let hundredths = max(cash.raw, 0) / quote.orderPrice.raw
            let paid = hundredths / 100 * 1_000_000
            quote.size = min(quote.size, Quantity(raw: paid))
            guard quote.size >= input.orderSizeMin, quote.size > .zero else {
                return .none(.insufficientBalance)
            }
        }
        cash -= quote.cost
        return .target(quote)
    }
}
