/// Why our own gate refused an order (`reference/risk.md` 3: the controls that concern the core).
public enum RiskDenial: UInt8, Sendable, CaseIterable {
    /// Position, open orders and this one together would exceed `max_position`.
    case maxPosition
    /// Below the market's minimum.
    case minOrderSize
    /// Not on the market's current grid, or more than two decimals of a share.
    case offTick
    /// Would take instead of rest.
    case wouldCross
    /// Would trade with an order of our own.
    case selfCross
    /// A buy costs more than the free cash, or a sale exceeds the shares held.
    case insufficientBalance
    /// The stop is latched, or `is_running` is false.
    case notRunning
    /// The market is not in its window.
    case marketClosed
}

/// What the gate needs to know, at the instant of the decision.
struct RiskSnapshot {
    var isRunning: Bool
    var isMarketOpen: Bool
    var maxPosition: Quantity
    var orderSizeMin: Quantity
    var tickSize: TickSize
    /// In YES terms; `nil` when that side of the book is empty.
    var bestBid: Price?
    var bestAsk: Price?
    /// YES minus NO shares.
    var inventory: Quantity
    var sharesYes: Quantity
    var sharesNo: Quantity
    /// Shares of open orders on each side of the YES book, whatever their state: an order whose
    /// cancel is not confirmed still counts.
    var openBids: Quantity
    var openAsks: Quantity
    /// The prices at which they rest.
    var ownBid: Price?
    var ownAsk: Price?
    /// Cash that no open order has claimed.
    var buyingPower: Money
}

/// The one door through which an order leaves the engine. Pure; every order passes it, and a
/// missing input is a denial.
enum RiskGate {
    /// `nil` when the order may go.
    static func check(_ order: Order, against snapshot: RiskSnapshot) -> RiskDenial? {
        guard snapshot.isRunning else { return .notRunning }
        guard snapshot.isMarketOpen else { return .marketClosed }
        guard order.size >= snapshot.orderSizeMin, order.size.raw > 0 else { return .minOrderSize }
        guard snapshot.tickSize.holds(order.price), order.size.raw % 10_000 == 0,
            order.price > .zero, order.price < .one
        else { return .offTick }
        return checkPrices(order, snapshot) ?? checkPosition(order, snapshot)
            ?? checkBalance(order, snapshot)
    }

    private static func checkPrices(_ order: Order, _ snapshot: RiskSnapshot) -> RiskDenial? {
        switch order.bookSide {
        case .buy:
            guard let ask = snapshot.bestAsk, order.bookPrice < ask else { return .wouldCross }
            if let own = snapshot.ownAsk, order.bookPrice >= own { return .selfCross }
        case .sell:
            guard let bid = snapshot.bestBid, order.bookPrice > bid else { return .wouldCross }
            if let own = snapshot.ownBid, order.bookPrice <= own { return .selfCross }
        }
        return nil
    }

    /// Worst case: everything open on the same side fills, nothing on the other does.
    private static func checkPosition(_ order: Order, _ snapshot: RiskSnapshot) -> RiskDenial? {
        switch order.bookSide {
        case .buy:
            let worst = snapshot.inventory + snapshot.openBids + order.size
            // An order that only brings a short position back is always allowed.
            return worst > snapshot.maxPosition && worst > .zero ? .maxPosition : nil
        case .sell:
            let worst = snapshot.inventory - snapshot.openAsks - order.size
            return -worst > snapshot.maxPosition && worst < .zero ? .maxPosition : nil
        }
    }

    private static func checkBalance(_ order: Order, _ snapshot: RiskSnapshot) -> RiskDenial? {
        switch order.side {
        case .buy:
            return Money(order.size, at: order.price) > snapshot.buyingPower
                ? .insufficientBalance : nil
        case .sell:
            let held = order.outcome == .yes ? snapshot.sharesYes : snapshot.sharesNo
            return order.size > held ? .insufficientBalance : nil
        }
    }
}
