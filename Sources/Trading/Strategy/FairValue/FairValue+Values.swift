extension FairValue {
    /// Where the window stands for the model (the letters are strategy 2.3's).
    public enum Phase: UInt8, Sendable, CaseIterable {
        /// P: the window has not begun; the strike is not known.
        case beforeStart
        /// A: the closing average has not begun.
        case open
        /// B: part of the closing average is fixed.
        case averaging
        /// The window is over. The value is 0 or 1; never quote on it.
        case ended
    }

    /// All that the value depends on. Prices are dollars, in one unit: all of the settlement feed,
    /// or all of our own feed (strategy 2.4; `FeedRatio` turns one into the other).
    public struct Input: Equatable, Sendable {
        /// Bounds beyond which an input is an error somewhere else, not a market.
        public static let priceMax = 1e12
        public static let volatilityMax = 100.0
        public static let secondsMax = 1e9

        /// The reference price now.
        public var spot: Double
        /// `nil` while not known; needed from the window's start on.
        public var strike: Double?
        /// Annualised standard deviation forecast for the rest of the window, a fraction; above 0.
        public var volatility: Double
        public var volState: VolState
        /// Length of the window.
        public var windowSeconds: Double
        /// Time to the window's end; more than `windowSeconds` before its start, negative after
        /// its end.
        public var secondsToEnd: Double
        /// `w`: seconds that the settlement averages; 0 for a single price.
        public var averaged: Int
        /// How much earlier than its stamp the average ends; 0 or more.
        public var lag: Double = 0
        /// Mean of the elapsed part of the closing average (before the start: of the opening one),
        /// from `ReferenceAverage`; after the end the whole average. `nil` when none has elapsed.
        public var elapsedMean: Double?
        /// Standard deviation of what our price is off the settlement's.
        public var basisDeviation: Double = 0
        /// Age of the spot price in seconds; 0 or more.
        public var referenceAge: Double = 0
        /// Standard deviation of the strike; 0 when verified.
        public var strikeDeviation: Double = 0
        /// The market's tick in dollars.
        public var tick: Double = 0.01

        public init(
            spot: Double,
            strike: Double?,
            volatility: Double,
            volState: VolState,
            windowSeconds: Double,
            secondsToEnd: Double,
            averaged: Int
        ) {
            self.spot = spot
            self.strike = strike
            self.volatility = volatility
            self.volState = volState
            self.windowSeconds = windowSeconds
            self.secondsToEnd = secondsToEnd
            self.averaged = averaged
        }

        /// Whether every field is a number in its range.
        public var isUsable: Bool {
            isPrice(spot) && isPrice(strike) && isPrice(elapsedMean)
                && volatility > 0 && volatility <= Self.volatilityMax
                && windowSeconds > 0 && windowSeconds <= Self.secondsMax
                && abs(secondsToEnd) <= Self.secondsMax
                && averaged >= 0 && averaged <= ReferenceAverage.averagedMax
                && lag >= 0 && lag <= Double(ReferenceAverage.lagMax)
                && referenceAge >= 0 && referenceAge <= Self.secondsMax
                && basisDeviation >= 0 && basisDeviation <= Self.priceMax
                && strikeDeviation >= 0 && strikeDeviation <= Self.priceMax
                && tick > 0 && tick < 0.5
        }

        private func isPrice(_ price: Double?) -> Bool {
            guard let price else { return true }
            return price > 0 && price <= Self.priceMax
        }
    }

    /// What the model says, and how sure it is.
    public struct Estimate: Equatable, Sendable {
        public let phase: Phase
        /// Expected distance by which the market ends above its strike, in dollars (`m - K`;
        /// before the start: the mean of the two averages' difference).
        public let mean: Double
        /// Variance of that distance from the walk of the price alone, in dollars squared (`V`).
        public let variance: Double
        /// What our ignorance of price, basis and strike adds to it (`V_x`).
        public let extraVariance: Double
        /// `mean / sqrt(variance + extraVariance)`, within ±40.
        public let deviations: Double
        /// Value of YES, clamped. After the end exactly 0 or 1.
        public let probability: Double
        /// The same before the clamps: for calibration.
        public let unclampedProbability: Double
        /// `Phi(deviations)`: neither clamped nor with the jump component.
        public let normalProbability: Double
        /// Change of the unclamped probability for one dollar of spot.
        public let slope: Double
        /// Standard deviation of the unclamped probability over one second, from spot's
        /// (`sigma_p`); for a time `t` multiply by its square root.
        public let probabilityVolatility: Double
        /// Half the difference of the probability between a volatility 15 % higher and 15 % lower
        /// (`u_p`): an extra half-spread.
        public let uncertainty: Double
    }
}
