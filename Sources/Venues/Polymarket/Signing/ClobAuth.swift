public import Crypto

/// The proof that one holds an account's key, asked for when API keys are made or derived (L1;
/// polymarket 3.1).
public struct ClobAuth: Hashable, Sendable {
    /// Of the key that signs.
    public let address: EthereumAddress
    /// Seconds since 1970. Signed as a text of digits.
    public let timestamp: UInt64
    /// Tells one API key of an account from another; usually 0.
    public let nonce: UInt64

    public init(address: EthereumAddress, timestamp: UInt64, nonce: UInt64 = 0) {
        self.address = address
        self.timestamp = timestamp
        self.nonce = nonce
    }

    /// - Returns: the digest that is signed.
    public func digest(chainID: UInt64 = Exchange.polygonChainID) -> Word256 {
        Self.domain(chainID: chainID).digest(ofStructHash: structHash)
    }

    /// - Precondition: the key is that of `address`.
    public func sign(
        with key: PrivateKey,
        chainID: UInt64 = Exchange.polygonChainID
    ) -> RecoverableSignature {
        precondition(key.address == address, "whoever signs is the one named")
        return key.sign(digest(chainID: chainID))
    }

    /// EIP-712's `hashStruct`: texts are hashed.
    public var structHash: Word256 {
        var hasher = Keccak256Hasher()
        hasher.update(Self.typeHash)
        hasher.update(address.word)
        hasher.update(Keccak256.hash(DecimalDigits(timestamp).span))
        hasher.update(Word256(nonce))
        hasher.update(Self.messageHash)
        return hasher.finalize()
    }

    /// The domain names no contract: nothing on the chain checks this signature.
    public static func domain(chainID: UInt64) -> EIP712Domain {
        EIP712Domain(
            name: domainNameHash,
            version: domainVersionHash,
            chainID: chainID,
            verifyingContract: nil
        )
    }

    private static let typeHash = Keccak256.hash(
        "ClobAuth(address address,string timestamp,uint256 nonce,string message)"
    )
    private static let messageHash = Keccak256.hash(
        "This message attests that I control the given wallet"
    )
    private static let domainNameHash = Keccak256.hash("ClobAuthDomain")
    private static let domainVersionHash = Keccak256.hash("1")
}
