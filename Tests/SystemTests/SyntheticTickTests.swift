internal import Foundation
internal import Testing

@Suite struct SyntheticTickTests {
    @Test("ticks come at the rate asked for, without a gap, each stamped with its own sending")
    func rate() async throws {
        try await onThread {
            let scratch = try Scratch()
            let backend = try Backend(scratch, ["--tick-hz", "100"])
            let reader = try backend.stream()
            let first = try #require(try reader.next())
            var (last, lastTime) = (first, try #require(first.time))
            let start = lastTime
            var youngest = Int64.max
            let count = 200
            for _ in 0..<count {
                let tick = try #require(try reader.next())
                let now = Int64(Date().timeIntervalSince1970 * 1e9)
                let time = try #require(tick.time)
                #expect(tick.seq == last.seq + 1)
                #expect(time > lastTime)
                #expect(time <= now + 1_000_000)
                youngest = min(youngest, now - time)
                (last, lastTime) = (tick, time)
            }
            // A busy machine is late now and then, and makes up for it.
            let seconds = Double(lastTime - start) / 1e9
            #expect((0.8...1.25).contains(seconds * 100 / Double(count)), "\(seconds) s")
            #expect(Double(youngest) < 1e8 * patience, "\(youngest) ns old on arrival")
            try backend.end()
        }
    }

    @Test("trading is off: nothing is quoted, and the other endpoints work as ever")
    func endpoints() async throws {
        try await onThread {
            let scratch = try Scratch()
            // As fast as they can be sent; under a sanitizer that leaves nothing for other tests.
            let backend = try Backend(scratch, ["--tick-hz", patience == 1 ? "0" : "50"])
            let reader = try backend.stream()
            let tick = try #require(try reader.next())
            #expect(!tick.quotes)
            #expect(tick.trades == 0)
            let response = try backend.patch(#"{"order_size":7}"#)
            #expect(response.status == 200)
            #expect(response.json["current_state"]["order_size"].integer == 7)
            #expect(try backend.stop().status == 200)
            _ = try reader.tick { $0.text.contains(#""risk_state":"killed""#) }
            #expect(scratch.exists("data/kill.latch"))
            try backend.end()
        }
    }
}
