internal import TestSupport
internal import Testing
internal import Trading

private let market = MarketID(index: 0)
private let noTime = Timestamp(nanoseconds: 0)

private func level(_ price: Int64, _ shares: Int64) -> PriceLevel {
    PriceLevel(price: Price(raw: price), size: Quantity(shares: shares))
}

private func change(_ side: Side, _ price: Int64, _ shares: Int64) -> LevelChange {
    LevelChange(market: market, side: side, level: level(price, shares), venueTime: noTime)
}

private func snapshot(
    _ bids: [PriceLevel],
    _ asks: [PriceLevel],
    tickSize: TickSize? = nil
) -> BookSnapshot {
    BookSnapshot(market: market, bids: bids, asks: asks, tickSize: tickSize, venueTime: noTime)
}

/// Every question of the book, answered by both, and the whole walk.
private func differences(_ book: OrderBook, _ naive: NaiveBook) -> String? {
    if book.tickSize != naive.tickSize { return "grid \(book.tickSize), not \(naive.tickSize)" }
    for side in Side.allCases {
        let expected = naive.levels(side)
        if book.levelCount(side) != expected.count { return "number of levels, \(side)" }
        var walked: [PriceLevel] = []
        var next = side == .buy ? book.bestBid : book.bestAsk
        while let found = next {
            walked.append(found)
            next = book.nextBest(after: found.price, on: side)
        }
        if walked != expected { return "walk, \(side)" }
        let top = book.top(side)
        if (0..<top.count).map({ top[$0] }) != Array(expected.prefix(3)) { return "top, \(side)" }
        for found in expected where book.size(at: found.price, on: side) != found.size {
            return "size at \(found.price.raw), \(side)"
        }
    }
    let bid = naive.levels(.buy).first
    let ask = naive.levels(.sell).first
    if book.bestBid != bid || book.bestAsk != ask { return "best" }
    if book.isEmpty != (bid == nil && ask == nil) { return "isEmpty" }
    if Int128(book.liquidity.raw) != naive.collateral / 10_000 { return "liquidity" }
    guard let bid, let ask else {
        return book.isCrossed || book.midpointDoubled != nil || book.spread != nil
            ? "one-sided" : nil
    }
    if book.isCrossed != (bid.price >= ask.price) { return "isCrossed" }
    if book.midpointDoubled != bid.price.raw + ask.price.raw { return "midpoint" }
    if book.spread != Price(checking: ask.price.raw - bid.price.raw) { return "spread" }
    return nil
}

@Suite struct OrderBookTests {
    @Test(
        "an empty book has no best, no middle, no spread and no liquidity",
        arguments: TickSize.allCases
    )
    func empty(tickSize: TickSize) {
        let book = OrderBook(tickSize: tickSize)
        #expect(book.isEmpty)
        #expect(differences(book, NaiveBook(tickSize: tickSize)) == nil)
        #expect(book.nextBest(after: .one, on: .buy) == nil)
        #expect(book.nextBest(after: .zero, on: .sell) == nil)
    }

    @Test("the book says what a hand-made snapshot says")
    func handMade() {
        var book = OrderBook(tickSize: .hundredth)
        book.replace(
            with: snapshot(
                [level(4_700, 30), level(4_900, 10), level(4_800, 20), level(100, 5)],
                [level(9_900, 7), level(5_100, 40), level(5_300, 50)]
            )
        )
        #expect(book.bestBid == level(4_900, 10))
        #expect(book.bestAsk == level(5_100, 40))
        #expect(book.midpointDoubled == 10_000)
        #expect(book.spread == Price(raw: 200))
        #expect(!book.isCrossed)
        #expect(book.top(.buy)[2] == level(4_700, 30))
        #expect(book.top(.sell)[2] == level(9_900, 7))
        #expect(book.levelCount(.buy) == 4)
        // 4.90 + 9.60 + 14.10 + 0.05 of bids, 19.60 + 23.50 + 0.07 of asks.
        #expect(book.liquidity == Money(raw: 71_820_000))
        #expect(book.size(at: Price(raw: 4_850), on: .buy) == .zero)
        #expect(book.nextBest(after: Price(raw: 4_850), on: .buy) == level(4_800, 20))
        #expect(book.nextBest(after: Price(raw: 5_150), on: .sell) == level(5_300, 50))
        #expect(book.nextBest(after: .one, on: .buy) == level(4_900, 10))
        #expect(book.nextBest(after: .zero, on: .sell) == level(5_100, 40))
    }

