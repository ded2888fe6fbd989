internal import Glibc
internal import Reactor
internal import Trading
internal import Venues
internal import Wire

/// The files of a recording: lines go in, whole, and a new file begins when one is large or old
/// enough. Blocking.
final class RecordFiles {
    /// Where it goes.
    enum Output: Equatable {
        /// One file, which must not be there yet.
        case file(String)
        /// A directory, in which files are named after the series and their first second.
        case directory(String)
    }

    /// When a file of a directory is followed by another.
    struct Rotation: Equatable {
        var bytes: Int64
        var age: Duration
    }

    /// Bytes that are collected before they are written.
    private static let collectedBytesMax = 256 * 1_024

    private let series: WindowSeries
    private let output: Output
    private let rotation: Rotation
    private var file: FileAppender?
    private var fileStart = Timestamp(nanoseconds: 0)
    private var lines = ByteBuffer(capacity: collectedBytesMax + 65_536)
    private var isSynced = true
    /// So far, of all files.
    private(set) var lineCount = 0
    /// Of those, the ones that a venue said.
    private(set) var messageCount: Int64 = 0
    private(set) var byteCount: Int64 = 0
    private(set) var fileCount = 0
    /// Frames that were longer than a line may be.
    private(set) var leftOut = 0

    init(_ series: WindowSeries, into output: Output, rotation: Rotation) {
        self.series = series
        self.output = output
        self.rotation = rotation
    }

    /// A path that ends with a slash, or is a directory, is one.
    static func output(_ path: String) -> Output {
        var status = stat()
        let exists = unsafe stat(path, &status) == 0
        let isDirectory = exists && status.st_mode & S_IFMT == S_IFDIR
        return isDirectory || path.hasSuffix("/") ? .directory(path) : .file(path)
    }

    /// Begins the first file, or the next one, when that is due.
    /// - Returns: whether one was begun.
    func beginIfDue(at now: Timestamp) throws -> Bool {
        guard let file else {
            try begin(at: now)
            return true
        }
        guard case .directory = output else { return false }
        let isFull = file.byteCount + Int64(lines.count) >= rotation.bytes
        guard isFull || now - fileStart >= rotation.age else { return false }
        try close()
        try begin(at: now)
        return true
    }

    func append(
        _ bytes: Span<UInt8>,
        of feed: RecordedFeed,
        sentAt sent: Timestamp?,
        at now: Timestamp
    ) throws(SystemError) {
        guard FeedLine.append(bytes, of: feed, sentAt: sent, at: now, to: &lines) else {
            leftOut += 1
            return
        }
        lineCount += 1
        messageCount += 1
        if lines.count >= Self.collectedBytesMax { try write() }
    }

    func append(
        _ link: RecordedLink,
        of feed: RecordedFeed,
        at now: Timestamp
    ) throws(SystemError) {
        FeedLine.append(link, of: feed, at: now, to: &lines)
        lineCount += 1
    }

    /// Hands what was collected to the system.
    func write() throws(SystemError) {
        guard let file, !lines.isEmpty else { return }
        try Self.append(lines, to: file)
        byteCount += Int64(lines.count)
        lines.removeAll()
        isSynced = false
    }

    /// Waits until everything is on disk.
    func sync() throws(SystemError) {
        try write()
        guard let file, !isSynced else { return }
        try file.sync()
        isSynced = true
    }

    /// Everything is on disk, or the reason why not is thrown. May be called twice.
    func close() throws(SystemError) {
        guard let file else { return }
        self.file = nil
        defer { file.close() }
        if !lines.isEmpty {
            try Self.append(lines, to: file)
            byteCount += Int64(lines.count)
            lines.removeAll()
        }
        try file.sync()
        isSynced = true
    }

    /// The compiler does not see that a span of a class's buffer ends with the call; of a parameter's
    /// it does.
    private static func append(
        _ lines: borrowing ByteBuffer,
        to file: FileAppender
    ) throws(SystemError) {
        try file.append(lines.span)
    }

    private func begin(at now: Timestamp) throws {
        let path: String
        switch output {
        case .file(let file): path = file
        case .directory(let directory):
            let base = directory.hasSuffix("/") ? String(directory.dropLast()) : directory
            guard unsafe mkdir(base, 0o755) == 0 || errno == EEXIST else {
                throw SystemError(code: errno, attempt: "make the directory \(base)")
            }
            path = "\(base)/\(series.name)-\(Self.text(of: now)).ndjson"
        }
        let file = try FileAppender(path: path)
        guard file.byteCount == 0 else {
            file.close()
            throw UsageError(description: "--output \(path): there is a file of that name")
        }
        self.file = file
        fileStart = now
        fileCount += 1
        FeedLine.append(series: series, at: now, to: &lines)
        lineCount += 1
    }

    /// `20261124T210000Z`.
    private static func text(of time: Timestamp) -> String {
        var buffer = ByteBuffer(capacity: DateText.timestampByteCount)
        buffer.append(upTo: DateText.timestampByteCount) {
            DateText.appendTimestamp(nanoseconds: time.nanoseconds, to: &$0)
        }
        var text = ""
        for index in 0..<19 {
            let character = Unicode.Scalar(buffer.span[index])
            if character != "-" && character != ":" { text.unicodeScalars.append(character) }
        }
        return text + "Z"
    }
}

@available(*, unavailable)
extension RecordFiles: Sendable {}
