/// The short sessions in which everything goes wrong: what the unit tests run by the thousand, and
/// what `quesquant simulate --faults` runs again.
extension SimulatedSession {
    /// Every fourth seed lives through one whole window and the beginning of the next: listing,
    /// strike, quotes, reduce-only, the last minute (slept through), settlement, rollover. The others
    /// through the part of a window in which most happens, up to where it reduces.
    public static func stressLength(seed: UInt64) -> Duration {
        .seconds(seed % 4 == 0 ? 115 : 17)
    }

    /// Time is compressed where the engine allows it: a window of 102 s, of which the engine quotes
    /// 12 s, reduces for 30 and rests for 60; an engine that has seen its two minutes of prices; a thin
    /// book with few changes and many trades. Parameters and guards are the seed's, too.
    public static func stress(seed: UInt64) -> SimulatedSession {
        var setup = Setup()
        setup.market.windowLength = .seconds(102)
        setup.market.listingLead = .seconds(8)
        setup.market.referenceGapMax = .milliseconds(800)
        setup.market.calmUpdatesPerSecond = 2
        setup.market.snapshotInterval = .milliseconds(2_500)
        setup.market.tradesPerSecond = 2.5
        setup.market.tradeSizeMedian = Quantity(shares: 60)
        setup.market.depth = 0.05
        var random = SimulatorRandom(seed: seed, stream: 17)
        setup.engine.guards = GuardSelection(rawValue: UInt8(random.integer(below: 64)))
        setup.parameters.orderSize = Int64(5 + random.integer(below: 30))
        setup.parameters.maxPosition = Int64(20 + random.integer(below: 100))
        setup.parameters.minLiquidity = 50
        // Short of cash, pairs are merged as soon as there are any.
        if random.chance(0.5) {
            setup.engine.startingCash = Money(dollars: Int64(60 + random.integer(below: 80)))
        }
        setup.engine.exitsBeforeEnd = random.chance(0.5)
        setup.faults = FaultPlan(seed: seed)
        setup.isWarm = true
        setup.isAudited = true
        let window = SimulatedWindow.start(at: setup.start, length: setup.market.windowLength)
        setup.start = window + .milliseconds(Int64(seed % 7) * 500)
        return SimulatedSession(seed: seed, setup)
    }

    /// How to see the same again.
    public static func stressCommand(seed: UInt64, event: Int64) -> String {
        "quesquant simulate --faults --seed \(seed) --stop-at-event \(event)"
    }
}
