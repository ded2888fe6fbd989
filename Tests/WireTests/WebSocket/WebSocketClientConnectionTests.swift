import TestSupport
import Testing

@testable import Wire

@Suite struct WebSocketClientConnectionTests {
    private static let nonce = Array("the sample nonce".utf8)
    private static let accepted = Array(
        ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n").utf8
    )
    private static let second: Int64 = 1_000_000_000

    /// What a connection said to some bytes.
    private struct Log: Equatable {
        var isOpen = false
        var messages: [String] = []
        /// Frames sent, unmasked: `8A 70` is a pong of `p`.
        var sent: [[UInt8]] = []
        var pongs = 0
        var end: WebSocketClientEnd?
    }

    /// Masks that differ each time, so that a mask used twice shows.
    private final class Masks {
        var given: [UInt32] = []

        func next() -> UInt32 {
            given.append(0x0102_0304 &* UInt32(given.count + 1))
            return given[given.count - 1]
        }
    }

    private let masks = Masks()

    private func client(
        timing: WebSocketTiming = WebSocketTiming(),
        limits: WebSocketLimits = WebSocketLimits(),
        opened: Bool = true
    ) throws -> WebSocketClientConnection {
        let masks = masks
        var connection = try WebSocketClientConnection(
            host: "a",
            target: "/",
            nonce: Self.nonce.span,
            masks: { masks.next() },
            limits: limits,
            timing: timing,
            at: 0
        )
        if opened {
            connection.receive(Self.accepted.span, at: 0)
            guard case .open? = connection.next() else { throw WebSocketClientEnd.cutOff }
        }
        return connection
    }

    private func take(_ connection: inout WebSocketClientConnection) -> Log {
        var log = Log()
        while let event = connection.next() {
            switch event {
            case .open: log.isOpen = true
            case .text, .binary: log.messages.append(connection.withPayload { text($0) })
            case .pong: log.pongs += 1
            case .send(let bytes): log.sent.append(unmasked(array(bytes.span)))
            case .ended(let end):
                #expect(log.end == nil)
                log.end = end
            }
        }
        return log
    }

    private func feed(
        _ connection: inout WebSocketClientConnection,
        _ bytes: [UInt8],
        at now: Int64 = 0
    ) -> Log {
        connection.receive(bytes.span, at: now)
        return take(&connection)
    }

    /// A frame of a client without mask and length: first byte, payload.
    private func unmasked(_ frame: [UInt8]) -> [UInt8] {
        #expect(frame[1] & 0x80 != 0, "a client masks")
        let mask = Array(frame[2..<6])
        #expect(frame.count == 6 + Int(frame[1] & 0x7F))
        return [frame[0]] + frame[6...].enumerated().map { $1 ^ mask[$0 % 4] }
    }

    private func server(_ first: UInt8, _ payload: [UInt8]) -> [UInt8] {
        clientFrame(first, payload, mask: nil)
    }

    private func server(_ first: UInt8, _ payload: String) -> [UInt8] {
        server(first, Array(payload.utf8))
    }

    @Test("handshake and messages come through, however they are cut")
    func session() throws {
        let bytes =
            Self.accepted + server(0x81, "one") + server(0x89, "p") + server(0x01, "tw")
            + server(0x80, "o") + server(0x8A, "") + server(0x88, closePayload(1_000))
        for pieces in DripFeed.ways(bytes) {
            var connection = try client(opened: false)
            var log = Log()
            for piece in pieces {
                let part = feed(&connection, piece)
                log.isOpen = log.isOpen || part.isOpen
                log.messages += part.messages
                log.sent += part.sent
                log.pongs += part.pongs
                log.end = log.end ?? part.end
            }
            let expected = Log(
                isOpen: true,
                messages: ["one", "two"],
                sent: [[0x8A, UInt8(ascii: "p")], [0x88, 0x03, 0xE8]],
                pongs: 1,
                end: .byPeer(.normal)
            )
            #expect(log == expected)
            let counts = (connection.receivedByteCount, connection.messageCount)
            #expect(counts.0 == bytes.count && counts.1 == 2)
        }
    }

