internal import COpenSSL

/// SHA-1 (FIPS 180-4): the WebSocket handshake and Polymarket's book hash. Not for secrets.
public enum SHA1 {
    /// Bytes of a digest.
    public static let byteCount = 20

    /// The digest of `bytes`.
    public static func hash(_ bytes: Span<UInt8>) -> InlineArray<20, UInt8> {
        var hasher = SHA1Hasher()
        hasher.update(bytes)
        return hasher.finalize()
    }
}

/// SHA-1 in pieces. A copy taken midway continues on its own, so that many endings of one
/// beginning cost one pass over the beginning.
@safe public struct SHA1Hasher {
    private var context = SHA_CTX()

    public init() {
        let result = unsafe SHA1_Init(&context)
        precondition(result == 1, "SHA1_Init only fails without a context")
    }

    public mutating func update(_ bytes: Span<UInt8>) {
        // The context is a plain value that this struct owns; OpenSSL reads `count` bytes.
        unsafe bytes.withUnsafeBytes { buffer in
            _ = unsafe SHA1_Update(&context, buffer.baseAddress, buffer.count)
        }
    }

    public consuming func finalize() -> InlineArray<20, UInt8> {
        var digest = InlineArray<20, UInt8>(repeating: 0)
        var span = digest.mutableSpan
        unsafe span.withUnsafeMutableBufferPointer { buffer in
            _ = unsafe SHA1_Final(buffer.baseAddress, &context)
        }
        return digest
    }
}

/// SHA-256 (FIPS 180-4).
public enum SHA256 {
    /// The digest of `bytes`.
    public static func hash(_ bytes: Span<UInt8>) -> InlineArray<32, UInt8> {
        var digest = InlineArray<32, UInt8>(repeating: 0)
        var span = digest.mutableSpan
        // OpenSSL reads the bytes given and writes 32.
        unsafe bytes.withUnsafeBytes { input in
            unsafe span.withUnsafeMutableBufferPointer { output in
                _ = unsafe COpenSSL.SHA256(
                    input.baseAddress?.assumingMemoryBound(to: UInt8.self),
                    input.count,
                    output.baseAddress
                )
            }
        }
        return digest
    }
}
