/// Base64 with the alphabet that URLs and file names allow (RFC 4648 section 5).
public enum Base64URL {
    private static let alphabet: InlineArray<64, UInt8> = {
        var alphabet = InlineArray<64, UInt8>(repeating: 0)
        for (index, character) in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
            .utf8.enumerated()
        {
            alphabet[index] = character
        }
        return alphabet
    }()

    /// Bytes of the text of `byteCount` bytes, padding included.
    public static func textByteCount(_ byteCount: Int) -> Int { (byteCount + 2) / 3 * 4 }

    /// Appends the text of `bytes`, with padding.
    /// - Precondition: there is room for `textByteCount(bytes.count)` bytes.
    public static func append(_ bytes: Span<UInt8>, to output: inout OutputSpan<UInt8>) {
        var index = 0
        while index < bytes.count {
            let left = bytes.count - index
            let first = UInt32(bytes[index])
            let second = left > 1 ? UInt32(bytes[index + 1]) : 0
            let third = left > 2 ? UInt32(bytes[index + 2]) : 0
            let group = first << 16 | second << 8 | third
            output.append(alphabet[Int(group >> 18)])
            output.append(alphabet[Int(group >> 12 & 63)])
            output.append(left > 1 ? alphabet[Int(group >> 6 & 63)] : UInt8(ascii: "="))
            output.append(left > 2 ? alphabet[Int(group & 63)] : UInt8(ascii: "="))
            index += 3
        }
    }

    /// Appends the bytes that `text` stands for, and says whether it stands for any.
    ///
    /// Takes what the venue's own clients take in a secret: `+` and `/` for `-` and `_`, padding
    /// left out, and unused bits of any value in the last character. If the text is refused, what
    /// has been appended means nothing.
    /// - Precondition: there is room for `text.count / 4 * 3 + 3` bytes.
    static func decode(_ text: Span<UInt8>, into output: inout OutputSpan<UInt8>) -> Bool {
        var count = text.count
        while count > 0 && text.count - count < 2 && text[count - 1] == UInt8(ascii: "=") {
            count -= 1
        }
        // Padding completes a group of four; one character alone is no byte.
        guard count == text.count || text.count % 4 == 0, count % 4 != 1 else { return false }
        var group: UInt32 = 0
        for index in 0..<count {
            guard let value = value(of: text[index]) else { return false }
            group = group << 6 | value
            // Every character but a group's first completes a byte.
            let bits = UInt32(index % 4)
            if bits > 0 {
                output.append(UInt8(truncatingIfNeeded: group >> (6 - 2 * bits)))
            }
        }
        return true
    }

    /// The secret that `text` stands for; `nil` when it is none, or longer than a `SecretBytes`.
    public static func decodeSecret(_ text: Span<UInt8>) -> SecretBytes? {
        guard text.count <= SecretBytes.byteCountMax else { return nil }
        // Room for the longest text, on the stack: decoded, copied, wiped.
        var bytes = InlineArray<4_096, UInt8>(repeating: 0)
        var count = 0
        var target = bytes.mutableSpan
        let isSecret = unsafe target.withUnsafeMutableBufferPointer { buffer in
            // The array's own bytes, of which the span counts those written.
            var output = unsafe OutputSpan(buffer: buffer, initializedCount: 0)
            let isSecret = decode(text, into: &output)
            count = unsafe output.finalize(for: buffer)
            return isSecret
        }
        let secret = isSecret ? SecretBytes(copying: bytes.span.extracting(0..<count)) : nil
        var rest = bytes.mutableSpan
        wipe(&rest)
        return secret
    }

    private static func value(of character: UInt8) -> UInt32? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character) - 65
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character) - 97 + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character) - 48 + 52
        case UInt8(ascii: "-"), UInt8(ascii: "+"): 62
        case UInt8(ascii: "_"), UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
