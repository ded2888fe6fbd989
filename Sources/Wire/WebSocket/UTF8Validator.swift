/// Checks UTF-8 that arrives in pieces cut anywhere (RFC 3629 section 4: no overlong forms, no
/// surrogates, nothing above U+10FFFF), and says no at the first byte that cannot be right.
public struct UTF8Validator: Sendable {
    /// Continuation bytes that the character begun still needs.
    private var missing = 0
    /// The range the next continuation byte must lie in; narrower than 80…BF only after E0, ED, F0
    /// and F4.
    private var lower: UInt8 = 0x80
    private var upper: UInt8 = 0xBF

    public init() {}

    /// Whether the bytes so far do not end within a character.
    public var isComplete: Bool { missing == 0 }

    /// Takes the next bytes.
    ///
    /// - Returns: whether everything so far can begin a valid text. After `false` the validator is
    ///   spent.
    public mutating func accept(_ bytes: Span<UInt8>) -> Bool {
        var index = 0
        while index < bytes.count {
            if missing == 0 {
                index = Self.endOfASCII(in: bytes, from: index)
                if index == bytes.count { break }
            }
            guard accept(bytes[index]) else { return false }
            index += 1
        }
        return true
    }

    /// Where a run of ASCII that begins at `start` ends, or a few bytes before: whole words only.
    private static func endOfASCII(in bytes: Span<UInt8>, from start: Int) -> Int {
        // Reads only below `count`, and every bit pattern is a `UInt64`.
        unsafe bytes.withUnsafeBytes { buffer in
            let highBits: UInt64 = 0x8080_8080_8080_8080
            var index = start
            while index + 32 <= buffer.count {
                let words = unsafe buffer.loadUnaligned(
                    fromByteOffset: index,
                    as: SIMD4<UInt64>.self
                )
                if words & SIMD4(repeating: highBits) != .zero { break }
                index += 32
            }
            while index + 8 <= buffer.count {
                let word = unsafe buffer.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                if word & highBits != 0 { break }
                index += 8
            }
            return index
        }
    }

    private mutating func accept(_ byte: UInt8) -> Bool {
        if missing > 0 {
            guard byte >= lower && byte <= upper else { return false }
            missing -= 1
            lower = 0x80
            upper = 0xBF
            return true
        }
        switch byte {
        case 0x00...0x7F: break
        case 0xC2...0xDF: missing = 1
        case 0xE0...0xEF:
            missing = 2
            if byte == 0xE0 { lower = 0xA0 }
            if byte == 0xED { upper = 0x9F }
        case 0xF0...0xF4:
            missing = 3
            if byte == 0xF0 { lower = 0x90 }
            if byte == 0xF4 { upper = 0x8F }
        default: return false
        }
        return true
    }
}
