internal import TestSupport
internal import Testing
internal import Trading

/// Random books, prints and orders against everything that the contract promises at once.
@Suite struct PaperPropertyTests {
    @Test("whatever happens, orders end once and fills are paid for by volume", arguments: 0..<60)
    func contract(seed: UInt64) {
        var session = RandomSession(seed: seed)
        session.run(pattern: .drained)
        let problems = session.problems()
        #expect(problems.isEmpty, "seed \(seed): \(problems.prefix(5))")
        #expect(!session.log.isEmpty)
    }

    @Test(
        "how the calls of next are split changes nothing, and nextDue tells when",
        arguments: 0..<30
    )
    func splits(seed: UInt64) {
        var drained = RandomSession(seed: seed)
        drained.run(pattern: .drained)
        for pattern in [RandomSession.Pattern.whenDue, .often] {
            var other = RandomSession(seed: seed)
            other.run(pattern: pattern)
            #expect(other.log == drained.log, "seed \(seed), \(pattern)")
            #expect(other.early == 0, "seed \(seed): \(other.early) answers before nextDue")
        }
    }

    @Test("the random sessions reach every kind of answer")
    func coverage() {
        var kinds: [String: Int] = [:]
        var fromBook = 0
        for seed in UInt64(0)..<60 {
            var session = RandomSession(seed: seed)
            session.run(pattern: .drained)
            for entry in session.log {
                switch entry.event {
                case .orderAccepted: kinds["accepted", default: 0] += 1
                case .orderRejected(_, let why): kinds["\(why)", default: 0] += 1
                case .orderFilled(let fill):
                    kinds[fill.isComplete ? "complete" : "partial", default: 0] += 1
                    let cause = session.causes[entry.time - session.answerLatency]
                    if case .traded? = cause {} else { fromBook += 1 }
                case .orderCancelled(_, let why): kinds["cancelled \(why)", default: 0] += 1
                case .cancelRejected: kinds["cancelRejected", default: 0] += 1
                default: kinds["unexpected", default: 0] += 1
                }
            }
        }
        for kind in [
            "accepted", "wouldCross", "offTick", "sizeTooSmall", "marketClosed", "rateLimited",
            "complete", "partial", "cancelled requested", "cancelled marketClosed",
            "cancelled tickSizeChanged", "cancelRejected",
        ] {
            #expect((kinds[kind] ?? 0) >= 20, "\(kind): \(kinds[kind] ?? 0)")
        }
        #expect(fromBook >= 20)
        #expect(kinds["unexpected"] == nil)
    }
}

/// A window of 20 seconds with a market that wanders, orders at random, and an "engine" that
/// answers the end of an order with another one.
private struct RandomSession {
    enum Pattern {
        /// All that is due, before each event.
        case drained
        /// At the very instants that `nextDue` names, and a nanosecond before them in vain.
        case whenDue
        /// At many instants in between.
        case often
    }

    struct Entry: Equatable {
        var time: Timestamp
        var event: EngineEvent
    }

    let seed: UInt64
    let answerLatency = Duration.milliseconds(2)
    private let windowEnd = Timestamp(seconds: 20)
    private var venue: PaperVenue
    private var random: SplitMix64
    private var middle: Int64 = 50
    private var grid = TickSize.hundredth

    private(set) var log: [Entry] = []
    /// What the market did at which instant; no two at the same.
    private(set) var causes: [Timestamp: EngineEvent] = [:]
    private(set) var causeOrder: [Timestamp] = []
    private(set) var orders: [OrderID: Order] = [:]
    private(set) var submitTimes: [OrderID: Timestamp] = [:]
    private(set) var cancelAllTimes: [Timestamp] = []
    /// Answers that came before `nextDue`.
    private(set) var early = 0

    init(seed: UInt64) {
        self.seed = seed
        random = SplitMix64(seed: seed)
        var configuration = PaperVenue.Configuration()
        configuration.jitter = .milliseconds(Int64(seed % 3) * 10)
        configuration.cancelLatency = .milliseconds(Int64(seed % 5) * 3)
        configuration.answerLatency = answerLatency
        configuration.ordersOpenMax = 8
        venue = PaperVenue(configuration: configuration, seed: seed)
    }

