internal import TestSupport
internal import Testing

@testable internal import Trading

/// The faults on the ways in and out, each by itself.
@Suite("Faults") struct FaultLinkTests {
    private static func random(_ seed: UInt64) -> SimulatorRandom {
        SimulatorRandom(seed: seed, stream: 1)
    }

    private static func fill(_ order: UInt64, trade: UInt64, isComplete: Bool) -> EngineEvent {
        .orderFilled(
            Fill(
                tradeID: trade,
                orderID: OrderID(number: order),
                market: MarketID(index: 0),
                outcome: .yes,
                side: .buy,
                price: Price(raw: 5_000),
                size: Quantity(shares: 5),
                fee: .zero,
                isComplete: isComplete
            )
        )
    }

    /// What a venue says of an order in its life, in its order.
    private static func life(_ id: UInt64, _ random: inout SplitMix64) -> [EngineEvent] {
        let order = OrderID(number: id)
        if Int.random(in: 0..<5, using: &random) == 0 {
            return [.orderRejected(order, .wouldCross)]
        }
        var events: [EngineEvent] = [.orderAccepted(order)]
        let fills = Int.random(in: 0...3, using: &random)
        let isFilled = fills > 0 && Bool.random(using: &random)
        for index in 0..<fills {
            let isLast = isFilled && index == fills - 1
            events.append(fill(id, trade: id * 10 + UInt64(index), isComplete: isLast))
        }
        if !isFilled {
            events.append(.orderCancelled(order, .requested))
        } else if Bool.random(using: &random) {
            events.append(.cancelRejected(order))
        }
        return events
    }

    @Test("whatever is lost, late or told twice: all is told in the end, nothing else, ends last")
    func answers() {
        for seed in UInt64(0)..<300 {
            var random = SplitMix64(seed: seed)
            var link = LinkFaults(FaultPlan(seed: seed), random: Self.random(seed))
            var said: [EngineEvent] = []
            var told: [EngineEvent] = []
            var now = Timestamp(seconds: 1_000)
            var last = now
            func drain(until end: Timestamp) {
                while let due = link.nextDue, due <= end {
                    guard case .tell(let time, let event)? = link.next(upTo: due) else { continue }
                    #expect(time >= last && time <= due, "seed \(seed)")
                    last = time
                    told.append(event)
                }
            }
            var lives = (UInt64(1)...12).map { Self.life($0, &random) }
            while let index = lives.indices.filter({ !lives[$0].isEmpty }).randomElement(
                using: &random
            ) {
                now = now + .milliseconds(Int64.random(in: 0...400, using: &random))
                drain(until: now)
                let event = lives[index].removeFirst()
                said.append(event)
                link.take(event, at: now)
            }
            drain(until: now + .seconds(60))
            check(said, told, "seed \(seed)")
        }
    }

