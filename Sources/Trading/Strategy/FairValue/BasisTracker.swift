internal import Glibc

/// The distance of the settlement feed's spot price from our own feed's, as it drifts (strategy
/// 2.4, second way): `S = own + basis`.
///
/// An exponentially weighted mean with a half-life of 30 s. An observation that is more than six
/// deviations from it is an error of one of the two feeds and is left out; when nothing else comes
/// any more, the level has moved, and the mean starts anew from there. Without observations the
/// basis stays and its deviation grows.
struct BasisTracker: Equatable, Sendable {
    /// In seconds.
    static let halfLife = 30.0
    /// An innovation beyond this many deviations is left out.
    static let deviationsMax = 6.0
    /// Observations before that rule applies: until then the deviation is not known.
    static let observationsNeeded = 10
    /// Observations in a row that were left out before the level counts as moved.
    static let rejectionsMax = 30
    /// Without an observation for this long the basis is frozen.
    static let freezeAfter = Duration.seconds(5)
    /// No innovation is judged by less than this share of the price (0.1 bp): a basis that has
    /// stood still must be allowed to move.
    static let deviationFloorShare = 0.1e-4

    struct Estimate: Equatable {
        /// Dollars to add to a price of our own feed.
        var dollars: Double
        /// Standard deviation in dollars, at least half a basis point of the price; while frozen
        /// its square grows by itself once per half-life.
        var deviation: Double
        /// No observation for `freezeAfter`.
        var isFrozen: Bool
    }

    private(set) var observations = 0
    /// Left out in all.
    private(set) var rejections = 0
    /// Mean square of the innovations, dollars squared.
    private(set) var innovationVariance = 0.0

    private var level = 0.0
    private var own = 0.0
    private var rejectionsInARow = 0
    private var updated: Timestamp?

    init() {}

    /// Takes one price of the settlement feed, and our own feed's price at the moment it speaks of
    /// (`ReferenceAverage.price(at:)`: the settlement feed is behind by a second or so), both in
    /// dollars.
    /// - Returns: whether it was used.
    @discardableResult
    mutating func observe(settlement: Double, own: Double, at now: Timestamp) -> Bool {
        let basis = settlement - own
        // The same bound as for the ratio: beyond it the two are not the same asset.
        guard settlement > 0, own > 0, abs(basis) <= FeedRatio.differenceMax * own else {
            rejections += 1
            return false
        }
        guard let last = updated else {
            restart(basis, own, now)
            return true
        }
        let innovation = basis - level
        let floor = Self.deviationFloorShare * own
        let deviation = max(innovationVariance.squareRoot(), floor)
        if observations >= Self.observationsNeeded,
            abs(innovation) > Self.deviationsMax * deviation
        {
            rejections += 1
            rejectionsInARow += 1
            if rejectionsInARow > Self.rejectionsMax { restart(basis, own, now) }
            return false
        }
        let elapsed = max((now - last).seconds, 0)
        let given = 1 - exp2(-elapsed / Self.halfLife)
        // From the first observations on an ordinary mean, until the half-life is the longer memory.
        let weight = max(given, 1 / Double(observations + 1))
        level += weight * innovation
        innovationVariance += weight * (innovation * innovation - innovationVariance)
        self.own = own
        observations += 1
        rejectionsInARow = 0
        updated = now
        return true
    }

    /// `nil` before the first observation.
    func estimate(at now: Timestamp) -> Estimate? {
        guard let updated else { return nil }
        let base = max(innovationVariance.squareRoot(), FairValue.basisShare * own)
        let silence = now - updated
        let isFrozen = silence > Self.freezeAfter
        let frozen = isFrozen ? (silence.seconds - Self.freezeAfter.seconds) / Self.halfLife : 0
        return Estimate(
            dollars: level,
            deviation: base * (1 + frozen).squareRoot(),
            isFrozen: isFrozen
        )
    }

    private mutating func restart(_ basis: Double, _ own: Double, _ now: Timestamp) {
        level = basis
        innovationVariance = 0
        self.own = own
        observations = 1
        rejectionsInARow = 0
        updated = now
    }
}
