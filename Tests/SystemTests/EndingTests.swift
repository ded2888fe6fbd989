internal import Foundation
internal import Testing

@Suite struct EndingTests {
    @Test(
        "a signal ends it within two seconds, whatever the clients do, and says farewell",
        arguments: [SIGTERM, SIGINT]
    )
    func farewell(signal: Int32) async throws {
        try await onThread {
            let scratch = try Scratch()
            let backend = try Backend(scratch)
            let reader = try backend.stream()
            let silent = try backend.stream()
            let half = try LoopbackSocket(port: backend.port)
            try half.send("PATCH /api/v1/control/parameters HTTP/1.1\r\nhost: x\r\ncontent-le")
            let idle = try LoopbackSocket(port: backend.port)
            _ = try reader.next()

            let start = Deadline.now
            backend.child.send(signal)
            var last: StreamTick?
            while let tick = try reader.next() { last = tick }
            #expect(last?.action == "STOPPED")
            #expect(last?.quotes == false)
            #expect(reader.closeCode == 1_001)
            let code = try backend.child.exitCode(within: 10)
            let seconds = Double(Deadline.now - start) / 1e9
            #expect(code == 0, "\(backend.child.complained)")
            #expect(seconds < 2 * patience)
            withExtendedLifetime((silent, half, idle)) {}
        }
    }

    @Test("a client that never reads, and has megabytes coming, does not hold up the end")
    func neverReads() async throws {
        try await onThread {
            let scratch = try Scratch()
            let backend = try Backend(scratch, ["--tick-hz", "\(2_000 / patience)"])
            let reader = try backend.stream()
            let stalled = try backend.stream()
            // More than the buffers of a socket hold.
            var last = try #require(try reader.next())
            for _ in 0..<Int(6_000 / patience) { last = try #require(try reader.next()) }
            let start = Deadline.now
            backend.child.send(SIGTERM)
            let time = try #require(last.time)
            while let tick = try reader.next() { last = tick }
            // What was still waiting when it ended has the time of its sending, too.
            #expect(try #require(last.time) >= time)
            #expect(reader.closeCode == 1_001)
            #expect(try backend.child.exitCode(within: 10) == 0)
            #expect(Double(Deadline.now - start) / 1e9 < 2 * patience)
            stalled.close()
        }
    }

    @Test("a signal right after LISTENING, or before, ends it in order too")
    func earlySignal() async throws {
        try await onThread {
            let scratch = try Scratch()
            for _ in 0..<8 { try Backend(scratch).end() }
        }
    }

    @Test("a second process is kept off the data directory, and told by whom")
    func secondProcess() async throws {
        try await onThread {
            let scratch = try Scratch()
            let backend = try Backend(scratch, ["--tick-hz", "1"])
            let second = try Child(
                ["--port", "0", "--bind", "127.0.0.1", "--data-dir", "data"],
                directory: scratch.path
            )
            #expect(try second.exitCode(within: 10) == 1)
            #expect(
                second.complained == """
                    quesquant: --data-dir data is in use by another quesquant: lock data/lock \
                    (held by process \(backend.child.processID))

                    """
            )
            // Nothing of it is left behind, and the first one noticed nothing.
            #expect(try backend.patch("{}").status == 200)
            try backend.end()
        }
    }

    @Test("a port that is taken is named, and the data directory is free again")
    func portInUse() async throws {
        try await onThread {
            let scratch = try Scratch()
            let other = try Scratch()
            let backend = try Backend(scratch, ["--tick-hz", "1"])
            for arguments in [[], ["--tick-hz", "1"]] {
                let address = "127.0.0.1:\(backend.port)"
                let child = try Child(
                    ["--bind", address, "--data-dir", "data"] + arguments,
                    directory: other.path
                )
                #expect(try child.exitCode(within: 10) == 1)
                let sentence = "\(address): address already in use (EADDRINUSE)"
                #expect(child.complained.contains(sentence), "\(child.complained)")
                #expect(child.said.isEmpty)
            }
            try Backend(other, ["--tick-hz", "1"]).end()
            try backend.end()
        }
    }
}
