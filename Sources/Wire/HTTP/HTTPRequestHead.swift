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

    public let method: HTTPMethod
    /// What the request is served as.
    public let version: HTTPVersion
    /// How the body's end is known.
    public let bodyLength: BodyLength
    private let methodRange: Range<Int>
    private let targetRange: Range<Int>
    /// Request line, field lines and empty line, as received.
    private let fields: HTTPFields

    init(
        bytes: SharedBytes,
        method: Range<Int>,
        target: Range<Int>,
        version: HTTPVersion,
        fields: [HTTPFields.Line],
        bodyLength: BodyLength
    ) {
        self.method = HTTPMethod(bytes.span.extracting(method))
        self.version = version
        self.bodyLength = bodyLength
        methodRange = method
        targetRange = target
        self.fields = HTTPFields(bytes: bytes, lines: fields)
    }

    /// The method as it was spelled.
    public var methodText: Span<UInt8> {
        @_lifetime(borrow self)
        get { fields.part(methodRange) }
    }

    /// The request target as received: visible ASCII, not decoded, any of the four forms of RFC 9112
    /// section 3.2.
    public var target: Span<UInt8> {
        @_lifetime(borrow self)
        get { fields.part(targetRange) }
    }

    /// The target up to the first `?`, not percent-decoded.
    public var path: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            let target = fields.part(targetRange)
            var end = 0
            while end < target.count && target[end] != UInt8(ascii: "?") { end += 1 }
            return fields.part(targetRange.lowerBound..<(targetRange.lowerBound + end))
        }
    }

    /// The value of the first field of this name, without the blanks round it; `nil` if there is none.
    /// - Parameter name: in lower case.
    @_lifetime(borrow self)
    public func value(of name: StaticString) -> Span<UInt8>? { fields.value(of: name) }

    /// How many field lines have this name.
    /// - Parameter name: in lower case.
    public func count(of name: StaticString) -> Int { fields.count(of: name) }

    /// The first value of this name as text, bytes that are no UTF-8 replaced. For what is not hot.
    /// - Parameter name: in lower case.
    public func text(of name: StaticString) -> String? { fields.text(of: name) }

    /// The target as text. For what is not hot.
    public var targetText: String { HTTPFields.text(target) }

    /// Whether a comma-separated field holds this token, in either case, on any of its lines (RFC
    /// 9110 section 5.6.1).
    /// - Parameters:
    ///   - token: in lower case.
    ///   - name: in lower case.
    public func has(_ token: StaticString, in name: StaticString) -> Bool {
        fields.has(token, in: name)
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
}
