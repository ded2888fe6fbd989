/// Writes requests of HTTP/1.1 (RFC 9112 section 3), one after the other, into one buffer that is
/// kept: after the first few nothing is allocated.
///
/// ```
/// begin(method, host, target) ──► add(name, value)… ──► finish(body) ──► bytes
/// ```
///
/// Nothing that comes from outside can begin a line of its own: a host, a target or a value that
/// holds another byte than the grammar allows is refused, and the writer has to begin again.
public struct HTTPRequestWriter: ~Copyable {
    /// Why a request cannot be written.
    public enum Failure: Error, Equatable, Sendable {
        /// The host is empty or holds a byte that no host may hold (RFC 3986 section 3.2.2).
        case malformedHost
        /// The target does not begin with `/`, or holds a byte that is not visible ASCII.
        case malformedTarget
        /// A value that holds a line end or another control character (RFC 9110 section 5.5).
        case malformedValue
    }

    private enum State {
        case idle, fields, finished
    }

    private var buffer = ByteBuffer()
    private var state = State.idle
    /// Of the request that was begun last.
    public private(set) var method = HTTPMethod.get

    public init() {}

    /// Begins a request; what was written before is forgotten.
    ///
    /// - Parameters:
    ///   - method: any but `.other`.
    ///   - host: the value of `Host`, with the port unless it is the scheme's own.
    ///   - target: path and query (origin form).
    public mutating func begin(
        _ method: HTTPMethod,
        host: Span<UInt8>,
        target: Span<UInt8>
    ) throws(Failure) {
        buffer.removeAll()
        state = .idle
        guard !host.isEmpty else { throw .malformedHost }
        for index in host.indices where !HTTPSyntax.isHost(host[index]) { throw .malformedHost }
        guard !target.isEmpty, target[0] == UInt8(ascii: "/") else { throw .malformedTarget }
        for index in target.indices where !HTTPSyntax.isTarget(target[index]) {
            throw .malformedTarget
        }
        self.method = method
        buffer.append(method.text)
        buffer.append(" ")
        buffer.append(target)
        buffer.append(" HTTP/1.1\r\nHost: ")
        buffer.append(host)
        buffer.append("\r\n")
        state = .fields
    }

    /// `begin` with texts. For what is not hot.
    public mutating func begin(
        _ method: HTTPMethod,
        host: String,
        target: String
    ) throws(Failure) {
        let host = Array(host.utf8)
        let target = Array(target.utf8)
        try begin(method, host: host.span, target: target.span)
    }

    /// Adds a field line.
    ///
    /// - Parameter name: a token; not `Host`, `Content-Length` or `Transfer-Encoding`, which are
    ///   written here.
    public mutating func add(_ name: StaticString, _ value: Span<UInt8>) throws(Failure) {
        precondition(state == .fields, "fields stand between begin and finish")
        precondition(Self.isOurs(name), "not a field name, or one that the writer writes itself")
        for index in value.indices where !HTTPSyntax.isFieldContent(value[index]) {
            state = .idle
            throw .malformedValue
        }
        buffer.append(name)
        buffer.append(": ")
        buffer.append(value)
        buffer.append("\r\n")
    }

    /// `add` with a text. For what is not hot.
    public mutating func add(_ name: StaticString, _ value: String) throws(Failure) {
        let bytes = Array(value.utf8)
        try add(name, bytes.span)
    }

    /// Ends the head and appends the body. A length is told when there is a body, or when the
    /// method expects one (RFC 9110 section 8.6).
    public mutating func finish(body: Span<UInt8> = Span()) {
        precondition(state == .fields, "a request is begun before it is finished")
        if !body.isEmpty || method.expectsBody {
            buffer.append("Content-Length: ")
            buffer.append(upTo: 20) { DecimalText.append(UInt64(body.count), to: &$0) }
            buffer.append("\r\n")
        }
        buffer.append("\r\n")
        buffer.append(body)
        state = .finished
    }

    /// The whole request, until the next one is begun.
    public var bytes: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            precondition(state == .finished, "an unfinished request is not sent")
            return buffer.span
        }
    }

    /// Whether a request is complete, and `bytes` lends it.
    public var isFinished: Bool { state == .finished }

    private static func isOurs(_ name: StaticString) -> Bool {
        name.withUTF8Buffer { buffer in
            // A `StaticString` points at its constant bytes.
            let bytes = unsafe Span(_unsafeElements: buffer)
            for index in bytes.indices where !HTTPSyntax.isToken(bytes[index]) { return false }
            return !bytes.isEmpty && !HTTPSyntax.equalIgnoringCase(bytes, "host")
                && !HTTPSyntax.equalIgnoringCase(bytes, "content-length")
                && !HTTPSyntax.equalIgnoringCase(bytes, "transfer-encoding")
        }
    }
}

extension HTTPMethod {
    /// The token of the request line.
    /// - Precondition: not `.other`.
    var text: StaticString {
        switch self {
        case .get: "GET"
        case .head: "HEAD"
        case .post: "POST"
        case .put: "PUT"
        case .patch: "PATCH"
        case .delete: "DELETE"
        case .options: "OPTIONS"
        case .other: preconditionFailure("a method that has no name here")
        }
    }

    /// Whether a request without a body says so with a length of zero.
    var expectsBody: Bool {
        switch self {
        case .post, .put, .patch: true
        case .get, .head, .delete, .options, .other: false
        }
    }
}
