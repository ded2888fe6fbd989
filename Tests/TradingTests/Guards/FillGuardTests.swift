internal import TestSupport
internal import Testing

@testable internal import Trading

@Suite("The guards of fills and refusals") struct FillGuardTests {
    private static func at(_ ms: Int64) -> Timestamp { Timestamp(milliseconds: 1_000_000 + ms) }

    // MARK: Burst

    @Test("two fills within two seconds pause that side for one and skew for two")
    func burst() {
        for side in Side.allCases {
            for (gap, triggers) in [(Int64(1_999), true), (2_000, false), (0, true)] {
                var burst = FillBurstGuard()
                burst.filled(side, at: Self.at(0))
                #expect(burst.blocks(side, at: Self.at(0)) == nil)
                burst.filled(side, at: Self.at(gap))
                #expect((burst.blocks(side, at: Self.at(gap + 999)) != nil) == triggers)
                #expect(burst.blocks(side, at: Self.at(gap + 1_000)) == nil)
                #expect(burst.blocks(side.opposite, at: Self.at(gap)) == nil)
                let skew: Int64 = triggers ? (side == .buy ? -1 : 1) : 0
                #expect(burst.skewTicks(at: Self.at(gap + 1_999)) == skew)
                #expect(burst.skewTicks(at: Self.at(gap + 2_000)) == 0)
            }
        }
    }

    @Test("a fill on either side is no burst; bursts on both skew nothing")
    func bothSides() {
        var burst = FillBurstGuard()
        burst.filled(.buy, at: Self.at(0))
        burst.filled(.sell, at: Self.at(1))
        #expect(burst.holds.triggers == 0)
        burst.filled(.buy, at: Self.at(2))
        burst.filled(.sell, at: Self.at(3))
        #expect(burst.holds.triggers == 2)
        #expect(burst.skewTicks(at: Self.at(3)) == 0)
        #expect(burst.blocks(.buy, at: Self.at(3)) == .fillBurst)
        #expect(burst.blocks(.sell, at: Self.at(3)) == .fillBurst)
    }

    // MARK: Rate

    @Test("the ninth fill within a minute pauses that side for a minute, the eighth does not")
    func rate() {
        for side in Side.allCases {
            for (ninth, triggers) in [(Int64(59_999), true), (60_000, false)] {
                var rate = FillRateGuard()
                for fill in Int64(0)..<8 { rate.filled(side, at: Self.at(fill * 100)) }
                #expect(rate.holds.triggers == 0)
                rate.filled(side, at: Self.at(ninth))
                let expected: GuardTrigger? = triggers ? .fillRate(fills: 9, allowed: 8) : nil
                #expect(rate.blocks(side, at: Self.at(ninth + 59_999)) == expected)
                #expect(rate.blocks(side, at: Self.at(ninth + 60_000)) == nil)
                #expect(rate.blocks(side.opposite, at: Self.at(ninth)) == nil)
            }
        }
    }

