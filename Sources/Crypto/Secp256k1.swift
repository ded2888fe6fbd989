internal import CSecp256k1

/// libsecp256k1: its context, made once, blinded with random numbers against side channels, and
/// from then on only read; and the five calls that are made.
///
/// Sendable because libsecp256k1 allows any number of threads to use a context at once as long as
/// none changes it (secp256k1.h, `secp256k1_context`), and only `init`, which Swift runs once,
/// does.
@safe final class Secp256k1: Sendable {
    static let shared = Secp256k1()

    /// Never freed: it lives as long as the process. Unsafe to Swift, since a pointer says nothing of
    /// threads; shared all the same, because after `init` the library only reads it.
    private nonisolated(unsafe) let context: OpaquePointer

    private init() {
        guard let context = unsafe secp256k1_context_create(UInt32(SECP256K1_CONTEXT_NONE)) else {
            preconditionFailure("the system has no memory left")
        }
        let seed = SecretBytes(copying: randomBytes(32).span)
        let result = unsafe seed.span.withStart(of: 32) { seed in
            unsafe secp256k1_context_randomize(context, seed)
        }
        precondition(result == 1, "a new context takes any 32 bytes")
        unsafe self.context = context
    }

    /// The point that belongs to a private key of 32 bytes; `nil` when the number is zero or not
    /// below the group's order.
    func publicKey(of key: Span<UInt8>) -> PublicKey? {
        var point = secp256k1_pubkey()
        let isValid = unsafe key.withStart(of: 32) { key in
            unsafe secp256k1_ec_seckey_verify(context, key) == 1
                && secp256k1_ec_pubkey_create(context, &point, key) == 1
        }
        return isValid ? coordinates(of: &point) : nil
    }

    /// Signs a digest of 32 bytes with a valid private key of 32 bytes.
    func sign(_ digest: Word256, with key: Span<UInt8>) -> RecoverableSignature {
        var signature = secp256k1_ecdsa_recoverable_signature()
        let result = unsafe digest.span.withStart(of: 32) { digest in
            unsafe key.withStart(of: 32) { key in
                // No nonce function is given: the library's own, RFC 6979.
                unsafe secp256k1_ecdsa_sign_recoverable(context, &signature, digest, key, nil, nil)
            }
        }
        precondition(result == 1, "a valid key signs everything")
        var compact = InlineArray<64, UInt8>(repeating: 0)
        var recoveryID: Int32 = 0
        var output = compact.mutableSpan
        unsafe output.withStart(of: 64) { output in
            // Writes 64 bytes and a number from 0 to 3.
            _ = unsafe secp256k1_ecdsa_recoverable_signature_serialize_compact(
                context,
                output,
                &recoveryID,
                &signature
            )
        }
        let made = RecoverableSignature(
            r: Word256(compact.span.extracting(0..<32)),
            s: Word256(compact.span.extracting(32..<64)),
            v: UInt8(27 + recoveryID)
        )
        // 2 and 3 stand for a nonce whose x is not below the order: one signature in 2^127.
        guard let made else { preconditionFailure("Ethereum has no v for this signature") }
        return made
    }

    /// The point whose owner signed `digest`; `nil` when nobody can have made the signature.
    func recover(_ signature: RecoverableSignature, of digest: Word256) -> PublicKey? {
        var compact = InlineArray<64, UInt8>(repeating: 0)
        for index in 0..<32 {
            compact[index] = signature.r.span[index]
            compact[32 + index] = signature.s.span[index]
        }
        var parsed = secp256k1_ecdsa_recoverable_signature()
        var point = secp256k1_pubkey()
        let isPossible = unsafe compact.span.withStart(of: 64) { compact in
            unsafe digest.span.withStart(of: 32) { digest in
                // The first refuses numbers that are not below the order.
                unsafe secp256k1_ecdsa_recoverable_signature_parse_compact(
                    context,
                    &parsed,
                    compact,
                    Int32(signature.v) - 27
                ) == 1 && secp256k1_ecdsa_recover(context, &point, &parsed, digest) == 1
            }
        }
        return isPossible ? coordinates(of: &point) : nil
    }

    private func coordinates(of point: inout secp256k1_pubkey) -> PublicKey {
        // Uncompressed (SEC 1, section 2.3.3): a 4, then both coordinates.
        var text = InlineArray<65, UInt8>(repeating: 0)
        var output = text.mutableSpan
        unsafe output.withStart(of: 65) { output in
            var count = 65
            _ = unsafe secp256k1_ec_pubkey_serialize(
                context,
                output,
                &count,
                &point,
                UInt32(SECP256K1_EC_UNCOMPRESSED)
            )
        }
        return PublicKey(
            x: Word256(text.span.extracting(1..<33)),
            y: Word256(text.span.extracting(33..<65))
        )
    }
}

extension Span<UInt8> {
    /// Lends the address of the first of `byteCount` bytes.
    /// - Precondition: there are that many.
    fileprivate func withStart<Result>(
        of byteCount: Int,
        _ body: (UnsafePointer<UInt8>) -> Result
    ) -> Result {
        unsafe withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress, buffer.count == byteCount else {
                preconditionFailure("not the number of bytes that the library takes")
            }
            return unsafe body(start)
        }
    }
}

extension MutableSpan<UInt8> {
    /// As above, to be written to.
    fileprivate mutating func withStart(
        of byteCount: Int,
        _ body: (UnsafeMutablePointer<UInt8>) -> Void
    ) {
        unsafe withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress, buffer.count == byteCount else {
                preconditionFailure("not the number of bytes that the library writes")
            }
            unsafe body(start)
        }
    }
}
