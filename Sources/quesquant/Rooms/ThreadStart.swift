internal import Reactor

/// Why the backend, or one of its rooms, could not be set up. It crosses threads.
struct StartFailure: Error, Sendable, CustomStringConvertible {
    let description: String
    /// The command line or the configuration is to blame.
    let isUsage: Bool

    init(_ error: any Error) {
        description = "\(error)"
        isUsage = error is UsageError
    }

    /// Nobody's fault.
    init(description: String) {
        self.description = description
        isUsage = false
    }
}

/// A thread with a loop of its own, and what the others may hold of it.
struct StartedThread<Ports: Sendable> {
    let ports: Ports
    let thread: LoopThread

    /// Starts a thread and waits until it is ready. What lives on a thread is made on it.
    /// - Parameters:
    ///   - loop: the caller's, on which it waits.
    ///   - body: sets its room up, calls `ready` once, and lives on. When it throws before that,
    ///     the thread ends and the error comes out here.
    static func start(
        name: String,
        cpu: Int? = nil,
        waitingOn loop: EventLoop,
        _ body: @escaping @Sendable (_ ready: (Ports) -> Void) throws -> Void
    ) throws -> StartedThread {
        var outcome: Result<Ports, StartFailure>?
        let mailbox = Mailbox<Result<Ports, StartFailure>>(on: loop, capacity: 1) { outcome = $0 }
        defer { mailbox.close() }
        let sender = mailbox.sender
        let thread = try LoopThread.start(name: name, cpu: cpu) {
            do {
                try body { _ = sender.send(.success($0)) }
            } catch {
                _ = sender.send(.failure(StartFailure(error)))
            }
        }
        while true {
            switch outcome {
            case nil: loop.turn()
            case .success(let ports): return StartedThread(ports: ports, thread: thread)
            case .failure(let failure):
                thread.join()
                throw failure
            }
        }
    }
}
