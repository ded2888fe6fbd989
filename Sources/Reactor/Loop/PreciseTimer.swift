internal import CUV
internal import Glibc

/// A periodic timer with the kernel's resolution of nanoseconds (timerfd), for rates that a
/// millisecond cannot express. Late turns are not lost: the handler gets how many are due.
@safe public final class PreciseTimer: HandleOwner {
    private let loop: EventLoop
    private let descriptor: Int32
    private var handle = Handle()
    private var handler: ((UInt64) -> Void)?

    /// - Parameter handler: called on the loop with the number of periods that have ended since
    ///   the last call, at least one.
    /// - Throws: what timerfd_create answers: `EMFILE` when no descriptor is left.
    public init(
        on loop: EventLoop,
        _ handler: @escaping (_ expirations: UInt64) -> Void
    ) throws(SystemError) {
        self.loop = loop
        self.handler = handler
        let flags = Int32(TFD_NONBLOCK | TFD_CLOEXEC)
        descriptor = timerfd_create(CLOCK_MONOTONIC, flags)
        guard descriptor >= 0 else { throw .last("create a timer descriptor") }
        let descriptor = descriptor
        var status = unsafe handle.open(for: self) {
            unsafe uv_poll_init(loop.uv, $0, descriptor)
        }
        if let poll = unsafe handle.open(as: uv_poll_t.self) {
            let callback: uv_poll_cb = { poll, _, _ in
                guard let poll = unsafe poll else { return }
                unsafe CReference.borrow(poll.pointee.data, as: PreciseTimer.self).expired()
            }
            status = unsafe uv_poll_start(poll, Int32(UV_READABLE.rawValue), callback)
        } else {
            Glibc.close(descriptor)
        }
        guard status == 0 else {
            close()
            throw SystemError(code: status, attempt: "watch a timer descriptor")
        }
    }

    /// Calls the handler every `period`, first after one period. A running timer starts anew; after
    /// `close` nothing happens.
    /// - Parameter period: nanoseconds, at least 1.
    public func start(periodNanoseconds period: Int64) {
        precondition(period > 0, "a period is positive")
        set(period: period)
    }

    /// Forgets what is due. `start` starts it again.
    public func stop() { set(period: 0) }

    /// Stops for good. The handler is not called again and is let go of.
    public func close() {
        // The descriptor leaves the loop's epoll set here, so it may be closed at once.
        if handle.close() { Glibc.close(descriptor) }
        handler = nil
    }

    func handleDidClose() {}

    private func set(period: Int64) {
        guard handle.isOpen else { return }
        let time = timespec(
            tv_sec: Int(period / 1_000_000_000),
            tv_nsec: Int(period % 1_000_000_000)
        )
        var setting = itimerspec(it_interval: time, it_value: time)
        let result = unsafe timerfd_settime(descriptor, 0, &setting, nil)
        precondition(result == 0, "the descriptor is a timer and the period is in range")
    }

    private func expired() {
        var count: UInt64 = 0
        // A stopped or restarted timer has nothing to tell (EAGAIN), although poll said so.
        let byteCount = unsafe read(descriptor, &count, MemoryLayout<UInt64>.size)
        guard byteCount == MemoryLayout<UInt64>.size else { return }
        handler?(count)
    }
}

@available(*, unavailable)
extension PreciseTimer: Sendable {}
