import Crypto
import TestSupport
import Testing
import Wire

@testable import Reactor

@Suite(.enabled(if: ThrowawayCA.isPresent, Comment(rawValue: ThrowawayCA.absenceMessage)))
struct HTTPClientTests {
    /// A client and its server on one loop, and what the client's requests became.
    private final class Link {
        let loop = EventLoop()
        let server: ScriptedHTTPServer
        let connector: Connector
        let client: HTTPClient
        /// `200 body`, or the error's cause and whether the request may have arrived.
        var outcomes: [String] = []
        var errors: [HTTPClientError] = []

        init(
            isSecure: Bool = true,
            warmth: HTTPClient.Warmth = .cold,
            limits: HTTPResponseLimits = HTTPResponseLimits(),
            timeouts: HTTPTimeouts = HTTPTimeouts()
        ) throws {
            server = try ScriptedHTTPServer(on: loop, tls: isSecure ? TestCA.server() : nil)
            connector = Connector(on: loop, tls: try TestCA.client())
            client = HTTPClient(
                to: try server.url(),
                through: connector,
                warmth: warmth,
                limits: limits,
                timeouts: timeouts
            )
        }

        func send(_ method: HTTPMethod = .get, _ target: String = "/", body: String = "") throws {
            client.send(try request(method, target, body: body)) { result, body in
                switch result {
                case .success(let head):
                    var bytes: [UInt8] = []
                    append(body, to: &bytes)
                    let text = String(decoding: bytes, as: UTF8.self)
                    self.outcomes.append("\(head.status.code) \(text)")
                case .failure(let error):
                    let isEmpty = body.isEmpty
                    #expect(isEmpty)
                    self.outcomes.append("failed")
                    self.errors.append(error)
                }
            }
        }

        func wait(for count: Int) {
            drive(loop, "every request has an outcome") { outcomes.count == count }
        }

        var connectionCount: Int { server.server?.connectionCount ?? 0 }

        func end() {
            client.close()
            finish(loop)
        }
    }

    private static func ok(_ body: String, _ fields: String = "") -> String {
        "HTTP/1.1 200 OK\r\n\(fields)content-length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    @Test("requests are answered one after the other, in order, on one connection")
    func sequence() throws {
        for isSecure in [false, true] {
            let link = try Link(isSecure: isSecure)
            for index in 0..<20 { link.server.answers.append(.bytes(Self.ok("answer \(index)"))) }
            for index in 0..<20 { try link.send(.post, "/\(index)", body: "b\(index)") }
            #expect(link.outcomes.isEmpty)
            link.wait(for: 20)
            #expect(link.outcomes == (0..<20).map { "200 answer \($0)" })
            #expect(link.server.requests == (0..<20).map { "/\($0) b\($0)" })
            #expect(link.connectionCount == 1)
            link.end()
        }
    }

    @Test("a completion may send the next request")
    func reentrancy() throws {
        let link = try Link()
        link.server.answers = (0..<5).map { .bytes(Self.ok("\($0)")) }
        var bodies: [UInt8] = []
        func next(_ left: Int) throws {
            link.client.send(try request()) { result, body in
                append(body, to: &bodies)
                #expect((try? result.get())?.status == .ok)
                if left > 1 { try? next(left - 1) }
            }
        }
        try next(5)
        drive(link.loop, "all are answered") { bodies.count == 5 }
        #expect(String(decoding: bodies, as: UTF8.self) == "01234" && link.connectionCount == 1)
        link.end()
    }

    @Test("a connection that the server does not keep is replaced for the next request")
    func notKept() throws {
        let link = try Link()
        link.server.answers = [
            .last(Self.ok("a", "connection: close\r\n")),
            .last("HTTP/1.1 200 OK\r\n\r\nto the end"),
            .bytes(Self.ok("c")),
        ]
        for _ in 0..<3 { try link.send() }
        link.wait(for: 3)
        #expect(link.outcomes == ["200 a", "200 to the end", "200 c"])
        #expect(link.connectionCount == 3)
        link.end()
    }

    @Test("a body without a length needs a clean end; a complete one does not (RFC 9112 9.8)")
    func cut() throws {
        let link = try Link()
        link.server.answers = [
            .cut(Self.ok("whole")), .cut("HTTP/1.1 200 OK\r\n\r\nperhaps not whole"),
            .cut("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf"), .cut(""),
        ]
        for count in 1...4 {
            try link.send()
            link.wait(for: count)
            // Otherwise the next request may still go out on the connection that was cut.
            drive(link.loop, "the cut is noticed") { link.client.readyCount == 0 }
        }
        #expect(link.outcomes == ["200 whole", "failed", "failed", "failed"])
        let causes: [HTTPClientError.Cause] = [
            .response(.truncated), .response(.truncated), .response(.noResponse),
        ]
        #expect(link.errors == causes.map { HTTPClientError(cause: $0, mayHaveArrived: true) })
        link.end()
    }

    @Test("what could not be sent has not arrived; nothing is ever sent again")
    func arrival() throws {
        let link = try Link()
        link.server.answers = [.last(""), .bytes(Self.ok("second"))]
        try link.send(.post, "/order")
        try link.send(.post, "/other")
        link.wait(for: 2)
        #expect(
            link.errors == [HTTPClientError(cause: .response(.noResponse), mayHaveArrived: true)]
        )
        #expect(link.outcomes == ["failed", "200 second"])
        #expect(link.server.requests == ["/order", "/other"])
        link.server.close()
        for stream in link.server.server?.streams ?? [] { stream.close() }
        drive(link.loop, "the connection is gone") { link.client.readyCount == 0 }
        try link.send()
        link.wait(for: 3)
        let last = try #require(link.errors.last)
        #expect(!last.mayHaveArrived)
        guard case .notConnected(.system(let reason)) = last.cause else {
            Issue.record("\(last)")
            return
        }
        #expect(reason.name == "ECONNREFUSED")
        link.end()
        try link.send()
        #expect(link.errors.last == HTTPClientError(cause: .closed, mayHaveArrived: false))
    }