    @Test("past twenty fills of a window each one pauses its side for a minute")
    func windowFills() {
        var rate = FillRateGuard()
        for fill in Int64(1)...20 {
            rate.filled(.sell, at: Self.at(fill * 60_000))
            rate.filled(.buy, at: Self.at(fill * 60_000))
        }
        #expect(rate.holds.triggers == 0)
        rate.filled(.sell, at: Self.at(2_000_000))
        #expect(
            rate.blocks(.sell, at: Self.at(2_059_999)) == .windowFills(fills: 21, allowed: 20)
        )
        #expect(rate.blocks(.sell, at: Self.at(2_060_000)) == nil)
        #expect(rate.blocks(.buy, at: Self.at(2_000_000)) == nil)
    }

    @Test("random fills trigger as counting over all of them says")
    func fillOracle() {
        for seed in UInt64(1)...300 {
            var random = SplitMix64(seed: seed)
            var burst = FillBurstGuard()
            var rate = FillRateGuard()
            var times: [Side: [Int64]] = [.buy: [], .sell: []]
            var bursts: Int64 = 0
            var rates: Int64 = 0
            var ms: Int64 = 0
            for step in 0..<60 {
                let isQuiet = Int.random(in: 0..<12, using: &random) == 0
                ms += Int64.random(in: 0...(isQuiet ? 70_000 : 6_000), using: &random)
                let side = Side.allCases.randomElement(using: &random) ?? .buy
                burst.filled(side, at: Self.at(ms))
                rate.filled(side, at: Self.at(ms))
                times[side, default: []].append(ms)
                let all = times[side, default: []]
                if all.count(where: { ms - $0 < 2_000 }) >= 2 { bursts += 1 }
                if all.count(where: { ms - $0 < 60_000 }) > 8 || all.count > 20 { rates += 1 }
                #expect(burst.holds.triggers == bursts, "seed \(seed), step \(step)")
                #expect(rate.holds.triggers == rates, "seed \(seed), step \(step)")
            }
        }
    }

    // MARK: Post-only refusals

    @Test("three refusals within five seconds pause both sides, widen, and want a snapshot")
    func rejects() {
        for (third, triggers) in [(Int64(4_999), true), (5_000, false)] {
            var rejects = PostOnlyRejectGuard()
            for ms in [Int64(0), 4_000, third] { rejects.postOnlyRejected(at: Self.at(ms)) }
            #expect(rejects.wantsSnapshot == triggers)
            for side in Side.allCases {
                let expected: GuardTrigger? = triggers ? .postOnlyRejects(count: 3) : nil
                #expect(rejects.blocks(side, at: Self.at(third + 1_999)) == expected)
                #expect(rejects.blocks(side, at: Self.at(third + 2_000)) == nil)
            }
            #expect(rejects.widenTicks(at: Self.at(third + 9_999)) == (triggers ? 1 : 0))
            #expect(rejects.widenTicks(at: Self.at(third + 10_000)) == 0)
        }
    }

    @Test("the wish for a snapshot lasts until one arrives; then three more refusals are needed")
    func snapshot() {
        var rejects = PostOnlyRejectGuard()
        for ms in [Int64(0), 1, 2] { rejects.postOnlyRejected(at: Self.at(ms)) }
        #expect(rejects.wantsSnapshot)
        rejects.bookReplaced()
        for ms in [Int64(3), 4] { rejects.postOnlyRejected(at: Self.at(ms)) }
        #expect(!rejects.wantsSnapshot)
        rejects.postOnlyRejected(at: Self.at(5))
        #expect(rejects.wantsSnapshot)
        #expect(rejects.holds.triggers == 2)
    }

    @Test("random refusals trigger as a list of those unanswered says")
    func rejectOracle() {
        for seed in UInt64(1)...300 {
            var random = SplitMix64(seed: seed)
            var rejects = PostOnlyRejectGuard()
            var unanswered: [Int64] = []
            var triggers: Int64 = 0
            var ms: Int64 = 0
            for step in 0..<100 {
                ms += Int64.random(in: 0...4_000, using: &random)
                rejects.postOnlyRejected(at: Self.at(ms))
                unanswered.append(ms)
                unanswered.removeAll { ms - $0 >= 5_000 }
                if unanswered.count == 3 {
                    triggers += 1
                    unanswered = []
                }
                #expect(rejects.holds.triggers == triggers, "seed \(seed), step \(step)")
            }
        }
    }

    // MARK: Together

    @Test("a hold of a guard that is left out blocks nothing; the others' do")
    func selection() {
        var guards = MarketGuards(selection: [.fillRate])
        for fill in Int64(0)..<8 { guards.filled(.buy, at: Self.at(fill)) }
        #expect(guards.blocks(.buy, at: Self.at(8)) == nil)
        #expect(guards.skewTicks(at: Self.at(8)) == 0)
        guards.filled(.buy, at: Self.at(8))
        #expect(guards.blocks(.buy, at: Self.at(8))?.code == .fillRate)
    }

    @Test("of two holds of a side the one that lasts longer counts, with its reason")
    func longerHold() {
        var holds = GuardHolds()
        holds.hold(nil, because: .levelsGone, until: Self.at(2_000))
        holds.hold(.buy, because: .fillBurst, until: Self.at(1_000))
        #expect(holds.blocks(.buy, at: Self.at(0)) == .levelsGone)
        holds.hold(.buy, because: .fillBurst, until: Self.at(3_000))
        #expect(holds.blocks(.buy, at: Self.at(0)) == .fillBurst)
        #expect(holds.blocks(.sell, at: Self.at(0)) == .levelsGone)
        #expect(holds.blocks(.sell, at: Self.at(2_000)) == nil)
        #expect(holds.triggers == 3)
    }

    @Test("a clock that steps hours ahead empties every window and releases every hold")
    func clockAhead() {
        var guards = MarketGuards()
        for fill in Int64(0)..<9 { guards.filled(.sell, at: Self.at(fill)) }
        for ms in [Int64(0), 1] { guards.postOnlyRejects.postOnlyRejected(at: Self.at(ms)) }
        let later: Int64 = 7_200_000
        #expect(guards.blocks(.sell, at: Self.at(9)) != nil)
        #expect(guards.blocks(.sell, at: Self.at(later)) == nil)
        guards.filled(.sell, at: Self.at(later))
        guards.postOnlyRejects.postOnlyRejected(at: Self.at(later))
        #expect(guards.blocks(.sell, at: Self.at(later)) == nil)
    }

    @Test("a model's dollars become money without a trap, whatever they are")
    func dollars() {
        #expect(Money(nearestDollars: 0.0123456) == Money(raw: 12_346))
        #expect(Money(nearestDollars: -.infinity) == .zero)
        #expect(Money(nearestDollars: .nan) == .zero)
        #expect(Money(nearestDollars: 1e300) == Money(dollars: 9_000_000_000_000))
    }
}
