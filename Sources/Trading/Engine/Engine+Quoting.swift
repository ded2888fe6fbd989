/// What should stand on both sides of a market, and what the market looks like to the orders that
/// do.
struct QuotePlan {
    var bid: QuoteDecision
    var ask: QuoteDecision
    var market: RequoteMarket
    /// Dollars from either side's value to its quote.
    var bidHalfSpread: Double
    var askHalfSpread: Double

    func decision(_ side: Side) -> QuoteDecision { side == .buy ? bid : ask }
}

/// From state to decisions.
extension Engine {
    /// Part of `order_size` that is added in the high regime (strategy 3).
    static let highVolSizeFactor = 0.5

    /// Decides every market anew that has orders or an open window.
    mutating func decide(_ now: Timestamp, _ effects: inout [EngineEffect]) {
        // All are valued before any is decided: they share a limit.
        for index in markets.indices where markets.isDecided(index, at: now) {
            value(index, now)
        }
        for index in markets.indices where markets.isDecided(index, at: now) {
            let verdict = judge(index, now)
            switch verdict {
            case .skip:
                // What is in danger goes before anybody is told.
                pull(index, .buy, now, &effects)
                pull(index, .sell, now, &effects)
                note(verdict, index, now, &effects)
                markets[index].guards.referenceJump.quoteGone(.buy)
                markets[index].guards.referenceJump.quoteGone(.sell)
                exitIfWorthIt(index, now, &effects)
            case .quote(let plan):
                note(verdict, index, now, &effects)
                align(index, .buy, to: plan, now, &effects)
                align(index, .sell, to: plan, now, &effects)
                noteQuote(index, .buy, plan, now)
                noteQuote(index, .sell, plan, now)
            }
        }
    }

    /// Both decisions, by `QuoteBuilder`, with what the orders that stand are judged by.
    mutating func plan(
        _ index: Int,
        _ valuation: Valuation,
        _ phase: WindowPhase,
        _ now: Timestamp
    ) -> QuotePlan {
        let calibrated = calibratedHalfSpread(index, now)
        let bidHalfSpread = halfSpread(index, .buy, valuation, calibrated, now)
        let askHalfSpread = halfSpread(index, .sell, valuation, calibrated, now)
        let input = builderInput(index, valuation, phase, bidHalfSpread, askHalfSpread, now)
        let (bid, ask) = QuoteBuilder.quotes(for: input)
        let horizon = QueueValue.horizon
        var market = RequoteMarket(
            tickSize: input.tickSize,
            bestBid: input.bestBid,
            bestAsk: input.bestAsk,
            fair: valuation.fair,
            volState: volatility.state,
            orderSizeMin: input.orderSizeMin,
            bidValue: QueueValue(
                volume: markets[index].bidPlace.flow.expected(within: horizon, at: now),
                adverse: bidHalfSpread.adverse
            ),
            askValue: QueueValue(
                volume: markets[index].askPlace.flow.expected(within: horizon, at: now),
                adverse: askHalfSpread.adverse
            )
        )
        if let price = bid.quote?.price {
            market.displayedAtBidTarget = markets[index].book.size(at: price, on: .buy)
        }
        if let price = ask.quote?.price {
            market.displayedAtAskTarget = markets[index].book.size(at: price, on: .sell)
        }
        return QuotePlan(
            bid: bid,
            ask: ask,
            market: market,
            bidHalfSpread: bidHalfSpread.dollars,
            askHalfSpread: askHalfSpread.dollars
        )
    }

    private mutating func halfSpread(
        _ index: Int,
        _ side: Side,
        _ valuation: Valuation,
        _ calibrated: Double,
        _ now: Timestamp
    ) -> HalfSpread {
        let age = configuration.hasReference ? referenceArrival.map { now - $0 } : nil
        return HalfSpread(
            HalfSpread.Input(
                tickSize: markets[index].book.tickSize,
                spreadOffset: parameters.spreadOffset,
                calibrated: calibrated,
                volState: volatility.state,
                sigmaP: valuation.sigmaP,
                reactionSeconds: HalfSpread.reactionSeconds(
                    referenceAge: age ?? .zero,
                    cancelRoundTrip: cancelRoundTrip
                ),
                toxicity: toxicity(index, side, now),
                uncertainty: valuation.uncertainty,
                extraTicks: markets[index].guards.widenTicks(at: now)
            )
        )
    }

