internal import CUV
public import Wire

// The way out. A write goes straight to the socket when nothing is queued (one system call, no
// allocation). What the socket does not take is queued as one libuv request, which holds the
// bytes themselves, not a copy, until the socket has taken the last of them.

extension TCPStream {
    /// Writes all of `bytes`, now or as the peer takes them, after everything written before.
    /// Ignored after `close()`, after `shutdown()` and before the connection is there.
    public func write(_ bytes: SharedBytes) {
        write(.one(bytes), totalBytes: bytes.count, pieces: 1)
    }

    /// Writes the pieces one after the other, as one `write` would: with one system call.
    public func write(_ batch: [SharedBytes]) {
        var total = 0
        for bytes in batch { total += bytes.count }
        write(.many(batch), totalBytes: total, pieces: batch.count)
    }

    /// Writes bytes that the caller keeps. Only what the socket does not take at once is copied.
    public func write(copying bytes: Span<UInt8>) {
        guard isOpen, !isWriteEnded, !bytes.isEmpty, let stream = unsafe stream else { return }
        var taken = 0
        if backlogBytes == 0 {
            // libuv does not keep the pointer beyond the call, and only reads through it.
            let status = unsafe bytes.withUnsafeBufferPointer { bytes in
                var buffer = unsafe uv_buf_t(reading: bytes)
                return unsafe uv_try_write(stream, &buffer, 1)
            }
            guard let count = accepted(status) else { return }
            taken = count
        }
        guard taken < bytes.count else { return }
        let rest = SharedBytes(copying: bytes.extracting(taken..<bytes.count))
        write(.one(rest), totalBytes: rest.count, pieces: 1, isRest: true)
    }

    /// - Parameter isRest: the socket has just refused these bytes, so they are queued at once.
    private func write(
        _ payload: WriteRequest.Payload,
        totalBytes: Int,
        pieces: Int,
        isRest: Bool = false
    ) {
        guard isOpen, !isWriteEnded, totalBytes > 0, let stream = unsafe stream else { return }
        unsafe withUnsafeTemporaryAllocation(of: uv_buf_t.self, capacity: pieces) { buffers in
            unsafe payload.describe(into: buffers)
            var rest = unsafe buffers[...]
            if backlogBytes == 0 && !isRest {
                let list = unsafe UnsafeMutableBufferPointer(rebasing: rest)
                let status = unsafe uv_try_write(stream, list.baseAddress, UInt32(list.count))
                guard let taken = accepted(status) else { return }
                if taken == totalBytes { return }
                unsafe drop(taken, from: &rest)
            }
            unsafe queue(payload, rest, on: stream)
        }
    }

    /// How much of a uv_try_write the socket took; `nil` when the stream has failed.
    private func accepted(_ status: Int32) -> Int? {
        if status >= 0 { return Int(status) }
        if status == UV_EAGAIN.rawValue { return 0 }
        fail(SystemError(code: status, attempt: "write to \(peer)"))
        return nil
    }

    private func queue(
        _ payload: WriteRequest.Payload,
        _ buffers: Slice<UnsafeMutableBufferPointer<uv_buf_t>>,
        on stream: UnsafeMutablePointer<uv_stream_t>
    ) {
        let list = unsafe UnsafeMutableBufferPointer(rebasing: buffers)
        var byteCount = 0
        for index in list.indices { byteCount += unsafe list[index].len }
        let request = WriteRequest(stream: self, payload: payload, byteCount: byteCount)
        // libuv copies the list of buffers; the bytes they name belong to the payload, which the
        // request holds.
        let status = unsafe request.start { request, callback in
            unsafe uv_write(request, stream, list.baseAddress, UInt32(list.count), callback)
        }
        if status == 0 {
            backlogBytes += byteCount
        } else {
            fail(SystemError(code: status, attempt: "write to \(peer)"))
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

        /// Describes each piece to libuv. The descriptions are good while the payload is held:
        /// the memory of a `SharedBytes` stays where it is until its last reference goes.
        func describe(into buffers: UnsafeMutableBufferPointer<uv_buf_t>) {
            switch self {
            case .one(let bytes):
                unsafe buffers.initializeElement(at: 0, to: uv_buf_t(naming: bytes))
            case .many(let batch):
                for index in batch.indices {
                    unsafe buffers.initializeElement(at: index, to: uv_buf_t(naming: batch[index]))
                }
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
