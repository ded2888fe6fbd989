internal import Glibc

/// What the feeds tell.
extension Engine {
    /// Adopts a market. When all places are taken, the oldest resolved one makes room; with none
    /// resolved the new market is left out and counted.
    mutating func list(
        _ definition: MarketDefinition,
        _ now: Timestamp,
        _ effects: inout [EngineEffect]
    ) {
        guard markets.index(of: definition.id) == nil else {
            statistics.eventsUnmatched += 1
            return
        }
        if markets.count == Self.marketsMax, !dropOldestResolved() {
            statistics.eventsUnmatched += 1
            return
        }
        markets.append(MarketState(definition, guards: configuration.guards, listedAt: now))
        statistics.marketsListed += 1
        stateHash.mix(UInt64(definition.id.index))
    }

    private mutating func dropOldestResolved() -> Bool {
        for index in markets.indices where index != current {
            if let winner = markets[index].winner, markets[index].hasNoOrders,
                markets[index].merging == .zero
            {
                if settled.count == Self.settledMax { settled.removeFirst() }
                settled.append(SettledMarket(id: markets[index].definition.id, winner: winner))
                attributionClosed += attribution(at: index)
                markets.remove(at: index)
                if let kept = current, kept > index { current = kept - 1 }
                return true
            }
        }
        return false
    }

    mutating func replaceBook(_ snapshot: BookSnapshot, _ now: Timestamp) {
        guard let index = markets.index(of: snapshot.market) else {
            statistics.eventsUnmatched += 1
            return
        }
        markets[index].book.replace(with: snapshot)
        markets[index].guards.postOnlyRejects.bookReplaced()
        noteBook(index, snapshot.venueTime, now)
    }

    mutating func changeLevel(_ change: LevelChange, _ now: Timestamp) {
        guard let index = markets.index(of: change.market) else {
            statistics.eventsUnmatched += 1
            return
        }
        markets[index].book.apply(change)
        noteBook(index, change.venueTime, now)
    }

    /// A trade of others: the market is alive, and queues may have moved.
    mutating func noteTrade(_ print: TradePrint, _ now: Timestamp) {
        guard let index = markets.index(of: print.market) else {
            statistics.eventsUnmatched += 1
            return
        }
        markets[index].lastMessage = now
        markets[index].messageAge = now - print.venueTime
        if markets[index].book.midpointDoubled != nil {
            let midpointDoubled = markets[index].lastMidpointDoubled
            flowDecay.traded(print, midpointDoubled: midpointDoubled, at: now)
        }
        markets[index].noteTrade(print, at: now)
    }

    /// The old grid's book is void; quotes on it are pulled by the next decision, for there is
    /// nothing to quote against until the next snapshot.
    mutating func changeTickSize(
        _ id: MarketID,
        _ tickSize: TickSize,
        _ now: Timestamp,
        _ effects: inout [EngineEffect]
    ) {
        guard let index = markets.index(of: id) else {
            statistics.eventsUnmatched += 1
            return
        }
        markets[index].book.reset(tickSize: tickSize)
        markets[index].guards.sweep.bookLost()
        markets[index].definition.tickSize = tickSize
        markets[index].isDirty = true
    }

    private mutating func noteBook(_ index: Int, _ venueTime: Timestamp, _ now: Timestamp) {
        markets[index].lastMessage = now
        markets[index].messageAge = now - venueTime
        markets[index].isDirty = true
        markets[index].definition.tickSize = markets[index].book.tickSize
        if let midpoint = markets[index].book.midpointDoubled {
            markets[index].lastMidpointDoubled = midpoint
        }
        markets[index].noteBook(at: now)
    }

    /// The strike of a window, from one of its sources. Told when it changes what we know.
    mutating func observeStrike(
        _ id: MarketID,
        _ price: ReferencePrice,
        _ source: StrikeSource,
        _ now: Timestamp,
        _ effects: inout [EngineEffect]
    ) {
        guard let index = markets.index(of: id) else {
            statistics.eventsUnmatched += 1
            return
        }
        switch markets[index].strike.offer(price, from: source, at: now) {
        case .adopted:
            stateHash.mix(price.raw)
            publish(.strikeSet, .strike(price, source), market: index, now, &effects)
        case .contradicted: statistics.strikesContradicted += 1
        case .confirmed, .refused: break
        }
    }

