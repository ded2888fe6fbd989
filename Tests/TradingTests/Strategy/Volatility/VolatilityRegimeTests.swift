internal import Testing

@testable internal import Trading

@Suite("VolatilityRegime") struct VolatilityRegimeTests {
    private typealias Evidence = VolatilityRegime.Evidence

    private func low() -> VolatilityRegime {
        var regime = VolatilityRegime()
        regime.advance(Evidence(), isFirst: true)
        return regime
    }

    @Test("is high until the first evidence, which decides at once")
    func first() {
        #expect(VolatilityRegime().state == .high)
        #expect(low().state == .low)
        var wild = VolatilityRegime()
        wild.advance(Evidence(jumpShare: 0.6), isFirst: true)
        #expect(wild.state == .high)
    }

    @Test("each rule to enter works by itself, and not at its threshold")
    func enter() {
        let rows: [(String, Evidence, Evidence)] = [
            ("level", Evidence(level: 0.801), Evidence(level: 0.80)),
            ("jump share", Evidence(jumpShare: 0.501), Evidence(jumpShare: 0.5)),
            ("jump", Evidence(isJump: true), Evidence(isJump: false)),
            ("ratio for two seconds", Evidence(ratio: 1.81, seconds: 2), Evidence(ratio: 1.8)),
        ]
        for (name, beyond, at) in rows {
            var regime = low()
            for _ in 0..<100 { regime.advance(at) }
            #expect(regime.state == .low, "\(name)")
            regime.advance(beyond)
            #expect(regime.state == .high, "\(name)")
        }
    }

    @Test("the ratio must be high for two seconds on end")
    func ratio() {
        var regime = low()
        for _ in 0..<10 {
            regime.advance(Evidence(ratio: 2))
            #expect(regime.state == .low)
            regime.advance(Evidence(ratio: 1.5))
            #expect(regime.state == .low)
        }
        regime.advance(Evidence(ratio: 2))
        regime.advance(Evidence(ratio: 2))
        #expect(regime.state == .high)
    }

    @Test("thirty calm seconds on end leave, not twenty-nine")
    func leave() {
        var regime = low()
        regime.advance(Evidence(isJump: true))
        for _ in 0..<29 { regime.advance(Evidence()) }
        #expect(regime.state == .high)
        regime.advance(Evidence())
        #expect(regime.state == .low)
    }

    @Test("each thing that is not calm begins the thirty seconds anew")
    func notCalm() {
        let rows: [(String, Evidence)] = [
            ("ratio", Evidence(ratio: 1.2)), ("level", Evidence(level: 0.65)),
            ("jump share", Evidence(jumpShare: 0.51)), ("jump", Evidence(isJump: true)),
        ]
        for (name, evidence) in rows {
            var regime = low()
            regime.advance(Evidence(isJump: true))
            for _ in 0..<29 { regime.advance(Evidence()) }
            regime.advance(evidence)
            for _ in 0..<29 { regime.advance(Evidence()) }
            #expect(regime.state == .high, "\(name)")
            regime.advance(Evidence())
            #expect(regime.state == .low, "\(name)")
        }
    }

    @Test("a share of jumps that lasts does not make the regime flap")
    func noFlapping() {
        var regime = low()
        var changes = 0
        for second in 0..<300 {
            let before = regime.state
            regime.advance(Evidence(jumpShare: second < 120 ? 0.7 : 0))
            if regime.state != before { changes += 1 }
        }
        #expect(changes == 2)
    }
}
