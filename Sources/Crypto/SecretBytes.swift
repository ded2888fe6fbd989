internal import COpenSSL
internal import Glibc

/// Bytes that nobody may see: a private key, an API secret.
///
/// They lie in pages of their own, which are left out of core dumps and kept off the swap (as far
/// as the system allows it), are written once and are overwritten when the last holder lets go.
/// Nothing that prints or reflects values gives them away.
///
/// Sendable because nothing can change after `init`: the memory is filled by the initializer,
/// before any second reference exists, and there is no mutating call.
@safe public final class SecretBytes: Sendable {
    /// More is no key.
    public static let byteCountMax = 4_096

    public let count: Int
    /// A pointer says nothing of threads; this memory is written before anyone else can see it, and
    /// from then on only read, until `deinit`, which has no other holder.
    private nonisolated(unsafe) let memory: UnsafeMutableRawBufferPointer

    /// A copy of `bytes`. Whoever has them still should overwrite them.
    /// - Precondition: at most `byteCountMax`.
    public convenience init(copying bytes: Span<UInt8>) {
        self.init(byteCount: bytes.count) { target in
            for index in bytes.indices { target[index] = bytes[index] }
        }
    }

    /// `byteCount` bytes, zero at first, written by `fill`.
    /// - Precondition: at most `byteCountMax`.
    init<Failure: Error>(
        byteCount: Int,
        _ fill: (inout MutableSpan<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        precondition(byteCount <= Self.byteCountMax, "no secret is that long")
        count = byteCount
        // Fresh, private pages of zeros, at least one.
        let start = unsafe mmap(
            nil,
            max(byteCount, 1),
            PROT_READ | PROT_WRITE,
            MAP_PRIVATE | MAP_ANONYMOUS,
            -1,
            0
        )
        guard let start = unsafe start, unsafe start != MAP_FAILED else {
            preconditionFailure("the system has no memory left")
        }
        unsafe memory = UnsafeMutableRawBufferPointer(start: start, count: byteCount)
        // Both are refused under tight limits; the secret is usable all the same.
        _ = unsafe mlock(start, max(byteCount, 1))
        _ = unsafe madvise(start, max(byteCount, 1), MADV_DONTDUMP)
        // Only this initializer knows the memory yet.
        var bytes = unsafe MutableSpan<UInt8>(_unsafeBytes: memory)
        try fill(&bytes)
    }

    deinit {
        // `OPENSSL_cleanse` is not optimized away. The pages end with the unlock.
        unsafe OPENSSL_cleanse(memory.baseAddress, memory.count)
        _ = unsafe munmap(memory.baseAddress, max(memory.count, 1))
    }

    /// The secret, for as long as this object lives. Not to be kept, copied or told.
    public var span: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            // `memory` holds `count` initialized bytes until `deinit`.
            let bytes = unsafe Span<UInt8>(_unsafeBytes: UnsafeRawBufferPointer(memory))
            return unsafe _overrideLifetime(bytes, borrowing: self)
        }
    }
}

extension SecretBytes: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "<secret>" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Overwrites what `bytes` holds: text from which a secret was made.
public func wipe(_ bytes: inout MutableSpan<UInt8>) {
    unsafe bytes.withUnsafeMutableBytes { buffer in
        // OpenSSL writes `count` bytes, and the compiler cannot leave it out.
        unsafe OPENSSL_cleanse(buffer.baseAddress, buffer.count)
    }
}
