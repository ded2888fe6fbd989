internal import TestSupport
internal import Testing

@testable internal import Trading

@Suite("Requoting") struct RequotePolicyTests {
    private let start = Timestamp(seconds: 1_000)

    private func at(_ milliseconds: Int64) -> Timestamp { start + .milliseconds(milliseconds) }

    private func quote(_ price: Int64, _ side: Side = .buy, size: Int64 = 10) -> QuoteDecision {
        .target(
            Quote(
                side: side,
                price: Price(raw: price),
                size: Quantity(shares: size),
                room: Quantity(shares: 40),
                value: 0.505,
                outcome: side == .buy ? .yes : .no,
                orderSide: .buy
            )
        )
    }

    /// A bid of 10 at 0.48 in a market 0.50 / 0.51 with a long queue ahead: worth little.
    private func order(_ change: (inout StandingOrder) -> Void = { _ in }) -> StandingOrder {
        var order = StandingOrder(
            price: Price(raw: 4_800),
            remaining: Quantity(shares: 10),
            placedAt: start,
            isResting: true,
            queueAhead: Quantity(shares: 2_000)
        )
        change(&order)
        return order
    }

    private func market(_ change: (inout RequoteMarket) -> Void = { _ in }) -> RequoteMarket {
        var market = RequoteMarket(
            tickSize: .hundredth,
            bestBid: Price(raw: 5_000),
            bestAsk: Price(raw: 5_100),
            fair: 0.505,
            volState: .low,
            orderSizeMin: Quantity(shares: 5),
            displayedAtBidTarget: Quantity(shares: 100),
            displayedAtAskTarget: Quantity(shares: 100),
            bidValue: QueueValue(volume: 100, adverse: 0.002),
            askValue: QueueValue(volume: 100, adverse: 0.002)
        )
        change(&market)
        return market
    }

    private func placed() -> RequotePolicy {
        var policy = RequotePolicy()
        policy.orderPlaced(.buy, at: start)
        policy.orderPlaced(.sell, at: start)
        return policy
    }

    private func review(
        _ policy: inout RequotePolicy,
        _ order: StandingOrder,
        _ decision: QuoteDecision,
        _ market: RequoteMarket,
        _ milliseconds: Int64,
        side: Side = .buy
    ) -> Requote {
        policy.review(order, side, against: decision, in: market, at: at(milliseconds))
    }

    @Test("an order on target is kept, whatever its age")
    func onTarget() {
        var policy = placed()
        #expect(review(&policy, order(), quote(4_800), market(), 60_000) == .keep(.onTarget))
    }

