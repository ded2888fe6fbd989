internal import Glibc

/// How fast taker flow thins out with the distance from the middle of the market: the `k` of
/// `lambda(delta) = A e^(-k delta)`, by regressing the logarithm of arrivals that reach a depth on
/// that depth, near the touch (strategy 5).
///
/// Both sides count as one, and so do all windows of a session: the crowd is the same. Depths are
/// cents, whatever the grid. A sweep is one arrival, as deep as its deepest print.
struct FlowDecay: Sendable {
    /// Seconds in which half of the past is forgotten.
    static let halfLife = 900.0
    /// Depths that are told apart: 0.5, 1.5, 2.5 and 3.5 cents from the middle.
    static let depths = 4
    /// Arrivals before there is a figure, each weighted by its age.
    static let arrivalsNeeded = 100.0
    /// A depth that fewer have reached is left out: its logarithm is noise.
    static let arrivalsAtDepthMin = 5.0

    /// `k` per dollar, as of the last trade; `nil` before enough has been seen, and where flow does
    /// not thin out.
    private(set) var perDollar: Double?

    /// Arrivals that reached each depth, weighted by age.
    private var reached = InlineArray<4, Double>(repeating: 0)
    private var weightedAt: Timestamp?
    private var sweep: Sweep?

    /// The arrival that more prints may belong to.
    private struct Sweep {
        var market: MarketID
        var side: Side
        var venueTime: Timestamp
        var arrival: Timestamp
        var midpointDoubled: Int64
        /// The deepest of `depths` that it has reached.
        var depth: Int
    }

    init() {}

    /// Others traded.
    /// - Parameter midpointDoubled: the middle of the book before that, in 5e-5 dollars.
    mutating func traded(_ print: TradePrint, midpointDoubled: Int64, at now: Timestamp) {
        if let open = sweep, open.market == print.market, open.side == print.takerSide,
            open.venueTime == print.venueTime || open.arrival == now
        {
            let depth = Self.depth(print, open.midpointDoubled)
            for deeper in (open.depth + 1)..<max(depth + 1, open.depth + 1) { reached[deeper] += 1 }
            sweep?.depth = max(depth, open.depth)
            perDollar = regression()
            return
        }
        fade(to: now)
        let depth = Self.depth(print, midpointDoubled)
        for shallower in 0...depth { reached[shallower] += 1 }
        sweep = Sweep(
            market: print.market,
            side: print.takerSide,
            venueTime: print.venueTime,
            arrival: now,
            midpointDoubled: midpointDoubled,
            depth: depth
        )
        perDollar = regression()
    }

    private func regression() -> Double? {
        guard reached[0] >= Self.arrivalsNeeded else { return nil }
        // Least squares of ln N on the depth, weighted by N: the variance of ln N is 1 / N.
        var weight = 0.0
        var sumX = 0.0
        var sumY = 0.0
        var sumXX = 0.0
        var sumXY = 0.0
        for depth in 0..<Self.depths where reached[depth] >= Self.arrivalsAtDepthMin {
            let count = reached[depth]
            let x = Double(depth) / 100
            let y = log(count)
            weight += count
            sumX += count * x
            sumY += count * y
            sumXX += count * x * x
            sumXY += count * x * y
        }
        let spread = weight * sumXX - sumX * sumX
        guard spread > 0 else { return nil }
        let decay = -(weight * sumXY - sumX * sumY) / spread
        return decay > 0 ? decay : nil
    }

    /// Which of the depths a print has reached: half a cent belongs to the first.
    private static func depth(_ print: TradePrint, _ midpointDoubled: Int64) -> Int {
        let beyond = 2 * print.price.raw - midpointDoubled
        let doubled = print.takerSide == .buy ? beyond : -beyond
        // 200 to the cent; 100 are the half at which the first depth lies.
        return Int(min(max((doubled - 100) / 200, 0), Int64(depths - 1)))
    }

    private mutating func fade(to now: Timestamp) {
        if let weightedAt {
            let memory = exp2(-max((now - weightedAt).seconds, 0) / Self.halfLife)
            for depth in 0..<Self.depths { reached[depth] *= memory }
        }
        weightedAt = now
    }
}
