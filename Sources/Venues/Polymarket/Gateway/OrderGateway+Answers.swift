internal import Crypto
public import Trading

/// What came of requests.
extension OrderGateway {
    /// An answer has been read whole.
    ///
    /// - Parameters:
    ///   - number: of the request. One that was given up meanwhile is ignored: the venue is asked.
    ///   - retryAfter: the field `Retry-After`, in seconds from now.
    public func answered(
        _ number: UInt64,
        status: Int,
        retryAfter: Int64? = nil,
        body: Span<UInt8>,
        at now: Timestamp
    ) {
        guard let request = takePending(number) else { return }
        switch request.action {
        case .place(let id):
            guard let index = index(of: id) else { return }
            let outcome = OrderAnswer.outcome(
                status: status,
                body: body,
                retryAfter: retryAfter,
                of: orders[index].id
            )
            take(outcome, of: index, at: now)
        case .cancel, .cancelMany, .cancelAll, .cancelMarket:
            let outcome = CancelAnswer.outcome(status: status, body: body, retryAfter: retryAfter)
            take(outcome, of: request.action, at: now)
        case .order(let id):
            guard let index = index(of: id) else { return }
            takeProbe(status, body, of: index, at: now)
        case .openOrders: takePage(status, body, number, at: now)
        case .trades: takeTrades(status, body, number, at: now)
        case .heartbeat:
            let outcome = HeartbeatAnswer.outcome(
                status: status,
                body: body,
                retryAfter: retryAfter
            )
            heartbeat.take(outcome, at: now)
            if heartbeat.corrections >= contestedAlarms + 3 {
                contestedAlarms = heartbeat.corrections
                alarm(.heartbeatContested)
            }
        }
        work(at: now)
    }

    /// There is no answer and will be none.
    /// - Parameter mayHaveArrived: `false` only when not a byte of the request left.
    public func lost(_ number: UInt64, mayHaveArrived: Bool, at now: Timestamp) {
        guard mayHaveArrived else { return didNotLeave(number, .notSent, at: now) }
        guard let request = takePending(number) else { return }
        lose(request, at: now)
        work(at: now)
    }

    /// Not a byte of the request left: there was no connection, or the order path was shut.
    public func didNotLeave(_ number: UInt64, _ why: OrderRejection, at now: Timestamp) {
        guard let request = takePending(number) else { return }
        if case .place(let id) = request.action, let index = index(of: id) {
            reject(id, why)
            remove(index, at: now)
        } else {
            lose(request, at: now)
        }
        work(at: now)
    }

    func lose(_ request: GatewayRequest, at now: Timestamp) {
        switch request.action {
        case .place(let id):
            guard let index = index(of: id) else { return }
            becomeUnknown(index, at: now)
        case .cancel(let id):
            guard let index = index(of: id) else { return }
            orders[index].cancel = .wanted(now + configuration.cancelRetry)
        case .cancelMany, .cancelAll, .cancelMarket: sweepCancelAnswered(at: now)
        case .order(let id):
            guard let index = index(of: id) else { return }
            probeLater(index, at: now)
        case .openOrders: listingFailed(request.number, at: now)
        case .trades: tradesFailed(request.number, at: now)
        case .heartbeat: heartbeat.lose(at: now)
        }
    }

    private func takePending(_ number: UInt64) -> GatewayRequest? {
        guard let index = pending.firstIndex(where: { $0.request.number == number }) else {
            return nil
        }
        return pending.remove(at: index).request
    }

    // MARK: Orders

    private func take(_ outcome: OrderOutcome, of index: Int, at now: Timestamp) {
        switch outcome {
        case .accepted(let acceptance):
            pause.noteAccepted()
            proveAccepted(index, at: now)
            // What was matched, or waits, at once will be told; if it is not, it is asked for.
            if acceptance.status != .live && !orders[index].isClosing {
                probe(index, at: now + configuration.settleDelay)
            }
        case .refused(let refusal):
            note(refusal, at: now)
            // The venue has it, or had it: as it says itself, or as it told us before.
            guard refusal.reason != .duplicated, !orders[index].isAcceptedTold else {
                return becomeUnknown(index, at: now)
            }
            reject(ids[index], refusal.rejection ?? refusal.nearestRejection)
            remove(index, at: now)
        case .unknown: becomeUnknown(index, at: now)
        }
    }

