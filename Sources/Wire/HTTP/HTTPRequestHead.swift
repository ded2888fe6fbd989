/// The head of a request: owns its bytes, gives its parts as spans of them.
public struct HTTPRequestHead: Sendable {
    /// How the end of the body is known (RFC 9112 section 6.3).
    public enum BodyLength: Equatable, Sendable {
        /// No body.
        case none
        /// As many bytes as `Content-Length` says, at least one.
        case fixed(Int)
        /// The last chunk ends it.
        case chunked
    }

    /// Where a field line's name and value lie in `bytes`.
    struct Field: Sendable {
        let name: Range<Int>
        let value: Range<Int>
    }

    public let method: HTTPMethod
    /// What the request is served as.
    public let version: HTTPVersion
    /// How the body's end is known.
    public let bodyLength: BodyLength
    /// Request line, field lines and empty line, as received.
    private let bytes: SharedBytes
    private let methodRange: Range<Int>
    private let targetRange: Range<Int>
    private let fields: [Field]

    init(
        bytes: SharedBytes,
        method: Range<Int>,
        target: Range<Int>,
        version: HTTPVersion,
        fields: [Field],
        bodyLength: BodyLength
    ) {
        self.bytes = bytes
        self.method = HTTPMethod(bytes.span.extracting(method))
        self.version = version
        self.bodyLength = bodyLength
        methodRange = method
        targetRange = target
        self.fields = fields
    }

    /// The method as it was spelled.
    public var methodText: Span<UInt8> {
        @_lifetime(borrow self)
        get { part(methodRange) }
    }

    /// The request target as received: visible ASCII, not decoded, any of the four forms of RFC 9112
    /// section 3.2.
    public var target: Span<UInt8> {
        @_lifetime(borrow self)
        get { part(targetRange) }
    }

    /// The target up to the first `?`, not percent-decoded.
    public var path: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            let target = part(targetRange)
            var end = 0
            while end < target.count && target[end] != UInt8(ascii: "?") { end += 1 }
            return part(targetRange.lowerBound..<(targetRange.lowerBound + end))
        }
    }

    /// The value of the first field of this name, without the blanks round it; `nil` if there is none.
    /// - Parameter name: in lower case.
    @_lifetime(borrow self)
    public func value(of name: StaticString) -> Span<UInt8>? {
        guard let index = firstIndex(of: name, from: 0) else { return nil }
        return part(fields[index].value)
    }

    /// How many field lines have this name.
    /// - Parameter name: in lower case.
    public func count(of name: StaticString) -> Int {
        var count = 0
        var index = 0
        while let found = firstIndex(of: name, from: index) {
            count += 1
            index = found + 1
        }
        return count
    }

    /// The first value of this name as text, bytes that are no UTF-8 replaced. For what is not hot.
    /// - Parameter name: in lower case.
    public func text(of name: StaticString) -> String? {
        guard let value = value(of: name) else { return nil }
        return Self.text(value)
    }

    /// The target as text. For what is not hot.
    public var targetText: String { Self.text(part(targetRange)) }

    /// Whether a comma-separated field holds this token, in either case, on any of its lines (RFC
    /// 9110 section 5.6.1).
    /// - Parameters:
    ///   - token: in lower case.
    ///   - name: in lower case.
    public func has(_ token: StaticString, in name: StaticString) -> Bool {
        let bytes = bytes.span
        var index = 0
        while let found = firstIndex(of: name, from: index) {
            let value = fields[found].value
            var start = value.lowerBound
            while start <= value.upperBound {
                var end = start
                while end < value.upperBound && bytes[end] != UInt8(ascii: ",") { end += 1 }
                let element = HTTPSyntax.trimmed(bytes, start..<end)
                if HTTPSyntax.equalIgnoringCase(bytes.extracting(element), token) { return true }
                start = end + 1
            }
            index = found + 1
        }
        return false
    }

    /// Whether the client may send another request on this connection. HTTP/1.0 never keeps it: a
    /// keep-alive asked for there is not granted.
    public var keepsAlive: Bool {
        version == .http1_1 && !has("close", in: "connection")
    }

    /// Whether the client waits for `100 Continue` before it sends the body (RFC 9110 section
    /// 10.1.1). Other expectations are ignored.
    public var expectsContinue: Bool {
        version == .http1_1 && bodyLength != .none && has("100-continue", in: "expect")
    }

    private func firstIndex(of name: StaticString, from start: Int) -> Int? {
        let bytes = bytes.span
        var index = start
        while index < fields.count {
            if HTTPSyntax.equalIgnoringCase(bytes.extracting(fields[index].name), name) {
                return index
            }
            index += 1
        }
        return nil
    }

    @_lifetime(borrow self)
    private func part(_ range: Range<Int>) -> Span<UInt8> {
        bytes.span.extracting(range)
    }

    private static func text(_ bytes: Span<UInt8>) -> String {
        var copy: [UInt8] = []
        copy.reserveCapacity(bytes.count)
        for index in bytes.indices { copy.append(bytes[index]) }
        return String(decoding: copy, as: UTF8.self)
    }
}