    @Test("danger moves at once: no spacing, no budget, not even an answer of the venue is awaited")
    func danger() {
        let cases: [(Danger, StandingOrder, RequoteMarket)] = [
            (.edge, order(), market { $0.fair = 0.4899 }),
            (.crossing, order(), market { $0.bestAsk = Price(raw: 4_800) }),
            (.crossing, order(), market { $0.bestAsk = nil }),
            (.offGrid, order { $0.price = Price(raw: 4_850) }, market()),
            (.tooLarge, order { $0.remaining = Quantity(shares: 41) }, market()),
            (.edge, order(), market { $0.fair = .nan }),
        ]
        for (danger, order, market) in cases {
            for isResting in [true, false] {
                var policy = placed()
                for _ in 0..<10 {
                    var order = order
                    order.isResting = isResting
                    let answer = review(&policy, order, quote(4_700), market, 1)
                    #expect(answer == .replace(.danger(danger)))
                }
            }
        }
        var policy = placed()
        #expect(
            review(&policy, order(), quote(4_800), market { $0.fair = 0.49 }, 1) == .keep(.onTarget)
        )
        let offer = order { $0.price = Price(raw: 5_200) }
        let high = market { $0.fair = 0.511 }
        let answer = review(&policy, offer, quote(5_300, .sell), high, 1, side: .sell)
        #expect(answer == .replace(.danger(.edge)))
    }

    @Test("a side without a target is pulled at once and rests for a second")
    func pull() {
        var policy = placed()
        #expect(review(&policy, order(), .none(.held), market(), 600) == .pull(.held))
        #expect(!policy.mayPlace(.buy, at: at(1_599)))
        #expect(policy.mayPlace(.buy, at: at(1_600)))
        #expect(policy.mayPlace(.sell, at: at(600)))
    }

    @Test("a target one tick away is followed, once the spacing allows it")
    func away() {
        var policy = placed()
        #expect(review(&policy, order(), quote(4_700), market(), 499) == .keep(.paced))
        #expect(review(&policy, order(), quote(4_700), market(), 500) == .replace(.away))
        let offer = order { $0.price = Price(raw: 5_200) }
        let answer = review(&policy, offer, quote(5_300, .sell), market(), 500, side: .sell)
        #expect(answer == .replace(.away))
    }

    @Test("a target two ticks closer is followed, one tick closer only in the high regime")
    func closer() {
        var policy = placed()
        #expect(review(&policy, order(), quote(4_900), market(), 500) == .keep(.withinThreshold))
        #expect(review(&policy, order(), quote(5_000), market(), 500) == .replace(.closer))
        policy = placed()
        let high = market { $0.volState = .high }
        #expect(review(&policy, order(), quote(4_900), high, 500) == .replace(.closer))
    }

    @Test("one tick that lasts a second and a half is followed, and the count starts anew")
    func lasting() {
        var policy = placed()
        #expect(review(&policy, order(), quote(4_900), market(), 600) == .keep(.withinThreshold))
        #expect(review(&policy, order(), quote(4_800), market(), 1_000) == .keep(.onTarget))
        #expect(review(&policy, order(), quote(4_900), market(), 1_100) == .keep(.withinThreshold))
        #expect(review(&policy, order(), quote(4_900), market(), 2_599) == .keep(.withinThreshold))
        #expect(review(&policy, order(), quote(4_900), market(), 2_600) == .replace(.closer))
    }

    @Test("one tick that lasts is not followed while a fill is expected")
    func fillExpected() {
        var policy = placed()
        let front = order { $0.queueAhead = .zero }
        let busy = market { $0.bidValue = QueueValue(volume: 1_000, adverse: 0.002) }
        #expect(review(&policy, front, quote(4_900), busy, 600) == .keep(.withinThreshold))
        #expect(review(&policy, front, quote(4_900), busy, 5_000) == .keep(.withinThreshold))
    }

    @Test("the front of a queue is not given up for the back of one that is worth less")
    func queue() {
        var policy = placed()
        let front = order { $0.queueAhead = .zero }
        let crowded = market { $0.displayedAtBidTarget = Quantity(shares: 500) }
        #expect(review(&policy, front, quote(5_000), crowded, 500) == .keep(.queueWorthMore))
        #expect(review(&policy, order(), quote(5_000), crowded, 500) == .replace(.closer))
        // Nothing is to be earned where the order stands: its place is worth nothing.
        policy = placed()
        let toxic = market {
            $0.displayedAtBidTarget = Quantity(shares: 500)
            $0.bidValue = QueueValue(volume: 100, adverse: 0.03)
        }
        #expect(review(&policy, front, quote(5_000), toxic, 500) == .replace(.closer))
    }

    @Test(
        "sizes are followed when they differ by more than a quarter, or too little is left",
        arguments: [
            (10, 8, Requote.keep(.onTarget)), (10, 7, .replace(.size(isCut: true))),
            (8, 10, .keep(.onTarget)), (7, 10, .replace(.size(isCut: false))),
            (4, 5, .replace(.size(isCut: false))), (4, 4, .keep(.onTarget)),
        ]
    )
    func size(left: Int64, target: Int64, expected: Requote) {
        var policy = placed()
        let order = order { $0.remaining = Quantity(shares: left) }
        let answer = review(&policy, order, quote(4_800, size: target), market(), 600)
        #expect(answer == expected)
    }

    @Test("an order at the front is not given up for a larger one at the back")
    func sizeQueue() {
        var policy = placed()
        let front = order {
            $0.remaining = Quantity(shares: 6)
            $0.queueAhead = .zero
        }
        #expect(review(&policy, front, quote(4_800), market(), 600) == .keep(.queueWorthMore))
    }

    @Test("past its time to live an order follows any price; at its price it keeps its queue")
    func expiry() {
        var policy = placed()
        #expect(review(&policy, order(), quote(4_900), market(), 29_999) == .keep(.withinThreshold))
        #expect(review(&policy, order(), quote(4_800), market(), 30_000) == .keep(.onTarget))
        #expect(review(&policy, order(), quote(4_900), market(), 30_000) == .replace(.expired))
    }

    @Test("four replaces at once, then one each 250 ms; danger goes into debt, but not for ever")
    func budget() {
        var budget = ReplaceBudget()
        for _ in 0..<4 {
            #expect(budget.hasToken(at: start))
            budget.take(at: start)
        }
        #expect(!budget.hasToken(at: at(249)))
        #expect(budget.hasToken(at: at(250)))
        for _ in 0..<100 { budget.take(at: at(250)) }
        #expect(!budget.hasToken(at: at(1_499)))
        #expect(budget.hasToken(at: at(1_500)))
    }

    @Test("both sides share the budget, and danger on one uses it up for the other")
    func sharedBudget() {
        var policy = placed()
        let low = market { $0.fair = 0.48 }
        for _ in 0..<4 {
            #expect(review(&policy, order(), quote(4_600), low, 600) == .replace(.danger(.edge)))
        }
        let offer = order { $0.price = Price(raw: 5_200) }
        let target = quote(5_300, .sell)
        #expect(review(&policy, offer, target, market(), 849, side: .sell) == .keep(.paced))
        #expect(review(&policy, offer, target, market(), 850, side: .sell) == .replace(.away))
    }

    @Test("a refusal of the venue holds the side for 250 ms; half a second lies between placements")
    func pacing() {
        var policy = RequotePolicy()
        #expect(policy.mayPlace(.buy, at: start))
        policy.orderPlaced(.buy, at: start)
        #expect(!policy.mayPlace(.buy, at: at(499)))
        #expect(policy.mayPlace(.buy, at: at(500)))
        policy.orderRejected(.buy, at: at(490))
        #expect(!policy.mayPlace(.buy, at: at(739)))
        #expect(policy.mayPlace(.buy, at: at(740)))
        #expect(policy.mayPlace(.sell, at: at(490)))
    }

    @Test("a noisy fair value does not make the quotes flap")
    func flapping() {
        for seed in UInt64(1)...20 {
            var random = SplitMix64(seed: seed)
            var policy = RequotePolicy()
            var orders: [Side: StandingOrder] = [:]
            var placements = 0
            // Ten minutes, ten decisions a second; fair within half a tick of a boundary.
            for step in Int64(0)..<6_000 {
                let now = at(step * 100)
                let fair = 0.51 + Double.random(in: -0.005...0.005, using: &random)
                let input = QuoteBuilderTests.input { $0.fair = fair }
                let (bid, ask) = QuoteBuilder.quotes(for: input)
                let market = market { $0.fair = fair }
                for (side, decision) in [(Side.buy, bid), (.sell, ask)] {
                    if let order = orders[side] {
                        let answer = policy.review(
                            order,
                            side,
                            against: decision,
                            in: market,
                            at: now
                        )
                        if case .keep = answer { continue }
                        orders[side] = nil
                    } else if let quote = decision.quote, policy.mayPlace(side, at: now) {
                        policy.orderPlaced(side, at: now)
                        placements += 1
                        orders[side] = StandingOrder(
                            price: quote.price,
                            remaining: quote.size,
                            placedAt: now,
                            isResting: true,
                            queueAhead: Quantity(shares: 100)
                        )
                    }
                }
            }
            // Following the noise would take 2,400 (the pace alone); half of it flips a target.
            #expect(placements <= 90, "seed \(seed)")
        }
    }
}