    private func check(_ said: [EngineEvent], _ told: [EngineEvent], _ comment: Comment) {
        for event in said { #expect(told.contains(event), comment) }
        for event in told { #expect(said.contains(event), comment) }
        for number in UInt64(1)...12 {
            let mine = told.filter { $0.order?.number == number }
            let firsts = mine.enumerated().filter { mine.firstIndex(of: $1) == $0 }.map(\.element)
            let fills = firsts.compactMap { event -> UInt64? in
                if case .orderFilled(let fill) = event { fill.tradeID } else { nil }
            }
            #expect(fills == fills.sorted(), comment)
            let end = firsts.firstIndex {
                switch $0 {
                case .orderCancelled, .cancelRejected: true
                default: false
                }
            }
            if let end { #expect(end == firsts.count - 1, comment) }
        }
    }

    @Test("a lost cancel is sent again, a lost order is asked about and never sent again")
    func messages() {
        var plan = FaultPlan()
        plan.cancelLoss = 1
        plan.submitLoss = 1
        var link = LinkFaults(plan, random: Self.random(1))
        let now = Timestamp(seconds: 1_000)
        let losses = [
            link.losesCancel(OrderID(number: 4), at: now),
            link.losesCancel(nil, at: now + .milliseconds(1)),
            link.losesSubmit(OrderID(number: 5), at: now),
        ]
        #expect(losses == [true, true, true])
        var steps: [String] = []
        while let due = link.nextDue {
            switch link.next(upTo: due) {
            case .sendCancel(let id): steps.append("\((due - now).milliseconds) \(id.number)")
            case .sendCancelAll: steps.append("\((due - now).milliseconds) all")
            case .tell, nil: break
            }
        }
        #expect(steps == ["1000.0 4", "1001.0 all", "5000.0 5"])
        // An order that turns out to have arrived is not asked about.
        _ = link.losesSubmit(OrderID(number: 6), at: now)
        link.take(.cancelRejected(OrderID(number: 6)), at: now + .seconds(1))
        var isCancelled = false
        while let due = link.nextDue {
            if case .sendCancel? = link.next(upTo: due) { isCancelled = true }
        }
        #expect(!isCancelled)
    }

    @Test("a feed keeps its order, and after a loss shows no change of the book before a whole one")
    func feeds() {
        for seed in UInt64(0)..<100 {
            var plan = FaultPlan(seed: seed)
            plan.strikeLoss = 0
            var feeds = FeedFaults(plan, random: Self.random(seed))
            var market = MarketSimulator(seed: seed, start: SimulatorRun.start)
            var number: Int64 = 0
            /// Number of the last message told, and of the last level change or print dropped.
            var last: Int64 = -1
            var book: Int64 = -1
            var told = 0
            while let (time, event) = market.next(upTo: SimulatorRun.start + .seconds(20)) {
                while let due = feeds.nextDue, due <= time {
                    guard let (stamp, isBook) = stamp(feeds.next()) else { continue }
                    #expect(stamp >= last, "seed \(seed)")
                    // Nothing between the last one told and this one is missing, or it is a book.
                    #expect(stamp <= last + 1 || isBook, "seed \(seed): \(last) to \(stamp)")
                    if isBook { book = stamp }
                    last = stamp
                    told += 1
                }
                guard isOfBook(event) else { continue }
                feeds.take(stamped(event, number), at: time)
                number += 1
            }
            #expect(told > 0 && book >= 0, "seed \(seed)")
        }
    }

    private func isOfBook(_ event: EngineEvent) -> Bool {
        switch event {
        case .bookReplaced, .levelChanged, .traded: true
        default: false
        }
    }

    /// The event with a number in place of the venue's stamp.
    private func stamped(_ event: EngineEvent, _ number: Int64) -> EngineEvent {
        let stamp = Timestamp(nanoseconds: number)
        switch event {
        case .bookReplaced(var snapshot):
            snapshot.venueTime = stamp
            return .bookReplaced(snapshot)
        case .levelChanged(var change):
            change.venueTime = stamp
            return .levelChanged(change)
        case .traded(var trade):
            trade.venueTime = stamp
            return .traded(trade)
        default: return event
        }
    }

    private func stamp(_ event: EngineEvent) -> (Int64, isBook: Bool)? {
        switch event {
        case .bookReplaced(let snapshot): (snapshot.venueTime.nanoseconds, true)
        case .levelChanged(let change): (change.venueTime.nanoseconds, false)
        case .traded(let trade): (trade.venueTime.nanoseconds, false)
        default: nil
        }
    }

    @Test("a cancel that is lost again is sent again, until one arrives")
    func cancelLostAgain() throws {
        var counts: Set<Int> = []
        for seed in UInt64(1)...40 {
            var plan = FaultPlan()
            plan.cancelLoss = 0.6
            plan.resendAfter = .milliseconds(100)
            var link = VenueLink(
                PaperVenue(configuration: plan.venue, seed: seed),
                faults: LinkFaults(plan, random: SimulatorRandom(seed: seed, stream: 12)),
                isWatched: false
            )
            let start = Timestamp(seconds: 1_776_323_400)
            link.cancel(OrderID(number: 9), at: start)
            let told = link.next(upTo: start + .seconds(60))
            let again = link.next(upTo: start + .seconds(120))
            let answer = try #require(told, "seed \(seed)")
            #expect(answer.event == .cancelRejected(OrderID(number: 9)), "seed \(seed)")
            let tries = (answer.time - start).nanoseconds / 100_000_000
            counts.insert(Int(tries))
            #expect(again == nil, "seed \(seed)")
        }
        #expect(counts.contains(0) && counts.contains { $0 >= 3 })
    }

    @Test("a merge that fails on the chain is told once, and nothing is merged")
    func mergeRejected() throws {
        for rejection in [0.0, 1.0] {
            var plan = FaultPlan()
            plan.mergeRejection = rejection
            var link = VenueLink(
                PaperVenue(configuration: plan.venue, seed: 1),
                faults: LinkFaults(plan, random: SimulatorRandom(seed: 1, stream: 12)),
                isWatched: false
            )
            let start = Timestamp(seconds: 1_776_323_400)
            let market = MarketID(index: 3)
            let pairs = Quantity(shares: 30)
            link.merge(market, pairs: pairs, at: start)
            let early = link.next(upTo: start + .seconds(1))
            let told = link.next(upTo: start + .seconds(10))
            let again = link.next(upTo: start + .seconds(60))
            let answer = try #require(told)
            let expected: EngineEvent =
                rejection == 1
                ? .mergeRejected(market) : .pairsMerged(market, pairs: pairs, gas: .zero)
            #expect(answer.event == expected)
            #expect(early == nil && again == nil)
        }
    }
}
