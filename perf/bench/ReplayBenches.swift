internal import Glibc
internal import Trading
internal import Venues

/// A recording at full speed.
enum ReplayBenches {
    private static let madeUpFrames = 20_000
    /// Of a recording given, this much is read and replayed.
    private static let bytesMax = 96 << 20
    private static let chunkBytes = 1 << 20
    /// Where the recorded data stands in the project's workshop.
    private static let besideTheProject =
        "../shared/data/polymarket_clob_book_btc-updown-5m_20260416T0710Z.ndjson.zst"

    static func all(recording: String?) -> [Bench] {
        let path = recording ?? besideTheProject
        let what = "recorded frames through reader, hash check, engine and paper venue"
        // Made, or read, once for all runs.
        var madeUp: [UInt8]?
        var recorded: [UInt8]?
        return [
            Bench("replay.made-up", "made-up " + what, .framesPerSecond, countsAllocations: false) {
                let bytes = madeUp ?? MadeUpMarket.recording(frames: madeUpFrames)
                madeUp = bytes
                return replay(bytes)
            },
            Bench("replay.recorded", what, .framesPerSecond, countsAllocations: false) {
                guard unsafe access(path, R_OK) == 0 else {
                    return .absent("no recording here; name one with --recording FILE")
                }
                let bytes = try recorded ?? read(path)
                recorded = bytes
                return replay(bytes)
            },
        ]
    }

    private static func replay(_ recording: [UInt8]) -> Bench.Outcome {
        var configuration = Engine.Configuration()
        configuration.hasReference = false
        var session = TradingSession(
            engine: Engine(configuration: configuration, parameters: Parameters()),
            venue: .paper(PaperVenue(configuration: PaperVenue.Configuration(), seed: 1)),
            orderPath: OrderPath(isShut: false)
        )
        var reader = RecordingReader()
        var outputs: [TradingSession.Output] = []
        var recorder = Recorder(capacity: 1, warmUp: 0)
        recorder.time {
            var start = 0
            while start < recording.count {
                let end = min(start + chunkBytes, recording.count)
                reader.receive(recording.span.extracting(start..<end))
                start = end
                drain(&reader, &session, &outputs)
            }
            reader.finish()
            drain(&reader, &session, &outputs)
        }
        guard reader.statistics.damaged == 0, let nanoseconds = recorder.samples.first else {
            return .absent("\(reader.statistics.damaged) lines are damaged")
        }
        return .rate(Double(reader.statistics.frames) / nanoseconds * 1_000_000_000)
    }

    private static func drain(
        _ reader: inout RecordingReader,
        _ session: inout TradingSession,
        _ outputs: inout [TradingSession.Output]
    ) {
        while let item = reader.next() {
            guard case .event(let time, let event) = item else { continue }
            session.handle(event, at: time, into: &outputs)
            outputs.removeAll(keepingCapacity: true)
        }
    }

    /// Whole lines of the recording, at most `bytesMax` bytes; decompressed by zstd where its name
    /// asks for that.
    private static func read(_ path: String) throws -> [UInt8] {
        let command = path.hasSuffix(".zst") ? "zstd -dcq" : "cat"
        // Between quotes a shell takes everything but a quote as it is.
        let quoted = path.split(separator: "'", omittingEmptySubsequences: false)
            .joined(separator: "'\\''")
        // Closed early, zstd would complain.
        let line = "\(command) '\(quoted)' 2>/dev/null"
        guard let pipe = unsafe popen(line, "r") else { throw Failure.pipe }
        defer { unsafe pclose(pipe) }
        var recording: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: chunkBytes)
        while recording.count + chunkBytes <= bytesMax {
            // fread writes at most the chunk's length.
            let count = unsafe fread(&chunk, 1, chunkBytes, pipe)
            guard count > 0 else { return recording }
            recording += chunk[..<count]
        }
        while let last = recording.last, last != UInt8(ascii: "\n") { recording.removeLast() }
        return recording
    }

    private enum Failure: Error {
        case pipe
    }
}
