internal import COpenSSL

/// HMAC with SHA-256 (RFC 2104, FIPS 198-1) under one key.
///
/// The two blocks that begin with the key are hashed once; each code then costs what the message
/// costs and one block more. Both states are as good as the key and lie in a `SecretBytes`.
public struct HMACSHA256Key: Sendable {
    /// Bytes of a code.
    public static let byteCount = 32
    /// Bytes that SHA-256 takes at a time; a longer key is hashed first.
    private static let blockByteCount = 64

    /// The hash states after the inner and the outer block.
    private let states: SecretBytes

    /// - Parameter key: of any length.
    public init(_ key: Span<UInt8>) {
        let size = MemoryLayout<SHA256_CTX>.stride
        states = SecretBytes(byteCount: 2 * size) { states in
            var block = InlineArray<64, UInt8>(repeating: 0)
            if key.count > Self.blockByteCount {
                var digest = SHA256.hash(key)
                for index in digest.indices { block[index] = digest[index] }
                var span = digest.mutableSpan
                wipe(&span)
            } else {
                for index in key.indices { block[index] = key[index] }
            }
            for index in block.indices { block[index] ^= 0x36 }
            var hasher = SHA256Hasher()
            hasher.update(block.span)
            hasher.store(in: &states, at: 0)
            for index in block.indices { block[index] ^= 0x36 ^ 0x5C }
            hasher = SHA256Hasher()
            hasher.update(block.span)
            hasher.store(in: &states, at: size)
            hasher.wipe()
            var span = block.mutableSpan
            Crypto.wipe(&span)
        }
    }

    /// The beginning of a code: feed it the message, then ask for the code.
    public func begin() -> HMACSHA256 { HMACSHA256(key: self) }

    /// The code of `message`.
    public func code(of message: Span<UInt8>) -> InlineArray<32, UInt8> {
        var code = begin()
        code.update(message)
        return code.finalize()
    }

    fileprivate var inner: SHA256Hasher { SHA256Hasher(restoring: states.span, at: 0) }
    fileprivate var outer: SHA256Hasher {
        SHA256Hasher(restoring: states.span, at: MemoryLayout<SHA256_CTX>.stride)
    }
}

/// One HMAC-SHA256 in the making, fed in pieces. Allocates nothing.
public struct HMACSHA256: ~Copyable {
    private let key: HMACSHA256Key
    private var hasher: SHA256Hasher

    fileprivate init(key: HMACSHA256Key) {
        self.key = key
        hasher = key.inner
    }

    public mutating func update(_ bytes: Span<UInt8>) { hasher.update(bytes) }

    public consuming func finalize() -> InlineArray<32, UInt8> {
        let digest = hasher.finalize()
        var outer = key.outer
        outer.update(digest.span)
        return outer.finalize()
    }
}

/// SHA-256 in pieces, whose state can be put away and taken up again.
@safe private struct SHA256Hasher {
    private var context = SHA256_CTX()

    init() {
        let result = unsafe SHA256_Init(&context)
        precondition(result == 1, "SHA256_Init only fails without a context")
    }

    /// Takes up what `store(in:at:)` put away at the same place.
    init(restoring states: Span<UInt8>, at offset: Int) {
        precondition(
            offset >= 0 && offset + MemoryLayout<SHA256_CTX>.size <= states.count,
            "a state lies inside its memory"
        )
        // The context is plain integers, and there are enough bytes.
        unsafe context = states.bytes.unsafeLoadUnaligned(
            fromByteOffset: offset,
            as: SHA256_CTX.self
        )
    }

    /// Puts the state away.
    func store(in states: inout MutableSpan<UInt8>, at offset: Int) {
        precondition(
            offset >= 0 && offset + MemoryLayout<SHA256_CTX>.size <= states.count,
            "a state lies inside its memory"
        )
        unsafe states.withUnsafeMutableBytes { bytes in
            unsafe bytes.storeBytes(of: context, toByteOffset: offset, as: SHA256_CTX.self)
        }
    }

    mutating func update(_ bytes: Span<UInt8>) {
        // The context is a plain value that this struct owns; OpenSSL reads `count` bytes.
        unsafe bytes.withUnsafeBytes { buffer in
            _ = unsafe SHA256_Update(&context, buffer.baseAddress, buffer.count)
        }
    }

    /// The digest. The state is overwritten (OpenSSL wipes what it has buffered, we the rest).
    mutating func finalize() -> InlineArray<32, UInt8> {
        var digest = InlineArray<32, UInt8>(repeating: 0)
        var span = digest.mutableSpan
        unsafe span.withUnsafeMutableBufferPointer { buffer in
            _ = unsafe SHA256_Final(buffer.baseAddress, &context)
        }
        wipe()
        return digest
    }

    mutating func wipe() {
        unsafe withUnsafeMutableBytes(of: &context) { bytes in
            unsafe OPENSSL_cleanse(bytes.baseAddress, bytes.count)
        }
    }
}
