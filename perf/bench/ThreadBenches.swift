internal import Reactor
internal import Trading
internal import Wire

/// From thread to thread, and out of the house.
enum ThreadBenches {
    static var all: [Bench] {
        [
            Bench("ring.push-pop", "a tick into the ring and out, one thread (mean of 500)") {
                ring()
            },
            Bench("mailbox.sleeping", "to a loop that sleeps, and its answer back", .microseconds) {
                try mailbox(spinning: false)
            },
            Bench("mailbox.spinning", "to a loop that spins, and its answer back", .microseconds) {
                try mailbox(spinning: true)
            },
            Bench("socket.write", "a 900-byte frame to a loopback socket", .microseconds) {
                try socketWrite()
            },
            Bench("heap.trim", "giving back a tape of 16 MiB that is gone", .microseconds) {
                heapTrim()
            },
        ]
    }

    private static func ring() -> Bench.Outcome {
        let ring = SPSCRing<Tick>(capacity: 1_024)
        let producer = ring.makeProducer()
        let consumer = ring.makeConsumer()
        let tick = TickBenches.sample(seq: 1)
        var recorder = Recorder(capacity: 400, warmUp: 40)
        for _ in 0..<400 {
            recorder.time(500) {
                for _ in 0..<500 {
                    _ = producer.tryPush(tick)
                    blackHole(consumer.pop())
                }
            }
        }
        return .times(recorder)
    }

    // MARK: - Mailboxes

    private static func mailbox(spinning: Bool) throws -> Bench.Outcome {
        let loop = EventLoop()
        defer { loop.finish() }
        var answer = 0
        let answers = Mailbox<Int>(on: loop, capacity: 16) { answer = $0 }
        let back = answers.sender
        let echo = try Neighbour<MailboxSender<Int>>.start(name: "echo", waitingOn: loop) { ready in
            let loop = EventLoop()
            let mailbox = Mailbox<Int>(on: loop, capacity: 16) { number in
                if number == 0 { loop.stop() } else { _ = back.send(number) }
            }
            ready(mailbox.sender)
            loop.run(spinning: spinning)
        }
        let rounds = spinning ? 20_000 : 4_000
        var recorder = Recorder(capacity: rounds, warmUp: rounds / 10)
        for number in 1...rounds {
            recorder.time {
                _ = echo.ports.send(number)
                while answer != number { loop.turn(waiting: !spinning) }
            }
        }
        _ = echo.ports.send(0)
        echo.join()
        return .times(recorder)
    }

    // MARK: - Memory

    private static func heapTrim() -> Bench.Outcome {
        var recorder = Recorder(capacity: 20, warmUp: 0)
        for _ in 0..<20 {
            var tape: [SharedBytes] = []
            for _ in 0..<18_000 { tape.append(SharedBytes(capacity: 930) { $0.append(1) }) }
            // The newest frame stays, at the heap's end.
            tape = Array(tape.suffix(1))
            recorder.time { Heap.trim() }
            blackHole(tape)
        }
        return .times(recorder)
    }

    // MARK: - A socket

    private static func socketWrite() throws -> Bench.Outcome {
        let loop = EventLoop()
        defer { loop.finish() }
        var server: TCPStream?
        let listener = try TCPListener(
            on: loop,
            address: try SocketAddress(host: "127.0.0.1", port: 0),
            onConnection: { server = $0 }
        )
        defer { listener.close() }
        var received = 0
        let client = TCPStream.connect(on: loop, to: listener.address) { result in
            guard case .success(let stream) = result else { return }
            stream.onBytes = { received += $0.count }
            stream.startReading()
        }
        defer { client.close() }
        while server == nil { loop.turn() }
        guard let server else { return .absent("no connection") }
        defer { server.close() }
        let frame = SharedBytes(copying: [UInt8](repeating: 0x61, count: 900).span)
        var recorder = Recorder(capacity: 10_000, warmUp: 1_000)
        for round in 1...10_000 {
            recorder.time { server.write(frame) }
            while received < round * frame.count { loop.turn() }
        }
        return .times(recorder)
    }
}
