/// Pulls both sides when takers sweep one side of the book (strategy 10). One for each market.
///
/// Two rules, each about one second and one side: takers took at least 60 % of what rested within
/// three ticks of the touch, measured against the depth before the first of those trades; or the
/// three best levels, as they stood at any time in it, are all gone and takers took at least 20 %
/// of that depth. Without takers it is no sweep: makers who follow the reference leave three ticks
/// behind in many an ordinary second, and the reference jump guard is about those.
struct SweepGuard: Sendable {
    static let window = Duration.seconds(1)
    /// Percent of the depth.
    static let depthPercent: Int64 = 60
    /// Percent of the depth that takers must have taken for vanished levels to be a sweep.
    static let levelsPercent: Int64 = 20
    /// Prices up to this many ticks from the best one count as depth.
    static let depthTicks: Int64 = 3
    static let levelsGone = 3
    static let pause = Duration.seconds(2)

    private var bids = SweepSide()
    private var asks = SweepSide()
    private(set) var holds = GuardHolds()

    /// The book is as `book` says now.
    mutating func bookChanged(_ book: borrowing OrderBook, at now: Timestamp) {
        let areBidsGone = bids.bookChanged(book, .buy, now)
        let areAsksGone = asks.bookChanged(book, .sell, now)
        guard areBidsGone || areAsksGone else { return }
        holds.hold(nil, because: .levelsGone, until: now + Self.pause)
    }

    /// Others traded. How much a trade without a size took is unknown; the levels tell.
    mutating func tradePrinted(_ takerSide: Side, size: Quantity?, at now: Timestamp) {
        let sweep: SweepSide.Sweep?
        switch takerSide {
        case .buy: sweep = asks.tradePrinted(size, now)
        case .sell: sweep = bids.tradePrinted(size, now)
        }
        let trigger: GuardTrigger
        switch sweep {
        case .none: return
        case .volume(let taken, let depth): trigger = .sweep(taken: taken, depth: depth)
        case .levels: trigger = .levelsGone
        }
        holds.hold(nil, because: trigger, until: now + Self.pause)
    }

    /// The book was voided (another tick size, a lost feed): what is missing has not been taken.
    /// A hold that lasts stays.
    mutating func bookLost() {
        bids = SweepSide()
        asks = SweepSide()
    }

    /// Why the side may not be quoted at `now`; `nil` when it may.
    func blocks(_ side: Side, at now: Timestamp) -> GuardTrigger? { holds.blocks(side, at: now) }
}
