internal import Testing

@testable internal import Trading

@Suite("RiskGate") struct RiskGateTests {
    private func order(
        _ outcome: Outcome = .yes,
        _ side: Side = .buy,
        price: Int64 = 4_900,
        size: Int64 = 1_000
    ) -> Order { GateBench.order(outcome, side, price: price, size: size) }

    /// The same order on both sides of a limit.
    private func expect(
        _ denial: RiskDenial,
        _ order: Order,
        limits: RiskLimits = .init(),
        _ denied: (inout RiskSnapshot) -> Void,
        released: (inout RiskSnapshot) -> Void = { _ in },
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let before = GateBench.denial(order, GateBench.snapshot(denied), limits: limits)
        let after = GateBench.denial(order, GateBench.snapshot(released), limits: limits)
        #expect(before == denial, sourceLocation: sourceLocation)
        #expect(after == nil, sourceLocation: sourceLocation)
    }

    @Test("an ordinary order passes, on both sides and both tokens")
    func passes() {
        #expect(GateBench.denial(order(), GateBench.snapshot()) == nil)
        #expect(GateBench.denial(order(.no, .buy, price: 4_800), GateBench.snapshot()) == nil)
        let holding = GateBench.snapshot {
            $0.sharesYes = Quantity(shares: 10)
            $0.sharesNo = Quantity(shares: 10)
        }
        #expect(GateBench.denial(order(.yes, .sell, price: 5_200), holding) == nil)
        #expect(GateBench.denial(order(.no, .sell, price: 5_100), holding) == nil)
    }

    @Test("only the gate makes an order that can be sent, and it is the order that was asked for")
    func onlyWay() {
        // `ApprovedOrder(order)` does not compile here or anywhere else outside the gate's file:
        // the initialiser is private to it. This is the only way:
        var gate = RiskGate(limits: RiskLimits())
        let wanted = order()
        let verdict = gate.check(
            wanted,
            against: GateBench.snapshot(),
            at: Timestamp(seconds: 1)
        )
        guard case .approved(let approved) = verdict else {
            Issue.record("an ordinary order was refused")
            return
        }
        #expect(approved.order == wanted)
        // And this is what can be done with it.
        var venue = PaperVenue(configuration: .init(), seed: 1)
        venue.submit(approved, at: Timestamp(seconds: 1))
    }

    @Test("standing: switch, runtime state, settlement, window, expiry, strike")
    func standing() {
        expect(.notRunning, order(), { $0.isRunning = false })
        expect(.halted, order(), { $0.permission = .nothing })
        expect(.reduceOnly, order(), { $0.permission = .reducing })
        expect(.unsupportedSettlement, order(), { $0.isSettlementSupported = false })
        expect(.marketClosed, order(), { $0.isMarketOpen = false })
        expect(.nearExpiry, order(), { $0.windowPermission = .nothing })
        expect(.nearExpiry, order(), { $0.windowPermission = .reducing })
        expect(.strikeUnverified, order(), { $0.isStrikeVerified = false })
        expect(.badParameter, order(), { $0.parameters.orderSize = 0 })
        expect(.badParameter, order(), { $0.parameters.maxPosition = -1 })
        expect(.badParameter, order(), { $0.parameters.spreadOffset = .nan })
    }

    @Test("while only reducing is allowed, an order may close a position and not turn it")
    func reducing() {
        for permission in [OrderPermission.reducing, .everything] {
            func denial(_ inventory: Int64, open: Int64 = 0) -> RiskDenial? {
                GateBench.denial(
                    order(),
                    GateBench.snapshot {
                        $0.permission = permission
                        $0.inventory = Quantity(shares: inventory)
                        $0.openBids = Quantity(shares: open)
                    }
                )
            }
            #expect(denial(-10) == nil)
            #expect(denial(-9) == (permission == .reducing ? .reduceOnly : nil))
            #expect(denial(-19, open: 10) == (permission == .reducing ? .reduceOnly : nil))
            #expect(denial(-20, open: 10) == nil)
        }
    }

    @Test("size and grid")
    func shape() {
        expect(.minOrderSize, order(size: 500), { $0.orderSizeMin = Quantity(raw: 5_000_001) })
        expect(
            .maxOrderSize,
            order(size: 5_000),
            { $0.parameters.orderSize = 9 },
            released: { _ in }
        )
        expect(.offTick, order(price: 4_910), { _ in }, released: { $0.tickSize = .thousandth })
        var fine = order()
        fine.size = Quantity(raw: 9_999_999)
        #expect(GateBench.denial(fine, GateBench.snapshot()) == .offTick)
        fine.size = Quantity(raw: 9_990_000)
        #expect(GateBench.denial(fine, GateBench.snapshot()) == nil)
    }

