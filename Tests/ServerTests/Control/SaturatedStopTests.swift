internal import Foundation
internal import Synchronization
internal import Testing
internal import Trading

/// The promise of the stop with everything real but the venue: a session whose trading thread never
/// rests, the control desk and the API on another thread, and a client's socket.
@Suite("Stop latency, whole", .serialized) struct SaturatedStopTests {
    private static let rounds = 40

    @Test("no order is performed once the answer of a stop is written; rearmed, they leave again")
    func noPlaceAfterAnswer() throws {
        let session = SaturatedSession()
        let server = try DeskServer(session)
        let ended = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            session.run { server.applied($0, $1) }
            ended.signal()
        }
        defer {
            session.isOver.store(true, ordering: .releasing)
            ended.wait()
        }
        let client = try RawClient(port: server.port)
        for round in 0..<Self.rounds {
            let before = session.places.load(ordering: .relaxed)
            // Not always at the same point of a send.
            try wait(for: "an order, round \(round)") {
                session.places.load(ordering: .relaxed) > before + round % 3
            }
            client.send(Self.stop)
            let stopped = try client.response()
            #expect(stopped.status == 200, "round \(round)")
            let places = session.places.load(ordering: .relaxed)
            let events = session.events.load(ordering: .relaxed)
            try wait(for: "the market, round \(round)") {
                session.events.load(ordering: .relaxed) > events + 500
            }
            #expect(session.places.load(ordering: .relaxed) == places, "round \(round)")
            session.isAnswered.store(false, ordering: .releasing)
            client.send(Self.rearm)
            let rearmed = try client.response()
            #expect(rearmed.status == 200, "round \(round)")
            #expect(rearmed.body.contains(#""is_running":true"#), "round \(round)")
        }
        let late = session.placesAfterAnswer.load(ordering: .relaxed)
        #expect(late == 0)
        try server.stop()
    }

    private static let stop =
        "POST /api/v1/control/emergency-stop HTTP/1.1\r\nhost: h\r\nx-api-key: testkey\r\n"
        + "content-length: 2\r\n\r\n{}"
    private static let rearm =
        "PATCH /api/v1/control/parameters HTTP/1.1\r\nhost: h\r\nx-api-key: testkey\r\n"
        + "content-length: 19\r\n\r\n" + #"{"is_running":true}"#

    private func wait(for what: String, _ condition: () -> Bool) throws {
        let limit = ContinuousClock.now + .seconds(60)
        while !condition() {
            guard ContinuousClock.now < limit else {
                Issue.record("waited in vain for \(what)")
                throw LiveServer.Failure.timedOut
            }
            sched_yield()
        }
    }
}
