internal import Crypto
internal import TestSupport
internal import Testing
internal import Trading
internal import Venues

@Suite struct QuoteLadderTests {
    private static let start = Timestamp(seconds: 1_795_436_438)
    private static let size = Quantity(shares: 10)
    private static let market = GatewaySupport.market(0)

    private func price(_ cents: Int64) -> Price { Price(raw: cents * 100) }

    private func filled(
        _ signer: inout QuoteSigner,
        at now: Timestamp = start
    ) -> QuoteLadder {
        var ladder = QuoteLadder(ticksAround: 2)
        ladder.aim(Self.market, .yes, .buy, price: price(49), size: Self.size)
        ladder.aim(Self.market, .no, .buy, price: price(48), size: Self.size)
        while ladder.refill(budget: 3, with: &signer, at: now) > 0 {}
        return ladder
    }

    @Test("what is near the price aimed at is there, once each, with salts of their own")
    func hits() throws {
        var signer = try GatewaySupport.signer(seed: 1)
        var ladder = filled(&signer)
        #expect(ladder.signed == 10)
        var ids: Set<Word256> = []
        for cents in 47...51 {
            let order = ladder.take(
                Self.market,
                .yes,
                .buy,
                price: price(Int64(cents)),
                size: Self.size,
                at: Self.start
            )
            let signed = try #require(order, "\(cents)")
            #expect(signed.order.tokenID == Self.market.yesToken)
            #expect(signed.order.makerAmount == Word256(UInt64(cents) * 100_000))
            #expect(signed.signature.inner.signer(of: signed.id)?.address == signed.order.signer)
            ids.insert(signed.id)
        }
        #expect(ids.count == 5 && ladder.hits == 5)
        let again = ladder.take(
            Self.market,
            .yes,
            .buy,
            price: price(49),
            size: Self.size,
            at: Self.start
        )
        #expect(again == nil && ladder.misses == 1)
    }

    @Test("another size, side, token, grid, market or price is a miss")
    func misses() throws {
        var signer = try GatewaySupport.signer(seed: 2)
        var ladder = filled(&signer)
        var finer = Self.market
        finer.tickSize = .thousandth
        let (size, now) = (Self.size, Self.start)
        let other = Quantity(shares: 11)
        #expect(ladder.take(Self.market, .yes, .buy, price: price(49), size: other, at: now) == nil)
        #expect(ladder.take(Self.market, .yes, .sell, price: price(49), size: size, at: now) == nil)
        #expect(ladder.take(Self.market, .no, .buy, price: price(51), size: size, at: now) == nil)
        #expect(ladder.take(finer, .yes, .buy, price: price(49), size: size, at: now) == nil)
        #expect(
            ladder.take(
                GatewaySupport.market(1),
                .yes,
                .buy,
                price: price(49),
                size: size,
                at: now
            ) == nil
        )
        // Five ticks away: the same slot of the line.
        #expect(ladder.take(Self.market, .yes, .buy, price: price(54), size: size, at: now) == nil)
        #expect(ladder.misses == 6 && ladder.hits == 0)
    }

    @Test("nothing older than a minute is handed out, and refilling replaces it before")
    func ages() throws {
        var signer = try GatewaySupport.signer(seed: 3)
        var ladder = filled(&signer)
        let (young, old) = (Self.start + .seconds(59), Self.start + .seconds(60))
        #expect(
            ladder.take(Self.market, .yes, .buy, price: price(49), size: Self.size, at: young)
                != nil
        )
        #expect(
            ladder.take(Self.market, .yes, .buy, price: price(48), size: Self.size, at: old) == nil
        )
        #expect(ladder.refill(budget: 100, with: &signer, at: young) == 10)
        #expect(
            ladder.take(Self.market, .yes, .buy, price: price(48), size: Self.size, at: old) != nil
        )
    }

    @Test("a line that moves keeps what still lies in it; a new grid keeps nothing")
    func moves() throws {
        var signer = try GatewaySupport.signer(seed: 4)
        var ladder = filled(&signer)
        ladder.aim(Self.market, .yes, .buy, price: price(50), size: Self.size)
        #expect(ladder.refill(budget: 100, with: &signer, at: Self.start) == 1)
        ladder.aim(Self.market, .yes, .buy, price: price(50), size: Quantity(shares: 5))
        #expect(ladder.refill(budget: 100, with: &signer, at: Self.start) == 5)
        var finer = Self.market
        finer.tickSize = .thousandth
        ladder.aim(finer, .yes, .buy, price: price(50), size: Self.size)
        #expect(ladder.refill(budget: 100, with: &signer, at: Self.start) == 5)
        ladder.remove(finer.id)
        #expect(ladder.refill(budget: 100, with: &signer, at: Self.start) == 0)
    }

    @Test("a budget is kept to, the middles come first, and prices end where the grid does")
    func budget() throws {
        var signer = try GatewaySupport.signer(seed: 5)
        var ladder = QuoteLadder(ticksAround: 3)
        ladder.aim(Self.market, .yes, .buy, price: price(2), size: Self.size)
        ladder.aim(Self.market, .no, .buy, price: price(50), size: Self.size)
        #expect(ladder.refill(budget: 2, with: &signer, at: Self.start) == 2)
        for (outcome, cents) in [(Outcome.yes, 2), (.no, 50)] {
            #expect(
                ladder.take(
                    Self.market,
                    outcome,
                    .buy,
                    price: price(Int64(cents)),
                    size: Self.size,
                    at: Self.start
                ) != nil
            )
        }
        // 1 to 5 cents and 47 to 53.
        #expect(ladder.refill(budget: 100, with: &signer, at: Self.start) == 12)
        #expect(ladder.refill(budget: 100, with: &signer, at: Self.start) == 0)
    }
}
