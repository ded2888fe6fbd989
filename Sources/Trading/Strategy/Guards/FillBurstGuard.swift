/// Steps aside when one side is filled twice in a short time (strategy 10): somebody knows more, or
/// is larger, than one fill shows. One for each market.
///
/// Two fills on a side within two seconds pause that side for a second, and move both quotes one
/// more tick away from it for two: the other side is quoted closer, and the paused one comes back
/// a tick farther away.
struct FillBurstGuard: Sendable {
    static let window = Duration.seconds(2)
    static let pause = Duration.seconds(1)
    static let skewTime = Duration.seconds(2)

    private var lastBidFill: Timestamp?
    private var lastAskFill: Timestamp?
    private var bidSkewUntil: Timestamp?
    private var askSkewUntil: Timestamp?
    private(set) var holds = GuardHolds()

    /// An order of ours that rested on `side` was filled, in whole or in part.
    mutating func filled(_ side: Side, at now: Timestamp) {
        let last = side == .buy ? lastBidFill : lastAskFill
        if side == .buy { lastBidFill = now } else { lastAskFill = now }
        guard let last, now - last < Self.window else { return }
        let skewUntil = now + Self.skewTime
        if side == .buy { bidSkewUntil = skewUntil } else { askSkewUntil = skewUntil }
        holds.hold(side, because: .fillBurst, until: now + Self.pause)
    }

    /// Ticks to add to the reservation price: -1 after a burst of bought shares, 1 after one of
    /// sold shares, 0 after both or neither.
    func skewTicks(at now: Timestamp) -> Int64 {
        var ticks: Int64 = 0
        if let until = bidSkewUntil, now < until { ticks -= 1 }
        if let until = askSkewUntil, now < until { ticks += 1 }
        return ticks
    }

    /// Why the side may not be quoted at `now`; `nil` when it may.
    func blocks(_ side: Side, at now: Timestamp) -> GuardTrigger? { holds.blocks(side, at: now) }
}
