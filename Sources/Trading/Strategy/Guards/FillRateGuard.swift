/// The repeated-execution throttle (risk 3 row 10): more than eight fills on one side within a
/// minute, or more than twenty on it over the window, pause that side for a minute.
///
/// One for each market, and a market has one window: the count of the window starts with it. Past
/// twenty, every further fill pauses the side again.
struct FillRateGuard: Sendable {
    static let fillsMax = 8
    static let period = Duration.seconds(60)
    static let windowFillsMax: Int64 = 20
    static let pause = Duration.seconds(60)

    private var bid = SideFills()
    private var ask = SideFills()
    private(set) var holds = GuardHolds()

    private struct SideFills {
        /// The newest eight, in a ring whose oldest is at `count % fillsMax` once it is full.
        var times = [Timestamp](
            repeating: Timestamp(nanoseconds: 0),
            count: FillRateGuard.fillsMax
        )
        var count: Int64 = 0

        /// Adds a fill; returns whether it is one more than the period allows.
        mutating func add(_ now: Timestamp) -> Bool {
            let index = Int(count % Int64(FillRateGuard.fillsMax))
            let isFull = count >= FillRateGuard.fillsMax
            let isOver = isFull && now - times[index] < FillRateGuard.period
            times[index] = now
            count += 1
            return isOver
        }
    }

    /// An order of ours that rested on `side` was filled, in whole or in part.
    mutating func filled(_ side: Side, at now: Timestamp) {
        let isOver = side == .buy ? bid.add(now) : ask.add(now)
        let count = side == .buy ? bid.count : ask.count
        if isOver {
            let allowed = Int64(Self.fillsMax)
            holds.hold(
                side,
                because: .fillRate(fills: allowed + 1, allowed: allowed),
                until: now + Self.pause
            )
        } else if count > Self.windowFillsMax {
            holds.hold(
                side,
                because: .windowFills(fills: count, allowed: Self.windowFillsMax),
                until: now + Self.pause
            )
        }
    }

    /// Why the side may not be quoted at `now`; `nil` when it may.
    func blocks(_ side: Side, at now: Timestamp) -> GuardTrigger? { holds.blocks(side, at: now) }
}
