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

    @Test("an answer that is none is refused")
    func refused() {
        let cases: [(String, WebSocketClientHandshake.Failure)] = [
            ("HTTP/1.1 403 Forbidden\r\n", .refused(status: 403)),
            ("HTTP/1.1 426 \r\n", .refused(status: 426)),
            ("HTTP/1.0 101 Switching\r\n", .refused(status: 0)),
            ("SSH-2.0-OpenSSH_9\r\n", .refused(status: 0)),
            ("HTTP/1.1 101 x\n", .malformedAnswer),
            ("HTTP/1.1 101 x\r\n folded: x\r\n", .malformedAnswer),
            ("HTTP/1.1 101 x\r\n" + Self.accept + "\r\n", .malformedAnswer),
            (Self.upgrade + "\r\n", .wrongAnswer),
            (Self.upgrade + "Sec-WebSocket-Accept: AAAA\r\n", .wrongAnswer),
            (Self.upgrade + Self.accept + Self.accept, .wrongAnswer),
            (Self.upgrade + "Sec-WebSocket-Extensions: permessage-deflate\r\n", .wrongAnswer),
            (Self.upgrade + "Sec-WebSocket-Protocol: chat\r\n", .wrongAnswer),
            (String(repeating: "x", count: 16_384), .malformedAnswer),
        ]
        for (answer, failure) in cases {
            #expect(result([Array(answer.utf8)]) == .failure(failure), "\(answer.prefix(60))")
        }
    }
}
