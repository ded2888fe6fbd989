internal import Glibc

/// What a place in the queue is worth: `V_q = P_fill(Q_ahead) * (edge - adverse)` per share
/// (strategy 9).
///
/// Volume that reaches a price within the horizon is taken as exponential with a mean that falls
/// with each tick behind the best, so `P_fill = exp(-(Q_ahead + size) / V)`. Values are compared as
/// logarithms: far back in a long queue they are tiny, and still in order.
struct QueueValue: Equatable {
    /// Seconds ahead that count: an order's usual life.
    static let horizon = 30.0
    /// Fall of the volume per tick behind the best, in log: `k` of 60 per dollar, cents of tick.
    static let decayPerTick = 0.6
    /// Volume that is expected even in a silent market, in shares.
    static let volumeMin = 10.0

    /// Shares expected to reach the best of this side within `horizon`.
    let volume: Double
    /// `HalfSpread.adverse` of this side, in dollars.
    let adverse: Double

    init(volume: Double, adverse: Double) {
        self.volume = max(volume, Self.volumeMin)
        self.adverse = adverse
    }

    /// Probability that an order is filled to its end within the horizon.
    /// - Parameters:
    ///   - ahead: shares served before it at its price.
    ///   - size: its own, in shares.
    ///   - ticksBehind: ticks from the best of its side; 0 or less at the best.
    func fillProbability(ahead: Double, size: Double, ticksBehind: Int64) -> Double {
        exp(logFill(ahead, size, ticksBehind))
    }

    /// `ln` of the expected gain in dollars; minus infinity where there is none.
    /// - Parameter edge: dollars between our value and the price.
    func logValue(edge: Double, ahead: Double, size: Double, ticksBehind: Int64) -> Double {
        let gain = (edge - adverse) * size
        guard gain > 0 else { return -.infinity }
        return logFill(ahead, size, ticksBehind) + log(gain)
    }

    private func logFill(_ ahead: Double, _ size: Double, _ ticksBehind: Int64) -> Double {
        let reaching = volume * exp(-Self.decayPerTick * Double(max(ticksBehind, 0)))
        return -(max(ahead, 0) + size) / reaching
    }
}

/// Volume that takers bring to one side of a book, as a smoothed rate.
struct TakerFlow: Equatable {
    /// Seconds in which half of the past is forgotten.
    static let halfLife = 60.0

    /// Shares, each weighted by its age.
    private var sum = 0.0
    private var at: Timestamp?

    init() {}

    /// A taker traded `size` against this side.
    mutating func traded(_ size: Quantity, at now: Timestamp) {
        sum = weighted(at: now) + max(size.shares, 0)
        at = now
    }

    /// Shares expected within `seconds`.
    func expected(within seconds: Double, at now: Timestamp) -> Double {
        weighted(at: now) * log(2) / Self.halfLife * seconds
    }

    private func weighted(at now: Timestamp) -> Double {
        guard let at else { return 0 }
        return sum * exp2(-max((now - at).seconds, 0) / Self.halfLife)
    }
}
