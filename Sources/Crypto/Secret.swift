internal import COpenSSL

/// Whether two byte strings are equal, in a time that depends on their lengths only.
public func constantTimeEqual(_ lhs: Span<UInt8>, _ rhs: Span<UInt8>) -> Bool {
    guard lhs.count == rhs.count else { return false }
    return unsafe lhs.withUnsafeBytes { left in
        unsafe rhs.withUnsafeBytes { right in
            guard let left = left.baseAddress, let right = right.baseAddress else { return true }
            // Both are `lhs.count` readable bytes.
            return unsafe CRYPTO_memcmp(left, right, lhs.count) == 0
        }
    }
}

/// Bytes that nobody can guess, from OpenSSL's generator.
public func randomBytes(_ byteCount: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: byteCount)
    let result = unsafe bytes.withUnsafeMutableBufferPointer { buffer in
        unsafe RAND_bytes(buffer.baseAddress, Int32(buffer.count))
    }
    precondition(result == 1, "the system has no randomness")
    return bytes
}
