internal import TestSupport
internal import Testing

@testable internal import Trading

@Suite("Risk, on random walks") struct RiskPropertyTests {
    /// Random orders, fills and cancels; every order that the gate lets pass is out until its end.
    private struct OrderWalk {
        var random: SplitMix64
        var gate = RiskGate(limits: RiskLimits())
        var position = Position()
        /// Out, with what is left.
        var open: [(order: Order, remaining: Quantity)] = []
        var cash = Money(dollars: 400)
        var now = Timestamp(seconds: 1_000)
        var number: UInt64 = 0
        var parameters = Parameters()

        func exposure(_ side: Side) -> Quantity {
            open.reduce(.zero) { $1.order.bookSide == side ? $0 + $1.remaining : $0 }
        }

        func snapshot() -> RiskSnapshot {
            var loss = WorstCaseLoss(position)
            var locked = Money.zero
            var offered = (yes: Quantity.zero, no: Quantity.zero)
            for (order, remaining) in open {
                loss.add(order, remaining: remaining)
                if order.side == .buy {
                    locked += Money(remaining, at: order.price)
                } else if order.outcome == .yes {
                    offered.yes += remaining
                } else {
                    offered.no += remaining
                }
            }
            return GateBench.snapshot {
                $0.parameters = parameters
                $0.inventory = position.inventory
                $0.sharesYes = position.yes.shares - offered.yes
                $0.sharesNo = position.no.shares - offered.no
                $0.openBids = exposure(.buy)
                $0.openAsks = exposure(.sell)
                $0.ownBid =
                    open.filter { $0.order.bookSide == .buy }
                    .max { $0.order.bookPrice < $1.order.bookPrice }?.order
                $0.ownAsk =
                    open.filter { $0.order.bookSide == .sell }
                    .min { $0.order.bookPrice < $1.order.bookPrice }?.order
                $0.openOrdersInMarket = open.count
                $0.openOrders = open.count
                $0.loss = loss
                $0.buyingPower = cash - locked
            }
        }

        /// Whether the order was approved.
        mutating func submit() -> Bool {
            number += 1
            let outcome = Bool.random(using: &random) ? Outcome.yes : .no
            let side = Int.random(in: 0..<3, using: &random) == 0 ? Side.sell : .buy
            let isBid = (outcome == .yes) == (side == .buy)
            let cents = Int64.random(in: 44...49, using: &random) + (isBid ? 0 : 8)
            let book = Price(raw: cents * 100)
            let order = Order(
                id: OrderID(number: number),
                market: GateBench.market,
                outcome: outcome,
                side: side,
                price: outcome == .yes ? book : book.complement,
                size: Quantity(raw: Int64.random(in: 1...60, using: &random) * 500_000)
            )
            guard case .approved(let approved) = gate.check(order, against: snapshot(), at: now)
            else { return false }
            open.append((approved.order, order.size))
            return true
        }

        mutating func fill() {
            guard let index = open.indices.randomElement(using: &random) else { return }
            let order = open[index].order
            let most = open[index].remaining.raw / 10_000
            let size = Quantity(raw: Int64.random(in: 1...most, using: &random) * 10_000)
            var fill = GateBench.fill(order, trade: number)
            fill.size = size
            _ = position.apply(fill)
            cash = order.side == .buy ? cash - Money(size, at: order.price) : cash
            if order.side == .sell { cash += Money(size, at: order.price) }
            gate.noteFill(fill, at: now)
            open[index].remaining -= size
            if open[index].remaining == .zero { end(index) }
        }

        mutating func cancel() {
            guard let index = open.indices.randomElement(using: &random) else { return }
            gate.noteCancel(at: now)
            // The venue may still be silent: then the order stays out.
            if Bool.random(using: &random) { end(index) }
        }

        private mutating func end(_ index: Int) {
            gate.noteEnd(of: open[index].order.id)
            open.remove(at: index)
        }
    }

