internal import Glibc

/// Whole files that are there or not, also after the power fails: latches, settings, cursors.
/// Blocking; each call returns when the disk has it.
public enum DurableFile {
    /// Makes `bytes` the content of the file. A reader, and a restart at any instant, finds either
    /// the old content or the new: it is written to `<path>.new` (mode 0600), synced, renamed over
    /// the old file, and the directory is synced.
    ///
    /// One writer per path: two at once would share the temporary file.
    public static func replace(_ path: String, with bytes: Span<UInt8>) throws(SystemError) {
        let temporary = path + ".new"
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC
        let descriptor = unsafe open(temporary, flags, 0o600)
        guard descriptor >= 0 else { throw .last("create \(temporary)") }
        do {
            defer { Glibc.close(descriptor) }
            try writeAll(bytes, to: descriptor, path: temporary)
            try sync(descriptor, temporary)
        } catch {
            unsafe unlink(temporary)
            throw error
        }
        guard unsafe rename(temporary, path) == 0 else {
            let error = SystemError.last("rename \(temporary) to \(path)")
            unsafe unlink(temporary)
            throw error
        }
        try syncDirectory(of: path)
    }

    /// Removes the file; that it is not there is no error.
    /// - Returns: whether it was there.
    @discardableResult
    public static func remove(_ path: String) throws(SystemError) -> Bool {
        guard unsafe unlink(path) == 0 else {
            if errno == ENOENT { return false }
            throw .last("remove \(path)")
        }
        try syncDirectory(of: path)
        return true
    }

    /// The content of the file; `nil` when it is not there.
    /// - Throws: `EFBIG` when it has more than `byteCountMax` bytes, and what the system answers.
    public static func read(
        _ path: String,
        byteCountMax: Int
    ) throws(SystemError) -> [UInt8]? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw .last("open \(path)")
        }
        defer { Glibc.close(descriptor) }
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: min(byteCountMax + 1, 64 * 1024))
        while true {
            // The kernel writes at most the chunk's length.
            let count = unsafe chunk.withUnsafeMutableBytes { buffer in
                unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .last("read \(path)") }
            if count == 0 { return content }
            content += chunk[..<count]
            guard content.count <= byteCountMax else {
                throw SystemError(code: EFBIG, attempt: "read \(path) (\(byteCountMax) bytes)")
            }
        }
    }

    /// Creates the directory and those above it that are missing, with mode 0700. That it is there
    /// is no error.
    public static func createDirectory(_ path: String) throws(SystemError) {
        if isDirectory(path) { return }
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            try createDirectory(String(path[..<slash]))
        }
        guard unsafe mkdir(path, 0o700) == 0 else {
            let error = SystemError.last("create directory \(path)")
            // Another process may have been faster, and the path may end with a slash.
            if error.code == EEXIST && isDirectory(path) { return }
            throw error
        }
        try syncDirectory(of: path)
    }

    /// Makes durable which names the directory that holds `path` has.
    static func syncDirectory(of path: String) throws(SystemError) {
        var directory = "."
        if let slash = path.lastIndex(of: "/") {
            directory = slash == path.startIndex ? "/" : String(path[..<slash])
        }
        let descriptor = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .last("open directory \(directory)") }
        defer { Glibc.close(descriptor) }
        try sync(descriptor, directory)
    }

    private static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func sync(_ descriptor: Int32, _ path: String) throws(SystemError) {
        while fsync(descriptor) != 0 {
            // Not every file system can sync a directory (EINVAL); such a one needs no sync.
            if errno == EINVAL { return }
            if errno != EINTR { throw .last("sync \(path)") }
        }
    }
}
