internal import TestSupport
internal import Testing

@testable internal import Trading

@Suite("The reference jump guard") struct ReferenceJumpGuardTests {
    private static func at(_ ms: Int64) -> Timestamp { Timestamp(milliseconds: 1_000_000 + ms) }

    private static func price(_ dollars: Double) -> ReferencePrice {
        ReferencePrice(raw: Int64((dollars * 1e8).rounded()))
    }

    /// 0.001 dollars of a share per dollar: a tick is ten dollars, 0.6 tick six.
    private static func basis(
        _ dollars: Double = 80_000,
        sensitivity: Double = 0.001,
        halfSpread: Double = 0.01,
        tickSize: TickSize = .hundredth
    ) -> ReferenceJumpGuard.Basis {
        ReferenceJumpGuard.Basis(
            price: price(dollars),
            sensitivity: sensitivity,
            halfSpread: halfSpread,
            tickSize: tickSize
        )
    }

    /// A guard with both sides quoted at 80,000 at 0 ms, its frames 300 ms old.
    private static func quoted(_ basis: ReferenceJumpGuard.Basis = basis()) -> ReferenceJumpGuard {
        var jump = ReferenceJumpGuard()
        jump.quoted(.buy, on: basis, isPlaced: true, at: at(0))
        jump.quoted(.sell, on: basis, isPlaced: true, at: at(0))
        return jump
    }

    struct Case: Sendable {
        var halfSpread: Double
        var tickSize: TickSize
        var regime: VolState
        /// The least move in dollars that triggers, at 0.001 per dollar.
        var least: Double
        var coolOffMs: Int64
    }

    @Test(
        "a move worth the threshold pulls the side it endangers, a cent less does not",
        arguments: [
            Case(halfSpread: 0.01, tickSize: .hundredth, regime: .low, least: 6, coolOffMs: 1_000),
            Case(halfSpread: 0.03, tickSize: .hundredth, regime: .low, least: 15, coolOffMs: 1_000),
            Case(
                halfSpread: 0.01,
                tickSize: .hundredth,
                regime: .high,
                least: 4.5,
                coolOffMs: 2_000
            ),
            Case(
                halfSpread: 0.001,
                tickSize: .thousandth,
                regime: .low,
                least: 0.6,
                coolOffMs: 1_000
            ),
        ]
    )
    func threshold(_ example: Case) {
        for sign in [-1.0, 1.0] {
            let endangered = sign < 0 ? Side.buy : Side.sell
            let start = Self.quoted(
                Self.basis(halfSpread: example.halfSpread, tickSize: example.tickSize)
            )
            for (move, triggers) in [(example.least - 0.01, false), (example.least, true)] {
                var jump = start
                jump.referenceMoved(
                    to: Self.price(80_000 + sign * move),
                    deviation: 0,
                    regime: example.regime,
                    at: Self.at(5_000)
                )
                #expect((jump.blocks(endangered, at: Self.at(5_000)) != nil) == triggers)
                #expect(jump.blocks(endangered.opposite, at: Self.at(5_000)) == nil)
                guard triggers else { continue }
                #expect(jump.blocks(endangered, at: Self.at(4_999 + example.coolOffMs)) != nil)
                #expect(jump.blocks(endangered, at: Self.at(5_000 + example.coolOffMs)) == nil)
            }
        }
    }

    @Test("the reason carries the move and the threshold")
    func reason() {
        var jump = Self.quoted()
        jump.referenceMoved(to: Self.price(79_992), deviation: 0, regime: .low, at: Self.at(10))
        let expected = GuardTrigger.referenceJump(
            moved: Money(raw: 8_000),
            allowed: Money(raw: 6_000)
        )
        #expect(jump.blocks(.buy, at: Self.at(10)) == expected)
        #expect(expected.code.rawValue == "REF_JUMP")
    }

    @Test("one move triggers once: without a new quote the hold is not drawn out")
    func answeredOnce() {
        var jump = Self.quoted()
        for ms in [Int64(0), 500, 900] {
            jump.referenceMoved(to: Self.price(79_990), deviation: 0, regime: .low, at: Self.at(ms))
        }
        #expect(jump.holds.triggers == 1)
        #expect(jump.blocks(.buy, at: Self.at(1_000)) == nil)
        jump.quoted(.buy, on: Self.basis(79_990), isPlaced: true, at: Self.at(1_000))
        jump.referenceMoved(to: Self.price(79_984), deviation: 0, regime: .low, at: Self.at(1_001))
        #expect(jump.holds.triggers == 2)
    }

    @Test("decisions that leave the quote do not hide a jump that comes in small frames")
    func smallFrames() {
        var jump = Self.quoted()
        for step in Int64(1)...6 {
            let dollars = 80_000 - Double(step)
            jump.referenceMoved(
                to: Self.price(dollars),
                deviation: 0,
                regime: .low,
                at: Self.at(step * 10)
            )
            jump.quoted(.buy, on: Self.basis(dollars), isPlaced: false, at: Self.at(step * 10))
        }
        #expect(jump.blocks(.buy, at: Self.at(60)) != nil)
    }