    mutating func run(pattern: Pattern) {
        let market = MarketDefinition(
            id: MarketID(index: 0),
            slug: InlineText(),
            conditionID: InlineText(),
            yesToken: InlineText(),
            noToken: InlineText(),
            windowStart: Timestamp(seconds: 0),
            windowEnd: windowEnd,
            tickSize: .hundredth,
            orderSizeMin: Quantity(shares: 5),
            takerFeeRate: 0.07
        )
        var now = Timestamp(nanoseconds: 500)
        tell(.marketListed(market), at: now)
        tell(.bookReplaced(randomBook(at: now)), at: now + Duration(nanoseconds: 1))
        while now < windowEnd + .milliseconds(500) {
            let next = now + Duration(nanoseconds: draw(1_000...40_000_000))
            take(from: now, upTo: next, pattern)
            now = next
            act(at: now)
        }
        take(from: now, upTo: now + .seconds(10), pattern)
    }

    private mutating func act(at now: Timestamp) {
        switch draw(0...99) {
        case 0..<20: tell(.bookReplaced(randomBook(at: now)), at: now)
        case 20..<55:
            let side = draw(0...1) == 0 ? Side.buy : .sell
            let change = LevelChange(
                market: MarketID(index: 0),
                side: side,
                level: PriceLevel(
                    price: price(middle + draw(-4...4)),
                    size: Quantity(shares: draw(0...3) == 0 ? 0 : draw(1...60))
                ),
                venueTime: now
            )
            tell(.levelChanged(change), at: now)
        case 55..<70:
            let print = TradePrint(
                market: MarketID(index: 0),
                takerSide: draw(0...1) == 0 ? .buy : .sell,
                price: price(middle + draw(-2...2)),
                size: draw(0...9) == 0 ? nil : Quantity(shares: draw(0...50)),
                venueTime: now - Duration(nanoseconds: draw(0...30_000_000))
            )
            tell(.traded(print), at: now)
        case 70..<88: submit(at: now, choice: UInt64(draw(0...Int64.max)))
        case 88..<96:
            // Number 0 is nobody's.
            let number = Int64(orders.count) - draw(0...10)
            venue.cancel(OrderID(number: UInt64(max(0, number))), at: now)
        case 96:
            venue.cancelAll(at: now)
            cancelAllTimes.append(now)
        case 97 where draw(0...3) == 0:
            grid = grid == .hundredth ? .halfHundredth : .hundredth
            tell(.tickSizeChanged(MarketID(index: 0), grid), at: now)
        case 98: middle = min(90, max(10, middle + draw(-5...5)))
        default: tell(.timePassed, at: now)
        }
    }

    private mutating func take(from: Timestamp, upTo now: Timestamp, _ pattern: Pattern) {
        switch pattern {
        case .drained: break
        case .whenDue:
            while let due = venue.nextDue, due <= now {
                let before = log.count
                drain(upTo: max(from, due - Duration(nanoseconds: 1)))
                early += log.count - before
                drain(upTo: max(from, due))
            }
        case .often:
            let step = max(1, (now - from).nanoseconds / 7)
            for index in Int64(0)..<7 {
                drain(upTo: from + Duration(nanoseconds: index * step))
            }
        }
        drain(upTo: now)
    }

    private mutating func drain(upTo now: Timestamp) {
        while let (time, event) = venue.next(upTo: now) {
            log.append(Entry(time: time, event: event))
            // The engine acts at the time of the answer, long before `now` perhaps.
            switch event {
            case .orderFilled(let fill) where fill.isComplete:
                submit(at: time, choice: fill.orderID.number)
            case .orderCancelled(let id, .requested) where id.number % 2 == 0:
                submit(at: time, choice: id.number)
            default: break
            }
        }
    }

