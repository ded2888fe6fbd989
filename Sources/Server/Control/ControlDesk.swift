public import Trading
public import Wire

/// What the desk asks of the thread that writes to disk. Carried out in the order of asking; each
/// is answered once, through `ControlDesk.written`, after it is durable or has failed.
public struct DeskRequest: Sendable {
    /// Identifies the answer.
    public let ticket: UInt64
    /// The audit line, written and synced before anything else of the request counts.
    public let line: SharedBytes
    /// The parameters that a restart must find; `nil` when the request changes none.
    public let parameters: Parameters?
    /// What happens to the latch file.
    public let latch: LatchChange

    /// What a request does to the latch file.
    public enum LatchChange: Sendable {
        case none
        case write(SharedBytes)
        case remove
    }
}

/// The one place where controls are decided: it puts updates in a row, lets stops overtake them,
/// and answers only when what it answers is on disk. Lives on the API loop.
///
/// ```
///   update:  waiting ──► writing (audit line, fsync) ──► applying (engine) ──► answered
///   stop:    order path shut at once ──► engine told ──► writing (latch, line) ──► answered
/// ```
/// An update that wants `is_running` and was sent before a stop never lifts that stop: it carries
/// the number of stops seen when it arrived, and is refused if there has been one since.
public final class ControlDesk: ControlPort {
    /// Updates that may wait; more are `unavailable`.
    static let updatesWaitingMax = 64
    /// Refusals that may wait for the disk; more are answered without waiting.
    static let refusalsWaitingMax = 1_024
    /// An update that is not answered within this many seconds is `unavailable`.
    static let updateSecondsMax: Int64 = 5
    /// A stop is answered after this many seconds whatever the disk does.
    static let stopSecondsMax: Int64 = 1
    /// A latch that could not be written is tried again after this long.
    static let latchRetryNanoseconds: Int64 = 1_000_000_000

    let orderPath: OrderPath
    let writeToDisk: (DeskRequest) -> Bool
    let tellEngine: (EngineEvent) -> Bool
    let wallClock: () -> Int64

    /// As the engine has them.
    public internal(set) var parameters: Parameters
    /// A stop is in force.
    public internal(set) var isLatched: Bool
    /// The latch file is on disk, or on its way there.
    var hasLatchFile: Bool
    /// The last stop whose latch could not be written: tried again until it is, or is lifted.
    var unwritten: Unwritten?
    var stopCount: UInt64 = 0
    var isEnding = false
    var nextTicket: UInt64 = 1

    var waiting: [Update] = []
    var current: (update: Update, stage: Stage)?
    var stops: [UInt64: Stop] = [:]
    var refusals: [UInt64: () -> Void] = [:]
    /// Audit lines that were not written.
    public private(set) var linesLost: UInt64 = 0

    struct Update {
        let patch: ParameterPatch
        let origin: ControlOrigin
        let stopCount: UInt64
        let deadline: Int64
        let completion: (UpdateOutcome) -> Void
    }

    enum Stage {
        /// The audit line is on its way to the disk; `lifts`: the latch file goes with it.
        case writing(ticket: UInt64, lifts: Bool)
        /// The engine has been told.
        case applying(ticket: UInt64)
    }

    struct Unwritten {
        let line: SharedBytes
        let contents: SharedBytes
        var dueAt: Int64
        /// The attempt under way.
        var ticket: UInt64?
    }

    struct Stop {
        let deadline: Int64
        let completion: (StopOutcome) -> Void
    }

    /// - Parameters:
    ///   - isLatched: a latch file was found at start.
    ///   - orderPath: shut by a stop before anything else.
    ///   - writeToDisk: false when the request cannot be taken.
    ///   - tellEngine: false when the engine's mailbox is full.
    ///   - wallClock: nanoseconds since 1970, UTC.
    public init(
        parameters: Parameters,
        isLatched: Bool,
        orderPath: OrderPath,
        writeToDisk: @escaping (DeskRequest) -> Bool,
        tellEngine: @escaping (EngineEvent) -> Bool,
        wallClock: @escaping () -> Int64
    ) {
        self.parameters = parameters
        self.isLatched = isLatched
        hasLatchFile = isLatched
        self.orderPath = orderPath
        self.writeToDisk = writeToDisk
        self.tellEngine = tellEngine
        self.wallClock = wallClock
    }

    // MARK: Requests

    public func update(
        _ patch: ParameterPatch,
        from origin: ControlOrigin,
        completion: @escaping (UpdateOutcome) -> Void
    ) {
        guard !isEnding, waiting.count < Self.updatesWaitingMax else {
            completion(.unavailable)
            return
        }
        let deadline = wallClock() + Self.updateSecondsMax * 1_000_000_000
        waiting.append(
            Update(
                patch: patch,
                origin: origin,
                stopCount: stopCount,
                deadline: deadline,
                completion: completion
            )
        )
        startNext()
    }

    public func emergencyStop(
        reason: String,
        from origin: ControlOrigin,
        completion: @escaping (StopOutcome) -> Void
    ) {
        stop(reason: reason, from: origin, completion: completion)
    }