    @Test("whatever fills, the worst case stays within the limits")
    func worstCase() {
        var approvals = 0
        var denials: Set<RiskDenial> = []
        for seed: UInt64 in 0..<300 {
            var walk = OrderWalk(random: SplitMix64(seed: seed))
            walk.parameters.maxPosition = Int64.random(in: 5...80, using: &walk.random)
            for step in 0..<300 {
                let pause = Int64.random(in: 0...4_000, using: &walk.random)
                walk.now = walk.now + .milliseconds(pause)
                switch Int.random(in: 0..<6, using: &walk.random) {
                case 0..<3: if walk.submit() { approvals += 1 }
                case 3..<5: walk.fill()
                default: walk.cancel()
                }
                let context = Comment(rawValue: "seed \(seed), step \(step)")
                let limit = Quantity(shares: walk.parameters.maxPosition)
                let inventory = walk.position.inventory
                #expect(inventory + walk.exposure(.buy) <= max(limit, inventory), context)
                #expect(-inventory + walk.exposure(.sell) <= max(limit, -inventory), context)
                #expect(inventory.magnitude <= limit, context)
                let snapshot = walk.snapshot()
                let lossMax = walk.gate.limits.marketLiabilityMax(
                    maxPosition: walk.parameters.maxPosition
                )
                #expect(snapshot.loss.worst <= lossMax, context)
                #expect(snapshot.buyingPower >= .zero, context)
                #expect(walk.open.count <= walk.gate.limits.openOrdersInMarketMax, context)
                if let bid = snapshot.ownBid, let ask = snapshot.ownAsk {
                    #expect(bid.bookPrice < ask.bookPrice, context)
                }
            }
            for denial in RiskDenial.allCases where walk.gate.denials[denial] > 0 {
                denials.insert(denial)
            }
        }
        // The walk went where it should.
        #expect(approvals > 5_000)
        for denial: RiskDenial in [.maxPosition, .minOrderSize, .maxOpenOrders, .fillRate] {
            #expect(denials.contains(denial), "\(denial)")
        }
    }

    /// Any input, the frightening ones rarely.
    private func randomInput(_ random: inout SplitMix64) -> RiskInput {
        func flip(_ odds: Int) -> Bool { Int.random(in: 0..<odds, using: &random) == 0 }
        let market = MarketID(index: UInt32.random(in: 1...20, using: &random))
        switch Int.random(in: 0..<16, using: &random) {
        case 0: return .started
        case 1, 2: return .reconciled
        case 3: return .referenceChecked(age: flip(5) ? nil : .zero)
        case 4:
            let age = Duration.seconds(flip(4) ? 20 : 0)
            let remaining = Int64.random(in: 0...300, using: &random)
            return .settlementFeedChecked(age: age, remaining: .seconds(remaining))
        case 5:
            return .bookChecked(market, BookHealth.allCases.randomElement(using: &random) ?? .sound)
        case 6:
            let skew = flip(4) ? Int64.random(in: -2_000...2_000, using: &random) : 0
            return .clockChecked(skew: .milliseconds(skew), drift: .zero)
        case 7: return flip(10) ? .clockSteppedBack : .timePassed
        case 8:
            let value = flip(6) ? Double.nan : 0.5
            return .modelChecked(value: value, midpoint: flip(6) ? 0.9 : 0.5, isSigmaAtBound: false)
        case 9: return .decisionLagChecked(p99: .seconds(flip(9) ? 1 : 0), worst: .zero)
        case 10: return .recordingChanged(isHealthy: !flip(9))
        case 11: return .equityMarked(Money(dollars: Int64.random(in: 960...1_010, using: &random)))
        case 12: return .windowSettled(market, profit: Money(dollars: flip(2) ? -1 : 1))
        case 13: return flip(3) ? .orderRejected(.offTick) : .orderAccepted
        case 14: return flip(30) ? .emergencyStopped : .ordersGone
        default: return flip(4) ? .rearmed : .timePassed
        }
    }

