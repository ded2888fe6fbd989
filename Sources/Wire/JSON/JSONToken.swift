/// One step of a `JSONReader` through a document.
///
/// The ranges are offsets in the document; `JSONReader.bytes(_:)` gives what lies there. A key's or
/// string's range leaves out the quotes and still has its escapes.
public enum JSONToken: Equatable, Sendable {
    case beginObject
    case endObject
    case beginArray
    case endArray
    /// A member's name. The colon after it has been read; the member's value comes next.
    case key(Range<Int>)
    case string(Range<Int>)
    /// Digits as RFC 8259 section 6 has them (or `NaN`, `Infinity`, `-Infinity` where the reader
    /// was told to take them).
    case number(Range<Int>)
    case `true`
    case `false`
    case null
    /// The document was one whole value, and nothing but blanks follows it.
    case end
}

/// Why a document is not JSON, and where.
public struct JSONError: Error, Equatable, Sendable {
    public enum Reason: Equatable, Sendable {
        /// A value had to begin at the offset and does not; also a number without digits.
        case expectedValue
        /// A name in double quotes had to begin at the offset.
        case expectedKey
        /// The colon after a name had to stand at the offset.
        case expectedColon
        /// A comma or the end of the array or object had to stand at the offset.
        case expectedComma
        /// The document ended before the offset and something follows it.
        case extraData
        /// A byte below 0x20 stands in a string at the offset (RFC 8259 section 7).
        case controlCharacter
        /// The string whose opening quote is at the offset does not end.
        case unterminatedString
        /// The backslash at the offset begins no escape.
        case invalidEscape
        /// Fewer than four hexadecimal digits follow the `u` at the offset.
        case invalidUnicodeEscape
        /// The string is not UTF-8 at the offset (RFC 3629).
        case invalidUTF8
        /// The bracket at the offset opens one level more than `JSONReader.depthMax`.
        case tooDeep
        /// The escape whose backslash is at the offset is half a surrogate pair: well-formed JSON,
        /// but no text. Only `JSONText.decode` says so.
        case loneSurrogate
    }

    public var reason: Reason
    /// Counted in bytes from the beginning of the document.
    public var offset: Int

    public init(_ reason: Reason, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }
}
