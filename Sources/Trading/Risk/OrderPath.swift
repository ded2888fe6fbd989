internal import Synchronization

/// The switch on the way of every order, shared by the thread that sends and the thread that may
/// stop it.
///
/// `shut()` returns only when no send is under way and none can begin, so what it returns to (the
/// answer of the emergency stop) is never followed by an order:
///
/// ```
///   sender:  sending = true;  if isShut { sending = false; refuse } ... send ...; sending = false
///   stopper: isShut = true;   wait while sending
/// ```
/// Both sides store first and load afterwards, all sequentially consistent (Dekker): at least one
/// of the two sees the other. The stopper waits for one send at most, a few microseconds.
public final class OrderPath: Sendable {
    private let isShutFlag: Atomic<Bool>
    private let isSending = Atomic<Bool>(false)

    /// - Parameter isShut: true when a latch was found at start.
    public init(isShut: Bool) { isShutFlag = Atomic(isShut) }

    public var isShut: Bool { isShutFlag.load(ordering: .sequentiallyConsistent) }

    /// Runs `send` unless the path is shut; says whether it ran. One sending thread only.
    public func withOpenPath(_ send: () -> Void) -> Bool {
        isSending.store(true, ordering: .sequentiallyConsistent)
        defer { isSending.store(false, ordering: .sequentiallyConsistent) }
        if isShutFlag.load(ordering: .sequentiallyConsistent) { return false }
        send()
        return true
    }

    /// Shuts the path. When this returns, no order leaves until `open()`.
    public func shut() {
        isShutFlag.store(true, ordering: .sequentiallyConsistent)
        while isSending.load(ordering: .sequentiallyConsistent) {}
    }

    /// Opens it again. Only an operator's explicit wish leads here.
    public func open() { isShutFlag.store(false, ordering: .sequentiallyConsistent) }
}
