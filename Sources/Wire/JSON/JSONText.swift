/// What the strings of a JSON document say: their escapes taken out. `JSONWriter` puts them in.
public enum JSONText {
    /// What becomes of half a surrogate pair (`\ud800`), which is JSON but stands for no character.
    public enum LoneSurrogate: Sendable {
        /// The string is refused with `JSONError.Reason.loneSurrogate`.
        case refused
        /// U+FFFD stands in its place.
        case replaced
    }

    /// Whether `text`, the bytes of a key or string as they stand in a document, must be decoded
    /// before it is compared or shown.
    public static func hasEscapes(_ text: Span<UInt8>) -> Bool {
        for index in text.indices where text[index] == UInt8(ascii: "\\") { return true }
        return false
    }

    /// Appends the characters that `text` stands for, as UTF-8. Never more bytes than `text` has.
    ///
    /// - Parameter text: the bytes of a key or string token. Anything else is refused with the
    ///   reason that a reader would have given. Offsets in errors count from the beginning of
    ///   `text`.
    /// - Precondition: `output` has room for `text.count` bytes.
    public static func decode(
        _ text: Span<UInt8>,
        loneSurrogate: LoneSurrogate = .refused,
        into output: inout OutputSpan<UInt8>
    ) throws(JSONError) {
        var index = 0
        while index < text.count {
            let byte = text[index]
            guard byte == UInt8(ascii: "\\") else {
                output.append(byte)
                index += 1
                continue
            }
            guard index + 1 < text.count else { throw JSONError(.invalidEscape, at: index) }
            let letter = text[index + 1]
            if letter == UInt8(ascii: "u") {
                index = try decodeUnicode(text, at: index, loneSurrogate, into: &output)
            } else if let character = character(escapedAs: letter) {
                output.append(character)
                index += 2
            } else {
                throw JSONError(.invalidEscape, at: index)
            }
        }
    }

    /// Decodes the `\uXXXX`, or the pair of them, at `backslash` and gives the offset after it.
    private static func decodeUnicode(
        _ text: Span<UInt8>,
        at backslash: Int,
        _ loneSurrogate: LoneSurrogate,
        into output: inout OutputSpan<UInt8>
    ) throws(JSONError) -> Int {
        guard let unit = codeUnit(text, at: backslash) else {
            throw JSONError(.invalidUnicodeEscape, at: backslash + 1)
        }
        if let scalar = Unicode.Scalar(unit) {
            UTF8Text.append(scalar, to: &output)
            return backslash + 6
        }
        // A high surrogate and then a low one make one character (RFC 8259 section 7).
        if unit < 0xDC00, let low = codeUnit(text, at: backslash + 6), (0xDC00...0xDFFF) ~= low {
            let value = 0x1_0000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(low) - 0xDC00)
            if let scalar = Unicode.Scalar(value) {
                UTF8Text.append(scalar, to: &output)
                return backslash + 12
            }
        }
        switch loneSurrogate {
        case .refused:
            throw JSONError(.loneSurrogate, at: backslash)
        case .replaced:
            UTF8Text.append("\u{FFFD}", to: &output)
            return backslash + 6
        }
    }

    /// The number in a `\uXXXX` at `backslash`; `nil` when there is none.
    private static func codeUnit(_ text: Span<UInt8>, at backslash: Int) -> UInt16? {
        guard backslash + 6 <= text.count, text[backslash] == UInt8(ascii: "\\"),
            text[backslash + 1] == UInt8(ascii: "u")
        else { return nil }
        var unit: UInt16 = 0
        for index in (backslash + 2)..<(backslash + 6) {
            guard let digit = hexadecimalValue(of: text[index]) else { return nil }
            unit = unit << 4 | UInt16(digit)
        }
        return unit
    }

    private static func character(escapedAs letter: UInt8) -> UInt8? {
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): letter
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: nil
        }
    }

    static func hexadecimalValue(of character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
