import TestSupport
import Testing

@testable import Wire

@Suite struct HTTPResponseDecoderTests {
    struct Example: Sendable, CustomTestStringConvertible {
        let name: String
        var method = HTTPMethod.get
        let bytes: String
        /// Whether the connection ends behind the bytes, and whether cleanly.
        var end: Bool?
        let events: [String]
        var error: HTTPResponseError?
        var testDescription: String { name }
    }

    private static let ok = "HTTP/1.1 200 OK\r\n"

    static let complete = [
        Example(
            name: "a length",
            bytes: ok + "Content-Length: 5\r\n\r\nhello",
            events: ["200 1.1", "body hello", "end kept"]
        ),
        Example(
            name: "a length of zero, and no phrase",
            bytes: "HTTP/1.1 404 \r\ncontent-length: 0\r\n\r\n",
            events: ["404 1.1", "end kept"]
        ),
        Example(
            name: "not even the blank before the phrase",
            bytes: "HTTP/1.1 500\r\ncontent-length: 0\r\n\r\n",
            events: ["500 1.1", "end kept"]
        ),
        Example(
            name: "the same length twice",
            bytes: ok + "content-length: 1\r\ncontent-length: 1\r\n\r\na",
            events: ["200 1.1", "body a", "end kept"]
        ),
        Example(
            name: "chunks with extensions and a trailer",
            bytes: ok + "Transfer-Encoding: Chunked\r\n\r\n"
                + "3;a=b\r\nabc\r\n0A\r\n0123456789\r\n0\r\nx-t: 1\r\n\r\n",
            events: ["200 1.1", "body abc0123456789", "end kept"]
        ),
        Example(
            name: "no length: up to the clean end",
            bytes: ok + "\r\nall of it",
            end: true,
            events: ["200 1.1", "body all of it", "end spent"]
        ),
        Example(
            name: "no length, and nothing",
            bytes: ok + "\r\n",
            end: true,
            events: ["200 1.1", "end spent"]
        ),
        Example(
            name: "a complete body needs no clean end (RFC 9112 section 9.8)",
            bytes: ok + "content-length: 2\r\n\r\nab",
            end: false,
            events: ["200 1.1", "body ab", "end kept"]
        ),
        Example(
            name: "the answer to HEAD has no body, whatever its length says",
            method: .head,
            bytes: ok + "content-length: 5000\r\n\r\n",
            events: ["200 1.1", "end kept"]
        ),
        Example(
            name: "nor has a chunked one",
            method: .head,
            bytes: ok + "transfer-encoding: chunked\r\n\r\n",
            events: ["200 1.1", "end kept"]
        ),
        Example(
            name: "204 has no body",
            bytes: "HTTP/1.1 204 No Content\r\n\r\n",
            events: ["204 1.1", "end kept"]
        ),
        Example(
            name: "304 has no body, and the length of the one it spares",
            bytes: "HTTP/1.1 304 Not Modified\r\ncontent-length: 77\r\n\r\n",
            events: ["304 1.1", "end kept"]
        ),
        Example(
            name: "interim answers are passed over",
            bytes: "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"
                + ok
                + "content-length: 1\r\n\r\na",
            events: ["200 1.1", "body a", "end kept"]
        ),
        Example(
            name: "a connection that is closed behind the answer",
            bytes: ok + "connection: foo, Close\r\ncontent-length: 1\r\n\r\na",
            events: ["200 1.1", "body a", "end spent"]
        ),
        Example(
            name: "HTTP/1.0 is not kept",
            bytes: "HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ncontent-length: 1\r\n\r\na",
            events: ["200 1.0", "body a", "end spent"]
        ),
        Example(
            name: "HTTP/1.2 is read as 1.1",
            bytes: "HTTP/1.2 200 OK\r\ncontent-length: 0\r\n\r\n",
            events: ["200 1.1", "end kept"]
        ),
    ]

