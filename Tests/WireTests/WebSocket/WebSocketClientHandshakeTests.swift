import TestSupport
import Testing

@testable import Wire

@Suite struct WebSocketClientHandshakeTests {
    private static let nonce = Array("the sample nonce".utf8)
    private static let upgrade =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: upgrade\r\n"
    private static let accept = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"

    /// What remains behind the answer, or why it was refused; `nil` when it is not complete.
    private func result(
        _ pieces: [[UInt8]]
    ) -> Result<String?, WebSocketClientHandshake.Failure> {
        var handshake = WebSocketClientHandshake(nonce: Self.nonce.span)
        var remainder: String?
        do throws(WebSocketClientHandshake.Failure) {
            for piece in pieces {
                if remainder != nil {
                    remainder? += String(decoding: piece, as: UTF8.self)
                    continue
                }
                handshake.receive(piece.span)
                if let bytes = try handshake.finish() { remainder = text(bytes.span) }
            }
            return .success(remainder)
        } catch {
            return .failure(error)
        }
    }

    @Test("the request is answered by our own server, and the answer is taken")
    func bothRoles() throws {
        let handshake = WebSocketClientHandshake(nonce: Self.nonce.span)
        let request = text(handshake.request(host: "localhost:8002", target: "/ws?a").span)
        let head = try #require(requestHead(request))
        #expect(head.targetText == "/ws?a")
        #expect(head.text(of: "host") == "localhost:8002")
        #expect(WebSocketHandshake.isRequested(by: head))
        let answer = try WebSocketHandshake.accept(head, date: Span())
        #expect(result([array(answer.span)]) == .success(""))
    }

    @Test("the answer of RFC 6455 section 1.3 is taken, cut anywhere, and what follows is kept")
    func accepted() {
        let answer = Self.upgrade + Self.accept + "\r\nframes"
        for pieces in DripFeed.ways(Array(answer.utf8)) {
            #expect(result(pieces) == .success("frames"))
        }
        #expect(result([Array((Self.upgrade + Self.accept).utf8)]) == .success(nil))
    }

    @Test("interim answers are passed over, and upgrade may be one of several options")
    func lenient() {
        let upgrade =
            "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 101\r\nUpgrade: websocket\r\n"
            + "Connection: keep-alive, Upgrade\r\n"
        for pieces in DripFeed.ways(Array((upgrade + Self.accept + "\r\n").utf8)) {
            #expect(result(pieces) == .success(""))
        }
    }

    @Test("fields are added to the request, and begin no line of their own")
    func fields() throws {
        let handshake = WebSocketClientHandshake(nonce: Self.nonce.span)
        let request = try handshake.request(
            host: "a",
            target: "/",
            fields: [.init("Origin", "https://a"), .init("X-Key", "k")]
        )
        let head = try #require(requestHead(text(request.span)))
        #expect(head.text(of: "origin") == "https://a" && head.text(of: "x-key") == "k")
        #expect(throws: HTTPRequestWriter.Failure.malformedValue) {
            _ = try handshake.request(host: "a", target: "/", fields: [.init("X", "a\r\nb: c")])
        }
    }

    @Test("an answer that is none is refused")
    func refused() {
        let cases: [(String, WebSocketClientHandshake.Failure)] = [
            ("HTTP/1.1 403 Forbidden\r\n\r\n", .refused(status: 403, retryAfter: nil)),
            ("HTTP/1.1 426 \r\nupgrade: x\r\n\r\n", .refused(status: 426, retryAfter: nil)),
            (
                "HTTP/1.1 429 x\r\nRetry-After: 7\r\n\r\n",
                .refused(status: 429, retryAfter: .delay(seconds: 7))
            ),
            ("HTTP/1.0 101 Switching\r\n\r\n", .malformedAnswer),
            (
                String(repeating: "HTTP/1.1 100 x\r\n\r\n", count: 9),
                .refused(status: 100, retryAfter: nil)
            ),
            ("SSH-2.0-OpenSSH_9\r\n", .malformedAnswer),
            ("HTTP/1.1 101 x\n", .malformedAnswer),
            ("HTTP/1.1 101 x\r\n folded: x\r\n", .malformedAnswer),
            ("HTTP/1.1 101 x\r\n" + Self.accept + "\r\n", .malformedAnswer),
            (Self.upgrade + "Upgrade: websocket\r\n" + Self.accept + "\r\n", .malformedAnswer),
            (
                "HTTP/1.1 101 x\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n",
                .malformedAnswer
            ),
            (Self.upgrade + "\r\n", .wrongAnswer),
            (Self.upgrade + "Sec-WebSocket-Accept: AAAA\r\n\r\n", .wrongAnswer),
            (Self.upgrade + Self.accept + Self.accept + "\r\n", .wrongAnswer),
            (
                Self.upgrade + Self.accept + "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
                .wrongAnswer
            ),
            (Self.upgrade + Self.accept + "Sec-WebSocket-Protocol: chat\r\n\r\n", .wrongAnswer),
            (String(repeating: "x", count: 16_384), .malformedAnswer),
        ]
        for (answer, failure) in cases {
            #expect(result([Array(answer.utf8)]) == .failure(failure), "\(answer.prefix(60))")
        }
    }
}
