/// All that the engine knows of one market.
///
/// Two kilobytes: what is computed from a few of its fields is inlined, so that those are read where
/// they lie and nothing is copied for it.
struct MarketState {
    var definition: MarketDefinition
    var book: OrderBook
    var position = Position()
    var bid = QuoteSlot.empty
    var ask = QuoteSlot.empty
    var bidPlace = QuotePlace()
    var askPlace = QuotePlace()
    var requote = RequotePolicy()
    var guards: MarketGuards
    var attribution = Attribution()
    /// What the account says that it holds, beside `position`.
    var holdings = HoldingsWatch()
    /// Pairs that are being merged: still ours, and no longer to be sold.
    var merging = Quantity.zero
    /// No merge is asked for before this instant.
    var mergeNotBefore = Timestamp(nanoseconds: .min)

    /// What a share is worth; `nil` before it was known for the first time.
    var valuation: Valuation?
    var blend = MarketBlend()
    var divergence = DivergenceGuard()
    /// The least annualised volatility that the market's own price allows; 0 when it tells none.
    var impliedFloor = 0.0

    /// What the window's end is compared with.
    var strike: StrikeWatch
    /// Our own feed's mean over the seconds that the strike is made of, in dollars; `nil` where
    /// they were not all seen, and where the reference itself settles.
    var ownAtStart: Double?

    /// Arrival of the last market message; `nil` before the first.
    var lastMessage: Timestamp?
    /// How old that message was on arrival, by the venue's stamp. Negative when the venue's clock
    /// is ahead of ours.
    var messageAge = Duration.zero
    /// How far its feed trusts the book.
    var bookDoubt = BookDoubt.none
    /// The last two-sided midpoint (`Tick.midpointDoubled`); zero before the first.
    var lastMidpointDoubled: Int64 = 0
    /// The winner, once known; the position has been paid out then.
    var winner: Outcome?

    /// Set by every change a dashboard would see; cleared by a tick.
    var isDirty = true
    var lastTick: Timestamp?
    /// The state last told (`SKIPPED_FILTER`, …), and when; `nil` while quoting.
    var skip: SkipNotice?
    /// The tick of a replaced quote is limited to one a second.
    var lastUpdateNotice: Timestamp?
    /// What the gate said last, until an order passes it; and when that was told.
    var denial: DenialNotice?

    /// Extremes of the inventory over the market's life.
    var inventoryMin = Quantity.zero
    var inventoryMax = Quantity.zero

    struct SkipNotice: Equatable {
        var action: Action
        /// As of the last decision.
        var reason: Reason
        var toldAt: Timestamp
    }

    struct DenialNotice: Equatable {
        var denial: RiskDenial
        /// `nil` for one that clears by itself in a moment.
        var toldAt: Timestamp?
    }

    /// - Parameter now: when it became known to us.
    init(_ definition: MarketDefinition, guards: GuardSelection, listedAt now: Timestamp) {
        self.definition = definition
        self.guards = MarketGuards(selection: guards)
        strike = StrikeWatch(
            windowStart: definition.windowStart,
            listedAt: now,
            allowsReconstruction: false
        )
        book = OrderBook(tickSize: definition.tickSize)
    }

    /// Nothing of ours can still fill here.
    var hasNoOrders: Bool { @inline(__always) get { bid == .empty && ask == .empty } }

    /// An order of ours stands, or is on its way to stand.
    var hasQuotes: Bool { bid.isQuote || ask.isQuote }

    /// Shares that may not be sold: they stand in an open order already, or are being merged.
    @inline(__always)
    func sharesOffered(_ outcome: Outcome) -> Quantity {
        merging + Self.sharesOffered(bid, outcome) + Self.sharesOffered(ask, outcome)
    }

    private static func sharesOffered(_ slot: QuoteSlot, _ outcome: Outcome) -> Quantity {
        guard let order = slot.order, order.side == .sell, order.outcome == outcome else {
            return .zero
        }
        return slot.exposure
    }

    /// Pairs of which neither half is spoken for.
    var pairsFree: Quantity {
        @inline(__always) get {
            guard position.yes.shares > .zero, position.no.shares > .zero else { return .zero }
            let yes = position.yes.shares - sharesOffered(.yes)
            let no = position.no.shares - sharesOffered(.no)
            return max(min(yes, no), .zero)
        }
    }

    /// Cash that open orders have claimed.
    var lockedCash: Money {
        @inline(__always) get { bid.lockedCash + ask.lockedCash }
    }

    /// What the position is worth on display (strategy 13): pairs a dollar each, the rest at the
    /// midpoint; on a one-sided book at the bid that is there, else at the last midpoint.
    var positionValue: Money {
        @inline(__always) get {
            if position.isFlat { return .zero }
            var yes = lastMidpointDoubled
            var no = 20_000 - lastMidpointDoubled
            if book.midpointDoubled == nil {
                if let bid = book.bestBid { yes = 2 * bid.price.raw }
                if let ask = book.bestAsk { no = 2 * ask.price.complement.raw }
            }
            return position.value(markYesDoubled: yes, markNoDoubled: no)
        }
    }
}
