/// A short text, written in place by a writer of text.
@safe struct WrittenText<let capacity: Int> {
    private var bytes = InlineArray<capacity, UInt8>(repeating: 0)
    private var count = 0

    /// - Precondition: `write` appends at most `capacity` bytes.
    init(_ write: (inout OutputSpan<UInt8>) -> Void) {
        var target = bytes.mutableSpan
        // The array's own bytes, of which the span counts those written.
        count = unsafe target.withUnsafeMutableBufferPointer { buffer in
            var output = unsafe OutputSpan(buffer: buffer, initializedCount: 0)
            write(&output)
            return unsafe output.finalize(for: buffer)
        }
    }

    var span: Span<UInt8> {
        @_lifetime(borrow self) get { bytes.span.extracting(0..<count) }
    }
}
