/// The domain of an EIP-712 signature: which contract, on which chain, the signed words are for.
public struct EIP712Domain: Hashable, Sendable {
    /// What the domain comes to; enters every digest.
    public let separator: Word256

    /// A separator known beforehand.
    public init(separator: Word256) { self.separator = separator }

    /// - Parameters:
    ///   - name: and `version`, the Keccak-256 of the texts.
    ///   - verifyingContract: `nil` for a domain whose type has no such member.
    public init(
        name: Word256,
        version: Word256,
        chainID: UInt64,
        verifyingContract: EthereumAddress?
    ) {
        var hasher = Keccak256Hasher()
        hasher.update(
            verifyingContract == nil
                ? Keccak256.hash("EIP712Domain(string name,string version,uint256 chainId)")
                : Keccak256.hash(
                    """
                    EIP712Domain(string name,string version,uint256 chainId,\
                    address verifyingContract)
                    """
                )
        )
        hasher.update(name)
        hasher.update(version)
        hasher.update(Word256(chainID))
        if let verifyingContract { hasher.update(verifyingContract.word) }
        separator = hasher.finalize()
    }

    /// The digest to be signed: of 0x19, 0x01, the separator and the hash of the message.
    public func digest(ofStructHash hash: Word256) -> Word256 {
        var hasher = Keccak256Hasher()
        let mark: InlineArray<2, UInt8> = [0x19, 0x01]
        hasher.update(mark.span)
        hasher.update(separator)
        hasher.update(hash)
        return hasher.finalize()
    }
}
