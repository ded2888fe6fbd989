/// When an order that stands is moved (strategy 9), for one market. Resting is worth more than
/// reacting: a moved order loses its place in the queue.
///
/// ```
/// danger    too close to fair, would cross, off the grid, above a limit, side off   at once
/// away      target farther from fair than the order        from one tick on, paced
/// closer    target closer to fair        from two ticks on (high regime: one), or one that lasts,
///                                        and only if the queue held is worth less; paced
/// size      differs by more than a quarter, or what is left is below the minimum; paced
/// expired   older than its time to live and not at the target's price; paced
/// ```
/// A replace is always a cancel first and the new order after its confirmation: one order per side
/// at any time, so the worst case never counts a side twice.
struct RequotePolicy: Equatable {
    /// Least time between two placements on one side.
    static let spacing = Duration.milliseconds(500)
    /// A target one tick closer is followed once it has lasted this long.
    static let closerPatience = Duration.milliseconds(1_500)
    /// "No fill expected": a chance below this, within `QueueValue.horizon`.
    static let fillExpected = 0.5
    /// After a refusal by the venue a side waits this long: our book was stale.
    static let rejectionPause = Duration.milliseconds(250)
    /// After a denial by our own gate that does not clear by itself.
    static let denialPause = Duration.seconds(2)
    /// After a side was taken off, this long: whatever took it off may flicker.
    static let pullPause = Duration.seconds(1)
    static let timeToLiveLow = Duration.seconds(30)
    static let timeToLiveHigh = Duration.seconds(10)

    private struct Pacing: Equatable {
        var placedAt: Timestamp?
        /// No placement before this instant.
        var notBefore = Timestamp(nanoseconds: 0)
        /// Since when the target has been closer to fair than the order.
        var closerSince: Timestamp?
    }

    private var bid = Pacing()
    private var ask = Pacing()
    private var budget = ReplaceBudget()

    init() {}

    /// Whether a new order may be placed on an empty side.
    func mayPlace(_ side: Side, at now: Timestamp) -> Bool {
        let pacing = pacing(side)
        guard now >= pacing.notBefore else { return false }
        return pacing.placedAt.map { now - $0 >= Self.spacing } ?? true
    }

    mutating func orderPlaced(_ side: Side, at now: Timestamp) {
        update(side) {
            $0.placedAt = now
            $0.closerSince = nil
        }
    }

    /// The venue refused an order.
    mutating func orderRejected(_ side: Side, at now: Timestamp) {
        update(side) { $0.notBefore = max($0.notBefore, now + Self.rejectionPause) }
    }

    /// Our own gate refused an order, for more than a moment.
    mutating func orderDenied(_ side: Side, at now: Timestamp) {
        update(side) { $0.notBefore = max($0.notBefore, now + Self.denialPause) }
    }

    /// The side was taken off, with whatever stood there.
    mutating func pulled(_ side: Side, at now: Timestamp) {
        update(side) {
            $0.notBefore = max($0.notBefore, now + Self.pullPause)
            $0.closerSince = nil
        }
    }

    /// Judges the order that stands on `side` against what should stand there. Whatever is to be
    /// cancelled has been counted and paced when this returns.
    mutating func review(
        _ order: StandingOrder,
        _ side: Side,
        against decision: QuoteDecision,
        in market: RequoteMarket,
        at now: Timestamp
    ) -> Requote {
        let quote: Quote
        switch decision {
        case .none(let reason):
            pulled(side, at: now)
            return .pull(reason)
        case .target(let target): quote = target
        }
        if let danger = Danger(order, side, quote, market) {
            return replace(side, .danger(danger), at: now)
        }
        // Until the venue has answered there is nothing to gain from a cancel.
        guard order.isResting else { return .keep(.awaitingVenue) }

        let away = (quote.price.raw - order.price.raw) / market.tickSize.raw
        let closer = side == .buy ? away : -away
        noteCloser(closer, side, now)
        guard let why = reason(order, side, quote, closer, market, now) else {
            return .keep(closer == 0 ? .onTarget : .withinThreshold)
        }
        if why == .closer || why == .size(isCut: false),
            isQueueWorthMore(order, side, quote, market)
        {
            return .keep(.queueWorthMore)
        }
        guard mayPlace(side, at: now), budget.hasToken(at: now) else { return .keep(.paced) }
        return replace(side, why, at: now)
    }

    // MARK: Rules

    /// - Parameter closer: ticks by which the target is closer to fair than the order.
    private func reason(
        _ order: StandingOrder,
        _ side: Side,
        _ quote: Quote,
        _ closer: Int64,
        _ market: RequoteMarket,
        _ now: Timestamp
    ) -> RequoteReason? {
        if closer <= -1 { return .away }
        let isHigh = market.volState == .high
        let life = isHigh ? Self.timeToLiveHigh : Self.timeToLiveLow
        if closer > 0 && now - order.placedAt >= life { return .expired }
        if closer >= (isHigh ? 1 : 2) { return .closer }
        if closer == 1, hasLasted(side, now), !isFillExpected(order, side, market) {
            return .closer
        }
        let difference = (quote.size - order.remaining).magnitude
        let isSmall = order.remaining < market.orderSizeMin
        if 4 * difference.raw > quote.size.raw || (isSmall && difference > .zero) {
            return .size(isCut: quote.size < order.remaining)
        }
        return nil
    }

    private mutating func noteCloser(_ closer: Int64, _ side: Side, _ now: Timestamp) {
        update(side) {
            if closer <= 0 {
                $0.closerSince = nil
            } else if $0.closerSince == nil {
                $0.closerSince = now
            }
        }
    }

    private func hasLasted(_ side: Side, _ now: Timestamp) -> Bool {
        pacing(side).closerSince.map { now - $0 >= Self.closerPatience } ?? false
    }

    private func isFillExpected(
        _ order: StandingOrder,
        _ side: Side,
        _ market: RequoteMarket
    ) -> Bool {
        let chance = market.value(side).fillProbability(
            ahead: order.queueAhead.shares,
            size: order.remaining.shares,
            ticksBehind: market.ticksBehind(order.price, side)
        )
        return chance >= Self.fillExpected
    }

    /// Compares the place held with a new one at the back of the target's queue.
    private func isQueueWorthMore(
        _ order: StandingOrder,
        _ side: Side,
        _ quote: Quote,
        _ market: RequoteMarket
    ) -> Bool {
        let value = market.value(side)
        let held = value.logValue(
            edge: market.edge(order.price, side, quote.value),
            ahead: order.queueAhead.shares,
            size: order.remaining.shares,
            ticksBehind: market.ticksBehind(order.price, side)
        )
        let moved = value.logValue(
            edge: market.edge(quote.price, side, quote.value),
            ahead: market.displayedAtTarget(side).shares,
            size: quote.size.shares,
            ticksBehind: market.ticksBehind(quote.price, side)
        )
        return held > -.infinity && held >= moved
    }

    // MARK: Pacing

    private mutating func replace(
        _ side: Side,
        _ why: RequoteReason,
        at now: Timestamp
    ) -> Requote {
        budget.take(at: now)
        update(side) { $0.closerSince = nil }
        return .replace(why)
    }

    private func pacing(_ side: Side) -> Pacing { side == .buy ? bid : ask }

    private mutating func update(_ side: Side, _ change: (inout Pacing) -> Void) {
        switch side {
        case .buy: change(&bid)
        case .sell: change(&ask)
        }
    }
}
