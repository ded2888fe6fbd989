/// What the operator asks for.
extension Engine {
    mutating func start(_ now: Timestamp, _ effects: inout [EngineEffect]) {
        hasStarted = true
        publish(.started, .none, market: nil, now, &effects)
        if isKilled {
            // Whatever an earlier process may have left.
            effects.append(.cancelAllOrders)
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
        stateHash.mix(parameters.orderSize)
        stateHash.mix(parameters.maxPosition)
        stateHash.mix(parameters.spreadOffset.bitPattern)
        stateHash.mix(parameters.minLiquidity.bitPattern)
        stateHash.mix(parameters.isRunning ? 1 : 0)

        var compared = before
        compared.isRunning = parameters.isRunning
        if compared != parameters { publish(.paramsUpdated, .none, market: current, now, &effects) }
        if parameters.isRunning != before.isRunning {
            let isRunning = parameters.isRunning
            publish(
                isRunning ? .resumed : .paused,
                isRunning ? .none : .notRunning,
                market: current,
                now,
                &effects
            )
        }
    }

    /// The order path has been shut already; here the engine follows.
    mutating func stop(_ now: Timestamp, _ effects: inout [EngineEffect]) {
        effects.append(.cancelAllOrders)
        markAllCancelling()
        parameters.isRunning = false
        isKilled = true
        kill = .cancelling
        stateHash.mix(0x4B49_4C4C)
        publish(.killSwitch, .killLatched, market: current, now, &effects)
    }

    /// Only the latch falls; whether to quote is the patch's matter that follows.
    mutating func rearm(_ now: Timestamp, _ effects: inout [EngineEffect]) {
        isKilled = false
        kill = .none
        stateHash.mix(0x5245_4152_4D)
    }

    mutating func beginShutdown(_ now: Timestamp, _ effects: inout [EngineEffect]) {
        guard !isStopping else { return }
        isStopping = true
        effects.append(.cancelAllOrders)
        markAllCancelling()
    }

    /// Every order is exposure until the venue says it is gone.
    private mutating func markAllCancelling() {
        for index in markets.indices {
            markets[index].bid.markCancelling()
            markets[index].ask.markCancelling()
        }
    }

    /// Tells when a stop or a shutdown has nothing left to wait for.
    mutating func advanceStops(_ now: Timestamp, _ effects: inout [EngineEffect]) {
        let hasNoOrders = markets.allSatisfy(\.hasNoOrders)
        switch kill {
        case .cancelling where hasNoOrders:
            kill = .confirmed(toldAt: now)
            publish(.cancelAllConfirmed, .killLatched, market: current, now, &effects)
        case .confirmed(let toldAt) where now - toldAt >= Self.stateRepeat:
            kill = .confirmed(toldAt: now)
            publish(.killed, .killLatched, market: current, now, &effects)
        case .none, .cancelling, .confirmed: break
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
