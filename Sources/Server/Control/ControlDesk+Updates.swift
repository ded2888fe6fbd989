internal import Trading
internal import Wire

/// Updates of the parameters, one after the other: written, then applied, then answered.
extension ControlDesk {
    func startNext() {
        guard current == nil, !waiting.isEmpty else { return }
        let update = waiting.removeFirst()
        let wantsToRun = update.patch.isRunning == true
        let lifts = isLatched && wantsToRun
        if wantsToRun && update.stopCount != stopCount {
            update.completion(.overtakenByStop)
            startNext()
            return
        }
        var after = parameters.applying(update.patch)
        if isLatched && !lifts { after.isRunning = false }
        let line = AuditLine.make(
            wallTime: wallClock(),
            control: .parameters,
            status: 200,
            before: parameters,
            after: after,
            reason: nil,
            origin: update.origin
        )
        let ticket = takeTicket()
        // From here on a stop writes the latch anew, behind its removal.
        if lifts {
            hasLatchFile = false
            unwritten = nil
        }
        current = (update, .writing(ticket: ticket, lifts: lifts))
        let request = DeskRequest(
            ticket: ticket,
            line: line,
            parameters: after,
            latch: lifts ? .remove : .none
        )
        if !writeToDisk(request) { written(ticket, succeeded: false) }
    }

    func apply(_ update: Update, _ ticket: UInt64, lifts: Bool, isWritten: Bool) {
        let isOvertaken = update.patch.isRunning == true && update.stopCount != stopCount
        guard isWritten, !isOvertaken, !isEnding else {
            if lifts && !isOvertaken { latchAgain(update.origin) }
            finish(isWritten ? isOvertaken ? .overtakenByStop : .unavailable : .auditFailed)
            return
        }
        if lifts {
            isLatched = false
            orderPath.open()
            _ = tellEngine(.rearmed)
        }
        current = (update, .applying(ticket: ticket))
        guard tellEngine(.parametersPatched(update.patch, control: ticket)) else {
            return finish(.unavailable)
        }
    }

    /// The latch file was to be removed by an update that then came to nothing: the stop stays in
    /// force, so its file must be there. (A stop that came in between has seen to that itself.)
    func latchAgain(_ origin: ControlOrigin) {
        guard !hasLatchFile else { return }
        hasLatchFile = true
        let now = wallClock()
        let reason = "the stop was not lifted: its lifting could not be completed"
        let line = AuditLine.make(
            wallTime: now,
            control: .emergencyStop,
            status: 503,
            before: nil,
            after: nil,
            reason: reason,
            origin: origin
        )
        let latch = AuditLine.latch(wallTime: now, reason: reason, origin: origin)
        let request = DeskRequest(
            ticket: takeTicket(),
            line: line,
            parameters: parameters,
            latch: .write(latch)
        )
        if !writeToDisk(request) { hasLatchFile = false }
    }

    func finish(_ outcome: UpdateOutcome) {
        guard let (update, _) = current else { return }
        current = nil
        update.completion(outcome)
        startNext()
    }
}
