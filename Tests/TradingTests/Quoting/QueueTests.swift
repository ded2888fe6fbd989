internal import TestSupport
internal import Testing

@testable internal import Trading

@Suite("Place in the queue") struct QueueTests {
    private func at(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds) }
    private func shares(_ count: Int64) -> Quantity { Quantity(shares: count) }

    @Test("trades at our price come off the front; the shrinking display they cause does not count")
    func tradeFirst() {
        var queue = QueueEstimate(displayed: shares(100))
        queue.traded(shares(30), at: at(0))
        #expect(queue.ahead == shares(70))
        queue.displayChanged(to: shares(70), at: at(10))
        #expect(queue.ahead == shares(70))
    }

    @Test("a trade told after the display shrank ends at the same place")
    func displayFirst() {
        var queue = QueueEstimate(displayed: shares(100))
        queue.displayChanged(to: shares(200), at: at(0))
        queue.displayChanged(to: shares(170), at: at(10))
        #expect(queue.ahead == shares(85), "cancels, half of them ahead")
        queue.traded(shares(30), at: at(20))
        #expect(queue.ahead == shares(70))
    }

    @Test("a trade long after a cancel is a trade of its own")
    func unrelated() {
        var queue = QueueEstimate(displayed: shares(100))
        queue.displayChanged(to: shares(200), at: at(0))
        queue.displayChanged(to: shares(170), at: at(10))
        queue.traded(shares(30), at: at(1_011))
        #expect(queue.ahead == shares(55))
    }

    @Test("cancels hit the front in proportion; arrivals queue behind")
    func cancels() {
        var queue = QueueEstimate(displayed: shares(100))
        queue.displayChanged(to: shares(400), at: at(0))
        #expect(queue.ahead == shares(100))
        queue.displayChanged(to: shares(200), at: at(5_000))
        #expect(queue.ahead == shares(50))
        queue.displayChanged(to: shares(20), at: at(9_000))
        #expect(queue.ahead <= shares(20))
        queue.reachedFront()
        #expect(queue.ahead == .zero)
    }

    @Test("random news: the estimate stays between nothing and the display, and never grows")
    func bounds() {
        for seed in UInt64(1)...500 {
            var random = SplitMix64(seed: seed)
            var displayed = Int64.random(in: 0...1_000, using: &random)
            var queue = QueueEstimate(displayed: shares(displayed))
            for step in Int64(0)..<50 {
                let before = queue.ahead
                if Bool.random(using: &random) {
                    queue.traded(
                        shares(Int64.random(in: 0...100, using: &random)),
                        at: at(step * 300)
                    )
                } else {
                    displayed = Int64.random(in: 0...1_000, using: &random)
                    queue.displayChanged(to: shares(displayed), at: at(step * 300))
                    #expect(queue.ahead <= shares(displayed), "seed \(seed), step \(step)")
                }
                #expect(queue.ahead >= .zero, "seed \(seed), step \(step)")
                #expect(queue.ahead <= before, "seed \(seed), step \(step)")
            }
        }
    }

    @Test("a fill is likelier nearer the front, nearer the best, and in a busier market")
    func fillProbability() {
        let value = QueueValue(volume: 100, adverse: 0)
        let base = value.fillProbability(ahead: 50, size: 10, ticksBehind: 0)
        #expect(abs(base - 0.548812) < 1e-6)
        #expect(value.fillProbability(ahead: 0, size: 10, ticksBehind: 0) > base)
        #expect(value.fillProbability(ahead: 50, size: 10, ticksBehind: 1) < base)
        let busy = QueueValue(volume: 200, adverse: 0)
        #expect(busy.fillProbability(ahead: 50, size: 10, ticksBehind: 0) > base)
    }

    @Test("a place is worth nothing where the edge does not pay for adverse selection")
    func worthless() {
        let value = QueueValue(volume: 100, adverse: 0.01)
        #expect(value.logValue(edge: 0.01, ahead: 0, size: 10, ticksBehind: 0) == -.infinity)
        #expect(value.logValue(edge: 0.02, ahead: 0, size: 10, ticksBehind: 0) > -.infinity)
    }

    @Test("a steady flow is found, and half of it is forgotten in a minute")
    func flow() {
        var flow = TakerFlow()
        #expect(flow.expected(within: 30, at: at(0)) == 0)
        for second in Int64(0)...900 { flow.traded(shares(3), at: at(1_000 * second)) }
        let steady = flow.expected(within: 30, at: at(900_000))
        #expect(abs(steady - 90) < 2)
        let later = flow.expected(within: 30, at: at(960_000))
        #expect(abs(later - steady / 2) < 1e-9)
    }
}