    /// The outcome is known: what we hold is paid out, whatever still stood is void.
    mutating func resolve(
        _ id: MarketID,
        _ winner: Outcome,
        _ now: Timestamp,
        _ effects: inout [EngineEffect]
    ) {
        guard let index = markets.index(of: id), markets[index].winner == nil else {
            statistics.eventsUnmatched += 1
            return
        }
        markets[index].winner = winner
        statistics.marketsResolved += 1
        let wasFlat = markets[index].position.isFlat
        let (payout, profit) = markets[index].position.redeem(winner: winner)
        portfolio.redeem(payout: payout, profit: profit)
        markets[index].attribution.paidOut(payout)
        markouts.fairValueChanged(of: id, to: winner == .yes ? 1 : 0, at: now)
        stateHash.mix(UInt64(winner.rawValue))
        stateHash.mix(portfolio.cash.raw)
        let id = markets[index].definition.id
        let earned = markets[index].attribution.total
        inform(.windowSettled(id, profit: earned), now, &effects)
        let reason = Reason.resolution(winner: winner, payout: payout)
        publish(.marketResolved, reason, market: index, now, &effects)
        if !wasFlat { publish(.positionRedeemed, reason, market: index, now, &effects) }
    }

    /// Follows the windows: the market whose window is open is the current one.
    mutating func updateCurrent(_ now: Timestamp, _ effects: inout [EngineEffect]) {
        if let index = current, markets[index].definition.windowEnd > now,
            markets[index].winner == nil
        {
            return
        }
        var next: Int?
        for index in markets.indices {
            let definition = markets[index].definition
            let isOpen = definition.windowStart <= now && now < definition.windowEnd
            if isOpen && markets[index].winner == nil { next = index }
        }
        guard let next, next != current else { return }
        let action = current == nil ? Action.marketSelected : .marketRollover
        current = next
        lastSample = configuration.hasReference ? lastSample : nil
        publish(
            action,
            .market(slug: markets[next].definition.slug),
            market: next,
            now,
            &effects
        )
    }

    mutating func markCurrentDirty() {
        if let index = current { markets[index].isDirty = true }
    }

    /// Takes a sample at every full second that has passed. After a gap longer than that, the one
    /// return over it would be no one-second return: it is left out.
    mutating func sampleVolatility(_ now: Timestamp, _ effects: inout [EngineEffect]) {
        if let due = nextSample, now < due { return }
        let second = now.nanoseconds / 1_000_000_000
        let isContinuous = nextSample.map { now - $0 < .seconds(1) } ?? false
        nextSample = Timestamp(seconds: second + 1)
        lastSampleTime = now
        updateImpliedFloor()
        guard let sample = currentSample(now) else {
            lastSample = nil
            return
        }
        defer { lastSample = sample }
        guard let last = lastSample, isContinuous else { return volatility.noteGap() }
        let before = volatility.state
        let wasWarm = volatility.isWarm
        if configuration.hasReference {
            volatility.observe(log(sample / last), isLogarithmic: true)
        } else {
            volatility.observe(sample - last, isLogarithmic: false)
        }
        if volatility.state != before && (wasWarm || volatility.state == .low) {
            stateHash.mix(UInt64(volatility.state.rawValue))
            publish(
                .volStateChanged,
                .volatility(volatility.state),
                market: current,
                now,
                &effects
            )
        }
    }

    /// What volatility is measured on: the reference price, or the midpoint of the current market.
    private mutating func currentSample(_ now: Timestamp) -> Double? {
        if configuration.hasReference {
            guard let reference, isReferenceFresh(now) else { return nil }
            return reference.dollars
        }
        guard let index = current, markets[index].book.midpointDoubled != nil else { return nil }
        return Double(markets[index].lastMidpointDoubled) / 20_000
    }

    mutating func isReferenceFresh(_ now: Timestamp) -> Bool {
        guard let arrival = referenceArrival else { return false }
        return now - arrival <= configuration.runtimeLimits.referenceAgeMax
    }
}
