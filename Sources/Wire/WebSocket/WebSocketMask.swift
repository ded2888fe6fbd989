/// Masking of client payloads (RFC 6455 section 5.3): the same operation masks and unmasks.
enum WebSocketMask {
    /// Combines `bytes[range]` in place with the mask.
    ///
    /// - Parameters:
    ///   - key: the four bytes of the key in the order sent, the first one lowest.
    ///   - offset: how many bytes of the payload come before the range.
    static func apply(
        _ key: UInt32,
        offset: Int,
        to bytes: inout MutableSpan<UInt8>,
        in range: Range<Int>
    ) {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
        let shift = UInt32(offset & 3) * 8
        let rotated = shift == 0 ? key : key >> shift | key << (32 - shift)
        let wide = (UInt64(rotated) | UInt64(rotated) << 32).littleEndian
        // Every access is inside `range`, which lies inside the span.
        unsafe bytes.withUnsafeMutableBytes { buffer in
            var index = range.lowerBound
            while index + 8 <= range.upperBound {
                let word = unsafe buffer.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                unsafe buffer.storeBytes(of: word ^ wide, toByteOffset: index, as: UInt64.self)
                index += 8
            }
            // Fewer than eight are left.
            var rest = UInt64(rotated) | UInt64(rotated) << 32
            while index < range.upperBound {
                unsafe buffer[index] ^= UInt8(truncatingIfNeeded: rest)
                rest >>= 8
                index += 1
            }
        }
    }
}
