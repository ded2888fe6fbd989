/// What the operator asks for.
extension Engine {
    mutating func start(_ now: Timestamp, _ effects: inout [EngineEffect]) {
        hasStarted = true
        publish(.started, .none, market: nil, now, &effects)
        inform(.started, now, &effects)
        if isKilled {
            // Whatever an earlier process may have left.
            cancelEverything(now, &effects)
            publish(.killed, .killLatched, market: nil, now, &effects)
        }
    }

    /// Puts a patch in force. While the stop is latched nothing can switch the engine on: a patch
    /// that rearms is preceded by `rearmed`.
    mutating func apply(
        _ patch: ParameterPatch,
        _ control: UInt64,
        _ now: Timestamp,
        _ effects: inout [EngineEffect]
    ) {
        let before = parameters
        parameters = parameters.applying(patch)
        if isKilled { parameters.isRunning = false }
        effects.append(.reportParameters(control: control, before: before, after: parameters))
        guard parameters != before else { return }
        inform(.parametersChanged(maxPosition: parameters.maxPosition), now, &effects)
        stateHash.mix(parameters.orderSize)
        stateHash.mix(parameters.maxPosition)
        stateHash.mix(parameters.spreadOffset.bitPattern)
        stateHash.mix(parameters.minLiquidity.bitPattern)
        stateHash.mix(parameters.isRunning ? 1 : 0)

        var compared = before
        compared.isRunning = parameters.isRunning
        if compared != parameters { publish(.paramsUpdated, .none, market: current, now, &effects) }
        if parameters.isRunning != before.isRunning {
            let percent = monitor.standing.sizePercent
            let isWhole = percent == 0 || percent == 100
            let resumed = isWhole ? Reason.none : .quotingAt(sizePercent: percent)
            publish(
                parameters.isRunning ? .resumed : .paused,
                parameters.isRunning ? resumed : .notRunning,
                market: current,
                now,
                &effects
            )
        }
    }

    /// The order path has been shut already; here the engine follows. Whatever stands is cancelled
    /// again each time; a stop that is still being carried out is not told twice.
    mutating func stop(_ now: Timestamp, _ effects: inout [EngineEffect]) {
        var isUnderWay = false
        if case .cancelling = monitor.killSwitch { isUnderWay = true }
        cancelEverything(now, &effects)
        parameters.isRunning = false
        stateHash.mix(0x4B49_4C4C)
        inform(.emergencyStopped, now, &effects)
        if !isUnderWay { publish(.killSwitch, killReason, market: current, now, &effects) }
    }

    /// Only the latch falls: orders are reconciled first, and whether to quote is the patch's
    /// matter that follows.
    mutating func rearm(_ now: Timestamp, _ effects: inout [EngineEffect]) {
        killedToldAt = nil
        cancelAllFailureToldAt = nil
        stateHash.mix(0x5245_4152_4D)
        inform(.rearmed, now, &effects)
    }

    mutating func beginShutdown(_ now: Timestamp, _ effects: inout [EngineEffect]) {
        guard !isStopping else { return }
        isStopping = true
        cancelEverything(now, &effects)
    }

    /// Every order is exposure until the venue says it is gone.
    mutating func cancelEverything(_ now: Timestamp, _ effects: inout [EngineEffect]) {
        effects.append(.cancelAllOrders)
        cancelAllSentAt = now
        account.isCancelConfirmed = false
        for index in markets.indices {
            markets[index].bid.markCancelling()
            markets[index].ask.markCancelling()
        }
    }

    /// A stop whose orders are not known to be gone is carried out again until they are.
    private mutating func cancelAgain(_ now: Timestamp, _ effects: inout [EngineEffect]) {
        guard let sentAt = cancelAllSentAt, now - sentAt >= Self.cancelAllPatience else { return }
        cancelEverything(now, &effects)
        if let told = cancelAllFailureToldAt, now - told < Self.stateRepeat { return }
        cancelAllFailureToldAt = now
        publish(.cancelAllFailed, killReason, market: current, now, &effects)
    }

    /// Tells when a stop or a shutdown has nothing left to wait for.
    mutating func advanceStops(_ now: Timestamp, _ effects: inout [EngineEffect]) {
        // The answers to single orders are not the venue's word that nothing is left.
        let hasNoOrders =
            markets.hasNoOrders
            && (!configuration.isVenueOutside || account.isCancelConfirmed)
        switch monitor.killSwitch {
        case .cancelling where hasNoOrders:
            inform(.ordersGone, now, &effects)
            killedToldAt = now
            publish(.cancelAllConfirmed, killReason, market: current, now, &effects)
        case .confirmed:
            if let told = killedToldAt, now - told < Self.stateRepeat { break }
            killedToldAt = now
            publish(.killed, killReason, market: current, now, &effects)
        case .cancelling: cancelAgain(now, &effects)
        case .armed: break
        }
        if isStopping && hasNoOrders && !hasFinished {
            hasFinished = true
            publish(.stopped, .none, market: current, now, &effects)
            effects.append(.finishShutdown)
        }
    }
}

extension QuoteSlot {
    fileprivate mutating func markCancelling() {
        guard let order else { return }
        self = .cancelling(order, remaining: exposure, isReplacing: false)
    }
}
