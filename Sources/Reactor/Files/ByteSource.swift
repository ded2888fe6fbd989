internal import Glibc
public import Wire

/// Reads a file, or standard input, from beginning to end in chunks. Blocking.
public final class ByteSource {
    /// The path, or `standard input`.
    public let name: String

    private let descriptor: Int32
    private var isClosed = false

    /// Opens the file at `path`; `-` is standard input.
    public init(path: String) throws(SystemError) {
        if path == "-" {
            name = "standard input"
            descriptor = STDIN_FILENO
        } else {
            let opened = unsafe open(path, O_RDONLY | O_CLOEXEC)
            guard opened >= 0 else { throw .last("open \(path)") }
            name = path
            descriptor = opened
        }
    }

    deinit { precondition(isClosed, "a source is closed before it is dropped") }

    /// Appends the next bytes to `buffer`: as many as are there, at most `byteCountMax`.
    /// - Returns: how many; zero at the end.
    public func read(
        into buffer: inout ByteBuffer,
        upTo byteCountMax: Int
    ) throws(SystemError) -> Int {
        guard !isClosed else { throw SystemError(code: EBADF, attempt: "read \(name)") }
        var result = 0
        repeat {
            // The kernel writes at most the room that the buffer has set aside, and tells how much.
            buffer.append(upTo: byteCountMax) { output in
                unsafe output.withUnsafeMutableBufferPointer { room, initializedCount in
                    result = unsafe Glibc.read(
                        descriptor,
                        room.baseAddress,
                        min(room.count, byteCountMax)
                    )
                    initializedCount = max(result, 0)
                }
            }
        } while result < 0 && errno == EINTR
        guard result >= 0 else { throw .last("read \(name)") }
        return result
    }

    /// Closes the file; standard input stays open. May be called twice.
    public func close() {
        guard !isClosed else { return }
        isClosed = true
        if descriptor != STDIN_FILENO { Glibc.close(descriptor) }
    }
}

@available(*, unavailable)
extension ByteSource: Sendable {}
