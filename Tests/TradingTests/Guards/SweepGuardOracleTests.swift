internal import TestSupport
internal import Testing

@testable internal import Trading

/// Remembers everything and applies the rules as they are written.
private struct SweepOracle {
    var trades: [(ms: Int64, size: Int64, before: Int64)] = []
    var unsized: [Int64] = []
    /// Third best rank, from when to when it stood.
    var thirds: [(rank: Int64, until: Int64)] = []
    var third: Int64?
    var best: Int64 = -1
    var depths: [(ms: Int64, depth: Int64)] = [(-1_000, 0)]
    var burst: (ms: Int64, before: Int64) = (-1_000, 0)

    /// (rank, size), best first.
    mutating func bookChanged(_ levels: [(Int64, Int64)], tick: Int64, _ ms: Int64) -> Bool {
        best = levels.first?.0 ?? -1
        let depth = levels.filter { best - $0.0 <= 3 * tick }.reduce(0) { $0 + $1.1 }
        if depth != depths[depths.count - 1].depth {
            if ms - burst.ms >= 100 { burst = (ms, depths[depths.count - 1].depth) }
            depths.append((ms, depth))
        }
        let next = levels.count >= 3 ? levels[2].0 : nil
        if let third, third != next { thirds.append((third, ms)) }
        third = next
        return areLevelsTaken(ms)
    }

    mutating func areLevelsTaken(_ ms: Int64) -> Bool {
        let recent = trades.filter { ms - $0.ms < 1_000 }
        let taken = recent.reduce(0) { $0 + $1.size }
        let before = recent.first?.before ?? 0
        let areTakersAtWork =
            unsized.contains { ms - $0 < 1_000 } || (before > 0 && taken * 5 >= before)
        let isGone = thirds.contains { ms - $0.until < 1_000 && best < $0.rank }
        if isGone && areTakersAtWork { thirds = [] }
        return isGone && areTakersAtWork
    }

    /// - Parameter size: `nil` is unknown.
    mutating func traded(_ size: Int64?, _ ms: Int64) -> Bool {
        guard let size else {
            unsized.append(ms)
            return areLevelsTaken(ms)
        }
        trades.removeAll { ms - $0.ms >= 1_000 }
        let standing = depths[depths.count - 1].depth
        trades.append((ms, size, ms - burst.ms < 100 ? max(burst.before, standing) : standing))
        let taken = trades.reduce(0) { $0 + $1.size }
        let before = trades[0].before
        guard before > 0 && taken * 10 >= before * 6 else { return areLevelsTaken(ms) }
        trades = []
        return true
    }
}

@Suite("The sweep guard against an oracle") struct SweepGuardOracleTests {
    @Test("random books and trades trigger when and only when the rules say so")
    func random() {
        var triggers: Int64 = 0
        for seed in UInt64(1)...200 {
            guard let count = check(seed) else { return }
            triggers += count
        }
        #expect(triggers > 1_000)
    }

    /// How often the guard triggered; `nil` once it disagreed.
    private func check(_ seed: UInt64) -> Int64? {
        var random = SplitMix64(seed: seed)
        var sweep = SweepGuard()
        var oracles = [SweepOracle(), SweepOracle()]
        var book = OrderBook(tickSize: .hundredth)
        var triggers: Int64 = 0
        var ms: Int64 = 0
        for step in 0..<500 {
            // Few enough in any second that no trade is merged.
            ms += Int64.random(in: 40...200, using: &random)
            let now = Timestamp(milliseconds: ms)
            if Int.random(in: 0..<3, using: &random) == 0 {
                let side = Side.allCases.randomElement(using: &random) ?? .buy
                let shares = Int64.random(in: 1...40, using: &random)
                let isSized = Int.random(in: 0..<8, using: &random) > 0
                sweep.tradePrinted(
                    side,
                    size: isSized ? Quantity(shares: shares) : nil,
                    at: now
                )
                let isSweep = oracles[side == .buy ? 1 : 0].traded(isSized ? shares : nil, ms)
                if isSweep { triggers += 1 }
            } else {
                let isBid = Bool.random(using: &random)
                let price = Int64.random(in: isBid ? 44...50 : 51...57, using: &random)
                let isRemoval = Int.random(in: 0..<5, using: &random) < 2
                let shares = isRemoval ? 0 : Int64.random(in: 1...60, using: &random)
                let level = PriceLevel(
                    price: Price(raw: price * 100),
                    size: Quantity(shares: shares)
                )
                book.apply(
                    LevelChange(
                        market: MarketID(index: 1),
                        side: isBid ? .buy : .sell,
                        level: level,
                        venueTime: now
                    )
                )
                sweep.bookChanged(book, at: now)
                let areBidsGone = oracles[0].bookChanged(ranks(book, .buy), tick: 100, ms)
                let areAsksGone = oracles[1].bookChanged(ranks(book, .sell), tick: 100, ms)
                if areBidsGone || areAsksGone { triggers += 1 }
            }
            #expect(sweep.holds.triggers == triggers, "seed \(seed), step \(step)")
            guard sweep.holds.triggers == triggers else { return nil }
        }
        return triggers
    }

    private func ranks(_ book: OrderBook, _ side: Side) -> [(Int64, Int64)] {
        var levels: [(Int64, Int64)] = []
        var level = side == .buy ? book.bestBid : book.bestAsk
        while let found = level {
            let rank = side == .buy ? found.price.raw : found.price.complement.raw
            levels.append((rank, found.size.raw / 1_000_000))
            level = book.nextBest(after: found.price, on: side)
        }
        return levels
    }
}
