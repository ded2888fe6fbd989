/// How far from its value one side is quoted (strategy 5):
/// `max(delta_min, spread_offset, c1) * vol_mult + pickoff + c_tox * tox + u_p`, plus whole ticks
/// that a guard asks for. All in dollars.
struct HalfSpread: Equatable {
    /// Multiplier of the floor in the high regime.
    static let highVolMultiplier = 1.5
    /// Weight of the loss to a faster taker.
    static let latencyWeight = 0.8
    /// Weight of the side's toxicity.
    static let toxicityWeight = 1.0
    /// A side for which more than this is needed is not quoted: a wide quote is an option given
    /// away. What the operator demands by `spread_offset` does not count towards it.
    static let ticksMax: Int64 = 8
    /// The venue holds taker orders back this long in crypto markets.
    static let takerDelay = Duration.milliseconds(50)

    /// What it is made of.
    struct Input: Equatable {
        var tickSize: TickSize
        /// The operator's floor.
        var spreadOffset: Double
        /// The calibrated floor, `GLFT.c1`; 0 while there is no calibration (`FlowDecay`).
        var calibrated = 0.0
        var volState: VolState
        /// Standard deviation of the probability, per square root of a second.
        var sigmaP: Double
        /// How long a taker can be ahead of us, in seconds; see `reactionSeconds`.
        var reactionSeconds: Double
        /// `tox` of this side, not negative.
        var toxicity = 0.0
        /// `u_p`, not negative.
        var uncertainty = 0.0
        /// Whole ticks that guards ask for: a fill burst, a burst of post-only rejects.
        var extraTicks: Int64 = 0
    }

    /// Dollars from the side's value to its quote.
    let dollars: Double
    /// The part that pays for being picked off, for toxic flow and for not knowing better; what is
    /// left of `dollars` is meant to be earned.
    let adverse: Double
    /// The side should not be quoted.
    let isTooWide: Bool

    init(_ input: Input) {
        let tick = Double(input.tickSize.raw) / 10_000
        // Half a tick only on fine grids, where a tick is no cost to speak of.
        let least = input.tickSize.raw <= TickSize.thousandth.raw ? tick / 2 : tick
        let multiplier = input.volState == .high ? Self.highVolMultiplier : 1
        let pickoff =
            Self.latencyWeight * input.sigmaP * max(input.reactionSeconds, 0).squareRoot()
        adverse =
            pickoff + Self.toxicityWeight * max(input.toxicity, 0) + max(input.uncertainty, 0)
        let needed = max(least, input.calibrated) * multiplier + adverse
        let extra = Double(max(input.extraTicks, 0)) * tick
        dollars =
            max(least, input.spreadOffset, input.calibrated) * multiplier + adverse + extra
        // Not `>`: what is not a number is too wide.
        isTooWide = !(needed <= Double(Self.ticksMax) * tick + 1e-9)
    }

    /// Age of the reference and our own cancel's round trip (p95), less the venue's taker delay.
    static func reactionSeconds(referenceAge: Duration, cancelRoundTrip: Duration) -> Double {
        max((referenceAge + cancelRoundTrip).seconds - takerDelay.seconds, 0)
    }

    /// Expected loss per share, in dollars, to a taker who is `seconds` ahead: the mean by which
    /// the fair value has moved beyond a quote `halfSpread` away. With `x = delta / s`,
    /// `s = sigma_p sqrt(t)`: `E = s (phi(x) - x (1 - Phi(x)))`.
    static func pickoffLoss(halfSpread: Double, sigmaP: Double, seconds: Double) -> Double {
        let deviation = sigmaP * max(seconds, 0).squareRoot()
        guard deviation > 0 else { return 0 }
        let x = halfSpread / deviation
        let tail = NormalDistribution.cumulative(-x)
        return max(deviation * (NormalDistribution.density(x) - x * tail), 0)
    }
}
