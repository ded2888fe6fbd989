internal import Foundation
internal import TestSupport
internal import Testing

@testable internal import Trading

@Suite("Flow decay") struct FlowDecayTests {
    private static let market = MarketID(index: 1)

    private func print(
        _ side: Side,
        _ cents: Int64,
        at time: Timestamp,
        market: MarketID = market
    ) -> TradePrint {
        TradePrint(
            market: market,
            takerSide: side,
            price: Price(raw: cents * 100),
            size: Quantity(shares: 10),
            venueTime: time
        )
    }

    private func at(_ milliseconds: Int) -> Timestamp {
        Timestamp(seconds: 1_790_000_000) + .milliseconds(Int64(milliseconds))
    }

    @Test("flow that thins out by a factor per cent gives its logarithm", arguments: [2.0, 4, 8])
    func knownDecay(factor: Double) throws {
        var random = SplitMix64(seed: UInt64(factor))
        var flow = FlowDecay()
        var now = 0
        for _ in 0..<20_000 {
            now += 10
            var depth: Int64 = 0
            while depth < 3, Double.random(in: 0..<1, using: &random) < 1 / factor { depth += 1 }
            let side = Bool.random(using: &random) ? Side.buy : .sell
            // The book is 50 at 51: half a cent to the touch.
            let cents = side == .buy ? 51 + depth : 50 - depth
            flow.traded(print(side, cents, at: at(now)), midpointDoubled: 10_100, at: at(now))
        }
        let decay = try #require(flow.perDollar)
        #expect(abs(decay - 100 * log(factor)) < 8)
    }

    @Test("the figure is the weighted regression over what reached each depth, sweeps counted once")
    func naive() throws {
        for seed in UInt64(1)...10 {
            var random = SplitMix64(seed: seed)
            var flow = FlowDecay()
            var arrivals: [(at: Int, depth: Int)] = []
            var now = 0
            for _ in 0..<600 {
                now += Int.random(in: 1...2_000, using: &random)
                let side = Bool.random(using: &random) ? Side.buy : .sell
                let deepest =
                    Int.random(in: 0..<6, using: &random) * Int.random(in: 0...1, using: &random)
                for depth in 0...deepest {
                    // The prints of a sweep bear one stamp and arrive a little apart.
                    let cents = side == .buy ? 51 + depth : 50 - depth
                    flow.traded(
                        print(side, Int64(cents), at: at(now)),
                        midpointDoubled: 10_100,
                        at: at(now) + Duration(nanoseconds: Int64(depth))
                    )
                }
                arrivals.append((now, min(deepest, 3)))
            }
            let counts = (0..<4).map { depth in
                arrivals.filter { $0.depth >= depth }
                    .reduce(0.0) { $0 + exp2(-Double(now - $1.at) / 900_000) }
            }
            let used = (0..<4).filter { counts[$0] >= 5 }
            let total = used.reduce(0.0) { $0 + counts[$1] }
            let meanX = used.reduce(0.0) { $0 + counts[$1] * Double($1) } / total
            let meanY = used.reduce(0.0) { $0 + counts[$1] * log(counts[$1]) } / total
            let covariance = used.reduce(0.0) {
                $0 + counts[$1] * (Double($1) - meanX) * (log(counts[$1]) - meanY)
            }
            let variance = used.reduce(0.0) {
                $0 + counts[$1] * (Double($1) - meanX) * (Double($1) - meanX)
            }
            let decay = try #require(flow.perDollar)
            #expect(abs(decay + 100 * covariance / variance) < 1e-3, "seed \(seed)")
        }
    }

    @Test("nothing is said of few trades, of one depth alone, or of flow that grows with depth")
    func unknown() {
        var few = FlowDecay()
        for index in 0..<99 {
            let cents: Int64 = index % 4 == 0 ? 52 : 51
            few.traded(print(.buy, cents, at: at(index)), midpointDoubled: 10_100, at: at(index))
        }
        #expect(few.perDollar == nil)
        var shallow = FlowDecay()
        var deep = FlowDecay()
        for index in 0..<500 {
            let now = at(index)
            shallow.traded(print(.sell, 50, at: now), midpointDoubled: 10_100, at: now)
            deep.traded(print(.sell, 40, at: now), midpointDoubled: 10_100, at: now)
        }
        #expect(shallow.perDollar == nil && deep.perDollar == nil)
    }

    @Test("what was seen an hour ago counts a sixteenth")
    func forgetting() {
        var flow = FlowDecay()
        for index in 0..<1_000 {
            let cents: Int64 = index % 4 == 0 ? 52 : 51
            flow.traded(print(.buy, cents, at: at(index)), midpointDoubled: 10_100, at: at(index))
        }
        #expect(flow.perDollar != nil)
        let later = at(3_600_000)
        flow.traded(print(.buy, 51, at: later), midpointDoubled: 10_100, at: later)
        #expect(flow.perDollar == nil)
    }
}
