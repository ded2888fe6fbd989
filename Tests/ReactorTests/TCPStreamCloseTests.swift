import Reactor
import Synchronization
import Testing
import Wire

@Suite struct TCPStreamCloseTests {
    @Test("a peer's reset arrives as ECONNRESET while reading, once, and nothing after it")
    func resetWhileReading() throws {
        let loop = EventLoop()
        let link = try Connection(on: loop)
        var events: [String] = []
        link.server.onBytes = { _ in events.append("bytes") }
        link.server.onEnd = { events.append("end") }
        link.server.onDrain = { events.append("drain") }
        link.server.onClose = { events.append($0?.name ?? "nil") }
        link.server.startReading()
        // Closing with unread bytes makes the kernel send RST.
        link.server.write(SharedBytes("never read"))
        link.client.close()
        drive(loop, "the server is gone") { !events.isEmpty && loop.handleCount == 1 }
        #expect(events == ["ECONNRESET"])
        finish(loop)
    }

    @Test("a write to a reset connection ends it with an error, and SIGPIPE is not raised")
    func resetWhileWriting() throws {
        let loop = EventLoop()
        let link = try Connection(on: loop)
        var closings: [String] = []
        link.server.onClose = { closings.append($0?.name ?? "nil") }
        link.server.write(SharedBytes("never read"))
        link.client.close()
        let frame = SharedBytes(copying: pattern(900).span)
        drive(loop, "the server is gone") {
            link.server.write(frame)
            return !closings.isEmpty
        }
        #expect(closings == ["ECONNRESET"] || closings == ["EPIPE"])
        #expect(!link.server.isOpen)
        finish(loop)
    }

    @Test("a reset with a backlog ends the queued writes and the stream, without onDrain")
    func resetWithBacklog() throws {
        let loop = EventLoop()
        let link = try Connection(on: loop)
        var events: [String] = []
        link.server.onDrain = { events.append("drain") }
        link.server.onClose = { events.append($0 == nil ? "nil" : "error") }
        let large = SharedBytes(copying: pattern(10_000_000).span)
        for _ in 0..<5 { link.server.write(large) }
        #expect(link.server.backlogBytes > 0)
        link.client.close()
        drive(loop, "the server is gone") { !events.isEmpty }
        #expect(events == ["error"])
        #expect(link.server.backlogBytes == 0)
        finish(loop)
    }

    @Test(
        "each handler may close its stream and forget it; only onClose(nil) follows",
        arguments: ["bytes", "end", "drain", "connection", "completion"]
    )
    func closeInHandler(handler: String) throws {
        let loop = EventLoop()
        var events: [String] = []
        var server: TCPStream?
        var client: TCPStream?
        let closeServer = {
            server?.close()
            server?.close()
            server?.write(SharedBytes("ignored"))
            server?.startReading()
            server?.shutdown()
            server = nil
        }
        let listener = try TCPListener(on: loop, address: try .loopback()) { stream in
            server = stream
            stream.onBytes = { _ in
                events.append("bytes")
                if handler == "bytes" { closeServer() }
            }
            stream.onEnd = {
                events.append("end")
                if handler == "end" { closeServer() }
            }
            stream.onDrain = {
                events.append("drain")
                if handler == "drain" { closeServer() }
            }
            stream.onClose = { events.append("close \($0?.name ?? "nil")") }
            stream.startReading()
            if handler == "drain" {
                stream.write(SharedBytes(copying: pattern(20_000_000).span))
            }
            if handler == "connection" { closeServer() }
        }
        TCPStream.connect(on: loop, to: listener.address) { result in
            client = try? result.get()
            client?.startReading()
            if handler == "completion" { client?.close() }
            if handler == "bytes" || handler == "end" {
                for _ in 0..<3 { client?.write(SharedBytes(copying: pattern(100_000).span)) }
                client?.shutdown()
            }
        }
        let last = handler == "completion" ? "end" : "close nil"
        drive(loop, "the server has seen the last of it") { events.last == last }
        for _ in 0..<5 { loop.turn(waiting: false) }
        switch handler {
        case "bytes": #expect(events == ["bytes", "close nil"])
        case "end": #expect(events.suffix(2) == ["end", "close nil"])
        case "drain": #expect(events == ["drain", "close nil"])
        case "connection": #expect(events == ["close nil"])
        default: #expect(events == ["end"])
        }
        finish(loop)
    }

