internal import Logging
internal import Reactor
internal import Trading
internal import Venues
internal import Wire

/// What the gateway wants done, and what came of it.
extension LiveExecution {
    /// Performs what the gateway wants, until it wants nothing more.
    func pump(at now: Timestamp) {
        guard !isPumping else { return }
        isPumping = true
        while let gateway, !isClosed {
            effects.removeAll(keepingCapacity: true)
            gateway.drain(into: &effects)
            if effects.isEmpty { break }
            for effect in effects { perform(effect, gateway, at: now) }
        }
        isPumping = false
        noteStanding(at: now)
    }

    private func perform(_ effect: GatewayEffect, _ gateway: OrderGateway, at now: Timestamp) {
        switch effect {
        case .send(let request): send(request, gateway, at: now)
        case .tell(let event): tell(event)
        case .renewConnection(let lane):
            log.warning("no sound answer: new connections for \(lane)")
            lanes?.renew(lane)
        case .ready:
            log.info("the venue has no order of ours open: orders may leave")
            isCompared = true
        case .compared: isCompared = true
        case .cancelAllConfirmed:
            log.info("the venue has said twice that no order of ours is open")
            isCompared = true
            tell(.cancelAllConfirmed)
        case .alarm(let alarm):
            alarms += 1
            note(alarm)
        }
    }

    private func send(_ request: GatewayRequest, _ gateway: OrderGateway, at now: Timestamp) {
        guard let lanes else { return }
        let seconds = account.opening.venueSeconds(at: now)
        var departure = OrderLanes.Departure.noConnection
        guard case .place = request.action else {
            departure = lanes.send(request, of: gateway, at: seconds)
            if departure == .void { gateway.didNotLeave(request.number, .notSent, at: now) }
            return
        }
        // Rendered and handed to the socket while nobody can shut the path.
        let isOpen = path.withOpenPath {
            departure = lanes.send(request, of: gateway, at: seconds)
        }
        if !isOpen {
            gateway.didNotLeave(request.number, .orderPathShut, at: now)
        } else if departure != .underWay {
            gateway.didNotLeave(request.number, .notSent, at: now)
        }
    }

    /// A request was answered, or will never be.
    func answered(
        _ request: GatewayRequest,
        _ sentAt: Int64,
        _ result: Result<HTTPResponseHead, HTTPClientError>,
        _ body: Span<UInt8>
    ) {
        guard let gateway, !isClosed else { return }
        let now = clock.now()
        let lane = request.lane.index
        switch result {
        case .success(let head):
            times[lane].note(MonotonicClock.now() - sentAt)
            if head.status.code == 401 { account.proofRefused() }
            gateway.answered(
                request.number,
                status: head.status.code,
                retryAfter: head.retryAfter?.delaySeconds(
                    at: Int64(account.opening.venueSeconds(at: now))
                ),
                body: body,
                at: now
            )
        case .failure(let error):
            times[lane].noteFailure()
            gateway.lost(request.number, mayHaveArrived: error.mayHaveArrived, at: now)
        }
        // Inside `pump` the loop there goes on with what this led to.
        guard !isPumping else { return }
        pump(at: now)
        spoke()
    }

    // MARK: Telling

    private func note(_ alarm: GatewayAlarm) {
        switch alarm {
        case .strayOrder, .foreignFill, .tradeFailed, .cancelStuck:
            log.warning("\(alarm.sentence)")
        case .orderUnresolved, .fillsMissing, .overfilled, .foreignOrder, .cancelUnconfirmed,
            .halted, .heartbeatContested, .heartbeatExpired:
            log.error("\(alarm.sentence)")
        }
    }

    /// Tells what stands between us and the venue, or does no longer, once each time.
    private func noteStanding(at now: Timestamp) {
        for fault in VenueFault.allCases {
            let isPresent =
                switch fault {
                case .geoBlocked: placeCheck.standing == .blocked
                case .refusing where isRefused: true
                default: gateway?.has(fault, at: now) ?? false
                }
            guard isPresent != faults.contains(fault) else { continue }
            if isPresent { faults.insert(fault) } else { faults.remove(fault) }
            tell(.venueFaultChanged(fault, isPresent: isPresent))
        }
        let hold = gateway.map { $0.hold(at: now) } ?? .notReady
        if hold != self.hold {
            self.hold = hold
            if let hold {
                log.warning("no order leaves: \(hold.sentence)")
            } else if !isEnding {
                log.info("orders may leave")
            }
        }
        guard isReconcileWanted, isCompared, hold == nil else { return }
        isReconcileWanted = false
        tell(.ordersReconciled)
    }

    var report: ExecutionReport {
        var report = ExecutionReport()
        report.hold = hold
        report.alarms = alarms
        report.lanes = GatewayRequest.Lane.allCases.map { ("\($0)", times[$0.index].summary) }
        guard let gateway else { return report }
        report.gateway = gateway.statistics
        report.ordersOpen = gateway.openOrderCount
        report.ordersUnknown = gateway.unknownOrderCount
        report.signedAheadUsed = gateway.ladder.hits
        report.signedAheadMissed = gateway.ladder.misses
        report.heartbeatsWithheld = gateway.heartbeat.withheld
        return report
    }
}

extension GatewayRequest.Lane {
    /// Its place among all.
    var index: Int {
        switch self {
        case .orders: 0
        case .cancels: 1
        case .queries: 2
        case .heartbeats: 3
        }
    }
}
