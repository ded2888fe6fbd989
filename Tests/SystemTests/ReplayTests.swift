internal import Foundation
internal import TestSupport
internal import Testing

@Suite struct ReplayTests {
    private func replay(
        _ arguments: [String],
        in scratch: Scratch,
        input: String = ""
    ) throws -> (code: Int32, report: JSON, child: Child) {
        let child = try Child(
            ["replay", "--json", "--min-liquidity", "0"] + arguments,
            directory: scratch.path,
            input: Array(input.utf8)
        )
        let code = try child.exitCode(within: 30)
        return (code, JSON(parsing: child.said), child)
    }

    @Test("a recording gives one report, from a file or from standard input, every time")
    func report() async throws {
        try await onThread {
            let scratch = try Scratch()
            let text = SampleRecording.text(SampleRecording.lines(240))
            try scratch.write(text, to: "recording")
            let first = try replay(["recording"], in: scratch)
            let second = try replay(["-"], in: scratch, input: text)
            for (code, report, child) in [first, second] {
                #expect(code == 0)
                #expect(child.complained.isEmpty)
                #expect(
                    report.keys.isSuperset(of: [
                        "frames", "markets", "span_seconds", "hashes", "orders", "fills", "volume",
                        "pnl", "inventory_min", "inventory_max", "state_hash",
                    ])
                )
                #expect(report["frames"].integer == 240)
                #expect(report["markets"].integer == 1)
                #expect(report["span_seconds"].number == 59.75)
                #expect(report["damaged"].integer == 0)
                #expect(report["hashes"]["verified"].integer == 240)
                #expect(report["hashes"]["mismatched"].integer == 0)
                #expect((report["orders"]["placed"].integer ?? 0) > 0)
            }
            #expect(first.report["state_hash"].text?.count == 16)
            #expect(first.report["state_hash"].text == second.report["state_hash"].text)
            let people = try Child(["replay", "recording"], directory: scratch.path)
            #expect(try people.exitCode(within: 30) == 0)
            #expect(people.said.hasPrefix("frames           240 (0 of 240 lines damaged)\n"))
        }
    }

    @Test("damaged lines are named by their number; more than one in a hundred is a failure")
    func damage() async throws {
        try await onThread {
            let scratch = try Scratch()
            var lines = SampleRecording.lines(200)
            lines[2] = String(lines[2].dropLast())
            // One size was changed, and so the frame is not what the venue hashed.
            lines[4] = lines[4].replacing("\"304\"", with: "\"305\"")
            let sound = try replay(["-"], in: scratch, input: SampleRecording.text(lines))
            #expect(sound.code == 0)
            #expect(sound.report["frames"].integer == 198)
            #expect(sound.report["damaged"].integer == 2)
            #expect(sound.report["hashes"]["mismatched"].integer == 1)
            let named = sound.child.complained.split(separator: "\n")
            #expect(named.count == 2)
            #expect(named[0].hasPrefix("quesquant: line 3: not JSON: "))
            #expect(named[1].hasPrefix("quesquant: line 5: the hash is not that of the frame"))

            lines[100] = "nonsense"
            let broken = try replay(["-"], in: scratch, input: SampleRecording.text(lines))
            #expect(broken.code == 1)
            #expect(broken.report["damaged"].integer == 3)
            let sentence = "quesquant: more than 1 % of the lines are damaged\n"
            #expect(broken.child.complained.hasSuffix(sentence))
            #expect(
                broken.child.complained.contains("line 101: not JSON: expected value at byte 0\n")
            )
        }
    }

    @Test("nothing is a recording without frames; a missing or a compressed file is no recording")
    func noRecording() async throws {
        try await onThread {
            let scratch = try Scratch()
            let empty = try replay(["-"], in: scratch)
            #expect(empty.code == 0)
            #expect(empty.report["frames"].integer == 0)
            #expect(empty.report["pnl"].number == 0)

            let missing = try replay(["nowhere"], in: scratch)
            #expect(missing.code == 1)
            let sentence = "quesquant: open nowhere: no such file or directory (ENOENT)\n"
            #expect(missing.child.complained == sentence)

            let compressed: [(bytes: [UInt8], tool: String)] = [
                ([0x28, 0xB5, 0x2F, 0xFD, 0, 0, 0, 0], "zstd"), ([0x1F, 0x8B, 8, 0, 0, 0], "gzip"),
            ]
            for (bytes, tool) in compressed {
                try scratch.write(bytes, to: "packed")
                let refused = try replay(["packed"], in: scratch)
                let sentence = "packed is compressed: \(tool) -dc FILE | quesquant replay -"
                #expect(refused.code == 2)
                #expect(refused.child.complained == "quesquant: \(sentence)\n")
                #expect(refused.child.said.isEmpty)

                let played = try Child(
                    ["--port", "0", "--data-dir", "data", "--market", "replay:packed"],
                    directory: scratch.path
                )
                #expect(try played.exitCode(within: 10) == 2)
                #expect(played.complained.contains("packed is compressed: \(tool) -dc"))
            }
        }
    }

    private static let hour = "data/polymarket_clob_book_btc-updown-5m_20260416T0710Z.ndjson.zst"

    @Test(
        "the recorded hour is read whole, through a pipe, and every hash is right",
        .enabled(if: SharedData.isPresent, Comment(rawValue: SharedData.absenceMessage)),
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: "/usr/bin/zstd"),
            "zstd is not here"
        )
    )
    func recordedHour() async throws {
        try await onThread {
            #if DEBUG
            // What is not optimised takes a quarter of a minute for the whole.
            let (frames, markets, head) = (4_000, 2, "head -n 4000")
            #else
            let (frames, markets, head) = (47_295, 12, "cat")
            #endif
            let scratch = try Scratch()
            let child = try Child(
                [
                    "-c", "zstd -dc \"$1\" | \(head) | \"$2\" replay - --json", "sh",
                    SharedData.path(Self.hour), Child.program,
                ],
                program: "/bin/sh",
                directory: scratch.path
            )
            #expect(try child.exitCode(within: 60) == 0, "\(child.complained)")
            let report = JSON(parsing: child.said)
            #expect(report["frames"].integer == frames)
            #expect(report["markets"].integer == markets)
            #expect(report["hashes"]["mismatched"].integer == 0)
            #expect((report["fills"].integer ?? 0) > 0)
        }
    }
}
