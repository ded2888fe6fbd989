internal import Testing
internal import Trading

/// When a resting order is filled, one rule a test.
@Suite struct PaperFillTests {
    /// 100 shares bid at 49, 100 offered at 51, and our order on its way since 0: it is accepted at
    /// 10, which the first answer says.
    private func bench(_ side: Side = .buy, _ outcome: Outcome = .yes, at price: Int64 = 49)
        -> PaperBench
    {
        var bench = PaperBench()
        bench.book(bids: [(49, 100), (48, 200)], asks: [(51, 100), (52, 200)], at: 0)
        bench.submit(side, price, 10, of: outcome, at: 0)
        let answers = bench.answers(upTo: 11)
        #expect(answers == ["11 accepted 1"])
        return bench
    }

    @Test("a print at our price serves the queue first, then us, in parts")
    func atPrice() {
        var bench = bench()
        bench.print(.sell, 49, 60, at: 20)
        bench.print(.sell, 49, 39, at: 21)
        #expect(bench.answers(upTo: 30) == [])
        bench.print(.sell, 49, 4, at: 40)
        bench.print(.sell, 49, 100, at: 41)
        #expect(
            bench.answers(upTo: 50) == ["41 filled 1: 3 at 49", "42 filled 1: 7 at 49, complete"]
        )
        #expect(bench.venue.openOrderCount == 0)
    }

    @Test("an order alone at its price is first in the queue")
    func emptyLevel() {
        var bench = bench(at: 50)
        bench.print(.sell, 50, 6, at: 20)
        #expect(bench.answers(upTo: 30) == ["21 filled 1: 6 at 50"])
    }

    @Test("a print on the other side, or short of our price, fills nothing")
    func others() {
        var bench = bench(at: 48)
        bench.print(.buy, 48, 1_000, at: 20)
        bench.print(.sell, 49, 1_000, at: 21)
        bench.print(.buy, 51, 1_000, at: 22)
        #expect(bench.answers(upTo: 30) == [])
    }

    @Test("a print through our price passes the queue and fills up to its size, at our price")
    func through() {
        var bench = bench()
        bench.print(.sell, 48, 4, at: 20)
        #expect(bench.answers(upTo: 30) == ["21 filled 1: 4 at 49"])
        bench.print(.sell, 49, 2, at: 40)
        #expect(bench.answers(upTo: 50) == ["41 filled 1: 2 at 49"], "the queue is gone for good")
        bench.print(.sell, 47, 1_000, at: 60)
        #expect(bench.answers(upTo: 70) == ["61 filled 1: 4 at 49, complete"])
    }

    @Test("a print without size counts only when it went through our price")
    func withoutSize() {
        var bench = bench()
        bench.print(.sell, 49, nil, at: 20)
        #expect(bench.answers(upTo: 30) == [])
        bench.print(.sell, 48, nil, at: 40)
        #expect(bench.answers(upTo: 50) == ["41 filled 1: 10 at 49, complete"])
    }

    @Test("an offer is filled as a bid is: by buyers, at or through its price")
    func offers() {
        for outcome in Outcome.allCases {
            // An offer of YES at 51 is a BUY of NO at 49.
            let side = outcome == .yes ? Side.sell : .buy
            let price: Int64 = outcome == .yes ? 51 : 49
            var bench = bench(side, outcome, at: price)
            bench.print(.sell, 51, 1_000, at: 20)
            bench.print(.buy, 50, 1_000, at: 21)
            bench.print(.buy, 51, 103, at: 22)
            bench.print(.buy, 52, 5, at: 23)
            bench.level(.buy, 51, 2, at: 24)
            #expect(
                bench.answers(upTo: 30) == [
                    "23 filled 1: 3 at \(price)", "24 filled 1: 5 at \(price)",
                    "25 filled 1: 2 at \(price), complete",
                ]
            )
        }
    }

    @Test("a fill says whose it is, costs no fee and has a number of its own")
    func fillFields() {
        var bench = bench(.buy, .no, at: 49)
        bench.print(.buy, 52, 4, at: 20)
        bench.print(.buy, 52, 6, at: 20)
        let time = Timestamp(milliseconds: 21)
        for (trade, size) in [(UInt64(1), Int64(4)), (2, 6)] {
            let answer = bench.venue.next(upTo: time)
            let fill = Fill(
                tradeID: trade,
                orderID: OrderID(number: 1),
                market: PaperBench.market,
                outcome: .no,
                side: .buy,
                price: Price(raw: 4_900),
                size: Quantity(shares: size),
                fee: .zero,
                isComplete: size == 6
            )
            #expect(answer?.time == time)
            #expect(answer?.event == .orderFilled(fill))
        }
    }

    @Test("the queue never grows, and is never longer than what is displayed")
    func queueCap() {
        var bench = bench()
        bench.level(.buy, 49, 500, at: 20)
        bench.level(.buy, 49, 30, at: 300)
        bench.level(.buy, 49, 400, at: 301)
        // Long after the shrink, so that it was no trade: 30 ahead of us.
        bench.print(.sell, 49, 31, at: 700)
        #expect(bench.answers(upTo: 800) == ["701 filled 1: 1 at 49"])
    }

    @Test("a trade that the book shows before its print counts once")
    func bookBeforePrint() {
        var bench = bench()
        bench.level(.buy, 49, 40, at: 20)
        bench.print(.sell, 49, 60, at: 41)
        #expect(bench.answers(upTo: 50) == [])
        bench.print(.sell, 49, 45, at: 60)
        #expect(bench.answers(upTo: 70) == ["61 filled 1: 5 at 49"], "40 were left ahead of us")
    }

    @Test("a trade that is printed before the book shows it counts once")
    func printBeforeBook() {
        var bench = bench()
        bench.print(.sell, 49, 60, at: 20)
        bench.level(.buy, 49, 40, at: 21)
        bench.print(.sell, 49, 41, at: 30)
        #expect(bench.answers(upTo: 70) == ["31 filled 1: 1 at 49"])
    }

    @Test("what left the display long before a print was cancelled, not traded")
    func oldShrink() {
        var bench = bench()
        bench.level(.buy, 49, 40, at: 20)
        bench.print(.sell, 49, 60, at: 221)
        #expect(bench.answers(upTo: 300) == ["222 filled 1: 10 at 49, complete"])
    }

    @Test("a print that the venue stamped before our order came is not about it")
    func latePrint() {
        var bench = PaperBench()
        bench.book(bids: [(49, 100)], asks: [(51, 100)], at: 0)
        bench.submit(.buy, 49, 10, at: 0)
        bench.book(bids: [(49, 100)], asks: [(51, 100)], stamp: 8, at: 9)
        bench.print(.sell, 40, 1_000, stamp: 7, at: 20)
        #expect(bench.answers(upTo: 50) == ["11 accepted 1"])
        bench.print(.sell, 40, 1_000, stamp: 8, at: 60)
        #expect(bench.answers(upTo: 70) == ["61 filled 1: 10 at 49, complete"])
    }

    @Test("an offer that appears at or below our bid fills us with what it displays, at our price")
    func crossing() {
        for ask: Int64 in [49, 47] {
            var bench = bench()
            bench.book(bids: [(46, 100)], asks: [(ask, 4), (51, 100)], at: 20)
            #expect(bench.answers(upTo: 30) == ["21 filled 1: 4 at 49"])
        }
    }

    @Test("a crossing size fills once however often it is displayed; what is added fills again")
    func crossingOnce() {
        var bench = bench()
        bench.book(bids: [(46, 100)], asks: [(49, 4)], at: 20)
        bench.book(bids: [(46, 90)], asks: [(49, 4)], at: 21)
        bench.level(.buy, 46, 80, at: 22)
        bench.level(.sell, 49, 2, at: 23)
        bench.level(.sell, 49, 3, at: 24)
        bench.level(.sell, 48, 2, at: 25)
        bench.level(.sell, 48, 0, at: 26)
        bench.level(.sell, 49, 0, at: 27)
        bench.level(.sell, 49, 50, at: 28)
        #expect(
            bench.answers(upTo: 40) == [
                "21 filled 1: 4 at 49", "25 filled 1: 1 at 49", "26 filled 1: 2 at 49",
                "29 filled 1: 3 at 49, complete",
            ]
        )
    }

    @Test("while bids are still displayed ahead of us the crossing size is theirs first")
    func crossingQueue() {
        var bench = bench()
        // The venue's messages about one trade come one by one: the book is crossed in between.
        bench.level(.sell, 49, 103, at: 20)
        #expect(bench.answers(upTo: 21) == ["21 filled 1: 3 at 49"])
        bench.level(.buy, 49, 98, at: 22)
        bench.level(.buy, 49, 0, at: 23)
        #expect(
            bench.answers(upTo: 30) == ["23 filled 1: 2 at 49", "24 filled 1: 5 at 49, complete"]
        )
    }

    @Test("two orders of ours share one print: the better price, then the earlier, nothing twice")
    func sharedPrint() {
        var bench = bench()
        bench.level(.buy, 49, 120, at: 12)
        bench.submit(.buy, 49, 10, at: 12)
        bench.submit(.buy, 50, 10, at: 13)
        #expect(bench.answers(upTo: 24) == ["23 accepted 2", "24 accepted 3"])
        // 10 to order 3 above; at 49 a queue of 100, order 1, 20 more of others, order 2.
        bench.print(.sell, 49, 10 + 100 + 4, at: 30)
        #expect(
            bench.answers(upTo: 40) == ["31 filled 3: 10 at 50, complete", "31 filled 1: 4 at 49"]
        )
        bench.print(.sell, 49, 6 + 20 + 3, at: 50)
        #expect(
            bench.answers(upTo: 60) == ["51 filled 1: 6 at 49, complete", "51 filled 2: 3 at 49"]
        )
    }

    @Test("two orders of ours share one crossing size")
    func sharedCrossing() {
        var bench = bench(at: 50)
        bench.submit(.buy, 49, 10, at: 12)
        bench.submit(.buy, 50, 10, at: 13)
        #expect(bench.answers(upTo: 24).count == 2)
        bench.book(bids: [(46, 1)], asks: [(49, 13), (50, 4), (51, 9)], at: 25)
        #expect(
            bench.answers(upTo: 30) == ["26 filled 1: 10 at 50, complete", "26 filled 3: 7 at 50"]
        )
        bench.level(.sell, 49, 20, at: 40)
        #expect(
            bench.answers(upTo: 50) == ["41 filled 3: 3 at 50, complete", "41 filled 2: 4 at 49"]
        )
    }
}
