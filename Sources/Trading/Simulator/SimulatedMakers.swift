/// The simulated market makers: what they think the token is worth, where they want the touch to
/// be, and how they get the book there, one level at a time.
///
/// The touch follows the fair value with a little inertia. What a move leaves behind is repaired
/// in this order: quotes on the wrong side of the fair value go, the touch is set, holes behind it
/// are filled; with nothing to repair, some level's size changes.
struct SimulatedMakers: Equatable, Sendable {
    /// The fair value in ticks, 0 ... 100.
    private(set) var fairTicks = 50.0
    /// Where the touch should be: bid at `goalBid`, ask one tick above. 0 and 99 leave a side empty.
    private(set) var goalBid = 49
    var goalAsk: Int { goalBid + 1 }

    /// Quotes after a jump come one a millisecond or so until then.
    private(set) var hotUntil = Timestamp(nanoseconds: 0)

    /// Each side's emptied touch is not refilled before.
    private var bidRefillAt = Timestamp(nanoseconds: 0)
    private var askRefillAt = Timestamp(nanoseconds: 0)
    /// Depth of the whole window, and what the last minute leaves of it.
    private var windowDepth = 1.0
    private var thinning = 1.0
    /// The makers' error: slow noise, in standard deviations of the outcome.
    private var error = 0.0
    private var remainingSeconds = 300.0

    private let depth: Double
    private let depthDeviation: Double
    private let calmGapSeconds: Double
    private let refillSeconds: Double
    private var random: SimulatorRandom

    private static let errorDeviation = 0.04
    private static let errorReversionSeconds = 20.0
    /// The makers do not know the settlement price to the dollar.
    private static let basisDollars = 2.0
    /// How far the fair value may leave the two quotes before they follow, in ticks.
    private static let inertiaTicks = 0.7
    /// Before this much of the window is left nobody is certain: both sides are quoted.
    private static let certaintySeconds = 60.0
    /// Nobody offers what is worth a dollar but for this, nor bids for what is worth less.
    private static let certainTicks = 0.6
    private static let thinningSeconds = 65.0
    /// A move of this many ticks at once is a jump to the makers.
    private static let jumpTicks = 4.0
    private static let hotSeconds = 0.11
    /// Holes are looked for this deep behind the touch.
    private static let holeDepth = 12
    /// Shares resting in addition close to 0 and 1, by distance from the edge in ticks.
    private static let edgeShares: InlineArray<12, Double> = [
        11_500, 3_200, 2_300, 900, 750, 350, 300, 450, 250, 150, 80, 40,
    ]

    init(configuration: MarketSimulator.Configuration, random: SimulatorRandom) {
        depth = configuration.depth
        depthDeviation = configuration.depthDeviation
        calmGapSeconds = 1 / configuration.calmUpdatesPerSecond
        refillSeconds = configuration.touchRefillTime.seconds
        self.random = random
    }

    /// Puts the whole first book of a window.
    mutating func open(_ book: inout SimulatedBook) {
        windowDepth = depth * random.logNormal(deviation: depthDeviation)
        error = Self.errorDeviation * random.normal()
        book.clear()
        for side in [Side.buy, .sell] {
            let goal = side == .buy ? goalBid : goalAsk
            var tick = goal
            while tick >= SimulatedBook.lowestTick && tick <= SimulatedBook.highestTick {
                book.set(side, tick, drawSize(side, tick))
                tick += side == .buy ? -1 : 1
            }
        }
    }

    /// The reference moved, or time did: a new fair value. Returns whether it jumped.
    mutating func revalue(
        reference: ReferenceState,
        strikeDollars: Double,
        remaining: Duration,
        elapsed: Duration,
        now: Timestamp
    ) -> Bool {
        let reversion = min(1, elapsed.seconds / Self.errorReversionSeconds)
        error -= reversion * error
        error += Self.errorDeviation * (2 * reversion).squareRoot() * random.normal()
        remainingSeconds = max(0, remaining.seconds)
        thinning = min(1, 0.25 + 0.75 * remainingSeconds / Self.thinningSeconds)

        let before = fairTicks
        fairTicks = value(reference, strikeDollars: strikeDollars, remaining: remainingSeconds)
        if remainingSeconds > Self.certaintySeconds { fairTicks = max(1.2, min(98.8, fairTicks)) }
        // The touch stays as long as the fair value is between the quotes or hardly outside.
        if fairTicks < Double(goalBid) - Self.inertiaTicks
            || fairTicks > Double(goalAsk) + Self.inertiaTicks
        {
            goalBid = max(1, min(98, Int(fairTicks)))
            if fairTicks < Self.certainTicks { goalBid = 0 }
            if fairTicks > 100 - Self.certainTicks { goalBid = 99 }
        }
        let jumped = abs(fairTicks - before) > Self.jumpTicks
        if jumped {
            hotUntil = now + Duration(nanoseconds: Int64(Self.hotSeconds * 1e9))
        }
        return jumped
    }

