/// What the guards are told, and where profit came from.
extension Engine {
    /// A reference frame: is a quote endangered by it?
    mutating func warnGuards(_ price: ReferencePrice, _ now: Timestamp) {
        guard volatility.isWarm else { return }
        for index in markets.indices where markets[index].winner == nil {
            let definition = markets[index].definition
            guard definition.phase(at: now) != .ahead else { continue }
            let annualised = volatility.forecast(
                remaining: (definition.windowEnd - now).seconds,
                impliedFloor: markets[index].impliedFloor
            )
            markets[index].guards.referenceJump.referenceMoved(
                to: price,
                deviation: price.dollars * annualised / FairValue.secondsPerYear.squareRoot(),
                regime: volatility.state,
                at: now
            )
        }
    }

    /// A side has been decided: what its quote was decided on, or that it has none.
    mutating func noteQuote(_ index: Int, _ side: Side, _ plan: QuotePlan, _ now: Timestamp) {
        let isPlaced: Bool
        switch markets.slot(index, side) {
        case .empty, .cancelling:
            markets[index].guards.referenceJump.quoteGone(side)
            return
        case .placing(_, let sentAt, _): isPlaced = sentAt == now
        case .resting: isPlaced = false
        }
        guard let reference, let valuation = markets[index].valuation else { return }
        let basis = ReferenceJumpGuard.Basis(
            price: reference,
            sensitivity: valuation.sensitivity,
            halfSpread: side == .buy ? plan.bidHalfSpread : plan.askHalfSpread,
            tickSize: plan.market.tickSize
        )
        markets[index].guards.referenceJump.quoted(side, on: basis, isPlaced: isPlaced, at: now)
    }

    /// A fill of ours, once booked.
    mutating func tellOfFill(_ fill: Fill, _ index: Int, _ now: Timestamp) {
        let side = fill.outcome == .yes ? fill.side : fill.side.opposite
        // What we took ourselves tells nothing of those who take from us.
        let isExit = markets.slot(index, side).isExit(fill.orderID)
        if !isExit { markets[index].guards.filled(side, at: now) }
        markets[index].attribution.filled(
            fill,
            fairValueMicros: markets[index].valuation?.micros
        )
        guard !isExit, let fair = markets[index].valuation?.fair else { return }
        markouts.filled(
            side,
            of: fill.market,
            price: fill.outcome == .yes ? fill.price : fill.price.complement,
            fair: fair,
            tickSize: markets[index].book.tickSize,
            phase: MarkoutPhase(markets[index].definition.phase(at: now)),
            at: now
        )
    }

    /// What a fill of the side loses to informed flow, in dollars.
    mutating func toxicity(_ index: Int, _ side: Side, _ now: Timestamp) -> Double {
        guard configuration.guards.contains(.markout) else { return 0 }
        return markouts.toxicity(side, MarkoutPhase(markets[index].definition.phase(at: now)))
    }

    /// Why no new risk is taken in the whole family; `nil` when it may.
    mutating func toxicFlow(_ now: Timestamp) -> GuardTrigger? {
        configuration.guards.contains(.markout) ? markouts.stopsNewRisk(at: now) : nil
    }

    /// Where a market's profit came from, marked as it is displayed; `nil` for one not kept.
    public func attribution(of id: MarketID) -> Attribution? {
        markets.index(of: id).map { attribution(at: $0) }
    }

    /// Where the session's profit came from; its total is the change of equity.
    public var attribution: Attribution {
        var total = attributionClosed
        for index in markets.indices { total += attribution(at: index) }
        return total
    }

    func attribution(at index: Int) -> Attribution {
        var attribution = markets[index].attribution
        attribution.marked(at: markets[index].positionValue)
        return attribution
    }
}
