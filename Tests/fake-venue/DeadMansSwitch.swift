/// Cancels everything of an API key that has stopped to give signs of life (polymarket 5.4).
///
///     idle ──first beat──► armed(next id) ──beat with that id──► armed(another id)
///       ▲                      │  silence of 10 s and the grace
///       └──────────────────────┘  everything is cancelled
struct DeadMansSwitch {
    static let silenceSeconds: Int64 = 10
    /// The venue "tries": it looks now and then.
    static let graceSeconds: Int64 = 1

    enum Answer: Equatable {
        case taken(id: String)
        case wrong(expected: String)
    }

    private(set) var beats = 0
    private var expected: String?
    private var lastBeat: Int64 = 0

    var isArmed: Bool { expected != nil }

    /// - Parameters:
    ///   - id: of the answer before; empty for the first. An idle switch takes any.
    ///   - next: the id of the one after it.
    ///   - now: nanoseconds since 1970.
    mutating func beat(_ id: String, next: String, at now: Int64) -> Answer {
        if let expected, id != expected { return .wrong(expected: expected) }
        expected = next
        lastBeat = now
        beats += 1
        return .taken(id: next)
    }

    /// The older call, without an id.
    mutating func beat(next: String, at now: Int64) {
        expected = expected ?? next
        lastBeat = now
        beats += 1
    }

    /// The venue itself was away: silence is counted from now on.
    mutating func excuse(at now: Int64) { lastBeat = max(lastBeat, now) }

    /// Whether everything is to be cancelled now. Disarms then.
    mutating func expires(at now: Int64) -> Bool {
        let limit = (Self.silenceSeconds + Self.graceSeconds) * 1_000_000_000
        guard isArmed, now - lastBeat >= limit else { return false }
        expected = nil
        return true
    }
}
