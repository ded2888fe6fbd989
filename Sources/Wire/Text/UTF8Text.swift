/// UTF-8 as RFC 3629 has it: shortest form only, no surrogates, nothing above U+10FFFF.
public enum UTF8Text {
    /// Bytes of the scalar that begins at `index`; 0 when none does.
    /// - Precondition: `index` is inside `text`.
    public static func scalarLength(in text: Span<UInt8>, at index: Int) -> Int {
        let first = text[index]
        if first < 0x80 { return 1 }
        // RFC 3629 section 4: what may be second depends on the first; the others are 80...BF.
        let length: Int
        let second: ClosedRange<UInt8>
        switch first {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xE1...0xEC, 0xEE...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: return 0
        }
        guard length <= text.count - index, second.contains(text[index + 1]) else { return 0 }
        for offset in 2..<max(length, 2) where text[index + offset] & 0xC0 != 0x80 { return 0 }
        return length
    }

    /// Whether all of `text` is UTF-8.
    public static func isValid(_ text: Span<UInt8>) -> Bool {
        var index = 0
        while index < text.count {
            let length = scalarLength(in: text, at: index)
            guard length > 0 else { return false }
            index += length
        }
        return true
    }

    /// Characters (Unicode scalars) in `text`, which is UTF-8.
    public static func scalarCount(of text: Span<UInt8>) -> Int {
        var count = 0
        for index in text.indices where text[index] & 0xC0 != 0x80 { count += 1 }
        return count
    }

    /// Appends the UTF-8 of a scalar.
    /// - Precondition: there is room, at most four bytes.
    public static func append(_ scalar: Unicode.Scalar, to output: inout OutputSpan<UInt8>) {
        let value = scalar.value
        switch value {
        case 0..<0x80:
            output.append(UInt8(truncatingIfNeeded: value))
        case 0x80..<0x800:
            output.append(0xC0 | UInt8(truncatingIfNeeded: value >> 6))
            output.append(continuation(value))
        case 0x800..<0x1_0000:
            output.append(0xE0 | UInt8(truncatingIfNeeded: value >> 12))
            output.append(continuation(value >> 6))
            output.append(continuation(value))
        default:
            output.append(0xF0 | UInt8(truncatingIfNeeded: value >> 18))
            output.append(continuation(value >> 12))
            output.append(continuation(value >> 6))
            output.append(continuation(value))
        }
    }

    private static func continuation(_ bits: UInt32) -> UInt8 {
        0x80 | UInt8(truncatingIfNeeded: bits & 0x3F)
    }
}
