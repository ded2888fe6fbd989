internal import Trading
internal import Venues

/// What a person reads of the gateway.
extension GatewayAlarm {
    var sentence: String {
        switch self {
        case .orderUnresolved(let id):
            "what became of order \(id.number) cannot be found out; no orders until it is"
        case .fillsMissing(let id):
            "the venue says that more of order \(id.number) was filled than its trades tell; "
                + "no orders until they do"
        case .cancelStuck(let id): "the venue does not let go of order \(id.number)"
        case .overfilled(let id): "more of order \(id.number) was filled than was ordered"
        case .tradeFailed(let id):
            "a trade of order \(id.number) failed on the chain; its fill was taken back"
        case .strayOrder(let id):
            "order \(id) of our API key is not of this run; it is being cancelled"
        case .foreignOrder(let id):
            "order \(id) in our wallet is by another key; no orders while it is there"
        case .foreignFill(let fill):
            "order \(fill.orderID), which is not of this run, was filled: \(fill.side) "
                + "\(fill.size.shares) at \(fill.price.dollars)"
        case .cancelUnconfirmed(let orders, let atRisk):
            "after cancelling in every way the venue may still have \(orders) orders of ours, "
                + "which can cost $\(atRisk.dollars) if all are filled and lost; trying again"
        case .halted(let reason):
            "the venue takes no order (\(reason)); none leaves until an emergency stop has been "
                + "pressed and lifted"
        case .heartbeatContested: "somebody else beats with our API key"
        case .heartbeatExpired:
            "the venue has had no sign of life from us: it cancels, or has cancelled, every order"
        }
    }
}

extension GatewayHold {
    var sentence: String {
        switch self {
        case .killed: "the emergency stop"
        case .halted: "the venue refused for a reason that time does not heal"
        case .notReady: "open orders have not been looked at yet"
        case .sweeping: "every order is being cancelled"
        case .foreignOrder: "an order in our wallet is by another key"
        case .unresolved: "what became of an order is not known"
        case .venueRestarting: "the venue restarts"
        case .cancelOnly: "the venue takes cancels only"
        case .rateLimited: "the venue's rate limit"
        case .heartbeatDown: "the venue has no sign of life from us"
        case .userStreamBlind: "the user socket is down, so fills are not seen"
        case .reconciling: "orders are being compared with the venue's"
        }
    }
}
