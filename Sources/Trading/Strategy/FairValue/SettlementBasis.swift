/// Basis and lag between one kind of the settlement feed's prices and our own feed (strategy 2.2
/// and 2.4).
///
/// What the settlement feed stamps with a second is made of prices some seconds older. Every lag
/// that may be has a tracker of its own; the right one is that whose basis stands stillest, because
/// a wrong lag adds to it what the price moved in the difference. (To minimise that is the least
/// squares of strategy 2.2, with the level left free.)
struct SettlementBasis: Sendable {
    /// The longest lag that is looked for, in seconds.
    static let lagMax = 3
    /// Until the lag has been found: for means as an observer inferred it, for single prices the
    /// second that they take to be made.
    static let lagOfMeans = 2
    static let lagOfPrices = 1
    /// Observations before a lag is believed.
    static let observationsNeeded = 60
    /// Another lag takes over when its innovations have less than this share of the variance.
    static let varianceShareMax = 0.8
    /// The least part of a mean's seconds in which our own feed must have spoken.
    static let coverageMin = 0.9

    /// Whole seconds by which the settlement's prices are older than their stamps.
    private(set) var lag: Int

    /// One for each lag from 0 on.
    private var trackers = InlineArray<4, BasisTracker>(repeating: BasisTracker())

    /// - Parameter lag: what is assumed until it has been found.
    init(lag: Int) {
        precondition((0...Self.lagMax).contains(lag), "the lag is one of those looked for")
        self.lag = lag
    }

    /// Takes one price of the settlement feed.
    /// - Parameters:
    ///   - dollars: the price.
    ///   - averaged: seconds of which it is the mean; 0 for a single price.
    ///   - stamp: its own time, a whole second.
    ///   - own: our own feed.
    mutating func observe(
        _ dollars: Double,
        averaged: Int,
        stamp: Timestamp,
        own: borrowing ReferenceAverage,
        at now: Timestamp
    ) {
        for lag in 0...Self.lagMax {
            guard let mean = own.mean(endingAt: stamp, averaged: averaged, lag: lag, at: now),
                mean.seconds == max(averaged, 1), mean.coverage >= Self.coverageMin
            else { continue }
            trackers[lag].observe(settlement: dollars, own: mean.dollars, at: now)
        }
        chooseLag()
    }

    /// What to add to a price of our own feed of `lag` seconds ago; `nil` before enough has been
    /// observed.
    func estimate(at now: Timestamp) -> BasisTracker.Estimate? {
        guard trackers[lag].observations >= BasisTracker.observationsNeeded else { return nil }
        return trackers[lag].estimate(at: now)
    }

    private mutating func chooseLag() {
        guard trackers[lag].observations >= Self.observationsNeeded else { return }
        var least = Self.varianceShareMax * trackers[lag].innovationVariance
        for candidate in 0...Self.lagMax
        where trackers[candidate].observations >= Self.observationsNeeded
            && trackers[candidate].innovationVariance < least
        {
            least = trackers[candidate].innovationVariance
            lag = candidate
        }
    }
}