    static let refused = [
        Example(name: "another protocol", bytes: "SSH", events: [], error: .malformedStatusLine),
        Example(name: "an empty line", bytes: "\r\n", events: [], error: .malformedStatusLine),
        Example(
            name: "lower case",
            bytes: "http/1.1 200 OK\r\n",
            events: [],
            error: .malformedStatusLine
        ),
        Example(
            name: "HTTP/2",
            bytes: "HTTP/2.0 200 OK\r\n",
            events: [],
            error: .unsupportedVersion
        ),
        Example(
            name: "a bare line feed",
            bytes: "HTTP/1.1 200 OK\n",
            events: [],
            error: .malformedStatusLine
        ),
        Example(
            name: "two digits",
            bytes: "HTTP/1.1 20 OK\r\n",
            events: [],
            error: .malformedStatusLine
        ),
        Example(
            name: "four digits",
            bytes: "HTTP/1.1 2000 OK\r\n",
            events: [],
            error: .malformedStatusLine
        ),
        Example(
            name: "a status of the sixth hundred",
            bytes: "HTTP/1.1 600 x\r\n",
            events: [],
            error: .malformedStatusLine
        ),
        Example(
            name: "a control character in the phrase",
            bytes: "HTTP/1.1 200 O\u{1}\r\n",
            events: [],
            error: .malformedStatusLine
        ),
        Example(
            name: "a folded field",
            bytes: ok + " a: b\r\n",
            events: [],
            error: .malformedField
        ),
        Example(
            name: "a blank before the colon (RFC 9112 section 5.1)",
            bytes: ok + "content-length : 1\r\n",
            events: [],
            error: .malformedField
        ),
        Example(
            name: "a bare carriage return in a value",
            bytes: ok + "a: b\rc\r\n",
            events: [],
            error: .malformedField
        ),
        Example(
            name: "two lengths",
            bytes: ok + "content-length: 1\r\ncontent-length: 2\r\n\r\n",
            events: [],
            error: .ambiguousLength
        ),
        Example(
            name: "a length that is no number",
            bytes: ok + "content-length: +1\r\n\r\n",
            events: [],
            error: .ambiguousLength
        ),
        Example(
            name: "a length beside chunks",
            bytes: ok + "content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n",
            events: [],
            error: .ambiguousLength
        ),
        Example(
            name: "chunks in HTTP/1.0",
            bytes: "HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
            events: [],
            error: .ambiguousLength
        ),
        Example(
            name: "another coding",
            bytes: ok + "transfer-encoding: gzip, chunked\r\n\r\n",
            events: [],
            error: .unsupportedTransferCoding
        ),
        Example(
            name: "204 with a length",
            bytes: "HTTP/1.1 204 x\r\ncontent-length: 3\r\n\r\n",
            events: [],
            error: .ambiguousLength
        ),
        Example(
            name: "204 with chunks",
            bytes: "HTTP/1.1 204 x\r\ntransfer-encoding: chunked\r\n\r\n",
            events: [],
            error: .ambiguousLength
        ),
        Example(
            name: "an upgrade that was not asked for",
            bytes: "HTTP/1.1 101 x\r\nupgrade: x\r\n\r\n",
            events: [],
            error: .unexpectedUpgrade
        ),
        Example(
            name: "a chunk that is no chunk",
            bytes: ok + "transfer-encoding: chunked\r\n\r\nxyz\r\n",
            events: ["200 1.1"],
            error: .malformedChunk
        ),
        Example(
            name: "bytes behind the answer",
            bytes: ok + "content-length: 0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
            events: ["200 1.1", "end spent"],
            error: .unexpectedBytes
        ),
        Example(
            name: "no answer",
            bytes: "",
            end: true,
            events: [],
            error: .noResponse
        ),
        Example(
            name: "half a head",
            bytes: ok + "content",
            end: true,
            events: [],
            error: .truncated
        ),
        Example(
            name: "an interim answer and no other",
            bytes: "HTTP/1.1 100 x\r\n\r\n",
            end: true,
            events: [],
            error: .truncated
        ),
        Example(
            name: "half a body, although the end is clean",
            bytes: ok + "content-length: 3\r\n\r\nab",
            end: true,
            events: ["200 1.1"],
            error: .truncated
        ),
        Example(
            name: "chunks without the last",
            bytes: ok + "transfer-encoding: chunked\r\n\r\n1\r\na\r\n",
            end: true,
            events: ["200 1.1"],
            error: .truncated
        ),
        Example(
            name: "chunks without the empty line",
            bytes: ok + "transfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n",
            end: true,
            events: ["200 1.1"],
            error: .truncated
        ),
        Example(
            name: "no length, and an end that is not clean (RFC 9112 section 9.8)",
            bytes: ok + "\r\nall of it",
            end: false,
            events: ["200 1.1"],
            error: .truncated
        ),
    ]

    @Test("a response comes out whole, however it is cut", arguments: complete)
    func responses(example: Example) {
        for pieces in DripFeed.ways(Array(example.bytes.utf8)) {
            let trace = HTTPResponseTrace(pieces, methods: [example.method], end: example.end)
            // What follows the last byte is decided at once only when both come together.
            #expect(trace == HTTPResponseTrace(example.events), "\(pieces.map(\.count))")
        }
    }

    @Test("what is wrong is refused with its reason, however it is cut", arguments: refused)
    func refusals(example: Example) {
        for pieces in DripFeed.ways(Array(example.bytes.utf8)) {
            let trace = HTTPResponseTrace(pieces, methods: [example.method], end: example.end)
            #expect(trace.error == example.error, "\(pieces.map(\.count))")
            let heads = trace.events.filter { !$0.hasPrefix("end") }
            #expect(heads == example.events.filter { !$0.hasPrefix("end") })
        }
    }

