/// Reads a JSON document (RFC 8259) in place, token by token: no tree, no `String`, no allocation.
///
///     var reader = JSONReader(frame)
///     guard case .beginObject = try reader.next() else { ... }
///     while case .key(let name) = try reader.next() {
///         if reader.matches(name, "price") {
///             guard case .string(let text) = try reader.next() else { ... }
///             price = try DecimalText.parse(reader.bytes(text), decimals: 4)
///         } else {
///             try reader.skipValue()
///         }
///     }
///
/// Strict: every string is checked to be UTF-8, every escape to be one, and the grammar has no
/// lenient corner. What the reader does not judge: whether a name occurs twice, and whether an
/// escaped surrogate has its other half (`JSONText.decode` does).
///
/// What may come next:
///
/// ```
///   value ──┬─ scalar ─────────────────────────────► afterValue ── at depth 0: only the end
///           ├─ [ ─► firstValue ──┬─ ] ─────────────►    │
///           │                    └─ as value            ├─ , in an array ───► value
///           └─ { ─► firstKey ────┬─ } ─────────────►    ├─ , in an object ──► key : ─► value
///                                └─ key : ─► value      └─ ] or } ──────────► afterValue
/// ```
///
/// Once it has thrown, the document is refused: further calls are harmless and mean nothing.
public struct JSONReader: ~Copyable, ~Escapable {
    /// Arrays and objects that may be open at once.
    public static let depthMax = 64

    let document: Span<UInt8>
    let takesNonFinite: Bool
    /// The next byte to look at, at most the document's length.
    var position = 0
    private var expected = Expected.value
    /// Arrays and objects that are open.
    private var depth = 0
    /// A bit for every open container, the innermost lowest: set when it is an object.
    private var objects: UInt64 = 0

    private enum Expected {
        case value
        /// Directly after `{`.
        case firstKey
        /// Directly after `[`.
        case firstValue
        case afterValue
    }

    /// - Parameter takesNonFinite: whether `NaN`, `Infinity` and `-Infinity` are numbers, as they
    ///   are for Python's parser. They are not JSON.
    @_lifetime(copy document)
    public init(_ document: Span<UInt8>, takesNonFinite: Bool = false) {
        self.document = document
        self.takesNonFinite = takesNonFinite
    }

    /// Bytes read so far.
    public var offset: Int { position }

    /// The next token. After `.end` it is `.end` again.
    @_lifetime(self: copy self)
    public mutating func next() throws(JSONError) -> JSONToken {
        skipBlanks()
        switch expected {
        case .value:
            return try readValue()
        case .firstKey:
            if peek() == UInt8(ascii: "}") { return closeContainer(.endObject) }
            return try readKey()
        case .firstValue:
            if peek() == UInt8(ascii: "]") { return closeContainer(.endArray) }
            return try readValue()
        case .afterValue:
            return try readAfterValue()
        }
    }

    /// Reads one whole value, which is checked and forgotten. To be called where a value must come:
    /// after a key, or at the beginning.
    @_lifetime(self: copy self)
    public mutating func skipValue() throws(JSONError) {
        switch try next() {
        case .beginObject, .beginArray: try skipContainer()
        default: break
        }
    }

    /// Reads what is left of the innermost open array or object, its closing bracket included.
    @_lifetime(self: copy self)
    public mutating func skipContainer() throws(JSONError) {
        let target = depth - 1
        while depth > target && target >= 0 { _ = try next() }
    }

    /// The bytes of a token's range, as they stand in the document.
    @inline(__always)
    @_lifetime(copy self)
    public func bytes(_ range: Range<Int>) -> Span<UInt8> {
        document.extracting(range)
    }

    /// Whether the bytes of a range are those of `literal`. Compares what stands in the document:
    /// a name that is spelled with escapes matches nothing.
    @inline(__always)
    public func matches(_ range: Range<Int>, _ literal: StaticString) -> Bool {
        let count = literal.utf8CodeUnitCount
        guard range.count == count, range.upperBound <= document.count else { return false }
        let document = self.document
        return literal.withUTF8Buffer { expected in
            for index in 0..<count
            where unsafe expected[index] != document[range.lowerBound &+ index] {
                return false
            }
            return true
        }
    }

    // MARK: - Structure

    @_lifetime(self: copy self)
    private mutating func readValue() throws(JSONError) -> JSONToken {
        let byte = peek()
        switch byte {
        case UInt8(ascii: "\""):
            let text = try readString()
            expected = .afterValue
            return .string(text)
        case UInt8(ascii: "{"):
            try openContainer(isObject: true)
            expected = .firstKey
            return .beginObject
        case UInt8(ascii: "["):
            try openContainer(isObject: false)
            expected = .firstValue
            return .beginArray
        default:
            let token = try readScalar(startingWith: byte)
            expected = .afterValue
            return token
        }
    }

    /// Reads a name and the colon after it.
    @_lifetime(self: copy self)
    private mutating func readKey() throws(JSONError) -> JSONToken {
        guard peek() == UInt8(ascii: "\"") else {
            throw JSONError(.expectedKey, at: position)
        }
        let name = try readString()
        skipBlanks()
        guard peek() == UInt8(ascii: ":") else {
            throw JSONError(.expectedColon, at: position)
        }
        position &+= 1
        expected = .value
        return .key(name)
    }

    @_lifetime(self: copy self)
    private mutating func readAfterValue() throws(JSONError) -> JSONToken {
        guard depth > 0 else {
            guard position == document.count else { throw JSONError(.extraData, at: position) }
            return .end
        }
        let isObject = objects & 1 == 1
        let byte = peek()
        if byte == UInt8(ascii: ",") {
            position &+= 1
            skipBlanks()
            return isObject ? try readKey() : try readValue()
        }
        guard byte == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
            throw JSONError(.expectedComma, at: position)
        }
        return closeContainer(isObject ? .endObject : .endArray)
    }

    @_lifetime(self: copy self)
    private mutating func openContainer(isObject: Bool) throws(JSONError) {
        guard depth < Self.depthMax else { throw JSONError(.tooDeep, at: position) }
        depth &+= 1
        objects = objects << 1 | (isObject ? 1 : 0)
        position &+= 1
    }

    @_lifetime(self: copy self)
    private mutating func closeContainer(_ token: JSONToken) -> JSONToken {
        depth &-= 1
        objects >>= 1
        position &+= 1
        expected = .afterValue
        return token
    }

    /// The byte at `position`; 0, which begins nothing in JSON, at the end of the document.
    @inline(__always)
    func peek() -> UInt8 {
        // `position` is never negative.
        position < document.count ? unsafe document[unchecked: position] : 0
    }

    /// Blank, tab, line feed, carriage return (RFC 8259 section 2).
    @inline(__always)
    @_lifetime(self: copy self)
    private mutating func skipBlanks() {
        while position < document.count {
            // Inside the document, as the line above says.
            let byte = unsafe document[unchecked: position]
            guard byte <= 0x20, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else {
                return
            }
            position &+= 1
        }
    }
}
