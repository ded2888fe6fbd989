internal import TestSupport
internal import Testing

@testable internal import Trading

@Suite("Reference delta") struct ReferenceDeltaTests {
    private struct Window {
        var inventory: Int64
        var bids: Int64
        var asks: Int64
        var sensitivity: Double
    }

    private func delta(_ windows: [Window]) -> ReferenceDelta {
        var delta = ReferenceDelta(price: 80_000)
        for window in windows {
            delta.add(
                inventory: Quantity(shares: window.inventory),
                bids: Quantity(shares: window.bids),
                asks: Quantity(shares: window.asks),
                sensitivity: window.sensitivity
            )
        }
        return delta
    }

    /// The dearest of the two moves with every subset of the open orders filled.
    private func worst(_ windows: [Window]) -> Double {
        var worst = 0.0
        for subset in 0..<(1 << (2 * windows.count)) {
            var shares = 0.0
            for (index, window) in windows.enumerated() {
                var held = window.inventory
                if subset >> (2 * index) & 1 == 1 { held += window.bids }
                if subset >> (2 * index) & 2 == 2 { held -= window.asks }
                shares += Double(held) * window.sensitivity
            }
            worst = max(worst, abs(shares) * 80)
        }
        return worst
    }

    private func random(_ random: inout SplitMix64) -> [Window] {
        (0..<Int.random(in: 1...4, using: &random)).map { _ in
            Window(
                inventory: Int64.random(in: -50...50, using: &random),
                bids: Int64.random(in: 0...10, using: &random),
                asks: Int64.random(in: 0...10, using: &random),
                sensitivity: Double.random(in: 0...0.008, using: &random)
            )
        }
    }

    @Test("the loss is that of the worst subset of open orders that fills")
    func worstLoss() {
        for seed in UInt64(1)...200 {
            var generator = SplitMix64(seed: seed)
            let windows = random(&generator)
            #expect(abs(delta(windows).worstLoss - worst(windows)) < 1e-9, "seed \(seed)")
        }
    }

    @Test("an order of the greatest size fits, one share more does not")
    func sharesMax() throws {
        for seed in UInt64(1)...300 {
            var generator = SplitMix64(seed: seed)
            let windows = random(&generator)
            let sensitivity = Double.random(in: 0.001...0.008, using: &generator)
            for side in Side.allCases {
                let most = try #require(
                    delta(windows).sharesMax(side, sensitivity: sensitivity, lossMax: 5)
                )
                /// In the direction of the order alone: the other one is not its fault.
                func loss(_ shares: Double) -> Double {
                    let delta = delta(windows)
                    let before =
                        side == .buy
                        ? delta.held + delta.openBids : delta.openAsks - delta.held
                    return (before + shares * sensitivity) * 80
                }
                if most > .zero { #expect(loss(most.shares) <= 5 + 1e-6, "seed \(seed)") }
                #expect(loss(most.shares + 1) > 5 - 1e-6, "seed \(seed)")
            }
        }
    }

    @Test("the way back to nothing is always open, and a window that nothing moves has no limit")
    func reducing() throws {
        let long = delta([Window(inventory: 50, bids: 0, asks: 0, sensitivity: 0.008)])
        #expect(long.worstLoss == 32)
        #expect(long.sharesMax(.buy, sensitivity: 0.008, lossMax: 5) == .zero)
        let back = try #require(long.sharesMax(.sell, sensitivity: 0.008, lossMax: 5))
        #expect(back == Quantity(shares: 57))
        #expect(long.sharesMax(.buy, sensitivity: 0, lossMax: 5) == nil)
        let calm = try #require(
            ReferenceDelta(price: 80_000).sharesMax(.buy, sensitivity: 1e-12, lossMax: 5)
        )
        #expect(calm == Quantity(shares: 1_000_000))
    }

    @Test("a hedge in another window makes room on one side and takes it on the other")
    func windowsAddUp() throws {
        let hedged = delta([
            Window(inventory: 20, bids: 0, asks: 0, sensitivity: 0.004),
            Window(inventory: -20, bids: 0, asks: 0, sensitivity: 0.004),
        ])
        #expect(hedged.worstLoss == 0)
        let open = delta([Window(inventory: -10, bids: 0, asks: 5, sensitivity: 0.004)])
        #expect(open.sharesMax(.buy, sensitivity: 0.004, lossMax: 5) == Quantity(shares: 25))
        #expect(open.sharesMax(.sell, sensitivity: 0.004, lossMax: 5) == Quantity(shares: 0))
        #expect(open.sharesMax(.sell, sensitivity: 0.004, lossMax: 6.4) == Quantity(shares: 5))
    }
}
