internal import CUV
internal import Synchronization

/// Lets other threads call a handler on this loop: "there is something for you".
@safe public final class Wakeup: HandleOwner {
    /// What the other threads hold.
    public let signal = WakeupSignal()

    /// For who builds on it: called by the first `close()`, also by the one at the end of `run`.
    var onClosing: (() -> Void)?

    private let loop: EventLoop
    private var handle = Handle()
    private var handler: (() -> Void)?

    /// - Parameter handler: called on the loop at least once after each `wake()`, and possibly once
    ///   for many of them.
    public init(on loop: EventLoop, handler: @escaping () -> Void) {
        self.loop = loop
        self.handler = handler
        let status = unsafe handle.open(for: self) {
            unsafe uv_async_init(loop.uv, $0) { async in
                guard let async = unsafe async else { return }
                unsafe CReference.borrow(async.pointee.data, as: Wakeup.self).woken()
            }
        }
        precondition(status == 0, "the loop's eventfd is there since its beginning")
        unsafe signal.attach(handle.open(as: uv_async_t.self))
    }

    /// From here on `wake()` does nothing, and the handler is not called again, not even for a
    /// `wake()` that came before.
    public func close() {
        unsafe signal.attach(nil)
        guard handle.close() else { return }
        handler = nil
        onClosing?()
        onClosing = nil
    }

    func handleDidClose() {}

    private func woken() {
        // Before the handler looks: a `wake()` that comes while it looks calls it again.
        signal.acknowledge()
        handler?()
    }
}

@available(*, unavailable)
extension Wakeup: Sendable {}

/// The end of a `Wakeup` that any thread may hold and use, for as long as it likes.
///
/// Why `wake()` is safe at any time, also after `close()`: the async handle is reached only through
/// `target`, under its lock. `close()` empties `target` under the same lock *before* it gives the
/// handle to uv_close, and libuv frees it only after that. So a thread that finds a handle in
/// `target` holds the lock, and the handle stays open until it lets go; one that comes later finds
/// none and does nothing. The lock is held for one uv_async_send (at most one write to an eventfd)
/// and nothing else is called under it.
///
/// Why no wake-up is lost: `isPending` goes from false to true in one thread, which then sends. A
/// thread that finds it true has made its data visible by that very exchange, and the loop clears
/// the flag by an exchange *before* the handler looks, so the handler sees that data.
public final class WakeupSignal: Sendable {
    /// The handle while it is open. Why `@unchecked Sendable` holds: the pointer crosses threads only
    /// inside the lock.
    @safe private struct Target: @unchecked Sendable {
        var async: UnsafeMutablePointer<uv_async_t>?

        init(async: UnsafeMutablePointer<uv_async_t>?) { unsafe self.async = async }
    }

    private let isPending = Atomic<Bool>(false)
    private let target = unsafe Locked(Target(async: nil))

    init() {}

    /// Calls the handler on its loop, soon. From any thread; never blocks for long, never fails.
    public func wake() {
        if isPending.exchange(true, ordering: .acquiringAndReleasing) { return }
        target.withLock { target in
            guard let async = unsafe target.async else { return }
            let status = unsafe uv_async_send(async)
            precondition(status == 0, "an open async handle can be woken")
        }
    }

    /// The loop has noticed and is about to look.
    func acknowledge() {
        _ = isPending.exchange(false, ordering: .acquiringAndReleasing)
    }

    func attach(_ async: UnsafeMutablePointer<uv_async_t>?) {
        let new = unsafe Target(async: async)
        target.withLock { $0 = new }
    }
}
