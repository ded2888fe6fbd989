internal import Crypto

/// The server's side of the opening handshake (RFC 6455 section 4.2).
///
/// Extensions and subprotocols that a client offers are declined by not naming them.
public enum WebSocketHandshake {
    /// Why an upgrade request is not granted.
    public enum Refusal: Error, Equatable, Sendable {
        /// HTTP/1.0 cannot upgrade.
        case oldHTTP
        /// A request with a body: its bytes and the first frames could be confused.
        case hasBody
        /// `Sec-WebSocket-Version` is not 13.
        case unsupportedVersion
        /// No key, more than one, or not 16 bytes in base64.
        case badKey

        /// A sentence for the client.
        public var detail: StaticString {
            switch self {
            case .oldHTTP: "A WebSocket handshake needs HTTP/1.1"
            case .hasBody: "A WebSocket handshake has no body"
            case .unsupportedVersion: "Sec-WebSocket-Version must be 13"
            case .badKey: "Sec-WebSocket-Key must be 16 bytes in base64"
            }
        }

        /// The answer to give before closing: 400, or 426 with the version that is spoken here.
        public var response: HTTPResponse {
            guard self == .unsupportedVersion else { return HTTPResponse(.badRequest) }
            var response = HTTPResponse(.upgradeRequired)
            response.add("upgrade", "websocket")
            response.add("connection", "Upgrade")
            response.add("sec-websocket-version", "13")
            return response
        }
    }

    /// Whether a request asks for a WebSocket. Others, a POST with the same fields among them, are
    /// plain HTTP requests.
    public static func isRequested(by head: HTTPRequestHead) -> Bool {
        head.method == .get && head.has("websocket", in: "upgrade")
            && head.has("upgrade", in: "connection")
    }

    /// The 101 answer to an upgrade request. After its bytes the connection speaks WebSocket.
    ///
    /// - Parameters:
    ///   - head: one that `isRequested(by:)`.
    ///   - date: as for `HTTPResponse.encoded`.
    public static func accept(
        _ head: HTTPRequestHead,
        date: Span<UInt8>
    ) throws(Refusal) -> SharedBytes {
        guard head.version == .http1_1 else { throw .oldHTTP }
        guard head.bodyLength == .none else { throw .hasBody }
        guard head.count(of: "sec-websocket-version") == 1,
            let version = head.value(of: "sec-websocket-version"), HTTPSyntax.equal(version, "13")
        else { throw .unsupportedVersion }
        guard head.count(of: "sec-websocket-key") == 1,
            let key = head.value(of: "sec-websocket-key"), Base64.decode(key)?.count == 16
        else { throw .badKey }
        var response = HTTPResponse(HTTPStatus(101))
        response.add("upgrade", "WebSocket")
        response.add("connection", "Upgrade")
        response.add("sec-websocket-accept", acceptValue(key: key).span)
        return response.encodedSwitch(date: date)
    }

    /// What proves that the key was read: base64 of SHA-1 of the key and a fixed text (RFC 6455
    /// section 4.2.2).
    static func acceptValue(key: Span<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        for index in key.indices { text.append(key[index]) }
        text.append(contentsOf: "258EAFA5-E914-47DA-95CA-C5AB0DC85B11".utf8)
        return Base64.encode(SHA1.hash(text.span).span)
    }
}