    /// `choice` decides everything, so that the order is the same in every pattern.
    private mutating func submit(at now: Timestamp, choice: UInt64) {
        var random = SplitMix64(seed: choice)
        let outcome = Bool.random(using: &random) ? Outcome.yes : .no
        let side = Bool.random(using: &random) ? Side.buy : .sell
        let cents = middle + Int64.random(in: -3...3, using: &random)
        let offGrid = Int.random(in: 0..<20, using: &random) == 0
        let book = Price(raw: cents * 100 + (offGrid ? 7 : 0))
        let order = Order(
            id: OrderID(number: UInt64(orders.count + 1)),
            market: MarketID(index: 0),
            outcome: outcome,
            side: side,
            price: outcome == .yes ? book : book.complement,
            size: Quantity(shares: Int64.random(in: 4...25, using: &random))
        )
        orders[order.id] = order
        submitTimes[order.id] = now
        venue.submit(order, at: now)
    }

    private mutating func tell(_ event: EngineEvent, at now: Timestamp) {
        causes[now] = event
        causeOrder.append(now)
        venue.observe(event, at: now)
    }

    private mutating func randomBook(at now: Timestamp) -> BookSnapshot {
        let bid = middle - draw(0...2)
        let ask = bid + draw(1...3)
        return BookSnapshot(
            market: MarketID(index: 0),
            bids: (0..<5).map { PriceLevel(price: price(bid - $0), size: shares()) },
            asks: (0..<5).map { PriceLevel(price: price(ask + $0), size: shares()) },
            tickSize: nil,
            venueTime: now
        )
    }

    private mutating func shares() -> Quantity { Quantity(shares: draw(1...40)) }

    private func price(_ cents: Int64) -> Price { Price(raw: cents * 100) }

    private mutating func draw(_ range: ClosedRange<Int64>) -> Int64 {
        Int64.random(in: range, using: &random)
    }
}

extension RandomSession {
    /// Everything in the log that the contract forbids.
    fileprivate func problems() -> [String] {
        endings() + volumes() + sweeps()
    }

    /// Each order: accepted at most once, filled while open, ended exactly once, sizes add up.
    private func endings() -> [String] {
        var problems: [String] = []
        var accepted: Set<OrderID> = []
        var ended: Set<OrderID> = []
        var filled: [OrderID: Int64] = [:]
        var last = Timestamp(nanoseconds: 0)
        var lastTrade: UInt64 = 0
        for entry in log {
            if entry.time < last { problems.append("time runs back at \(entry)") }
            last = entry.time
            switch entry.event {
            case .orderAccepted(let id):
                if ended.contains(id) || !accepted.insert(id).inserted {
                    problems.append("accepted out of turn: \(id)")
                }
            case .orderRejected(let id, _):
                if accepted.contains(id) || !ended.insert(id).inserted {
                    problems.append("rejected out of turn: \(id)")
                }
            case .orderCancelled(let id, _):
                if !ended.insert(id).inserted { problems.append("cancelled twice: \(id)") }
            case .orderFilled(let fill):
                problems += misfits(of: fill, at: entry.time)
                if fill.tradeID <= lastTrade { problems.append("trade \(fill.tradeID) again") }
                lastTrade = fill.tradeID
                if !accepted.contains(fill.orderID) || ended.contains(fill.orderID) {
                    problems.append("filled while not open: \(fill)")
                }
                filled[fill.orderID, default: 0] += fill.size.raw
                let size = orders[fill.orderID]?.size.raw ?? 0
                if fill.isComplete != (filled[fill.orderID] == size)
                    || (filled[fill.orderID] ?? 0) > size
                {
                    problems.append("sizes do not add up: \(fill)")
                }
                if fill.isComplete { ended.insert(fill.orderID) }
            case .cancelRejected(let id):
                if let order = orders[id], !ended.contains(order.id) {
                    problems.append("cancel rejected of an open order: \(id)")
                }
            default: problems.append("unexpected \(entry.event)")
            }
        }
        if ended.count != orders.count { problems.append("\(orders.count - ended.count) open") }
        if venue.openOrderCount + venue.inFlightCount > 0 {
            problems.append("the venue holds some")
        }
        return problems
    }

