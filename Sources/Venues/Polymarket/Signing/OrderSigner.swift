public import Crypto

/// An order, signed: ready to be sent, and known to the venue by `id` before it is.
public struct SignedOrder: Hashable, Sendable {
    public let order: ExchangeOrder
    /// The venue's `orderID`: the order's EIP-712 digest under its exchange's domain, whatever the
    /// signature type.
    public let id: Word256
    public let signature: OrderSignature
}

/// Signs orders with one key. Costs one ECDSA signature and four Keccak blocks; seven for a
/// deposit wallet.
public struct OrderSigner: Sendable {
    /// Whose key it is.
    public enum Role: Sendable {
        /// The account's owner's.
        case owner
        /// One that the owner of a deposit wallet has allowed to sign for a while.
        case session
    }

    public let key: PrivateKey
    public let role: Role

    public init(_ key: PrivateKey, role: Role = .owner) {
        self.key = key
        self.role = role
    }

    /// - Precondition: a session's key signs for a deposit wallet only.
    public func sign(_ order: ExchangeOrder, for exchange: Exchange) -> SignedOrder {
        let structHash = order.structHash
        let id = exchange.domain.digest(ofStructHash: structHash)
        guard order.signatureType == .depositWallet else {
            precondition(role == .owner, "only a deposit wallet has session keys")
            let signature = OrderSignature(key.sign(id), .plain)
            return SignedOrder(order: order, id: id, signature: signature)
        }
        let digest = Self.walletDigest(of: structHash, wallet: order.maker, on: exchange)
        let separator = exchange.domain.separator
        let form: OrderSignature.Form =
            switch role {
            case .owner: .wallet(separator: separator, structHash: structHash)
            case .session:
                .session(key: key.address, separator: separator, structHash: structHash)
            }
        let signature = OrderSignature(key.sign(digest), form)
        return SignedOrder(order: order, id: id, signature: signature)
    }

    /// Whether the order names this key's account where the exchange will look for it. What it
    /// says of wallets is taken as it is: who owns one only the chain knows.
    public func isNamed(in order: ExchangeOrder) -> Bool {
        switch order.signatureType {
        case .eoa: order.maker == key.address && order.signer == key.address
        case .proxy, .safe: order.signer == key.address
        case .depositWallet: order.maker == order.signer
        }
    }

    /// What the owner of a deposit wallet signs: the order inside a `TypedDataSign` that names the
    /// wallet, under the exchange's domain (ERC-7739).
    public static func walletDigest(
        of structHash: Word256,
        wallet: EthereumAddress,
        on exchange: Exchange
    ) -> Word256 {
        var hasher = Keccak256Hasher()
        hasher.update(walletTypeHash)
        hasher.update(structHash)
        hasher.update(walletNameHash)
        hasher.update(walletVersionHash)
        hasher.update(Word256(exchange.chainID))
        hasher.update(wallet.word)
        hasher.update(Word256.zero)
        return exchange.domain.digest(ofStructHash: hasher.finalize())
    }

    private static let walletNameHash = Keccak256.hash("DepositWallet")
    private static let walletVersionHash = Keccak256.hash("1")
    private static let walletTypeHash: Word256 = {
        var hasher = Keccak256Hasher()
        hasher.update(
            """
            TypedDataSign(Order contents,string name,string version,uint256 chainId,\
            address verifyingContract,bytes32 salt)
            """
        )
        hasher.update(ExchangeOrder.typeText)
        return hasher.finalize()
    }()
}
