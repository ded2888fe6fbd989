import Crypto
import TestSupport
import Testing
import Wire

@testable import Reactor

@Suite(.enabled(if: ThrowawayCA.isPresent, Comment(rawValue: ThrowawayCA.absenceMessage)))
struct TLSStreamTests {
    /// Two ends of a connection under TLS on one loop.
    private struct Link {
        let client: TLSStream
        let server: TLSStream
        let clientTCP: TCPStream
        let serverTCP: TCPStream

        init(on loop: EventLoop) throws {
            let tcp = try Connection(on: loop)
            var ends: [TLSStream] = []
            var failures: [NetError] = []
            let now = WallClock.now() / 1_000_000_000
            let sessions = try [
                TLSSession(TestCA.client(), host: "localhost", at: now),
                TLSSession(server: TestCA.server()),
            ]
            let streams = [tcp.client, tcp.server]
            let made = zip(sessions, streams).map { session, stream in
                TLSStream(over: stream, session: session, host: "localhost") { result in
                    switch result {
                    case .success(let stream): ends.append(stream)
                    case .failure(let error): failures.append(error)
                    }
                }
            }
            drive(loop, "hands are shaken") { ends.count == 2 || !failures.isEmpty }
            #expect(failures.isEmpty)
            (client, server) = (made[0], made[1])
            (clientTCP, serverTCP) = (tcp.client, tcp.server)
        }
    }

    @Test("ten megabytes come back unchanged from an echo whose client pauses")
    func echo() throws {
        let loop = EventLoop()
        let link = try Link(on: loop)
        let sent = pattern(10_000_000)
        link.server.onBytes = { bytes in link.server.write(copying: bytes) }
        var drains = 0
        link.server.onDrain = { drains += 1 }
        link.server.startReading()
        var received: [UInt8] = []
        received.reserveCapacity(sent.count)
        link.client.onBytes = { append($0, to: &received) }
        link.client.write(SharedBytes(copying: sent.span))
        #expect(link.client.backlogBytes > 0)
        drive(loop, "the echo's backlog grows") { link.server.backlogBytes > 1_000_000 }
        #expect(received.isEmpty)
        link.client.startReading()
        drive(loop, "all of it comes back") { received.count == sent.count }
        #expect(received == sent && drains > 0)
        finish(loop)
    }

    @Test("a reader that pauses within a burst gets the rest when it starts again")
    func pause() throws {
        let loop = EventLoop()
        let link = try Link(on: loop)
        var pieces: [Int] = []
        link.client.onBytes = { bytes in
            pieces.append(bytes.count)
            link.client.stopReading()
        }
        // Three records in one packet, so that two wait in the session.
        for size in [10, 20, 30] { link.server.write(SharedBytes(copying: pattern(size).span)) }
        link.client.startReading()
        drive(loop, "the first comes") { !pieces.isEmpty }
        for _ in 0..<20 { loop.turn(waiting: false) }
        #expect(pieces == [10])
        link.client.startReading()
        #expect(pieces == [10], "handlers are not called inside a call")
        drive(loop, "the second comes") { pieces.count == 2 }
        link.client.startReading()
        drive(loop, "the third comes") { pieces.count == 3 }
        #expect(pieces == [10, 20, 30])
        finish(loop)
    }

    @Test("close_notify goes both ways: both ends see a clean end")
    func cleanEnd() throws {
        let loop = EventLoop()
        let link = try Link(on: loop)
        var events: [String] = []
        for (name, stream) in [("client", link.client), ("server", link.server)] {
            stream.onEnd = {
                events.append("\(name) end")
                stream.shutdown()
            }
            stream.whenClosed { events.append("\(name) closed \($0.map { "\($0)" } ?? "well")") }
            stream.startReading()
        }
        link.client.write(SharedBytes("bye"))
        link.client.shutdown()
        link.client.write(SharedBytes("never"))
        drive(loop, "both are closed") { events.count { $0.contains("closed") } == 2 }
        #expect(
            Set(events) == [
                "client end", "server end", "client closed well", "server closed well",
            ]
        )
        #expect(!link.client.isOpen && !link.server.isOpen)
        finish(loop)
    }

    @Test("a cut without close_notify is told as one, after everything that came before")
    func truncation() throws {
        let loop = EventLoop()
        let link = try Link(on: loop)
        var received = 0
        var ends = 0
        var outcome: NetError??
        link.client.onBytes = { received += $0.count }
        link.client.onEnd = { ends += 1 }
        link.client.whenClosed { outcome = $0 }
        link.client.startReading()
        link.server.write(SharedBytes(copying: pattern(100_000).span))
        link.serverTCP.shutdown()
        drive(loop, "the client notices") { outcome != nil }
        #expect(outcome == .some(.tls(.truncated, host: "localhost")))
        #expect(received == 100_000 && ends == 0)
        finish(loop)
    }

    @Test("a record that was changed closes the stream, and the peer is told")
    func tampering() throws {
        let loop = EventLoop()
        let link = try Link(on: loop)
        var outcomes: [NetError?] = []
        link.client.onBytes = { _ in Issue.record("forged bytes") }
        for stream in [link.client, link.server] {
            stream.whenClosed { outcomes.append($0) }
            stream.startReading()
        }
        link.serverTCP.write(SharedBytes(copying: ([23, 3, 3, 0, 40] + pattern(40)).span))
        drive(loop, "both are closed") { outcomes.count == 2 }
        let reasons = outcomes.map { $0.map { "\($0)" } ?? "" }
        #expect(reasons.contains { $0.contains("malformed") }, "\(reasons)")
        #expect(reasons.contains { $0.contains("alert") }, "\(reasons)")
        finish(loop)
    }

    @Test("handlers may close the stream they run for")
    func closeInside() throws {
        let loop = EventLoop()
        let link = try Link(on: loop)
        var calls = 0
        var closed = 0
        link.client.onBytes = { _ in
            calls += 1
            link.client.close()
            link.client.close()
        }
        link.client.whenClosed { _ in closed += 1 }
        for _ in 0..<3 { link.server.write(SharedBytes("x")) }
        link.client.startReading()
        drive(loop, "it is closed") { closed == 1 }
        #expect(calls == 1)
        finish(loop)
    }
}
