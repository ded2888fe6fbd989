internal import TestSupport

@testable internal import Trading

/// A window of 20 seconds with a market that wanders, orders at random, and an "engine" that
/// answers the end of an order with another one.
struct RandomSession {
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
    let windowEnd = Timestamp(seconds: 20)
    private(set) var venue: PaperVenue
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
            takerFeeRate: 0.07,
            settlement: .spotSnapshot
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
        venue.submitUnchecked(order, at: now)
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