    /// A limit stopped the session: latched as the operator's stop is, and lifted as it is.
    public func stoppedByLimit(_ cause: RiskCause) {
        stop(reason: "\(cause.code)", from: .engine) { _ in }
    }

    func stop(
        reason: String,
        from origin: ControlOrigin,
        completion: @escaping (StopOutcome) -> Void
    ) {
        orderPath.shut()
        stopCount += 1
        let before = parameters
        parameters.isRunning = false
        // The engine cancels again on every call; a full mailbox costs nothing, the path is shut.
        _ = tellEngine(.emergencyStopped)
        let now = wallClock()
        let line = AuditLine.make(
            wallTime: now,
            control: .emergencyStop,
            status: 200,
            before: before,
            after: parameters,
            reason: reason,
            origin: origin
        )
        let contents = AuditLine.latch(wallTime: now, reason: reason, origin: origin)
        let latch: DeskRequest.LatchChange = hasLatchFile ? .none : .write(contents)
        if !hasLatchFile {
            unwritten = Unwritten(
                line: line,
                contents: contents,
                dueAt: now + Self.latchRetryNanoseconds,
                ticket: nil
            )
        }
        isLatched = true
        hasLatchFile = true
        let ticket = takeTicket()
        stops[ticket] = Stop(
            deadline: now + Self.stopSecondsMax * 1_000_000_000,
            completion: completion
        )
        let request = DeskRequest(
            ticket: ticket,
            line: line,
            parameters: parameters,
            latch: latch
        )
        if !writeToDisk(request) { written(ticket, succeeded: false) }
    }

    public func recordRefusal(
        of endpoint: ControlEndpoint,
        status: Int,
        from origin: ControlOrigin,
        completion: @escaping () -> Void
    ) {
        let ticket = takeTicket()
        let line = AuditLine.make(
            wallTime: wallClock(),
            control: endpoint,
            status: status,
            before: nil,
            after: nil,
            reason: nil,
            origin: origin
        )
        let isWritten = writeToDisk(
            DeskRequest(ticket: ticket, line: line, parameters: nil, latch: .none)
        )
        guard isWritten, refusals.count < Self.refusalsWaitingMax else {
            if !isWritten { linesLost += 1 }
            completion()
            return
        }
        refusals[ticket] = completion
    }

    /// The process is ending: nothing new is taken on.
    public func end() {
        isEnding = true
        for update in waiting { update.completion(.unavailable) }
        waiting.removeAll()
    }

    // MARK: Answers

    /// The disk's answer to a request.
    public func written(_ ticket: UInt64, succeeded: Bool) {
        if !succeeded { linesLost += 1 }
        if let completion = refusals.removeValue(forKey: ticket) {
            completion()
        } else if let stop = stops.removeValue(forKey: ticket) {
            noteLatch(isWritten: succeeded)
            stop.completion(succeeded ? .latched : .notDurable)
        } else if unwritten?.ticket == ticket {
            noteLatch(isWritten: succeeded)
        } else if let (update, stage) = current, case .writing(ticket, let lifts) = stage {
            apply(update, ticket, lifts: lifts, isWritten: succeeded)
        }
    }

    /// The engine's answer to an update.
    public func applied(_ ticket: UInt64, _ after: Parameters) {
        let hadStop = current.map { $0.update.stopCount != stopCount } ?? false
        var after = after
        // A stop that came after the engine was told has the last word.
        if hadStop { after.isRunning = false }
        guard let (_, stage) = current, case .applying(ticket) = stage else { return }
        parameters = after
        finish(.applied(after))
    }

    /// Gives up on what is overdue. To be called once a second.
    public func sweep() {
        let now = wallClock()
        retryLatch(now)
        for (ticket, stop) in stops where stop.deadline <= now {
            stops[ticket] = nil
            // Its answer may still come, and say whether the latch was written.
            unwritten?.ticket = ticket
            stop.completion(.notDurable)
        }
        if let (update, stage) = current, update.deadline <= now {
            if case .writing(_, lifts: true) = stage { latchAgain(update.origin) }
            finish(.unavailable)
        }
    }

    // MARK: The latch

    func noteLatch(isWritten: Bool) {
        if isWritten {
            unwritten = nil
        } else if isLatched {
            hasLatchFile = false
            unwritten?.ticket = nil
        }
    }

    /// A full disk may have room again: the stop that is in force becomes durable without anybody
    /// pressing the button twice.
    func retryLatch(_ now: Int64) {
        guard isLatched, !hasLatchFile, var retry = unwritten, retry.ticket == nil,
            retry.dueAt <= now
        else { return }
        retry.dueAt = now + Self.latchRetryNanoseconds
        let ticket = takeTicket()
        retry.ticket = ticket
        unwritten = retry
        hasLatchFile = true
        let request = DeskRequest(
            ticket: ticket,
            line: retry.line,
            parameters: parameters,
            latch: .write(retry.contents)
        )
        if !writeToDisk(request) { noteLatch(isWritten: false) }
    }

    func takeTicket() -> UInt64 {
        nextTicket += 1
        return nextTicket - 1
    }
}

@available(*, unavailable)
extension ControlDesk: Sendable {}
