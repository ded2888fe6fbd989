/// How a session or a market stands with the runtime controls.
public struct RiskStanding: Equatable, Sendable {
    /// As the tick shows it. Never `paused` or `stopping`: those are the operator's.
    public let state: RiskState
    /// The deepest cause that holds; `nil` when none does.
    public let cause: RiskCause?
    /// The size to be quoted, as a share of `order_size`.
    public let sizePercent: Int64

    /// What may be placed.
    public var permission: OrderPermission {
        switch state {
        case .active, .caution, .recovering: .everything
        case .reduceOnly: .reducing
        case .paused, .killed, .stopping, .starting, .reconciling, .halted: .nothing
        }
    }

    /// Less is allowed than by `other`, or as little for another cause.
    func isDeeper(than other: RiskStanding) -> Bool {
        if permission != other.permission { return permission < other.permission }
        if sizePercent != other.sizePercent { return sizePercent < other.sizePercent }
        return cause != nil && cause != other.cause
    }

    /// `size` cut to the share, in hundredths of a share, but not below the market's minimum: a
    /// quarter of a small order would otherwise be no order at all, for no reason that anyone sees.
    public func scaled(_ size: Quantity, minimum: Quantity) -> Quantity {
        guard sizePercent < 100 else { return size }
        let cut = Quantity(raw: size.raw / 100 * sizePercent / 10_000 * 10_000)
        return min(size, max(cut, minimum))
    }
}
