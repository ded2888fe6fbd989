internal import Foundation
internal import Reactor
internal import Server
internal import Synchronization
internal import Testing
internal import Trading

/// The promise of the stop, with the sending thread doing nothing but send: once the answer of an
/// emergency stop exists, no order leaves.
@Suite("Stop latency", .serialized) struct StopLatencyTests {
    private static let rounds = 300

    /// What both threads see.
    private final class Field: Sendable {
        let orderPath = OrderPath(isShut: false)
        /// The answer of the stop is on its way to the client.
        let isAnswered = Atomic<Bool>(false)
        let sends = Atomic<Int>(0)
        let sendsAfterAnswer = Atomic<Int>(0)
        let isOver = Atomic<Bool>(false)

        /// As the trading loop does, without a pause. A send takes a moment, as one over a socket
        /// does, so that a stop often finds one under way.
        func saturate() {
            var work: UInt64 = 1
            while !isOver.load(ordering: .acquiring) {
                _ = orderPath.withOpenPath {
                    for _ in 0..<5_000 { work = work &* 6_364_136_223_846_793_005 &+ 1 }
                    sends.wrappingAdd(1, ordering: .relaxed)
                    if isAnswered.load(ordering: .acquiring) {
                        sendsAfterAnswer.wrappingAdd(1, ordering: .relaxed)
                    }
                }
            }
            sends.wrappingAdd(work == 0 ? 1 : 0, ordering: .relaxed)
        }
    }

    @Test(
        "no order leaves after the answer of a stop, three hundred times; lifted, they leave again"
    )
    func noSendAfterAnswer() {
        let field = Field()
        let sender = Thread { field.saturate() }
        sender.start()
        defer { field.isOver.store(true, ordering: .releasing) }

        var requests: [DeskRequest] = []
        var updates: [UInt64] = []
        let desk = ControlDesk(
            parameters: Parameters(),
            isLatched: false,
            orderPath: field.orderPath,
            writeToDisk: {
                requests.append($0)
                return true
            },
            tellEngine: {
                if case .parametersPatched(_, let control) = $0 { updates.append(control) }
                return true
            },
            wallClock: WallClock.now
        )
        func answerAll() {
            while let request = requests.popLast() { desk.written(request.ticket, succeeded: true) }
            while let update = updates.popLast() { desk.applied(update, Parameters()) }
        }

        let origin = ControlOrigin(peer: "127.0.0.1:5000", keyFingerprint: "9f86d081")
        var wanted = ParameterPatch()
        wanted.isRunning = true
        for round in 0..<Self.rounds {
            let before = field.sends.load(ordering: .relaxed)
            while field.sends.load(ordering: .relaxed) == before {}
            desk.emergencyStop(reason: "round \(round)", from: origin) { _ in
                field.isAnswered.store(true, ordering: .releasing)
            }
            answerAll()
            let isAnswered = field.isAnswered.load(ordering: .acquiring)
            #expect(isAnswered)
            let stopped = field.sends.load(ordering: .relaxed)
            for _ in 0..<2_000 where field.sends.load(ordering: .relaxed) != stopped {
                Issue.record("an order left in round \(round)")
                return
            }
            field.isAnswered.store(false, ordering: .releasing)
            desk.update(wanted, from: origin) { _ in }
            answerAll()
        }
        let violations = field.sendsAfterAnswer.load(ordering: .relaxed)
        #expect(violations == 0)
    }
}
