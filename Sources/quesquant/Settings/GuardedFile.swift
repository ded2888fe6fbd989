internal import Crypto
internal import Glibc
internal import Reactor

/// Reading files that may hold secrets: what was read is overwritten when it has been used, and it
/// is told who else could have read it.
enum GuardedFile {
    /// Why a secret in a file is no secret, with what to do about it.
    enum Exposure: Error, Equatable {
        /// A pipe, a device, a directory.
        case notRegular
        /// Somebody else can change it.
        case foreign(owner: UInt32)
        /// Others may read, write or execute it.
        case open(mode: UInt32)

        /// A sentence about the file at `path`.
        func sentence(_ path: String) -> String {
            switch self {
            case .notRegular: "\(path) is not a regular file: put the secret into one"
            case .foreign(let owner):
                "\(path) belongs to user \(owner) and not to you: chown it, then chmod 600 \(path)"
            case .open(let mode):
                "\(path) has mode 0\(String(mode, radix: 8)), so that others may read it: "
                    + "chmod 600 \(path)"
            }
        }
    }

    /// Gives the file's content, and what is wrong with its guard, to `body`.
    ///
    /// Owner and mode are those of the file that is read, not of what its name stands for a moment
    /// before: both are asked of the open descriptor.
    /// - Returns: what `body` returns; `nil` when there is no such file.
    /// - Throws: `UsageError` when it cannot be read, or is longer than `byteCountMax`.
    static func read<Result>(
        _ path: String,
        byteCountMax: Int,
        _ body: (Span<UInt8>, Exposure?) throws(UsageError) -> Result
    ) throws(UsageError) -> Result? {
        // A pipe that nobody writes to must not hold up the start.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            let code = errno
            if code == ENOENT { return nil }
            throw UsageError(description: "\(SystemError(code: code, attempt: "open \(path)"))")
        }
        defer { close(descriptor) }
        let exposure = exposure(of: descriptor)
        // All at once: growing would leave copies behind.
        var content = [UInt8](repeating: 0, count: byteCountMax + 1)
        defer {
            var rest = content.mutableSpan
            wipe(&rest)
        }
        var count = 0
        while count < content.count {
            // The kernel writes at most what is left of the array.
            let read = unsafe content.withUnsafeMutableBytes { buffer in
                let room = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
                return unsafe Glibc.read(descriptor, room.baseAddress, room.count)
            }
            if read < 0 && errno == EINTR { continue }
            guard read >= 0 else {
                let error = SystemError(code: errno, attempt: "read \(path)")
                throw UsageError(description: "\(error)")
            }
            if read == 0 { break }
            count += read
        }
        guard count <= byteCountMax else {
            throw UsageError(description: "\(path) has more than \(byteCountMax) bytes")
        }
        return try body(content.span.extracting(0..<count), exposure)
    }

    private static func exposure(of descriptor: Int32) -> Exposure? {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            return .notRegular
        }
        // What belongs to the administrator, who can read everything anyway, is as good as ours.
        guard status.st_uid == geteuid() || status.st_uid == 0 else {
            return .foreign(owner: status.st_uid)
        }
        let mode = status.st_mode & 0o7777
        return mode & 0o177 == 0 ? nil : .open(mode: mode)
    }
}
