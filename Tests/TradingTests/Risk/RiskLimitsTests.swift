internal import TestSupport
internal import Testing

@testable internal import Trading

@Suite("RiskLimits") struct RiskLimitsTests {
    @Test("one order is worth $25, or what the operator's size is worth at one dollar a share")
    func notional() {
        func denial(size: Int64, orderSize: Int64) -> RiskDenial? {
            GateBench.denial(
                GateBench.order(price: 5_000, size: size * 100),
                GateBench.snapshot {
                    $0.parameters.orderSize = orderSize
                    $0.parameters.maxPosition = 100
                    $0.buyingPower = Money(dollars: 1_000)
                }
            )
        }
        #expect(denial(size: 50, orderSize: 10) == nil)
        #expect(denial(size: 51, orderSize: 10) == .maxOrderSize)
        #expect(denial(size: 51, orderSize: 12) == .maxNotional)
        #expect(denial(size: 60, orderSize: 30) == nil)
        #expect(denial(size: 61, orderSize: 30) == .maxNotional)
    }

    @Test("the worst outcome of a market costs $60, or what max_position costs at one dollar")
    func liability() {
        /// A long position of 100 YES bought at 0.54, worth $54 at worst.
        func denial(maxPosition: Int64, size: Int64) -> RiskDenial? {
            var position = Position()
            _ = position.apply(
                GateBench.fill(GateBench.order(price: 5_400, size: 10_000), trade: 1)
            )
            return GateBench.denial(
                GateBench.order(price: 5_000, size: size),
                GateBench.snapshot {
                    $0.loss = WorstCaseLoss(position)
                    // Seen as flat: only the money counts here.
                    $0.parameters.maxPosition = maxPosition
                }
            )
        }
        #expect(denial(maxPosition: 50, size: 1_200) == nil)
        #expect(denial(maxPosition: 50, size: 1_201) == .maxLiability)
        #expect(denial(maxPosition: 60, size: 1_201) == .maxLiability)
        #expect(denial(maxPosition: 61, size: 1_201) == nil)
    }

    @Test("all markets together may lose 30 % of the equity, whatever the parameters say")
    func total() {
        func denial(elsewhere: Int64, equity: Int64) -> RiskDenial? {
            GateBench.denial(
                GateBench.order(price: 5_000),
                GateBench.snapshot {
                    $0.lossElsewhere = Money(dollars: elsewhere)
                    $0.equity = Money(dollars: equity)
                    $0.parameters.maxPosition = 1_000_000
                }
            )
        }
        #expect(denial(elsewhere: 295, equity: 1_000) == nil)
        #expect(denial(elsewhere: 296, equity: 1_000) == .maxTotalExposure)
        #expect(denial(elsewhere: 296, equity: 1_004) == nil)
        #expect(denial(elsewhere: 0, equity: -1) == .maxTotalExposure)
    }

    @Test("an order that makes no outcome worse passes the limits in dollars")
    func hedging() {
        // Ten pairs and 100 YES more than NO; selling YES makes "NO wins" no worse.
        var position = Position()
        _ = position.apply(GateBench.fill(GateBench.order(price: 9_000, size: 10_000), trade: 1))
        let snapshot = GateBench.snapshot {
            $0.loss = WorstCaseLoss(position)
            $0.inventory = position.inventory
            $0.sharesYes = position.yes.shares
            $0.equity = Money(dollars: 10)
        }
        let sale = GateBench.order(.yes, .sell, price: 5_200)
        #expect(GateBench.denial(sale, snapshot) == nil)
        let pair = GateBench.order(.no, .buy, price: 4_800)
        #expect(GateBench.denial(pair, snapshot) == nil)
        #expect(GateBench.denial(GateBench.order(), snapshot) == .maxPosition)
    }

    @Test("parameters as large as the API takes are not idle for the limits of one order")
    func largeParameters() {
        for orderSize: Int64 in [1, 10, 99, 100, 101, 5_000, 1_000_000] {
            let snapshot = GateBench.snapshot {
                $0.parameters.orderSize = orderSize
                $0.parameters.maxPosition = 1_000_000
                $0.orderSizeMin = Quantity(shares: 1)
                $0.equity = Money(dollars: 100_000_000)
                $0.buyingPower = Money(dollars: 100_000_000)
            }
            let order = GateBench.order(price: 4_900, size: orderSize * 100)
            #expect(GateBench.denial(order, snapshot) == nil, "order size \(orderSize)")
        }
    }

    @Test("a position's worst loss agrees with every way in which its orders may fill")
    func worstCase() {
        let seed: UInt64 = 0x10_55
        var random = SplitMix64(seed: seed)
        for round in 0..<500 {
            var position = Position()
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                _ = position.apply(GateBench.fill(randomBuy(&random), trade: 1))
            }
            var orders: [Order] = []
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                orders.append(randomBuy(&random))
            }
            for outcome in Outcome.allCases {
                let held = (outcome == .yes ? position.yes : position.no).shares
                if held.raw >= 1_000_000 {
                    orders.append(
                        GateBench.order(outcome, .sell, price: 6_000, size: held.raw / 10_000)
                    )
                }
            }
            var loss = WorstCaseLoss(position)
            for order in orders { loss.add(order, remaining: order.size) }
            let worst = naiveWorst(position, orders)
            #expect(loss.ifYesWins == worst.ifYesWins, "seed \(seed), round \(round)")
            #expect(loss.ifNoWins == worst.ifNoWins, "seed \(seed), round \(round)")
        }
    }

    /// Every subset of the orders, filled and settled through the accounts themselves.
    private func naiveWorst(
        _ position: Position,
        _ orders: [Order]
    ) -> (ifYesWins: Money, ifNoWins: Money) {
        var worst = (ifYesWins: Money(raw: .min), ifNoWins: Money(raw: .min))
        for subset in 0..<(1 << orders.count) {
            var filled = position
            var profit = Money.zero
            for index in orders.indices where subset & (1 << index) != 0 {
                profit += filled.apply(GateBench.fill(orders[index], trade: 1))
            }
            var other = filled
            let yes = filled.redeem(winner: .yes).profit + profit
            let no = other.redeem(winner: .no).profit + profit
            worst.ifYesWins = max(worst.ifYesWins, -yes)
            worst.ifNoWins = max(worst.ifNoWins, -no)
        }
        return worst
    }

    private func randomBuy(_ random: inout SplitMix64) -> Order {
        GateBench.order(
            Bool.random(using: &random) ? .yes : .no,
            .buy,
            price: Int64.random(in: 1...99, using: &random) * 100,
            size: Int64.random(in: 500...2_000, using: &random)
        )
    }
}
