/// Who owns what an order spends, and how that owner signs (polymarket 6.2).
public enum SignatureType: UInt8, Sendable, CaseIterable {
    /// The key's own account: maker and signer are its address.
    case eoa = 0
    /// A proxy wallet of the venue (accounts made by e-mail): maker is the wallet, signer the key.
    case proxy = 1
    /// A Gnosis Safe (accounts made with a browser wallet): maker is the Safe, signer the key.
    case safe = 2
    /// A deposit wallet, which checks the signature itself (ERC-1271): maker and signer are the
    /// wallet.
    case depositWallet = 3
}
