import TestSupport
import Testing

@testable import Wire

/// Where two readers of the same bytes could see different requests, none is served.
@Suite struct HTTPRefusalTests {
    struct Example: Sendable, CustomTestStringConvertible {
        let rule: String
        let bytes: String
        let error: HTTPError
        let status: Int
        var testDescription: String { rule }
    }

    private static func refused(
        _ rule: String,
        _ bytes: String,
        _ error: HTTPError,
        _ status: Int
    ) -> Example {
        Example(rule: rule, bytes: bytes, error: error, status: status)
    }

    /// A request line and a host, then these field lines.
    private static func fields(_ lines: String) -> String {
        "POST /s HTTP/1.1\r\nhost: a\r\n" + lines + "\r\n\r\n"
    }

    /// A chunked request with this body.
    private static func chunks(_ body: String) -> String {
        fields("transfer-encoding: chunked") + body
    }

    static let smuggling = [
        refused(
            "6.1: length and coding together",
            fields("content-length: 2\r\ntransfer-encoding: chunked"),
            .ambiguousLength,
            400
        ),
        refused(
            "6.1: coding and length, the other way round",
            fields("transfer-encoding: chunked\r\ncontent-length: 2"),
            .ambiguousLength,
            400
        ),
        refused(
            "6.1: a coding in HTTP/1.0",
            "POST / HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n",
            .ambiguousLength,
            400
        ),
        refused(
            "6.3: two lengths that differ",
            fields("content-length: 2\r\ncontent-length: 3"),
            .ambiguousLength,
            400
        ),
        refused("6.3: a list of lengths", fields("content-length: 2, 2"), .ambiguousLength, 400),
        refused("6.3: negative", fields("content-length: -1"), .ambiguousLength, 400),
        refused("6.3: a plus", fields("content-length: +2"), .ambiguousLength, 400),
        refused("6.3: no number", fields("content-length: abc"), .ambiguousLength, 400),
        refused("6.3: hexadecimal", fields("content-length: 0x2"), .ambiguousLength, 400),
        refused("6.3: an empty length", fields("content-length:"), .ambiguousLength, 400),
        refused("6.3: a blank inside", fields("content-length: 1 2"), .ambiguousLength, 400),
        refused(
            "6.1: a coding that is not spoken",
            fields("transfer-encoding: gzip"),
            .unsupportedTransferCoding,
            501
        ),
        refused(
            "6.1: chunked is not all",
            fields("transfer-encoding: gzip, chunked"),
            .unsupportedTransferCoding,
            501
        ),
        refused(
            "6.1: chunked is not last",
            fields("transfer-encoding: chunked, identity"),
            .unsupportedTransferCoding,
            501
        ),
        refused(
            "6.1: chunked twice",
            fields("transfer-encoding: chunked\r\ntransfer-encoding: chunked"),
            .unsupportedTransferCoding,
            501
        ),
        refused(
            "6.1: something like chunked",
            fields("transfer-encoding: xchunked"),
            .unsupportedTransferCoding,
            501
        ),
        refused(
            "6.1: no coding named",
            fields("transfer-encoding:"),
            .unsupportedTransferCoding,
            501
        ),
        refused("5.2: a folded line", fields("x-a: b\r\n c"), .malformedField, 400),
        refused("5.2: folded by a tab", fields("x-a: b\r\n\tc: d"), .malformedField, 400),
        refused(
            "2.2: a blank before the first field",
            "GET / HTTP/1.1\r\n host: a\r\n\r\n",
            .malformedField,
            400
        ),
        refused("5.1: a blank before the colon", fields("x-a : b"), .malformedField, 400),
        refused("5.1: a tab before the colon", fields("x-a\t: b"), .malformedField, 400),
        refused("5.1: no colon", fields("x-a"), .malformedField, 400),
        refused("5.1: no name", fields(": b"), .malformedField, 400),
        refused("5.1: a name that is no token", fields("x(a): b"), .malformedField, 400),
        refused(
            "2.2: a bare line feed ends a field",
            fields("x-a: b\nx-c: d"),
            .malformedField,
            400
        ),
        refused(
            "2.2: a bare line feed ends the request line",
            "GET / HTTP/1.1\nhost: a\r\n\r\n",
            .malformedRequestLine,
            400
        ),
        refused(
            "2.2: a bare line feed ends the head",
            "GET / HTTP/1.1\r\nhost: a\r\n\n",
            .malformedField,
            400
        ),
        refused("2.2: a bare carriage return", fields("x-a: b\rx-c: d"), .malformedField, 400),
        refused("9110 5.5: NUL in a value", fields("x-a: b\0c"), .malformedField, 400),
        refused("9110 5.5: a control in a value", fields("x-a: b\u{1B}c"), .malformedField, 400),
        refused("9110 5.5: DEL in a value", fields("x-a: b\u{7F}c"), .malformedField, 400),
        refused("7.1: no size", chunks("\r\n"), .malformedChunk, 400),
        refused("7.1: a size that is no number", chunks("xyz\r\n"), .malformedChunk, 400),
        refused("7.1: a negative size", chunks("-1\r\n"), .malformedChunk, 400),
        refused("7.1: a prefix", chunks("0x1\r\na\r\n"), .malformedChunk, 400),
        refused("7.1: a blank before the size", chunks(" 1\r\na\r\n"), .malformedChunk, 400),
        refused("7.1: a blank after the size", chunks("1 \r\na\r\n"), .malformedChunk, 400),
        refused("7.1: a bare line feed after the size", chunks("1\na\r\n"), .malformedChunk, 400),
        refused(
            "7.1: a carriage return in an extension",
            chunks("1;a\rb\r\n"),
            .malformedChunk,
            400
        ),
        refused("7.1: more data than the size", chunks("1\r\nab\r\n"), .malformedChunk, 400),
        refused(
            "7.1: a bare line feed after the data",
            chunks("1\r\na\n0\r\n\r\n"),
            .malformedChunk,
            400
        ),
        refused(
            "7.1: a bare carriage return after the data",
            chunks("1\r\na\rb"),
            .malformedChunk,
            400
        ),
        refused(
            "7.1.2: a trailer that is no field",
            chunks("0\r\nfoo\r\n\r\n"),
            .malformedField,
            400
        ),
        refused(
            "7.1.2: a bare line feed ends the trailer",
            chunks("0\r\n\n"),
            .malformedField,
            400
        ),
        refused(
            "7.1: a size beyond any number",
            chunks("fffffffffffffffffff\r\n"),
            .bodyTooLarge,
            413
        ),
        refused(
            "6.3: a length beyond any number",
            fields("content-length: 99999999999999999999999"),
            .bodyTooLarge,
            413
        ),
    ]

