/// The simulated takers: most trade without a reason, a few shares to a few hundred from the
/// touch; after a jump of the fair value some take the quotes that have not followed yet.
struct SimulatedTakers: Equatable, Sendable {
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

    private let gapSeconds: Double
    private let sizeMedian: Double
    private let informedShare: Double
    private var random: SimulatorRandom

    private static let hotSeconds = 0.5
    private static let hotFactor = 4.0
    private static let sizeMax = 600.0
    private static let informedSizeMedian = 120.0
    /// Two taker orders are never closer than this.
    private static let gapMinSeconds = 0.001

    init(configuration: MarketSimulator.Configuration, random: SimulatorRandom) {
        gapSeconds = 1 / configuration.tradesPerSecond
        sizeMedian = configuration.tradeSizeMedian.shares
        informedShare = configuration.informedShare
        self.random = random
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

    private mutating func drawSize(median: Double, deviation: Double) -> Int64 {
        var shares = median * random.logNormal(deviation: deviation)
        shares = max(1, min(Self.sizeMax, shares))
        // Who buys for a round sum of dollars gets an odd number of shares.
        if random.chance(0.6) { shares = shares.rounded() }
        return Int64((shares * 100).rounded())
    }
}
