internal import Testing

@testable internal import Trading

@Suite("What the gate remembers") struct GateMemoryTests {
    private func at(_ milliseconds: Int64) -> Timestamp {
        Timestamp(milliseconds: 1_000_000 + milliseconds)
    }

    @Test("an order is not sent twice, and may be sent again once its end is told")
    func duplicates() {
        var gate = RiskGate(limits: RiskLimits())
        func denial(_ number: UInt64, _ price: Int64, at now: Int64) -> RiskDenial? {
            GateBench.denial(
                of: GateBench.order(price: price, number: number),
                by: &gate,
                at: at(now)
            )
        }
        #expect(denial(1, 4_900, at: 0) == nil)
        #expect(denial(1, 4_800, at: 1_000) == .duplicateOrder, "the same number")
        #expect(denial(2, 4_900, at: 1_000) == .duplicateOrder, "its end is not known")
        #expect(denial(2, 4_800, at: 1_000) == nil, "another price")
        gate.noteEnd(of: OrderID(number: 1))
        #expect(denial(3, 4_900, at: 2_000) == nil, "the quote moved away and back")
        #expect(denial(4, 4_900, at: 11_999) == .duplicateOrder)
        #expect(denial(4, 4_900, at: 12_000) == nil, "an end that is never told forbids for 10 s")
    }

    @Test("an order that the engine knows to be live forbids its like for as long as it is")
    func liveDuplicates() {
        var gate = RiskGate(limits: RiskLimits())
        let own = GateBench.order(number: 1)
        let live = GateBench.snapshot { $0.ownBid = own }
        let again = GateBench.order(number: 2)
        #expect(GateBench.denial(of: again, by: &gate, against: live) == .duplicateOrder)
        #expect(GateBench.denial(of: again, by: &gate) == nil)
    }

