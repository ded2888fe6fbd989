internal import Foundation
internal import TestSupport
internal import Testing

@testable internal import Trading

@Suite("Markouts") struct MarkoutTrackerTests {
    private static let market = MarketID(index: 1)

    private static func at(_ ms: Int64) -> Timestamp { Timestamp(milliseconds: 1_000_000 + ms) }

    private static func fill(
        _ tracker: inout MarkoutTracker,
        _ side: Side = .buy,
        of market: MarketID = market,
        price: Int64 = 49,
        fair: Double = 0.5,
        phase: MarkoutPhase = .quoting,
        at ms: Int64
    ) {
        tracker.filled(
            side,
            of: market,
            price: Price(raw: price * 100),
            fair: fair,
            tickSize: .hundredth,
            phase: phase,
            at: at(ms)
        )
    }

    private static func isNear(_ value: Double?, _ expected: Double) -> Bool {
        value.map { abs($0 - expected) < 1e-12 } ?? false
    }

    @Test("each horizon takes the value that stands at its instant, for both sides")
    func horizons() {
        for side in Side.allCases {
            let sign = side == .buy ? 1.0 : -1.0
            var tracker = MarkoutTracker()
            Self.fill(&tracker, side, price: 49, at: 0)
            // One value for each horizon, set a moment before it, and another a moment after.
            for (index, horizon) in MarkoutHorizon.allCases.enumerated() {
                let due = horizon.duration.nanoseconds / 1_000_000
                let value = 0.5 + Double(index + 1) / 100
                tracker.fairValueChanged(of: Self.market, to: value, at: Self.at(due - 1))
                #expect(tracker.fill(back: 0)?.move(horizon) == nil)
                tracker.fairValueChanged(of: Self.market, to: 0.9, at: Self.at(due + 1))
                let fill = tracker.fill(back: 0)
                #expect(Self.isNear(fill?.move(horizon), sign * Double(index + 1) / 100))
                #expect(
                    Self.isNear(fill?.markout(horizon), sign * (value - 0.49)),
                    "capture and move add up to the markout"
                )
            }
            #expect(Self.isNear(tracker.fill(back: 0)?.capture, sign * 0.01))
            #expect(tracker.unmeasured == 0)
        }
    }

    @Test("a value told at the very instant of a horizon is the one that stands there")
    func exactInstant() {
        var tracker = MarkoutTracker()
        Self.fill(&tracker, at: 0)
        tracker.fairValueChanged(of: Self.market, to: 0.6, at: Self.at(1_000))
        #expect(tracker.fill(back: 0)?.move(.seconds1) == nil)
        tracker.timePassed(at: Self.at(1_001))
        #expect(Self.isNear(tracker.fill(back: 0)?.move(.seconds1), 0.1))
    }

    @Test("a clock that jumps past all horizons measures them at the value that stood")
    func clockJump() {
        var tracker = MarkoutTracker()
        Self.fill(&tracker, at: 0)
        tracker.fairValueChanged(of: Self.market, to: 0.4, at: Self.at(3_600_000))
        for horizon in MarkoutHorizon.allCases {
            #expect(tracker.fill(back: 0)?.move(horizon) == 0)
        }
        tracker.timePassed(at: Self.at(0))
    }

    @Test("toxicity is the mean move at 15 s against us, by side and phase, three percent a fill")
    func toxicity() {
        let weight = 1 - exp2(-1.0 / 20)
        var tracker = MarkoutTracker()
        Self.fill(&tracker, .buy, phase: .quoting, at: 0)
        Self.fill(&tracker, .sell, phase: .ending, at: 0)
        tracker.fairValueChanged(of: Self.market, to: 0.48, at: Self.at(10))
        tracker.timePassed(at: Self.at(15_001))
        #expect(Self.isNear(tracker.toxicity(.buy, .quoting), 0.02 * weight))
        #expect(tracker.toxicity(.buy, .ending) == 0)
        // The sale gained as much: no toxicity, and none on a side and phase without fills.
        #expect(tracker.toxicity(.sell, .ending) == 0)
        #expect(tracker.toxicity(.sell, .quoting) == 0)
        // Twenty fills that did nothing halve it.
        for second in Int64(20)..<40 {
            Self.fill(&tracker, .buy, fair: 0.48, phase: .quoting, at: second * 1_000)
        }
        tracker.timePassed(at: Self.at(60_000))
        #expect(Self.isNear(tracker.toxicity(.buy, .quoting), 0.01 * weight))
    }

    @Test("more fills than are followed drop the oldest, and say how much was not measured")
    func capacity() {
        var tracker = MarkoutTracker()
        for _ in 0..<(MarkoutTracker.fillsMax + 3) { Self.fill(&tracker, at: 0) }
        #expect(tracker.unmeasured == 15)
        tracker.timePassed(at: Self.at(60_001))
        #expect(tracker.unmeasured == 15)
        #expect(tracker.total(.buy, .seconds60).fills == 256)
        #expect(tracker.fill(back: 255) != nil)
        #expect(tracker.fill(back: 256) == nil)
        #expect(tracker.fill(back: -1) == nil)
    }

    @Test("with more markets than are remembered, the one not heard of for longest is forgotten")
    func markets() {
        var tracker = MarkoutTracker()
        for number in UInt32(0)...16 {
            Self.fill(&tracker, of: MarketID(index: number), at: Int64(number))
        }
        tracker.timePassed(at: Self.at(100_000))
        #expect(tracker.unmeasured == 5)
        #expect(tracker.total(.buy, .seconds1).fills == 16)
    }

    // MARK: What follows

    /// A gate that has seen 30 markouts of `ticks`.
    private static func gate(_ ticks: Double, at ms: Int64 = 0) -> MarkoutGate {
        var gate = MarkoutGate()
        for _ in 0..<30 { gate.measured(ticks, at: at(ms)) }
        return gate
    }

    @Test("a mean of half a tick lost halves sizes only beyond it, and a better one restores them")
    func halves() {
        #expect(Self.gate(-0.5).sizeDivisor == 1)
        var gate = Self.gate(-0.501)
        #expect(gate.sizeDivisor == 2)
        #expect(gate.stopsNewRisk(at: Self.at(0)) == nil)
        for _ in 0..<30 { gate.measured(-0.5, at: Self.at(1)) }
        #expect(gate.sizeDivisor == 1)
    }

    @Test("a mean of more than a tick lost stops new risk for ten minutes, then half sizes")
    func stops() {
        #expect(Self.gate(-1).stopsNewRisk(at: Self.at(0)) == nil)
        var gate = Self.gate(-1.01)
        #expect(gate.stopsNewRisk(at: Self.at(599_999))?.code == .toxicFlow)
        #expect(gate.stopsNewRisk(at: Self.at(600_000)) == nil)
        #expect(gate.stops == 1)
        for fresh in 1...30 {
            #expect(gate.sizeDivisor == 2, "\(fresh - 1) fresh fills")
            gate.measured(0.2, at: Self.at(700_000))
        }
        #expect(gate.sizeDivisor == 1)
    }

    @Test("29 fills decide nothing, however bad")
    func tooFew() {
        var gate = MarkoutGate()
        for _ in 0..<29 { gate.measured(-50, at: Self.at(0)) }
        #expect(gate.sizeDivisor == 1)
        #expect(gate.stopsNewRisk(at: Self.at(0)) == nil)
        gate.measured(-50, at: Self.at(0))
        #expect(gate.stopsNewRisk(at: Self.at(0)) != nil)
    }

    @Test("a mean within two of its standard errors of zero decides nothing, however low")
    func unproven() {
        // Half of them `spread` above the mean, half below: the standard error is
        // spread / sqrt(29), so the mean of -1.5 is proven while the spread is below 4.04.
        for (spread, isProven) in [(Double(1), true), (4, true), (4.1, false), (20, false)] {
            var gate = MarkoutGate()
            for fill in 0..<30 {
                gate.measured(fill % 2 == 0 ? -1.5 + spread : -1.5 - spread, at: Self.at(0))
            }
            #expect(abs((gate.mean ?? -1.5) + 1.5) < 1e-9)
            #expect((gate.sizeDivisor == 2) == isProven, "spread \(spread)")
            #expect((gate.stopsNewRisk(at: Self.at(0)) != nil) == isProven, "spread \(spread)")
        }
    }

    @Test("a mean that is proven but no worse than half a tick decides nothing")
    func provenButSmall() {
        var gate = MarkoutGate()
        for fill in 0..<60 { gate.measured(fill % 2 == 0 ? -0.3 : -0.5, at: Self.at(0)) }
        #expect(gate.sizeDivisor == 1)
        #expect(gate.stops == 0)
    }

    @Test("harmless fills in a fast market are stopped seldom, harmful ones soon")
    func errorRates() {
        var random = SplitMix64(seed: 1)
        /// Normal, as 12 uniforms have it (Irwin-Hall).
        func normal() -> Double {
            (0..<12).reduce(-6) { sum, _ in sum + Double.random(in: 0..<1, using: &random) }
        }
        var harmless = 0
        var harmful = 0
        for _ in 0..<400 {
            var good = MarkoutGate()
            var bad = MarkoutGate()
            for _ in 0..<30 {
                good.measured(1 + 13 * normal(), at: Self.at(0))
                bad.measured(-6 + 13 * normal(), at: Self.at(0))
            }
            if good.stops > 0 { harmless += 1 }
            if bad.stops > 0 { harmful += 1 }
        }
        // Without the standard error 20 % of the harmless ones would be.
        #expect(harmless <= 12)
        #expect(harmful >= 200)
    }

    @Test("thirty fills that lose two ticks each within 30 s stop the family")
    func stopsThroughFills() {
        var tracker = MarkoutTracker()
        for second in Int64(0)..<30 {
            Self.fill(&tracker, .sell, price: 51, at: second * 100)
        }
        tracker.fairValueChanged(of: Self.market, to: 0.54, at: Self.at(10_000))
        tracker.timePassed(at: Self.at(32_900))
        #expect(tracker.stopsNewRisk(at: Self.at(32_900)) == nil, "the last is not yet due")
        tracker.timePassed(at: Self.at(32_901))
        guard case .toxicFlow(let ticks) = tracker.stopsNewRisk(at: Self.at(32_901)) else {
            Issue.record("new risk is not stopped")
            return
        }
        #expect(abs(ticks + 3) < 1e-9)
        #expect(tracker.sizeDivisor == 2)
    }
}
