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
        // Any bytes may be read as raw memory.
        let raw = unsafe bytes.bytes
        var index = 0
        while index < bytes.count {
            if missing == 0 && index + 8 <= bytes.count {
                // The eight bytes from `index` were just checked to be there, and every bit pattern
                // is a `UInt64`.
                let word = unsafe raw.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
                if word & 0x8080_8080_8080_8080 == 0 {
                    index += 8
                    continue
                }
            }
            guard accept(bytes[index]) else { return false }
            index += 1
        }
        return true
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