    @Test("a snapshot leaves nothing of the book before it, and the same one changes nothing")
    func replaced() {
        let first = snapshot([level(100, 1), level(5_000, 2)], [level(6_000, 3), level(9_900, 4)])
        let second = snapshot([level(4_000, 5)], [level(7_000, 6)])
        var book = OrderBook(tickSize: .hundredth)
        var naive = NaiveBook(tickSize: .hundredth)
        for next in [first, second, second, first, snapshot([], []), first] {
            book.replace(with: next)
            naive.replace(with: next)
            #expect(differences(book, naive) == nil)
        }
    }

    @Test("levels without size are left out, and of a price told twice the last counts")
    func oddSnapshots() {
        var book = OrderBook(tickSize: .hundredth)
        book.replace(
            with: snapshot(
                [
                    level(5_000, 0), level(4_900, 1), level(4_900, 2), level(4_800, 3),
                    level(4_800, 0),
                ],
                []
            )
        )
        #expect(book.levelCount(.buy) == 1)
        #expect(book.bestBid == level(4_900, 2))
        #expect(book.liquidity == Money(raw: 980_000))
    }

    @Test(
        "the prices at both ends of every grid, 0 and 1 dollar included, hold levels",
        arguments: TickSize.allCases
    )
    func edges(tickSize: TickSize) {
        var book = OrderBook(tickSize: tickSize)
        var naive = NaiveBook(tickSize: tickSize)
        for price in [0, tickSize.raw, 10_000 - tickSize.raw, 10_000] {
            for side in Side.allCases {
                for shares: Int64 in [7, 0, 9] {
                    book.apply(change(side, price, shares))
                    naive.apply(change(side, price, shares))
                    #expect(differences(book, naive) == nil)
                }
            }
        }
        #expect(book.isCrossed)
        #expect(book.spread == nil)
    }

    @Test("a price off the grid moves the book to the coarsest grid that holds all, levels kept")
    func refinement() {
        // From, a price, and where it leads.
        let cases: [(TickSize, Int64, TickSize)] = [
            (.tenth, 1_100, .hundredth), (.tenth, 1_050, .halfHundredth),
            (.hundredth, 9_750, .halfHundredth), (.hundredth, 9_725, .quarterHundredth),
            (.hundredth, 9_610, .thousandth), (.hundredth, 9_999, .tenThousandth),
            (.halfHundredth, 25, .quarterHundredth), (.halfHundredth, 10, .thousandth),
            (.quarterHundredth, 10, .tenThousandth), (.thousandth, 1, .tenThousandth),
            (.thousandth, 25, .tenThousandth),
        ]
        for (from, price, to) in cases {
            for side in Side.allCases {
                var book = OrderBook(tickSize: from)
                var naive = NaiveBook(tickSize: from)
                for kept in [0, from.raw, 5_000, 10_000 - from.raw, 10_000] {
                    book.apply(change(side, kept, kept + 1))
                    naive.apply(change(side, kept, kept + 1))
                }
                book.apply(change(side, price, 0))
                #expect(book.tickSize == from, "removing what cannot be there changes nothing")
                book.apply(change(side, price, 3))
                naive.apply(change(side, price, 3))
                #expect(book.tickSize == to, "from \(from) by \(price)")
                #expect(differences(book, naive) == nil, "from \(from) by \(price)")
            }
        }
    }

