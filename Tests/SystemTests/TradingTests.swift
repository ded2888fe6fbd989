internal import Foundation
internal import Testing

@Suite struct TradingTests {
    /// One number out of the ledger; `nil` without a tool that opens it.
    private func ledger(_ scratch: Scratch, _ query: String) throws -> Int? {
        let tool = "/usr/bin/sqlite3"
        guard FileManager.default.isExecutableFile(atPath: tool) else { return nil }
        let child = try Child(
            [scratch("data/ledger.sqlite"), query],
            program: tool,
            directory: scratch.path
        )
        #expect(try child.exitCode(within: 10) == 0, "\(child.complained)")
        let text = child.said.trimmingCharacters(in: .newlines)
        guard let number = Int(text) else { throw Missing("a number in \(text)") }
        return number
    }

    private func journalSizes(_ scratch: Scratch) throws -> [Int] {
        let directory = scratch("data/journal")
        return try FileManager.default.contentsOfDirectory(atPath: directory).sorted().map {
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(directory)/\($0)")
            guard let size = attributes[.size] as? NSNumber else {
                throw Missing("a size of \($0)")
            }
            return size.intValue
        }
    }

    /// Waits until the disk has as many fills; without a tool to look, until the journal has grown.
    private func awaitFills(_ count: Int, _ scratch: Scratch, _ journalBefore: Int) throws {
        let deadline = Deadline(seconds: 10)
        while true {
            if let fills = try ledger(scratch, "SELECT count(*) FROM fills") {
                if fills >= count { return }
            } else if try journalSizes(scratch)[0] > journalBefore {
                return
            }
            if deadline.hasPassed { throw Missing("\(count) fills on disk") }
        }
    }

    @Test(
        "a crash while trading loses no fill that was on disk, and the next start goes on behind it"
    )
    func crash() async throws {
        try await onThread {
            let scratch = try Scratch()
            let first = try Backend.trading(scratch)
            let reader = try first.stream()
            let before = try #require(try journalSizes(scratch).first)
            let filled = try reader.tick(within: 60) { $0.trades > 0 }
            // The stream does not wait for the disk, which follows within milliseconds.
            try self.awaitFills(filled.trades, scratch, before)
            try first.child.crash()
            let sizes = try journalSizes(scratch)
            #expect(sizes.count == 1 && sizes[0] > before)
            if let fills = try ledger(scratch, "SELECT count(*) FROM fills") {
                #expect(fills >= filled.trades)
            }

            let second = try Backend.trading(scratch)
            _ = try second.stream().next()
            try second.end()
            #expect(!second.child.complained.contains(" error "), "\(second.child.complained)")
            let after = try journalSizes(scratch)
            #expect(after.count == 2)
            #expect(after.first == sizes[0])
            if let sessions = try ledger(scratch, "SELECT count(*) FROM sessions") {
                #expect(sessions == 2)
                let ended = "SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL"
                #expect(try ledger(scratch, ended) == 1)
            }
        }
    }

    @Test("after an end in order the ledger has exactly the trades that the stream told of")
    func end() async throws {
        try await onThread {
            let scratch = try Scratch()
            let backend = try Backend.trading(scratch)
            let reader = try backend.stream()
            _ = try reader.tick(within: 60) { $0.trades > 0 }
            backend.child.send(SIGTERM)
            var last: StreamTick?
            while let tick = try reader.next() { last = tick }
            #expect(last?.action == "STOPPED")
            #expect(last?.quotes == false)
            #expect(try backend.child.exitCode(within: 10) == 0)
            if let fills = try ledger(scratch, "SELECT count(*) FROM fills") {
                #expect(fills == last?.trades)
                let open = "SELECT count(*) FROM orders WHERE state IN ('open', 'sent')"
                #expect(try ledger(scratch, open) == 0)
            }
        }
    }
}
