/// Between the reference and the feed that settles (strategy 2.4).
extension Engine {
    /// How a price of the reference reads in the units of a market's settlement.
    struct SettlementUnits: Equatable {
        var factor = 1.0
        /// Dollars, added after `factor`.
        var basis = 0.0
        /// Standard deviation of what is left, in dollars.
        var deviation = 0.0
        /// Whole seconds by which the settlement's prices are older than their stamps.
        var lag = 0
        /// Set where the settlement's own feed is followed.
        var tracked: SettlementFeed.Basis?

        func price(_ reference: Double) -> Double { reference * factor + basis }
    }

    /// While the settlement feed is so silent that its basis is more than this many times as
    /// uncertain as the ratio at the window's start, the ratio is taken.
    static let basisDeviationsMax = 2.0

    /// Takes one price of the settlement's own feed. One that is stamped with the start of a window
    /// and made as its settlement is made is that window's strike.
    mutating func observeSettlement(
        _ price: ReferencePrice,
        averaged: Int,
        stamp: Timestamp,
        _ now: Timestamp,
        _ effects: inout [EngineEffect]
    ) {
        guard
            settlementFeed.observe(price, averaged: averaged, stamp: stamp, own: averages, at: now)
        else {
            statistics.settlementPricesRefused += 1
            return
        }
        for index in markets.indices where markets[index].definition.windowStart == stamp {
            switch markets[index].definition.settlement {
            case .chainlinkTWAP(averaged),
                .spotSnapshot where averaged <= 1:
                let id = markets[index].definition.id
                observeStrike(id, price, .settlementFeed, now, &effects)
            case .chainlinkTWAP, .spotSnapshot, .binanceCandle, .unsupported: break
            }
        }
        markCurrentDirty()
    }

    /// Since when the settlement's own feed has said nothing new; `nil` before it has spoken, and
    /// where a session has none.
    public func settlementFeedAge(_ now: Timestamp) -> Duration? { settlementFeed.age(at: now) }

    /// Whether the session should hear from a settlement feed besides its reference.
    public var hasSettlementFeed: Bool {
        configuration.hasReference && !configuration.isReferenceSettling
    }

    /// How the reference is compared with `strike`; `nil` while nothing tells the two feeds apart
    /// from one another.
    ///
    /// The tracked basis where the settlement's feed is heard, else the ratio of strike and our own
    /// mean over the same seconds. Where the reference itself settles there is nothing to convert.
    mutating func settlementUnits(
        _ index: Int,
        _ strike: Strike,
        _ now: Timestamp
    ) -> SettlementUnits? {
        let settlement = markets[index].definition.settlement
        if configuration.isReferenceSettling || settlement == .binanceCandle {
            return SettlementUnits()
        }
        let averaged = settlement.averagedSeconds
        let ratioDeviation = FairValue.basisShare * strike.price.dollars
        let ratio = markets[index].ownAtStart.flatMap {
            FeedRatio(strike: strike.price.dollars, own: $0)
        }
        if let basis = settlementFeed.basis(averaged: averaged, at: now),
            ratio == nil || basis.deviation <= Self.basisDeviationsMax * ratioDeviation
        {
            return SettlementUnits(
                basis: basis.dollars,
                deviation: basis.deviation,
                lag: basis.lag,
                tracked: basis
            )
        }
        return ratio.map {
            SettlementUnits(
                factor: $0.value,
                deviation: ratioDeviation,
                lag: Self.assumedLag(averaged)
            )
        }
    }

    /// Why a market whose strike is known cannot be valued yet.
    mutating func unitsGate(_ index: Int, _ strike: Strike, _ now: Timestamp) -> (Action, Reason)? {
        settlementUnits(index, strike, now) == nil ? (.warmingUp, .basisUnknown) : nil
    }

    /// Keeps our own feed's mean over the seconds that the strike is made of, while they are
    /// remembered.
    mutating func noteOwnAtStart(_ index: Int, _ now: Timestamp) {
        guard !configuration.isReferenceSettling, markets[index].ownAtStart == nil else { return }
        let definition = markets[index].definition
        let averaged = definition.settlement.averagedSeconds
        let mean = averages.mean(
            endingAt: definition.windowStart,
            averaged: averaged,
            lag: Self.assumedLag(averaged),
            at: now
        )
        guard let mean, now >= definition.windowStart,
            mean.coverage >= StrikeWatch.coverageMin
        else { return }
        markets[index].ownAtStart = mean.dollars
    }

    private static func assumedLag(_ averaged: Int) -> Int {
        averaged > 1 ? SettlementBasis.lagOfMeans : SettlementBasis.lagOfPrices
    }
}
