/// A point on the curve secp256k1: what everybody may know of a private key.
public struct PublicKey: Hashable, Sendable {
    public let x: Word256
    public let y: Word256

    /// The address of an account with this key: the last 20 bytes of the point's Keccak-256.
    public var address: EthereumAddress {
        var hasher = Keccak256Hasher()
        hasher.update(x)
        hasher.update(y)
        return EthereumAddress(lastBytesOf: hasher.finalize())
    }
}
