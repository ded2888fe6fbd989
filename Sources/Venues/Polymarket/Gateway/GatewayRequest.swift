public import Crypto
public import Trading

/// A request that the gateway wants sent. `OrderGateway.write` renders it.
public struct GatewayRequest: Equatable, Sendable {
    /// On which connection it goes, so that nothing waits behind something slower.
    public enum Lane: Sendable, CaseIterable {
        case orders
        case cancels
        case queries
        case heartbeats
    }

    public enum Action: Equatable, Sendable {
        case place(OrderID)
        case cancel(Word256)
        case cancelMany([Word256])
        case cancelAll
        case cancelMarket(Word256)
        case order(Word256)
        case openOrders(cursor: InlineText?)
        /// Trades of a market from a time on, in seconds since 1970.
        case trades(market: Word256, after: UInt64, cursor: InlineText?)
        case heartbeat(InlineText)

        var lane: Lane {
            switch self {
            case .place: .orders
            case .cancel, .cancelMany, .cancelAll, .cancelMarket: .cancels
            case .order, .openOrders, .trades: .queries
            case .heartbeat: .heartbeats
            }
        }
    }

    /// To be given back with the answer.
    public let number: UInt64
    public let action: Action

    public var lane: Lane { action.lane }
}
