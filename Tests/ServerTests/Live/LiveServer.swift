import Foundation
import Reactor
import Server
import Synchronization
import Trading

/// Carries out control requests at once, or when it is told to, and remembers them.
final class FakeControl: ControlPort {
    var parameters = Parameters()
    var stopReasons: [String] = []
    var refusals: [(endpoint: ControlEndpoint, status: Int, origin: ControlOrigin)] = []
    var origins: [ControlOrigin] = []
    var updateOutcome: UpdateOutcome?
    var stopOutcome = StopOutcome.latched
    /// While true, completions wait for `completeAll`.
    var holds = false
    private var held: [() -> Void] = []

    func update(
        _ patch: ParameterPatch,
        from origin: ControlOrigin,
        completion: @escaping (UpdateOutcome) -> Void
    ) {
        origins.append(origin)
        if updateOutcome == nil { parameters = parameters.applying(patch) }
        let outcome = updateOutcome ?? .applied(parameters)
        finish { completion(outcome) }
    }

    func emergencyStop(
        reason: String,
        from origin: ControlOrigin,
        completion: @escaping (StopOutcome) -> Void
    ) {
        origins.append(origin)
        stopReasons.append(reason)
        parameters.isRunning = false
        let outcome = stopOutcome
        finish { completion(outcome) }
    }

    func recordRefusal(
        of endpoint: ControlEndpoint,
        status: Int,
        from origin: ControlOrigin,
        completion: @escaping () -> Void
    ) {
        refusals.append((endpoint, status, origin))
        finish(completion)
    }

    func completeAll() {
        let waiting = held
        held = []
        for completion in waiting { completion() }
    }

    private func finish(_ completion: @escaping () -> Void) {
        if holds { held.append(completion) } else { completion() }
    }
}

/// A server on a loop of its own, on loopback, with a fake control port.
final class LiveServer: Sendable {
    struct Context {
        let server: APIServer
        let control: FakeControl
    }

    private struct Command: Sendable {
        let body: @Sendable (Context) -> Void
    }

    let port: UInt16
    private let commands: MailboxSender<Command>
    private let ended: DispatchSemaphore

    /// Starts and listens.
    init(_ configure: @Sendable (inout APIConfiguration) -> Void = { _ in }) throws {
        var configuration = APIConfiguration()
        configuration.host = "127.0.0.1"
        configuration.port = 0
        configuration.apiKey = "testkey"
        configuration.sweepInterval = .milliseconds(5)
        configuration.shutdownLimit = .milliseconds(20)
        configure(&configuration)
        let configured = configuration
        let started = DispatchSemaphore(value: 0)
        let ended = DispatchSemaphore(value: 0)
        let result = Mutex<(UInt16, MailboxSender<Command>)?>(nil)
        Thread.detachNewThread {
            let loop = EventLoop()
            let control = FakeControl()
            guard
                let server = try? APIServer(on: loop, configuration: configured, control: control)
            else {
                started.signal()
                return
            }
            let context = Context(server: server, control: control)
            let mailbox = Mailbox<Command>(on: loop, capacity: 10_000) { $0.body(context) }
            result.withLock { $0 = (server.address.port, mailbox.sender) }
            started.signal()
            while !isOver.withLock({ $0.contains(server.address.port) }) { loop.turn() }
            mailbox.close()
            // Lets what was closed go.
            while loop.handleCount > 0 { loop.turn() }
            // Answers that come after everything is gone go nowhere.
            control.completeAll()
            isOver.withLock { _ = $0.remove(server.address.port) }
            ended.signal()
        }
        started.wait()
        guard let (port, sender) = result.withLock({ $0 }) else { throw Failure.notStarted }
        self.port = port
        commands = sender
        self.ended = ended
    }

    enum Failure: Error { case notStarted, timedOut }

    /// Runs `body` on the loop and waits for it.
    @discardableResult
    func perform<Result: Sendable>(
        _ body: @escaping @Sendable (Context) -> Result
    ) throws -> Result {
        let done = DispatchSemaphore(value: 0)
        let result = Mutex<Result?>(nil)
        _ = commands.send(
            Command { context in
                let value = body(context)
                result.withLock { $0 = value }
                done.signal()
            }
        )
        guard done.wait(timeout: .now() + 10) == .success, let value = result.withLock({ $0 })
        else {
            throw Failure.timedOut
        }
        return value
    }

    /// Asks until `condition` holds; the loop runs in between.
    func wait(
        until condition: @escaping @Sendable (Context) -> Bool
    ) throws {
        let limit = ContinuousClock.now + .seconds(10)
        while try !perform(condition) {
            guard ContinuousClock.now < limit else { throw Failure.timedOut }
        }
    }

    /// Shuts down, and tells how long that took.
    @discardableResult
    func stop() throws -> Swift.Duration {
        let begun = ContinuousClock.now
        beginStop()
        try awaitStop()
        return ContinuousClock.now - begun
    }

    func beginStop() {
        let port = port
        _ = commands.send(
            Command { context in
                context.server.shutdown { isOver.withLock { _ = $0.insert(port) } }
            }
        )
    }

    func awaitStop() throws {
        guard ended.wait(timeout: .now() + 10) == .success else { throw Failure.timedOut }
    }
}

/// Ports whose server has shut down.
private let isOver = Mutex<Set<UInt16>>([])
