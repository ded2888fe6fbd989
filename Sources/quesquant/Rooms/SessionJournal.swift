internal import Journal
internal import Reactor
internal import Trading
internal import Wire

/// The journal files of one session: `session-<number>.qqj`, and `session-<number>-2.qqj` and so on
/// where a disk failed in between.
///
/// A record is pending until a sync has put it on disk. When a sync fails nothing can be trusted of
/// what the file took since the sync before (the kernel may drop the pages and report success the
/// next time), so the pending records begin a new file; the old one may repeat some of them at its
/// end.
final class SessionJournal {
    private let directory: DataDirectory
    private let session: Timestamp
    private var part = 1
    private var file: FileAppender?
    private var hasHeader = false
    private var pending = ByteBuffer(capacity: 1 << 16)

    /// - Parameter session: the time of the first record, which names the session.
    init(directory: DataDirectory, session: Timestamp) {
        self.directory = directory
        self.session = session
    }

    /// Bytes that are not known to be on disk.
    var pendingByteCount: Int { pending.count }

    func add(_ record: SessionRecord) { JournalWriter.encode(record, into: &pending) }

    /// Puts everything pending on disk. When it throws, everything is still pending.
    func write() throws(SystemError) {
        guard !pending.isEmpty else { return }
        let file = try openFile()
        // A failed append leaves nothing behind, and the same appender may try again.
        try Self.append(pending, to: file)
        try sync(file)
        pending.removeAll()
    }

    private static func append(
        _ bytes: borrowing ByteBuffer,
        to file: FileAppender
    ) throws(SystemError) {
        try file.append(bytes.span)
    }

    private func sync(_ file: FileAppender) throws(SystemError) {
        do throws(SystemError) {
            try file.sync()
        } catch {
            close()
            part += 1
            throw error
        }
    }

    func close() {
        file?.close()
        file = nil
        hasHeader = false
    }

    private func openFile() throws(SystemError) -> FileAppender {
        let file: FileAppender
        if let open = self.file {
            file = open
        } else {
            let suffix = part == 1 ? "" : "-\(part)"
            file = try FileAppender(
                path: "\(directory.journals)/session-\(session.nanoseconds)\(suffix).qqj"
            )
            self.file = file
        }
        if !hasHeader {
            var header = ByteBuffer(capacity: 64)
            JournalWriter.encodeHeader(session: session, into: &header)
            try file.append(header.span)
            hasHeader = true
        }
        return file
    }
}
