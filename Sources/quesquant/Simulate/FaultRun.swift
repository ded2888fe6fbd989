internal import Trading

/// A session with faults, seen again: what led to the event at which it stops.
struct FaultRun: ~Copyable {
    /// Events that are named before the last one.
    private static let eventsNamed = 20

    private var session: SimulatedSession
    private var newest: [String] = []

    init(seed: UInt64) { session = SimulatedSession.stress(seed: seed) }

    /// Whether a promise was broken, and where.
    var violation: SimulatedSession.Violation? { session.violation }

    /// Runs to the end, or until a number of events has been handled.
    mutating func run(until event: Int64 = .max, namesEvents: Bool = false) {
        let end = session.start + SimulatedSession.stressLength(seed: session.seed)
        var goesOn = true
        while goesOn && session.eventCount < event {
            goesOn = session.step(until: end)
            if namesEvents, let last = session.lastEvent { name(last) }
        }
    }

    private mutating func name(_ last: (time: Timestamp, event: EngineEvent)) {
        let seconds = (last.time - session.start).seconds
        if newest.count > Self.eventsNamed { newest.removeFirst() }
        newest.append("\(session.eventCount)  +\(seconds) s  \(last.event)")
    }

    /// The last events, the engine's orders and positions after them, and what is wrong.
    var text: String {
        var lines = newest
        lines += session.marketDescriptions
        let fills = session.result.fills
        if let violation {
            lines.append("seed \(session.seed), event \(violation.event): \(violation.sentence)")
        } else {
            lines.append(
                "seed \(session.seed): \(session.eventCount) events, \(fills) fills, "
                    + "no promise broken; state hash \(session.result.stateHash)"
            )
        }
        return lines.joined(separator: "\n")
    }
}
