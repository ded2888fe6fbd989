/// The head of a response: owns its bytes, gives its parts as spans of them.
public struct HTTPResponseHead: Sendable {
    /// How the end of the body is known (RFC 9112 section 6.3).
    public enum BodyLength: Equatable, Sendable {
        /// No body, whatever the fields say.
        case none
        /// As many bytes as `Content-Length` says, at least one.
        case fixed(Int)
        /// The last chunk ends it.
        case chunked
        /// The end of the connection ends it, if that is a clean one.
        case untilEnd
    }

    public let status: HTTPStatus
    /// What the response is read as.
    public let version: HTTPVersion
    /// How the body's end is known.
    public let bodyLength: BodyLength
    private let fields: HTTPFields

    init(status: HTTPStatus, version: HTTPVersion, bodyLength: BodyLength, fields: HTTPFields) {
        self.status = status
        self.version = version
        self.bodyLength = bodyLength
        self.fields = fields
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

    /// Whether a comma-separated field holds this token, in either case, on any of its lines.
    /// - Parameters:
    ///   - token: in lower case.
    ///   - name: in lower case.
    public func has(_ token: StaticString, in name: StaticString) -> Bool {
        fields.has(token, in: name)
    }

    /// Whether another request may be sent on this connection (RFC 9112 section 9.3). HTTP/1.0 never
    /// keeps it: we do not ask for that.
    public var keepsAlive: Bool {
        version == .http1_1 && bodyLength != .untilEnd && !has("close", in: "connection")
    }

    /// When to come back, if the server said so (RFC 9110 section 10.2.3); `nil` without the field
    /// and when it makes no sense.
    public var retryAfter: HTTPRetryAfter? {
        guard let value = value(of: "retry-after") else { return nil }
        return HTTPRetryAfter(value)
    }
}