    @Test("responses follow each other on one connection")
    func keepAlive() {
        let one = Self.ok + "content-length: 1\r\n\r\n"
        let trace = HTTPResponseTrace(
            [Array((one + "a").utf8), Array(one.utf8), Array((one + "b").utf8)],
            methods: [.get, .head, .post]
        )
        let events = [
            "200 1.1", "body a", "end kept", "200 1.1", "end kept", "200 1.1", "body b", "end kept",
        ]
        #expect(trace == HTTPResponseTrace(events))
    }

    @Test("bytes that no request asked for spoil the connection")
    func unasked() throws {
        var decoder = HTTPResponseDecoder()
        var isReusable = decoder.isReusable
        #expect(isReusable)
        let bytes = Array("HTTP/1.1 408 Request Timeout\r\n\r\n".utf8)
        decoder.receive(bytes.span)
        isReusable = decoder.isReusable
        #expect(!isReusable)
        #expect(throws: HTTPResponseError.unexpectedBytes) { _ = try decoder.next() }
        #expect(throws: HTTPResponseError.unexpectedBytes) { _ = try decoder.next() }
    }

    @Test("limits hold to the byte, and more interim answers than allowed are refused")
    func limits() {
        var limits = HTTPResponseLimits(bodyBytesMax: 10)
        limits.headBytesMax = 64
        limits.fieldCountMax = 3
        func error(_ text: String, end: Bool? = nil) -> HTTPResponseError? {
            let bytes = Array(text.utf8)
            let whole = HTTPResponseTrace([bytes], limits: limits, end: end)
            let drip = HTTPResponseTrace(bytes.map { [$0] }, limits: limits, end: end)
            #expect(whole.error == drip.error)
            return whole.error
        }
        func head(_ count: Int) -> String {
            let rest = Self.ok + "content-length: 0\r\nx: \r\n\r\n"
            let filler = String(repeating: "a", count: count - rest.utf8.count)
            return Self.ok + "content-length: 0\r\nx: \(filler)\r\n\r\n"
        }
        #expect(error(head(64)) == nil)
        #expect(error(head(65)) == .headTooLarge)
        let many = String(repeating: "x:\r\n", count: 4)
        #expect(error(Self.ok + many + "\r\n") == .headTooLarge)
        #expect(error(Self.ok + "content-length: 10\r\n\r\n0123456789") == nil)
        #expect(error(Self.ok + "content-length: 11\r\n\r\n") == .bodyTooLarge)
        let huge = "content-length: 99999999999999999999999999\r\n\r\n"
        #expect(error(Self.ok + huge) == .bodyTooLarge)
        let chunked = Self.ok + "transfer-encoding: chunked\r\n\r\n"
        #expect(error(chunked + "A\r\n0123456789\r\n0\r\n\r\n") == nil)
        #expect(error(chunked + "A\r\n0123456789\r\n1\r\n") == .bodyTooLarge)
        #expect(error(Self.ok + "\r\n0123456789", end: true) == nil)
        #expect(error(Self.ok + "\r\n0123456789a", end: true) == .bodyTooLarge)
        let interims = String(repeating: "HTTP/1.1 100 x\r\n\r\n", count: 8)
        let final = Self.ok + "content-length: 0\r\n\r\n"
        #expect(error(interims + final) == nil)
        #expect(error(interims + "HTTP/1.1 100 x\r\n\r\n") == .tooManyInterims)
        let phrase = String(repeating: "a", count: 2_000)
        limits.headBytesMax = 4_096
        #expect(error("HTTP/1.1 200 \(phrase)") == .malformedStatusLine)
    }

    @Test("garbage, and answers with a byte changed, never do worse than an error")
    func garbage() {
        let whole = Array(
            (Self.ok + "transfer-encoding: chunked\r\nretry-after: 3\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
                .utf8
        )
        for seed in 0..<3_000 as Range<UInt64> {
            var random = SplitMix64(seed: seed)
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] =
                    UInt8.random(in: 0...255, using: &random)
            }
            if seed % 10 == 0 { bytes = bytes.map { _ in .random(in: 0...255, using: &random) } }
            let at = HTTPResponseTrace([bytes], end: true)
            let drip = HTTPResponseTrace(bytes.map { [$0] }, end: true)
            // Bytes behind the end are noticed with it or after it.
            #expect(at.error == drip.error, "seed \(seed)")
            let isComplete = at.events.last?.hasPrefix("end") ?? false
            #expect(isComplete || at.error != nil, "seed \(seed)")
        }
    }
}
