internal import TestSupport
internal import Testing

@testable internal import Trading

@Suite("The sweep guard") struct SweepGuardTests {
    private static let market = MarketID(index: 1)

    private static func at(_ ms: Int64) -> Timestamp { Timestamp(milliseconds: 1_000_000 + ms) }

    /// (price in hundredths, shares)
    private static func book(
        bids: [(Int64, Int64)],
        asks: [(Int64, Int64)],
        tickSize: TickSize = .hundredth
    ) -> OrderBook {
        func levels(_ pairs: [(Int64, Int64)]) -> [PriceLevel] {
            pairs.map { PriceLevel(price: Price(raw: $0.0 * 100), size: Quantity(shares: $0.1)) }
        }
        var book = OrderBook(tickSize: tickSize)
        book.replace(
            with: BookSnapshot(
                market: market,
                bids: levels(bids),
                asks: levels(asks),
                tickSize: tickSize,
                venueTime: at(0)
            )
        )
        return book
    }

    /// 100 shares within three ticks of the touch on both sides, more behind.
    private static let deep = book(
        bids: [(50, 10), (49, 20), (48, 30), (47, 40), (46, 500)],
        asks: [(51, 10), (52, 20), (53, 30), (54, 40), (55, 500)]
    )

    private static func settled(_ book: OrderBook = deep) -> SweepGuard {
        var sweep = SweepGuard()
        sweep.bookChanged(book, at: at(0))
        return sweep
    }

    @Test("60 % of the near depth within a second pulls both sides for two, a share less does not")
    func volume() {
        for side in Side.allCases {
            for (last, triggers) in [(Int64(29), false), (30, true)] {
                var sweep = Self.settled()
                sweep.tradePrinted(side, size: Quantity(shares: 30), at: Self.at(5_000))
                sweep.tradePrinted(side, size: Quantity(shares: last), at: Self.at(5_999))
                for held in Side.allCases {
                    #expect((sweep.blocks(held, at: Self.at(7_998)) != nil) == triggers)
                    #expect(sweep.blocks(held, at: Self.at(7_999)) == nil)
                }
                guard triggers else { continue }
                let expected = GuardTrigger.sweep(
                    taken: Quantity(shares: 60),
                    depth: Quantity(shares: 100)
                )
                #expect(sweep.blocks(.buy, at: Self.at(5_999)) == expected)
            }
        }
    }

    @Test("a trade of a second ago, one on the other side, and one without a size do not count")
    func notCounted() {
        var sweep = Self.settled()
        sweep.tradePrinted(.buy, size: Quantity(shares: 59), at: Self.at(5_000))
        sweep.tradePrinted(.sell, size: Quantity(shares: 59), at: Self.at(5_500))
        sweep.tradePrinted(.buy, size: nil, at: Self.at(5_999))
        sweep.tradePrinted(.buy, size: Quantity(shares: 59), at: Self.at(6_000))
        #expect(sweep.holds.triggers == 0)
    }

    @Test(
        "makers who step back by any number of levels are no sweep, whoever trades on the other side"
    )
    func makersAlone() {
        var sweep = Self.settled()
        for step in Int64(1)...40 {
            let best = 50 - step
            let book = Self.book(
                bids: (0..<4).map { (best - $0, 30) }.filter { $0.0 > 0 },
                asks: (1..<5).map { (best + $0, 30) }
            )
            sweep.tradePrinted(.buy, size: Quantity(shares: 2), at: Self.at(1_000 + step * 50))
            sweep.bookChanged(book, at: Self.at(1_000 + step * 50))
        }
        #expect(sweep.holds.triggers == 0)
    }

    @Test("levels that vanish are a sweep once takers took a fifth of the depth, in either order")
    func takersStart() {
        let after = Self.book(bids: [(47, 40), (43, 500)], asks: [(51, 10), (52, 20), (53, 30)])
        for (shares, triggers) in [(Int64(19), false), (20, true)] {
            for bookFirst in [false, true] {
                var sweep = Self.settled()
                if bookFirst { sweep.bookChanged(after, at: Self.at(3_000)) }
                sweep.tradePrinted(.sell, size: Quantity(shares: shares), at: Self.at(3_050))
                if !bookFirst { sweep.bookChanged(after, at: Self.at(3_100)) }
                for side in Side.allCases {
                    let trigger = sweep.blocks(side, at: Self.at(3_100))
                    #expect(trigger == (triggers ? .levelsGone : nil), "\(shares), \(bookFirst)")
                }
            }
        }
    }

    @Test("levels and takers more than a second apart are no sweep")
    func apart() {
        let after = Self.book(bids: [(47, 40), (43, 500)], asks: [(51, 10), (52, 20), (53, 30)])
        for (gapMs, triggers) in [(Int64(999), true), (1_000, false)] {
            var trade = Self.settled()
            trade.tradePrinted(.sell, size: Quantity(shares: 50), at: Self.at(3_000))
            trade.bookChanged(after, at: Self.at(3_000 + gapMs))
            #expect((trade.holds.triggers == 1) == triggers, "trade first, \(gapMs)")
            var book = Self.settled()
            book.bookChanged(after, at: Self.at(3_000))
            book.tradePrinted(.sell, size: nil, at: Self.at(3_000 + gapMs))
            #expect((book.holds.triggers == 1) == triggers, "book first, \(gapMs)")
        }
    }

