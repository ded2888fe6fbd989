/// What every writer of text needs: whole pieces at once, with one check of the room.
extension OutputSpan where Element == UInt8 {
    /// Appends the literal's bytes.
    /// - Precondition: there is room.
    @inline(__always)
    @_lifetime(self: copy self)
    public mutating func append(literal: StaticString) {
        let count = literal.utf8CodeUnitCount
        precondition(count <= freeCapacity, "the text does not fit")
        // `withUTF8Buffer` lends `count` constant bytes, and that many fit after those written.
        unsafe withUnsafeMutableBufferPointer { buffer, written in
            guard let target = buffer.baseAddress else { return }
            literal.withUTF8Buffer { source in
                guard let start = source.baseAddress else { return }
                unsafe (target + written).initialize(from: start, count: count)
            }
            written += count
        }
    }

    /// Appends a copy of `bytes`.
    /// - Precondition: there is room.
    @inline(__always)
    @_lifetime(self: copy self)
    public mutating func append(copying bytes: Span<UInt8>) {
        let count = bytes.count
        precondition(count <= freeCapacity, "the bytes do not fit")
        // As above; the two never overlap, because one of them is exclusively ours.
        unsafe withUnsafeMutableBufferPointer { buffer, written in
            unsafe bytes.withUnsafeBufferPointer { source in
                guard let start = source.baseAddress, let target = buffer.baseAddress else {
                    return
                }
                unsafe (target + written).initialize(from: start, count: count)
            }
            written += count
        }
    }
}
