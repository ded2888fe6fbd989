import Crypto
import TestSupport
import Testing
import Wire

@testable import Reactor

@Suite(.enabled(if: ThrowawayCA.isPresent, Comment(rawValue: ThrowawayCA.absenceMessage)))
struct ConnectorTests {
    /// The outcome of one attempt.
    private func connect(
        _ url: ServiceURL,
        on loop: EventLoop,
        tls: TLSContext?,
        timeouts: ConnectTimeouts = ConnectTimeouts(),
        pinned: [SocketAddress]? = nil
    ) -> Result<any ByteStream, NetError>? {
        let connector = Connector(on: loop, tls: tls, timeouts: timeouts)
        if let pinned { connector.resolver.pin(pinned, for: url.host) }
        var result: Result<any ByteStream, NetError>?
        connector.connect(to: url) { result = $0 }
        #expect(result == nil, "the completion is not called inside")
        drive(loop, "it connects or fails") { result != nil }
        return result
    }

    private func error(_ result: Result<any ByteStream, NetError>?) -> NetError? {
        if case .failure(let error)? = result { error } else { nil }
    }

    @Test("plain and under TLS, bytes flow")
    func success() throws {
        for isSecure in [false, true] {
            let loop = EventLoop()
            let tls = isSecure ? try TestCA.server() : nil
            let server = try TestServer(on: loop, tls: tls) { stream in
                stream.onBytes = { stream.write(copying: $0) }
                stream.startReading()
            }
            let result = try connect(server.url("http"), on: loop, tls: TestCA.client())
            let stream = try #require(try result?.get())
            #expect((stream is TLSStream) == isSecure && stream.isOpen)
            var received: [UInt8] = []
            stream.onBytes = { append($0, to: &received) }
            stream.startReading()
            stream.write(SharedBytes("hello"))
            drive(loop, "the echo comes") { received.count == 5 }
            finish(loop)
        }
    }

    @Test("the second connection to a server resumes the first one's session")
    func resumption() throws {
        let loop = EventLoop()
        let server = try TestServer(on: loop, tls: TestCA.server()) { stream in
            stream.write(SharedBytes("hello"))
        }
        let connector = Connector(on: loop, tls: try TestCA.client())
        for round in 0..<2 {
            var result: Result<any ByteStream, NetError>?
            try connector.connect(to: server.url("http")) { result = $0 }
            drive(loop, "it connects") { result != nil }
            let stream = try #require(try result?.get() as? TLSStream)
            #expect(stream.details.isResumed == (round == 1))
            var received = 0
            stream.onBytes = { received += $0.count }
            stream.startReading()
            drive(loop, "the greeting comes") { received == 5 }
            stream.close()
        }
        finish(loop)
    }

    @Test("a silent address costs a quarter of a second; alone, the time for connecting")
    func silence() throws {
        let loop = EventLoop()
        let server = try TestServer(on: loop) { _ in }
        let port = server.listener.address.port
        let silent = try SilentListener(host: 2, port: port)
        let url = try ServiceURL("http://pinned.test:\(port)")
        let both = try ["127.0.0.2", "127.0.0.1"].map { try SocketAddress(host: $0, port: 0) }
        let start = MonotonicClock.now()
        let stream = try #require(try connect(url, on: loop, tls: nil, pinned: both)?.get())
        let milliseconds = (MonotonicClock.now() - start) / 1_000_000
        #expect(stream.peer.host == "127.0.0.1")
        // A timer of libuv may be a millisecond early.
        #expect(milliseconds >= ConnectRace.delayMilliseconds - 1)
        let timeouts = ConnectTimeouts(milliseconds: 60)
        let one = [both[0]]
        let late = connect(url, on: loop, tls: nil, timeouts: timeouts, pinned: one)
        #expect(error(late) == .timeout(.connecting, host: "pinned.test"))
        finish(loop)
        withExtendedLifetime(silent) {}
    }

    @Test("the kernel is told to notice a peer that is gone")
    func keepAlive() throws {
        let loop = EventLoop()
        let link = try Connection(on: loop)
        #expect(link.client.keepAlive(idleSeconds: 10, intervalSeconds: 5))
        link.client.close()
        #expect(!link.client.keepAlive(idleSeconds: 10, intervalSeconds: 5))
        finish(loop)
    }

    @Test("an address that refuses costs nothing: the next one is tried at once")
    func race() throws {
        let loop = EventLoop()
        let server = try TestServer(on: loop, tls: TestCA.server()) { _ in }
        let port = server.listener.address.port
        let addresses = try ["127.0.0.2", "127.0.0.3", "127.0.0.1"].map {
            try SocketAddress(host: $0, port: 0)
        }
        let result = try connect(
            ServiceURL("https://pinned.test:\(port)"),
            on: loop,
            tls: TestCA.client(),
            pinned: addresses
        )
        let stream = try #require(try result?.get())
        #expect(stream.peer == addresses[2].with(port: port))
        finish(loop)
    }

