internal import TestSupport
internal import Testing

@testable internal import Trading

/// Engine, venue and market together, with everything going wrong that may. What is claimed after
/// every event is listed at `SessionAudit`.
@Suite("Simulation with faults") struct FaultSimulationTests {
    /// Seeds of one test case. A failure names the command that shows it again.
    private static let seedsPerCase: UInt64 = 250

    @Test("a thousand seeds of losses, delays, stalls and stops break no promise", arguments: 0..<4)
    func thousandSeeds(part: UInt64) {
        var coverage = Coverage()
        for seed in part * Self.seedsPerCase..<(part + 1) * Self.seedsPerCase {
            var session = SimulatedSession.stress(seed: seed)
            Self.run(&session, for: SimulatedSession.stressLength(seed: seed), &coverage)
            coverage.add(session.engine)
        }
        // A test in which nothing happens proves nothing.
        #expect(coverage.missing == [])
    }

    @Test("whole windows at the market's full pace break none either", arguments: 0..<6)
    func wholeWindows(seed: UInt64) {
        var setup = SimulatedSession.Setup()
        setup.faults = FaultPlan(seed: seed)
        setup.faults?.operatorInterval = .seconds(30)
        setup.start = Timestamp(seconds: 1_776_323_400 + Int64(seed) * 40)
        setup.parameters.minLiquidity = 5_000
        setup.isWarm = true
        setup.isAudited = true
        var session = SimulatedSession(seed: seed, setup)
        var coverage = Coverage()
        Self.run(&session, for: .seconds(320), &coverage) { seed, event in
            "wholeWindows(seed: \(seed)), stopped at event \(event)"
        }
        #expect(session.engine.statistics.ordersPlaced > 0)
    }

    @Test("a session without faults, audited, breaks none", arguments: 0..<4)
    func plain(seed: UInt64) {
        var setup = SimulatedSession.Setup()
        setup.market.informedFlow = seed % 2 == 0 ? 0 : 0.5
        setup.isWarm = true
        setup.isAudited = true
        var session = SimulatedSession(seed: seed, setup)
        var coverage = Coverage()
        Self.run(&session, for: .seconds(330), &coverage) { seed, event in
            "plain(seed: \(seed)), stopped at event \(event)"
        }
        #expect(session.engine.statistics.fills > 0)
    }

    @Test("the same seed gives the same session to the last bit, another seed another")
    func determinism() {
        func hash(_ seed: UInt64) -> StateHash {
            var session = SimulatedSession.stress(seed: seed)
            var coverage = Coverage()
            Self.run(&session, for: SimulatedSession.stressLength(seed: seed), &coverage)
            return session.engine.stateHash
        }
        var hashes: Set<StateHash> = []
        for seed in UInt64(2_000)..<2_012 {
            let first = hash(seed)
            #expect(first == hash(seed), "seed \(seed)")
            hashes.insert(first)
        }
        #expect(hashes.count == 12)
    }

    private static func run(
        _ session: inout SimulatedSession,
        for length: Duration,
        _ coverage: inout Coverage,
        again: (UInt64, Int64) -> String = SimulatedSession.stressCommand(seed:event:)
    ) {
        let end = session.start + length
        while session.step(until: end) {
            if let event = session.lastEvent?.event { coverage.note(event) }
        }
        guard let violation = session.violation else { return }
        Issue.record(
            "seed \(session.seed), event \(violation.event): \(violation.sentence)"
        )
        Issue.record("to see it again: \(again(session.seed, violation.event))")
    }
}

/// What happened over many sessions.
private struct Coverage {
    private var kinds: Set<String> = []

    mutating func note(_ event: EngineEvent) {
        switch event {
        case .orderRejected: kinds.insert("rejected")
        case .orderCancelled(_, .tickSizeChanged): kinds.insert("grid")
        case .orderCancelled: kinds.insert("cancelled")
        case .cancelRejected: kinds.insert("too late")
        case .orderFilled(let fill): kinds.insert(fill.isComplete ? "filled" : "partly filled")
        case .marketResolved: kinds.insert("resolved")
        case .strikeObserved: kinds.insert("strike")
        case .emergencyStopped: kinds.insert("stopped")
        case .rearmed: kinds.insert("rearmed")
        case .recordingChanged: kinds.insert("disk")
        default: break
        }
    }

    mutating func add(_ engine: Engine) {
        let statistics = engine.statistics
        if statistics.fillsDuplicate > 0 { kinds.insert("told twice") }
        if statistics.eventsUnmatched > 0 { kinds.insert("told late") }
    }

    var missing: [String] {
        [
            "rejected", "grid", "cancelled", "too late", "filled", "partly filled",
            "resolved", "strike", "stopped", "rearmed", "disk",
            "told twice", "told late",
        ].filter { !kinds.contains($0) }
    }
}
