import Foundation
import Server
import Testing
import Trading

@Suite struct StreamBehaviourTests {
    private func connections(_ server: LiveServer) throws -> Int {
        try server.perform { $0.server.streamClients }
    }

    private func seq(_ frame: RawClient.Frame) -> UInt64? {
        let object = try? JSONSerialization.jsonObject(with: Data(frame.payload)) as? [String: Any]
        return object?["seq"] as? UInt64
    }

    /// An event of the given number.
    private static func event(_ seq: UInt64) -> Tick {
        var tick = Ticks.state("t", seq: seq)
        tick.action = .quoteUpdated
        return tick
    }

    @Test("three clients get the same bytes, and a new one the newest tick of each token at once")
    func fanOut() throws {
        let server = try LiveServer()
        let clients = try (0..<3).map { _ in try RawClient(port: server.port) }
        for client in clients { try client.openStream() }
        try server.perform { context in
            context.server.publish(Ticks.full())
            context.server.publish(Ticks.state("other", seq: 43))
        }
        var seen: [[RawClient.Frame]] = []
        for client in clients { seen.append([try client.frame(), try client.frame()]) }
        #expect(seen[0] == seen[1] && seen[1] == seen[2])
        #expect(seen[0].allSatisfy { $0.opcode == 1 })
        #expect(seen[0].map { seq($0) } == [42, 43])
        let late = try RawClient(port: server.port)
        try late.openStream()
        #expect([try late.frame(), try late.frame()] == seen[0])
        try server.stop()
    }

    @Test("the count of connections is right after a close frame, FIN, RST and a protocol error")
    func connectionCount() throws {
        let server = try LiveServer()
        let clients = try (0..<4).map { _ in try RawClient(port: server.port) }
        for client in clients { try client.openStream() }
        #expect(try connections(server) == 4)
        let http = try RawClient(port: server.port)
        http.send("GET /health HTTP/1.1\r\nhost: h\r\n\r\n")
        #expect(try http.response().body == #"{"status":"ok","connections":4}"#)

        clients[0].sendFrame(opcode: 8, [0x03, 0xE8])
        #expect(try clients[0].frame().closeCode == 1_000)
        #expect(try connections(server) == 3)
        #expect(try clients[0].readToEnd().isEmpty)

        clients[1].endSending()
        try server.wait { $0.server.streamClients == 2 }
        clients[2].reset()
        try server.wait { $0.server.streamClients == 1 }
        // Not masked.
        clients[3].send([0x81, 0x01, 0x61])
        #expect(try clients[3].frame().closeCode == 1_002)
        #expect(try connections(server) == 0)
        try server.stop()
    }

    @Test("a ping is answered, messages are ignored, and more than 4 KiB of one is 1009")
    func clientFrames() throws {
        let server = try LiveServer()
        let client = try RawClient(port: server.port)
        try client.openStream()
        client.sendFrame(opcode: 1, Array("hello".utf8))
        client.sendFrame(opcode: 2, [1, 2, 3])
        client.sendFrame(opcode: 1, [UInt8](repeating: 0x61, count: 4_096))
        client.sendFrame(opcode: 9, Array("abc".utf8))
        #expect(try client.frame() == RawClient.Frame(opcode: 10, payload: Array("abc".utf8)))
        client.sendFrame(opcode: 1, [UInt8](repeating: 0x61, count: 4_097))
        #expect(try client.frame().closeCode == 1_009)
        try server.stop()
    }

    @Test("a frame that comes in the same segment as the handshake is not lost")
    func earlyFrame() throws {
        let server = try LiveServer()
        let client = try RawClient(port: server.port)
        var bytes = Array(
            ("GET /api/v1/ws/stream HTTP/1.1\r\nhost: localhost\r\nupgrade: websocket\r\n"
                + "connection: Upgrade\r\nsec-websocket-version: 13\r\n"
                + "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n").utf8
        )
        bytes += [0x89, 0x80, 1, 2, 3, 4]
        client.send(bytes)
        #expect(try client.response().status == 101)
        #expect(try client.frame() == RawClient.Frame(opcode: 10, payload: []))
        try server.stop()
    }