    @Test("onClose is never called inside close, and everything after close is ignored")
    func closeIsLater() throws {
        let loop = EventLoop()
        let link = try Connection(on: loop)
        var closings = 0
        link.client.onClose = { _ in closings += 1 }
        link.client.close()
        #expect(closings == 0)
        link.client.write(SharedBytes("ignored"))
        link.client.write([SharedBytes("ignored")])
        link.client.write(copying: pattern(3).span)
        link.client.sendBufferBytes = 1
        #expect(link.client.backlogBytes == 0)
        drive(loop, "it is closed") { closings == 1 }
        link.client.close()
        link.client.write(SharedBytes("ignored"))
        finish(loop)
        #expect(closings == 1)
    }

    @Test("a refused connection fails once and later; so does one that is closed on its way")
    func refused() throws {
        let loop = EventLoop()
        let listener = try TCPListener(on: loop, address: try .loopback()) { _ in }
        let address = listener.address
        listener.close()
        var failures: [SystemError] = []
        for isClosed in [false, true] {
            let stream = TCPStream.connect(on: loop, to: address) { result in
                if case .failure(let error) = result { failures.append(error) }
            }
            stream.onClose = { _ in Issue.record("it was never open") }
            stream.write(SharedBytes("ignored"))
            stream.startReading()
            stream.shutdown()
            if isClosed { stream.close() }
            #expect(failures.isEmpty)
            drive(loop, "it fails") { failures.count == 1 }
            #expect(failures.first?.name == (isClosed ? "ECANCELED" : "ECONNREFUSED"))
            #expect(failures.first?.attempt == "connect to \(address)")
            failures = []
        }
        finish(loop)
    }

    @Test("200 connections, opened and closed from either side, leave nothing behind")
    func nothingLeft() throws {
        let loop = EventLoop()
        var accepted = 0
        var closed = 0
        let live = Shared()
        let listener = try TCPListener(on: loop, address: try .loopback()) { stream in
            let witness = Witness(live)
            accepted += 1
            let isMine = accepted % 2 == 0
            stream.onBytes = { bytes in
                _ = witness
                stream.write(copying: bytes)
                if isMine { stream.shutdown() }
            }
            stream.onEnd = { stream.close() }
            stream.onClose = { _ in closed += 1 }
            stream.startReading()
        }
        for _ in 0..<200 {
            TCPStream.connect(on: loop, to: listener.address) { result in
                guard case .success(let stream) = result else { return }
                let witness = Witness(live)
                stream.onBytes = { _ in
                    _ = witness
                    stream.close()
                }
                stream.onClose = { _ in closed += 1 }
                stream.write(SharedBytes("hello"))
                stream.startReading()
            }
        }
        drive(loop, "all are gone") { closed == 400 }
        #expect(accepted == 200)
        listener.close()
        drive(loop, "only the guard is left") { loop.handleCount == 1 }
        #expect(live.counter.load(ordering: .relaxed) == 0)
        finish(loop)
    }

    @Test("the end of run closes what is open and says so")
    func endOfRun() throws {
        let loop = EventLoop()
        let link = try Connection(on: loop)
        var closings: [SystemError?] = []
        link.client.onClose = { closings.append($0) }
        link.server.onClose = { closings.append($0) }
        link.server.write(SharedBytes(copying: pattern(20_000_000).span))
        finish(loop)
        #expect(closings == [nil, nil])
    }
}

/// Counts whether the closures that capture it are gone.
private final class Witness {
    private let live: Shared

    init(_ live: Shared) {
        self.live = live
        live.counter.wrappingAdd(1, ordering: .relaxed)
    }

    deinit { live.counter.wrappingAdd(-1, ordering: .relaxed) }
}
