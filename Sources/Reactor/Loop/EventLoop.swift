internal import CUV
internal import Glibc

/// One libuv loop. It belongs to the thread that runs it, and so does everything that is created
/// on it: no call here is allowed from another thread, except through `WakeupSignal` and
/// `MailboxSender`.
@safe public final class EventLoop {
    /// Bytes that one read may bring: what libuv suggests, and the size of a socket's fair turn.
    public static let readByteCountMax = 64 * 1024

    /// Rounds of closing that the end of `run` grants to handlers that open new handles while they
    /// are told of the closing of the old ones.
    private static let closingRoundsMax = 1_000

    /// The libuv loop: allocated for as long as this object lives.
    let uv: UnsafeMutablePointer<uv_loop_t>

    /// Where every stream of this loop reads to. One is enough: libuv asks for memory right before
    /// read(2), and the handler that sees the bytes has returned before the next.
    let readSlab: UnsafeMutableBufferPointer<UInt8>

    /// Keeps `run` waiting while there is nothing to wait for. Never woken.
    private let anchor: UnsafeMutablePointer<uv_async_t>

    private var isStopped = false

    /// Also ignores SIGPIPE in the whole process, so that a write to a reset connection is an
    /// error (EPIPE) and not the end of it.
    public init() {
        _ = signal(SIGPIPE, SIG_IGN)
        unsafe uv = .allocate(capacity: 1)
        unsafe readSlab = .allocate(capacity: Self.readByteCountMax)
        unsafe readSlab.initialize(repeating: 0)
        unsafe anchor = .allocate(capacity: 1)
        let status = unsafe uv_loop_init(uv)
        precondition(status == 0, "the system grants an epoll instance and an eventfd at start-up")
        let anchored = unsafe uv_async_init(uv, anchor, nil)
        precondition(anchored == 0, "the loop's eventfd is there already")
        // What the walks of this file recognise it by: handles of others carry their owner.
        unsafe anchor.pointee.data = nil
    }

    deinit {
        // Nothing but the anchor is left: an open handle retains its owner, and that the loop.
        unsafe uv_close(base(anchor), nil)
        // More than once where a `stop()` is still pending.
        while unsafe uv_loop_alive(uv) != 0 { _ = unsafe uv_run(uv, UV_RUN_DEFAULT) }
        let status = unsafe uv_loop_close(uv)
        precondition(status == 0, "every handle has been closed")
        unsafe anchor.deallocate()
        unsafe readSlab.deallocate()
        unsafe uv.deallocate()
    }

    /// Calls handlers until `stop()`; then closes every handle that is still open, calls the
    /// handlers that this entails (`onClose`), and returns. May be called again.
    /// - Parameter spinning: never sleep: a wakeup takes 1 to 2 us instead of 25 and more, at the
    ///   price of a whole CPU.
    public func run(spinning: Bool = false) {
        if spinning {
            while !isStopped { _ = unsafe uv_run(uv, UV_RUN_NOWAIT) }
        } else {
            while !isStopped { _ = unsafe uv_run(uv, UV_RUN_DEFAULT) }
        }
        closeEverything()
        isStopped = false
    }

    /// Makes `run` return after this turn. Before `run`, makes it return at once.
    public func stop() {
        isStopped = true
        unsafe uv_stop(uv)
    }

    /// One turn: waits until there is something to do, and does that. For a thread that has work
    /// of its own in between, and for tests.
    /// - Parameter waiting: false only looks.
    public func turn(waiting: Bool = true) {
        _ = unsafe uv_run(uv, waiting ? UV_RUN_ONCE : UV_RUN_NOWAIT)
    }

    /// Handles that are not yet gone: open ones, and those whose `onClose` is still to come.
    public var handleCount: Int {
        var count = 0
        unsafe withUnsafeMutablePointer(to: &count) { counter in
            unsafe uv_walk(
                uv,
                { handle, counter in
                    guard let handle = unsafe handle, unsafe handle.pointee.data != nil else {
                        return
                    }
                    unsafe counter?.assumingMemoryBound(to: Int.self).pointee += 1
                },
                counter
            )
        }
        return count
    }

    /// Closes what is open and turns until all of it is gone.
    private func closeEverything() {
        for _ in 0..<Self.closingRoundsMax {
            unsafe uv_walk(
                uv,
                { handle, _ in
                    guard let handle = unsafe handle, let data = unsafe handle.pointee.data else {
                        return
                    }
                    let owner = unsafe CReference.borrow(data, as: AnyObject.self)
                    (owner as? any HandleOwner)?.close()
                },
                nil
            )
            _ = unsafe uv_run(uv, UV_RUN_NOWAIT)
            if handleCount == 0 { return }
        }
        preconditionFailure("a handler opens a handle whenever one is closed, without end")
    }
}

/// A loop and everything on it stays on its thread.
@available(*, unavailable)
extension EventLoop: Sendable {}
