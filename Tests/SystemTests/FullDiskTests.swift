internal import Foundation
internal import Testing

@Suite struct FullDiskTests {
    private static let tool = "/usr/bin/prlimit"

    /// From now on every write of the process to a file fails (EFBIG), or none does. To the program
    /// this is a disk without room, and it needs neither a disk nor rights.
    private func limitFiles(of backend: Backend, _ isFull: Bool, _ scratch: Scratch) throws {
        let limit = isFull ? "0:unlimited" : "unlimited"
        let child = try Child(
            ["--pid", "\(backend.child.processID)", "--fsize=\(limit)"],
            program: Self.tool,
            directory: scratch.path
        )
        #expect(try child.exitCode(within: 10) == 0, "\(child.complained)")
    }

    @Test(
        "a full disk changes nothing and stops quoting, but never the emergency stop",
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: tool),
            "prlimit (util-linux) is not here"
        )
    )
    func fullDisk() async throws {
        try await onThread {
            let scratch = try Scratch()
            let backend = try Backend.trading(scratch)
            let reader = try backend.stream()
            _ = try reader.tick(within: 60) { $0.quotes }

            try limitFiles(of: backend, true, scratch)
            let refused = try backend.patch(#"{"order_size":77}"#)
            #expect(refused.status == 500)
            let sentence = "Audit log could not be written; nothing was changed"
            #expect(refused.json["detail"].text == sentence)
            let silent = try reader.tick(within: 60) { tick in
                tick.reason == "JOURNAL_FAIL: the disk takes no records" && !tick.quotes
            }
            #expect(silent.riskState == "halted")

            try limitFiles(of: backend, false, scratch)
            // Half a minute of a healthy disk, then small quotes.
            let back = try reader.tick(within: 90) { $0.quotes }
            #expect(back.riskState == "recovering")
            let state = try backend.patch("{}").json["current_state"]
            #expect(state["order_size"].integer == 10)
            #expect(ControlTests.audit(scratch).count == 2)

            try limitFiles(of: backend, true, scratch)
            let stopped = try backend.stop()
            #expect(stopped.status == 200)
            #expect(stopped.json["status"].text == "EMERGENCY_STOP_ACTIVATED")
            #expect(stopped.json["warning"].text?.contains("a restart would trade") == true)
            #expect(!scratch.exists("data/kill.latch"))
            _ = try reader.tick { $0.riskState == "killed" && !$0.quotes }

            try limitFiles(of: backend, false, scratch)
            let again = try backend.stop()
            #expect(again.json["warning"].isNull)
            #expect(scratch.exists("data/kill.latch"))
            try backend.end()
        }
    }
}
