import TestSupport
import Testing

@testable import Wire

@Suite struct WebSocketDecoderTests {
    struct Example: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        let trace: WebSocketTrace
        var testDescription: String { name }

        init(
            _ name: String,
            _ bytes: [UInt8],
            _ items: [WebSocketTrace.Item],
            _ error: WebSocketError? = nil
        ) {
            self.name = name
            self.bytes = bytes
            trace = WebSocketTrace(items, error)
        }
    }

    typealias Item = WebSocketTrace.Item

    static let messages = [
        Example("RFC 6455 5.7: Hello", clientFrame(0x81, "Hello"), [Item(.text, "Hello")]),
        Example("an empty text", clientFrame(0x81, ""), [Item(.text)]),
        Example("an empty binary", clientFrame(0x82, ""), [Item(.binary)]),
        Example("any bytes in binary", clientFrame(0x82, [0xFF, 0]), [Item(.binary, [0xFF, 0])]),
        Example(
            "126 bytes take two of length",
            clientFrame(0x82, [UInt8](repeating: 7, count: 126)),
            [Item(.binary, [UInt8](repeating: 7, count: 126))]
        ),
        Example(
            "fragments with control frames between them",
            clientFrame(0x01, "a") + clientFrame(0x89, "p") + clientFrame(0x00, "")
                + clientFrame(0x8A, "q") + clientFrame(0x00, "bc") + clientFrame(0x80, "d"),
            [Item(.ping, "p"), Item(.pong, "q"), Item(.text, "abcd")]
        ),
        Example(
            "empty fragments",
            clientFrame(0x02, "") + clientFrame(0x00, "") + clientFrame(0x80, ""),
            [Item(.binary)]
        ),
        Example(
            "a character cut by fragments and a ping",
            clientFrame(0x01, [0xF0, 0x9F]) + clientFrame(0x89, [0xFF]) + clientFrame(0x00, [0x98])
                + clientFrame(0x80, [0x80]),
            [Item(.ping, [0xFF]), Item(.text, "😀")]
        ),
        Example(
            "messages one after the other",
            clientFrame(0x81, "é") + clientFrame(0x01, "a") + clientFrame(0x80, "b")
                + clientFrame(0x82, "c"),
            [Item(.text, "é"), Item(.text, "ab"), Item(.binary, "c")]
        ),
        Example(
            "a ping of 125 bytes",
            clientFrame(0x89, [UInt8](repeating: 1, count: 125)),
            [Item(.ping, [UInt8](repeating: 1, count: 125))]
        ),
        Example("an empty close", clientFrame(0x88, ""), [Item(.close(nil))]),
        Example(
            "a close with code and reason, and what comes after it",
            clientFrame(0x88, closePayload(1_000, Array("bye ✋".utf8))) + clientFrame(0x81, "x"),
            [Item(.close(.normal), "bye ✋")]
        ),
        Example(
            "a close within fragments",
            clientFrame(0x01, "a") + clientFrame(0x88, closePayload(1_001)),
            [Item(.close(.goingAway))]
        ),
    ]

    static let violations = [
        Example(
            "5.1: a client that does not mask",
            clientFrame(0x81, [1], mask: nil),
            [],
            .wrongMasking
        ),
        Example("5.2: RSV1", clientFrame(0xC1, "a"), [], .reservedBits),
        Example("5.2: RSV2", clientFrame(0xA1, "a"), [], .reservedBits),
        Example("5.2: RSV3 on a ping", clientFrame(0x99, "a"), [], .reservedBits),
        Example("5.2: opcode 3", clientFrame(0x83, "a"), [], .unknownOpcode),
        Example("5.2: opcode 7", clientFrame(0x87, "a"), [], .unknownOpcode),
        Example("5.2: opcode 11", clientFrame(0x8B, "a"), [], .unknownOpcode),
        Example("5.2: opcode 15", clientFrame(0x8F, "a"), [], .unknownOpcode),
        Example(
            "5.2: two bytes of length for 125",
            clientFrame(0x82, [UInt8](repeating: 0, count: 125), lengthForm: 2),
            [],
            .lengthNotMinimal
        ),
        Example(
            "5.2: eight bytes of length for 300",
            clientFrame(0x82, [UInt8](repeating: 0, count: 300), lengthForm: 8),
            [],
            .lengthNotMinimal
        ),
        Example(
            "5.2: the highest bit of a length",
            [0x82, 0xFF, 0x80, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0],
            [],
            .lengthNotMinimal
        ),
        Example(
            "a length of 2^62",
            [0x82, 0xFF, 0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            [],
            .messageTooBig
        ),
        Example(
            "5.5: a ping of 126 bytes",
            clientFrame(0x89, [UInt8](repeating: 0, count: 126)),
            [],
            .controlTooLong
        ),
        Example("5.5: a ping in fragments", clientFrame(0x09, "a"), [], .controlFragmented),
        Example("5.5: a close in fragments", clientFrame(0x08, ""), [], .controlFragmented),
        Example(
            "5.4: a continuation of nothing",
            clientFrame(0x80, "a"),
            [],
            .unexpectedContinuation
        ),
        Example(
            "5.4: a continuation after the message",
            clientFrame(0x01, "a") + clientFrame(0x80, "b") + clientFrame(0x00, "c"),
            [Item(.text, "ab")],
            .unexpectedContinuation
        ),
        Example(
            "5.4: a new text within fragments",
            clientFrame(0x01, "a") + clientFrame(0x81, "b"),
            [],
            .interruptedMessage
        ),
        Example(
            "5.4: a new binary within fragments, after a ping",
            clientFrame(0x02, "a") + clientFrame(0x89, "") + clientFrame(0x02, "b"),
            [Item(.ping)],
            .interruptedMessage
        ),
        Example("5.5.1: a close of one byte", clientFrame(0x88, [3]), [], .badClose),
        Example(
            "5.5.1: a reason that is not UTF-8",
            clientFrame(0x88, closePayload(1_000, [0xCE, 0xBA, 0xFF])),
            [],
            .invalidUTF8
        ),
        Example(
            "5.5.1: a reason that ends within a character",
            clientFrame(0x88, closePayload(1_000, [0xCE])),
            [],
            .invalidUTF8
        ),
        Example(
            "8.1: a text that is not UTF-8",
            clientFrame(0x81, [0x61, 0xFF]),
            [],
            .invalidUTF8
        ),
        Example(
            "8.1: a text that ends within a character",
            clientFrame(0x81, [0xCE]),
            [],
            .invalidUTF8
        ),
        Example(
            "8.1: fragments that end within a character",
            clientFrame(0x01, [0xCE]) + clientFrame(0x80, []),
            [],
            .invalidUTF8
        ),
        Example(
            "8.1: a surrogate cut by fragments",
            clientFrame(0x01, [0xED]) + clientFrame(0x80, [0xA0, 0x80]),
            [],
            .invalidUTF8
        ),
    ]

    @Test("messages decode alike however the network cuts them", arguments: messages + violations)
    func examplesDecode(_ example: Example) {
        for pieces in DripFeed.ways(example.bytes) {
            #expect(WebSocketTrace(pieces) == example.trace, "\(pieces.map(\.count))")
        }
    }

    @Test("a server's frames are read by a client, and refused when masked")
    func clientRole() {
        let hello = clientFrame(0x81, Array("Hello".utf8), mask: nil)
        #expect(hello == [0x81, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F])
        for pieces in DripFeed.ways(hello) {
            #expect(WebSocketTrace(pieces, role: .client) == WebSocketTrace([Item(.text, "Hello")]))
        }
        let masked = WebSocketTrace([clientFrame(0x81, "Hello")], role: .client)
        #expect(masked == WebSocketTrace([], .wrongMasking))
    }

    @Test("close codes: what travels is taken, what never travels is refused")
    func closeCodes() {
        for code in UInt16(0)...5_100 {
            let mayTravel =
                [
                    1_000, 1_001, 1_002, 1_003, 1_007, 1_008, 1_009, 1_010, 1_011, 1_012, 1_013,
                    1_014,
                ]
                .contains(code) || (3_000...4_999).contains(code)
            let expected =
                mayTravel
                ? WebSocketTrace([Item(.close(WebSocketCloseCode(rawValue: code)))])
                : WebSocketTrace([], .badClose)
            #expect(WebSocketTrace([clientFrame(0x88, closePayload(code))]) == expected)
        }
    }

    @Test("a fault is found before its frame is complete")
    func failsFast() {
        func error(_ bytes: [UInt8], _ count: Int) -> WebSocketError? {
            WebSocketTrace([Array(bytes[..<count])]).error
        }
        let badText = clientFrame(0x81, [0x61, 0xC0] + [UInt8](repeating: 0x61, count: 1_000))
        #expect(error(badText, 4 + 4 + 1) == nil)
        #expect(error(badText, 4 + 4 + 2) == .invalidUTF8)
        #expect(error([0x83], 1) == .unknownOpcode)
        #expect(error([0x81, 0x05], 2) == .wrongMasking)
        #expect(error([0x89, 0xFE], 2) == .controlTooLong)
        #expect(error([0x82, 0xFE, 0x10, 0x01, 0, 0, 0, 0], 8) == .messageTooBig)
    }

    @Test("a message at the limit is taken, one byte more is 1009, in one frame or in several")
    func messageLimit() {
        let limits = WebSocketLimits()
        #expect(limits.messageBytesMax == 4_096)
        #expect(WebSocketError.messageTooBig.closeCode.rawValue == 1_009)
        let full = [UInt8](repeating: 0x61, count: 4_096)
        #expect(WebSocketTrace([clientFrame(0x81, full)]).items == [Item(.text, full)])
        #expect(WebSocketTrace([clientFrame(0x81, full + [1])]).error == .messageTooBig)
        let most = clientFrame(0x02, Array(full[1...]))
        #expect(WebSocketTrace([most + clientFrame(0x80, [0x61])]).items == [Item(.binary, full)])
        #expect(WebSocketTrace([most + clientFrame(0x80, [1, 2])]).error == .messageTooBig)
    }

    @Test("after a failure the decoder says the same again and takes nothing more")
    func deadAfterError() {
        var decoder = WebSocketDecoder(role: .server)
        let bad = clientFrame(0x83, "a")
        let good = clientFrame(0x81, "a")
        decoder.receive(bad.span)
        for _ in 0..<2 {
            #expect(throws: WebSocketError.unknownOpcode) { try decoder.next() }
            decoder.receive(good.span)
        }
    }
}
