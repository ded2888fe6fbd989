/// Whether a market may be quoted, and what is told when it is not.
extension Engine {
    /// What a market's state allows.
    enum Verdict {
        case quote(QuotePlan)
        case skip(Action, Reason)
    }

    /// The gates, most severe first; behind them the quotes.
    mutating func judge(_ index: Int, _ now: Timestamp) -> Verdict {
        if isKilled || isStopping { return .skip(.killed, killReason) }
        guard parameters.isRunning else { return .skip(.paused, .notRunning) }
        let definition = markets[index].definition
        let standing = monitor.standing(of: definition.id)
        let isHeld = standing.permission == .nothing
        let isAboutData = standing.cause?.isAboutData ?? false
        if isHeld && !isAboutData {
            let (action, reason) = Self.heldNotice(standing)
            return .skip(action, reason)
        }
        if !isAccountKnown(index) { return .skip(.warmingUp, .reconciling) }
        let phase = definition.phase(at: now)
        if phase == .ahead || phase == .settling || phase == .noQuote {
            return .skip(.skippedExpiry, .nearExpiry(remaining: definition.windowEnd - now))
        }
        if let (action, reason) = feedGate(index, now) { return .skip(action, reason) }
        if isHeld {
            let (action, reason) = Self.heldNotice(standing)
            return .skip(action, reason)
        }
        if let (action, reason) = modelGate(index, now) { return .skip(action, reason) }
        let liquidity = parameters.minLiquidity
        if let reason = MarketFilter.check(markets[index].book, minLiquidity: liquidity) {
            return .skip(.skippedFilter, reason)
        }
        let minimum = definition.orderSizeMin
        if Quantity(shares: parameters.orderSize) < minimum {
            return .skip(
                .skippedRisk,
                .orderTooSmall(size: parameters.orderSize, minimum: minimum)
            )
        }
        guard let valuation = markets[index].valuation else {
            return .skip(.skippedFilter, .noQuote(.modelInvalid))
        }
        let plan = plan(index, valuation, phase, now)
        guard plan.bid.quote == nil && plan.ask.quote == nil else { return .quote(plan) }
        let (action, reason) = explain(plan, index, now)
        return .skip(action, reason)
    }

    private mutating func feedGate(_ index: Int, _ now: Timestamp) -> (Action, Reason)? {
        guard let lastMessage = markets[index].lastMessage, !markets[index].book.isEmpty else {
            return (.skippedFilter, .noBook)
        }
        if now - lastMessage > configuration.marketSilenceMax {
            return (.skippedStaleData, .marketFeedStale(age: now - lastMessage))
        }
        if configuration.hasReference && !isReferenceFresh(now) {
            let age = referenceArrival.map { now - $0 } ?? .zero
            return (.skippedStaleData, .referenceFeedStale(age: age))
        }
        return nil
    }

    private mutating func modelGate(_ index: Int, _ now: Timestamp) -> (Action, Reason)? {
        guard markets[index].definition.settlement.isSupported else {
            return (.skippedFilter, .unsupportedSettlement)
        }
        guard volatility.isWarm else {
            let needed = Volatility.samplesNeeded
            return (.warmingUp, .samples(seen: volatility.samples, needed: needed))
        }
        guard configuration.hasReference else { return nil }
        switch markets[index].strike.standing(at: now) {
        case .usable(let strike): return unitsGate(index, strike, now)
        case .ahead, .awaiting:
            let waited = now - markets[index].definition.windowStart
            return (.warmingUp, .awaitingStrike(waited: waited))
        case .skipped: return (.skippedFilter, .strikeUnverified)
        }
    }

    /// Why neither side is quoted: the side that adds first, for the other often has nothing to do.
    private mutating func explain(
        _ plan: QuotePlan,
        _ index: Int,
        _ now: Timestamp
    ) -> (action: Action, reason: Reason) {
        guard case .none(let bid) = plan.bid, case .none(let ask) = plan.ask else {
            return (.heartbeat, .none)
        }
        let isMinor = bid == .reduceOnly || bid == .positionLimit || ask == .held
        let why = isMinor ? ask : bid
        return describe(why, index, now)
    }

