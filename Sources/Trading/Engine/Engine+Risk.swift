/// The runtime controls: what the monitor is told, and what the engine does when it moves.
///
/// The monitor decides (`RiskMonitor`), the engine follows: a kill cancels everything at once,
/// every other state acts through `judge` and the gate at the next decision of this same event.
extension Engine {
    /// Feeds, marks and the model are looked at this often.
    static let watchInterval = Duration.milliseconds(100)

    /// The stop is latched, by the operator or by a limit.
    var isKilled: Bool { monitor.killSwitch.isLatched }

    /// Why it is latched, for a tick.
    var killReason: Reason {
        switch monitor.killSwitch.cause {
        case .none, .manualKill: .killLatched
        case .some(let cause): .held(cause)
        }
    }

    /// Tells the monitor one thing, and follows where it goes.
    mutating func inform(
        _ input: RiskInput,
        _ now: Timestamp,
        _ effects: inout [EngineEffect]
    ) {
        let before = monitor.standing
        guard let standing = monitor.handle(input, at: now) else { return }
        stateHash.mix(UInt64(standing.state.rawValue))
        stateHash.mix(UInt64(bitPattern: standing.sizePercent))
        if standing.state == .killed {
            mustTellResumed = true
            // The operator's own stop is told where it is handled.
            if before.state != .killed, let cause = standing.cause, cause != .manualKill {
                trip(cause, now, &effects)
            }
            return
        }
        if standing.isDeeper(than: before) {
            tellDescent(standing, now, &effects)
        } else if standing.permission > .nothing, mustTellResumed, parameters.isRunning {
            mustTellResumed = standing.state != .active
            let reason = Reason.quotingAt(sizePercent: standing.sizePercent)
            publish(.riskResumed, reason, market: current, now, &effects)
        }
    }

    /// A state about market data alone is told by `judge`, with the age of what is stale.
    private mutating func tellDescent(
        _ standing: RiskStanding,
        _ now: Timestamp,
        _ effects: inout [EngineEffect]
    ) {
        guard let cause = standing.cause, !cause.isAboutData else { return }
        mustTellResumed = true
        let action = standing.state == .reduceOnly ? Action.reduceOnly : .riskHalt
        publish(action, .held(cause), market: current, now, &effects)
    }

    /// A limit stops the session as the operator would, and the shell makes it durable.
    private mutating func trip(
        _ cause: RiskCause,
        _ now: Timestamp,
        _ effects: inout [EngineEffect]
    ) {
        effects.append(.killTripped(cause))
        cancelEverything(now, &effects)
        parameters.isRunning = false
        publish(.killSwitch, killReason, market: current, now, &effects)
    }

    /// Looks at feeds, marks and the model when that is due.
    mutating func watch(_ now: Timestamp, _ effects: inout [EngineEffect]) {
        if let due = nextWatch, now < due { return }
        nextWatch = now + Self.watchInterval
        if configuration.hasReference, let arrival = referenceArrival {
            inform(.referenceChecked(age: now - arrival), now, &effects)
            inform(.referenceSourceChecked(isPolled: isReferencePolled), now, &effects)
        }
        if hasSettlementFeed, let index = current,
            markets[index].definition.settlement != .binanceCandle
        {
            let remaining = markets[index].definition.windowEnd - now
            let age = settlementFeedAge(now)
            inform(.settlementFeedChecked(age: age, remaining: remaining), now, &effects)
        }
        var futureSkew = Duration.zero
        for index in markets.indices where markets[index].winner == nil {
            if configuration.isVenueOutside { settleHoldings(index, now, &effects) }
            watchMarket(index, now, &effects)
            // A message from the future proves that our clock is behind the venue's; one from the
            // past may merely have travelled.
            if index == current, markets[index].lastMessage != nil {
                futureSkew = Duration(nanoseconds: -markets[index].messageAge.nanoseconds)
            }
        }
        let isGasLow = gas.isLow(balance: account.gas, spent: portfolio.gas, at: now)
        inform(.gasChecked(isLow: isGasLow), now, &effects)
        inform(.clockChecked(skew: max(futureSkew, measuredSkew), drift: .zero), now, &effects)
        guard !configuration.isVenueOutside || account.isKnown else { return }
        inform(.equityMarked(fairEquity), now, &effects)
    }

