internal import Foundation
internal import TestSupport
internal import Testing
internal import Trading
internal import Venues

/// The recorded hours, as far as a debug build reads them quickly.
@Suite(
    .enabled(if: SharedData.isPresent, "\(SharedData.absenceMessage)"),
    .enabled(
        if: FileManager.default.isExecutableFile(atPath: "/usr/bin/zstd"),
        "zstd, which opens the recorded files, is not here"
    )
)
struct RecordedFilesTests {
    /// The first lines of a compressed file.
    private func head(_ name: String, lines: Int) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = [
            "-c", "/usr/bin/zstd -dc \"$0\" 2>/dev/null | head -n \(lines)",
            SharedData.path("data/\(name)"),
        ]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Array(data)
    }

    @Test(
        "every frame is decoded and its hash explained, and times do not decrease",
        arguments: [
            "polymarket_clob_book_btc-updown-5m_20260416T0710Z.ndjson.zst",
            "polymarket_clob_book_btc-updown-5m_20260416T0810Z.ndjson.zst",
        ]
    )
    func recorded(name: String) throws {
        let lines = 3_000
        let bytes = try head(name, lines: lines)
        var reader = RecordingReader()
        var time = Timestamp(nanoseconds: 0)
        var trades = 0
        var resolved = 0
        reader.receive(bytes.span)
        reader.finish()
        while let item = reader.next() {
            guard case .event(let at, let event) = item else {
                Issue.record("\(item)")
                continue
            }
            #expect(time <= at)
            time = at
            if case .traded = event { trades += 1 }
            if case .marketResolved = event { resolved += 1 }
        }
        let statistics = reader.statistics
        #expect(statistics.lines == lines)
        #expect(statistics.damaged == 0)
        #expect(statistics.frames + statistics.framesAfterEnd == lines)
        #expect(statistics.hashesUnverifiable == 0)
        #expect(statistics.unknownKeys == 0)
        #expect(statistics.tradesInferred == trades)
        #expect(trades > lines / 4)
        #expect(resolved == statistics.markets)
        // The search is short.
        #expect(statistics.hashAttempts < lines * 4)
    }
}
