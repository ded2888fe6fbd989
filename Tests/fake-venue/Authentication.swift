internal import Crypto
internal import Foundation
internal import Wire

/// The header fields by which somebody proves who asks (polymarket 3).
struct AuthenticationFields {
    let address: String
    let key: String
    let passphrase: String
    let signature: String
    let timestamp: String
    let nonce: String

    init(_ head: HTTPRequestHead) {
        address = head.text(of: "poly_address") ?? ""
        key = head.text(of: "poly_api_key") ?? ""
        passphrase = head.text(of: "poly_passphrase") ?? ""
        signature = head.text(of: "poly_signature") ?? ""
        timestamp = head.text(of: "poly_timestamp") ?? ""
        nonce = head.text(of: "poly_nonce") ?? "0"
    }
}

/// Why a proof is none.
enum AuthenticationFailure: String, Error {
    case unknownKey = "unknown API key"
    case otherAddress = "another address than the key's"
    case passphrase = "wrong passphrase"
    case stale = "timestamp too far from the venue's"
    case wrongHMAC = "wrong HMAC"
    case wrongSignature = "wrong signature"
    case malformed = "malformed fields"
}

/// The proofs, computed from the reference's constants and not by the code of the client.
enum Authentication {
    /// Seconds that a timestamp may be away from the venue's clock, either way.
    static let toleranceSeconds: Int64 = 15

    // keccak("EIP712Domain(string name,string version,uint256 chainId)"), as the reference has it.
    private static let domainType = Word256(
        constant: "0xc2f8787176b8ac6bf7215b4adcc1e069bf4ab82d9ab1df05a57a91d425935b6e"
    )
    private static let clobAuthType = Word256(
        constant: "0x52578c5c725a28a84fedc8c22aa47947822942f35b4dc350db028e45320e035c"
    )

    /// L1: the digest that the key's owner signs.
    static func digest(_ address: EthereumAddress, timestamp: String, nonce: UInt64) -> Word256 {
        var domain = Keccak256Hasher()
        domain.update(domainType)
        domain.update(Keccak256.hash("ClobAuthDomain"))
        domain.update(Keccak256.hash("1"))
        domain.update(Word256(137))
        var auth = Keccak256Hasher()
        auth.update(clobAuthType)
        auth.update(address.word)
        auth.update(Keccak256.hash(Array(timestamp.utf8).span))
        auth.update(Word256(nonce))
        auth.update(Keccak256.hash("This message attests that I control the given wallet"))
        return typedDigest(separator: domain.finalize(), auth.finalize())
    }

    /// keccak(0x19 0x01 separator hash), EIP-712.
    static func typedDigest(separator: Word256, _ hash: Word256) -> Word256 {
        var hasher = Keccak256Hasher()
        hasher.update([0x19, 0x01].span)
        hasher.update(separator)
        hasher.update(hash)
        return hasher.finalize()
    }

    /// The proof of the private key (L1).
    /// - Returns: whose it is, and for which nonce.
    static func checkKey(
        _ fields: AuthenticationFields,
        at seconds: Int64
    ) throws(AuthenticationFailure) -> (address: EthereumAddress, nonce: UInt64) {
        guard let address = EthereumAddress(fields.address), let nonce = UInt64(fields.nonce),
            let signature = signature(fields.signature)
        else { throw .malformed }
        try checkTime(fields.timestamp, at: seconds)
        let digest = digest(address, timestamp: fields.timestamp, nonce: nonce)
        guard signature.signer(of: digest)?.address == address else { throw .wrongSignature }
        return (address, nonce)
    }

    /// The proof of the API key (L2): HMAC of timestamp, method, path without query, and body.
    static func check(
        _ fields: AuthenticationFields,
        _ request: VenueRequest,
        of account: Account,
        at seconds: Int64
    ) throws(AuthenticationFailure) -> Account.Credentials {
        guard let credentials = account.credentials(fields.key) else { throw .unknownKey }
        guard let owner = account.owner, EthereumAddress(fields.address) == owner else {
            throw .otherAddress
        }
        guard fields.passphrase == credentials.passphrase else { throw .passphrase }
        try checkTime(fields.timestamp, at: seconds)
        let message = Array((fields.timestamp + request.method + request.path).utf8) + request.body
        guard hmac(credentials.secret, message) == fields.signature else { throw .wrongHMAC }
        return credentials
    }

    static func hmac(_ secret: String, _ message: [UInt8]) -> String? {
        guard let key = Base64URL.decodeSecret(Array(secret.utf8).span) else { return nil }
        let code = HMACSHA256Key(key.span).code(of: message.span)
        let text = [UInt8](capacity: Base64URL.textByteCount(32)) {
            Base64URL.append(code.span, to: &$0)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// `0x` and 65 bytes.
    static func signature(_ text: String) -> RecoverableSignature? {
        guard let bytes = bytes(hexadecimal: text) else { return nil }
        return RecoverableSignature(bytes.span)
    }

    static func bytes(hexadecimal text: String) -> [UInt8]? {
        guard text.hasPrefix("0x"), text.utf8.count.isMultiple(of: 2) else { return nil }
        let digits = Array(text.utf8.dropFirst(2))
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            let pair = String(decoding: digits[index..<index + 2], as: UTF8.self)
            guard pair.allSatisfy(\.isHexDigit), let byte = UInt8(pair, radix: 16) else {
                return nil
            }
            bytes.append(byte)
        }
        return bytes
    }

    private static func checkTime(
        _ timestamp: String,
        at seconds: Int64
    ) throws(AuthenticationFailure) {
        guard let time = Int64(timestamp) else { throw .malformed }
        guard abs(time - seconds) <= toleranceSeconds else { throw .stale }
    }
}
