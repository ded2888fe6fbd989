public import Crypto
public import Trading

/// An order as the exchange's contract sees it: everything that is signed, and nothing else
/// (polymarket 6.1). Amounts are in base units, millionths of a dollar or of a share.
///
/// When it expires, what it may cost in fees and whether it is post-only are not signed; the
/// venue is told beside it.
public struct ExchangeOrder: Hashable, Sendable {
    /// Makes two orders that are equal otherwise different.
    public var salt: Word256
    /// Whose money or shares are spent.
    public var maker: EthereumAddress
    /// Who signs for the maker, and for a wallet that checks signatures itself that wallet.
    public var signer: EthereumAddress
    public var tokenID: Word256
    /// What the maker gives at most: dollars when buying, shares when selling.
    public var makerAmount: Word256
    /// What the maker gets at least for that.
    public var takerAmount: Word256
    public var side: Side
    public var signatureType: SignatureType
    /// Milliseconds since 1970, for uniqueness only.
    public var timestamp: Word256
    /// Zero unless used.
    public var metadata: Word256
    /// Zero, or the code of who brought the order.
    public var builder: Word256

    public init(
        salt: Word256,
        maker: EthereumAddress,
        signer: EthereumAddress,
        tokenID: Word256,
        makerAmount: Word256,
        takerAmount: Word256,
        side: Side,
        signatureType: SignatureType,
        timestamp: Word256,
        metadata: Word256 = .zero,
        builder: Word256 = .zero
    ) {
        self.salt = salt
        self.maker = maker
        self.signer = signer
        self.tokenID = tokenID
        self.makerAmount = makerAmount
        self.takerAmount = takerAmount
        self.side = side
        self.signatureType = signatureType
        self.timestamp = timestamp
        self.metadata = metadata
        self.builder = builder
    }

    /// The type as EIP-712 spells it (`encodeType`). A deposit wallet wants it in its signatures.
    static let typeText: StaticString = """
        Order(uint256 salt,address maker,address signer,uint256 tokenId,uint256 makerAmount,\
        uint256 takerAmount,uint8 side,uint8 signatureType,uint256 timestamp,bytes32 metadata,\
        bytes32 builder)
        """
    private static let typeHash = Keccak256.hash(typeText)

    /// EIP-712's `hashStruct`: of the type's hash and the eleven fields, a word each.
    public var structHash: Word256 {
        var hasher = Keccak256Hasher()
        hasher.update(Self.typeHash)
        hasher.update(salt)
        hasher.update(maker.word)
        hasher.update(signer.word)
        hasher.update(tokenID)
        hasher.update(makerAmount)
        hasher.update(takerAmount)
        hasher.update(Word256(side == .buy ? 0 : 1))
        hasher.update(Word256(UInt64(signatureType.rawValue)))
        hasher.update(timestamp)
        hasher.update(metadata)
        hasher.update(builder)
        return hasher.finalize()
    }
}
