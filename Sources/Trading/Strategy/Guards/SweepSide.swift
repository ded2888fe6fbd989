/// One side of the book as `SweepGuard` sees it. Prices are kept as *ranks*, higher is better: the
/// raw price of a bid, the raw price of an ask's complement.
struct SweepSide: Sendable {
    /// Which of the guard's two rules a trade has fulfilled.
    enum Sweep: Equatable {
        /// Takers took `taken` of the `depth`.
        case volume(taken: Quantity, depth: Quantity)
        /// The three best levels are gone, and takers were at work.
        case levels
    }

    /// A book message may come before the print of the trade that it shows. Depth that went less
    /// than this long ago still counts as before the trade.
    static let messageSkew = Duration.milliseconds(100)
    /// Trades remembered; beyond, the two oldest become one at the later's time, so that volume is
    /// overestimated, never lost.
    static let tradesMax = 32
    /// Ranks remembered; beyond, the worst one's time is drawn out instead.
    static let ranksMax = 16

    private var depth = Quantity.zero
    /// The depth before the changes that began at `changedAt`.
    private var depthBefore = Quantity.zero
    private var changedAt = Timestamp(nanoseconds: 0)

    private var trades = [Trade](repeating: Trade(), count: tradesMax)
    private var firstTrade = 0
    private var tradeCount = 0
    /// Sum over the trades remembered.
    private var taken: Int64 = 0
    /// The last trade of unknown size.
    private var unsizedAt: Timestamp?

    /// The best level's rank; below every rank while the side is empty.
    private var best: Int64 = -1
    /// The third best level's rank; `nil` while there are fewer than three.
    private var third: Int64?
    /// Third ranks of before that are better than any later one, best and oldest first: a sliding
    /// maximum.
    private var ranks = [Rank](repeating: Rank(), count: ranksMax)
    private var firstRank = 0
    private var rankCount = 0

    private struct Trade {
        var time = Timestamp(nanoseconds: 0)
        var size: Int64 = 0
        var depthBefore = Quantity.zero
    }

    private struct Rank {
        var value: Int64 = 0
        var stoodUntil = Timestamp(nanoseconds: 0)
    }

    // MARK: Levels

    /// Returns whether the three best levels of the last second are gone, by takers.
    mutating func bookChanged(
        _ book: borrowing OrderBook,
        _ side: Side,
        _ now: Timestamp
    ) -> Bool {
        let near = Self.near(book, side)
        noteDepth(near.depth, now)
        if let third, third != near.third { push(third, now) }
        third = near.third
        best = near.best
        return findLevelsTaken(now)
    }

    private mutating func findLevelsTaken(_ now: Timestamp) -> Bool {
        while rankCount > 0, now - ranks[firstRank].stoodUntil >= SweepGuard.window {
            dropFirstRank()
        }
        guard rankCount > 0, best < ranks[firstRank].value, areTakersAtWork(now) else {
            return false
        }
        // Answered; the next sweep is measured from what is left.
        rankCount = 0
        return true
    }

    /// Whether takers took their part of the depth within the last second. A trade of unknown size
    /// may have.
    private mutating func areTakersAtWork(_ now: Timestamp) -> Bool {
        if let unsizedAt, now - unsizedAt < SweepGuard.window { return true }
        forgetTrades(now)
        guard tradeCount > 0 else { return false }
        return isTaken(SweepGuard.levelsPercent, of: trades[firstTrade].depthBefore)
    }

    private mutating func push(_ value: Int64, _ now: Timestamp) {
        while rankCount > 0, ranks[slot(rankCount - 1)].value <= value { rankCount -= 1 }
        if rankCount == Self.ranksMax {
            ranks[slot(rankCount - 1)].stoodUntil = now
            return
        }
        ranks[slot(rankCount)] = Rank(value: value, stoodUntil: now)
        rankCount += 1
    }

    private func slot(_ offset: Int) -> Int { (firstRank + offset) & (Self.ranksMax - 1) }

    private mutating func dropFirstRank() {
        firstRank = slot(1)
        rankCount -= 1
    }

    private static func rank(_ price: Price, _ side: Side) -> Int64 {
        side == .buy ? price.raw : price.complement.raw
    }

    // MARK: Volume

    /// Returns the rule that this trade fulfils, if it does. A size of `nil` is unknown.
    mutating func tradePrinted(_ size: Quantity?, _ now: Timestamp) -> Sweep? {
        guard let size else {
            unsizedAt = now
            return findLevelsTaken(now) ? .levels : nil
        }
        forgetTrades(now)
        if tradeCount == Self.tradesMax {
            let oldest = trades[firstTrade]
            dropFirstTrade()
            trades[firstTrade].size += oldest.size
            trades[firstTrade].depthBefore = oldest.depthBefore
        }
        // What is beyond any level's size adds nothing; the cap keeps the sum in range.
        let counted = min(size.raw, OrderBook.levelSizeMax.raw - taken)
        trades[(firstTrade + tradeCount) & (Self.tradesMax - 1)] = Trade(
            time: now,
            size: counted,
            depthBefore: standingDepth(now)
        )
        tradeCount += 1
        taken += counted
        let before = trades[firstTrade].depthBefore
        guard isTaken(SweepGuard.depthPercent, of: before) else {
            return findLevelsTaken(now) ? .levels : nil
        }
        let sweep = Sweep.volume(taken: Quantity(raw: taken), depth: before)
        taken = 0
        tradeCount = 0
        return sweep
    }

    private mutating func forgetTrades(_ now: Timestamp) {
        while tradeCount > 0, now - trades[firstTrade].time >= SweepGuard.window {
            taken -= trades[firstTrade].size
            dropFirstTrade()
        }
    }

    /// Whether the trades remembered took so many percent of the depth.
    private func isTaken(_ percent: Int64, of depth: Quantity) -> Bool {
        depth > .zero
            && taken.multipliedFullWidth(by: 100) >= depth.raw.multipliedFullWidth(by: percent)
    }

    private mutating func dropFirstTrade() {
        firstTrade = (firstTrade + 1) & (Self.tradesMax - 1)
        tradeCount -= 1
    }

    private mutating func noteDepth(_ new: Quantity, _ now: Timestamp) {
        guard new != depth else { return }
        if now - changedAt >= Self.messageSkew {
            depthBefore = depth
            changedAt = now
        }
        depth = new
    }

    private func standingDepth(_ now: Timestamp) -> Quantity {
        now - changedAt < Self.messageSkew ? max(depthBefore, depth) : depth
    }

    /// What the rules look at.
    private struct Near {
        /// Below every rank while the side is empty.
        var best: Int64 = -1
        var third: Int64?
        /// What rests within three ticks of the best price.
        var depth = Quantity.zero
    }

    private static func near(_ book: borrowing OrderBook, _ side: Side) -> Near {
        let reach = SweepGuard.depthTicks * book.tickSize.raw
        var near = Near()
        var count = 0
        var level = side == .buy ? book.bestBid : book.bestAsk
        while let found = level {
            let rank = rank(found.price, side)
            count += 1
            if count == 1 { near.best = rank }
            if count == 3 { near.third = rank }
            let distance = near.best - rank
            if distance <= reach { near.depth += found.size }
            if count >= 3 && distance >= reach { break }
            level = book.nextBest(after: found.price, on: side)
        }
        return near
    }
}
