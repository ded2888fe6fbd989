import Testing

@testable import Wire

@Suite struct HTTPResponseTests {
    private let date = Array("Sun, 06 Nov 1994 08:49:37 GMT".utf8)

    @Test("an answer is status line, length, fields in their order, date, server and body")
    func answer() {
        var response = HTTPResponse(.ok)
        response.add("content-type", "application/json")
        response.add("vary", "Origin")
        let body = Array("{\"status\":\"ok\"}".utf8)
        #expect(
            text(response.encoded(body: body.span, date: date.span).span)
                == "HTTP/1.1 200 OK\r\ncontent-length: 15\r\ncontent-type: application/json\r\n"
                + "vary: Origin\r\ndate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
                + "server: quesquant\r\n\r\n{\"status\":\"ok\"}"
        )
    }

    @Test("the answer to HEAD tells the length and sends nothing")
    func head() {
        let body = [UInt8](repeating: 0x20, count: 1_000)
        #expect(
            text(
                HTTPResponse(.ok).encoded(body: body.span, date: date.span, omitsBody: true).span
            )
                == "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n"
                + "date: Sun, 06 Nov 1994 08:49:37 GMT\r\nserver: quesquant\r\n\r\n"
        )
    }

    @Test("a refusal closes, and says so")
    func refusal() {
        #expect(
            text(HTTPResponse(.headTooLarge).encoded(date: date.span, closes: true).span)
                == "HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\n"
                + "date: Sun, 06 Nov 1994 08:49:37 GMT\r\nserver: quesquant\r\n"
                + "Connection: close\r\n\r\n"
        )
    }

    @Test("a value cannot begin another field")
    func injection() {
        var response = HTTPResponse(.temporaryRedirect)
        response.add("location", "/a\r\nset-cookie: b\0é")
        #expect(
            text(response.encoded(date: Span()).span)
                == "HTTP/1.1 307 Temporary Redirect\r\ncontent-length: 0\r\n"
                + "location: /a  set-cookie: b é\r\nserver: quesquant\r\n\r\n"
        )
    }

    @Test("100 Continue is a head and nothing else")
    func goOn() {
        #expect(text(HTTPResponse.continueBytes().span) == "HTTP/1.1 100 Continue\r\n\r\n")
    }

    @Test("paths decode once, and a broken escape is an error")
    func percent() throws {
        func decode(_ path: String) throws -> String {
            let bytes = Array(path.utf8)
            return String(decoding: try PercentCoding.decode(bytes.span), as: UTF8.self)
        }
        #expect(try decode("/%68ealth") == "/health")
        #expect(try decode("/a+b%2Fc%2f%25%C3%a9") == "/a+b/c/%é")
        #expect(try decode("/%2541") == "/%41")
        #expect(try decode("") == "")
        for bad in ["%", "/%6", "%g1", "%1g", "%%41"] {
            #expect(throws: PercentCoding.Failure.malformedEscape) { try decode(bad) }
        }
        #expect(throws: PercentCoding.Failure.nulByte) { try decode("/%00") }
    }
}
