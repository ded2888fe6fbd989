public import Trading

/// What is done because time passed.
extension OrderGateway {
    /// To be called every 10 ms or so: guards, retries and beats are as punctual as this.
    /// - Parameter progress: the trading loop's count of what it has done; while it stands still
    ///   the venue gets no sign of life.
    public func timePassed(progress: UInt64, at now: Timestamp) {
        heartbeat.noteProgress(progress, at: now)
        work(at: now)
    }

    /// Why no order leaves now; `nil` when one may.
    public func hold(at now: Timestamp) -> GatewayHold? {
        if isKilled { return .killed }
        if isHalted { return .halted }
        if sweep != nil { return isStarted ? .sweeping : .notReady }
        if !isStarted { return .notReady }
        if foreignOrders > 0 { return .foreignOrder }
        for index in orders.indices where orders[index].isAlarmed { return .unresolved }
        switch pause.kind {
        case .restarting?: return .venueRestarting
        case .cancelOnly?: return .cancelOnly
        case .rateLimited?: return .rateLimited
        case nil: break
        }
        if configuration.needsHeartbeat, heartbeat.standing(at: now) != .armed {
            return .heartbeatDown
        }
        if userDownSince != nil { return .userStreamBlind }
        return needsCompare ? .reconciling : nil
    }

    /// Everything that is due.
    func work(at now: Timestamp) {
        giveUpRequests(at: now)
        guardLateOrders(at: now)
        if pause.release(at: now) == .restarting {
            // What stood before a restart may not stand after it.
            requireCompare(at: now)
        }
        beat(at: now)
        if let since = userDownSince, !userDownIsSwept,
            now - since >= configuration.userStreamDownMax, isStarted
        {
            userDownIsSwept = true
            beginSweep(.cancel, at: now)
        }
        pursueSweep(at: now)
        if sweep == nil, isStarted, listing == nil, now >= compareAt ?? now {
            compareAt = now + configuration.compareInterval
            beginListing(at: now)
        }
        sendProbes(at: now)
        readTrades(at: now)
        sendCancels(at: now)
    }

    private func giveUpRequests(at now: Timestamp) {
        var index = 0
        while index < pending.count {
            guard now - pending[index].sentAt >= configuration.requestTimeout else {
                index += 1
                continue
            }
            let request = pending.remove(at: index).request
            lose(request, at: now)
        }
    }

    private func guardLateOrders(at now: Timestamp) {
        for index in orders.indices
        where orders[index].standing == .sending && !orders[index].isLate
            && now - orders[index].sentAt >= configuration.answerBudget
        {
            orders[index].isLate = true
            statistics.late += 1
            doom(index, at: now)
        }
    }

    private func beat(at now: Timestamp) {
        guard configuration.needsHeartbeat else { return }
        let isExpired = heartbeat.standing(at: now) == .expired
        if isExpired && !heartbeatWasExpired {
            alarm(.heartbeatExpired)
            // The venue cancels, or has cancelled: nothing is assumed.
            requireCompare(at: now)
        }
        // A fresh answer, and then a look at what is left.
        if !isExpired && heartbeatWasExpired { requireCompare(at: now) }
        heartbeatWasExpired = isExpired
        if let id = heartbeat.beat(at: now) { send(.heartbeat(id), at: now) }
    }
}
