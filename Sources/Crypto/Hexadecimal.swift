/// Bytes as hexadecimal digits, two for each, both ways.
public enum Hexadecimal {
    /// Appends the digits of `bytes`, lower case, without a prefix.
    /// - Precondition: there is room for `bytes.count * 2` bytes.
    public static func append(_ bytes: Span<UInt8>, to output: inout OutputSpan<UInt8>) {
        for index in bytes.indices {
            output.append(digit(bytes[index] >> 4))
            output.append(digit(bytes[index] & 0xF))
        }
    }

    /// Writes the bytes that `text` stands for, in either case, into `bytes`.
    ///
    /// - Returns: whether `text` is `bytes.count * 2` digits and nothing else. If it is not, what
    ///   `bytes` holds means nothing.
    static func decode(_ text: Span<UInt8>, into bytes: inout MutableSpan<UInt8>) -> Bool {
        guard text.count == bytes.count * 2 else { return false }
        for index in bytes.indices {
            guard let high = value(of: text[index * 2]), let low = value(of: text[index * 2 + 1])
            else { return false }
            bytes[index] = high << 4 | low
        }
        return true
    }

    /// Whether `0x` stands in front.
    static func hasPrefix(_ text: Span<UInt8>) -> Bool {
        text.count >= 2 && text[0] == UInt8(ascii: "0") && text[1] == UInt8(ascii: "x")
    }

    static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    private static func value(of character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
