/// A growable queue of bytes: what came from a socket and is not yet decoded, or what is being
/// written. Append at the end, consume at the front; the bytes are always one contiguous span.
@safe public struct ByteBuffer: ~Copyable {
    private var storage: UnsafeMutableBufferPointer<UInt8>
    /// Bytes allocated.
    private var capacity: Int
    private var start = 0
    private var end = 0

    /// - Parameter capacity: bytes set aside at once; the buffer grows beyond it by doubling.
    ///   Whoever feeds bytes from outside puts the limit on it.
    public init(capacity: Int = 1_024) {
        self.capacity = max(capacity, 16)
        unsafe storage = .allocate(capacity: self.capacity)
    }

    deinit { unsafe storage.deallocate() }

    /// Bytes appended and not yet consumed.
    public var count: Int { end - start }
    public var isEmpty: Bool { end == start }

    /// The bytes appended and not yet consumed.
    public var span: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            // `start..<end` is initialized and inside the allocation; nothing mutates while the
            // span borrows `self`.
            let bytes = unsafe Span(
                _unsafeElements: UnsafeBufferPointer(rebasing: storage[start..<end])
            )
            return unsafe _overrideLifetime(bytes, borrowing: self)
        }
    }

    /// The same bytes, to be changed in place (unmasking).
    public var mutableSpan: MutableSpan<UInt8> {
        @_lifetime(&self)
        mutating get {
            // As for `span`, and exclusive because it borrows `self` mutably.
            let bytes = unsafe MutableSpan(
                _unsafeElements: UnsafeMutableBufferPointer(rebasing: storage[start..<end])
            )
            return unsafe _overrideLifetime(bytes, mutating: &self)
        }
    }

    /// Appends a copy of `bytes`.
    public mutating func append(_ bytes: Span<UInt8>) {
        guard !bytes.isEmpty else { return }
        reserve(bytes.count)
        // `reserve` made room for `bytes.count` bytes after `end`; the two never overlap because
        // `bytes` would have to borrow `self`.
        unsafe bytes.withUnsafeBufferPointer { source in
            guard let base = source.baseAddress, let target = unsafe storage.baseAddress else {
                return
            }
            unsafe (target + end).update(from: base, count: source.count)
        }
        end += bytes.count
    }

    /// Appends one byte.
    public mutating func append(_ byte: UInt8) {
        reserve(1)
        unsafe storage[end] = byte
        end += 1
    }

    /// Appends the ASCII text of a literal.
    public mutating func append(_ text: StaticString) {
        reserve(text.utf8CodeUnitCount)
        // A `StaticString` points at `utf8CodeUnitCount` constant bytes.
        text.withUTF8Buffer { source in
            for index in source.indices { unsafe storage[end + index] = source[index] }
        }
        end += text.utf8CodeUnitCount
    }

    /// Lets `write` append up to `capacity` bytes in place.
    public mutating func append<Failure: Error>(
        upTo capacity: Int,
        _ write: (inout OutputSpan<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        reserve(capacity)
        // The region after `end` is inside the allocation and seen by nobody else.
        let region = unsafe UnsafeMutableBufferPointer(rebasing: storage[end..<(end + capacity)])
        var output = unsafe OutputSpan(buffer: region, initializedCount: 0)
        try write(&output)
        end += unsafe output.finalize(for: region)
    }

    /// Forgets the first `byteCount` bytes.
    /// - Precondition: there are that many.
    public mutating func consume(_ byteCount: Int) {
        precondition(byteCount >= 0 && byteCount <= count, "consumed more than there is")
        start += byteCount
        if start == end {
            start = 0
            end = 0
        }
    }

    /// Forgets everything and keeps the memory.
    public mutating func removeAll() {
        start = 0
        end = 0
    }

    /// Copies what is left to the front of `target`, which has room for it and does not overlap it.
    private func move(to target: UnsafeMutableBufferPointer<UInt8>) {
        guard let source = unsafe storage.baseAddress, let front = target.baseAddress else {
            return
        }
        unsafe front.update(from: source + start, count: count)
    }

    /// Makes room for `byteCount` bytes after `end`: moves what is left to the front, or doubles.
    private mutating func reserve(_ byteCount: Int) {
        if end + byteCount <= capacity { return }
        let live = count
        if live + byteCount <= capacity && start >= live {
            // Fits after moving to the front, and the two regions do not overlap.
            unsafe move(to: storage)
        } else {
            capacity *= 2
            while capacity < live + byteCount { capacity *= 2 }
            let larger = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: capacity)
            unsafe move(to: larger)
            unsafe storage.deallocate()
            unsafe storage = larger
        }
        start = 0
        end = live
    }
}
