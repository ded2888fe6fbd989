/// The simulated reference price: a geometric random walk whose volatility wanders, with jumps.
///
/// The logarithm of the volatility reverts to its mean within five minutes; now and then (every
/// half hour) it leaps towards the ceiling and decays from there.
struct ReferenceProcess: Equatable, Sendable {
    /// Seconds in a year of 365.25 days.
    static let secondsPerYear = 31_557_600.0
    /// The price stays within these, however long the simulation runs.
    static let dollarsMin = 1_000.0
    static let dollarsMax = 10_000_000.0

    private static let volatilityReversionSeconds = 300.0
    private static let spikeIntervalSeconds = 1_800.0

    /// Dollars, not rounded.
    private(set) var price: Double
    /// Annualised, between jumps; within the configured bounds.
    private(set) var volatility: Double

    private var logVolatility: Double
    /// Where the logarithm is pulled: below its mean, by what the leaps add to it.
    private let logCentre: Double
    private let typical: Double
    private let floor: Double
    private let ceiling: Double
    private let deviation: Double
    private let jumpIntervalSeconds: Double
    private let jumpSize: Double
    private var random: SimulatorRandom

    init(configuration: MarketSimulator.Configuration, random: SimulatorRandom) {
        price = configuration.initialPrice.dollars
        typical = configuration.volatility
        floor = configuration.volatilityFloor
        ceiling = configuration.volatilityCeiling
        deviation = configuration.volatilityOfVolatility
        jumpIntervalSeconds = configuration.jumpInterval.seconds
        jumpSize = configuration.jumpSize
        self.random = random
        let leaps = 3.5 * deviation * Self.volatilityReversionSeconds / Self.spikeIntervalSeconds
        logCentre = SimulatorMath.log(configuration.volatility) - leaps
        logVolatility = logCentre + deviation * self.random.normal()
        volatility = 0
        volatility = max(floor, min(ceiling, SimulatorMath.exp(logVolatility)))
    }

    /// What there is to know of it now.
    var state: ReferenceState {
        let jumps = jumpSize * volatility / typical
        let jumpVariance = jumps * jumps * Self.secondsPerYear / jumpIntervalSeconds
        return ReferenceState(
            price: price,
            impliedVolatility: (volatility * volatility + jumpVariance).squareRoot()
        )
    }

    /// Moves on by `seconds`.
    mutating func advance(by seconds: Double) {
        let reversion = seconds / Self.volatilityReversionSeconds
        logVolatility +=
            reversion * (logCentre - logVolatility)
            + deviation * (2 * reversion).squareRoot() * random.normal()
        if random.chance(seconds / Self.spikeIntervalSeconds) {
            logVolatility += deviation * random.uniform(2, 5)
        }
        var step =
            volatility * (seconds / Self.secondsPerYear).squareRoot() * random.normal()
        if random.chance(seconds / jumpIntervalSeconds) {
            step += jumpSize * volatility / typical * random.normal()
        }
        volatility = max(floor, min(ceiling, SimulatorMath.exp(logVolatility)))
        price = max(
            Self.dollarsMin,
            min(Self.dollarsMax, price * SimulatorMath.exp(step))
        )
    }
}

/// The reference at one instant.
struct ReferenceState: Equatable, Sendable {
    /// Dollars, not rounded.
    var price: Double
    /// What the market would call the volatility, annualised: jumps included.
    var impliedVolatility: Double

    /// The price as the venue would print it, to the cent.
    var published: ReferencePrice {
        ReferencePrice(raw: Int64((price * 100).rounded()) * 1_000_000)
    }
}
