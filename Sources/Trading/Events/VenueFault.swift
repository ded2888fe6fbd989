/// What can stand between our orders and a venue outside the process. Each is told when it begins
/// and when it ends (`EngineEvent.venueFaultChanged`); while one is present no order leaves.
public enum VenueFault: UInt8, Sendable, CaseIterable {
    /// The user stream has been down for too long: fills would go unseen.
    case userStreamBlind
    /// The venue's dead man's switch is not being answered.
    case heartbeatDown
    /// The matching engine restarts (HTTP 425).
    case restarting
    /// The venue takes cancels alone (HTTP 503).
    case cancelOnly
    /// The venue takes nothing of this account, for a reason that time does not heal.
    case refusing
    /// Somebody else trades with this account.
    case foreignOrder
    /// What became of an order, or of a fill, could not be found out.
    case ordersUnresolved
    /// The venue does not serve the place from which we ask.
    case geoBlocked

    /// The control that it triggers.
    var cause: RiskCause {
        switch self {
        case .userStreamBlind: .userStreamBlind
        case .heartbeatDown: .heartbeatDown
        case .restarting: .venueRestarting
        case .cancelOnly: .venueCancelOnly
        case .refusing: .venueRefusing
        case .foreignOrder: .foreignOrder
        case .ordersUnresolved: .ordersUnresolved
        case .geoBlocked: .geoBlocked
        }
    }
}
