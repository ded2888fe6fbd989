internal import Foundation
internal import Reactor
internal import Server
internal import Synchronization
internal import Trading

/// A trading thread that does nothing but trade: a real session on the simulated market at full speed,
/// with a venue outside whose orders are performed here, through the order path.
final class SaturatedSession: Sendable {
    /// A send takes this long, so that a stop often finds one under way.
    private static let sendNanoseconds: Int64 = 500_000

    let orderPath = OrderPath(isShut: false)
    /// The answer of a stop is about to be written.
    let isAnswered = Atomic<Bool>(false)
    let places = Atomic<Int>(0)
    let placesAfterAnswer = Atomic<Int>(0)
    let refused = Atomic<Int>(0)
    let events = Atomic<Int>(0)
    let isOver = Atomic<Bool>(false)
    private let inbox = EventInbox()

    /// From the API loop.
    func tell(_ event: EngineEvent) { inbox.append(event) }

    /// Until `isOver`.
    /// - Parameter applied: told which updates are in force.
    func run(applied: (UInt64, Parameters) -> Void) {
        var parameters = Parameters()
        parameters.minLiquidity = 0
        parameters.orderSize = 20
        parameters.maxPosition = 100
        var configuration = Engine.Configuration()
        configuration.isVenueOutside = true
        configuration.mergesPairs = false
        var market = MarketSimulator(seed: 7, start: Timestamp(seconds: 1_776_323_400))
        var session = TradingSession(
            engine: Engine(configuration: configuration, parameters: parameters),
            venue: .outside,
            orderPath: orderPath
        )
        var open: [OrderID] = []
        var outputs: [TradingSession.Output] = []
        var now = market.nextDue
        var answers: [EngineEvent] = [
            .balanceObserved(Money(dollars: 1_000))
        ]
        while !isOver.load(ordering: .acquiring) {
            answers += inbox.takeAll()
            while !answers.isEmpty {
                let told = answers
                answers.removeAll()
                for event in told { session.handle(event, at: now, into: &outputs) }
                perform(&outputs, &open, &answers, applied)
            }
            guard let (time, event) = market.next(upTo: market.nextDue) else { continue }
            now = time
            session.handle(event, at: now, into: &outputs)
            if case .marketListed(let definition) = event {
                answers.append(.holdingsObserved(definition.id, yes: .zero, no: .zero))
            }
            perform(&outputs, &open, &answers, applied)
            events.wrappingAdd(1, ordering: .relaxed)
        }
    }

    private func perform(
        _ outputs: inout [TradingSession.Output],
        _ open: inout [OrderID],
        _ answers: inout [EngineEvent],
        _ applied: (UInt64, Parameters) -> Void
    ) {
        for output in outputs {
            switch output {
            case .place(let approved):
                let id = approved.order.id
                if orderPath.withOpenPath({ send() }) {
                    open.append(id)
                    answers.append(.orderAccepted(id))
                } else {
                    refused.wrappingAdd(1, ordering: .relaxed)
                    answers.append(.orderRejected(id, .orderPathShut))
                }
            case .cancel(let id):
                open.removeAll { $0 == id }
                answers.append(.orderCancelled(id, .requested))
            case .cancelAll:
                answers += open.map { .orderCancelled($0, .requested) }
                answers.append(.cancelAllConfirmed)
                open.removeAll()
            case .reconcileOrders: answers.append(.ordersReconciled)
            case .reportParameters(let control, _, let after): applied(control, after)
            case .publish, .record, .killTripped, .finishShutdown, .mergePairs, .requestSnapshot:
                break
            }
        }
        outputs.removeAll(keepingCapacity: true)
    }

    /// What is counted is the last byte of an order: the end of the send.
    private func send() {
        let end = MonotonicClock.now() + Self.sendNanoseconds
        while MonotonicClock.now() < end {}
        places.wrappingAdd(1, ordering: .relaxed)
        if isAnswered.load(ordering: .acquiring) {
            placesAfterAnswer.wrappingAdd(1, ordering: .relaxed)
        }
    }
}

/// Events for the trading thread.
///
/// `@unchecked Sendable`: the array is touched under the lock only. (The thread sanitizer cannot see
/// into `Mutex`.)
private final class EventInbox: @unchecked Sendable {
    private let lock = NSLock()
    private var events: [EngineEvent] = []

