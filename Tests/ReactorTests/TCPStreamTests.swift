import Reactor
import TestSupport
import Testing
import Wire

@Suite struct TCPStreamTests {
    @Test("ten megabytes come back unchanged from an echo whose client pauses")
    func echo() throws {
        let loop = EventLoop()
        let link = try Connection(on: loop)
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
        // The client does not read: the echo's way back fills up.
        drive(loop, "the echo's backlog grows") { link.server.backlogBytes > 1_000_000 }
        #expect(drains == 0)
        link.client.startReading()
        drive(loop, "all of it comes back") { received.count == sent.count }
        #expect(received == sent)
        #expect(link.server.backlogBytes == 0 && link.client.backlogBytes == 0)
        finish(loop)
    }

    @Test("onDrain comes once per backlog, when it has become zero")
    func drain() throws {
        let loop = EventLoop()
        let link = try Connection(on: loop)
        var drains: [Int] = []
        link.client.onDrain = { drains.append(link.client.backlogBytes) }
        var received = 0
        link.server.onBytes = { received += $0.count }
        link.server.startReading()

        link.client.write(SharedBytes("small"))
        #expect(link.client.backlogBytes == 0)
        drive(loop, "the small write arrives") { received == 5 }
        #expect(drains.isEmpty)

        let large = SharedBytes(copying: pattern(8_000_000).span)
        for round in 1...2 {
            for _ in 0..<3 { link.client.write(large) }
            #expect(link.client.backlogBytes > 16_000_000)
            drive(loop, "the backlog drains") { drains.count == round }
            #expect(drains == Array(repeating: 0, count: round))
        }
        drive(loop, "all arrives") { received == 5 + 48_000_000 }
        finish(loop)
    }

    @Test("a batch arrives as its pieces in order, also the empty ones and behind a backlog")
    func gather() throws {
        var random = SplitMix64(seed: 11)
        let loop = EventLoop()
        let link = try Connection(on: loop)
        link.client.sendBufferBytes = 50_000
        var expected: [UInt8] = []
        var received: [UInt8] = []
        link.server.onBytes = { append($0, to: &received) }
        for round in 0..<60 {
            let count = Int(random.next() % 12)
            let batch = (0..<count).map { index in
                // A large piece in the middle now and then, so that writes stop inside of it.
                let isLarge = index == 1 && round % 5 == 4
                let size = isLarge ? 200_000 : Int(random.next() % 900)
                return pattern(size, seed: random.next())
            }
            link.client.write(batch.map { SharedBytes(copying: $0.span) })
            for bytes in batch { expected += bytes }
            if round % 7 == 0 {
                let single = pattern(100, seed: random.next())
                link.client.write(SharedBytes(copying: single.span))
                link.client.write(copying: single.span)
                expected += single + single
            }
            for _ in 0..<3 { loop.turn(waiting: false) }
        }
        #expect(link.client.backlogBytes > 0)
        // More pieces than one system call takes (IOV_MAX, 1024), behind a backlog and without.
        for isFirst in [true, false] {
            let many = (0..<3_000).map { pattern(7, seed: UInt64($0)) }
            link.client.write(many.map { SharedBytes(copying: $0.span) })
            for bytes in many { expected += bytes }
            if isFirst { link.server.startReading() }
            drive(loop, "all arrives") { received.count == expected.count }
        }
        #expect(received == expected)
        finish(loop)
    }

    @Test("after the peer's FIN the other direction goes on; when both have ended it closes")
    func halfClose() throws {
        let loop = EventLoop()
        let link = try Connection(on: loop)
        var events: [String] = []
        var received: [UInt8] = []
        let answer = pattern(3_000_000)
        link.server.onEnd = {
            events.append("server end")
            link.server.write(SharedBytes(copying: answer.span))
            link.server.shutdown()
            link.server.shutdown()
            link.server.write(SharedBytes("after shutdown"))
        }
        link.server.onClose = { events.append("server close \($0 == nil)") }
        link.client.onBytes = { append($0, to: &received) }
        link.client.onEnd = { events.append("client end") }
        link.client.onClose = { events.append("client close \($0 == nil)") }
        link.server.startReading()
        link.client.startReading()
        link.client.shutdown()
        drive(loop, "both are closed") { events.count == 4 }
        #expect(received == answer)
        #expect(events.first == "server end")
        #expect(events.contains("server close true") && events.contains("client close true"))
        drive(loop, "only the guard is left") { loop.handleCount == 1 }
        finish(loop)
    }

    @Test("what is queued still arrives after shutdown, nothing after close")
    func shutdownFlushesCloseDoesNot() throws {
        let loop = EventLoop()
        let large = SharedBytes(copying: pattern(20_000_000).span)
        for isOrderly in [true, false] {
            let link = try Connection(on: loop)
            var received = 0
            var isOver = false
            link.server.onBytes = { received += $0.count }
            link.server.onEnd = { isOver = true }
            link.server.onClose = { _ in isOver = true }
            link.client.write(large)
            if isOrderly { link.client.shutdown() } else { link.client.close() }
            link.server.startReading()
            drive(loop, "the server sees the end") { isOver }
            #expect((received == large.count) == isOrderly)
            link.client.close()
            link.server.close()
        }
        finish(loop)
    }

    @Test("a reading handler that stops reading gets nothing more until it starts again")
    func pause() throws {
        let loop = EventLoop()
        let link = try Connection(on: loop)
        var calls = 0
        var received = 0
        link.server.onBytes = { bytes in
            calls += 1
            received += bytes.count
            link.server.stopReading()
        }
        link.server.startReading()
        link.server.startReading()
        link.client.write(SharedBytes(copying: pattern(200_000).span))
        drive(loop, "the first piece comes") { calls == 1 }
        for _ in 0..<20 { loop.turn(waiting: false) }
        #expect(calls == 1 && received < 200_000)
        while received < 200_000 && calls < 1_000 {
            let before = calls
            link.server.startReading()
            drive(loop, "the next piece comes") { calls > before }
        }
        #expect(received == 200_000)
        finish(loop)
    }

    @Test("the send buffer's size can be chosen and decides when a backlog begins")
    func sendBuffer() throws {
        let loop = EventLoop()
        let link = try Connection(on: loop)
        link.client.sendBufferBytes = 16_384
        var written = 0
        let frame = SharedBytes(copying: pattern(900).span)
        while link.client.backlogBytes == 0 && written < 100_000_000 {
            link.client.write(frame)
            written += frame.count
        }
        let small = written
        link.client.close()
        let other = try Connection(on: loop)
        written = 0
        while other.client.backlogBytes == 0 && written < 100_000_000 {
            other.client.write(frame)
            written += frame.count
        }
        #expect(small < written)
        finish(loop)
    }
}
