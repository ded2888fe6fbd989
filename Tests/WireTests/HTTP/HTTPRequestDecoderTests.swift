import TestSupport
import Testing

@testable import Wire

@Suite struct HTTPRequestDecoderTests {
    struct Example: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: String
        let events: [String]
        var testDescription: String { name }
    }

    static let examples = [
        Example(
            name: "no body",
            bytes: "GET /health HTTP/1.1\r\nHost: localhost:8002\r\n\r\n",
            events: ["GET /health 1.1", "end"]
        ),
        Example(
            name: "HTTP/1.0 without Host, as load balancers ask",
            bytes: "GET /health HTTP/1.0\r\n\r\n",
            events: ["GET /health 1.0", "end"]
        ),
        Example(
            name: "HTTP/1.2 is served as 1.1 (RFC 9110 section 2.5)",
            bytes: "GET / HTTP/1.2\r\nhost: a\r\n\r\n",
            events: ["GET / 1.1", "end"]
        ),
        Example(
            name: "a length",
            bytes: "PATCH /p?x=1 HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\n{\"a\":",
            events: ["PATCH /p?x=1 1.1", "body {\"a\":", "end"]
        ),
        Example(
            name: "a length of zero",
            bytes: "POST /s HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n",
            events: ["POST /s 1.1", "end"]
        ),
        Example(
            name: "the same length twice",
            bytes:
                "POST /s HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\n{}",
            events: ["POST /s 1.1", "body {}", "end"]
        ),
        Example(
            name: "chunks with extensions, either case of hex, and a trailer",
            bytes: "POST /s HTTP/1.1\r\nhost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"
                + "3;a=b ; c=\"d;e\"\r\nabc\r\n0A\r\n0123456789\r\n1 \t;x\r\n!\r\n000\r\nx-t: 1\r\n\r\n",
            events: ["POST /s 1.1", "body abc0123456789!", "end"]
        ),
        Example(
            name: "no chunk but the last",
            bytes: "POST /s HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
            events: ["POST /s 1.1", "end"]
        ),
        Example(
            name: "pipelined requests stay in order",
            bytes: "GET /1 HTTP/1.1\r\nhost: a\r\n\r\n"
                + "POST /2 HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\nabc"
                + "POST /3 HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"
                + "HEAD /4 HTTP/1.1\r\nhost: a\r\n\r\n",
            events: [
                "GET /1 1.1", "end", "POST /2 1.1", "body abc", "end", "POST /3 1.1", "body x",
                "end", "HEAD /4 1.1", "end",
            ]
        ),
        Example(
            name: "two empty lines before a request (RFC 9112 section 2.2)",
            bytes: "\r\n\r\nGET / HTTP/1.1\r\nhost: a\r\n\r\n\r\nGET /2 HTTP/1.1\r\nhost:\r\n\r\n",
            events: ["GET / 1.1", "end", "GET /2 1.1", "end"]
        ),
        Example(
            name: "any token is a method, any visible text a target",
            bytes: "M-SEARCH * HTTP/1.1\r\nhost: a\r\n\r\n"
                + "GET http://a/%zz#\"<>{} HTTP/1.1\r\nhost: [::1]:80\r\n\r\n",
            events: ["M-SEARCH * 1.1", "end", "GET http://a/%zz#\"<>{} 1.1", "end"]
        ),
        Example(
            name: "empty values, odd names and bytes above 0x7F are fields",
            bytes: "GET / HTTP/1.1\r\nhost: a\r\nx:\r\n!#$%&'*+-.^_`|~9: \t é\t \r\n\r\n",
            events: ["GET / 1.1", "end"]
        ),
    ]

    @Test("requests decode alike however the network cuts them", arguments: examples)
    func examplesDecode(_ example: Example) {
        for pieces in DripFeed.ways(Array(example.bytes.utf8)) {
            #expect(HTTPTrace(pieces) == HTTPTrace(example.events), "\(pieces.map(\.count))")
        }
    }

    @Test("bytes that are no request are refused without waiting for more")
    func earlyRefusal() {
        let tls: [UInt8] = [0x16, 0x03, 0x01, 0x02, 0x00, 0x01]
        #expect(HTTPTrace([tls]) == HTTPTrace([], .malformedRequestLine))
        #expect(HTTPTrace([[0x16]]) == HTTPTrace([], .malformedRequestLine))
        #expect(HTTPTrace([Array("GET\t".utf8)]) == HTTPTrace([], .malformedRequestLine))
        let endless = [UInt8](repeating: UInt8(ascii: "A"), count: 33)
        #expect(HTTPTrace([endless]) == HTTPTrace([], .malformedRequestLine))
    }

    @Test("a failed decoder says the same again and takes nothing more")
    func deadAfterError() {
        var decoder = HTTPRequestDecoder()
        let bad = Array("hello\r\n\r\n".utf8)
        decoder.receive(bad.span)
        for _ in 0..<2 {
            #expect(throws: HTTPError.malformedRequestLine) { try decoder.next() }
            let good = Array("GET / HTTP/1.0\r\n\r\n".utf8)
            decoder.receive(good.span)
            let awaiting = decoder.awaiting
            #expect(awaiting == .nothing)
        }
    }

    @Test("what the connection waits for follows the bytes")
    func awaiting() throws {
        var decoder = HTTPRequestDecoder()
        let steps: [(String, HTTPRequestDecoder.Awaiting)] = [
            ("", .request), ("G", .head), ("ET / HTTP/1.1\r\nhost: a\r\n\r\n", .request),
            ("\r\n", .request), ("POST / HTTP/1.1\r\n", .head),
            ("host: a\r\ncontent-length: 2\r\n\r\n", .body), ("a", .body), ("b", .request),
            ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n1", .body),
            ("\r\nx\r\n0\r\n", .body), ("\r\n", .request),
        ]
        for (piece, expected) in steps {
            let bytes = Array(piece.utf8)
            decoder.receive(bytes.span)
            while try decoder.next() != nil {}
            let awaiting = decoder.awaiting
            #expect(awaiting == expected, "after \(piece)")
        }
    }

    @Test("the bytes after an upgrade request are left for the next protocol")
    func remainder() throws {
        let head = "GET /ws HTTP/1.1\r\nhost: a\r\n\r\n"
        var decoder = HTTPRequestDecoder()
        let bytes = Array((head + "\u{1}frames").utf8)
        decoder.receive(bytes.span)
        _ = try decoder.next()
        let remainder = decoder.takeRemainder()
        #expect(text(remainder.span) == "\u{1}frames")
        let next = try decoder.next()
        #expect(next.map { _ in true } == nil)
        let awaiting = decoder.awaiting
        #expect(awaiting == .nothing)
    }

    @Test("the decoder is full when a whole request waits behind the one being answered")
    func full() throws {
        var limits = HTTPLimits()
        limits.headBytesMax = 64
        limits.bodyBytesMax = 36
        var decoder = HTTPRequestDecoder(limits: limits)
        let request = Array("GET / HTTP/1.0\r\n\r\n".utf8)
        var isFull: [Bool] = []
        for _ in 0..<6 {
            decoder.receive(request.span)
            isFull.append(decoder.isFull)
        }
        while try decoder.next() != nil {}
        isFull.append(decoder.isFull)
        #expect(isFull == [false, false, false, false, false, true, false])
    }

    @Test("random bytes and damaged requests never trap, and end in an event or an error")
    func garbage() {
        let seed: UInt64 = 20_261_124
        var random = SplitMix64(seed: seed)
        let base = Array(Self.examples.map(\.bytes).joined().utf8)
        for round in 0..<2_000 {
            var bytes = base
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                bytes[index] = UInt8.random(in: 0...255, using: &random)
            }
            let cut = Int.random(in: 0..<bytes.count, using: &random)
            let whole = HTTPTrace([bytes])
            let parts = HTTPTrace([Array(bytes[..<cut]), Array(bytes[cut...])])
            #expect(whole == parts, "seed \(seed), round \(round), cut \(cut)")
        }
    }
}
