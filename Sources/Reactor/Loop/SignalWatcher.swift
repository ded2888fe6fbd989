internal import CUV

/// Turns a signal of the operating system (SIGINT, SIGTERM) into a call on the loop.
@safe public final class SignalWatcher: HandleOwner {
    private let loop: EventLoop
    private var handle = Handle()
    private var handler: (() -> Void)?

    /// Replaces what the signal does by default, until `close`.
    /// - Throws: `EINVAL` for a signal that cannot be caught.
    public init(
        on loop: EventLoop,
        signal: Int32,
        handler: @escaping () -> Void
    ) throws(SystemError) {
        self.loop = loop
        self.handler = handler
        var status = unsafe handle.open(for: self) { unsafe uv_signal_init(loop.uv, $0) }
        if let watcher = unsafe handle.open(as: uv_signal_t.self) {
            let callback: uv_signal_cb = { watcher, _ in
                guard let watcher = unsafe watcher else { return }
                unsafe CReference.borrow(watcher.pointee.data, as: SignalWatcher.self).handler?()
            }
            status = unsafe uv_signal_start(watcher, callback, signal)
        }
        guard status == 0 else {
            close()
            throw SystemError(code: status, attempt: "watch signal \(signal)")
        }
    }

    /// Gives the signal its default back. The handler is not called again.
    public func close() {
        handle.close()
        handler = nil
    }

    func handleDidClose() {}
}

@available(*, unavailable)
extension SignalWatcher: Sendable {}
