internal import Glibc

/// Keeps a second process off a data directory: a lock on a file (flock), which the kernel takes
/// back when the process ends, however it ends. The file stays, with the process number of the
/// last holder in it, for people.
public final class InstanceLock {
    /// Most bytes of the file that are looked at to name the holder.
    private static let holderByteCountMax = 32

    private let descriptor: Int32
    private var isReleased = false

    /// Takes the lock, or fails at once.
    /// - Throws: `EAGAIN` when somebody holds it; the sentence says who.
    public init(path: String) throws(SystemError) {
        // A link that somebody else laid there would have us empty another file.
        let flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW
        let descriptor = unsafe open(path, flags, 0o600)
        guard descriptor >= 0 else { throw .last("open \(path)") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            Glibc.close(descriptor)
            throw SystemError(code: code, attempt: "lock \(path)\(Self.holder(of: path))")
        }
        self.descriptor = descriptor
        // Only information: the lock holds without it, also on a full disk.
        ftruncate(descriptor, 0)
        let text = Array("\(getpid())\n".utf8)
        try? writeAll(text.span, to: descriptor, path: path)
    }

    deinit { precondition(isReleased, "a lock is released before it is dropped") }

    /// Gives the lock back. May be called twice.
    public func release() {
        guard !isReleased else { return }
        isReleased = true
        Glibc.close(descriptor)
    }

    private static func holder(of path: String) -> String {
        let content = try? DurableFile.read(path, byteCountMax: holderByteCountMax)
        let digits = (content ?? []).prefix { 48...57 ~= $0 }
        return digits.isEmpty
            ? " (held by another process)"
            : " (held by process \(String(decoding: digits, as: UTF8.self)))"
    }
}

@available(*, unavailable)
extension InstanceLock: Sendable {}
