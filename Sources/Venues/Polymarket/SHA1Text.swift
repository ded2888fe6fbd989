internal import Crypto

/// A SHA-1 digest as 40 lower-case hexadecimal digits.
enum SHA1Text {
    static func isValid(_ text: Span<UInt8>) -> Bool {
        guard text.count == SHA1.byteCount * 2 else { return false }
        for index in text.indices where value(of: text[index]) == nil { return false }
        return true
    }

    /// - Precondition: `text` is valid.
    static func digest(_ text: Span<UInt8>) -> InlineArray<20, UInt8> {
        var digest = InlineArray<20, UInt8>(repeating: 0)
        for index in digest.indices {
            guard let high = value(of: text[index * 2]), let low = value(of: text[index * 2 + 1])
            else { preconditionFailure("not a digest's text") }
            digest[index] = high << 4 | low
        }
        return digest
    }

    private static func value(of character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}

extension SHA1Hasher {
    mutating func update(_ literal: StaticString) {
        // The literal's bytes are constant and outlive the span.
        literal.withUTF8Buffer { bytes in
            update(unsafe Span(_unsafeElements: bytes))
        }
    }

    /// Whether what has been fed so far has this digest.
    consuming func gives(_ expected: InlineArray<20, UInt8>) -> Bool {
        let digest = finalize()
        for index in digest.indices where digest[index] != expected[index] { return false }
        return true
    }
}
