extension MarketSimulator {
    /// What the simulated market is like. The defaults give the shape of a recorded hour of BTC
    /// 5-minute markets; every knob is a quantity that a trader would name.
    public struct Configuration: Equatable, Sendable {
        // The reference price.
        /// Where the reference price begins; 1,000 to 10,000,000 dollars.
        public var initialPrice = ReferencePrice(raw: 98_500 * 100_000_000)
        /// Typical annualised volatility between jumps, within the two bounds. With the default
        /// jumps the whole is about 40 %.
        public var volatility = 0.29
        /// The volatility never leaves these bounds; 0.01 ... 5.
        public var volatilityFloor = 0.15
        public var volatilityCeiling = 1.5
        /// Standard deviation of the volatility's logarithm; 0 keeps it constant.
        public var volatilityOfVolatility = 0.35
        /// Mean time between jumps, at least 1 s.
        public var jumpInterval = Duration.seconds(45)
        /// Standard deviation of a jump at the typical volatility, as a fraction; 0 ... 0.02.
        public var jumpSize = 3e-4
        /// The longest time between two prices (the shortest is 35 ms); 100 ms ... 2 s.
        public var referenceGapMax = Duration.milliseconds(100)

        // The book.
        /// Scales every level; 1 is the recorded hour. 0.01 ... 100.
        public var depth = 1.0
        /// How much the depth differs from window to window: standard deviation of its logarithm.
        public var depthDeviation = 0.22
        /// Level changes per second while the fair value rests (moves of it come on top);
        /// 0.1 ... 200.
        public var calmUpdatesPerSecond = 10.0
        /// Mean time between whole books within a window; at least 100 ms.
        public var snapshotInterval = Duration.seconds(4)
        /// How long an emptied touch stays empty, in the mean; 1 ms ... 60 s.
        public var touchRefillTime = Duration.milliseconds(180)

        // Trades.
        /// Taker orders per second without a reason, 0.01 ... 100; four times as many after a jump.
        public var tradesPerSecond = 1.6
        /// Median size of such an order, 1 ... 10,000 shares.
        public var tradeSizeMedian = Quantity(shares: 22)
        /// Share of the jumps that somebody takes the stale quotes after; 0 ... 1.
        public var informedShare = 0.7
        /// Informed flow: how many of the chances that knowing the reference `informedLead` ahead of
        /// everybody else gives are taken; 0 ... 1. A chance is a touch that the value to come leaves
        /// behind by more than the taker's fee and half a tick. 0 by default: nobody knows anything.
        public var informedFlow = 0.0
        /// How far ahead they know it; 10 ms ... 1 s.
        public var informedLead = Duration.milliseconds(300)

        // The venue.
        /// Length of a window; whole seconds, 10 s ... 1 h. Windows are aligned to multiples of it.
        public var windowLength = Duration.seconds(300)
        /// How long before its start a market is listed; 0 ... 300 s.
        public var listingLead = Duration.seconds(30)
        /// Mean of the simulated network delay beyond its least, 1 ms; at most 10 ms.
        public var networkDelay = Duration.milliseconds(3)
        /// The number of the first market; those that follow count up from it.
        public var firstMarket = MarketID(index: 0)

        public init() {}

        /// Stops the process when a knob is outside the range its comment gives: such a
        /// configuration is ours, nothing from outside reaches it unchecked.
        func validate() {
            let dollars = initialPrice.dollars
            precondition(dollars >= 1_000 && dollars <= 10_000_000, "initialPrice out of range")
            precondition(
                volatilityFloor >= 0.01 && volatilityFloor <= volatility
                    && volatility <= volatilityCeiling && volatilityCeiling <= 5,
                "the volatility must lie between its bounds, and they within 0.01 and 5"
            )
            precondition(
                volatilityOfVolatility >= 0 && volatilityOfVolatility <= 2
                    && depthDeviation >= 0 && depthDeviation <= 2,
                "a logarithm's deviation must be within 0 and 2"
            )
            precondition(jumpInterval >= .seconds(1), "jumpInterval is at least a second")
            precondition(jumpSize >= 0 && jumpSize <= 0.02, "jumpSize is within 0 and 0.02")
            precondition(depth >= 0.01 && depth <= 100, "depth is within 0.01 and 100")
            precondition(
                calmUpdatesPerSecond >= 0.1 && calmUpdatesPerSecond <= 200,
                "calmUpdatesPerSecond is within 0.1 and 200"
            )
            precondition(snapshotInterval >= .milliseconds(100), "snapshotInterval is too short")
            precondition(
                touchRefillTime >= .milliseconds(1) && touchRefillTime <= .seconds(60),
                "touchRefillTime is within 1 ms and 60 s"
            )
            precondition(
                tradesPerSecond >= 0.01 && tradesPerSecond <= 100,
                "tradesPerSecond is within 0.01 and 100"
            )
            precondition(
                tradeSizeMedian >= Quantity(shares: 1)
                    && tradeSizeMedian <= Quantity(shares: 10_000),
                "tradeSizeMedian is within 1 and 10,000 shares"
            )
            precondition(informedShare >= 0 && informedShare <= 1, "informedShare is a share")
            precondition(
                informedFlow >= 0 && informedFlow <= 1 && informedLead >= .milliseconds(10)
                    && informedLead <= .seconds(1),
                "informedFlow is a share, informedLead within 10 ms and 1 s"
            )
            precondition(
                referenceGapMax >= .milliseconds(100) && referenceGapMax <= .seconds(2),
                "referenceGapMax is within 100 ms and 2 s"
            )
            precondition(
                windowLength >= .seconds(10) && windowLength <= .seconds(3_600)
                    && windowLength.nanoseconds % 1_000_000_000 == 0,
                "windowLength is whole seconds within 10 s and an hour"
            )
            precondition(
                listingLead >= .zero && listingLead <= .seconds(300),
                "listingLead is within 0 and 300 s"
            )
            precondition(
                networkDelay >= .zero && networkDelay <= .milliseconds(10),
                "networkDelay is within 0 and 10 ms"
            )
        }
    }
}
