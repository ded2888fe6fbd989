@testable internal import Trading

/// A calm world in which an ordinary order passes, for tests to spoil in one respect.
enum GateBench {
    static let market = MarketID(index: 1)

    static func snapshot(_ change: (inout RiskSnapshot) -> Void = { _ in }) -> RiskSnapshot {
        var snapshot = RiskSnapshot(
            isRunning: true,
            permission: .everything,
            windowPermission: .everything,
            isMarketOpen: true,
            isSettlementSupported: true,
            isStrikeVerified: true,
            parameters: Parameters(),
            orderSizeMin: Quantity(shares: 5),
            tickSize: .hundredth,
            bestBid: Price(raw: 5_000),
            bestAsk: Price(raw: 5_100),
            fairValueMicros: 505_000,
            inventory: .zero,
            sharesYes: .zero,
            sharesNo: .zero,
            ownBid: nil,
            ownAsk: nil,
            openBids: .zero,
            openAsks: .zero,
            openOrdersInMarket: 0,
            openOrders: 0,
            loss: WorstCaseLoss(Position()),
            lossElsewhere: .zero,
            equity: Money(dollars: 1_000),
            buyingPower: Money(dollars: 100)
        )
        change(&snapshot)
        return snapshot
    }

    /// `size` in hundredths of a share.
    static func order(
        _ outcome: Outcome = .yes,
        _ side: Side = .buy,
        price: Int64 = 4_900,
        size: Int64 = 1_000,
        number: UInt64 = 1,
        market: MarketID = market
    ) -> Order {
        Order(
            id: OrderID(number: number),
            market: market,
            outcome: outcome,
            side: side,
            price: Price(raw: price),
            size: Quantity(raw: size * 10_000)
        )
    }

    static func fill(_ order: Order, trade: UInt64) -> Fill {
        Fill(
            tradeID: trade,
            orderID: order.id,
            market: order.market,
            outcome: order.outcome,
            side: order.side,
            price: order.price,
            size: order.size,
            fee: .zero,
            isComplete: true
        )
    }

    /// What a fresh gate says.
    static func denial(
        _ order: Order,
        _ snapshot: RiskSnapshot,
        limits: RiskLimits = .init()
    ) -> RiskDenial? {
        var gate = RiskGate(limits: limits)
        return denial(of: order, by: &gate, against: snapshot)
    }

    static func denial(
        of order: Order,
        by gate: inout RiskGate,
        against snapshot: RiskSnapshot = snapshot(),
        at now: Timestamp = Timestamp(seconds: 100)
    ) -> RiskDenial? {
        switch gate.check(order, against: snapshot, at: now) {
        case .approved: nil
        case .denied(let denial): denial
        }
    }
}