    @Test("a snapshot's own grid is taken, coarser or finer, and refined by its prices")
    func snapshotGrid() {
        var book = OrderBook(tickSize: .thousandth)
        book.replace(with: snapshot([level(5_010, 1)], [], tickSize: nil))
        #expect(book.tickSize == .thousandth)
        book.replace(with: snapshot([level(5_000, 1)], [], tickSize: .hundredth))
        #expect(book.tickSize == .hundredth)
        book.replace(with: snapshot([level(5_000, 1), level(5_010, 2)], [], tickSize: .hundredth))
        #expect(book.tickSize == .thousandth)
        #expect(book.levelCount(.buy) == 2)
        book.reset(tickSize: .tenth)
        #expect(book.isEmpty && book.tickSize == .tenth && book.liquidity == .zero)
    }

    @Test("the largest sizes that are let in are summed without overflow")
    func largest() {
        var book = OrderBook(tickSize: .hundredth)
        let huge = PriceLevel(price: .one, size: OrderBook.levelSizeMax)
        for side in Side.allCases {
            book.apply(LevelChange(market: market, side: side, level: huge, venueTime: noTime))
        }
        #expect(book.liquidity == Money(dollars: 1_000_000_000_000))
        for price in stride(from: Int64(5_000), to: 10_000, by: 100) {
            let level = PriceLevel(price: Price(raw: price), size: OrderBook.levelSizeMax)
            book.apply(LevelChange(market: market, side: .buy, level: level, venueTime: noTime))
        }
        #expect(book.liquidity == Money(raw: .max))
        book.reset(tickSize: .hundredth)
        book.apply(change(.sell, 1, 1))
        #expect(book.liquidity == Money(raw: 999_900), "0.9999 on a grid refined to it")
    }

    @Test("random updates, snapshots and grids leave the book as the naive one", arguments: 0..<24)
    func oracle(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let grids = TickSize.allCases
        let start = grids[Int(seed) % grids.count]
        var book = OrderBook(tickSize: start)
        var naive = NaiveBook(tickSize: start)
        for step in 0..<1_500 {
            let grid = book.tickSize
            // Sizes finer than two decimals too: they must be summed exactly.
            func randomLevel(zeroes: Bool) -> PriceLevel {
                let finer = Int.random(in: 0..<400, using: &random) == 0
                let unit = finer ? grids[Int.random(in: 0..<6, using: &random)].raw : grid.raw
                let price = Int64.random(in: 0...(10_000 / unit), using: &random) * unit
                let empty = zeroes && Int.random(in: 0..<3, using: &random) == 0
                let size = empty ? 0 : Int64.random(in: 1...90_000_000_000, using: &random)
                return PriceLevel(price: Price(raw: price), size: Quantity(raw: size))
            }
            switch Int.random(in: 0..<100, using: &random) {
            case 0:
                let told = Bool.random(using: &random) ? grids.randomElement(using: &random) : nil
                let count = Int.random(in: 0...60, using: &random)
                let next = snapshot(
                    (0..<count).map { _ in randomLevel(zeroes: true) },
                    (0..<count).map { _ in randomLevel(zeroes: true) },
                    tickSize: told
                )
                book.replace(with: next)
                naive.replace(with: next)
            case 1 where Bool.random(using: &random):
                let next = grids[Int.random(in: 0..<6, using: &random)]
                book.reset(tickSize: next)
                naive.reset(tickSize: next)
            default:
                // Mostly levels that exist, so that many are changed and removed.
                var next = randomLevel(zeroes: true)
                let side = Bool.random(using: &random) ? Side.buy : .sell
                if Bool.random(using: &random),
                    let known = naive.levels(side).randomElement(using: &random)
                {
                    next.price = known.price
                }
                let event = LevelChange(market: market, side: side, level: next, venueTime: noTime)
                book.apply(event)
                naive.apply(event)
            }
            if let difference = differences(book, naive) {
                Issue.record("seed \(seed), step \(step): \(difference)")
                return
            }
        }
    }
}
