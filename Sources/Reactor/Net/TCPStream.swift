internal import CUV
internal import Glibc

/// One TCP connection.
///
///     connecting ──connected──► open ──close(), reset, both ends ended──► closing ──► closed
///          │                                                                 ▲
///          └────────────────── refused, close() ─────────────────────────────┘
///
/// Handlers run on the loop. Each of them may call `close()` and may drop the last reference to
/// the stream it runs for: an open stream lives until it is closed, not until it is forgotten.
/// Whoever has no use for a stream any more closes it.
@safe public final class TCPStream: HandleOwner {
    /// Called with the outcome of `connect`.
    public typealias Completion = (Result<TCPStream, SystemError>) -> Void

    enum State {
        /// connect(2) is under way.
        case connecting(Completion)
        /// Bytes may flow, in each direction until it ends.
        case open
        /// libuv is completing what it still had; `onClose` follows. With the completion of
        /// `connect` when it was never open.
        case closing(SystemError?, Completion?)
        /// The last handler has been called.
        case closed
    }

    /// The bytes that have just come, at most `EventLoop.readByteCountMax`. They are gone when the
    /// handler returns.
    public var onBytes: ((Span<UInt8>) -> Void)?

    /// The peer has sent its last byte (FIN). The stream can still write.
    public var onEnd: (() -> Void)?

    /// `backlogBytes` was not zero and now is.
    public var onDrain: (() -> Void)?

    /// The stream is gone: `nil` after `close()` and after both directions have ended, or the
    /// error that ended it (ECONNRESET, EPIPE). Called exactly once, never inside another call
    /// of the stream, and the last call of all.
    public var onClose: ((SystemError?) -> Void)?

    /// The other end.
    public let peer: SocketAddress

    /// Bytes that were handed over and that the socket has not taken. A queued write counts in
    /// full until all of it is taken. Non-zero exactly while a write request is in flight.
    public internal(set) var backlogBytes = 0

    /// What the kernel may hold for this stream on the way out. The kernel doubles the number and
    /// keeps it within its limits; `nil` leaves its autotuning alone, and cannot bring it back.
    public var sendBufferBytes: Int? {
        didSet { applySendBufferBytes() }
    }

    let loop: EventLoop
    var handle = Handle()
    var state: State
    /// The peer has sent FIN.
    private var hasEnded = false
    private var isReading = false
    /// `shutdown()` was called: nothing more is written.
    var isWriteEnded = false
    /// Our FIN is on its way behind everything written.
    private var hasSentEnd = false

    init(on loop: EventLoop, peer: SocketAddress, state: State) {
        self.loop = loop
        self.peer = peer
        self.state = state
        let status = unsafe handle.open(for: self) { unsafe uv_tcp_init(loop.uv, $0) }
        precondition(status == 0, "without a socket there is nothing to fail")
        guard let tcp = unsafe tcp else { return }
        // Frames are written whole; waiting for more of them (Nagle) would only delay them.
        _ = unsafe uv_tcp_nodelay(tcp, 1)
    }

    /// Whether neither `close()` nor an error has ended it.
    public var isOpen: Bool {
        if case .open = state { true } else { false }
    }

    /// Starts calling `onBytes` and `onEnd`.
    public func startReading() {
        guard isOpen, !isReading, !hasEnded, let stream = unsafe stream else { return }
        isReading = true
        let status = unsafe uv_read_start(
            stream,
            { handle, _, buffer in
                guard let handle = unsafe handle, let buffer = unsafe buffer else { return }
                let owner = unsafe CReference.borrow(handle.pointee.data, as: TCPStream.self)
                let slab = unsafe UnsafeMutableRawBufferPointer(owner.loop.readSlab)
                unsafe buffer.pointee.base = slab.assumingMemoryBound(to: CChar.self).baseAddress
                unsafe buffer.pointee.len = slab.count
            },
            { handle, count, _ in
                guard let handle = unsafe handle else { return }
                unsafe CReference.borrow(handle.pointee.data, as: TCPStream.self).didRead(count)
            }
        )
        if status != 0 { fail(SystemError(code: status, attempt: "read from \(peer)")) }
    }

