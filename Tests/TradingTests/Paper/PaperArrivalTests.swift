internal import Testing

@testable internal import Trading

/// How messages travel, what is refused, and how orders end without a fill.
@Suite struct PaperArrivalTests {
    /// A market at 49 / 51.
    private func bench(_ adjust: (inout PaperVenue.Configuration) -> Void = { _ in }) -> PaperBench
    {
        var bench = PaperBench(adjust)
        bench.book(bids: [(49, 100), (48, 200)], asks: [(51, 100), (52, 200)], at: 0)
        return bench
    }

    @Test("an order arrives after its latency and the answer comes back after its own")
    func latency() {
        var bench = bench()
        bench.submit(.buy, 49, 10, at: 100)
        #expect(bench.venue.inFlightCount == 1)
        #expect(bench.venue.nextDue == Timestamp(milliseconds: 111))
        #expect(bench.answers(upTo: 110) == [])
        #expect(bench.venue.openOrderCount == 0, "the answer is not asked for before it is due")
        bench.observe(.timePassed, at: 110)
        #expect(bench.venue.openOrderCount == 1)
        #expect(bench.venue.inFlightCount == 0)
        #expect(bench.answers(upTo: 111) == ["111 accepted 1"])
        #expect(bench.venue.nextDue == Timestamp(milliseconds: 300_001), "the window's end")
    }

    @Test("jitter is drawn from the seed, within its bound")
    func jitter() {
        func arrivals(seed: UInt64) -> [Int64] {
            var bench = PaperBench(seed: seed) { $0.jitter = .milliseconds(5) }
            bench.book(bids: [(49, 100)], asks: [(51, 100)], at: 0)
            for index in 0..<40 { bench.submit(.buy, 49, 10, at: Int64(index) * 100) }
            var times: [Int64] = []
            while let (time, _) = bench.venue.next(upTo: Timestamp(milliseconds: 10_000)) {
                times.append(time.nanoseconds - Int64(times.count) * 100_000_000)
            }
            return times
        }
        let times = arrivals(seed: 7)
        #expect(times == arrivals(seed: 7))
        #expect(times != arrivals(seed: 8))
        #expect(times.count == 40)
        #expect(times.allSatisfy { $0 >= 11_000_000 && $0 <= 16_000_000 })
        #expect(Set(times).count > 30)
    }

    @Test("what the venue refuses, and why")
    func rejections() {
        // Side, outcome, price, shares, answer.
        let cases: [(Side, Outcome, Int64, Int64, String)] = [
            (.buy, .yes, 50, 5, "accepted 1"),
            (.buy, .yes, 50, 4, "rejected 1: sizeTooSmall"),
            (.buy, .yes, 51, 10, "rejected 1: wouldCross"),
            (.buy, .yes, 60, 10, "rejected 1: wouldCross"),
            (.sell, .yes, 50, 10, "accepted 1"),
            (.sell, .yes, 49, 10, "rejected 1: wouldCross"),
            // A BUY of NO at 1 - a is an offer of YES at a.
            (.buy, .no, 50, 10, "accepted 1"),
            (.buy, .no, 51, 10, "rejected 1: wouldCross"),
            (.sell, .no, 50, 10, "accepted 1"),
            (.sell, .no, 49, 10, "rejected 1: wouldCross"),
            (.buy, .yes, 0, 10, "rejected 1: offTick"),
            (.sell, .yes, 100, 10, "rejected 1: offTick"),
            (.buy, .yes, 1, 10, "accepted 1"),
            (.sell, .yes, 99, 10, "accepted 1"),
        ]
        for (side, outcome, price, shares, answer) in cases {
            var bench = bench()
            bench.submit(side, price, shares, of: outcome, at: 0)
            #expect(bench.answers(upTo: 11) == ["11 \(answer)"], "\(side) \(outcome) \(price)")
        }
    }

    @Test("the book on arrival decides whether an order would cross, not the one on sending")
    func bookOnArrival() {
        var bench = bench()
        bench.submit(.buy, 50, 10, at: 0)
        bench.level(.sell, 50, 20, at: 9)
        #expect(bench.answers(upTo: 11) == ["11 rejected 1: wouldCross"])
        bench.submit(.buy, 50, 10, at: 20)
        bench.level(.sell, 50, 0, at: 29)
        #expect(bench.answers(upTo: 40) == ["31 accepted 2"])
    }