    @Test("the book: missing, crossed, or our own order in the way")
    func prices() {
        expect(.noBook, order(), { $0.bestAsk = nil })
        expect(.noBook, order(), { $0.bestBid = nil })
        expect(.wouldCross, order(), { $0.bestAsk = Price(raw: 4_900) })
        expect(
            .wouldCross,
            order(.no, .buy, price: 4_800),
            { $0.bestBid = Price(raw: 5_200) }
        )
        expect(.noFairValue, order(), { $0.fairValueMicros = nil })
        // A sale of YES one tick above our bid is fine, at our bid it is not.
        expect(
            .selfCross,
            order(),
            { $0.ownAsk = order(.yes, .sell, price: 4_900) },
            released: { $0.ownAsk = order(.yes, .sell, price: 5_000) }
        )
        // A buy of NO pairs with a buy of YES: two ticks must be left.
        expect(
            .selfCross,
            order(),
            { $0.ownAsk = order(.no, .buy, price: 5_000) },
            released: { $0.ownAsk = order(.no, .buy, price: 4_900) }
        )
        expect(
            .selfCross,
            order(.no, .buy, price: 4_800),
            { $0.ownBid = order(price: 5_100) },
            released: { $0.ownBid = order(price: 5_000) }
        )
    }

    @Test("the collar is measured from fair value and from the midpoint, on both sides")
    func collar() {
        // Too high above fair value: the book is far above the model.
        expect(.priceCollar, order(), { $0.fairValueMicros = 409_999 }) {
            $0.fairValueMicros = 410_000
        }
        // Too far below: 8 cents, and twice `spread_offset` more.
        expect(.priceCollar, order(), { $0.fairValueMicros = 580_001 }) {
            $0.fairValueMicros = 580_000
        }
        expect(.priceCollar, order(), { $0.fairValueMicros = 580_001 }) {
            $0.fairValueMicros = 580_001
            $0.parameters.spreadOffset = 0.2
        }
        // Too far from the midpoint of a wide book.
        expect(
            .priceCollar,
            order(),
            {
                $0.bestBid = Price(raw: 2_000)
                $0.bestAsk = Price(raw: 5_700)
                $0.fairValueMicros = 500_000
            },
            released: {
                $0.bestBid = Price(raw: 2_000)
                $0.bestAsk = Price(raw: 5_800)
                $0.fairValueMicros = 500_000
            }
        )
    }

    @Test("no new risk next to 0 and 1, while a position may be closed there")
    func extremes() {
        let low = order(price: 200)
        func world(_ snapshot: inout RiskSnapshot) {
            snapshot.bestBid = Price(raw: 200)
            snapshot.bestAsk = Price(raw: 300)
            snapshot.fairValueMicros = 25_000
        }
        expect(.priceCollar, low, { world(&$0) }) {
            world(&$0)
            $0.inventory = Quantity(shares: -10)
        }
        let edge = order(price: 300)
        let snapshot = GateBench.snapshot {
            $0.bestBid = Price(raw: 300)
            $0.bestAsk = Price(raw: 400)
            $0.fairValueMicros = 35_000
        }
        #expect(GateBench.denial(edge, snapshot) == nil)
    }

    @Test("position, open orders and this one together stay within max_position")
    func position() {
        expect(.maxPosition, order(), { $0.inventory = Quantity(raw: 40_010_000) }) {
            $0.inventory = Quantity(shares: 40)
        }
        expect(.maxPosition, order(), { $0.openBids = Quantity(raw: 40_010_000) }) {
            $0.openBids = Quantity(shares: 40)
        }
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
    }

    @Test("an order that brings a position beyond the limit back is allowed")
    func reducingPasses() {
        let over = GateBench.snapshot {
            $0.inventory = Quantity(shares: -80)
            $0.parameters.maxPosition = 10
        }
        #expect(GateBench.denial(order(), over) == nil)
    }

    @Test("open orders are counted in the market and in all")
    func openOrders() {
        expect(.maxOpenOrders, order(), { $0.openOrdersInMarket = 4 }) {
            $0.openOrdersInMarket = 3
        }
        expect(.maxOpenOrders, order(), { $0.openOrders = 12 }) { $0.openOrders = 11 }
    }

    @Test("cash: five percent stay in reserve; shares: no more is sold than is free")
    func balance() {
        expect(.insufficientBalance, order(), { $0.buyingPower = Money(raw: 5_157_893) }) {
            $0.buyingPower = Money(raw: 5_157_895)
        }
        expect(.insufficientBalance, order(), { $0.buyingPower = Money(dollars: -1) })
        expect(
            .insufficientBalance,
            order(.yes, .sell, price: 5_200),
            { $0.sharesYes = Quantity(raw: 9_990_000) },
            released: { $0.sharesYes = Quantity(shares: 10) }
        )
        expect(
            .insufficientBalance,
            order(.no, .sell, price: 5_200),
            { $0.sharesYes = Quantity(shares: 10) },
            released: { $0.sharesNo = Quantity(shares: 10) }
        )
    }
}
