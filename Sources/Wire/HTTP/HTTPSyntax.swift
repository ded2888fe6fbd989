/// The character classes and comparisons of RFC 9110 and RFC 9112, on bytes.
enum HTTPSyntax {
    static let carriageReturn = UInt8(ascii: "\r")
    static let lineFeed = UInt8(ascii: "\n")

    /// `tchar` (RFC 9110 section 5.6.2): methods and field names consist of these.
    static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"),
            UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
            UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "_"),
            UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default:
            false
        }
    }

    /// Bytes a field value may hold (RFC 9110 section 5.5): visible, blank, tab, and 0x80 up.
    static func isFieldContent(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != 0x7F || byte == UInt8(ascii: "\t")
    }

    /// Bytes a request target may hold: visible ASCII (RFC 9112 section 3.2).
    static func isTarget(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7F
    }

    /// Bytes of `uri-host [":" port]` (RFC 3986 section 3.2.2): no blank, no `/`, `?`, `#`, `@`.
    static func isHost(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"),
            UInt8(ascii: "%"), UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: "&"),
            UInt8(ascii: "'"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "*"),
            UInt8(ascii: "+"), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "="),
            UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"):
            true
        default:
            false
        }
    }

    static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }

    /// Whether the bytes are exactly those of the literal.
    static func equal(_ bytes: Span<UInt8>, _ literal: StaticString) -> Bool {
        guard bytes.count == literal.utf8CodeUnitCount else { return false }
        return literal.withUTF8Buffer { text in
            // The counts are equal, so every index of `bytes` is one of `text`.
            for index in bytes.indices where unsafe bytes[index] != text[index] { return false }
            return true
        }
    }

    /// Whether the bytes are those of the literal, ASCII letters in either case.
    /// - Parameter literal: in lower case.
    static func equalIgnoringCase(_ bytes: Span<UInt8>, _ literal: StaticString) -> Bool {
        guard bytes.count == literal.utf8CodeUnitCount else { return false }
        return literal.withUTF8Buffer { text in
            // As in `equal`.
            for index in bytes.indices where unsafe lowercased(bytes[index]) != text[index] {
                return false
            }
            return true
        }
    }

    static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    /// `range` without the blanks and tabs at both ends.
    static func trimmed(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
        var lower = range.lowerBound
        var upper = range.upperBound
        while lower < upper && isBlank(bytes[lower]) { lower += 1 }
        while lower < upper && isBlank(bytes[upper - 1]) { upper -= 1 }
        return lower..<upper
    }

    /// Index of the first line feed at or after `start`; `nil` when there is none.
    static func lineFeedIndex(in bytes: Span<UInt8>, from start: Int) -> Int? {
        var index = start
        while index < bytes.count {
            if bytes[index] == lineFeed { return index }
            index += 1
        }
        return nil
    }

    /// Splits the field line `bytes[line]` (without its line end) into name and trimmed value.
    static func fieldLine(
        _ bytes: Span<UInt8>,
        _ line: Range<Int>
    ) throws(HTTPError) -> (name: Range<Int>, value: Range<Int>) {
        var colon = line.lowerBound
        // A fold or a blank before the colon ends the name too early and is refused with it:
        // readers disagree about both (RFC 9112 sections 5.1 and 5.2).
        while colon < line.upperBound && isToken(bytes[colon]) { colon += 1 }
        guard colon > line.lowerBound, colon < line.upperBound, bytes[colon] == UInt8(ascii: ":")
        else { throw .malformedField }
        let value = trimmed(bytes, (colon + 1)..<line.upperBound)
        for index in value where !isFieldContent(bytes[index]) { throw .malformedField }
        return (line.lowerBound..<colon, value)
    }
}