    private mutating func describe(
        _ why: NoQuoteReason,
        _ index: Int,
        _ now: Timestamp
    ) -> (action: Action, reason: Reason) {
        switch why {
        case .oneSidedBook: (.skippedFilter, .oneSidedBook)
        case .held: heldNotice(index, now)
        case .reduceOnly: reduceOnlyNotice(index, now)
        case .positionLimit:
            (
                .skippedRisk,
                .position(
                    worstCase: markets[index].position.inventory,
                    limit: parameters.maxPosition
                )
            )
        case .insufficientBalance: (.skippedRisk, .insufficientBalance(available: buyingPower))
        case .sizeBelowMinimum, .deltaLimit: (.skippedRisk, .noQuote(why))
        case .modelInvalid, .crossedBook, .halfSpreadTooWide, .fairOutOfRange, .priceOffGrid:
            (.skippedFilter, .noQuote(why))
        }
    }

    /// Why nothing may be added: the window's end, bad flow, or a model that the market denies.
    private mutating func reduceOnlyNotice(
        _ index: Int,
        _ now: Timestamp
    ) -> (action: Action, reason: Reason) {
        let definition = markets[index].definition
        if definition.phase(at: now) == .reduceOnly {
            return (.reduceOnly, .nearExpiry(remaining: definition.windowEnd - now))
        }
        let standing = monitor.standing(of: definition.id)
        if standing.permission == .reducing, let cause = standing.cause {
            return (cause == .toxicFlow ? .toxicFlow : .reduceOnly, .held(cause))
        }
        if let trigger = toxicFlow(now) { return (.toxicFlow, .guarded(trigger)) }
        return (.reduceOnly, .modelDiverged)
    }

    private mutating func heldNotice(_ index: Int, _ now: Timestamp) -> (
        action: Action, reason: Reason
    ) {
        let trigger =
            markets[index].guards.blocks(.buy, at: now)
            ?? markets[index].guards.blocks(.sell, at: now)
        guard let trigger else { return (.skippedRisk, .noQuote(.held)) }
        let isJump = trigger.code == .referenceJump
        return (isJump ? .skippedVolatility : .skippedRisk, .guarded(trigger))
    }

    /// Tells a state when it is entered and every 30 s while it lasts; forgets it when quotes
    /// stand again.
    mutating func note(
        _ verdict: Verdict,
        _ index: Int,
        _ now: Timestamp,
        _ effects: inout [EngineEffect]
    ) {
        guard index == current else { return }
        let told: (action: Action, reason: Reason)?
        switch verdict {
        case .skip(.killed, _), .skip(.paused, _):
            // Told by the operator's own events.
            told = nil
        case .skip(let action, let reason): told = (action, reason)
        case .quote(let plan): told = limitNotice(plan, index, now)
        }
        guard let told else {
            markets[index].skip = nil
            return
        }
        if let last = markets[index].skip, last.action == told.action,
            now - last.toldAt < Self.stateRepeat
        {
            markets[index].skip?.reason = told.reason
            return
        }
        markets[index].skip = MarketState.SkipNotice(
            action: told.action,
            reason: told.reason,
            toldAt: now
        )
        publish(told.action, told.reason, market: index, now, &effects)
    }

    /// With one side off: is it the inventory's limit, or may nothing be added?
    private mutating func limitNotice(
        _ plan: QuotePlan,
        _ index: Int,
        _ now: Timestamp
    ) -> (action: Action, reason: Reason)? {
        limitNotice(plan.bid, index, now) ?? limitNotice(plan.ask, index, now)
    }

    private mutating func limitNotice(
        _ side: QuoteDecision,
        _ index: Int,
        _ now: Timestamp
    ) -> (action: Action, reason: Reason)? {
        guard case .none(let why) = side else { return nil }
        switch why {
        case .reduceOnly: return reduceOnlyNotice(index, now)
        case .positionLimit, .sizeBelowMinimum:
            let inventory = markets[index].position.inventory
            let limit = parameters.maxPosition
            return (.inventoryLimit, .position(worstCase: inventory, limit: limit))
        case .deltaLimit: return (.inventoryLimit, .noQuote(why))
        case .modelInvalid, .oneSidedBook, .crossedBook, .held, .halfSpreadTooWide,
            .fairOutOfRange, .priceOffGrid, .insufficientBalance:
            return nil
        }
    }
}
