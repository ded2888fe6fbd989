/// The reference price as it is told, and, where there are informed takers, what is still to come of
/// it. Prices are drawn ahead of their time; each is told at its `due`.
///
/// 10 to 29 prices a second by default, and one exactly at the end of each window. The longest network
/// delay is shorter than the least gap, so that "last at or before" picks the same price by either
/// clock.
struct ReferencePath: Sendable {
    /// What everybody knows.
    private(set) var now: ReferenceState

    private struct Coming {
        var due: Timestamp
        var state: ReferenceState
    }
    /// Drawn and not yet told, in order of time; never empty after the first `draw`.
    private var coming: [Coming] = []
    private var drawnUntil: Timestamp
    private var process: ReferenceProcess

    /// `nil` where nobody knows anything ahead.
    private let lead: Duration?
    private let gapMax: Duration
    private let windowStart: Timestamp
    private let windowLength: Duration

    private static let gapMin = Duration.milliseconds(35)

    init(
        configuration: MarketSimulator.Configuration,
        random: SimulatorRandom,
        start: Timestamp,
        windowStart: Timestamp
    ) {
        process = ReferenceProcess(configuration: configuration, random: random)
        now = process.state
        drawnUntil = start
        lead = configuration.informedFlow > 0 ? configuration.informedLead : nil
        gapMax = configuration.referenceGapMax
        self.windowStart = windowStart
        windowLength = configuration.windowLength
        coming.reserveCapacity(32)
    }

    /// When the next price is told.
    /// - Precondition: `draw` has been called since the last `advance`.
    var due: Timestamp { coming[0].due }

    /// Tells the next price.
    mutating func advance() { now = coming.removeFirst().state }

    /// Draws what may be looked at until the next price is told, and that price.
    mutating func draw(_ random: inout SimulatorRandom) {
        repeat {
            let span = gapMax.nanoseconds - Self.gapMin.nanoseconds
            let gap = Self.gapMin.nanoseconds + Int64(random.integer(below: Int(span)))
            let due = min(drawnUntil + Duration(nanoseconds: gap), border(after: drawnUntil))
            process.advance(by: (due - drawnUntil).seconds)
            drawnUntil = due
            coming.append(Coming(due: due, state: process.state))
        } while lead.map { drawnUntil <= coming[0].due + $0 } ?? false
    }

    /// What everybody will know `lead` after `instant`; `nil` where nobody knows it before.
    func ahead(at instant: Timestamp) -> ReferenceState? {
        guard let lead else { return nil }
        return coming.last { $0.due <= instant + lead }?.state ?? now
    }

    /// The first end of a window after `instant`.
    private func border(after instant: Timestamp) -> Timestamp {
        let count = (instant - windowStart).nanoseconds / windowLength.nanoseconds + 1
        return windowStart + Duration(nanoseconds: count * windowLength.nanoseconds)
    }
}
