internal import Glibc

/// A file that only grows: the journal. Blocking; for a thread that may wait for the disk.
///
/// What was appended is there as a whole or not at all: when a write fails midway (the disk is
/// full, a limit is reached), the part that was written is cut off again, so a reader never meets
/// half a record, unless the machine itself stops in the middle of one.
public final class FileAppender {
    /// Where the file is.
    public let path: String

    /// The file's length in bytes after the last whole append.
    public private(set) var byteCount: Int64

    private let descriptor: Int32
    private var isClosed = false
    /// A failed append has left bytes beyond `byteCount` that could not be cut off yet.
    private var isTorn = false
    /// Why nothing can be trusted to be on disk any more.
    private var syncFailure: SystemError?

    /// Opens the file, or creates it with mode 0600 and makes its name durable.
    ///
    /// Also ignores SIGXFSZ in the whole process: a limit on file sizes shall be an error (EFBIG)
    /// like a full disk, not the end of the process.
    public init(path: String) throws(SystemError) {
        _ = signal(SIGXFSZ, SIG_IGN)
        self.path = path
        let flags = O_WRONLY | O_APPEND | O_CLOEXEC
        var opened = unsafe open(path, flags)
        let isNew = opened < 0 && errno == ENOENT
        if isNew { opened = unsafe open(path, flags | O_CREAT, 0o600) }
        guard opened >= 0 else { throw .last("open \(path)") }
        descriptor = opened
        let end = lseek(descriptor, 0, SEEK_END)
        // A device (/dev/full) has no length; it counts from zero.
        byteCount = max(Int64(end), 0)
        if isNew {
            do {
                try DurableFile.syncDirectory(of: path)
            } catch {
                close()
                throw error
            }
        }
    }

    deinit { precondition(isClosed, "a file is closed before it is dropped") }

    /// Appends all of `bytes`. They are on disk after the next `sync()`.
    /// - Throws: `ENOSPC`, `EFBIG`, `EIO`…; then nothing of `bytes` is in the file.
    public func append(_ bytes: Span<UInt8>) throws(SystemError) {
        guard !isClosed else { throw SystemError(code: EBADF, attempt: "append to \(path)") }
        if isTorn { try cutOff() }
        do {
            try writeAll(bytes, to: descriptor, path: path)
        } catch {
            isTorn = true
            // The first error is the one to report; a failed cut is repeated by the next append.
            try? cutOff()
            throw error
        }
        byteCount += Int64(bytes.count)
    }

    /// Waits until everything appended is on disk (fdatasync).
    ///
    /// - Throws: once it has thrown, it throws the same again for ever: after a failure the kernel
    ///   may drop the unwritten pages and report success the next time, so only a new file (or the
    ///   same one after a restart, read back) can be trusted.
    public func sync() throws(SystemError) {
        if let syncFailure { throw syncFailure }
        guard !isClosed else { throw SystemError(code: EBADF, attempt: "sync \(path)") }
        while fdatasync(descriptor) != 0 {
            if errno == EINTR { continue }
            // Devices and pipes have nothing to sync.
            if errno == EINVAL { return }
            let error = SystemError.last("sync \(path)")
            syncFailure = error
            throw error
        }
    }

    /// Closes the file, without `sync()`. May be called twice.
    public func close() {
        guard !isClosed else { return }
        isClosed = true
        Glibc.close(descriptor)
    }

    private func cutOff() throws(SystemError) {
        while ftruncate(descriptor, off_t(byteCount)) != 0 {
            if errno == EINTR { continue }
            // What is not a file keeps no half-written record either.
            if errno == EINVAL { break }
            throw .last("cut \(path) back to \(byteCount) bytes")
        }
        isTorn = false
    }
}

/// Used by one thread at a time; the journal thread opens its own.
@available(*, unavailable)
extension FileAppender: Sendable {}

/// Writes all of `bytes`, in as many calls as it takes.
func writeAll(
    _ bytes: Span<UInt8>,
    to descriptor: Int32,
    path: @autoclosure () -> String
) throws(SystemError) {
    var written = 0
    while written < bytes.count {
        // The kernel reads the bytes that the span lends for the length of the call.
        let count = unsafe bytes.extracting(written..<bytes.count).withUnsafeBytes { rest in
            unsafe write(descriptor, rest.baseAddress, rest.count)
        }
        if count < 0 && errno != EINTR { throw .last("write to \(path())") }
        written += max(count, 0)
    }
}
