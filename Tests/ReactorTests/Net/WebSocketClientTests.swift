import Crypto
import TestSupport
import Testing
import Wire

@testable import Reactor

@Suite(.enabled(if: ThrowawayCA.isPresent, Comment(rawValue: ThrowawayCA.absenceMessage)))
struct WebSocketClientTests {
    /// A server of WebSockets that echoes, and that the test may make misbehave.
    private final class EchoServer {
        var server: TestServer?
        var heads: [HTTPRequestHead] = []
        var ends: [WebSocketEnd] = []
        /// Sent instead of the answer to the handshake.
        var answer: String?
        /// Sent behind the handshake.
        var greeting: SharedBytes?
        /// Whether it answers nothing at all.
        var isMute = false
        var streams: [any ByteStream] { server?.streams ?? [] }

        init(on loop: EventLoop, tls: TLSContext?) throws {
            server = try TestServer(on: loop, tls: tls) { [unowned self] in self.serve($0) }
        }

        private func serve(_ stream: any ByteStream) {
            var http = HTTPRequestDecoder()
            var connection = WebSocketConnection()
            var isOpen = false
            stream.onBytes = { bytes in
                if self.isMute { return }
                if isOpen {
                    connection.receive(bytes)
                } else {
                    http.receive(bytes)
                    guard case .head(let head)? = try? http.next() else { return }
                    self.heads.append(head)
                    if let answer = self.answer {
                        stream.write(SharedBytes(answer))
                        return stream.shutdown()
                    }
                    guard let accepted = try? WebSocketHandshake.accept(head, date: Span()) else {
                        return stream.close()
                    }
                    stream.write(accepted)
                    if let greeting = self.greeting { stream.write(greeting) }
                    let limits = WebSocketLimits(messageBytesMax: 1_000_000)
                    connection = WebSocketConnection(limits: limits, input: http.takeRemainder())
                    isOpen = true
                }
                while let event = connection.next() {
                    switch event {
                    case .text: stream.write(connection.withPayload { WebSocketFrame.text($0) })
                    case .binary: stream.write(connection.withPayload { WebSocketFrame.binary($0) })
                    case .pong: break
                    case .send(let bytes): stream.write(bytes)
                    case .ended(let end):
                        self.ends.append(end)
                        stream.shutdown()
                    }
                }
            }
            stream.onEnd = { stream.shutdown() }
            stream.startReading()
        }
    }

    private final class Link {
        let loop = EventLoop()
        let server: EchoServer
        let connector: Connector
        let client: WebSocketClient
        var opens = 0
        var messages: [[UInt8]] = []
        var outcomes: [WebSocketOutcome] = []

        init(
            isSecure: Bool = true,
            timing: WebSocketTiming = WebSocketTiming(),
            fields: [WebSocketClientHandshake.Field] = []
        ) throws {
            server = try EchoServer(on: loop, tls: isSecure ? TestCA.server() : nil)
            connector = Connector(on: loop, tls: try TestCA.client())
            guard let listening = server.server else { throw WebSocketOutcome.abandoned }
            client = try WebSocketClient(
                to: listening.url("ws", "/stream?x=1"),
                through: connector,
                fields: fields,
                timing: timing
            )
            client.onOpen = { self.opens += 1 }
            client.onText = { self.take($0) }
            client.onBinary = { self.take($0) }
            client.onEnd = { self.outcomes.append($0) }
        }

        private func take(_ bytes: Span<UInt8>) {
            var message: [UInt8] = []
            append(bytes, to: &message)
            messages.append(message)
        }

        /// Whether a message of some bytes is on its way.
        func send(_ message: [UInt8]) -> Bool { client.send(binary: message.span) }

        func waitForEnd() {
            drive(loop, "it ends") { outcomes.count == 1 }
            for _ in 0..<5 { loop.turn(waiting: false) }
            #expect(outcomes.count == 1)
        }

        func end() {
            server.server?.listener.close()
            finish(loop)
        }
    }

