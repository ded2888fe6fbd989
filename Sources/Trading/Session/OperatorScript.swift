/// An operator who changes his mind, and a disk that fails: patches, emergency stops and rearms at
/// instants that a seed decides. A stop shuts the order path at once; the engine hears of it later.
struct OperatorScript: Sendable {
    private let plan: FaultPlan
    private var random: SimulatorRandom
    private var nextAct: Timestamp?
    /// The stop that was pressed, when the engine hears of it.
    private var stopDue: Timestamp?
    private var isStopped = false
    private var isDiskHealthy = true

    init(_ plan: FaultPlan, random: SimulatorRandom) {
        self.plan = plan
        self.random = random
    }

    /// When something is done or heard of next; `nil` before `begin`.
    var nextDue: Timestamp? {
        guard let stopDue else { return nextAct }
        return nextAct.map { min($0, stopDue) } ?? stopDue
    }

    mutating func begin(at now: Timestamp) { schedule(after: now) }

    /// Does what is due: shuts or opens the path, and gives the engine's events, in order.
    /// - Parameter isKilled: whether the engine is stopped, by whomever.
    mutating func act(
        at now: Timestamp,
        isKilled: Bool,
        on path: OrderPath,
        into events: inout [EngineEvent]
    ) {
        if let due = stopDue, due <= now {
            stopDue = nil
            events.append(.emergencyStopped)
            return
        }
        schedule(after: now)
        if !isDiskHealthy && random.chance(0.6) {
            isDiskHealthy = true
            events.append(.recordingChanged(isHealthy: true))
            return
        }
        switch random.integer(below: 12) {
        case 0: stop(now, path)
        case 1...3 where (isStopped || isKilled) && stopDue == nil:
            isStopped = false
            path.open()
            events.append(.rearmed)
            var patch = ParameterPatch()
            patch.isRunning = true
            events.append(.parametersPatched(patch, control: 1))
        case 1:
            isDiskHealthy = false
            events.append(.recordingChanged(isHealthy: false))
        default: events.append(.parametersPatched(patch(), control: 2))
        }
    }

    private mutating func stop(_ now: Timestamp, _ path: OrderPath) {
        // Pressed again while it is under way it changes nothing.
        guard stopDue == nil else { return }
        path.shut()
        isStopped = true
        let delay = random.uniform() * Double(plan.stopDelayMax.nanoseconds)
        stopDue = now + Duration(nanoseconds: Int64(delay))
    }

    private mutating func patch() -> ParameterPatch {
        var patch = ParameterPatch()
        switch random.integer(below: 8) {
        case 0: patch.isRunning = false
        case 1...3: patch.isRunning = true
        case 4: patch.maxPosition = Int64(random.integer(below: 121))
        case 5: patch.orderSize = Int64(1 + random.integer(below: 60))
        case 6: patch.spreadOffset = random.uniform(0, 0.03)
        default: patch.minLiquidity = random.chance(0.7) ? 100 : random.uniform(0, 5_000)
        }
        return patch
    }

    private mutating func schedule(after now: Timestamp) {
        let seconds = 0.05 + random.exponential(mean: plan.operatorInterval.seconds)
        nextAct = now + Duration(nanoseconds: Int64(seconds * 1e9))
    }
}
