internal import ArgumentParser
internal import Logging
internal import Trading
internal import Venues

struct RecordCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract: "Keep what the live feeds say, for replay.",
        discussion: """
            Follows Binance and Polymarket as `serve --market live` does, trades nothing, and writes \
            every message as it came, with the time of its receipt, one a line. Ends with \
            --seconds, or in order on SIGTERM, SIGINT or SIGHUP.

            With a directory as its output, files are named after the series and their first second, \
            a new one begins with every hour or --rotate-mb, and each can be replayed by itself:

              quesquant record --series btc-updown-5m --output recordings/
              quesquant replay recordings/btc-updown-5m-20261124T210000Z.ndjson
              cat recordings/btc-updown-5m-*.ndjson | quesquant replay -
            """
    )

    @Option(help: "The windows to follow: {btc|eth|...}-updown-{5m|15m|1h|4h}.")
    var series = "btc-updown-5m"

    @Option(help: "A directory (one with a slash behind it is made), or a new file.")
    var output: String

    @Option(help: "How long to record; without it until told to end.")
    var seconds: Int64?

    @Option(
        name: .customLong("rotate-mb"),
        help: "Begin a new file in a directory after so many megabytes."
    )
    var rotateMegabytes: Int64 = 512

    @Option(
        name: .customLong("rotate-minutes"),
        help: "Begin a new file in a directory after so many minutes."
    )
    var rotateMinutes: Int64 = 60

    @Option(
        name: .customLong("sync-seconds"),
        help: "Wait for the disk this often: what a loss of power can take."
    )
    var syncSeconds: Int64 = 5

    @Option(
        name: .customLong("ca-file"),
        help: ArgumentHelp(
            "Trust these certificates of the venues and no others.",
            valueName: "pem"
        )
    )
    var trustFile: String?

    func run() throws {
        do {
            try record()
        } catch let error as UsageError {
            fail(error.description, code: 2)
        } catch {
            fail("\(error)", code: 1)
        }
    }

    private func record() throws {
        try check(seconds ?? 1, 1...31_536_000, "--seconds", "1 to 31536000")
        try check(rotateMegabytes, 1...1_048_576, "--rotate-mb", "1 to 1048576")
        try check(rotateMinutes, 1...10_080, "--rotate-minutes", "1 to 10080")
        try check(syncSeconds, 1...3_600, "--sync-seconds", "1 to 3600")
        guard !output.isEmpty else {
            throw UsageError(description: "--output is empty: a directory, or a new file")
        }
        let stated = try Settings.read()
        let addresses = try LiveAddresses { stated[$0] }
        let settings = LiveSettings(
            series: try LiveSettings.series(series),
            addresses: addresses,
            trustFile: trustFile,
            toleratesUnknownMembers: true
        )
        let files = RecordFiles(
            settings.series,
            into: RecordFiles.output(output),
            rotation: RecordFiles.Rotation(
                bytes: rotateMegabytes << 20,
                age: .seconds(rotateMinutes * 60)
            )
        )
        let room = try RecordRoom(
            settings,
            into: files,
            syncInterval: .seconds(syncSeconds),
            duration: seconds.map { .seconds($0) },
            log: Logger(label: "quesquant") { StreamLogHandler.standardError(label: $0) }
        )
        try room.run()
        var words = "\(files.lineCount) lines, \(files.byteCount) bytes in \(files.fileCount) file"
        if files.fileCount != 1 { words += "s" }
        if files.leftOut > 0 { words += "; \(files.leftOut) messages were too long for a line" }
        Console.say(words)
        if files.messageCount == 0 {
            throw StartFailure(
                description: "no venue has said anything: there is nothing to replay"
            )
        }
    }

    private func check(
        _ value: Int64,
        _ range: ClosedRange<Int64>,
        _ name: String,
        _ words: String
    ) throws(UsageError) {
        guard range.contains(value) else {
            throw UsageError(description: "\(name) \(value): \(words)")
        }
    }
}
