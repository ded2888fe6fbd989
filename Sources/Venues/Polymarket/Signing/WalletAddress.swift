public import Crypto

/// Where the venue's factories put the wallets of an account: computed, without asking the chain
/// (CREATE2, EIP-1014; polymarket 2).
public enum WalletAddress {
    /// The proxy wallet of accounts made by e-mail. Salt: the hash of the owner's 20 bytes.
    public static func proxy(of owner: EthereumAddress) -> EthereumAddress {
        .create2(
            factory: proxyFactory,
            salt: Keccak256.hash(owner.span),
            initCodeHash: proxyCodeHash
        )
    }

    /// The Gnosis Safe of accounts made with a browser wallet. Salt: the hash of the owner as a
    /// word.
    public static func safe(of owner: EthereumAddress) -> EthereumAddress {
        .create2(
            factory: safeFactory,
            salt: Keccak256.hash(owner.word.span),
            initCodeHash: safeCodeHash
        )
    }

    /// The deposit wallet of new accounts: a proxy that asks a beacon for its code.
    public static func deposit(of owner: EthereumAddress) -> EthereumAddress {
        var code = Keccak256Hasher()
        code.update(hexadecimal: "6100923d8160233d3973")
        code.update(depositBeacon.span)
        code.update(
            hexadecimal: """
                60195155f3363d3d373d3d363d602036600436635c60da\
                1b60e01b36527fa3f0ad74e5423aebfd80d3ef4346578335a9a72aeaee59ff6c\
                b3582b35133d50545afa5036515af43d6000803e604d573d6000fd5b3d6000f3
                """
        )
        return deposit(of: owner, code)
    }

    /// The deposit wallet of accounts from before the beacon: a proxy that keeps its code's address
    /// itself (UUPS).
    public static func earlierDeposit(of owner: EthereumAddress) -> EthereumAddress {
        var code = Keccak256Hasher()
        code.update(hexadecimal: "61007d3d8160233d3973")
        code.update(depositImplementation.span)
        code.update(
            hexadecimal: """
                6009\
                5155f3363d3d373d3d363d7f360894a13ba1a3210667c828492db98dca3e2076\
                cc3735a920a3ca505d382bbc545af43d6000803e6038573d6000fd5b3d6000f3
                """
        )
        return deposit(of: owner, code)
    }

    /// The code of both kinds ends with the factory and the wallet's number, which is the owner's address; the
    /// hash of the two is the salt.
    private static func deposit(
        of owner: EthereumAddress,
        _ code: consuming Keccak256Hasher
    ) -> EthereumAddress {
        code.update(depositFactory.word)
        code.update(owner.word)
        var salt = Keccak256Hasher()
        salt.update(depositFactory.word)
        salt.update(owner.word)
        return .create2(
            factory: depositFactory,
            salt: salt.finalize(),
            initCodeHash: code.finalize()
        )
    }

    // MARK: - Contracts

    private static let proxyFactory = EthereumAddress(
        constant: "0xaB45c5A4B0c941a2F231C04C3f49182e1A254052"
    )
    private static let safeFactory = EthereumAddress(
        constant: "0xaacFeEa03eb1561C4e67d661e40682Bd20E3541b"
    )
    private static let depositFactory = EthereumAddress(
        constant: "0x00000000000Fb5C9ADea0298D729A0CB3823Cc07"
    )
    private static let depositImplementation = EthereumAddress(
        constant: "0x58CA52ebe0DadfdF531Cde7062e76746de4Db1eB"
    )
    private static let depositBeacon = EthereumAddress(
        constant: "0x7A18EDfe055488A3128f01F563e5B479D92ffc3a"
    )

    /// Of an EIP-1167 clone of 0x44e999d5c2F66Ef0861317f9A4805AC2e90aEB4f that the factory
    /// initializes with nothing.
    private static let proxyCodeHash = Word256(
        constant: "0xd21df8dc65880a8606f09fe0ce3df9b8869287ab0b058be05aa9e8af6330a00b"
    )
    private static let safeCodeHash = Word256(
        constant: "0x2bce2127ff07fb632d16c8347c4ebf501f4841168bed00d9e6ef715ddb6fcecf"
    )
}