    @Test("when all refuse, the reason of the last one is told")
    func refused() throws {
        let loop = EventLoop()
        let addresses = try ["127.0.0.2", "127.0.0.3"].map { try SocketAddress(host: $0, port: 0) }
        let closed = try TestServer(on: loop) { _ in }
        let port = closed.listener.address.port
        closed.listener.close()
        let url = try ServiceURL("http://pinned.test:\(port)")
        let result = connect(url, on: loop, tls: nil, pinned: addresses)
        guard case .system(let reason)? = error(result) else {
            Issue.record("no system error")
            return
        }
        #expect(reason.name == "ECONNREFUSED" && reason.attempt.contains("127.0.0.3"))
        finish(loop)
    }

    @Test("a server that is not who it should be is refused with its reason")
    func identity() throws {
        let loop = EventLoop()
        let server = try TestServer(on: loop, tls: TestCA.server()) { _ in
            Issue.record("a connection that was refused")
        }
        let port = server.listener.address.port
        let other = try ServiceURL("https://127.0.0.1:\(port)")
        let wrongName = try connect(other, on: loop, tls: TestCA.client())
        let expected = NetError.tls(.wrongName(expected: "127.0.0.1"), host: "127.0.0.1")
        #expect(error(wrongName) == expected)
        let untrusted = try connect(server.url("http"), on: loop, tls: TLSContext(trust: .system))
        #expect(error(untrusted) == .tls(.unknownIssuer, host: "localhost"))
        let none = try connect(server.url("http"), on: loop, tls: nil)
        #expect(error(none) == .noTLS(host: "localhost"))
        drive(loop, "the server was told") { server.handshakeErrors.count == 3 }
        finish(loop)
    }

    @Test("a server that does not speak TLS, or says nothing, is given up")
    func handshake() throws {
        let loop = EventLoop()
        let talker = try TestServer(on: loop) { $0.write(SharedBytes("SSH-2.0-x\r\n")) }
        let mute = try TestServer(on: loop) { _ in }
        let hanger = try TestServer(on: loop) { $0.close() }
        func secure(_ server: TestServer) throws -> ServiceURL {
            try ServiceURL("https://localhost:\(server.listener.address.port)")
        }
        let tls = try TestCA.client()
        #expect(
            try error(connect(secure(talker), on: loop, tls: tls))
                == .tls(.notTLS, host: "localhost")
        )
        var timeouts = ConnectTimeouts()
        timeouts.handshakeMilliseconds = 50
        let late = try connect(secure(mute), on: loop, tls: tls, timeouts: timeouts)
        #expect(error(late) == .timeout(.shakingHands, host: "localhost"))
        let hung = try error(connect(secure(hanger), on: loop, tls: tls))
        let isEnd = hung == .tls(.endedInHandshake, host: "localhost")
        // A close with the hello unread is a reset.
        #expect(
            isEnd || hung.map { "\($0)" }?.contains("ECONNRESET") == true,
            "\(String(describing: hung))"
        )
        finish(loop)
    }

    @Test("a cancelled attempt calls nobody and leaves nothing")
    func cancel() throws {
        let loop = EventLoop()
        let server = try TestServer(on: loop, tls: TestCA.server()) { _ in }
        let connector = Connector(on: loop, tls: try TestCA.client())
        for turns in 0..<12 {
            let attempt = try connector.connect(to: server.url("http")) { _ in
                Issue.record("cancelled")
            }
            for _ in 0..<turns where server.connectionCount == 0 { loop.turn(waiting: false) }
            attempt.cancel()
            attempt.cancel()
        }
        for _ in 0..<20 { loop.turn(waiting: false) }
        server.listener.close()
        finish(loop)
    }

    @Test("names are asked for once, and a failure is told with its name")
    func resolver() throws {
        let loop = EventLoop()
        let resolver = Resolver(on: loop)
        #expect(try resolver.known("127.0.0.1", port: 5)?.get().map(\.port) == [5])
        #expect(resolver.known("localhost", port: 5) != nil)
        // A label of 64 bytes is no name (RFC 1035 section 2.3.4): refused without a server.
        let host = String(repeating: "a", count: 64) + ".test"
        var errors: [NetError] = []
        for _ in 0..<3 {
            resolver.resolve(host, port: 1) { result in
                if case .failure(let error) = result { errors.append(error) }
            }
        }
        #expect(errors.isEmpty)
        drive(loop, "all are told") { errors.count == 3 }
        #expect(errors.allSatisfy { "\($0)".contains(host) })
        #expect(resolver.known(host, port: 1) != nil)
        var found: [SocketAddress] = []
        resolver.resolve("localhost", port: 7) { found = (try? $0.get()) ?? [] }
        drive(loop, "the host's own name is known") { !found.isEmpty }
        #expect(found.allSatisfy { $0.isLoopback && $0.port == 7 })
        resolver.pin([try SocketAddress(host: "::1", port: 0)], for: "pinned.test")
        #expect(try resolver.known("pinned.test", port: 9)?.get().map(\.description) == ["[::1]:9"])
        finish(loop)
    }
}
