internal import CUV
public import Wire

// The way out. A write goes straight to the socket when nothing is queued (one system call, no
// allocation). What the socket does not take is queued as one libuv request, which holds the
// bytes themselves, not a copy, until the socket has taken the last of them.

extension TCPStream {
    /// Writes all of `bytes`, now or as the peer takes them, after everything written before.
    /// Ignored after `close()`, after `shutdown()` and before the connection is there.
    public func write(_ bytes: SharedBytes) {
        guard let taken = takenNow(bytes.span), taken < bytes.count else { return }
        queue(.one(bytes), pieces: 1, after: taken)
    }

    /// Writes bytes that the caller keeps. Only what the socket does not take at once is copied.
    public func write(copying bytes: Span<UInt8>) {
        guard let taken = takenNow(bytes), taken < bytes.count else { return }
        let rest = SharedBytes(copying: bytes.extracting(taken..<bytes.count))
        queue(.one(rest), pieces: 1, after: 0)
    }

    /// Writes the pieces one after the other, as one `write` would: with one system call.
    public func write(_ batch: [SharedBytes]) {
        guard isOpen, !isWriteEnded else { return }
        var total = 0
        for bytes in batch { total += bytes.count }
        guard total > 0 else { return }
        let payload = WriteRequest.Payload.many(batch)
        var taken: Int? = 0
        if backlogBytes == 0 {
            taken = unsafe payload.withBuffers(pieces: batch.count, after: 0) { buffers in
                unsafe offer(buffers.baseAddress, count: buffers.count)
            }
        }
        guard let taken, taken < total else { return }
        queue(payload, pieces: batch.count, after: taken)
    }

    /// How many of `bytes` the socket takes at once; zero behind a backlog, `nil` when nothing is
    /// to be written, or when the stream fails with it.
    private func takenNow(_ bytes: Span<UInt8>) -> Int? {
        guard isOpen, !isWriteEnded, !bytes.isEmpty else { return nil }
        if backlogBytes > 0 { return 0 }
        // libuv does not keep the pointer beyond the call, and only reads through it.
        return unsafe bytes.withUnsafeBufferPointer { bytes in
            var buffer = unsafe uv_buf_t(reading: bytes)
            return unsafe offer(&buffer, count: 1)
        }
    }

    /// uv_try_write: how many bytes the socket takes now; `nil` when the stream fails with it.
    private func offer(_ buffers: UnsafePointer<uv_buf_t>?, count: Int) -> Int? {
        guard let stream = unsafe stream else { return nil }
        let status = unsafe uv_try_write(stream, buffers, UInt32(count))
        if status >= 0 { return Int(status) }
        if status == UV_EAGAIN.rawValue { return 0 }
        fail(SystemError(code: status, attempt: "write to \(peer)"))
        return nil
    }

    /// Queues what comes after the first `taken` bytes of `payload`.
    private func queue(_ payload: WriteRequest.Payload, pieces: Int, after taken: Int) {
        guard let stream = unsafe stream else { return }
        unsafe payload.withBuffers(pieces: pieces, after: taken) { buffers in
            var byteCount = 0
            for index in buffers.indices { byteCount += unsafe buffers[index].len }
            let request = WriteRequest(stream: self, payload: payload, byteCount: byteCount)
            // libuv copies the list of buffers; the bytes they name belong to the payload, which
            // the request holds.
            let status = unsafe request.start { request, callback in
                unsafe uv_write(
                    request,
                    stream,
                    buffers.baseAddress,
                    UInt32(buffers.count),
                    callback
                )
            }
            if status == 0 {
                backlogBytes += byteCount
            } else {
                fail(SystemError(code: status, attempt: "write to \(peer)"))
            }
        }
    }

    /// The request has completed: the socket has taken all of it, or will never take the rest.
    fileprivate func didWrite(_ byteCount: Int, _ status: Int32) {
        backlogBytes -= byteCount
        guard isOpen else { return }
        if status != 0 {
            fail(SystemError(code: status, attempt: "write to \(peer)"))
        } else if backlogBytes == 0 {
            onDrain?()
        }
    }
}

/// A queued write: keeps the stream and the bytes alive until libuv has completed it.
@safe private final class WriteRequest {
    /// What is written. Holding a batch costs one reference, however many pieces it has.
    enum Payload {
        case one(SharedBytes)
        case many([SharedBytes])

        /// Lends `body` libuv's description of everything after the first `taken` bytes. The
        /// descriptions are good while the payload is held: the memory of a `SharedBytes` stays
        /// where it is until its last reference goes.
        func withBuffers<Result>(
            pieces: Int,
            after taken: Int,
            _ body: (UnsafeMutableBufferPointer<uv_buf_t>) -> Result
        ) -> Result {
            unsafe withUnsafeTemporaryAllocation(of: uv_buf_t.self, capacity: pieces) { buffers in
                switch self {
                case .one(let bytes):
                    unsafe buffers.initializeElement(at: 0, to: uv_buf_t(naming: bytes))
                case .many(let batch):
                    for index in batch.indices {
                        let buffer = unsafe uv_buf_t(naming: batch[index])
                        unsafe buffers.initializeElement(at: index, to: buffer)
                    }
                }
                var rest = unsafe buffers[...]
                unsafe drop(taken, from: &rest)
                return unsafe body(UnsafeMutableBufferPointer(rebasing: rest))
            }
        }
    }

    private let stream: TCPStream
    private let payload: Payload
    private let byteCount: Int

    init(stream: TCPStream, payload: Payload, byteCount: Int) {
        self.stream = stream
        self.payload = payload
        self.byteCount = byteCount
    }

    /// - Parameter write: uv_write. Its callback comes later, and only when it answered zero.
    func start(
        _ write: (UnsafeMutablePointer<uv_write_t>, uv_write_cb) -> Int32
    ) -> Int32 {
        let request = UnsafeMutablePointer<uv_write_t>.allocate(capacity: 1)
        unsafe request.pointee.data = CReference.retain(self)
        let status = unsafe write(request) { request, status in
            guard let request = unsafe request else { return }
            let owner = unsafe CReference.take(request.pointee.data, as: WriteRequest.self)
            unsafe request.deallocate()
            owner.stream.didWrite(owner.byteCount, status)
        }
        if status != 0 {
            _ = unsafe CReference.take(request.pointee.data, as: WriteRequest.self)
            unsafe request.deallocate()
        }
        return status
    }
}

extension uv_buf_t {
    /// libuv's struct has no const: on the way out it only reads.
    fileprivate init(reading bytes: UnsafeBufferPointer<UInt8>) {
        let base = unsafe UnsafeMutableRawPointer(mutating: bytes.baseAddress)
        unsafe self.init(base: base?.assumingMemoryBound(to: CChar.self), len: bytes.count)
    }

    fileprivate init(naming bytes: SharedBytes) {
        unsafe self = bytes.span.withUnsafeBufferPointer { unsafe uv_buf_t(reading: $0) }
    }
}

/// Drops the first `byteCount` bytes of what the list describes.
private func drop(
    _ byteCount: Int,
    from buffers: inout Slice<UnsafeMutableBufferPointer<uv_buf_t>>
) {
    var left = byteCount
    while let first = unsafe buffers.first, unsafe left >= first.len {
        left -= unsafe first.len
        unsafe buffers = buffers.dropFirst()
    }
    guard left > 0, let index = unsafe buffers.indices.first else { return }
    unsafe buffers[index].base += left
    unsafe buffers[index].len -= left
}