    /// What the makers would think the token is worth, in ticks, if they knew that reference with so
    /// many seconds left.
    func value(
        _ reference: ReferenceState,
        strikeDollars: Double,
        remaining: Double
    ) -> Double {
        let perRootSecond =
            reference.impliedVolatility * reference.price
            / ReferenceProcess.secondsPerYear.squareRoot()
        let variance =
            perRootSecond * perRootSecond * remaining + Self.basisDollars * Self.basisDollars
        let distance = (reference.price - strikeDollars) / variance.squareRoot()
        return 100 * Self.probability(distance + error)
    }

    /// The normal digital with fat tails: prices near 0 and 1 would be too sure of themselves
    /// otherwise.
    private static func probability(_ distance: Double) -> Double {
        (1 - surpriseWeight) * SimulatorMath.normalCDF(distance)
            + surpriseWeight * SimulatorMath.normalCDF(distance / 3)
    }
    private static let surpriseWeight = 0.06

    /// The next window begins: even odds.
    mutating func forget() {
        fairTicks = 50
        goalBid = 49
        thinning = 1
        hotUntil = Timestamp(nanoseconds: 0)
        bidRefillAt = hotUntil
        askRefillAt = hotUntil
    }

    /// Whether a quote stands on the wrong side of where the makers want the touch.
    func isStale(_ book: SimulatedBook) -> Bool {
        book.bestBid > goalBid || book.bestAsk < goalAsk
    }

    /// Whether a touch is missing that nobody waits with.
    private func isTouchDue(_ book: SimulatedBook, now: Timestamp) -> Bool {
        book.bestBid < goalBid && now >= bidRefillAt
            || book.bestAsk > goalAsk && now >= askRefillAt
    }

    /// Somebody took the whole touch of `side`: it comes back after a while.
    mutating func touchTaken(_ side: Side, now: Timestamp) {
        let wait = random.exponential(mean: refillSeconds)
        let refillAt = now + Duration(nanoseconds: Int64(wait * 1e9))
        if side == .buy { bidRefillAt = refillAt } else { askRefillAt = refillAt }
    }

    /// Changes exactly one level of the book and says which.
    mutating func changeOne(
        _ book: inout SimulatedBook,
        now: Timestamp
    ) -> (side: Side, tick: Int) {
        if book.bestBid > goalBid { return set(&book, .buy, book.bestBid, 0) }
        if book.bestAsk < goalAsk { return set(&book, .sell, book.bestAsk, 0) }
        // Either side may be first.
        let first = random.chance(0.5) ? Side.buy : .sell
        if let tick = missingLevel(book, first, now: now) {
            return set(&book, first, tick, drawSize(first, tick))
        }
        if let tick = missingLevel(book, first.opposite, now: now) {
            return set(&book, first.opposite, tick, drawSize(first.opposite, tick))
        }
        return changeSize(&book, now: now)
    }

    /// Redraws a part of the levels: what a venue's whole book shows after seconds of small
    /// changes. The touch stays.
    mutating func redraw(_ book: inout SimulatedBook) {
        redraw(&book, .buy)
        redraw(&book, .sell)
    }

    private mutating func redraw(_ book: inout SimulatedBook, _ side: Side) {
        guard !book.isEmpty(side) else { return }
        let share = thinning < 1 ? 0.5 : 0.25
        let step = side == .buy ? -1 : 1
        var tick = book.best(side) + step
        while tick >= SimulatedBook.lowestTick && tick <= SimulatedBook.highestTick {
            if random.chance(share) { book.set(side, tick, drawSize(side, tick)) }
            tick += step
        }
    }

