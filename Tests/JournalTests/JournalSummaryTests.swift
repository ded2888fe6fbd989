internal import Testing
internal import Trading

@testable internal import Journal

@Suite struct JournalSummaryTests {
    private static let market = MarketID(index: 7)

    private static func order(_ number: UInt64, size: Int64 = 10) -> Order {
        Order(
            id: OrderID(number: number),
            market: market,
            outcome: .yes,
            side: .buy,
            price: Price(raw: 4_000),
            size: Quantity(shares: size)
        )
    }

    private static func fill(
        _ tradeID: UInt64,
        of order: UInt64,
        _ outcome: Outcome = .yes,
        _ side: Side = .buy,
        price: Int64 = 4_000,
        shares: Int64,
        fee: Int64 = 0,
        isComplete: Bool = false
    ) -> SessionRecord.Kind {
        .orderFilled(
            Fill(
                tradeID: tradeID,
                orderID: OrderID(number: order),
                market: market,
                outcome: outcome,
                side: side,
                price: Price(raw: price),
                size: Quantity(shares: shares),
                fee: Money(raw: fee),
                isComplete: isComplete
            )
        )
    }

    private static func fold(_ kinds: [SessionRecord.Kind]) -> JournalSummary {
        var summary = JournalSummary()
        for (index, kind) in kinds.enumerated() {
            summary.fold(
                SessionRecord(time: Timestamp(seconds: Int64(index)), kind: kind)
            )
        }
        return summary
    }

    private static let begin: [SessionRecord.Kind] = [
        .sessionStarted(cash: Money(dollars: 100), parameters: Parameters()),
        .marketListed(Samples.definition),
    ]

    @Test("fills and a payout are booked to the millionth")
    func money() {
        let summary = Self.fold(
            Self.begin + [
                .orderPlaced(Self.order(1)), .orderAccepted(OrderID(number: 1)),
                Self.fill(11, of: 1, shares: 4),
                Self.fill(12, of: 1, shares: 6, isComplete: true),
                // Told again.
                Self.fill(12, of: 1, shares: 6, isComplete: true),
                Self.fill(13, of: 2, .yes, .sell, price: 5_000, shares: 3, fee: 7),
                Self.fill(14, of: 3, .no, .buy, price: 5_500, shares: 2),
                .marketResolved(Self.market, winner: .yes),
                .equity(total: Money(dollars: 103), profit: Money(dollars: 3)),
                .sessionEnded(stateHash: 9),
            ]
        )
        // 100 - 4 + 1.5 - 0.000007 - 1.1 + 7
        #expect(summary.cash == Money(raw: 103_399_993))
        #expect(summary.volume == Money(raw: 6_600_000))
        #expect(summary.fees == Money(raw: 7))
        #expect(summary.payouts == Money(dollars: 7))
        #expect(summary.fills == 4 && summary.fillsDuplicate == 1)
        #expect(summary.ordersFilled == 1 && summary.ordersPlaced == 1)
        #expect(summary.holdings.isEmpty && summary.openOrders.isEmpty)
        #expect(summary.equity?.profit == Money(dollars: 3))
        #expect(summary.hasEnded && summary.stateHash == 9 && summary.isExact)
    }

    @Test("merged pairs are cash less gas, once: a market paid out before has paid for them")
    func merges() {
        let bought: [SessionRecord.Kind] = [
            Self.fill(1, of: 1, shares: 10), Self.fill(2, of: 2, .no, price: 5_500, shares: 8),
        ]
        let merged = SessionRecord.Kind.pairsMerged(
            Self.market,
            pairs: Quantity(shares: 8),
            gas: Money(raw: 30)
        )
        let resolved = SessionRecord.Kind.marketResolved(Self.market, winner: .no)
        let open = Self.fold(Self.begin + bought + [merged])
        #expect(open.holdings[Self.market]?.yes == Quantity(shares: 2))
        #expect(open.holdings[Self.market]?.no == .zero)
        // 100 - 4 - 4.4 + 8 - 0.00003
        #expect(open.cash == Money(raw: 99_599_970) && open.gas == Money(raw: 30))
        #expect(open.payouts == Money(dollars: 8))
        for order in [[merged, resolved], [resolved, merged]] {
            let summary = Self.fold(Self.begin + bought + order)
            #expect(summary.cash == Money(raw: 99_599_970) && summary.gas == Money(raw: 30))
            #expect(summary.payouts == Money(dollars: 8) && summary.isExact)
        }
    }

    @Test("after a crash it tells what is held and what may still be open")
    func exposure() {
        let summary = Self.fold(
            Self.begin + [
                .orderPlaced(Self.order(1)), .orderPlaced(Self.order(2)),
                .orderPlaced(Self.order(3)), .orderPlaced(Self.order(4)),
                .orderRejected(OrderID(number: 2), .wouldCross),
                .orderCancelled(OrderID(number: 3), .requested),
                Self.fill(1, of: 4, shares: 3),
                Self.fill(2, of: 1, .no, .buy, price: 6_000, shares: 1),
            ]
        )
        #expect(!summary.hasEnded)
        #expect(Set(summary.openOrders.keys.map(\.number)) == [1, 4])
        #expect(summary.openOrders[OrderID(number: 4)]?.size == Quantity(shares: 7))
        let held = summary.holdings[Self.market]
        #expect(held?.yes == Quantity(shares: 3) && held?.no == Quantity(shares: 1))
        #expect(summary.ordersRejected == 1 && summary.ordersCancelled == 1)
        #expect(summary.lastTime == Timestamp(seconds: 9))
    }

    @Test("the last parameters and the latch are known")
    func controls() {
        var changed = Parameters()
        changed.orderSize = 20
        var summary = Self.fold(
            Self.begin + [.parametersChanged(changed), .emergencyStopped, .emergencyStopped]
        )
        changed.isRunning = false
        #expect(summary.parameters == changed)
        #expect(summary.isStopped && summary.emergencyStops == 2)
        summary.fold(SessionRecord(time: Timestamp(seconds: 9), kind: .rearmed))
        #expect(!summary.isStopped && summary.rearms == 1 && summary.parameterChanges == 1)
    }

    @Test("sums that no session can have are clamped and said not to be exact")
    func overflow() {
        var fill = Samples.fill
        fill.side = .buy
        fill.size = Quantity(raw: .max)
        fill.fee = Money(raw: .min)
        var kinds = Self.begin
        for tradeID in UInt64(1)...3 {
            fill.tradeID = tradeID
            kinds.append(.orderFilled(fill))
        }
        let summary = Self.fold(kinds + [.marketResolved(Self.market, winner: .yes)])
        #expect(!summary.isExact)
        #expect(summary.volume == Money(raw: .max))
    }
}
