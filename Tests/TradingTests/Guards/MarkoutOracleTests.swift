internal import Foundation
internal import TestSupport
internal import Testing

@testable internal import Trading

@Suite("Markouts against an oracle") struct MarkoutOracleTests {
    private struct Told {
        var market: UInt32
        var side: Side
        var phase: MarkoutPhase
        var ms: Int64
        var price: Double
        var fair: Double
    }

    /// Every value of every market, in order of time.
    private struct Path {
        var values: [(market: UInt32, ms: Int64, value: Double)] = []

        /// The value that stands when the instant has ended.
        func value(_ market: UInt32, at ms: Int64) -> Double? {
            values.last { $0.market == market && $0.ms <= ms }?.value
        }
    }

    @Test("random fills in several markets: every horizon, the toxicities and the sums agree")
    func random() {
        for seed in UInt64(1)...100 {
            var random = SplitMix64(seed: seed)
            var tracker = MarkoutTracker()
            var path = Path()
            var fills: [Told] = []
            var ms: Int64 = 0
            for _ in 0..<600 {
                ms += Int64.random(in: 0...1_500, using: &random)
                let now = Timestamp(milliseconds: ms)
                let market = UInt32.random(in: 1...3, using: &random)
                let fair = Double.random(in: 0.05...0.95, using: &random)
                if Int.random(in: 0..<4, using: &random) == 0 {
                    let told = Told(
                        market: market,
                        side: Side.allCases.randomElement(using: &random) ?? .buy,
                        phase: MarkoutPhase.allCases.randomElement(using: &random) ?? .quoting,
                        ms: ms,
                        price: Double(Int.random(in: 1...99, using: &random)) / 100,
                        fair: fair
                    )
                    fills.append(told)
                    tracker.filled(
                        told.side,
                        of: MarketID(index: market),
                        price: Price(raw: Int64((told.price * 10_000).rounded())),
                        fair: fair,
                        tickSize: .hundredth,
                        phase: told.phase,
                        at: now
                    )
                } else {
                    tracker.fairValueChanged(of: MarketID(index: market), to: fair, at: now)
                }
                path.values.append((market, ms, fair))
            }
            tracker.timePassed(at: Timestamp(milliseconds: ms + 1))
            compare(tracker, fills, path, ms, "seed \(seed)")
        }
    }

    private func compare(
        _ tracker: MarkoutTracker,
        _ fills: [Told],
        _ path: Path,
        _ ms: Int64,
        _ comment: Comment
    ) {
        var toxicities: [Side: [MarkoutPhase: Double]] = [.buy: [:], .sell: [:]]
        var sums: [Side: [Double]] = [
            .buy: Array(repeating: 0, count: 5), .sell: Array(repeating: 0, count: 5),
        ]
        let decay = exp2(-1.0 / 20)
        for (index, fill) in fills.enumerated() {
            let seen = tracker.fill(back: fills.count - 1 - index)
            for horizon in MarkoutHorizon.allCases {
                let due = fill.ms + horizon.duration.nanoseconds / 1_000_000
                guard due <= ms, let value = path.value(fill.market, at: due) else {
                    #expect(seen?.move(horizon) == nil, comment)
                    continue
                }
                let move = fill.side == .buy ? value - fill.fair : fill.fair - value
                let capture = fill.side == .buy ? fill.fair - fill.price : fill.price - fill.fair
                sums[fill.side]?[horizon.rawValue] += capture + move
                if index >= fills.count - MarkoutTracker.fillsMax {
                    #expect(abs((seen?.markout(horizon) ?? .nan) - capture - move) < 1e-9, comment)
                }
                guard horizon == .seconds15 else { continue }
                let old = toxicities[fill.side]?[fill.phase] ?? 0
                toxicities[fill.side]?[fill.phase] = decay * old + (1 - decay) * move
            }
        }
        for side in Side.allCases {
            for phase in MarkoutPhase.allCases {
                let expected = max(0, -(toxicities[side]?[phase] ?? 0))
                #expect(abs(tracker.toxicity(side, phase) - expected) < 1e-9, comment)
            }
            for horizon in MarkoutHorizon.allCases {
                let total = tracker.total(side, horizon)
                let expected = sums[side]?[horizon.rawValue] ?? 0
                #expect(abs(total.capture + total.move - expected) < 1e-6, comment)
            }
        }
    }
}
