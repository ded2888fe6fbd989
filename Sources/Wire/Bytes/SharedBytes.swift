/// Bytes written once and then only read: a frame that a thousand clients share, an HTTP answer.
/// Freed when the last holder lets go, which is when the last write of it has completed.
///
/// Sendable because nothing can change after `init`: the memory is filled by the initializer's
/// closure, before any second reference exists, and there is no mutating call.
@safe public final class SharedBytes: Sendable {
    /// A pointer says nothing of threads; this memory is written before anyone else can see it, and
    /// from then on only read, until `deinit`, which has no other holder.
    private nonisolated(unsafe) let storage: UnsafeMutableBufferPointer<UInt8>

    /// How many bytes there are.
    public let count: Int

    /// Room for `capacity` bytes, filled by `fill`, which may write fewer.
    public init<Failure: Error>(
        capacity: Int,
        _ fill: (inout OutputSpan<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        // Freshly allocated and visible to nobody else: `fill` sees it only through a span that
        // checks every write.
        let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: capacity)
        var output = unsafe OutputSpan(buffer: memory, initializedCount: 0)
        do {
            try fill(&output)
        } catch {
            output.removeAll()
            unsafe memory.deallocate()
            throw error
        }
        count = unsafe output.finalize(for: memory)
        unsafe storage = memory
    }

    /// A copy of `bytes`.
    public convenience init(copying bytes: Span<UInt8>) {
        self.init(capacity: bytes.count) { output in
            output.append(copying: bytes)
        }
    }

    /// A copy of the text's UTF-8.
    public convenience init(_ text: String) {
        let bytes = Array(text.utf8)
        self.init(copying: bytes.span)
    }

    deinit { unsafe storage.deallocate() }

    /// The bytes, for as long as this object lives.
    public var span: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            // `storage` holds `count` initialized bytes until `deinit`.
            let bytes = unsafe Span(
                _unsafeElements: UnsafeBufferPointer(rebasing: storage[..<count])
            )
            return unsafe _overrideLifetime(bytes, borrowing: self)
        }
    }
}
