internal import Foundation
internal import Server
internal import Testing
internal import Trading
internal import Wire

@Suite("ControlDesk") struct ControlDeskTests {
    /// The disk and the engine, answering when the test says so.
    private final class Rooms {
        var requests: [DeskRequest] = []
        var events: [EngineEvent] = []
        var takesRequests = true
        var now: Int64 = 1_769_000_000_000_000_000
        let orderPath = OrderPath(isShut: false)
        var outcomes: [UpdateOutcome] = []
        var stops: [StopOutcome] = []
        var refusals = 0
    }

    private let rooms = Rooms()
    private let desk: ControlDesk
    private let origin = ControlOrigin(peer: "127.0.0.1:5000", keyFingerprint: "9f86d081")

    init() { desk = Self.makeDesk(rooms, isLatched: false) }

    private static func makeDesk(_ rooms: Rooms, isLatched: Bool) -> ControlDesk {
        ControlDesk(
            parameters: Parameters(),
            isLatched: isLatched,
            orderPath: rooms.orderPath,
            writeToDisk: {
                guard rooms.takesRequests else { return false }
                rooms.requests.append($0)
                return true
            },
            tellEngine: {
                rooms.events.append($0)
                return true
            },
            wallClock: { rooms.now }
        )
    }

    private func patch(size: Int64? = nil, running: Bool? = nil) -> ParameterPatch {
        var patch = ParameterPatch()
        patch.orderSize = size
        patch.isRunning = running
        return patch
    }

    private func update(_ patch: ParameterPatch) {
        desk.update(patch, from: origin) { rooms.outcomes.append($0) }
    }

    private func stop() {
        desk.emergencyStop(reason: "test", from: origin) { rooms.stops.append($0) }
    }

    private func answerDisk(succeeded: Bool = true) {
        let request = rooms.requests.removeFirst()
        desk.written(request.ticket, succeeded: succeeded)
    }

    private func answerEngine() {
        for event in rooms.events {
            if case .parametersPatched(let patch, let control) = event {
                desk.applied(control, desk.parameters.applying(patch))
            }
        }
        rooms.events.removeAll()
    }

    @Test("a limit that stopped the session is latched and lifted as the operator's stop is")
    func stoppedByLimit() throws {
        desk.stoppedByLimit(.dailyLoss)
        #expect(rooms.orderPath.isShut && desk.isLatched)
        #expect(rooms.events == [.emergencyStopped])
        let request = try #require(rooms.requests.first)
        let line = String(decoding: request.line.span.bytes, as: UTF8.self)
        #expect(line.contains(#""reason":"DAILY_LOSS","peer":"engine","key":"""#))
        guard case .write(let latch) = request.latch else {
            Issue.record("no latch is written")
            return
        }
        #expect(String(decoding: latch.span.bytes, as: UTF8.self).contains("DAILY_LOSS"))
        answerDisk()
        answerEngine()
        update(patch(size: 20))
        answerDisk()
        answerEngine()
        #expect(desk.isLatched, "only is_running lifts it")
        update(patch(running: true))
        answerDisk()
        #expect(rooms.events.contains(.rearmed))
        #expect(!rooms.orderPath.isShut && !desk.isLatched)
    }