    @Test("an order that would take from one of ours is refused like any other")
    func ownCross() {
        var bench = bench()
        bench.submit(.sell, 50, 10, at: 0)
        bench.submit(.buy, 50, 10, at: 1)
        bench.submit(.sell, 50, 10, of: .no, at: 2)
        #expect(
            bench.answers(upTo: 20)
                == ["11 accepted 1", "12 rejected 2: wouldCross", "13 rejected 3: wouldCross"]
        )
    }

    @Test("the grid is the one on which the book lies on arrival")
    func grid() {
        var bench = bench()
        func fine(_ number: UInt64) -> Order {
            Order(
                id: OrderID(number: number),
                market: PaperBench.market,
                outcome: .yes,
                side: .buy,
                price: Price(raw: 4_850),
                size: Quantity(shares: 5)
            )
        }
        bench.venue.submitUnchecked(fine(101), at: Timestamp(milliseconds: 0))
        #expect(bench.answers(upTo: 20) == ["11 rejected 101: offTick"])
        bench.book(bids: [(49, 1)], asks: [(51, 1)], tickSize: .thousandth, at: 20)
        bench.venue.submitUnchecked(fine(102), at: Timestamp(milliseconds: 20))
        #expect(bench.answers(upTo: 40) == ["31 accepted 102"])
    }

    @Test("an order for a market that is unknown, over or resolved is refused")
    func closedMarkets() {
        var bench = bench()
        bench.submit(.buy, 40, 10, market: MarketID(index: 9), at: 0)
        // Arrives at the very instant at which the window ends.
        bench.submit(.buy, 40, 10, at: 299_990)
        bench.observe(.marketResolved(PaperBench.market, winner: .yes), at: 300_100)
        #expect(
            bench.answers(upTo: 300_100)
                == ["11 rejected 1: marketClosed", "300001 rejected 2: marketClosed"]
        )
        bench.list(MarketID(index: 4), windowEnd: Timestamp(seconds: 600), at: 300_100)
        bench.submit(.buy, 40, 10, market: MarketID(index: 4), at: 300_100)
        #expect(bench.answers(upTo: 300_200) == ["300111 accepted 3"])
        bench.submit(.buy, 40, 10, market: MarketID(index: 4), at: 300_300)
        bench.observe(.marketResolved(MarketID(index: 4), winner: .no), at: 300_305)
        #expect(
            bench.answers(upTo: 300_400)
                == ["300306 cancelled 3: marketClosed", "300311 rejected 4: marketClosed"]
        )
    }

    @Test("one order more than may be open is refused, and there is room again after a cancel")
    func capacity() {
        var bench = bench { $0.ordersOpenMax = 2 }
        bench.submit(.buy, 40, 10, at: 0)
        bench.submit(.buy, 41, 10, at: 5)
        bench.submit(.buy, 42, 10, at: 11)
        bench.cancel(1, at: 12)
        bench.submit(.buy, 43, 10, at: 22)
        #expect(
            bench.answers(upTo: 50) == [
                "11 accepted 1", "12 rejected 3: rateLimited", "16 accepted 2",
                "23 cancelled 1: requested", "33 accepted 4",
            ]
        )
    }

    @Test("an order beyond the message budget is refused on arrival, until a token has come")
    func orderBudget() {
        var bench = bench {
            $0.ordersPerSecond = 10
            $0.ordersBurst = 2
        }
        for price in 40..<43 { bench.submit(.buy, Int64(price), 10, at: 0) }
        bench.submit(.buy, 44, 10, at: 100)
        #expect(
            bench.answers(upTo: 200) == [
                "11 accepted 1", "11 accepted 2", "11 rejected 3: rateLimited", "111 accepted 4",
            ]
        )
    }

    @Test("a cancel beyond the budget waits for its token; a cancel of everything never does")
    func cancelBudget() {
        var bench = bench {
            $0.cancelsPerSecond = 10
            $0.cancelsBurst = 1
        }
        for price in 40..<44 { bench.submit(.buy, Int64(price), 10, at: 0) }
        for number in 1...2 { bench.cancel(UInt64(number), at: 20) }
        #expect(
            bench.answers(upTo: 150).suffix(2) == [
                "31 cancelled 1: requested", "131 cancelled 2: requested",
            ]
        )
        bench.cancelAll(at: 150)
        #expect(
            bench.answers(upTo: 170) == [
                "161 cancelled 4: requested", "161 cancelled 3: requested",
            ]
        )
    }

    @Test("a cancel of an order that is gone is refused")
    func lateCancels() {
        var bench = bench()
        bench.submit(.buy, 50, 10, at: 0)
        bench.cancel(1, at: 15)
        bench.cancel(1, at: 16)
        bench.print(.sell, 50, 10, at: 24)
        bench.cancel(77, at: 30)
        #expect(
            bench.answers(upTo: 50) == [
                "11 accepted 1", "25 filled 1: 10 at 50, complete", "26 cancel rejected 1",
                "27 cancel rejected 1", "41 cancel rejected 77",
            ]
        )
    }

    @Test("a cancel does not overtake its own order")
    func cancelAfterSubmit() {
        var bench = bench { $0.cancelLatency = .milliseconds(1) }
        bench.submit(.buy, 50, 10, at: 0)
        bench.cancel(1, at: 1)
        bench.print(.sell, 50, 10, at: 11)
        #expect(bench.answers(upTo: 50) == ["11 accepted 1", "11 cancelled 1: requested"])
    }

    @Test("after cancel-all takes effect nothing submitted before comes to rest")
    func cancelAll() {
        var bench = bench()
        bench.list(MarketID(index: 4), windowEnd: Timestamp(seconds: 600), at: 0)
        bench.submit(.buy, 40, 10, at: 0)
        bench.submit(.sell, 60, 10, at: 0)
        bench.submit(.buy, 41, 10, market: MarketID(index: 4), at: 0)
        bench.submit(.buy, 42, 10, at: 19)
        bench.cancelAll(at: 20)
        // Sent after the cancel-all, and still on its way when that takes effect at 30.
        bench.submit(.buy, 43, 10, at: 29)
        bench.cancel(5, at: 29)
        #expect(
            bench.answers(upTo: 30) == [
                "11 accepted 1", "11 accepted 2", "11 accepted 3", "30 accepted 4",
            ]
        )
        #expect(
            bench.answers(upTo: 100) == [
                "31 cancelled 4: requested", "31 cancelled 1: requested",
                "31 cancelled 2: requested", "31 cancelled 3: requested",
                "31 cancelled 5: requested", "40 cancel rejected 5",
            ]
        )
        #expect(bench.venue.openOrderCount == 0 && bench.venue.inFlightCount == 0)
        bench.submit(.buy, 44, 10, at: 100)
        #expect(bench.answers(upTo: 200) == ["111 accepted 6"], "the venue goes on")
    }

    @Test("when the window ends open orders end with it, at that instant")
    func windowEnd() {
        var bench = bench()
        bench.submit(.buy, 49, 10, at: 0)
        bench.submit(.buy, 48, 10, of: .no, at: 0)
        #expect(bench.answers(upTo: 300_000).count == 2)
        // Told late; what is traded after the end is not ours.
        bench.print(.sell, 40, 1_000, at: 300_050)
        #expect(
            bench.answers(upTo: 300_100)
                == ["300001 cancelled 1: marketClosed", "300001 cancelled 2: marketClosed"]
        )
    }

    @Test("a change of the grid ends open orders, and the queue is what the next book shows")
    func tickSizeChange() {
        var bench = bench()
        bench.submit(.buy, 49, 10, at: 0)
        bench.observe(.tickSizeChanged(PaperBench.market, .thousandth), at: 20)
        bench.submit(.buy, 49, 10, at: 20)
        // Arrives at 30, into a book that nobody knows; the print may all have been others'.
        bench.print(.sell, 49, 500, at: 31)
        bench.book(bids: [(49, 30)], asks: [(51, 100)], at: 40)
        bench.print(.sell, 49, 35, at: 50)
        #expect(
            bench.answers(upTo: 60) == [
                "11 accepted 1", "21 cancelled 1: tickSizeChanged", "31 accepted 2",
                "51 filled 2: 5 at 49",
            ]
        )
    }

    @Test("events of markets that are unknown or closed, and of other kinds, change nothing")
    func ignored() {
        var bench = bench()
        bench.submit(.buy, 49, 10, at: 0)
        bench.book(bids: [], asks: [(1, 1_000)], market: MarketID(index: 8), at: 20)
        bench.observe(.tickSizeChanged(MarketID(index: 8), .tenth), at: 20)
        bench.observe(.marketResolved(MarketID(index: 8), winner: .no), at: 20)
        bench.observe(.emergencyStopped, at: 20)
        #expect(bench.answers(upTo: 100) == ["11 accepted 1"])
        #expect(bench.venue.openOrderCount == 1)
    }

    @Test("markets come and go without end; a closed one's place is taken")
    func manyMarkets() {
        var bench = bench()
        for index in 10..<5_000 {
            let start = Int64(index) * 300_000
            let market = MarketID(index: UInt32(index))
            bench.list(market, windowEnd: Timestamp(milliseconds: start + 300_000), at: start)
            bench.book(bids: [(49, 10)], asks: [(51, 10)], market: market, at: start)
            let order = bench.submit(.buy, 49, 10, market: market, at: start)
            #expect(bench.answers(upTo: start + 300_001).count == 2, "order \(order)")
        }
    }
}
