/// The feed whose prices decide the outcome, where it is not the reference itself: Chainlink beside
/// Binance (strategy 2.4, second way).
///
/// It speaks about once a second, late, and with gaps; our own feed speaks at once. So what has
/// been said is taken as it is, and what has not is our own feed's price plus the basis.
struct SettlementFeed: Sendable {
    /// A stamp this far ahead of our clock is an error of one of the two.
    static let clockAheadMax = Duration.seconds(2)

    /// Single prices, on the grid of their own stamps.
    private(set) var averages = ReferenceAverage()
    /// Prices that were refused: no price, a stamp ahead of our clock, or another asset's.
    private(set) var refused: Int64 = 0

    private var ofPrices = SettlementBasis(lag: SettlementBasis.lagOfPrices)
    private var ofMeans = SettlementBasis(lag: SettlementBasis.lagOfMeans)
    /// The newest stamp, and when the first price that bore it arrived.
    private var newestStamp: Timestamp?
    private var newestArrival: Timestamp?
    /// The newest stamp of a single price.
    private var priceStamp: Timestamp?

    /// How our own feed becomes the settlement's: `price(stamp) = own(stamp - lag) + dollars`.
    struct Basis: Equatable {
        var dollars: Double
        /// Standard deviation, in dollars; grows while the feed is silent.
        var deviation: Double
        /// Whole seconds.
        var lag: Int
    }

    init() {}

    /// Takes one price.
    /// - Parameters:
    ///   - averaged: seconds of which it is the mean; 0 or 1 for a single price.
    ///   - stamp: by the feed's clock.
    ///   - own: our own feed.
    /// - Returns: whether it was taken.
    mutating func observe(
        _ price: ReferencePrice,
        averaged: Int,
        stamp: Timestamp,
        own: borrowing ReferenceAverage,
        at now: Timestamp
    ) -> Bool {
        guard price.raw > 0, price <= ReferenceAverage.priceMax,
            (0...ReferenceAverage.averagedMax).contains(averaged),
            stamp <= now + Self.clockAheadMax, isOfOurAsset(price, own)
        else {
            refused += 1
            return false
        }
        // The same stamp again, however often, is silence.
        if newestStamp.map({ stamp > $0 }) ?? true {
            newestStamp = stamp
            newestArrival = now
        }
        if averaged > 1 {
            ofMeans.observe(price.dollars, averaged: averaged, stamp: stamp, own: own, at: now)
        } else {
            averages.observe(price, at: stamp)
            priceStamp = max(stamp, priceStamp ?? stamp)
            ofPrices.observe(price.dollars, averaged: 0, stamp: stamp, own: own, at: now)
        }
        return true
    }

    private func isOfOurAsset(_ price: ReferencePrice, _ own: borrowing ReferenceAverage) -> Bool {
        guard let latest = own.latest else { return true }
        let difference = abs(price.dollars - latest.dollars)
        return difference <= FeedRatio.differenceMax * latest.dollars
    }

    /// Since when nothing new has come; `nil` before the first price.
    func age(at now: Timestamp) -> Duration? { newestArrival.map { now - $0 } }

    /// The basis for a settlement that averages so many seconds: from prices of its own kind, or
    /// from the other kind while those are not there. `nil` before enough has been observed.
    func basis(averaged: Int, at now: Timestamp) -> Basis? {
        let own = averaged > 1 ? ofMeans : ofPrices
        let other = averaged > 1 ? ofPrices : ofMeans
        let first = own.estimate(at: now)
        let second = other.estimate(at: now)
        if let second, first?.isFrozen ?? true, first == nil || !second.isFrozen {
            return Basis(dollars: second.dollars, deviation: second.deviation, lag: other.lag)
        }
        return first.map { Basis(dollars: $0.dollars, deviation: $0.deviation, lag: own.lag) }
    }

    /// The mean of the elapsed part of the average that is stamped `end`: up to the feed's newest
    /// single price its own, from there to now our own feed's plus the basis. `nil` when none of it
    /// has elapsed, or it reaches back too far.
    func elapsedMean(
        endingAt end: Timestamp,
        averaged: Int,
        basis: Basis,
        own: borrowing ReferenceAverage,
        at now: Timestamp
    ) -> Double? {
        let said = priceStamp.flatMap { averages.mean(endingAt: end, averaged: averaged, at: $0) }
        let saidSeconds = said?.seconds ?? 0
        let secondsLeft = max(averaged, 1) - saidSeconds
        let reckoned =
            secondsLeft > 0
            ? own.mean(endingAt: end, averaged: secondsLeft, lag: basis.lag, at: now) : nil
        guard let reckoned else { return said?.dollars }
        let dollars = reckoned.dollars + basis.dollars
        guard let said else { return dollars }
        let sum =
            said.dollars * Double(saidSeconds) + dollars * Double(reckoned.seconds)
        return sum / Double(saidSeconds + reckoned.seconds)
    }
}