    @Test("an update is on disk before the engine hears of it, and answered after it did")
    func order() throws {
        update(patch(size: 20))
        #expect(rooms.events.isEmpty && rooms.outcomes.isEmpty)
        let line = try #require(rooms.requests.first?.line)
        let text = String(decoding: line.span.bytes, as: UTF8.self)
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        )
        #expect(text.hasSuffix("}\n") && text.filter { $0 == "\n" }.count == 1)
        #expect((object["before"] as? [String: Any])?["order_size"] as? Int == 10)
        #expect((object["after"] as? [String: Any])?["order_size"] as? Int == 20)
        #expect(object["peer"] as? String == "127.0.0.1:5000")
        #expect(object["key"] as? String == "9f86d081")
        answerDisk()
        #expect(rooms.outcomes.isEmpty)
        answerEngine()
        var after = Parameters()
        after.orderSize = 20
        #expect(rooms.outcomes == [.applied(after)])
    }

    @Test("when the audit line cannot be written nothing changes")
    func auditFails() {
        update(patch(size: 20))
        answerDisk(succeeded: false)
        #expect(rooms.outcomes == [.auditFailed])
        #expect(rooms.events.isEmpty)
        #expect(desk.parameters == Parameters())
        rooms.takesRequests = false
        update(patch(size: 20))
        #expect(rooms.outcomes == [.auditFailed, .auditFailed])
    }

    @Test("updates are carried out one after the other")
    func row() {
        update(patch(size: 20))
        update(patch(size: 30))
        #expect(rooms.requests.count == 1)
        answerDisk()
        answerEngine()
        answerDisk()
        answerEngine()
        #expect(rooms.outcomes.count == 2)
        #expect(desk.parameters.orderSize == 30)
    }

    @Test("a stop shuts the order path before it returns, and is answered when latched")
    func stopIsImmediate() {
        stop()
        #expect(rooms.orderPath.isShut)
        #expect(rooms.events == [.emergencyStopped])
        #expect(rooms.stops.isEmpty)
        guard case .write = rooms.requests[0].latch else {
            Issue.record("the latch is written")
            return
        }
        #expect(rooms.requests[0].parameters?.isRunning == false)
        answerDisk()
        #expect(rooms.stops == [.latched])
    }

    @Test("a disk that fails or hangs does not keep a stop from being answered")
    func stopWithoutDisk() {
        stop()
        answerDisk(succeeded: false)
        #expect(rooms.stops == [.notDurable])
        // The next one tries the latch again.
        stop()
        guard case .write = rooms.requests[0].latch else {
            Issue.record("the latch is tried again")
            return
        }
        rooms.now += 2_000_000_000
        desk.sweep()
        #expect(rooms.stops == [.notDurable, .notDurable])
        rooms.takesRequests = false
        stop()
        #expect(rooms.stops.count == 3)
        #expect(rooms.orderPath.isShut)
    }

    @Test("a latch that could not be written is tried again until it is, or the stop is lifted")
    func latchRetry() throws {
        stop()
        answerDisk(succeeded: false)
        desk.sweep()
        #expect(rooms.requests.isEmpty)
        rooms.now += 1_000_000_000
        desk.sweep()
        desk.sweep()
        #expect(rooms.requests.count == 1)
        answerDisk(succeeded: false)
        rooms.now += 1_000_000_000
        desk.sweep()
        guard case .write = try #require(rooms.requests.first).latch else {
            Issue.record("the latch is tried again")
            return
        }
        answerDisk()
        rooms.now += 5_000_000_000
        desk.sweep()
        #expect(rooms.requests.isEmpty)
        #expect(rooms.stops == [.notDurable])
        // It is there now, and a later lifting removes it.
        update(patch(running: true))
        guard case .remove = try #require(rooms.requests.first).latch else {
            Issue.record("the latch file goes")
            return
        }
    }

    @Test("a repeated stop is noted again and keeps the first latch")
    func repeatedStop() {
        stop()
        answerDisk()
        stop()
        guard case .none = rooms.requests[0].latch else {
            Issue.record("the first latch stays")
            return
        }
        answerDisk()
        #expect(rooms.stops == [.latched, .latched])
        #expect(rooms.events == [.emergencyStopped, .emergencyStopped])
    }

    @Test("only is_running true lifts a stop: latch file first, then path, then engine")
    func rearm() {
        stop()
        answerDisk()
        rooms.events.removeAll()
        update(patch(size: 20))
        answerDisk()
        #expect(rooms.orderPath.isShut && desk.isLatched)
        answerEngine()
        update(patch(running: true))
        guard case .remove = rooms.requests[0].latch else {
            Issue.record("the latch file goes")
            return
        }
        #expect(rooms.orderPath.isShut)
        answerDisk()
        #expect(!rooms.orderPath.isShut)
        #expect(rooms.events.first == .rearmed)
        answerEngine()
        #expect(rooms.outcomes.count == 2)
        #expect(desk.parameters.isRunning)
    }

    @Test("an update that wants to run and was sent before a stop does not lift it, at any stage")
    func overtaken() {
        // Still waiting for its audit line.
        update(patch(running: true))
        stop()
        answerDisk()
        #expect(rooms.outcomes == [.overtakenByStop])
        answerDisk()
        #expect(rooms.orderPath.isShut && desk.isLatched)

        // Lifting: the latch is on its way out when the next stop comes.
        update(patch(running: true))
        stop()
        guard case .write = rooms.requests[1].latch else {
            Issue.record("the stop writes the latch behind its removal")
            return
        }
        answerDisk()
        answerDisk()
        #expect(rooms.outcomes == [.overtakenByStop, .overtakenByStop])
        #expect(rooms.orderPath.isShut && desk.isLatched)
        #expect(!rooms.events.contains(.rearmed))
    }

    @Test("a stop after the engine was told has the last word in the answer")
    func stopAfterApplying() {
        update(patch(running: true))
        answerDisk()
        stop()
        answerEngine()
        var after = Parameters()
        after.isRunning = false
        #expect(rooms.outcomes == [.applied(after)])
        #expect(!desk.parameters.isRunning)
    }

    @Test("a lifting that comes to nothing puts the latch back")
    func liftFails() {
        stop()
        answerDisk()
        update(patch(running: true))
        answerDisk(succeeded: false)
        #expect(rooms.outcomes == [.auditFailed])
        guard case .write = rooms.requests[0].latch else {
            Issue.record("the latch is written again")
            return
        }
        #expect(rooms.orderPath.isShut && desk.isLatched)

        update(patch(running: true))
        rooms.now += 6_000_000_000
        desk.sweep()
        #expect(rooms.outcomes == [.auditFailed, .unavailable])
        guard case .write = rooms.requests.last?.latch else {
            Issue.record("the latch is written again")
            return
        }
    }

    @Test("an engine that does not answer makes the update unavailable, and the next one goes on")
    func engineSilent() {
        update(patch(size: 20))
        answerDisk()
        update(patch(size: 30))
        rooms.now += 6_000_000_000
        desk.sweep()
        #expect(rooms.outcomes == [.unavailable])
        #expect(rooms.requests.count == 1)
    }

    @Test("a refused key is noted before the refusal is answered, and a lost line is counted")
    func refusal() throws {
        desk.recordRefusal(of: .parameters, status: 403, from: origin) { rooms.refusals += 1 }
        #expect(rooms.refusals == 0)
        let line = try #require(rooms.requests.first?.line)
        let text = String(decoding: line.span.bytes, as: UTF8.self)
        #expect(text.contains("\"status\":403,\"before\":null,\"after\":null"))
        answerDisk()
        #expect(rooms.refusals == 1)
        rooms.takesRequests = false
        desk.recordRefusal(of: .emergencyStop, status: 403, from: origin) { rooms.refusals += 1 }
        #expect(rooms.refusals == 2)
        #expect(desk.linesLost == 1)
    }

    @Test("a desk that starts latched stays so until it is lifted")
    func startsLatched() {
        let latched = Self.makeDesk(rooms, isLatched: true)
        #expect(latched.isLatched)
        latched.update(patch(size: 12), from: origin) { rooms.outcomes.append($0) }
        #expect(rooms.requests[0].parameters?.isRunning == false)
    }
}

extension Span<UInt8> {
    fileprivate var bytes: [UInt8] { indices.map { self[$0] } }
}