    @Test("what is sent is masked, each frame with a mask of its own")
    func sending() throws {
        var connection = try client()
        let payload = Array("hello".utf8)
        let firstFrame = connection.text(payload.span)
        let secondFrame = connection.binary(payload.span)
        let first = try #require(firstFrame)
        let second = try #require(secondFrame)
        #expect(unmasked(array(first.span)) == [0x81] + payload)
        #expect(unmasked(array(second.span)) == [0x82] + payload)
        #expect(Set(masks.given).count == masks.given.count && masks.given.count == 2)
        let close = connection.close(.normal, at: 0)
        #expect(close.map { unmasked(array($0.span)) } == [0x88, 0x03, 0xE8])
        let late = connection.text(payload.span)
        let again = connection.close(.normal, at: 0)
        #expect(late == nil && again == nil)
    }

    @Test("nothing is sent before the handshake is answered")
    func early() throws {
        var connection = try client(opened: false)
        let message = connection.text(Self.nonce.span)
        let close = connection.close(.normal, at: 0)
        #expect(message == nil && close == nil)
    }

    @Test("a server that misbehaves is refused with the right code")
    func violations() throws {
        let cases: [([UInt8], WebSocketError, UInt16)] = [
            (clientFrame(0x81, "masked"), .wrongMasking, 1_002),
            (server(0xC1, "compressed"), .reservedBits, 1_002),
            (server(0x83, ""), .unknownOpcode, 1_002),
            (server(0x09, ""), .controlFragmented, 1_002),
            ([0x89, 126, 0, 126], .controlTooLong, 1_002),
            (server(0x80, "x"), .unexpectedContinuation, 1_002),
            (server(0x01, "a") + server(0x81, "b"), .interruptedMessage, 1_002),
            (server(0x81, [0xFF]), .invalidUTF8, 1_007),
            (server(0x88, [3]), .badClose, 1_002),
            (server(0x88, closePayload(1_005)), .badClose, 1_002),
            ([0x81, 126, 0x10, 0x01], .messageTooBig, 1_009),
            ([0x81, 127, 0, 0, 0, 0, 0, 0, 0, 1], .lengthNotMinimal, 1_002),
        ]
        for (bytes, error, code) in cases {
            var connection = try client()
            let log = feed(&connection, server(0x81, "ok") + bytes)
            let frame = [0x88] + closePayload(code)
            let expected = Log(messages: ["ok"], sent: [frame], end: .byError(error))
            #expect(log == expected, "\(error)")
            let isOpen = connection.isOpen
            #expect(!isOpen)
        }
    }

    @Test("a handshake that is refused, malformed or late ends at once")
    func refused() throws {
        let cases: [(String, WebSocketClientEnd)] = [
            (
                "HTTP/1.1 451 x\r\ncontent-length: 9\r\n\r\n",
                .refused(.refused(status: 451, retryAfter: nil))
            ),
            ("SSH-2.0\r\n", .refused(.malformedAnswer)),
        ]
        for (bytes, end) in cases {
            var connection = try client(opened: false)
            #expect(feed(&connection, Array(bytes.utf8)) == Log(end: end))
        }
        var late = try client(opened: false)
        let deadline = late.deadline
        #expect(deadline == 5 * Self.second)
        late.elapse(to: 5 * Self.second - 1)
        #expect(take(&late) == Log())
        late.elapse(to: 5 * Self.second)
        #expect(take(&late) == Log(end: .handshakeTimeout))
        let none = late.deadline
        #expect(none == nil)
    }

    @Test("our close waits for its answer, and not for ever")
    func closing() throws {
        var answered = try client()
        _ = answered.close(.goingAway, at: 0)
        #expect(feed(&answered, server(0x81, "late") + server(0x89, "p")) == Log())
        let answer = server(0x88, closePayload(1_001))
        #expect(feed(&answered, answer) == Log(end: .byUs(.goingAway)))

        var ignored = try client()
        _ = ignored.close(.goingAway, at: Self.second)
        let deadline = ignored.deadline
        #expect(deadline == 3 * Self.second)
        ignored.elapse(to: 3 * Self.second)
        #expect(take(&ignored) == Log(end: .closeTimeout))
    }