    /// The causes of the session whose condition an input says to hold.
    private func triggered(by input: RiskInput) -> [RiskCause] {
        switch input {
        case .referenceChecked(nil): return [.referenceStale]
        case .settlementFeedChecked(let age?, let remaining) where age == .seconds(20):
            return remaining < .seconds(180)
                ? [.settlementStale, .settlementLost] : [.settlementStale]
        case .clockChecked(let skew, _):
            let size = abs(skew.nanoseconds)
            return size > 1_000_000_000
                ? [.clockSkewed, .clockBroken] : size > 250_000_000 ? [.clockSkewed] : []
        case .clockSteppedBack: return [.clockBroken]
        case .modelChecked(let value, let midpoint, _):
            return value.isNaN ? [.modelInvalid] : midpoint == 0.9 ? [.valueDiverged] : []
        case .decisionLagChecked(let p99, _) where p99 == .seconds(1): return [.loopLagging]
        case .recordingChanged(false): return [.journalFailed]
        default: return []
        }
    }

    private func permission(at level: RiskLevel) -> OrderPermission {
        switch level {
        case .none, .caution: .everything
        case .reduceOnly: .reducing
        case .halted, .killed: .nothing
        }
    }

    @Test("down at once, up only after a dwell, killed until rearmed, small after a halt")
    func states() {
        var visited: Set<RiskState> = []
        for seed: UInt64 in 0..<300 {
            var random = SplitMix64(seed: seed)
            var script = MonitorScript()
            var lastTriggers: [RiskCause: Timestamp] = [:]
            var wasHalted = false
            for step in 0..<400 {
                let pause = Int64.random(in: 0...20_000, using: &random)
                script.now = script.now + .milliseconds(pause)
                let input = randomInput(&random)
                let before = script.monitor.standing
                let change = script.monitor.handle(input, at: script.now)
                let after = script.monitor.standing
                let context = Comment(rawValue: "seed \(seed), step \(step): \(input)")
                visited.insert(after.state)

                #expect((change == nil) == (before == after), context)
                if let change { #expect(change == after, context) }
                if before.state == .killed && after.state != .killed {
                    #expect(input == .rearmed, context)
                    #expect(after.permission == .nothing, context)
                }
                #expect((after.state == .killed) == script.monitor.killSwitch.isLatched, context)
                for cause in triggered(by: input) { lastTriggers[cause] = script.now }
                for (cause, time) in lastTriggers {
                    let dwell = cause.isAboutData ? Duration.seconds(2) : .seconds(30)
                    guard script.now - time < dwell else { continue }
                    #expect(after.permission <= permission(at: cause.level), context)
                    #expect(
                        after.sizePercent <= 50 || cause.level != .caution
                            || after.state == .reduceOnly,
                        context
                    )
                }
                // What quotes first after a halt about our orders quotes small.
                let isHalt = after.cause?.needsReconciliation ?? false
                if isHalt && after.permission == .nothing { wasHalted = true }
                if after.permission != .nothing && wasHalted {
                    #expect(before.state == .reconciling && input == .reconciled, context)
                    #expect(after.sizePercent == 25, context)
                    wasHalted = false
                }
                if before.permission == .nothing && before.state == .reconciling
                    && after.permission != .nothing
                {
                    #expect(input == .reconciled, context)
                }
                // A market is never better off than the session.
                let own = script.monitor.standing(of: MarketID(index: 1))
                #expect(own.permission <= after.permission, context)
            }
        }
        let reachable: Set<RiskState> = [
            .starting, .reconciling, .recovering, .active, .caution, .reduceOnly, .halted, .killed,
        ]
        #expect(visited == reachable)
    }

    @Test("there is a place for every cause, and its code is upper snake case")
    func causes() {
        #expect(CauseSet.causesMax == RiskCause.allCases.count)
        for cause in RiskCause.allCases {
            let code = String(describing: cause.code)
            #expect(code.allSatisfy { $0 == "_" || ($0.isLetter && $0.isUppercase) })
            #expect((cause.level == .none) == (cause == .gasLow), "only gas leaves quotes alone")
        }
    }
}