    /// What a maker should earn from flow alone, as far as flow has been measured; else 0.
    private mutating func calibratedHalfSpread(_ index: Int, _ now: Timestamp) -> Double {
        guard let decay = flowDecay.perDollar else { return 0 }
        let end = markets[index].definition.windowEnd
        return GLFT.c1(
            riskAversion: RiskAversion.perShare(
                maxPosition: parameters.maxPosition,
                remaining: (end - now).seconds,
                length: (end - markets[index].definition.windowStart).seconds
            ),
            decay: decay,
            size: Double(parameters.orderSize)
        )
    }

    /// The most that may stand on each side of a market, whatever the others hold and have open.
    /// `nil` without a reference, whose moves are then not known.
    private mutating func deltaLimits(
        _ index: Int,
        _ valuation: Valuation,
        _ now: Timestamp
    ) -> (bid: Quantity?, ask: Quantity?) {
        guard configuration.hasReference, let reference else { return (nil, nil) }
        let delta = markets.delta(reference.dollars, withoutOrdersOf: index, at: now)
        let lossMax = configuration.limits.deltaLossMax.dollars
        let isBidNew = markets[index].bid == .empty
        let isAskNew = markets[index].ask == .empty
        return (
            delta.sharesMax(
                .buy,
                sensitivity: valuation.sensitivity,
                lossMax: isBidNew ? lossMax * ReferenceDelta.shareForNewOrders : lossMax
            ),
            delta.sharesMax(
                .sell,
                sensitivity: valuation.sensitivity,
                lossMax: isAskNew ? lossMax * ReferenceDelta.shareForNewOrders : lossMax
            )
        )
    }

    private mutating func builderInput(
        _ index: Int,
        _ valuation: Valuation,
        _ phase: WindowPhase,
        _ bidHalfSpread: HalfSpread,
        _ askHalfSpread: HalfSpread,
        _ now: Timestamp
    ) -> QuoteBuilder.Input {
        let definition = markets[index].definition
        let aversion = RiskAversion.effective(
            maxPosition: parameters.maxPosition,
            probability: valuation.fair,
            sigmaP: valuation.sigmaP,
            remaining: (definition.windowEnd - now).seconds,
            length: (definition.windowEnd - definition.windowStart).seconds
        )
        let standing = monitor.standing(of: definition.id)
        let mayAdd =
            phase == .quoting && standing.permission == .everything
            && !markets[index].divergence.isDiverged
            && toxicFlow(now) == nil
        let divisor = configuration.guards.contains(.markout) ? markouts.sizeDivisor : 1
        let sharesMax = deltaLimits(index, valuation, now)
        let regimeFactor = volatility.state == .high ? Self.highVolSizeFactor : 1
        return QuoteBuilder.Input(
            fair: valuation.fair,
            aversion: aversion,
            bidHalfSpread: bidHalfSpread,
            askHalfSpread: askHalfSpread,
            tickSize: markets[index].book.tickSize,
            bestBid: markets[index].book.bestBid?.price,
            bestAsk: markets[index].book.bestAsk?.price,
            inventory: markets[index].position.inventory,
            standingBid: markets[index].bid.order?.bookPrice,
            standingAsk: markets[index].ask.order?.bookPrice,
            sharesYes: markets[index].position.yes.shares - markets[index].merging,
            sharesNo: markets[index].position.no.shares - markets[index].merging,
            buyingPower: buyingPower + markets[index].bid.lockedCash
                + markets[index].ask.lockedCash,
            orderSize: orderSize(index),
            maxPosition: parameters.maxPosition,
            orderSizeMin: definition.orderSizeMin,
            bidSharesMax: sharesMax.bid,
            askSharesMax: sharesMax.ask,
            sizeFactor: regimeFactor / Double(divisor),
            mode: mayAdd ? .full : .reduceOnly,
            isBidHeld: markets[index].guards.blocks(.buy, at: now) != nil,
            isAskHeld: markets[index].guards.blocks(.sell, at: now) != nil,
            skewTicks: markets[index].guards.skewTicks(at: now)
        )
    }
}
