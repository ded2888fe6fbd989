import Testing

@testable import Wire

@Suite struct WebSocketHandshakeTests {
    private static let key = "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    private static let version = "sec-websocket-version: 13\r\n"
    private static let upgrade = "upgrade: websocket\r\nconnection: Upgrade\r\n"

    private func head(_ fields: String, line: String = "GET /ws HTTP/1.1") throws
        -> HTTPRequestHead
    {
        try #require(requestHead(line + "\r\nhost: a\r\n" + fields + "\r\n"))
    }

    @Test("the request of RFC 6455 section 1.3 gets its answer")
    func accepted() throws {
        let head = try head(
            Self.upgrade + Self.version + Self.key
                + "sec-websocket-protocol: chat, superchat\r\norigin: http://example.com\r\n"
                + "sec-websocket-extensions: permessage-deflate; client_max_window_bits\r\n"
        )
        #expect(WebSocketHandshake.isRequested(by: head))
        let date = Array("Sun, 06 Nov 1994 08:49:37 GMT".utf8)
        let answer = try WebSocketHandshake.accept(head, date: date.span)
        #expect(
            text(answer.span)
                == "HTTP/1.1 101 Switching Protocols\r\nupgrade: WebSocket\r\n"
                + "connection: Upgrade\r\nsec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
                + "date: Sun, 06 Nov 1994 08:49:37 GMT\r\nserver: quesquant\r\n\r\n"
        )
    }

    @Test("only a GET that asks for the upgrade in both fields is a handshake")
    func requested() throws {
        let yes = [
            "Upgrade: WebSocket\r\nConnection: keep-alive, upgrade\r\n",
            "upgrade: h2c, websocket\r\nconnection: Upgrade\r\n",
        ]
        for fields in yes { #expect(try WebSocketHandshake.isRequested(by: head(fields))) }
        let no = [
            "upgrade: foo\r\nconnection: upgrade\r\n", "upgrade: websocket\r\n",
            "connection: upgrade\r\n", "upgrade: websocket\r\nconnection: keep-alive\r\n", "",
        ]
        for fields in no { #expect(try !WebSocketHandshake.isRequested(by: head(fields))) }
        let post = try head(Self.upgrade, line: "POST /ws HTTP/1.1")
        #expect(!WebSocketHandshake.isRequested(by: post))
    }

    @Test("what is missing or wrong is refused with its status")
    func refused() throws {
        let upgrade = Self.upgrade
        let cases: [(String, String, WebSocketHandshake.Refusal, Int)] = [
            ("GET /ws HTTP/1.0", upgrade + Self.version + Self.key, .oldHTTP, 400),
            (
                "GET /ws HTTP/1.1", upgrade + Self.version + Self.key + "content-length: 1\r\n",
                .hasBody, 400
            ),
            ("GET /ws HTTP/1.1", upgrade + Self.key, .unsupportedVersion, 426),
            (
                "GET /ws HTTP/1.1", upgrade + Self.key + "sec-websocket-version: 8\r\n",
                .unsupportedVersion, 426
            ),
            (
                "GET /ws HTTP/1.1", upgrade + Self.key + Self.version + Self.version,
                .unsupportedVersion, 426
            ),
            ("GET /ws HTTP/1.1", upgrade + Self.version, .badKey, 400),
            (
                "GET /ws HTTP/1.1", upgrade + Self.version + "sec-websocket-key: abc\r\n",
                .badKey, 400
            ),
            (
                "GET /ws HTTP/1.1",
                upgrade + Self.version + "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQA=\r\n",
                .badKey, 400
            ),
            ("GET /ws HTTP/1.1", upgrade + Self.version + Self.key + Self.key, .badKey, 400),
        ]
        for (line, fields, refusal, status) in cases {
            let head = try head(fields, line: line)
            #expect(WebSocketHandshake.isRequested(by: head))
            #expect(throws: refusal) { _ = try WebSocketHandshake.accept(head, date: Span()) }
            #expect(refusal.response.status.code == status)
        }
        #expect(
            text(
                WebSocketHandshake.Refusal.unsupportedVersion.response
                    .encoded(date: Span(), closes: true).span
            ).contains("sec-websocket-version: 13\r\n")
        )
    }
}