    @Test("the depth is that before the sweep, whether the book or the print comes first")
    func order() {
        let after = Self.book(
            bids: [(50, 10), (49, 20), (48, 30), (47, 40)],
            asks: [(53, 11), (54, 40), (55, 5), (56, 3)]
        )
        for (skewMs, triggers) in [(Int64(-50), false), (0, false), (99, false), (100, true)] {
            var sweep = Self.settled()
            let bookFirst = skewMs > 0
            if bookFirst { sweep.bookChanged(after, at: Self.at(5_000)) }
            sweep.tradePrinted(
                .buy,
                size: Quantity(shares: 49),
                at: Self.at(5_000 + max(skewMs, 0))
            )
            if !bookFirst { sweep.bookChanged(after, at: Self.at(5_000 - skewMs)) }
            #expect((sweep.holds.triggers > 0) == triggers, "skew \(skewMs)")
        }
    }

    @Test("three levels gone within a second pull both sides, two do not, nor three in longer")
    func levels() {
        struct Case {
            var bids: [(Int64, Int64)]
            var afterMs: Int64
            var triggers: Bool
        }
        let cases = [
            Case(bids: [(48, 30), (47, 40)], afterMs: 100, triggers: false),
            Case(bids: [(47, 40), (46, 500)], afterMs: 100, triggers: true),
            Case(bids: [], afterMs: 100, triggers: true),
        ]
        for example in cases {
            for isBid in [true, false] {
                var sweep = Self.settled()
                let mirrored = example.bids.map { (101 - $0.0, $0.1) }
                let after = Self.book(
                    bids: isBid ? example.bids : [(50, 10), (49, 20), (48, 30)],
                    asks: isBid ? [(51, 10), (52, 20), (53, 30)] : mirrored
                )
                // How much is unknown.
                sweep.tradePrinted(isBid ? .sell : .buy, size: nil, at: Self.at(50))
                sweep.bookChanged(after, at: Self.at(example.afterMs))
                let end = example.afterMs + 2_000
                for side in Side.allCases {
                    let isHeld = sweep.blocks(side, at: Self.at(end - 1)) != nil
                    #expect(isHeld == example.triggers)
                    #expect(sweep.blocks(side, at: Self.at(end)) == nil)
                }
            }
        }
    }

    @Test("levels that went one at a time count while the first stood within the last second")
    func slowLevels() {
        for (stepMs, triggers) in [(Int64(400), true), (500, false)] {
            var sweep = Self.settled()
            var book = Self.deep
            sweep.tradePrinted(.sell, size: Quantity(shares: 20), at: Self.at(3_000))
            for (step, price) in [Int64(50), 49, 48].enumerated() {
                book.apply(
                    LevelChange(
                        market: Self.market,
                        side: .buy,
                        level: PriceLevel(price: Price(raw: price * 100), size: .zero),
                        venueTime: Self.at(0)
                    )
                )
                sweep.bookChanged(book, at: Self.at(3_000 + Int64(step) * stepMs))
            }
            #expect((sweep.holds.triggers == 1) == triggers, "step \(stepMs)")
        }
    }

    @Test("a book that was voided has not been swept")
    func voided() {
        var sweep = Self.settled()
        sweep.bookLost()
        sweep.bookChanged(OrderBook(tickSize: .hundredth), at: Self.at(10))
        sweep.tradePrinted(.buy, size: Quantity(shares: 1_000), at: Self.at(10))
        #expect(sweep.holds.triggers == 0)
    }

    @Test("more trades than are remembered are still all counted")
    func capacity() {
        var sweep = Self.settled(
            Self.book(bids: [(50, 100_000)], asks: [(51, 1_000)])
        )
        for trade in Int64(1)...600 {
            sweep.tradePrinted(.buy, size: Quantity(shares: 1), at: Self.at(5_000 + trade))
            #expect((sweep.holds.triggers == 1) == (trade == 600))
        }
    }

    @Test("sizes as large as can be do not overflow")
    func huge() {
        let size = OrderBook.levelSizeMax
        var book = OrderBook(tickSize: .hundredth)
        for price in Int64(1)...4 {
            book.apply(
                LevelChange(
                    market: Self.market,
                    side: .sell,
                    level: PriceLevel(price: Price(raw: price * 100), size: size),
                    venueTime: Self.at(0)
                )
            )
        }
        var sweep = Self.settled(book)
        for trade in Int64(0)..<100 {
            sweep.tradePrinted(
                .buy,
                size: Quantity(raw: .max),
                at: Self.at(1_000 + trade)
            )
        }
        #expect(sweep.blocks(.buy, at: Self.at(1_100)) == nil)
    }
}
