/// Values from other threads, handled on this loop one by one and in the order they were sent.
/// Like every handle it is open until it is closed, here or by the end of `EventLoop.run`.
public final class Mailbox<Message: Sendable> {
    /// What the other threads hold.
    public let sender: MailboxSender<Message>

    private let wakeup: Wakeup

    /// - Parameters:
    ///   - capacity: messages that may wait for the loop; more are refused.
    ///   - handler: called on the loop.
    public init(
        on loop: EventLoop,
        capacity: Int,
        handler: @escaping (Message) -> Void
    ) {
        precondition(capacity > 0, "a mailbox holds something")
        let queue = MailboxQueue<Message>(capacity: capacity)
        // Swapped with the queue's array, so that after the first deliveries nobody allocates.
        var batch: [Message] = []
        wakeup = Wakeup(on: loop) {
            queue.exchange(&batch)
            for message in batch {
                // The handler may have closed the mailbox.
                if queue.isClosed { break }
                handler(message)
            }
            batch.removeAll(keepingCapacity: true)
        }
        sender = MailboxSender(queue: queue, signal: wakeup.signal)
        // Also when the loop ends: a message that nobody will ever handle must be refused.
        wakeup.onClosing = { queue.close() }
    }

    /// Refuses what is sent from now on and forgets what is waiting. May be called twice.
    public func close() { wakeup.close() }
}

@available(*, unavailable)
extension Mailbox: Sendable {}

/// The end of a `Mailbox` that any thread may hold and use, for as long as it likes.
public final class MailboxSender<Message: Sendable>: Sendable {
    fileprivate let queue: MailboxQueue<Message>
    private let signal: WakeupSignal

    fileprivate init(queue: MailboxQueue<Message>, signal: WakeupSignal) {
        self.queue = queue
        self.signal = signal
    }

    /// - Returns: whether the message is on its way. False when `capacity` messages are waiting
    ///   already, and after the mailbox was closed: the message has been dropped then.
    public func send(_ message: Message) -> Bool {
        guard queue.append(message) else { return false }
        signal.wake()
        return true
    }
}

/// What a mailbox and its senders share.
private final class MailboxQueue<Message: Sendable>: Sendable {
    private struct Contents: Sendable {
        var waiting: [Message] = []
        var isClosed = false
    }

    private let contents = Locked(Contents())
    private let capacity: Int

    init(capacity: Int) { self.capacity = capacity }

    var isClosed: Bool { contents.withLock { $0.isClosed } }

    func append(_ message: Message) -> Bool {
        contents.withLock { contents in
            guard !contents.isClosed && contents.waiting.count < capacity else { return false }
            contents.waiting.append(message)
            return true
        }
    }

    /// What is waiting, for an empty array.
    func exchange(_ batch: inout [Message]) {
        contents.withLock { swap(&$0.waiting, &batch) }
    }

    func close() {
        contents.withLock { contents in
            contents.isClosed = true
            contents.waiting = []
        }
    }
}
