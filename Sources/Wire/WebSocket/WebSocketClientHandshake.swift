internal import Crypto

/// The client's side of the opening handshake (RFC 6455 section 4.1): the request, then the answer
/// as its bytes come.
public struct WebSocketClientHandshake: ~Copyable {
    /// Why the connection is no WebSocket.
    public enum Failure: Error, Equatable, Sendable {
        /// The server answered with another status than 101, and perhaps said when to come back.
        case refused(status: Int, retryAfter: HTTPRetryAfter?)
        /// The answer breaks RFC 9112, is HTTP/1.0 or none at all, is longer than `headBytesMax`, or
        /// does not say `Upgrade: websocket` and `Connection: Upgrade`.
        case malformedAnswer
        /// `Sec-WebSocket-Accept` does not belong to our key, or an extension or a subprotocol was
        /// chosen that was not offered.
        case wrongAnswer
    }

    /// A field that a request carries beside those of the handshake.
    public struct Field: Sendable {
        let name: StaticString
        let value: String

        /// - Parameter name: a token.
        public init(_ name: StaticString, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Bytes of the answer's head; more is refused.
    public static let headBytesMax = 16 * 1_024

    /// Bytes of the nonce that a key is made of.
    public static let nonceByteCount = 16

    private let key: [UInt8]
    private let limits: HTTPResponseLimits
    private var input = ByteBuffer()
    private var parser = HTTPResponseHeadParser()
    private var interimCount = 0

    /// - Parameter nonce: 16 bytes that nobody can guess.
    public init(nonce: Span<UInt8>) {
        precondition(nonce.count == Self.nonceByteCount, "a nonce has 16 bytes (section 4.1)")
        key = Base64.encode(nonce)
        var limits = HTTPResponseLimits()
        limits.headBytesMax = Self.headBytesMax
        self.limits = limits
    }

    /// The request.
    ///
    /// - Parameters:
    ///   - host: the value of `Host`, with the port unless it is the scheme's own.
    ///   - target: path and query, visible ASCII.
    /// - Throws: when one of them, or a field's value, may not stand in a request.
    public func request(
        host: String,
        target: String,
        fields: [Field]
    ) throws(HTTPRequestWriter.Failure) -> SharedBytes {
        var writer = HTTPRequestWriter()
        try writer.begin(.get, host: host, target: target)
        try writer.add("Upgrade", "websocket")
        try writer.add("Connection", "Upgrade")
        try writer.add("Sec-WebSocket-Version", "13")
        try writer.add("Sec-WebSocket-Key", key.span)
        for field in fields { try writer.add(field.name, field.value) }
        writer.finish()
        return SharedBytes(copying: writer.bytes)
    }

    /// The request to a place that is known to be right.
    /// - Precondition: host and target may stand in a request.
    public func request(host: String, target: String) -> SharedBytes {
        guard let bytes = try? request(host: host, target: target, fields: []) else {
            preconditionFailure("a host or a target that may not stand in a request")
        }
        return bytes
    }

    /// Takes bytes of the answer as they came.
    public mutating func receive(_ bytes: Span<UInt8>) {
        input.append(bytes)
    }

    /// The bytes behind the answer, for `WebSocketConnection` or
    /// `WebSocketDecoder(role: .client, input:)`; `nil` when the answer is not complete.
    public mutating func finish() throws(Failure) -> ByteBuffer? {
        while let head = try nextHead() {
            if head.status.code == 101 {
                try check(head)
                var remainder = ByteBuffer(capacity: 0)
                swap(&remainder, &input)
                return remainder
            }
            // An interim answer says nothing about the final one (RFC 9110 section 15.2).
            guard head.status.code < 200, interimCount < limits.interimCountMax else {
                throw .refused(status: head.status.code, retryAfter: head.retryAfter)
            }
            interimCount += 1
        }
        return nil
    }

    private mutating func nextHead() throws(Failure) -> HTTPResponseHead? {
        do {
            guard let (head, byteCount) = try parser.parse(input, answering: .get, limits) else {
                return nil
            }
            input.consume(byteCount)
            parser = HTTPResponseHeadParser()
            return head
        } catch {
            throw .malformedAnswer
        }
    }

    /// Section 4.1, what a client has to check in the answer.
    private func check(_ head: HTTPResponseHead) throws(Failure) {
        guard head.version == .http1_1, head.count(of: "upgrade") == 1,
            head.has("websocket", in: "upgrade"), head.has("upgrade", in: "connection")
        else { throw .malformedAnswer }
        let expected = WebSocketHandshake.acceptValue(key: key.span)
        guard head.count(of: "sec-websocket-accept") == 1,
            let accept = head.value(of: "sec-websocket-accept"),
            constantTimeEqual(expected.span, accept),
            head.count(of: "sec-websocket-extensions") == 0,
            head.count(of: "sec-websocket-protocol") == 0
        else { throw .wrongAnswer }
    }
}
