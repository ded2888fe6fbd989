extension ByteBuffer {
    /// Gives memory back after a burst: ten thousand connections shall not each keep what one large
    /// read needed.
    ///
    /// Costs a copy of at most `retainedByteCount` bytes, and that only after more than as many were
    /// received.
    ///
    /// - Parameters:
    ///   - peak: the most bytes held at a time since the last giving back.
    ///   - retainedByteCount: what may be kept.
    mutating func giveBack(peak: inout Int, above retainedByteCount: Int) {
        guard peak > retainedByteCount, count <= retainedByteCount else { return }
        var smaller = ByteBuffer(capacity: count)
        smaller.append(span)
        swap(&self, &smaller)
        peak = count
    }
}