    static let requestLines = [
        refused("3.2: no host", "GET / HTTP/1.1\r\n\r\n", .badHost, 400),
        refused("3.2: two hosts", fields("host: a"), .badHost, 400),
        refused(
            "3.2: two hosts in 1.0",
            "GET / HTTP/1.0\r\nhost: a\r\nhost: a\r\n\r\n",
            .badHost,
            400
        ),
        refused("3.2: a path in the host", "GET / HTTP/1.1\r\nhost: a/b\r\n\r\n", .badHost, 400),
        refused("3.2: a user in the host", "GET / HTTP/1.1\r\nhost: b@a\r\n\r\n", .badHost, 400),
        refused("3.2: two words", "GET / HTTP/1.1\r\nhost: a b\r\n\r\n", .badHost, 400),
        refused("3: garbage", "hello\r\n\r\n", .malformedRequestLine, 400),
        refused("3: no version", "GET /\r\n\r\n", .malformedRequestLine, 400),
        refused("3: an empty version", "GET / \r\n\r\n", .malformedRequestLine, 400),
        refused("3: no target", "GET  HTTP/1.1\r\nhost: a\r\n\r\n", .malformedRequestLine, 400),
        refused("3: two blanks", "GET /  HTTP/1.1\r\nhost: a\r\n\r\n", .malformedRequestLine, 400),
        refused(
            "3: a blank in the target",
            "GET /a b HTTP/1.1\r\n\r\n",
            .malformedRequestLine,
            400
        ),
        refused(
            "3: a blank at the end",
            "GET / HTTP/1.1 \r\nhost: a\r\n\r\n",
            .malformedRequestLine,
            400
        ),
        refused("3: a tab", "GET\t/\tHTTP/1.1\r\nhost: a\r\n\r\n", .malformedRequestLine, 400),
        refused(
            "3: a blank in front",
            " GET / HTTP/1.1\r\nhost: a\r\n\r\n",
            .malformedRequestLine,
            400
        ),
        refused(
            "3.1: a method that is no token",
            "G(T / HTTP/1.1\r\n\r\n",
            .malformedRequestLine,
            400
        ),
        refused("3.2: a byte above 0x7F", "GET /é HTTP/1.1\r\n\r\n", .malformedRequestLine, 400),
        refused("3.2: NUL in the target", "GET /\0 HTTP/1.1\r\n\r\n", .malformedRequestLine, 400),
        refused("2.3: another name", "GET / HTTQ/1.1\r\n\r\n", .malformedRequestLine, 400),
        refused("2.3: lower case", "GET / http/1.1\r\n\r\n", .malformedRequestLine, 400),
        refused("2.3: two digits", "GET / HTTP/1.10\r\n\r\n", .malformedRequestLine, 400),
        refused("2.3: no digit", "GET / HTTP/1.x\r\n\r\n", .malformedRequestLine, 400),
        refused("HTTP/2.0 in the request line", "GET / HTTP/2.0\r\n\r\n", .unsupportedVersion, 505),
        refused("HTTP/0.9 in the request line", "GET / HTTP/0.9\r\n\r\n", .unsupportedVersion, 505),
        refused(
            "the preface of HTTP/2",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            .unsupportedVersion,
            505
        ),
        refused("2.2: three empty lines in front", "\r\n\r\n\r\nGET", .malformedRequestLine, 400),
        refused(
            "2.2: a bare line feed in front",
            "\nGET / HTTP/1.0\r\n\r\n",
            .malformedRequestLine,
            400
        ),
    ]

    @Test("ambiguous framing is refused, cut anywhere", arguments: smuggling)
    func ambiguousFraming(_ example: Example) { check(example) }

    @Test("malformed request lines and hosts are refused, cut anywhere", arguments: requestLines)
    func badRequestLines(_ example: Example) { check(example) }

    private func check(_ example: Example) {
        #expect(example.error.status.code == example.status)
        for pieces in DripFeed.ways(Array(example.bytes.utf8)) {
            #expect(HTTPTrace(pieces).error == example.error, "\(pieces.map(\.count))")
        }
    }
}