    func becomeUnknown(_ index: Int, at now: Timestamp) {
        statistics.unknown += 1
        if orders[index].standing == .sending {
            orders[index].standing = .unknown
            tell(.orderUnknown(ids[index]))
        }
        doom(index, at: now)
        probe(index, at: now + configuration.settleDelay)
    }

    func note(_ refusal: VenueRefusal, at now: Timestamp) {
        pause.note(refusal, at: now)
        switch refusal.reason {
        case .versionMismatch, .depositWalletNeeded, .malformed, .accountRestricted, .unauthorized:
            guard !isHalted else { return }
            isHalted = true
            alarm(.halted(refusal.reason))
        case .notEnoughFunds, .offTick, .tooSmall, .wouldCross, .duplicated, .unfilled,
            .marketNotReady, .noOrderBook, .restarting, .rateLimited, .postOnlyMode, .cancelOnly,
            .other:
            return
        }
    }

    // MARK: Cancels

    private func take(
        _ outcome: CancelOutcome,
        of action: GatewayRequest.Action,
        at now: Timestamp
    ) {
        if case .refused(let refusal) = outcome { note(refusal, at: now) }
        guard case .cancel(let id) = action else {
            if case .done(let result) = outcome {
                // Of a cancel by ids each was paid when it was sent.
                var isPaid = false
                if case .cancelMany = action { isPaid = true }
                if !isPaid { budget.chargeCancels(result.cancelled.count, at: now) }
                for text in result.cancelled {
                    guard let id = Word256(hexadecimal: text.span), let index = index(of: id) else {
                        continue
                    }
                    confirmCancelled(index, matched: nil, at: now)
                }
            }
            return sweepCancelAnswered(at: now)
        }
        guard let index = index(of: id) else { return }
        orders[index].cancel = .none
        switch outcome {
        case .done(let result):
            switch result.standing(of: id) {
            case .cancelled: confirmCancelled(index, matched: nil, at: now)
            case .gone:
                // Or not there yet: the cancel may have overtaken the order. The venue's record
                // of the order decides.
                probe(index, at: now)
            case .perhapsOpen: retryCancel(index, after: configuration.cancelRetry, at: now)
            }
        case .refused(let refusal):
            let told = refusal.retryAfter.map { Duration.seconds(max(min($0, 30), 0)) }
            retryCancel(index, after: max(told ?? .zero, configuration.cancelRetry), at: now)
        case .unknown:
            retryCancel(index, after: configuration.cancelRetry, at: now)
            probe(index, at: now + configuration.settleDelay)
        }
    }

    private func retryCancel(_ index: Int, after wait: Duration, at now: Timestamp) {
        guard !orders[index].isClosing else { return }
        orders[index].cancel = .wanted(now + wait)
        if orders[index].cancels == configuration.cancelsMax { alarm(.cancelStuck(ids[index])) }
    }
}

extension VenueRefusal {
    /// For what does not concern one order.
    fileprivate var nearestRejection: OrderRejection {
        reason == .notEnoughFunds ? .insufficientBalance : .venueRefused
    }
}

extension GatewayHold {
    /// What an order is told that comes meanwhile.
    var rejection: OrderRejection {
        switch self {
        case .killed: .orderPathShut
        // The engine hears of what lasts by `VenueFault`.
        case .rateLimited, .halted, .notReady, .sweeping, .foreignOrder, .unresolved,
            .venueRestarting, .cancelOnly, .heartbeatDown, .userStreamBlind, .reconciling:
            .notSent
        }
    }
}