    @Test("the reason of the server's close is lent with the end")
    func closeReason() throws {
        for isOurs in [false, true] {
            var connection = try client()
            if isOurs { _ = connection.close(.normal, at: 0) }
            let frame = server(0x88, closePayload(4_001, Array("no such key".utf8)))
            connection.receive(frame.span, at: 0)
            while let event = connection.next() {
                guard case .ended = event else { continue }
                let reason = connection.withPayload { text($0) }
                #expect(reason == "no such key")
            }
        }
    }

    @Test("an end of the transport is a cut, but what came before it is taken out first")
    func cutOff() throws {
        var connection = try client()
        connection.receiveEnd()
        #expect(feed(&connection, server(0x81, "last")) == Log(messages: ["last"], end: .cutOff))
        var opening = try client(opened: false)
        opening.receiveEnd()
        #expect(take(&opening) == Log(end: .cutOff))
        var closed = try client()
        closed.receiveEnd()
        let log = feed(&closed, server(0x88, closePayload(1_000)))
        #expect(log == Log(sent: [[0x88, 0x03, 0xE8]], end: .byPeer(.normal)))
    }

    @Test("pings of our own go out in their rhythm, and their pongs measure the way")
    func pings() throws {
        var timing = WebSocketTiming()
        timing.pingMilliseconds = 10_000
        var connection = try client(timing: timing)
        var deadline = connection.deadline
        #expect(deadline == 10 * Self.second)
        connection.elapse(to: 10 * Self.second - 1)
        #expect(take(&connection) == Log())
        connection.elapse(to: 10 * Self.second)
        let log = take(&connection)
        #expect(log.sent.count == 1 && log.sent[0][0] == 0x89 && log.sent[0].count == 9)
        deadline = connection.deadline
        #expect(deadline == 20 * Self.second)
        // A pong of something else says that the server lives, and no more.
        let at = 10 * Self.second + 2_500_000
        #expect(feed(&connection, server(0x8A, "other"), at: at) == Log(pongs: 1))
        var roundTrip = connection.roundTripNanoseconds
        #expect(roundTrip == nil)
        let payload = Array(log.sent[0].dropFirst())
        #expect(feed(&connection, server(0x8A, payload), at: at) == Log(pongs: 1))
        roundTrip = connection.roundTripNanoseconds
        #expect(roundTrip == 2_500_000)
    }

    @Test("a silent server is given up; any byte is a sign of life")
    func silence() throws {
        var timing = WebSocketTiming()
        timing.pingMilliseconds = nil
        timing.silenceMilliseconds = 30_000
        var connection = try client(timing: timing)
        #expect(feed(&connection, [0x81], at: 20 * Self.second) == Log())
        let deadline = connection.deadline
        #expect(deadline == 50 * Self.second)
        connection.elapse(to: 50 * Self.second - 1)
        #expect(take(&connection) == Log())
        connection.elapse(to: 50 * Self.second)
        #expect(take(&connection) == Log(end: .silence))
        #expect(feed(&connection, [0x00], at: 51 * Self.second) == Log())
    }

    @Test("it speaks with our own server, both ways", arguments: 0..<20 as Range<UInt64>)
    func bothRoles(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var connection = try client(limits: WebSocketLimits(messageBytesMax: 100_000))
        var server = WebSocketConnection(limits: WebSocketLimits(messageBytesMax: 100_000))
        for _ in 0..<20 {
            let size = Int.random(in: 0...70_000, using: &random)
            let message = (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }
            let sent = connection.binary(message.span)
            let frame = try #require(sent)
            server.receive(frame.span)
            guard case .binary? = server.next() else {
                Issue.record("no message, seed \(seed)")
                return
            }
            let echo = server.withPayload { WebSocketFrame.binary($0) }
            connection.receive(echo.span, at: 0)
            guard case .binary? = connection.next() else {
                Issue.record("no echo, seed \(seed)")
                return
            }
            let received = connection.withPayload { array($0) }
            #expect(received == message, "seed \(seed)")
        }
    }
}

extension WebSocketClientEnd: Error {}
