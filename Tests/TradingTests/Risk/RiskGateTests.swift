internal import Testing

@testable internal import Trading

@Suite("RiskGate") struct RiskGateTests {
    private func snapshot(_ change: (inout RiskSnapshot) -> Void = { _ in }) -> RiskSnapshot {
        var snapshot = RiskSnapshot(
            isRunning: true,
            isMarketOpen: true,
            maxPosition: Quantity(shares: 50),
            orderSizeMin: Quantity(shares: 5),
            tickSize: .hundredth,
            bestBid: Price(raw: 5_000),
            bestAsk: Price(raw: 5_100),
            inventory: .zero,
            sharesYes: .zero,
            sharesNo: .zero,
            openBids: .zero,
            openAsks: .zero,
            ownBid: nil,
            ownAsk: nil,
            buyingPower: Money(dollars: 100)
        )
        change(&snapshot)
        return snapshot
    }

    private func order(
        _ outcome: Outcome = .yes,
        _ side: Side = .buy,
        price: Int64 = 4_900,
        size: Int64 = 1_000
    ) -> Order {
        Order(
            id: OrderID(number: 1),
            market: MarketID(index: 1),
            outcome: outcome,
            side: side,
            price: Price(raw: price),
            size: Quantity(raw: size * 10_000)
        )
    }

    @Test("an ordinary order passes, on both sides and both tokens")
    func passes() {
        #expect(RiskGate.check(order(), against: snapshot()) == nil)
        #expect(RiskGate.check(order(.no, .buy, price: 4_800), against: snapshot()) == nil)
    }

    /// Trigger on the left, the same order on the verge of it on the right.
    @Test("every control denies beyond its limit and releases on it")
    func triggersAndReleases() {
        func expect(
            _ denial: RiskDenial,
            _ order: Order,
            _ denied: (inout RiskSnapshot) -> Void,
            released: (inout RiskSnapshot) -> Void = { _ in }
        ) {
            #expect(RiskGate.check(order, against: snapshot(denied)) == denial)
            #expect(RiskGate.check(order, against: snapshot(released)) == nil)
        }
        expect(.notRunning, order(), { $0.isRunning = false })
        expect(.marketClosed, order(), { $0.isMarketOpen = false })
        expect(.minOrderSize, order(size: 500), { $0.orderSizeMin = Quantity(raw: 5_000_001) })
        expect(.offTick, order(price: 4_910), { _ in }, released: { $0.tickSize = .thousandth })
        expect(.wouldCross, order(), { $0.bestAsk = Price(raw: 4_900) })
        expect(.wouldCross, order(), { $0.bestAsk = nil })
        expect(
            .wouldCross,
            order(.no, .buy, price: 4_800),
            { $0.bestBid = Price(raw: 5_200) }
        )
        expect(
            .selfCross,
            order(),
            { $0.ownAsk = Price(raw: 4_900) },
            released: { $0.ownAsk = Price(raw: 5_000) }
        )
        expect(
            .selfCross,
            order(.no, .buy, price: 4_800),
            { $0.ownBid = Price(raw: 5_200) },
            released: { $0.ownBid = Price(raw: 5_100) }
        )
        expect(
            .maxPosition,
            order(),
            { $0.inventory = Quantity(raw: 40_010_000) },
            released: { $0.inventory = Quantity(shares: 40) }
        )
        expect(
            .maxPosition,
            order(),
            { $0.openBids = Quantity(raw: 40_010_000) },
            released: { $0.openBids = Quantity(shares: 40) }
        )
        expect(
            .maxPosition,
            order(.no, .buy, price: 4_800),
            {
                $0.inventory = Quantity(shares: -20)
                $0.openAsks = Quantity(raw: 20_010_000)
            },
            released: {
                $0.inventory = Quantity(shares: -20)
                $0.openAsks = Quantity(shares: 20)
            }
        )
        expect(
            .insufficientBalance,
            order(),
            { $0.buyingPower = Money(raw: 4_899_999) },
            released: { $0.buyingPower = Money(raw: 4_900_000) }
        )
        expect(
            .insufficientBalance,
            order(.yes, .sell, price: 5_200),
            { $0.sharesYes = Quantity(raw: 9_990_000) },
            released: { $0.sharesYes = Quantity(shares: 10) }
        )
    }

    @Test("an order that brings a position beyond the limit back is allowed")
    func reducingPasses() {
        let over = snapshot {
            $0.inventory = Quantity(shares: -80)
            $0.maxPosition = Quantity(shares: 10)
        }
        #expect(RiskGate.check(order(), against: over) == nil)
    }
}
