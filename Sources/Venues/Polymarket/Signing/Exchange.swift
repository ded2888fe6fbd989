public import Crypto

/// A contract that settles orders, and the EIP-712 domain that orders for it are signed under
/// (polymarket 6.1).
///
/// Made once for each market; the separator is computed then and not again.
public struct Exchange: Hashable, Sendable {
    /// The version in the domain. An order of version 1 has other fields and is dead.
    public enum Version: UInt8, Sendable {
        case two = 2
        case three = 3
    }

    /// Polygon, where the money is.
    public static let polygonChainID: UInt64 = 137

    /// Markets of two outcomes.
    public static let binary = Exchange(
        contract: EthereumAddress(constant: "0xE111180000d2663C0091e4f400237545B87B996B"),
        chainID: polygonChainID,
        version: .two
    )
    /// Markets that belong to an event of which one outcome alone can win.
    public static let negRisk = Exchange(
        contract: EthereumAddress(constant: "0xe2222d279d744050d28e00520010520000310F59"),
        chainID: polygonChainID,
        version: .two
    )
    /// Markets of the second generation ("Protocol V2"), of both kinds.
    public static let secondGeneration = Exchange(
        contract: EthereumAddress(constant: "0xe3333700cA9d93003F00f0F71f8515005F6c00Aa"),
        chainID: polygonChainID,
        version: .three
    )

    public let contract: EthereumAddress
    public let chainID: UInt64
    public let version: Version
    public let domain: EIP712Domain

    public init(contract: EthereumAddress, chainID: UInt64, version: Version) {
        self.contract = contract
        self.chainID = chainID
        self.version = version
        domain = EIP712Domain(
            name: Self.nameHash,
            version: version == .two ? Self.versionTwoHash : Self.versionThreeHash,
            chainID: chainID,
            verifyingContract: contract
        )
    }

    /// The exchange of Polygon that trades a token.
    ///
    /// - Parameter isNegRisk: as the market's own record says (`negRisk`); without meaning for a
    ///   token of the second generation.
    public static func trading(_ tokenID: Word256, isNegRisk: Bool) -> Exchange {
        if isSecondGeneration(tokenID) { return secondGeneration }
        return isNegRisk ? negRisk : binary
    }

    /// Whether a token id is a position id of the second generation: bits 40 to 103 are zero.
    public static func isSecondGeneration(_ tokenID: Word256) -> Bool {
        let bytes = tokenID.span
        for index in 19...26 where bytes[index] != 0 { return false }
        return true
    }

    private static let nameHash = Keccak256.hash("Polymarket CTF Exchange")
    private static let versionTwoHash = Keccak256.hash("2")
    private static let versionThreeHash = Keccak256.hash("3")
}
