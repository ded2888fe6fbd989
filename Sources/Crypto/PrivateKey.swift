/// Why a text or a number is no private key. Says nothing of what was in it.
public enum PrivateKeyError: Error, Equatable, Sendable {
    /// Not 64 digits (with or without `0x` in front), or not 32 bytes.
    case wrongLength
    /// One of the 64 characters is no hexadecimal digit.
    case notHexadecimal
    /// The number zero.
    case zero
    /// The number is not below the order of the curve's group.
    case outOfRange
}

extension PrivateKeyError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .wrongLength: "a private key is 64 hexadecimal digits"
        case .notHexadecimal: "a private key is 64 hexadecimal digits, and one of these is none"
        case .zero: "a private key is not zero"
        case .outOfRange: "a private key is below the order of secp256k1, and this one is not"
        }
    }
}

/// A private key of secp256k1. Its bytes are in a `SecretBytes`: wiped when the last holder lets
/// go, and in no description, dump or mirror.
public final class PrivateKey: Sendable {
    private let secret: SecretBytes

    public let publicKey: PublicKey
    /// Of the account that this key owns (EOA).
    public let address: EthereumAddress

    /// - Parameter text: 64 hexadecimal digits in either case, with or without `0x`. The caller
    ///   should `wipe` it.
    public convenience init(hexadecimal text: Span<UInt8>) throws(PrivateKeyError) {
        let digits = Hexadecimal.hasPrefix(text) ? text.extracting(2...) : text
        guard digits.count == 2 * Word256.byteCount else { throw .wrongLength }
        let secret = try SecretBytes(byteCount: Word256.byteCount) {
            (bytes: inout MutableSpan<UInt8>) throws(PrivateKeyError) in
            guard Hexadecimal.decode(digits, into: &bytes) else { throw .notHexadecimal }
        }
        try self.init(secret)
    }

    /// - Parameter bytes: 32, the most significant first. The caller should `wipe` them.
    public convenience init(_ bytes: Span<UInt8>) throws(PrivateKeyError) {
        guard bytes.count == Word256.byteCount else { throw .wrongLength }
        try self.init(SecretBytes(copying: bytes))
    }

    private init(_ secret: SecretBytes) throws(PrivateKeyError) {
        guard let publicKey = Secp256k1.shared.publicKey(of: secret.span) else {
            var bits: UInt8 = 0
            for index in 0..<secret.count { bits |= secret.span[index] }
            throw bits == 0 ? .zero : .outOfRange
        }
        self.secret = secret
        self.publicKey = publicKey
        address = publicKey.address
    }

    /// Signs 32 bytes, which have to be a digest. The nonce is RFC 6979's, so the same key and
    /// digest give the same signature; `s` is in the lower half. In constant time.
    public func sign(_ digest: Word256) -> RecoverableSignature {
        let secret = secret
        return Secp256k1.shared.sign(digest, with: secret.span)
    }
}

extension PrivateKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The address, which everybody may know.
    public var description: String { "<private key of \(address)>" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