    /// Leaves what comes in the kernel, which makes the peer stop sending after a while. A reset is
    /// then noticed only by the next write.
    public func stopReading() {
        guard isReading, let stream = unsafe stream else { return }
        isReading = false
        unsafe uv_read_stop(stream)
    }

    /// Ends our direction: the peer gets FIN after everything that was written. Later writes are
    /// ignored. When the peer has ended or ends its direction too, the stream closes itself.
    public func shutdown() {
        guard isOpen, !isWriteEnded, let stream = unsafe stream else { return }
        isWriteEnded = true
        let request = UnsafeMutablePointer<uv_shutdown_t>.allocate(capacity: 1)
        unsafe request.pointee.data = CReference.retain(self)
        let status = unsafe uv_shutdown(request, stream) { request, status in
            guard let request = unsafe request else { return }
            let owner = unsafe CReference.take(request.pointee.data, as: TCPStream.self)
            unsafe request.deallocate()
            owner.didShutDown(status)
        }
        if status != 0 {
            _ = unsafe CReference.take(request.pointee.data, as: TCPStream.self)
            unsafe request.deallocate()
            fail(SystemError(code: status, attempt: "end the stream to \(peer)"))
        }
    }

    /// Closes the socket at once and abandons what is queued. May be called twice. `onClose`
    /// follows at the end of this turn of the loop, and no other handler is called any more.
    public func close() {
        switch state {
        case .connecting, .open: fail(nil)
        case .closing, .closed: break
        }
    }
}

extension TCPStream {
    var tcp: UnsafeMutablePointer<uv_tcp_t>? { unsafe handle.open(as: uv_tcp_t.self) }

    /// A `uv_tcp_t` starts with the fields of `uv_stream_t`.
    var stream: UnsafeMutablePointer<uv_stream_t>? { unsafe handle.open(as: uv_stream_t.self) }

    /// Starts closing because of `error`, or because the owner wants to.
    func fail(_ error: SystemError?) {
        switch state {
        case .connecting(let completion): state = .closing(error, completion)
        case .open: state = .closing(error, nil)
        case .closing, .closed: return
        }
        isReading = false
        handle.close()
    }

    func handleDidClose() {
        guard case .closing(let error, let completion) = state else {
            preconditionFailure("only `fail` closes the handle, and only once")
        }
        state = .closed
        let onClose = onClose
        // What the handlers capture, often the stream's owner, is let go of here.
        (onBytes, self.onEnd, onDrain, self.onClose) = (nil, nil, nil, nil)
        if let completion {
            let cancelled = SystemError(code: ECANCELED, attempt: "connect to \(peer)")
            completion(.failure(error ?? cancelled))
        } else {
            onClose?(error)
        }
    }

    private func didRead(_ count: Int) {
        guard isOpen else { return }
        if count > 0 {
            // read(2) has just put `count` bytes at the start of the slab, and the next read waits
            // for this call to return.
            onBytes?(unsafe Span(_unsafeElements: UnsafeBufferPointer(loop.readSlab)[..<count]))
        } else if count == Int(UV_EOF.rawValue) {
            hasEnded = true
            isReading = false
            onEnd?()
            closeIfBothEnded()
        } else if count < 0 {
            fail(SystemError(code: Int32(count), attempt: "read from \(peer)"))
        }
    }

    private func didShutDown(_ status: Int32) {
        if status == 0 {
            hasSentEnd = true
            closeIfBothEnded()
        } else if status != UV_ECANCELED.rawValue {
            fail(SystemError(code: status, attempt: "end the stream to \(peer)"))
        }
    }

    private func closeIfBothEnded() {
        if hasEnded && hasSentEnd { fail(nil) }
    }

    private func applySendBufferBytes() {
        guard let bytes = sendBufferBytes, let handle = unsafe handle.open(as: uv_handle_t.self)
        else { return }
        var value = Int32(clamping: bytes)
        let status = unsafe uv_send_buffer_size(handle, &value)
        precondition(status == 0, "SO_SNDBUF takes any positive number on an open socket")
    }
}

@available(*, unavailable)
extension TCPStream: Sendable {}
