internal import Foundation
internal import TestSupport
internal import Testing

/// `record` against venues on loopback, and `replay` of what it kept.
@Suite struct RecordTests {
    private func record(
        _ arguments: [String],
        of venue: LiveVenue,
        in scratch: Scratch
    ) throws -> Child {
        try scratch.write(LiveVenue.settings(port: venue.port), to: ".env")
        return try Child(
            ["record", "--series", "btc-updown-4h"] + arguments,
            directory: scratch.path
        )
    }

    private func replay(_ arguments: [String], in scratch: Scratch) throws -> JSON {
        let child = try Child(
            ["replay", "--json", "--min-liquidity", "0"] + arguments,
            directory: scratch.path
        )
        #expect(try child.exitCode(within: 30) == 0, "\(child.complained)")
        #expect(child.complained.isEmpty, "\(child.complained)")
        return JSON(parsing: child.said)
    }

    /// All that is in a directory's files; nothing while there is none.
    private static func text(in directory: String) throws -> String {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return names.map { name in
            let bytes = FileManager.default.contents(atPath: "\(directory)/\(name)") ?? Data()
            return String(decoding: bytes, as: UTF8.self)
        }.joined()
    }

    @Test("ten seconds are kept, and replayed twice with the reference's prices, to the same state")
    func tenSeconds() async throws {
        try await onThread {
            let scratch = try Scratch()
            let venue = try LiveVenue(scratch)
            let child = try record(["--output", "kept", "--seconds", "10"], of: venue, in: scratch)
            #expect(try child.exitCode(within: 30) == 0, "\(child.complained)")
            #expect(child.said.contains(" bytes in 1 file\n"))
            let first = try replay(["kept"], in: scratch)
            let second = try replay(["kept"], in: scratch)
            #expect(first["format"].text == "feeds")
            #expect(first["markets"].integer == 1)
            #expect(first["damaged"].integer == 0)
            #expect((first["reference_prices"].integer ?? 0) > 50)
            #expect((first["settlement_prices"].integer ?? 0) > 10)
            #expect((first["frames"].integer ?? 0) > 0)
            #expect(first["state_hash"].text == second["state_hash"].text)
            // A name that is taken stays what it is.
            let again = try record(["--output", "kept", "--seconds", "1"], of: venue, in: scratch)
            #expect(try again.exitCode(within: 10) == 2)
            #expect(again.complained.contains("--output kept: there is a file of that name"))
            try venue.end()
        }
    }

    @Test(
        "in a directory each file can be replayed by itself, and SIGTERM ends the last one in order"
    )
    func directory() async throws {
        try await onThread {
            let scratch = try Scratch()
            let venue = try LiveVenue(scratch)
            let child = try record(["--output", "kept/"], of: venue, in: scratch)
            let deadline = Deadline(seconds: 15)
            while try !Self.text(in: scratch("kept")).contains(#""event_type":"book""#) {
                guard !deadline.hasPassed else { throw Missing("a book in a file") }
                // Asks, and so does not spin.
                try venue.awaits("connected market", within: 1)
            }
            child.send(SIGTERM)
            #expect(try child.exitCode(within: 10) == 0, "\(child.complained)")
            let files = try FileManager.default.contentsOfDirectory(atPath: scratch("kept"))
            #expect(files.count == 1)
            let name = try #require(files.first)
            #expect(name.hasPrefix("btc-updown-4h-20") && name.hasSuffix("Z.ndjson"))
            let text = try #require(scratch.read("kept/\(name)"))
            #expect(text.hasSuffix("}\n"))
            let report = try replay(["kept/\(name)"], in: scratch)
            #expect((report["frames"].integer ?? 0) > 0)
            try venue.end()
        }
    }

    @Test("a full disk ends it with a sentence")
    func fullDisk() async throws {
        try await onThread {
            let scratch = try Scratch()
            let venue = try LiveVenue(scratch)
            let child = try record(
                ["--output", "/dev/full", "--seconds", "30"],
                of: venue,
                in: scratch
            )
            #expect(try child.exitCode(within: 20) == 1)
            #expect(child.complained.contains("no space left on device"), "\(child.complained)")
            try venue.end()
        }
    }

    @Test("numbers that are none of a recording are refused")
    func usage() async throws {
        try await onThread {
            let scratch = try Scratch()
            for (arguments, sentence) in [
                (["--seconds", "0"], "--seconds 0: 1 to"),
                (["--rotate-mb", "0"], "--rotate-mb 0: 1 to"),
                (["--series", "btc-updown-2h"], "--series btc-updown-2h: {btc|"),
            ] {
                let child = try Child(
                    ["record", "--output", "kept"] + arguments,
                    directory: scratch.path
                )
                #expect(try child.exitCode(within: 10) == 2)
                #expect(child.complained.contains(sentence), "\(child.complained)")
                #expect(!scratch.exists("kept"))
            }
        }
    }
}
