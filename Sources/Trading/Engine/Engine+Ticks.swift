/// What a dashboard sees.
///
/// A tick with an event goes out at once. A mere refresh (`HEARTBEAT`) goes out when something
/// changed, at most every 100 ms per token, and at least every 5 s.
extension Engine {
    /// Publishes what is due by time or by change.
    mutating func refresh(_ now: Timestamp, _ effects: inout [EngineEffect]) {
        guard let index = current else {
            if let last = lastGlobalTick, now - last < Self.refreshMax { return }
            publish(.heartbeat, .noMarket, market: nil, now, &effects)
            return
        }
        if let last = markets[index].lastTick {
            let wait = markets[index].isDirty ? Self.refreshMin : Self.refreshMax
            guard now - last >= wait else { return }
        }
        publish(.heartbeat, standingReason(index, now), market: index, now, &effects)
    }

    /// Why there is no quote, for a refresh; `.none` while quotes stand.
    private mutating func standingReason(_ index: Int, _ now: Timestamp) -> Reason {
        if isKilled { return killReason }
        guard parameters.isRunning else { return .notRunning }
        guard !markets[index].hasQuotes else { return .none }
        if markets[index].winner != nil { return .marketOver }
        if let skip = markets[index].skip { return skip.reason }
        return markets[index].denial.map { .denied($0.denial) } ?? .none
    }

    /// Sends one tick about `market` (or about the session, with `nil`).
    mutating func publish(
        _ action: Action,
        _ reason: Reason,
        market: Int?,
        _ now: Timestamp,
        _ effects: inout [EngineEffect]
    ) {
        var tick = Tick()
        seq += 1
        tick.seq = seq
        // Whole microseconds, strictly increasing.
        let whole = now.nanoseconds / 1_000
        let stamp = max(whole, lastTickTime.nanoseconds / 1_000 + 1)
        lastTickTime = Timestamp(nanoseconds: stamp * 1_000)
        tick.time = lastTickTime
        tick.action = action
        tick.reason = reason
        if let market {
            describe(market, now, &tick)
            markets[market].isDirty = false
            markets[market].lastTick = now
        }
        lastGlobalTick = now
        describeSession(now, &tick)
        statistics.ticks += 1
        stateHash.mix(tick.seq)
        stateHash.mix(tick.totalEquity.raw)
        effects.append(.publish(tick))
    }

    private mutating func describe(_ index: Int, _ now: Timestamp, _ tick: inout Tick) {
        tick.tokenID = markets[index].definition.yesToken
        tick.midpointDoubled = markets[index].lastMidpointDoubled
        tick.spread = markets[index].book.spread ?? .zero
        tick.bids = markets[index].book.top(.buy)
        tick.asks = markets[index].book.top(.sell)
        tick.feeBasisPoints = feeBasisPoints(index)
        tick.inventory = markets[index].position.inventory
        tick.latency =
            orderLatency ?? Duration(nanoseconds: max(markets[index].messageAge.nanoseconds, 0))
        tick.fairValueMicros = markets[index].valuation?.micros
        tick.strike = markets[index].strike.strike?.price
        tick.timeToExpiry = markets[index].definition.windowEnd - now
        tick.ownBid = markets[index].bid.restingPrice
        tick.ownAsk = markets[index].ask.restingPrice
        tick.riskState = riskState(
            monitor.standing(of: markets[index].definition.id),
            markets[index].definition.phase(at: now)
        )
        tick.marketFeedAge = markets[index].lastMessage.map { now - $0 }
    }

    private mutating func describeSession(_ now: Timestamp, _ tick: inout Tick) {
        tick.volState = volatility.state
        tick.referencePrice = reference ?? ReferencePrice(raw: 0)
        tick.referenceFeedAge = referenceArrival.map { now - $0 }
        let equity = totalEquity
        tick.totalEquity = equity
        tick.virtualPnL = equity - portfolio.startingCash
        tick.sessionVolume = portfolio.volume
        tick.buyingPower = buyingPower
        tick.totalGasSpent = portfolio.gas
        tick.gasBalance = account.gas ?? .zero
        tick.totalTrades = portfolio.trades
        tick.totalOrderUpdates = statistics.orderUpdates
        if tick.timeToExpiry == nil { tick.riskState = riskState(monitor.standing, .quoting) }
    }

    /// The operator's states first, then the controls', then what the window's time allows.
    private mutating func riskState(_ standing: RiskStanding, _ phase: WindowPhase) -> RiskState {
        if isKilled { return .killed }
        if isStopping { return .stopping }
        guard parameters.isRunning else { return .paused }
        let isLimited = standing.state == .active || standing.state == .caution
        guard isLimited else { return standing.state }
        return phase == .reduceOnly || phase == .noQuote ? .reduceOnly : standing.state
    }

    /// `round(1e4 * rate * (1 - p))` (strategy 11).
    private mutating func feeBasisPoints(_ index: Int) -> Int64 {
        guard markets[index].lastMidpointDoubled > 0 else { return 0 }
        let midpoint = Double(markets[index].lastMidpointDoubled) / 20_000
        return Int64((10_000 * markets[index].definition.takerFeeRate * (1 - midpoint)).rounded())
    }
}
