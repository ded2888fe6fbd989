public import Crypto

/// The venue's contracts on Polygon, besides the exchanges (`Exchange`; polymarket 2).
public enum PolygonContracts {
    /// The dollar that is traded with: an ERC-20 token of six decimals.
    public static let collateral = EthereumAddress(
        constant: "0xC011a7E12a19f7B1f670d46F03B03f3342E82DFB"
    )
    /// Outcome tokens: ERC-1155, six decimals.
    public static let outcomes = EthereumAddress(
        constant: "0x4D97DCd97eC945f40cF65F87097ACe5EA0476045"
    )
    /// Outcome tokens of the second generation.
    public static let secondOutcomes = EthereumAddress(
        constant: "0x006F54F7f9A22e0000CC2AB60031000000ae9fEF"
    )
    /// Splits a dollar into a pair of tokens, merges pairs, redeems winners.
    public static let adapter = EthereumAddress(
        constant: "0xAdA100Db00Ca00073811820692005400218FcE1f"
    )
    /// The same for neg-risk markets.
    public static let negRiskAdapter = EthereumAddress(
        constant: "0xadA2005600Dec949baf300f4C6120000bDB6eAab"
    )
    /// The same for markets of the second generation.
    public static let router = EthereumAddress(
        constant: "0x12121212006e4CD160D18e3f00711DA5c3372600"
    )
    /// Pays winners without a call of ours.
    public static let redeemer = EthereumAddress(
        constant: "0xa1200000d0002264C9a1698e001292D00E1b00af"
    )

    /// The contract that keeps a token.
    public static func holding(_ token: Word256) -> EthereumAddress {
        Exchange.isSecondGeneration(token) ? secondOutcomes : outcomes
    }
}
