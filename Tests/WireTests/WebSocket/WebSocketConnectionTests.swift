import TestSupport
import Testing

@testable import Wire

@Suite struct WebSocketConnectionTests {
    /// What a connection said to some bytes.
    private struct Log: Equatable {
        var messages: [String] = []
        var sent: [UInt8] = []
        var pongs = 0
        var end: WebSocketEnd?
    }

    private func log(_ connection: inout WebSocketConnection, _ bytes: [UInt8]) -> Log {
        var log = Log()
        connection.receive(bytes.span)
        while let event = connection.next() {
            switch event {
            case .text, .binary: log.messages.append(connection.withPayload { text($0) })
            case .pong: log.pongs += 1
            case .send(let bytes): log.sent += array(bytes.span)
            case .ended(let end):
                #expect(log.end == nil)
                log.end = end
            }
        }
        return log
    }

    private func server(_ first: UInt8, _ payload: [UInt8]) -> [UInt8] {
        clientFrame(first, payload, mask: nil)
    }

    @Test("messages come through, pings are answered, pongs are reported")
    func open() {
        var connection = WebSocketConnection()
        let result = log(
            &connection,
            clientFrame(0x81, "a") + clientFrame(0x89, "p") + clientFrame(0x8A, "")
                + clientFrame(0x82, "b")
        )
        #expect(
            result
                == Log(messages: ["a", "b"], sent: server(0x8A, Array("p".utf8)), pongs: 1)
        )
        let isOpen = connection.isOpen
        #expect(isOpen)
    }

    @Test("the peer's close is answered with its code, and ends the connection")
    func closedByPeer() {
        let cases: [([UInt8], WebSocketCloseCode?)] = [
            ([], nil), (closePayload(1_000, Array("bye".utf8)), .normal),
            (closePayload(4_321), WebSocketCloseCode(rawValue: 4_321)),
        ]
        for (payload, code) in cases {
            var connection = WebSocketConnection()
            let result = log(&connection, clientFrame(0x88, payload) + clientFrame(0x81, "late"))
            #expect(
                result == Log(sent: server(0x88, Array(payload.prefix(2))), end: .byPeer(code))
            )
            let isOpen = connection.isOpen
            #expect(!isOpen)
            let second = connection.close(.goingAway)
            #expect(second == nil)
            let later = log(&connection, clientFrame(0x81, "later"))
            #expect(later == Log())
        }
    }

    @Test("our close is sent once; up to its answer everything else is ignored")
    func closedByUs() {
        var connection = WebSocketConnection()
        let frame = connection.close(.goingAway, reason: "restart")
        #expect(
            frame.map { array($0.span) }
                == server(0x88, closePayload(1_001, Array("restart".utf8)))
        )
        let second = connection.close(.normal)
        #expect(second == nil)
        let ignored = log(&connection, clientFrame(0x81, "a") + clientFrame(0x89, "p"))
        #expect(ignored == Log())
        let answer = clientFrame(0x88, closePayload(1_001))
        let ended = log(&connection, answer)
        #expect(ended == Log(end: .byUs(.goingAway)))
        let after = log(&connection, answer)
        #expect(after == Log())
    }

    @Test("a violation is answered with its close code, and ends the connection")
    func closedByError() {
        let cases: [([UInt8], WebSocketError, UInt16)] = [
            (clientFrame(0x83, "a"), .unknownOpcode, 1_002),
            (clientFrame(0x81, [0xFF]), .invalidUTF8, 1_007),
            ([0x81, 0xFE, 0x10, 0x01, 0, 0, 0, 0], .messageTooBig, 1_009),
        ]
        for (bytes, error, code) in cases {
            var connection = WebSocketConnection()
            let result = log(&connection, clientFrame(0x81, "ok") + bytes)
            #expect(
                result
                    == Log(
                        messages: ["ok"],
                        sent: server(0x88, closePayload(code)),
                        end: .byError(error)
                    )
            )
        }
    }

    @Test("a violation after our close is not answered any more")
    func errorWhileClosing() {
        var connection = WebSocketConnection()
        _ = connection.close(.tryAgainLater)
        let result = log(&connection, clientFrame(0x83, "a"))
        #expect(result == Log(end: .byError(.unknownOpcode)))
    }

    @Test("frames that came with the handshake are not lost")
    func remainder() throws {
        var decoder = HTTPRequestDecoder()
        let bytes = Array("GET / HTTP/1.1\r\nhost: a\r\n\r\n".utf8) + clientFrame(0x81, "early")
        decoder.receive(bytes.span)
        _ = try decoder.next()
        var connection = WebSocketConnection(input: decoder.takeRemainder())
        let result = log(&connection, [])
        #expect(result == Log(messages: ["early"]))
    }
}