    @Test("a client that does not read is dropped with 1013, while another gets every event")
    func slowClient() throws {
        let server = try LiveServer { $0.stallTimeout = .milliseconds(300) }
        let slow = try RawClient(port: server.port, receiveBufferBytes: 4_096)
        try slow.openStream()
        let reader = try RawClient(port: server.port)
        try reader.openStream()
        var next: UInt64 = 1
        let limit = ContinuousClock.now + .seconds(20)
        while try connections(server) == 2, ContinuousClock.now < limit {
            let first = next
            try server.perform { context in
                for seq in first..<(first + 50) { context.server.publish(Self.event(seq)) }
            }
            for seq in first..<(first + 50) { #expect(self.seq(try reader.frame()) == seq) }
            next += 50
        }
        #expect(try connections(server) == 1)
        // When it reads at last, it finds whole frames without a gap and then why it was dropped.
        var expected: UInt64 = 1
        while true {
            let frame = try slow.frame()
            if let code = frame.closeCode {
                #expect(code == 1_013)
                break
            }
            #expect(seq(frame) == expected)
            expected += 1
        }
        #expect(try slow.readToEnd().isEmpty)
        try server.stop()
    }

    @Test("a client that fell behind for a while catches up without missing anything")
    func catchingUp() throws {
        let server = try LiveServer()
        let client = try RawClient(port: server.port, receiveBufferBytes: 4_096)
        try client.openStream()
        try server.perform { context in
            for seq in 1...3_000 { context.server.publish(Ticks.state("t", seq: UInt64(seq))) }
        }
        for seq: UInt64 in 1...3_000 { #expect(self.seq(try client.frame()) == seq) }
        #expect(try connections(server) == 1)
        try server.stop()
    }

    @Test("old state ticks give way for a client that falls behind, events do not")
    func conflation() throws {
        let server = try LiveServer { $0.conflationAge = .zero }
        let client = try RawClient(port: server.port, receiveBufferBytes: 4_096)
        try client.openStream()
        try server.perform { context in
            for seq: UInt64 in 1...5_000 {
                context.server.publish(
                    seq % 1_000 == 0 ? Self.event(seq) : Ticks.state("t", seq: seq)
                )
            }
        }
        var seen: [UInt64] = []
        while seen.last != 5_000 { seen.append(try #require(seq(try client.frame()))) }
        #expect(seen == seen.sorted())
        #expect(seen.count < 4_000)
        for seq: UInt64 in [1_000, 2_000, 3_000, 4_000, 5_000] { #expect(seen.contains(seq)) }
        try server.stop()
    }

    @Test("a silent client is pinged, and closed when nothing comes")
    func silence() throws {
        let server = try LiveServer {
            $0.pingInterval = .milliseconds(20)
            $0.silenceTimeout = .milliseconds(200)
        }
        let client = try RawClient(port: server.port)
        try client.openStream()
        for _ in 0..<3 {
            #expect(try client.frame().opcode == 9)
            client.sendFrame(opcode: 10)
        }
        var frame = try client.frame()
        while frame.opcode == 9 { frame = try client.frame() }
        #expect(frame.closeCode == 1_002)
        #expect(try connections(server) == 0)
        try server.stop()
    }

    @Test("the stream is open to any origin unless the operator says otherwise")
    func origins() throws {
        let handshake =
            "GET /api/v1/ws/stream HTTP/1.1\r\nhost: localhost\r\nupgrade: websocket\r\n"
            + "connection: Upgrade\r\nsec-websocket-version: 13\r\n"
            + "origin: https://evil.example\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        for (checks, status) in [(false, 101), (true, 403)] {
            let server = try LiveServer { $0.checksStreamOrigin = checks }
            let client = try RawClient(port: server.port)
            client.send(handshake)
            #expect(try client.response().status == status)
            try server.stop()
        }
    }
}

@Suite struct ShutdownTests {
    @Test("on shutdown every stream client gets 1001, and one that answers ends at once")
    func goingAway() throws {
        let server = try LiveServer { $0.shutdownLimit = .seconds(5) }
        let clients = try (0..<3).map { _ in try RawClient(port: server.port) }
        for client in clients { try client.openStream() }
        let idle = try RawClient(port: server.port)
        idle.send("GET /health HTTP/1.1\r\nhost: h\r\n\r\n")
        #expect(try idle.response().status == 200)
        let begun = ContinuousClock.now
        server.beginStop()
        for client in clients {
            let frame = try client.frame()
            #expect(frame.closeCode == 1_001)
            client.sendFrame(opcode: 8, frame.payload)
            #expect(try client.readToEnd().isEmpty)
            client.close()
        }
        #expect(try idle.readToEnd().isEmpty)
        idle.close()
        try server.awaitStop()
        #expect(ContinuousClock.now - begun < .seconds(2))
    }

    @Test("clients that answer nothing do not hold the end up beyond the limit")
    func deaf() throws {
        let server = try LiveServer { $0.shutdownLimit = .milliseconds(100) }
        let stream = try RawClient(port: server.port)
        try stream.openStream()
        let half = try RawClient(port: server.port)
        half.send("GET /health HTTP/1.1\r\n")
        let pending = try RawClient(port: server.port)
        try server.perform { $0.control.holds = true }
        pending.send(
            "POST /api/v1/control/emergency-stop HTTP/1.1\r\nhost: h\r\nx-api-key: testkey\r\n\r\n"
        )
        try server.wait { $0.control.stopReasons.count == 1 }
        #expect(try server.stop() < .seconds(1))
        #expect(try stream.frame().closeCode == 1_001)
    }

    @Test("the port is free as soon as shutdown is called")
    func portIsFree() throws {
        let server = try LiveServer()
        let port = server.port
        try server.stop()
        let next = try LiveServer { $0.port = port }
        #expect(next.port == port)
        try next.stop()
    }

    @Test("a port in use is an error with a sentence")
    func portInUse() throws {
        let server = try LiveServer()
        let port = server.port
        #expect(throws: LiveServer.Failure.self) { try LiveServer { $0.port = port } }
        try server.stop()
    }
}
