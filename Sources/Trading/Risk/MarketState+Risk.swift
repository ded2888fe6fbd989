/// What the gate asks of a market.
extension MarketState {
    /// Orders of ours that may still fill, whatever their state.
    var openOrderCount: Int {
        @inline(__always) get { (bid == .empty ? 0 : 1) + (ask == .empty ? 0 : 1) }
    }

    /// With everything open that makes it worse filled.
    var worstCaseLoss: WorstCaseLoss {
        @inline(__always) get {
            var loss = WorstCaseLoss(position)
            if let order = bid.order { loss.add(order, remaining: bid.exposure) }
            if let order = ask.order { loss.add(order, remaining: ask.exposure) }
            return loss
        }
    }
}

extension WindowPhase {
    /// What the time left allows (`NEAR_EXPIRY`).
    var permission: OrderPermission {
        switch self {
        case .quoting: .everything
        case .reduceOnly: .reducing
        case .ahead, .noQuote, .settling: .nothing
        }
    }
}
