/// What the gate needs to know of the world, at the instant of the decision.
struct RiskSnapshot {
    /// `is_running`, and no stop latched.
    var isRunning: Bool
    /// What the runtime controls allow (`RiskMonitor`).
    var permission: OrderPermission
    /// What the time left in the window allows.
    var windowPermission: OrderPermission
    /// The window has begun and not ended, and the venue takes orders.
    var isMarketOpen: Bool
    /// The market's rules are known to pay on what the model prices.
    var isSettlementSupported: Bool
    var isStrikeVerified: Bool
    var parameters: Parameters

    var orderSizeMin: Quantity
    var tickSize: TickSize
    /// In YES terms; `nil` when that side of the book is empty.
    var bestBid: Price?
    var bestAsk: Price?
    /// Fair value of YES in millionths of a dollar.
    var fairValueMicros: Int64?

    /// YES minus NO shares.
    var inventory: Quantity
    /// Held, and in no open sale.
    var sharesYes: Quantity
    var sharesNo: Quantity
    /// Our orders, and what of them may still fill, whatever their state: one whose cancel is not
    /// confirmed still counts.
    var ownBid: Order?
    var ownAsk: Order?
    var openBids: Quantity
    var openAsks: Quantity
    var openOrdersInMarket: Int
    var openOrders: Int

    /// This market's, open orders counted, the one to be checked not.
    var loss: WorstCaseLoss
    /// The sum over all other markets.
    var lossElsewhere: Money
    var equity: Money
    /// Cash that no open order has claimed.
    var buyingPower: Money
    /// `nil` where the market's fee schedule was not understood.
    var takerFee: TakerFee?

    /// Whether the order, with all that is open on its side, brings the inventory towards zero
    /// and not beyond.
    func isReducing(_ order: Order) -> Bool {
        switch order.bookSide {
        case .buy: inventory + openBids + order.size <= .zero
        case .sell: inventory - openAsks - order.size >= .zero
        }
    }
}