    @Test("each phase has its time")
    func timeouts() throws {
        let link = try Link(timeouts: HTTPTimeouts(milliseconds: 50))
        link.server.answers = [
            .silence, .bytes("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nab"),
            .bytes(Self.ok("c")),
        ]
        for _ in 0..<3 { try link.send() }
        link.wait(for: 3)
        #expect(link.outcomes == ["failed", "failed", "200 c"])
        let causes: [HTTPClientError.Cause] = [.timeout(.head), .timeout(.body)]
        #expect(link.errors == causes.map { HTTPClientError(cause: $0, mayHaveArrived: true) })
        link.end()
    }

    @Test("an answer that is none, or too large, ends the connection and not the client")
    func malformed() throws {
        let link = try Link(limits: HTTPResponseLimits(bodyBytesMax: 5))
        link.server.answers = [
            .bytes("SSH-2.0\r\n"), .bytes(Self.ok("123456")), .bytes(Self.ok("12345")),
        ]
        for _ in 0..<3 { try link.send() }
        link.wait(for: 3)
        #expect(
            link.errors.map(\.cause) == [.response(.malformedStatusLine), .response(.bodyTooLarge)]
        )
        #expect(link.outcomes.last == "200 12345" && link.connectionCount == 3)
        link.end()
    }

    @Test("a warm client connects ahead, and a spare one stands in when the first is closed")
    func spare() throws {
        let link = try Link(warmth: .spare)
        link.client.warm()
        drive(link.loop, "both are ready") { link.client.readyCount == 2 }
        #expect(link.connectionCount == 2 && link.server.requests.isEmpty)
        link.server.answers = [.last(Self.ok("a", "connection: close\r\n")), .bytes(Self.ok("b"))]
        try link.send()
        link.wait(for: 1)
        #expect(link.client.readyCount == 1)
        try link.send()
        link.wait(for: 2)
        #expect(link.outcomes == ["200 a", "200 b"])
        drive(link.loop, "the spare one is replaced") { link.client.readyCount == 2 }
        #expect(link.connectionCount == 3)
        link.end()
    }

    @Test("an idle connection that the server closes is replaced")
    func idleClose() throws {
        let link = try Link(warmth: .one)
        link.client.warm()
        drive(link.loop, "it is ready") { link.client.readyCount == 1 }
        drive(link.loop, "the server has it") { link.server.server?.streams.count == 1 }
        // As servers do that want no more of it: unasked for bytes, and the end.
        link.server.server?.streams[0].write(SharedBytes("HTTP/1.1 408 x\r\n\r\n"))
        drive(link.loop, "another is ready") {
            link.connectionCount == 2 && link.client.readyCount == 1
        }
        link.end()
    }

    @Test("a connection that was idle for long is replaced, and until then still serves")
    func stale() throws {
        var timeouts = HTTPTimeouts()
        timeouts.idleMilliseconds = 60
        let link = try Link(warmth: .one, timeouts: timeouts)
        link.client.warm()
        drive(link.loop, "it is ready") { link.client.readyCount == 1 }
        var lowest = 1
        drive(link.loop, "it was replaced twice") {
            lowest = min(lowest, link.client.readyCount)
            return link.connectionCount >= 3
        }
        #expect(lowest == 1, "at no moment there is none")
        drive(link.loop, "the last one is ready") {
            link.client.readyCount == 1 && link.connectionCount >= 3
        }
        link.server.answers = [.bytes(Self.ok("a"))]
        try link.send()
        link.wait(for: 1)
        #expect(link.outcomes == ["200 a"])
        link.end()

        let cold = try Link(timeouts: timeouts)
        cold.server.answers = [.bytes(Self.ok("a"))]
        try cold.send()
        cold.wait(for: 1)
        drive(cold.loop, "nobody keeps it") { cold.client.readyCount == 0 }
        for _ in 0..<5 { cold.loop.turn(waiting: false) }
        #expect(cold.connectionCount == 1)
        cold.end()
    }

    @Test("while a service is down, requests of a warm client fail at once instead of knocking")
    func down() throws {
        let link = try Link(warmth: .one)
        link.server.close()
        link.client.send(try request()) { result, _ in
            if case .failure(let error) = result { link.errors.append(error) }
        }
        drive(link.loop, "it fails") { link.errors.count == 1 }
        // Before the loop turns again: the client is between two attempts.
        try link.send()
        #expect(link.errors.count == 2 && link.errors[0] == link.errors[1])
        #expect(!link.errors[1].mayHaveArrived)
        guard case .notConnected(.system) = link.errors[1].cause else {
            Issue.record("\(link.errors[1])")
            return
        }
        link.end()
    }

    @Test("more requests than may wait are refused at once")
    func busy() throws {
        let link = try Link()
        for _ in 0...HTTPClient.queuedCountMax { try link.send() }
        #expect(link.errors == [HTTPClientError(cause: .busy, mayHaveArrived: false)])
        link.client.close()
        #expect(link.outcomes.count == HTTPClient.queuedCountMax + 1)
        link.end()
    }
}
