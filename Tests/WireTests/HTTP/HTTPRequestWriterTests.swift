import TestSupport
import Testing

@testable import Wire

@Suite struct HTTPRequestWriterTests {
    @Test("a request is what RFC 9112 says, and our own server reads it")
    func requests() throws {
        var writer = HTTPRequestWriter()
        try writer.begin(.get, host: "clob.example:8443", target: "/time?x=%20")
        try writer.add("Accept", "application/json")
        writer.finish()
        let get = "GET /time?x=%20 HTTP/1.1\r\nHost: clob.example:8443\r\n"
        #expect(text(writer.bytes) == get + "Accept: application/json\r\n\r\n")
        let head = try #require(requestHead(text(writer.bytes)))
        #expect(head.targetText == "/time?x=%20" && head.bodyLength == .none)

        try writer.begin(.post, host: "a", target: "/order")
        let body = Array("{}".utf8)
        writer.finish(body: body.span)
        let post = "POST /order HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}"
        #expect(text(writer.bytes) == post)

        try writer.begin(.post, host: "[::1]", target: "/")
        writer.finish()
        #expect(text(writer.bytes) == "POST / HTTP/1.1\r\nHost: [::1]\r\nContent-Length: 0\r\n\r\n")

        try writer.begin(.delete, host: "a", target: "/order")
        writer.finish(body: body.span)
        let delete = "DELETE /order HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}"
        #expect(text(writer.bytes) == delete)
        let trace = HTTPTrace([array(writer.bytes)])
        #expect(trace == HTTPTrace(["DELETE /order 1.1", "body {}", "end"]))
    }

    @Test("nothing from outside begins a line of its own")
    func injection() throws {
        var writer = HTTPRequestWriter()
        for host in ["", "a b", "a\r\nx: y", "a/b", "a@b", "ä"] {
            #expect(throws: HTTPRequestWriter.Failure.malformedHost, "\(host)") {
                try writer.begin(.get, host: host, target: "/")
            }
        }
        for target in ["", "a", "*", "/a b", "/a\r\n", "/\u{0}", "/ä", "http://a/"] {
            #expect(throws: HTTPRequestWriter.Failure.malformedTarget, "\(target)") {
                try writer.begin(.get, host: "a", target: target)
            }
        }
        for value in ["a\r\nb: c", "\n", "\r", "\u{0}", "\u{7F}"] {
            try writer.begin(.get, host: "a", target: "/")
            #expect(throws: HTTPRequestWriter.Failure.malformedValue) {
                try writer.add("X-Key", value)
            }
            let isFinished = writer.isFinished
            #expect(!isFinished)
        }
    }
}
