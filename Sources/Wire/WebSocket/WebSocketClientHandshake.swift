internal import Crypto

/// The client's side of the opening handshake (RFC 6455 section 4.1): the request, then the answer
/// as its bytes come.
public struct WebSocketClientHandshake: ~Copyable {
    /// Why the connection is no WebSocket.
    public enum Failure: Error, Equatable, Sendable {
        /// The server answered with another status than 101; zero when the line has none.
        case refused(status: Int)
        /// The answer breaks RFC 9112, is longer than `headBytesMax`, or does not say
        /// `Upgrade: websocket` and `Connection: Upgrade`.
        case malformedAnswer
        /// `Sec-WebSocket-Accept` does not belong to our key, or an extension or a subprotocol was
        /// chosen that was not offered.
        case wrongAnswer
    }

    /// Bytes of the answer's head; more is refused.
    public static let headBytesMax = 16 * 1_024

    /// Bytes of the nonce that a key is made of.
    public static let nonceByteCount = 16

    private let key: [UInt8]
    private var input = ByteBuffer()

    /// - Parameter nonce: 16 bytes that nobody can guess.
    public init(nonce: Span<UInt8>) {
        precondition(nonce.count == Self.nonceByteCount, "a nonce has 16 bytes (section 4.1)")
        key = Base64.encode(nonce)
    }

    /// The request.
    ///
    /// - Parameters:
    ///   - host: the value of `Host`, with the port unless it is the scheme's own.
    ///   - target: path and query, visible ASCII.
    public func request(host: String, target: String) -> SharedBytes {
        SharedBytes(
            "GET \(target) HTTP/1.1\r\nHost: \(host)\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: \(String(decoding: key, as: UTF8.self))\r\n\r\n"
        )
    }

    /// Takes bytes of the answer as they came.
    public mutating func receive(_ bytes: Span<UInt8>) {
        input.append(bytes)
    }

    /// The bytes behind the answer, for `WebSocketDecoder(role: .client, input:)`; `nil` when the
    /// answer is not complete.
    public mutating func finish() throws(Failure) -> ByteBuffer? {
        guard let byteCount = try check(input.span) else { return nil }
        input.consume(byteCount)
        var remainder = ByteBuffer(capacity: 0)
        swap(&remainder, &input)
        return remainder
    }

    /// Bytes of the answer's head when it is complete and right.
    private func check(_ bytes: Span<UInt8>) throws(Failure) -> Int? {
        var fields = Fields()
        var lineStart = 0
        while let end = HTTPSyntax.lineFeedIndex(in: bytes, from: lineStart) {
            guard end > lineStart, end < Self.headBytesMax,
                bytes[end - 1] == HTTPSyntax.carriageReturn
            else { throw .malformedAnswer }
            let line = lineStart..<(end - 1)
            if lineStart == 0 {
                try checkStatus(bytes.extracting(line))
            } else if line.isEmpty {
                guard fields.upgrades && fields.connects else { throw .malformedAnswer }
                guard fields.accepts else { throw .wrongAnswer }
                return end + 1
            } else {
                try read(bytes, line, into: &fields)
            }
            lineStart = end + 1
        }
        guard bytes.count < Self.headBytesMax else { throw .malformedAnswer }
        return nil
    }

    /// What the fields said so far.
    private struct Fields {
        var upgrades = false
        var connects = false
        var accepts = false
    }

    private func checkStatus(_ line: Span<UInt8>) throws(Failure) {
        guard line.count >= 12, HTTPSyntax.equal(line.extracting(0..<9), "HTTP/1.1 ") else {
            throw .refused(status: 0)
        }
        var status = 0
        for index in 9..<12 {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(line[index]) else {
                throw .refused(status: 0)
            }
            status = status * 10 + Int(line[index] - UInt8(ascii: "0"))
        }
        guard status == 101 else { throw .refused(status: status) }
    }

    private func read(
        _ bytes: Span<UInt8>,
        _ line: Range<Int>,
        into fields: inout Fields
    ) throws(Failure) {
        guard let parts = try? HTTPSyntax.fieldLine(bytes, line) else { throw .malformedAnswer }
        let name = bytes.extracting(parts.name)
        let value = bytes.extracting(parts.value)
        if HTTPSyntax.equalIgnoringCase(name, "upgrade") {
            fields.upgrades = HTTPSyntax.equalIgnoringCase(value, "websocket")
        } else if HTTPSyntax.equalIgnoringCase(name, "connection") {
            fields.connects = HTTPSyntax.equalIgnoringCase(value, "upgrade")
        } else if HTTPSyntax.equalIgnoringCase(name, "sec-websocket-accept") {
            let expected = WebSocketHandshake.acceptValue(key: key.span)
            guard constantTimeEqual(expected.span, value), !fields.accepts else {
                throw .wrongAnswer
            }
            fields.accepts = true
        } else if HTTPSyntax.equalIgnoringCase(name, "sec-websocket-extensions")
            || HTTPSyntax.equalIgnoringCase(name, "sec-websocket-protocol")
        {
            throw .wrongAnswer
        }
    }
}
