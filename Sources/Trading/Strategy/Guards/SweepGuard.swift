/// Pulls both sides when takers sweep one side of the book (strategy 10). One for each market.
///
/// Two rules: takers took at least 60 % of what rested within three ticks of the touch in one
/// second, measured against the depth before the first of those trades; or the three best levels
/// of a side, as they stood at any time within the last second, are all gone.
struct SweepGuard: Sendable {
    static let window = Duration.seconds(1)
    /// Percent of the depth.
    static let depthPercent: Int64 = 60
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

    /// Others traded. A trade without a size counts for nothing here; the levels it took do.
    mutating func tradePrinted(_ takerSide: Side, size: Quantity?, at now: Timestamp) {
        guard let size else { return }
        let sweep: SweepSide.Sweep?
        switch takerSide {
        case .buy: sweep = asks.tradePrinted(size, now)
        case .sell: sweep = bids.tradePrinted(size, now)
        }
        guard let sweep else { return }
        holds.hold(
            nil,
            because: .sweep(taken: sweep.taken, depth: sweep.depth),
            until: now + Self.pause
        )
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
