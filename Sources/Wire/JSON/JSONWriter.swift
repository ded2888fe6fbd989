/// JSON into bytes: what is not punctuation. Numbers are written by `DecimalText` and `DoubleText`,
/// punctuation and constant stretches as literals.
public enum JSONWriter {
    /// Bytes that a string of `byteCount` bytes takes at most: each as `\u00XX`, and the quotes.
    public static func stringByteCountMax(_ byteCount: Int) -> Int { byteCount * 6 + 2 }

    /// Appends `text`, which is UTF-8, as a string with its quotes, escaped as Python's
    /// `json.dumps(ensure_ascii=False)` does: quote, backslash, what is below 0x20, nothing else.
    ///
    /// - Precondition: there is room, at most `stringByteCountMax(text.count)` bytes.
    public static func append(string text: Span<UInt8>, to output: inout OutputSpan<UInt8>) {
        output.append(UInt8(ascii: "\""))
        for index in text.indices {
            let byte = text[index]
            if byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") {
                output.append(byte)
            } else {
                append(escaped: byte, to: &output)
            }
        }
        output.append(UInt8(ascii: "\""))
    }

    /// Appends `text` as a string, as above.
    public static func append(string text: Span<UInt8>, to buffer: inout ByteBuffer) {
        buffer.append(upTo: stringByteCountMax(text.count)) { output in
            append(string: text, to: &output)
        }
    }

    /// Appends `text` as a string, as above.
    public static func append(string text: String, to buffer: inout ByteBuffer) {
        append(string: Array(text.utf8).span, to: &buffer)
    }

    private static func append(escaped byte: UInt8, to output: inout OutputSpan<UInt8>) {
        switch byte {
        case UInt8(ascii: "\""): output.append(literal: #"\""#)
        case UInt8(ascii: "\\"): output.append(literal: #"\\"#)
        case 0x08: output.append(literal: #"\b"#)
        case 0x09: output.append(literal: #"\t"#)
        case 0x0A: output.append(literal: #"\n"#)
        case 0x0C: output.append(literal: #"\f"#)
        case 0x0D: output.append(literal: #"\r"#)
        default:
            output.append(literal: #"\u00"#)
            output.append(hexadecimalDigit(byte >> 4))
            output.append(hexadecimalDigit(byte & 0xF))
        }
    }

    private static func hexadecimalDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}
