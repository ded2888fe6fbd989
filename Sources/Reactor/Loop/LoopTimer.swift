internal import CUV

/// A timer with the loop's resolution of a millisecond.
@safe public final class LoopTimer: HandleOwner {
    private let loop: EventLoop
    private var handle = Handle()
    private var handler: (() -> Void)?

    /// - Parameter handler: called on the loop each time it is due; may stop, restart or close the
    ///   timer.
    public init(on loop: EventLoop, _ handler: @escaping () -> Void) {
        self.loop = loop
        self.handler = handler
        let status = unsafe handle.open(for: self) { unsafe uv_timer_init(loop.uv, $0) }
        precondition(status == 0, "uv_timer_init only fills in the struct")
    }

    /// Calls the handler once after `delay`, and then every `period` if that is not zero. It may
    /// come late, and less than a millisecond early, because libuv counts whole milliseconds.
    /// A timer that is running starts anew. After `close` it does nothing.
    /// - Parameters:
    ///   - delay: milliseconds from now; zero counts as one, because libuv 1.44 would never
    ///     leave a timer whose handler restarts it with zero.
    ///   - period: milliseconds. Turns that come late are not made up for.
    public func start(
        afterMilliseconds delay: Int,
        repeatingMilliseconds period: Int = 0
    ) {
        precondition(delay >= 0 && period >= 0, "a timer runs forward")
        guard let timer = unsafe handle.open(as: uv_timer_t.self) else { return }
        // libuv counts from the start of this turn, which may be a while ago.
        unsafe uv_update_time(loop.uv)
        let status = unsafe uv_timer_start(
            timer,
            { timer in
                guard let timer = unsafe timer else { return }
                unsafe CReference.borrow(timer.pointee.data, as: LoopTimer.self).handler?()
            },
            UInt64(max(delay, 1)),
            UInt64(period)
        )
        precondition(status == 0, "the timer is open and has a callback")
    }

    /// Forgets what is due. `start` starts it again.
    public func stop() {
        guard let timer = unsafe handle.open(as: uv_timer_t.self) else { return }
        unsafe uv_timer_stop(timer)
    }

    /// Stops for good. The handler is not called again and is let go of.
    public func close() {
        handle.close()
        handler = nil
    }

    func handleDidClose() {}
}

@available(*, unavailable)
extension LoopTimer: Sendable {}
