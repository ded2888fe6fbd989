/// The simulated takers: most trade without a reason, a few shares to a few hundred from the
/// touch; after a jump of the fair value some take the quotes that have not followed yet. The
/// informed know a value that is still to come, and take what it leaves behind.
struct SimulatedTakers: Sendable {
    /// A taker order reaches at most so many levels.
    static let levelsMax = 3

    /// What one taker order does.
    struct TakerOrder: Equatable, Sendable {
        var side: Side
        /// Hundredths of a share.
        var size: Int64
        /// The worst tick it accepts.
        var limit: Int
    }

    /// There are more trades until then.
    private var hotUntil = Timestamp(nanoseconds: 0)
    /// The next order follows the fair value instead of nothing.
    private var isInformedNext = false

    /// On which side of the book the value to come leaves quotes behind, and that value in ticks.
    private var chance: (side: Side, value: Double)?

    private let gapSeconds: Double
    private let sizeMedian: Double
    private let informedShare: Double
    private let informedFlow: Double
    private var random: SimulatorRandom
    /// Their own, so that a market with them has the same other trades as one without.
    private var informedRandom: SimulatorRandom

    private static let hotSeconds = 0.5
    private static let hotFactor = 4.0
    private static let sizeMax = 600.0
    private static let informedSizeMedian = 120.0
    /// Who knows takes what there is.
    private static let aheadSizeMedian = 400.0
    /// What is left to the informed after the fee, at least; in ticks.
    private static let edgeMin = 0.5
    /// Fee of a share at even odds times four, in ticks (`SimulatedWindow.takerFeeRate`).
    private static let feeTicks = 100 * SimulatedWindow.takerFeeRate
    /// Two taker orders are never closer than this.
    private static let gapMinSeconds = 0.001

    init(
        configuration: MarketSimulator.Configuration,
        random: SimulatorRandom,
        informedRandom: SimulatorRandom
    ) {
        gapSeconds = 1 / configuration.tradesPerSecond
        sizeMedian = configuration.tradeSizeMedian.shares
        informedShare = configuration.informedShare
        informedFlow = configuration.informedFlow
        self.random = random
        self.informedRandom = informedRandom
    }

    /// The fair value jumped. Returns when the next order comes, if earlier than planned.
    mutating func jumped(now: Timestamp) -> Timestamp? {
        hotUntil = now + Duration(nanoseconds: Int64(Self.hotSeconds * 1e9))
        guard random.chance(informedShare) else { return nil }
        isInformedNext = true
        let wait = Self.gapMinSeconds + random.exponential(mean: 0.008)
        return now + Duration(nanoseconds: Int64(wait * 1e9))
    }

    /// Time until the next order.
    mutating func gap(now: Timestamp) -> Duration {
        let mean = now < hotUntil ? gapSeconds / Self.hotFactor : gapSeconds
        let seconds = Self.gapMinSeconds + random.exponential(mean: mean)
        return Duration(nanoseconds: Int64(seconds * 1e9))
    }

    /// The order that comes now; `nil` when there is nothing to take.
    mutating func order(_ book: SimulatedBook, fairTicks: Double) -> TakerOrder? {
        var side = random.chance(0.5) ? Side.buy : .sell
        if isInformedNext {
            isInformedNext = false
            let size = drawSize(median: Self.informedSizeMedian, deviation: 0.8)
            if Double(book.bestAsk) < fairTicks - 0.5 {
                return TakerOrder(side: .buy, size: size, limit: Int(fairTicks - 0.5))
            }
            if Double(book.bestBid) > fairTicks + 0.5 && !book.isEmpty(.buy) {
                return TakerOrder(side: .sell, size: size, limit: Int(fairTicks + 0.5) + 1)
            }
            // Too late, the quotes have followed: an order like any other.
        }
        if book.isEmpty(side.opposite) { side = side.opposite }
        guard !book.isEmpty(side.opposite) else { return nil }
        let size = drawSize(median: sizeMedian, deviation: 1.2)
        // Most take the touch and leave it at that.
        let reach = random.chance(0.8) ? 0 : 1
        let touch = book.best(side.opposite)
        return TakerOrder(
            side: side,
            size: size,
            limit: side == .buy ? touch + reach : touch - reach
        )
    }

    // MARK: The informed

    /// They look at the value to come. Returns when one of them trades on it: a chance is taken by
    /// one, or missed by all, when it appears.
    mutating func looked(ahead value: Double, _ book: SimulatedBook, now: Timestamp) -> Timestamp? {
        let before = chance?.side
        chance = nil
        for side in [Side.buy, .sell] where !book.isEmpty(side.opposite) {
            if Self.gain(side, at: book.best(side.opposite), value) > Self.edgeMin {
                chance = (side, value)
            }
        }
        guard let chance, chance.side != before, informedRandom.chance(informedFlow) else {
            return nil
        }
        let wait = Self.gapMinSeconds + informedRandom.exponential(mean: 0.008)
        return now + Duration(nanoseconds: Int64(wait * 1e9))
    }

    /// What one of them takes now; `nil` when nothing worth taking is left.
    mutating func informedOrder(_ book: SimulatedBook) -> TakerOrder? {
        guard let chance, !book.isEmpty(chance.side.opposite) else { return nil }
        let touch = book.best(chance.side.opposite)
        let step = chance.side == .buy ? 1 : -1
        guard Self.gain(chance.side, at: touch, chance.value) > Self.edgeMin else { return nil }
        var limit = touch
        while Self.gain(chance.side, at: limit + step, chance.value) > Self.edgeMin,
            limit + step >= SimulatedBook.lowestTick, limit + step <= SimulatedBook.highestTick
        {
            limit += step
        }
        let size = Self.size(median: Self.aheadSizeMedian, deviation: 0.8, &informedRandom)
        return TakerOrder(side: chance.side, size: size, limit: limit)
    }

    /// What is gained by taking a share at `tick` that is worth `value`, after the fee; in ticks.
    private static func gain(_ side: Side, at tick: Int, _ value: Double) -> Double {
        let price = Double(tick)
        let fee = feeTicks * price * (100 - price) / 10_000
        return (side == .buy ? value - price : price - value) - fee
    }

    private mutating func drawSize(median: Double, deviation: Double) -> Int64 {
        Self.size(median: median, deviation: deviation, &random)
    }

    private static func size(
        median: Double,
        deviation: Double,
        _ random: inout SimulatorRandom
    ) -> Int64 {
        var shares = median * random.logNormal(deviation: deviation)
        shares = max(1, min(sizeMax, shares))
        // Who buys for a round sum of dollars gets an odd number of shares.
        if random.chance(0.6) { shares = shares.rounded() }
        return Int64((shares * 100).rounded())
    }
}
