public import Trading

/// What the engine has to know of the way to the venue.
extension OrderGateway {
    /// Whether this stands between our orders and the venue. What passes in a moment (a rate limit,
    /// a list that is being compared, a user socket that is being connected anew) is none: orders
    /// that come meanwhile do not leave, and are told so one by one.
    public func has(_ fault: VenueFault, at now: Timestamp) -> Bool {
        switch fault {
        case .userStreamBlind:
            userDownSince.map { now - $0 >= configuration.userStreamDownMax } ?? false
        case .heartbeatDown:
            isStarted && configuration.needsHeartbeat && isHeartbeatDown(at: now)
        case .restarting: pause.kind == .restarting
        case .cancelOnly: pause.kind == .cancelOnly
        case .refusing: isHalted
        case .foreignOrder: foreignOrders > 0
        case .ordersUnresolved: orders.contains { $0.isAlarmed }
        // Who asks from where is not the gateway's business.
        case .geoBlocked: false
        }
    }

    /// The first beat has a while to be taken; no order leaves before.
    private func isHeartbeatDown(at now: Timestamp) -> Bool {
        switch heartbeat.standing(at: now) {
        case .armed: false
        case .unarmed: now - startedAt >= configuration.heartbeat.suspendAfter
        case .suspended, .expired: true
        }
    }
}