    /// Time until the next change of a level.
    mutating func gap(_ book: SimulatedBook, now: Timestamp) -> Duration {
        let seconds: Double
        if now < hotUntil {
            seconds = random.exponential(mean: 0.0006)
        } else if isStale(book) || isTouchDue(book, now: now) {
            seconds = random.exponential(mean: 0.02)
        } else {
            seconds = random.exponential(mean: calmGapSeconds)
        }
        return SimulatedMakers.gapMin + Duration(nanoseconds: Int64(seconds * 1e9))
    }

    /// Two changes of levels are never closer than this.
    static let gapMin = Duration.milliseconds(1)

    /// Time until the makers notice that the fair value has left their quotes.
    mutating func reactionTime(now: Timestamp) -> Duration {
        let mean = now < hotUntil ? 0.01 : 0.04
        let seconds = 0.002 + random.exponential(mean: mean)
        return Duration(nanoseconds: Int64(seconds * 1e9))
    }

    private func set(
        _ book: inout SimulatedBook,
        _ side: Side,
        _ tick: Int,
        _ size: Int64
    ) -> (side: Side, tick: Int) {
        book.set(side, tick, size)
        return (side, tick)
    }

    /// The touch when it is due, else the nearest hole behind it.
    private func missingLevel(_ book: SimulatedBook, _ side: Side, now: Timestamp) -> Int? {
        let goal = side == .buy ? goalBid : goalAsk
        let step = side == .buy ? -1 : 1
        let refillAt = side == .buy ? bidRefillAt : askRefillAt
        for distance in 0...Self.holeDepth {
            let tick = goal + distance * step
            guard tick >= SimulatedBook.lowestTick && tick <= SimulatedBook.highestTick else {
                return nil
            }
            if book.size(side, tick) == 0 && (distance > 0 || now >= refillAt) { return tick }
            // Near the end the book has holes, and nobody minds.
            if distance == 0 && thinning < 0.6 { return nil }
        }
        return nil
    }

    private mutating func changeSize(
        _ book: inout SimulatedBook,
        now: Timestamp
    ) -> (side: Side, tick: Int) {
        var chosen = random.chance(0.5) ? Side.buy : .sell
        if book.isEmpty(chosen) { chosen = chosen.opposite }
        guard !book.isEmpty(chosen) else {
            // Both sides are empty: somebody puts a first quote at the edge of the grid.
            let tick = fairTicks >= 50 ? SimulatedBook.lowestTick : SimulatedBook.highestTick
            let edge = fairTicks >= 50 ? Side.buy : .sell
            return set(&book, edge, tick, drawSize(edge, tick))
        }
        let best = book.best(chosen)
        let levels =
            chosen == .buy
            ? best - SimulatedBook.lowestTick + 1 : SimulatedBook.highestTick - best + 1
        let draw = random.uniform()
        var distance = 0
        if draw > 0.75 {
            distance = random.integer(below: levels)
        } else if draw > 0.3 {
            distance = Int(random.exponential(mean: 7))
            if distance >= levels { distance = random.integer(below: levels) }
        }
        let tick = chosen == .buy ? best - distance : best + distance
        let old = book.size(chosen, tick)
        if distance == 0 && random.chance(0.045) && levels > 1 {
            touchTaken(chosen, now: now)
            return set(&book, chosen, tick, 0)
        }
        let target = drawSize(chosen, tick)
        var size = old + Int64(Double(target - old) * random.uniform(0.1, 1))
        if size == old { size += 500 }
        return set(&book, chosen, tick, max(500, size))
    }

    /// What somebody would put there, in hundredths of a share, at least five shares.
    private mutating func drawSize(_ side: Side, _ tick: Int) -> Int64 {
        let goal = side == .buy ? goalBid : goalAsk
        let distance = max(0, side == .buy ? goal - tick : tick - goal)
        let edge = side == .buy ? tick - 1 : 99 - tick
        var shares = 260 + 190 * (1 - SimulatorMath.exp(-Double(distance) / 2.5))
        if edge < Self.edgeShares.count { shares += Self.edgeShares[edge] }
        shares *= windowDepth * thinning * random.logNormal(deviation: distance == 0 ? 0.9 : 0.55)
        // Most people think in whole shares.
        if random.chance(0.7) { shares = shares.rounded() }
        return Int64((max(5, shares) * 100).rounded())
    }
}
