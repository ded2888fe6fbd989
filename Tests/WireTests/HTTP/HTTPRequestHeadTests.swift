import Testing

@testable import Wire

@Suite struct HTTPRequestHeadTests {
    private func head(_ fields: String, _ line: String = "GET /a?b HTTP/1.1") throws
        -> HTTPRequestHead
    {
        try #require(requestHead(line + "\r\nhost: a\r\n" + fields + "\r\n"))
    }

    @Test(
        "names are found in any case, values come without the blanks round them, the first counts"
    )
    func lookup() throws {
        let head = try head("X-API-Key: \t one two \r\nx-api-key: three\r\nx-empty:\r\n")
        #expect(head.text(of: "x-api-key") == "one two")
        #expect(head.count(of: "x-api-key") == 2)
        #expect(head.text(of: "x-empty") == "")
        #expect(head.text(of: "x-api") == nil)
        #expect(head.count(of: "x-api") == 0)
    }

    @Test("the target, its path and the method are as sent")
    func requestLine() throws {
        let get = try head("", "GET /%68ealth?a=b?c HTTP/1.1")
        #expect(text(get.path) == "/%68ealth")
        #expect(text(get.target) == "/%68ealth?a=b?c")
        #expect(get.method == .get)
        let other = try head("", "get / HTTP/1.1")
        #expect(other.method == .other)
        #expect(text(other.methodText) == "get")
        let methods: [(String, HTTPMethod)] = [
            ("GET", .get), ("HEAD", .head), ("POST", .post), ("PUT", .put), ("PATCH", .patch),
            ("DELETE", .delete), ("OPTIONS", .options), ("TRACE", .other),
        ]
        for (spelled, method) in methods {
            #expect(try head("", "\(spelled) / HTTP/1.1").method == method)
        }
    }

    @Test("lists are searched on every line, in any case")
    func lists() throws {
        let head = try head("Connection: keep-alive , Upgrade\r\nconnection: ,x\r\n")
        #expect(head.has("upgrade", in: "connection"))
        #expect(head.has("keep-alive", in: "connection"))
        #expect(head.has("x", in: "connection"))
        #expect(!head.has("up", in: "connection"))
        #expect(!head.has("upgrade", in: "upgrade"))
    }

    @Test("only HTTP/1.1 without `close` keeps the connection")
    func keepAlive() throws {
        #expect(try head("").keepsAlive)
        #expect(try head("connection: keep-alive\r\n").keepsAlive)
        #expect(try !head("connection: Close\r\n").keepsAlive)
        #expect(try !head("connection: upgrade, close\r\n").keepsAlive)
        #expect(try !head("", "GET / HTTP/1.0").keepsAlive)
        #expect(try !head("connection: keep-alive\r\n", "GET / HTTP/1.0").keepsAlive)
    }

    @Test("a body that is held back is asked for; other expectations are ignored")
    func expectation() throws {
        let line = "POST / HTTP/1.1"
        #expect(try head("expect: 100-Continue\r\ncontent-length: 1\r\n", line).expectsContinue)
        #expect(
            try head("expect: 100-continue\r\ntransfer-encoding: chunked\r\n", line)
                .expectsContinue
        )
        #expect(try !head("expect: 100-continue\r\n", line).expectsContinue)
        #expect(try !head("expect: something\r\ncontent-length: 1\r\n", line).expectsContinue)
        #expect(
            try !head("expect: 100-continue\r\ncontent-length: 1\r\n", "POST / HTTP/1.0")
                .expectsContinue
        )
    }
}
