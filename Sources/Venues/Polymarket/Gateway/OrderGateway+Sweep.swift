internal import Crypto
public import Trading

/// Getting rid of every order, until the venue has said twice, a second apart, that there is none
/// (risk 4, 6).
///
/// ```
///   start:         list ─► cancel ours by id ─► list ─► … ─► empty ─► 1 s ─► empty ─► ready
///   cancel, kill:  cancel-all ─► list ─► empty ─► 1 s ─► empty ─► confirmed
///                      │ not verified after 2 s
///                      ▼
///                  new connection, cancel-all ─► 2 s ─► by market and by id ─► 2 s ─► alarm, and for
///                  a kill: no more heartbeats, so that the venue cancels by itself; from the start
/// ```
struct GatewaySweep {
    enum Purpose: UInt8, Comparable {
        case start, cancel, kill

        static func < (lhs: Purpose, rhs: Purpose) -> Bool { lhs.rawValue < rhs.rawValue }
    }

    var purpose: Purpose
    var step = 0
    var escalateAt: Timestamp
    /// When the open orders are to be listed next; `nil` while a cancel's answer is awaited.
    var listAt: Timestamp?
    /// When they were first found to be none, without one found since.
    var emptySince: Timestamp?
    /// Ids of ours that the venue listed last.
    var listed: [Word256] = []
}

extension OrderGateway {
    /// Looks at what the account has open, cancels what is ours, and lets orders leave when nothing
    /// is left. To be called once, before the first order.
    public func start(at now: Timestamp) {
        startedAt = now
        beginSweep(.start, at: now)
        work(at: now)
    }

    /// Cancels everything of ours, on its way or resting.
    /// - Parameter isKill: no order leaves until `rearm`, and when nothing else helps the venue is
    ///   left without a sign of life.
    public func cancelAll(isKill: Bool, at now: Timestamp) {
        if isKill { isKilled = true }
        for index in orders.indices {
            orders[index].isCancelAsked = true
            orders[index].isDoomed = true
        }
        let purpose = isKill ? GatewaySweep.Purpose.kill : .cancel
        // One that is under way and at least as grave goes on: begun anew at every wish it would
        // never come to its other ways.
        if sweep.map({ $0.purpose < purpose }) ?? true { beginSweep(purpose, at: now) }
        work(at: now)
    }

    /// An operator's wish after a kill or a halt: open orders are looked at as at the start.
    public func rearm(at now: Timestamp) {
        isKilled = false
        isHalted = false
        heartbeat.resume()
        sweep = nil
        beginSweep(.start, at: now)
        work(at: now)
    }

    func beginSweep(_ purpose: GatewaySweep.Purpose, at now: Timestamp) {
        statistics.sweeps += 1
        // One that is under way becomes the graver of the two and begins again.
        let gravest = max(sweep?.purpose ?? purpose, purpose)
        sweep = GatewaySweep(purpose: gravest, escalateAt: now + configuration.escalateAfter)
        listing = nil
        if gravest == .start {
            sweep?.listAt = now
        } else {
            sendCancelAll(at: now)
        }
    }

    private func sendCancelAll(at now: Timestamp) {
        sweep?.listAt = nil
        budget.chargeCancels(1, at: now)
        send(.cancelAll, at: now)
        for index in orders.indices where !orders[index].isClosing {
            // What is being sent may arrive after it, and has a cancel of its own.
            orders[index].isDoomed = true
            orders[index].cancel =
                orders[index].standing == .sending ? .wanted(now) : .underWay
        }
    }

    /// A cancel of many is answered, or lost: the list tells what it did.
    func sweepCancelAnswered(at now: Timestamp) {
        for index in orders.indices where orders[index].cancel == .underWay {
            let isAlone = pending.contains { $0.request.action == .cancel(orders[index].id) }
            guard !isAlone else { continue }
            orders[index].cancel = .none
            if !orders[index].isClosing { probe(index, at: now + configuration.settleDelay) }
        }
        if sweep != nil, sweep?.listAt == nil { sweep?.listAt = now }
    }

    func pursueSweep(at now: Timestamp) {
        guard let sweep else { return }
        if let listAt = sweep.listAt, listAt <= now, listing == nil {
            self.sweep?.listAt = now + configuration.verifyInterval
            beginListing(at: now)
        }
        // Within a second of being confirmed nothing is to be tried.
        guard now >= sweep.escalateAt, sweep.emptySince == nil else { return }
        escalate(at: now)
    }

    private func escalate(at now: Timestamp) {
        guard var sweep else { return }
        sweep.step += 1
        sweep.escalateAt = now + configuration.escalateAfter
        self.sweep = sweep
        switch sweep.step % 3 {
        case 1:
            effects.append(.renewConnection(.cancels))
            effects.append(.renewConnection(.queries))
            // A list that hangs is asked for anew.
            listing = nil
            if sweep.purpose == .start {
                self.sweep?.listAt = now
            } else {
                sendCancelAll(at: now)
            }
        case 2:
            if sweep.purpose > .start {
                for market in markets { send(.cancelMarket(market.conditionID), at: now) }
            }
            var all = sweep.listed
            for order in orders where !order.isClosing && !all.contains(order.id) {
                all.append(order.id)
            }
            cancelMany(all, at: now)
            self.sweep?.listAt = now
        default:
            if sweep.purpose == .kill { heartbeat.stop() }
            let known = orders.count { !$0.isClosing && !sweep.listed.contains($0.id) }
            alarm(.cancelUnconfirmed(orders: sweep.listed.count + known, atRisk: moneyAtRisk))
            self.sweep?.listAt = now
        }
    }

    /// What every order that has not ended may lose: a purchase its price, a sale the rest of the
    /// dollar.
    private var moneyAtRisk: Money {
        var sum = Money.zero
        for index in orders.indices where !orders[index].isClosing {
            let order = orders[index].order
            let price = order.side == .buy ? order.price : order.price.complement
            sum += Money(orders[index].exposure, at: price)
        }
        return sum
    }

    func cancelMany(_ all: [Word256], at now: Timestamp) {
        var rest = all[...]
        while !rest.isEmpty {
            let part = Array(rest.prefix(ClobRequest.cancelMax))
            rest = rest.dropFirst(part.count)
            budget.chargeCancels(part.count, at: now)
            send(.cancelMany(part), at: now)
        }
    }

    /// The venue's list of what is open, whole.
    func takeSweepList(_ ours: [Word256], at now: Timestamp) {
        guard var sweep else { return }
        sweep.listed = ours
        // What is on its way, or may be, is not in the list and not gone either.
        let isEmpty = ours.isEmpty && orders.allSatisfy { $0.isClosing }
        guard isEmpty else {
            sweep.emptySince = nil
            self.sweep = sweep
            if sweep.purpose == .start && !ours.isEmpty { cancelMany(ours, at: now) }
            return
        }
        guard let since = sweep.emptySince, now - since >= configuration.verifyInterval else {
            sweep.emptySince = sweep.emptySince ?? now
            sweep.listAt = (sweep.emptySince ?? now) + configuration.verifyInterval
            self.sweep = sweep
            return
        }
        self.sweep = nil
        needsCompare = false
        compareAt = now + configuration.compareInterval
        if sweep.purpose > .start { effects.append(.cancelAllConfirmed) }
        if !isStarted || sweep.purpose == .start {
            isStarted = true
            effects.append(.ready)
        }
    }
}
