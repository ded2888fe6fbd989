internal import Reactor

/// A thread that a bench talks to, and what the bench may hold of it.
struct Neighbour<Ports: Sendable> {
    let ports: Ports
    private let thread: LoopThread

    /// Starts a thread and waits until it is ready. What lives on a thread is made on it.
    /// - Parameters:
    ///   - loop: the caller's, on which it waits.
    ///   - body: sets itself up, calls `ready` once, and lives on.
    static func start(
        name: String,
        waitingOn loop: EventLoop,
        _ body: @escaping @Sendable (_ ready: (Ports) -> Void) throws -> Void
    ) throws -> Neighbour {
        var outcome: Result<Ports, Failure>?
        let mailbox = Mailbox<Result<Ports, Failure>>(on: loop, capacity: 1) { outcome = $0 }
        defer { mailbox.close() }
        let sender = mailbox.sender
        let thread = try LoopThread.start(name: name) {
            do {
                try body { _ = sender.send(.success($0)) }
            } catch {
                _ = sender.send(.failure(Failure(description: "\(error)")))
            }
        }
        while outcome == nil { loop.turn() }
        switch outcome {
        case .success(let ports): return Neighbour(ports: ports, thread: thread)
        case .failure(let failure):
            thread.join()
            throw failure
        case nil: preconditionFailure("the loop above ends with an outcome")
        }
    }

    /// Waits until it has ended. Who started it has told it to.
    func join() { thread.join() }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }
}

extension EventLoop {
    /// Turns for so long.
    func turn(forMilliseconds milliseconds: Int) {
        var isOver = false
        let timer = LoopTimer(on: self) { isOver = true }
        timer.start(afterMilliseconds: milliseconds)
        while !isOver { turn() }
        timer.close()
    }

    /// Turns until `condition` holds, looking every millisecond.
    func turn(until condition: () -> Bool) {
        let timer = LoopTimer(on: self) {}
        timer.start(afterMilliseconds: 1, repeatingMilliseconds: 1)
        while !condition() { turn() }
        timer.close()
    }

    /// Closes what is left on it.
    func finish() {
        stop()
        run()
    }
}
