public import Crypto
public import Trading

/// Why texts are no API credentials. Says nothing of what was in them.
public enum APICredentialsError: Error, Equatable, Sendable {
    /// The key is empty, longer than 80 characters or not printable.
    case key
    /// The secret is not Base64, or empty, or longer than 4,096 characters.
    case secret
    /// The passphrase is empty, longer than 256 characters or not printable.
    case passphrase
}

extension APICredentialsError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .key: "the API key is not 1 to 80 printable characters"
        case .secret: "the API secret is not Base64"
        case .passphrase: "the API passphrase is not 1 to 256 printable characters"
        }
    }
}

/// What the venue gave an account to prove itself with on every private call (L2; polymarket 3.2).
/// Secret and passphrase are in `SecretBytes` and in no description.
public struct APICredentials: Sendable {
    public static let passphraseByteCountMax = 256
    /// Bytes of a signature's text.
    public static let signatureByteCount = 44

    /// The account that owns the API key, which is the private key's own even when a wallet pays.
    public let address: EthereumAddress
    /// The API key, a UUID. Goes into every order as its owner.
    public let key: InlineText
    public let passphrase: SecretBytes
    /// The secret as the venue gave it: the user socket asks for it.
    public let secretText: SecretBytes
    private let hmac: HMACSHA256Key

    /// - Parameters:
    ///   - secret: Base64 in either alphabet, with or without padding. The caller should `wipe`
    ///     it, and the passphrase.
    public init(
        address: EthereumAddress,
        key: Span<UInt8>,
        secret: Span<UInt8>,
        passphrase: Span<UInt8>
    ) throws(APICredentialsError) {
        guard let keyText = InlineText(key), !keyText.isEmpty, !Self.hasBlank(key) else {
            throw .key
        }
        guard !passphrase.isEmpty, passphrase.count <= Self.passphraseByteCountMax,
            !Self.hasBlank(passphrase)
        else { throw .passphrase }
        guard let decoded = Base64URL.decodeSecret(secret), decoded.count > 0 else {
            throw .secret
        }
        self.address = address
        self.key = keyText
        self.passphrase = SecretBytes(copying: passphrase)
        secretText = SecretBytes(copying: secret)
        hmac = HMACSHA256Key(decoded.span)
    }

    /// Appends a request's signature: the HMAC-SHA256 of time, method, path and body one after
    /// another, in Base64 for URLs.
    ///
    /// - Parameters:
    ///   - timestamp: seconds since 1970; the same as in the header.
    ///   - method: in upper case.
    ///   - path: from the slash on, without the query.
    ///   - body: exactly what is sent; empty when nothing is.
    /// - Precondition: there is room for `signatureByteCount` bytes.
    public func appendSignature(
        timestamp: UInt64,
        method: Span<UInt8>,
        path: Span<UInt8>,
        body: Span<UInt8>,
        to output: inout OutputSpan<UInt8>
    ) {
        var code = hmac.begin()
        code.update(DecimalDigits(timestamp).span)
        code.update(method)
        code.update(path)
        code.update(body)
        let bytes = code.finalize()
        Base64URL.append(bytes.span, to: &output)
    }

    /// Whether a text has anything that would end or bend a header's line.
    private static func hasBlank(_ text: Span<UInt8>) -> Bool {
        for index in text.indices where text[index] <= 0x20 || text[index] >= 0x7F { return true }
        return false
    }
}

extension APICredentials: CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    public var description: String { "<API credentials of \(address)>" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
