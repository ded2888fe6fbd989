internal import Foundation
internal import Testing

@Suite struct SyntheticTickTests {
    @Test("ticks come at the rate asked for, without a gap, each stamped with its own sending")
    func rate() async throws {
        try await onThread {
            let scratch = try Scratch()
            let backend = try Backend(scratch, ["--tick-hz", "200"])
            let reader = try backend.stream()
            var tick = try #require(try reader.next())
            let start = Deadline.now
            let count = 300
            var oldest: Int64 = 0
            for _ in 0..<count {
                let next = try #require(try reader.next())
                let now = Int64(Date().timeIntervalSince1970 * 1e9)
                #expect(next.seq == tick.seq + 1)
                let (before, time) = (try #require(tick.time), try #require(next.time))
                #expect(time > before)
                oldest = max(oldest, now - time)
                #expect(time <= now + 1_000_000)
                tick = next
            }
            let seconds = Double(Deadline.now - start) / 1e9
            // A busy machine is late now and then; on average it is not.
            #expect((0.8...1.25).contains(seconds * 200 / Double(count)), "\(seconds) s")
            #expect(oldest < 500_000_000, "\(oldest) ns old on arrival")
            try backend.end()
        }
    }

    @Test("trading is off: nothing is quoted, and the other endpoints work as ever")
    func endpoints() async throws {
        try await onThread {
            let scratch = try Scratch()
            let backend = try Backend(scratch, ["--tick-hz", "0"])
            let reader = try backend.stream()
            let tick = try #require(try reader.next())
            #expect(!tick.quotes)
            #expect(tick.trades == 0)
            let response = try backend.patch(#"{"order_size":7}"#)
            #expect(response.status == 200)
            #expect(response.json["current_state"]["order_size"].integer == 7)
            #expect(try backend.stop().status == 200)
            _ = try reader.tick { $0.riskState == "killed" }
            #expect(scratch.exists("data/kill.latch"))
            try backend.end()
        }
    }
}
