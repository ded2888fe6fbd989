internal import Testing

@testable internal import Trading

@Suite("Model and market combined") struct MarketBlendTests {
    private func levels(_ pairs: [(Int64, Int64)]) -> TopLevels {
        var levels = TopLevels()
        for (price, shares) in pairs {
            levels.append(
                PriceLevel(price: Price(raw: price), size: Quantity(shares: shares))
            )
        }
        return levels
    }

    @Test("the midpoint weighs three levels by depth and leaves small ones out")
    func midpoint() {
        let bids = levels([(5_000, 19), (4_900, 100), (4_800, 100)])
        let asks = levels([(5_100, 20), (5_200, 60)])
        let middle = BookMidpoint.depthWeighted(bids: bids, asks: asks) ?? 0
        #expect(abs(middle - (0.485 + 0.5175) / 2) < 1e-12)
        let thin = levels([(5_000, 19)])
        #expect(BookMidpoint.depthWeighted(bids: thin, asks: asks) == nil)
        #expect(BookMidpoint.depthWeighted(bids: TopLevels(), asks: asks) == nil)
    }

    @Test(
        "the market's weight: 0.8, falling to 0.3 at a minute, 0.2 inside the averaging window",
        arguments: [
            (900.0, 60.0, 0.8), (120, 60, 0.8), (90, 60, 0.55), (60, 60, 0.3), (59.9, 60, 0.2),
            (45, 0, 0.3), (45, 30, 0.3), (29, 30, 0.2),
        ]
    )
    func weight(remaining: Double, window: Double, expected: Double) {
        let weight = MarketBlend.marketWeight(remaining: remaining, averagingWindow: window)
        #expect(abs(weight - expected) < 1e-12)
    }

    private func observe(
        _ blend: inout MarketBlend,
        model: Double = 0.5,
        market: Double? = 0.55,
        spread: Int64 = 100,
        fresh: Bool = true,
        at seconds: Int64
    ) {
        blend.observe(
            model: model,
            market: market,
            spread: Price(raw: spread),
            tickSize: .hundredth,
            areFeedsFresh: fresh,
            at: Timestamp(seconds: seconds)
        )
    }

    @Test("half of a change of the offset is learned in twenty seconds")
    func halfLife() {
        var blend = MarketBlend()
        observe(&blend, market: 0.5, at: 100)
        #expect(blend.offset == 0)
        observe(&blend, at: 120)
        #expect(abs(blend.offset - LogOdds.of(0.55) / 2) < 1e-12)
    }

    @Test("the offset stops at 0.6 and does not remember beyond it")
    func clip() {
        var blend = MarketBlend()
        observe(&blend, market: 0.95, at: 100)
        #expect(blend.offset == 0.6)
        observe(&blend, market: 0.5, at: 120)
        #expect(abs(blend.offset - 0.3) < 1e-12)
        observe(&blend, market: 0.01, at: 1_000)
        #expect(blend.offset == -0.6)
    }

    @Test("a wide, one-sided, crossed or stale market teaches nothing")
    func gates() {
        var blend = MarketBlend()
        observe(&blend, at: 100)
        let before = blend
        observe(&blend, market: 0.3, spread: 500, at: 110)
        observe(&blend, market: nil, at: 110)
        observe(&blend, market: 0.3, spread: 0, at: 110)
        observe(&blend, market: 0.3, fresh: false, at: 110)
        observe(&blend, model: .nan, at: 110)
        #expect(blend == before)
        observe(&blend, market: 0.3, spread: 400, at: 110)
        #expect(blend != before)
    }

    @Test("a move of the model shows at once on top of the market's level")
    func fair() {
        var blend = MarketBlend()
        observe(&blend, model: 0.5, market: 0.55, at: 100)
        let fair = blend.fair(model: 0.6, remaining: 600, averagingWindow: 60)
        #expect(abs(LogOdds.of(fair) - LogOdds.of(0.6) - 0.8 * LogOdds.of(0.55)) < 1e-12)
    }

    private func see(
        _ guarding: inout DivergenceGuard,
        gap: Double,
        uncertainty: Double = 0.01,
        at milliseconds: Int64
    ) {
        guarding.observe(
            model: 0.5 + gap,
            market: 0.5,
            uncertainty: uncertainty,
            tickSize: .hundredth,
            at: Timestamp(milliseconds: milliseconds)
        )
    }

    @Test("a gap above six ticks trips after three seconds, not before, and not if it closes")
    func trips() {
        var guarding = DivergenceGuard()
        see(&guarding, gap: 0.061, at: 0)
        see(&guarding, gap: -0.061, at: 2_999)
        #expect(!guarding.isDiverged)
        see(&guarding, gap: 0.059, at: 2_999)
        see(&guarding, gap: 0.061, at: 3_000)
        see(&guarding, gap: 0.061, at: 5_999)
        #expect(!guarding.isDiverged)
        see(&guarding, gap: 0.061, at: 6_000)
        #expect(guarding.isDiverged)
    }

    @Test("uncertainty widens the tolerated gap, and a finer grid does not narrow it")
    func limit() {
        #expect(DivergenceGuard.limit(tickSize: .hundredth, uncertainty: 0.02) == 0.08)
        #expect(abs(DivergenceGuard.limit(tickSize: .thousandth, uncertainty: 0) - 0.06) < 1e-12)
        var guarding = DivergenceGuard()
        for second in Int64(0)...9 {
            see(&guarding, gap: 0.075, uncertainty: 0.02, at: 1_000 * second)
        }
        #expect(!guarding.isDiverged)
    }

    @Test("it clears after five seconds within three quarters of the limit, counted anew")
    func clears() {
        var guarding = DivergenceGuard()
        see(&guarding, gap: 0.1, at: 0)
        see(&guarding, gap: 0.1, at: 3_000)
        see(&guarding, gap: 0.05, at: 4_000)
        see(&guarding, gap: 0.05, at: 20_000)
        #expect(guarding.isDiverged, "0.05 is within the limit, not within three quarters of it")
        see(&guarding, gap: 0.04, at: 21_000)
        see(&guarding, gap: 0.05, at: 24_000)
        see(&guarding, gap: 0.04, at: 25_000)
        see(&guarding, gap: 0.04, at: 29_999)
        #expect(guarding.isDiverged)
        see(&guarding, gap: 0.04, at: 30_000)
        #expect(!guarding.isDiverged)
    }

    @Test("what is not a number is a gap")
    func notANumber() {
        var guarding = DivergenceGuard()
        see(&guarding, gap: .nan, at: 0)
        see(&guarding, gap: .nan, at: 3_000)
        #expect(guarding.isDiverged)
    }
}
