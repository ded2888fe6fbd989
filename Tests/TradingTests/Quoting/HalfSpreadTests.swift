internal import Testing

@testable internal import Trading

@Suite("Half-spread") struct HalfSpreadTests {
    private func width(_ change: (inout HalfSpread.Input) -> Void = { _ in }) -> HalfSpread {
        var input = HalfSpread.Input(
            tickSize: .hundredth,
            spreadOffset: 0.005,
            volState: .low,
            sigmaP: 0,
            reactionSeconds: 0
        )
        change(&input)
        return HalfSpread(input)
    }

    @Test(
        "the floor is the greatest of a tick, the operator's offset and the calibration",
        arguments: [
            (TickSize.hundredth, 0.005, 0.0, 0.01), (.hundredth, 0.02, 0, 0.02),
            (.hundredth, 0.005, 0.0165976, 0.0165976), (.thousandth, 0, 0, 0.0005),
            (.thousandth, 0.005, 0, 0.005),
        ]
    )
    func floor(tickSize: TickSize, offset: Double, calibrated: Double, expected: Double) {
        let result = width {
            $0.tickSize = tickSize
            $0.spreadOffset = offset
            $0.calibrated = calibrated
        }
        #expect(abs(result.dollars - expected) < 1e-12)
        #expect(result.adverse == 0)
        #expect(!result.isTooWide)
    }

    @Test("the high regime widens the floor, and every other term is added as it is")
    func terms() {
        let result = width {
            $0.volState = .high
            $0.sigmaP = 0.0136
            $0.reactionSeconds = 0.25
            $0.toxicity = 0.002
            $0.uncertainty = 0.003
            $0.extraTicks = 1
        }
        let adverse = 0.8 * 0.0136 * 0.5 + 0.002 + 0.003
        #expect(abs(result.adverse - adverse) < 1e-12)
        #expect(abs(result.dollars - (0.015 + adverse + 0.01)) < 1e-12)
    }

    @Test(
        "a side that needs more than eight ticks is off; what the operator demands is not counted"
    )
    func cap() {
        #expect(!width { $0.uncertainty = 0.07 }.isTooWide)
        #expect(width { $0.uncertainty = 0.0701 }.isTooWide)
        #expect(!width { $0.spreadOffset = 0.2 }.isTooWide)
        #expect(width { $0.sigmaP = .nan }.isTooWide)
    }

    @Test("reaction time is reference age and cancel round trip less the taker delay, not below 0")
    func reaction() {
        let usual = HalfSpread.reactionSeconds(
            referenceAge: .milliseconds(100),
            cancelRoundTrip: .milliseconds(200)
        )
        #expect(abs(usual - 0.25) < 1e-12)
        let fast = HalfSpread.reactionSeconds(referenceAge: .zero, cancelRoundTrip: .zero)
        #expect(fast == 0)
    }

    @Test(
        "the pick-off loss has the golden values of strategy 14",
        arguments: [
            (0.01, 0.0135, 0.000206), (0.005, 0.0135, 0.000900), (0.01, 0.04, 0.003956),
            (0.02, 0.04, 0.001666),
        ]
    )
    func pickoff(halfSpread: Double, sigmaP: Double, expected: Double) {
        let loss = HalfSpread.pickoffLoss(halfSpread: halfSpread, sigmaP: sigmaP, seconds: 0.25)
        #expect(abs(loss - expected) < 1e-6)
        #expect(HalfSpread.pickoffLoss(halfSpread: 0.01, sigmaP: 0, seconds: 1) == 0)
    }
}