    /// A fill is its order's, at its price, inside the window.
    private func misfits(of fill: Fill, at time: Timestamp) -> [String] {
        guard let order = orders[fill.orderID] else { return ["a fill of nobody: \(fill)"] }
        var problems: [String] = []
        if fill.price != order.price || fill.side != order.side || fill.outcome != order.outcome {
            problems.append("not at our price: \(fill)")
        }
        if fill.fee != .zero || fill.size <= .zero { problems.append("fee or size: \(fill)") }
        if time - answerLatency >= windowEnd { problems.append("after the end: \(fill)") }
        return problems
    }

    /// Each instant's fills are at most the print's size, or what the opposite side has displayed
    /// beyond what it displayed before, all instants together.
    private func volumes() -> [String] {
        var fills: [Timestamp: [Fill]] = [:]
        for entry in log {
            guard case .orderFilled(let fill) = entry.event else { continue }
            fills[entry.time - answerLatency, default: []].append(fill)
        }
        var problems: [String] = []
        var book = NaiveBook(tickSize: .hundredth)
        // Displayed size ever added on each side, less what has filled us from the book.
        var budget: [Side: Int64] = [.buy: 0, .sell: 0]
        for time in causeOrder {
            let here = fills.removeValue(forKey: time) ?? []
            guard let cause = causes[time] else { continue }
            let before = book
            switch cause {
            case .bookReplaced(let snapshot): book.replace(with: snapshot)
            case .levelChanged(let change): book.apply(change)
            case .tickSizeChanged(_, let tickSize): book.reset(tickSize: tickSize)
            case .traded(let print):
                for fill in here {
                    guard let order = orders[fill.orderID] else { continue }
                    let reached =
                        order.bookSide == .buy
                        ? print.price <= order.bookPrice : print.price >= order.bookPrice
                    if order.bookSide == print.takerSide || !reached {
                        problems.append("\(print) does not reach \(order)")
                    }
                }
                let sum = here.reduce(0) { $0 + $1.size.raw }
                if let size = print.size, sum > size.raw {
                    problems.append("\(sum) filled by \(print)")
                }
                continue
            default: break
            }
            for side in Side.allCases {
                for level in book.levels(side) {
                    let old = before.size(at: level.price, on: side).raw
                    budget[side, default: 0] += max(0, level.size.raw - old)
                }
                let ours = here.filter { orders[$0.orderID]?.bookSide == side.opposite }
                let sum = ours.reduce(0) { $0 + $1.size.raw }
                budget[side, default: 0] -= sum
                let inReach = book.levels(side).filter { level in
                    ours.contains { fill in
                        guard let own = orders[fill.orderID]?.bookPrice else { return false }
                        return side == .sell ? level.price <= own : level.price >= own
                    }
                }
                if sum > inReach.reduce(0, { $0 + $1.size.raw }) || budget[side, default: 0] < 0 {
                    problems.append("\(sum) filled by the book at \(time)")
                }
            }
        }
        if !fills.isEmpty { problems.append("fills without a cause: \(fills)") }
        return problems
    }

    /// Nothing submitted before a cancel-all took effect (its latest: latency and jitter) lives on.
    private func sweeps() -> [String] {
        var problems: [String] = []
        let latest =
            Duration.milliseconds(Int64(seed % 5) * 3 + Int64(seed % 3) * 10) + answerLatency
        for sent in cancelAllTimes {
            for entry in log where entry.time > sent + latest {
                var id: OrderID?
                if case .orderAccepted(let found) = entry.event { id = found }
                if case .orderFilled(let fill) = entry.event { id = fill.orderID }
                if case .orderCancelled(let found, _) = entry.event { id = found }
                guard let id, let submitted = submitTimes[id], submitted <= sent else { continue }
                problems.append("\(id), sent before the cancel-all of \(sent), lives at \(entry)")
            }
        }
        return problems
    }
}