    func append(_ event: EngineEvent) {
        lock.lock()
        defer { lock.unlock() }
        events.append(event)
    }

    func takeAll() -> [EngineEvent] {
        lock.lock()
        defer { lock.unlock() }
        let taken = events
        events.removeAll()
        return taken
    }
}

/// The real control desk behind the real API, on a loop of its own; the disk takes everything at once.
final class DeskServer: Sendable {
    private enum Message: Sendable {
        case written(UInt64)
        case applied(UInt64, Parameters)
        case stop
    }

    let port: UInt16
    private let sender: MailboxSender<Message>
    private let ended: DispatchSemaphore

    init(_ session: SaturatedSession) throws {
        let started = DispatchSemaphore(value: 0)
        let ended = DispatchSemaphore(value: 0)
        let found = Found()
        Thread.detachNewThread {
            Self.serve(session) { port, sender in
                found.set(port, sender)
                started.signal()
            }
            started.signal()
            ended.signal()
        }
        started.wait()
        guard let (port, sender) = found.value else { throw LiveServer.Failure.notStarted }
        self.port = port
        self.sender = sender
        self.ended = ended
    }

    func applied(_ control: UInt64, _ parameters: Parameters) {
        _ = sender.send(.applied(control, parameters))
    }

    func stop() throws {
        _ = sender.send(.stop)
        guard ended.wait(timeout: .now() + 10) == .success else {
            throw LiveServer.Failure.timedOut
        }
    }

    private static func serve(
        _ session: SaturatedSession,
        started: (UInt16, MailboxSender<Message>) -> Void
    ) {
        let loop = EventLoop()
        var configuration = APIConfiguration()
        configuration.host = "127.0.0.1"
        configuration.port = 0
        configuration.apiKey = "testkey"
        configuration.shutdownLimit = .milliseconds(20)
        var handle: (Message) -> Void = { _ in }
        let mailbox = Mailbox<Message>(on: loop, capacity: 1_000) { handle($0) }
        let sender = mailbox.sender
        let desk = ControlDesk(
            parameters: Parameters(),
            isLatched: false,
            orderPath: session.orderPath,
            writeToDisk: { sender.send(.written($0.ticket)) },
            tellEngine: {
                session.tell($0)
                return true
            },
            wallClock: WallClock.now
        )
        let port = AnswerStamp(desk, session)
        guard let server = try? APIServer(on: loop, configuration: configuration, control: port)
        else {
            mailbox.close()
            while loop.handleCount > 0 { loop.turn() }
            return
        }
        var isOver = false
        handle = {
            switch $0 {
            case .written(let ticket): desk.written(ticket, succeeded: true)
            case .applied(let control, let parameters): desk.applied(control, parameters)
            case .stop: server.shutdown { isOver = true }
            }
        }
        started(server.address.port, sender)
        while !isOver { loop.turn() }
        mailbox.close()
        while loop.handleCount > 0 { loop.turn() }
    }

    /// `@unchecked Sendable`: set before the semaphore is signalled, read after it was waited for.
    private final class Found: @unchecked Sendable {
        private(set) var value: (UInt16, MailboxSender<Message>)?
        func set(_ port: UInt16, _ sender: MailboxSender<Message>) { value = (port, sender) }
    }
}

/// Marks the instant before a stop's answer is written.
private final class AnswerStamp: ControlPort {
    private let desk: ControlDesk
    private let session: SaturatedSession

    init(_ desk: ControlDesk, _ session: SaturatedSession) {
        self.desk = desk
        self.session = session
    }

    func update(
        _ patch: ParameterPatch,
        from origin: ControlOrigin,
        completion: @escaping (UpdateOutcome) -> Void
    ) { desk.update(patch, from: origin, completion: completion) }

    func emergencyStop(
        reason: String,
        from origin: ControlOrigin,
        completion: @escaping (StopOutcome) -> Void
    ) {
        desk.emergencyStop(reason: reason, from: origin) { [session] outcome in
            session.isAnswered.store(true, ordering: .releasing)
            completion(outcome)
        }
    }

    func recordRefusal(
        of endpoint: ControlEndpoint,
        status: Int,
        from origin: ControlOrigin,
        completion: @escaping () -> Void
    ) { desk.recordRefusal(of: endpoint, status: status, from: origin, completion: completion) }
}
