internal import Testing

@testable internal import Trading

/// Orders that take. The contract is told at `PaperVenue`.
@Suite("Paper venue, exits") struct PaperExitTests {
    private static func bench() -> PaperBench {
        var bench = PaperBench()
        bench.book(bids: [(50, 10), (49, 20), (47, 30)], asks: [(52, 10), (53, 40)], at: 0)
        return bench
    }

    private static func exit(
        _ outcome: Outcome,
        _ side: Side,
        _ price: Int64,
        shares: Int64
    ) -> Order {
        Order(
            id: OrderID(number: 1),
            market: PaperBench.market,
            outcome: outcome,
            side: side,
            price: Price(raw: price * 100),
            size: Quantity(shares: shares),
            kind: .exit
        )
    }

    private static func answers(_ bench: inout PaperBench, _ order: Order) -> [EngineEvent] {
        bench.venue.submitUnchecked(order, at: Timestamp(milliseconds: 1))
        var events: [EngineEvent] = []
        while let answer = bench.venue.next(upTo: Timestamp(milliseconds: 100)) {
            events.append(answer.event)
        }
        return events
    }

    private static func fills(_ events: [EngineEvent]) -> [Fill] {
        events.compactMap { if case .orderFilled(let fill) = $0 { fill } else { nil } }
    }

    @Test("each level is taken at its own price, with the fee on it; the last fill completes")
    func levels() {
        var bench = Self.bench()
        let events = Self.answers(&bench, Self.exit(.yes, .sell, 49, shares: 25))
        #expect(events.first == .orderAccepted(OrderID(number: 1)))
        let fills = Self.fills(events)
        #expect(fills.map(\.price.raw) == [5_000, 4_900])
        #expect(fills.map(\.size) == [Quantity(shares: 10), Quantity(shares: 15)])
        // 10 * 0.07 * 0.25; 15 * 0.07 * 0.2499, rounded at the fifth decimal.
        #expect(fills.map(\.fee.raw) == [175_000, 262_400])
        #expect(fills.map(\.isComplete) == [false, true])
        #expect(events.count == 3)
        #expect(bench.venue.openOrderCount == 0)
    }

    @Test("what its price does not reach is cancelled, and nothing rests")
    func rest() {
        var bench = Self.bench()
        let events = Self.answers(&bench, Self.exit(.yes, .sell, 49, shares: 50))
        #expect(Self.fills(events).map(\.size) == [Quantity(shares: 10), Quantity(shares: 20)])
        #expect(events.last == .orderCancelled(OrderID(number: 1), .byVenue))
        #expect(bench.venue.openOrderCount == 0)
    }

    @Test("a sale of NO meets the offers of YES, priced and charged in NO")
    func complement() {
        var bench = Self.bench()
        let fills = Self.fills(Self.answers(&bench, Self.exit(.no, .sell, 47, shares: 12)))
        #expect(fills.map(\.price.raw) == [4_800, 4_700])
        #expect(fills.map(\.size) == [Quantity(shares: 10), Quantity(shares: 2)])
        #expect(fills.allSatisfy { $0.outcome == .no && $0.side == .sell })
        // 10 * 0.07 * 0.48 * 0.52; 2 * 0.07 * 0.47 * 0.53, half up.
        #expect(fills.map(\.fee.raw) == [174_720, 34_870])
    }

    @Test("nothing is taken of a book that is void or ends above the price")
    func nothing() {
        var bench = Self.bench()
        let above = Self.answers(&bench, Self.exit(.yes, .sell, 51, shares: 10))
        #expect(Self.fills(above).isEmpty && above.count == 2)
        var void = PaperBench()
        let events = Self.answers(&void, Self.exit(.yes, .sell, 49, shares: 10))
        #expect(events.last == .orderCancelled(OrderID(number: 1), .byVenue))
        #expect(events.count == 2)
    }

    @Test("the grid, the minimum and the market's end hold for it as for a quote")
    func refusals() {
        var bench = Self.bench()
        let small = Self.answers(&bench, Self.exit(.yes, .sell, 49, shares: 4))
        #expect(small == [.orderRejected(OrderID(number: 1), .sizeTooSmall)])
    }
}