    @Test("messages go and come, plain and under TLS, and both sides say goodbye")
    func session() throws {
        for isSecure in [false, true] {
            let link = try Link(isSecure: isSecure, fields: [.init("Origin", "https://a")])
            #expect(!link.client.isOpen && !link.send(pattern(3)))
            drive(link.loop, "it opens") { link.opens == 1 }
            let sent = (0..<40).map { pattern($0 * 997, seed: UInt64($0)) }
            for message in sent { #expect(link.send(message)) }
            drive(link.loop, "all come back") { link.messages.count == sent.count }
            #expect(link.messages == sent)
            #expect(link.server.heads[0].targetText == "/stream?x=1")
            #expect(link.server.heads[0].text(of: "origin") == "https://a")
            let total = sent.reduce(0) { $0 + $1.count }
            #expect(link.client.messageCount == 40)
            #expect(link.client.sentByteCount > total && link.client.receivedByteCount > total)
            link.client.close(.normal)
            link.client.close(.normal)
            #expect(!link.send(pattern(3)))
            link.waitForEnd()
            #expect(link.outcomes == [.ended(.byUs(.normal))])
            #expect(link.server.ends == [.byPeer(.normal)])
            link.client.abandon()
            #expect(link.outcomes.count == 1)
            link.end()
        }
    }

    @Test("a handler that was lent a message may send, close and abandon")
    func reentrancy() throws {
        let link = try Link()
        link.client.onOpen = { _ = link.send(pattern(3)) }
        var texts = 0
        link.client.onBinary = { bytes in
            texts += 1
            let isSent = link.client.send(binary: bytes)
            #expect(isSent)
            if texts == 3 {
                link.client.close(.goingAway)
                let isSentLate = link.client.send(binary: bytes)
                #expect(!isSentLate)
            }
        }
        link.waitForEnd()
        #expect(link.outcomes == [.ended(.byUs(.goingAway))] && texts == 3)
        link.end()

        let other = try Link()
        other.client.onOpen = { _ = other.send(pattern(3)) }
        other.client.onBinary = { _ in other.client.abandon() }
        other.waitForEnd()
        #expect(other.outcomes == [.abandoned])
        other.end()
    }

    @Test("what comes with the answer to the handshake is not lost, also when the reader pauses")
    func greeting() throws {
        let link = try Link()
        let frames = ["a", "b", "c"].map { WebSocketFrame.text(Array($0.utf8).span) }
        link.server.greeting = SharedBytes(capacity: 100) { output in
            for frame in frames { output.append(copying: frame.span) }
        }
        var texts = ""
        link.client.onText = { bytes in
            var message: [UInt8] = []
            append(bytes, to: &message)
            texts += String(decoding: message, as: UTF8.self)
            link.client.stopReading()
        }
        for expected in ["a", "ab", "abc"] {
            drive(link.loop, "one more") { texts == expected }
            for _ in 0..<5 { link.loop.turn(waiting: false) }
            #expect(texts == expected)
            link.client.startReading()
        }
        link.client.abandon()
        link.end()
    }

    @Test("a server that misbehaves is closed with the right code")
    func violation() throws {
        let link = try Link()
        // Masked, which a server never does.
        link.server.greeting = WebSocketFrame.text(pattern(3).span, mask: 7)
        link.waitForEnd()
        #expect(link.outcomes == [.ended(.byError(.wrongMasking))])
        drive(link.loop, "the server is told") { !link.server.ends.isEmpty }
        #expect(link.server.ends == [.byPeer(.protocolError)])
        link.end()
    }

    @Test("no WebSocket there, nobody there, and a server that is somebody else")
    func refused() throws {
        let link = try Link()
        link.server.answer = "HTTP/1.1 429 x\r\nretry-after: 9\r\ncontent-length: 0\r\n\r\n"
        link.waitForEnd()
        let refusal = WebSocketClientHandshake.Failure.refused(
            status: 429,
            retryAfter: .delay(seconds: 9)
        )
        #expect(link.outcomes == [.ended(.refused(refusal))] && link.opens == 0)
        link.end()

        let loop = EventLoop()
        let connector = Connector(on: loop, tls: try TLSContext(trust: .system))
        let server = try EchoServer(on: loop, tls: TestCA.server())
        let url = try #require(try server.server?.url("ws"))
        var outcome: WebSocketOutcome?
        let client = try WebSocketClient(to: url, through: connector)
        client.onEnd = { outcome = $0 }
        drive(loop, "it fails") { outcome != nil }
        #expect(outcome == .notConnected(.tls(.unknownIssuer, host: "localhost")))
        #expect(server.heads.isEmpty)
        server.server?.listener.close()
        finish(loop)
    }

    @Test("a server that does not answer the handshake, or falls silent, is given up")
    func silence() throws {
        var timing = WebSocketTiming()
        timing.handshakeMilliseconds = 60
        let mute = try Link(timing: timing)
        mute.server.isMute = true
        mute.waitForEnd()
        #expect(mute.outcomes == [.ended(.handshakeTimeout)])
        mute.end()

        timing = WebSocketTiming()
        timing.pingMilliseconds = 20
        timing.silenceMilliseconds = 120
        let link = try Link(timing: timing)
        var pongs = 0
        link.client.onPong = {
            pongs += 1
            if pongs == 3 { link.server.isMute = true }
        }
        link.waitForEnd()
        #expect(link.outcomes == [.ended(.silence)] && pongs >= 3)
        #expect(link.client.roundTripNanoseconds != nil)
        link.end()
    }

    @Test("a close that the server does not answer ends after its time")
    func closeTimeout() throws {
        var timing = WebSocketTiming()
        timing.closeMilliseconds = 40
        let link = try Link(timing: timing)
        drive(link.loop, "it opens") { link.opens == 1 }
        link.server.isMute = true
        link.client.close()
        link.waitForEnd()
        #expect(link.outcomes == [.ended(.closeTimeout)])
        link.end()
    }

    @Test("a connection that is cut is told as one")
    func cut() throws {
        let link = try Link()
        drive(link.loop, "it opens") { link.opens == 1 }
        (link.server.streams[0] as? TLSStream)?.tcp.close()
        link.waitForEnd()
        #expect(link.outcomes == [.ended(.cutOff)])
        link.end()
    }

    @Test("the server's close is answered")
    func closedByServer() throws {
        let link = try Link()
        drive(link.loop, "it opens") { link.opens == 1 }
        link.server.streams[0].write(WebSocketFrame.close(.goingAway, reason: "restart"))
        link.waitForEnd()
        #expect(link.outcomes == [.ended(.byPeer(.goingAway))])
        #expect(link.client.closeReason == "restart")
        drive(link.loop, "the answer comes") { !link.server.ends.isEmpty }
        #expect(link.server.ends == [.byPeer(.goingAway)])
        link.end()
    }

    @Test("a server that pings and does not read is left")
    func flood() throws {
        let link = try Link(isSecure: false)
        link.client.backlogBytesMax = 100_000
        drive(link.loop, "it opens") { link.opens == 1 }
        let stream = link.server.streams[0]
        stream.stopReading()
        let ping = WebSocketFrame.ping(pattern(125).span)
        let many = SharedBytes(capacity: ping.count * 1_000) { output in
            for _ in 0..<1_000 { output.append(copying: ping.span) }
        }
        var isRefused = false
        drive(link.loop, "the client gives up") {
            if stream.isOpen, stream.backlogBytes < 1_000_000 { stream.write(many) }
            isRefused = isRefused || !link.outcomes.isEmpty || !link.send(pattern(1))
            return link.outcomes.count == 1
        }
        #expect(link.outcomes == [.backlogged] && isRefused)
        link.end()
    }

    @Test("abandoned while it connects, it calls nobody but says so")
    func early() throws {
        let link = try Link()
        link.client.close()
        #expect(link.outcomes == [.abandoned])
        for _ in 0..<20 { link.loop.turn(waiting: false) }
        #expect(link.opens == 0 && link.outcomes.count == 1)
        link.end()
    }
}