    private mutating func watchMarket(
        _ index: Int,
        _ now: Timestamp,
        _ effects: inout [EngineEffect]
    ) {
        let phase = markets[index].definition.phase(at: now)
        guard phase != .ahead, phase != .settling else { return }
        let id = markets[index].definition.id
        if markets[index].lastMessage != nil {
            inform(.bookChecked(id, bookHealth(index, now)), now, &effects)
        }
        var attribution = markets[index].attribution
        attribution.marked(at: markets[index].fairValue)
        inform(.marketMarked(id, profit: attribution.total), now, &effects)
        guard configuration.hasReference, phase == .quoting || phase == .reduceOnly,
            let valuation = markets[index].valuation
        else { return }
        inform(
            .modelChecked(
                value: valuation.model,
                midpoint: markets[index].book.midpointDoubled.map { Double($0) / 20_000 },
                isSigmaAtBound: valuation.isVolatilityCapped
            ),
            now,
            &effects
        )
    }

    /// Another clock was compared with ours: off by at least this much.
    mutating func noteClock(offset: Duration, uncertainty: Duration) {
        let least = max(abs(offset.nanoseconds) - max(uncertainty.nanoseconds, 0), 0)
        measuredSkew = Duration(nanoseconds: least)
    }

    /// Our own clock ran away from the monotonic one.
    mutating func noteClock(
        step: Duration,
        _ now: Timestamp,
        _ effects: inout [EngineEffect]
    ) {
        guard step >= .zero else {
            inform(.clockSteppedBack, now, &effects)
            return
        }
        inform(.clockChecked(skew: measuredSkew, drift: step), now, &effects)
    }

    /// The engine hears of messages, not of the link or its pings (a feed that loses its link voids
    /// the book): a longer silence stands for a ping without an answer.
    mutating func bookHealth(_ index: Int, _ now: Timestamp) -> BookHealth {
        var isCrossed = false
        if let bid = markets[index].book.bestBid, let ask = markets[index].book.bestAsk {
            isCrossed = bid.price >= ask.price
        }
        return BookHealth.judge(
            linkDown: nil,
            age: markets[index].lastMessage.map { now - $0 } ?? .zero,
            arePingsAnswered: markets[index].isFresh(now, configuration.marketSilenceMax),
            isCrossed: isCrossed,
            doubt: markets[index].bookDoubt,
            limits: configuration.runtimeLimits
        )
    }

    /// Cash, and positions at fair value: what loss limits look at (risk 7).
    var fairEquity: Money { @inline(__always) get { portfolio.cash + markets.fairValue } }

    /// `order_size`, cut to what the controls allow; whole shares.
    mutating func orderSize(_ index: Int) -> Int64 {
        let definition = markets[index].definition
        let size = monitor.standing(of: definition.id).scaled(
            Quantity(shares: parameters.orderSize),
            minimum: definition.orderSizeMin
        )
        return size.raw / Quantity(shares: 1).raw
    }

    /// Why a market that the controls hold is not quoted.
    static func heldNotice(_ standing: RiskStanding) -> (action: Action, reason: Reason) {
        guard let cause = standing.cause else { return (.skippedRisk, .reconciling) }
        switch cause {
        case .referenceStale, .settlementStale, .settlementLost, .bookStale, .bookDrifted:
            return (.skippedStaleData, .held(cause))
        case .bookCrossed: return (.skippedFilter, .held(cause))
        case .toxicFlow: return (.toxicFlow, .held(cause))
        case .bookUnfamiliar, .referencePolled: return (.reduceOnly, .held(cause))
        case .clockSkewed, .clockBroken, .dailyLoss, .drawdown, .marketLoss, .rejectStorm,
            .rejectStorms, .modelInvalid, .valueDiverged, .loopLagging,
            .loopStuck, .journalFailed, .manualKill, .userStreamBlind, .heartbeatDown,
            .venueRestarting, .venueCancelOnly, .venueRefusing, .foreignOrder,
            .ordersUnresolved, .positionDiffers, .positionBroken, .geoBlocked,
            .gasLow:
            return (.skippedRisk, .held(cause))
        }
    }
}

extension MarketState {
    /// The position at fair value; where none is known, as it is displayed.
    var fairValue: Money {
        @inline(__always) get {
            guard let valuation else { return positionValue }
            let yes = valuation.micros / 50
            return position.value(markYesDoubled: yes, markNoDoubled: 20_000 - yes)
        }
    }
}