    @Test("ten orders a second, twenty at once, over all markets")
    func orderThrottle() {
        var gate = RiskGate(limits: RiskLimits())
        var number: UInt64 = 0
        func denial(at now: Int64) -> RiskDenial? {
            number += 1
            let order = GateBench.order(
                price: 2_000 + Int64(number) * 10,
                number: number,
                market: MarketID(index: UInt32(number % 16))
            )
            let snapshot = GateBench.snapshot {
                $0.tickSize = .thousandth
                $0.fairValueMicros = order.price.raw * 100
                $0.bestBid = order.bookPrice
                $0.bestAsk = Price(raw: order.bookPrice.raw + 10)
            }
            return GateBench.denial(of: order, by: &gate, against: snapshot, at: at(now))
        }
        for _ in 0..<20 { #expect(denial(at: 0) == nil) }
        #expect(denial(at: 99) == .rateLimit)
        #expect(denial(at: 100) == nil)
        // Cancels within their own reserve cost the orders nothing, more of them do.
        for _ in 0..<20 { gate.noteCancel(at: at(100)) }
        #expect(denial(at: 200) == nil)
        for _ in 0..<12 { gate.noteCancel(at: at(200)) }
        #expect(denial(at: 1_199) == .rateLimit)
        #expect(denial(at: 1_400) == nil)
    }

    @Test("four orders a second, eight at once, in one market")
    func marketThrottle() {
        var gate = RiskGate(limits: RiskLimits())
        func denial(_ number: UInt64, at now: Int64) -> RiskDenial? {
            defer { gate.noteEnd(of: OrderID(number: number)) }
            return GateBench.denial(
                of: GateBench.order(number: number),
                by: &gate,
                at: at(now)
            )
        }
        for number: UInt64 in 1...8 { #expect(denial(number, at: 0) == nil) }
        #expect(denial(9, at: 249) == .rateLimit)
        #expect(denial(9, at: 250) == nil)
    }

    @Test("a ninth filled order on one side within a minute pauses that side for a minute")
    func fillBurst() {
        var gate = RiskGate(limits: RiskLimits())
        let yes = GateBench.order()
        func fill(_ number: UInt64, at now: Int64) {
            // A buy of YES and a sale of NO are the same side.
            let order =
                number % 2 == 0
                ? GateBench.order(number: number)
                : GateBench.order(.no, .sell, price: 5_100, number: number)
            gate.noteFill(GateBench.fill(order, trade: number), at: at(now))
        }
        for number: UInt64 in 1...8 { fill(number, at: Int64(number) * 1_000) }
        // A second piece of the same order is not another execution.
        fill(8, at: 9_000)
        #expect(GateBench.denial(of: yes, by: &gate, at: at(9_000)) == nil)
        fill(9, at: 60_999)
        let again = GateBench.order(number: 2)
        #expect(GateBench.denial(of: again, by: &gate, at: at(120_998)) == .fillRate)
        let other = GateBench.order(.no, .buy, price: 4_800, number: 2)
        #expect(GateBench.denial(of: other, by: &gate, at: at(120_998)) == nil)
        let released = GateBench.order(number: 3)
        #expect(GateBench.denial(of: released, by: &gate, at: at(120_999)) == nil)
    }

    @Test("more than twenty filled orders on one side of a window pause it too")
    func windowFills() {
        var gate = RiskGate(limits: RiskLimits())
        for number: UInt64 in 1...21 {
            let order = GateBench.order(number: number)
            #expect(GateBench.denial(of: order, by: &gate, at: at(Int64(number) * 10_000)) == nil)
            gate.noteFill(GateBench.fill(order, trade: number), at: at(Int64(number) * 10_000))
            gate.noteEnd(of: order.id)
        }
        let next = GateBench.order(number: 22)
        #expect(GateBench.denial(of: next, by: &gate, at: at(269_999)) == .fillRate)
        #expect(GateBench.denial(of: next, by: &gate, at: at(270_000)) == nil)
    }

    @Test("three refusals for want of balance within a minute pause buying for a minute")
    func balanceRefusals() {
        var gate = RiskGate(limits: RiskLimits())
        let sale = GateBench.order(.yes, .sell, price: 5_200, number: 1)
        let holding = GateBench.snapshot { $0.sharesYes = Quantity(shares: 10) }
        gate.noteBalanceRefusal(at: at(0))
        gate.noteBalanceRefusal(at: at(30_000))
        gate.noteBalanceRefusal(at: at(60_000))
        #expect(
            GateBench.denial(of: GateBench.order(number: 1), by: &gate, at: at(60_000)) == nil,
            "the first is a minute old"
        )
        gate.noteBalanceRefusal(at: at(70_000))
        let buy = GateBench.order(price: 4_800, number: 2)
        #expect(
            GateBench.denial(of: buy, by: &gate, at: at(129_999)) == .insufficientBalance
        )
        let other = GateBench.order(.yes, .sell, price: 5_200, number: 2)
        #expect(GateBench.denial(of: other, by: &gate, against: holding, at: at(129_999)) == nil)
        #expect(sale.side == .sell)
        let later = GateBench.order(price: 4_800, number: 3)
        #expect(GateBench.denial(of: later, by: &gate, at: at(130_000)) == nil)
    }

    @Test("a denial is counted under its code, and all together")
    func counts() {
        var gate = RiskGate(limits: RiskLimits())
        #expect(DenialCounts.casesMax == RiskDenial.allCases.count)
        let stopped = GateBench.snapshot { $0.isRunning = false }
        let oneSided = GateBench.snapshot { $0.bestAsk = nil }
        for _ in 0..<3 {
            _ = gate.check(GateBench.order(), against: stopped, at: at(0))
        }
        for _ in 0..<2 {
            _ = gate.check(GateBench.order(), against: oneSided, at: at(31_000))
        }
        #expect(gate.denials[.notRunning] == 3)
        #expect(gate.denials[.noBook] == 2)
        #expect(gate.denials.total == 5)
    }

    @Test("each code is upper snake case, and no two are alike")
    func codes() {
        var seen: Set<String> = []
        for denial in RiskDenial.allCases {
            let code = String(describing: denial.code)
            #expect(code.allSatisfy { $0 == "_" || ($0.isLetter && $0.isUppercase) })
            #expect(seen.insert(code).inserted)
        }
    }

    @Test("a market that comes when all places are taken gets the one used longest ago")
    func eviction() {
        var gate = RiskGate(limits: RiskLimits())
        for number: UInt64 in 1...40 {
            let order = GateBench.order(number: number, market: MarketID(index: UInt32(number)))
            #expect(GateBench.denial(of: order, by: &gate, at: at(Int64(number) * 1_000)) == nil)
        }
    }
}