    @Test("a base of 250 ms is renewed by any decision, a younger one only by a placed order")
    func baseAge() {
        for (ms, isPlaced, renews) in [
            (Int64(249), false, false), (250, false, true), (249, true, true),
        ] {
            var jump = Self.quoted()
            jump.quoted(.buy, on: Self.basis(79_995), isPlaced: isPlaced, at: Self.at(ms))
            jump.referenceMoved(
                to: Self.price(79_993),
                deviation: 0,
                regime: .low,
                at: Self.at(ms)
            )
            #expect((jump.blocks(.buy, at: Self.at(ms)) == nil) == renews, "\(ms) \(isPlaced)")
        }
    }

    @Test("a side without a quote is not endangered")
    func gone() {
        var jump = Self.quoted()
        jump.quoteGone(.buy)
        jump.referenceMoved(to: Self.price(79_900), deviation: 0, regime: .low, at: Self.at(10))
        #expect(jump.blocks(.buy, at: Self.at(10)) == nil)
    }

    @Test("five deviations within the window pull both sides, a cent less does not")
    func shock() {
        // 5 $/sqrt(s): 25 * sqrt(0.16) = 10 dollars after 160 ms, 25 * sqrt(0.05) = 5.59 below 50.
        for (ms, regime, least) in [
            (Int64(160), VolState.low, 10.0), (160, .high, 7.5), (50, .low, 5.6), (3, .low, 5.6),
            (1_000, .low, 25),
        ] {
            for sign in [-1.0, 1.0] {
                for (move, triggers) in [(least - 0.02, false), (least, true)] {
                    var jump = ReferenceJumpGuard()
                    jump.referenceMoved(
                        to: Self.price(80_000),
                        deviation: 5,
                        regime: regime,
                        at: Self.at(0)
                    )
                    jump.referenceMoved(
                        to: Self.price(80_000 + sign * move),
                        deviation: 5,
                        regime: regime,
                        at: Self.at(ms)
                    )
                    let end = ms + (regime == .high ? 2_000 : 1_000)
                    for side in Side.allCases {
                        #expect((jump.blocks(side, at: Self.at(end - 1)) != nil) == triggers)
                        #expect(jump.blocks(side, at: Self.at(end)) == nil)
                    }
                }
            }
        }
    }

    @Test("without a volatility the shock rule rests, whatever the numbers")
    func unknownDeviation() {
        for deviation in [0, -1, Double.nan] {
            var jump = ReferenceJumpGuard()
            for (ms, dollars) in [(Int64(0), 80_000.0), (10, 70_000)] {
                jump.referenceMoved(
                    to: Self.price(dollars),
                    deviation: deviation,
                    regime: .low,
                    at: Self.at(ms)
                )
            }
            #expect(jump.holds.triggers == 0)
        }
    }

    @Test("a clock that stepped back traps nothing and releases nothing early")
    func clockBack() {
        var jump = Self.quoted()
        jump.referenceMoved(to: Self.price(79_990), deviation: 5, regime: .low, at: Self.at(5_000))
        #expect(jump.blocks(.buy, at: Self.at(3_000)) != nil)
        jump.referenceMoved(to: Self.price(79_980), deviation: 5, regime: .low, at: Self.at(3_000))
        #expect(jump.blocks(.buy, at: Self.at(5_999)) != nil)
    }

    /// Remembers every frame and compares with those the rule names.
    private struct ShockOracle {
        var frames: [(time: Int64, price: Double)] = []

        mutating func moved(_ price: Double, _ deviation: Double, _ ms: Int64) -> Bool {
            let recent = frames.filter { ms - $0.time < 250 }
            let compared = recent + (frames.last { ms - $0.time >= 250 }.map { [$0] } ?? [])
            let isShock = compared.contains { frame in
                let elapsed = Double(max(ms - frame.time, 50)) / 1_000
                return abs(price - frame.price) >= 5 * deviation * elapsed.squareRoot() - 1e-9
            }
            if isShock { frames = [] }
            if frames.last.map({ ms - $0.time >= 10 }) ?? true { frames.append((ms, price)) }
            return isShock
        }
    }

    @Test("random feeds, bursts and gaps: the shock rule agrees with one that forgets nothing")
    func shockOracle() {
        var total: Int64 = 0
        for seed in UInt64(1)...300 {
            var random = SplitMix64(seed: seed)
            var jump = ReferenceJumpGuard()
            var oracle = ShockOracle()
            var ms: Int64 = 0
            var dollars = 80_000.0
            var triggers: Int64 = 0
            for step in 0..<400 {
                let isGap = Int.random(in: 0..<40, using: &random) == 0
                ms += Int64.random(in: 0...(isGap ? 2_000 : 15), using: &random)
                let isJump = Int.random(in: 0..<20, using: &random) == 0
                dollars +=
                    Double(Int.random(in: isJump ? -900...900 : -60...60, using: &random)) / 100
                jump.referenceMoved(
                    to: Self.price(dollars),
                    deviation: 5,
                    regime: .low,
                    at: Self.at(ms)
                )
                if oracle.moved(Self.price(dollars).dollars, 5, ms) { triggers += 1 }
                #expect(jump.holds.triggers == triggers, "seed \(seed), step \(step)")
                guard jump.holds.triggers == triggers else { return }
            }
            total += triggers
        }
        #expect(total > 300)
    }
}
