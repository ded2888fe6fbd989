public import Crypto

/// Something that a wallet has to have allowed a contract of the venue, once (polymarket 12).
public struct WalletApproval: Hashable, Sendable {
    /// What may be taken.
    public enum Asset: Hashable, Sendable {
        /// Dollars, up to an allowance (`approve`).
        case collateral
        /// Every outcome token that this contract keeps (`setApprovalForAll`).
        case outcomes(EthereumAddress)
    }

    /// What it is good for.
    public enum Use: Hashable, Sendable {
        /// Without it orders are refused: `not enough balance / allowance`.
        case trading
        /// Splitting, merging and redeeming.
        case converting
        /// Being paid for winners without a call of ours.
        case redeeming
    }

    public let asset: Asset
    public let spender: EthereumAddress
    public let use: Use

    /// What trading on an exchange of Polygon needs, the indispensable first.
    public static func needed(on exchange: Exchange) -> [WalletApproval] {
        let (tokens, converter) =
            if exchange.version == .three {
                (PolygonContracts.secondOutcomes, PolygonContracts.router)
            } else if exchange == .negRisk {
                (PolygonContracts.outcomes, PolygonContracts.negRiskAdapter)
            } else {
                (PolygonContracts.outcomes, PolygonContracts.adapter)
            }
        return [
            WalletApproval(asset: .collateral, spender: exchange.contract, use: .trading),
            WalletApproval(asset: .outcomes(tokens), spender: exchange.contract, use: .trading),
            WalletApproval(asset: .collateral, spender: converter, use: .converting),
            WalletApproval(asset: .outcomes(tokens), spender: converter, use: .converting),
            WalletApproval(
                asset: .outcomes(tokens),
                spender: PolygonContracts.redeemer,
                use: .redeeming
            ),
        ]
    }

    /// How the chain is asked for it.
    public func read(of owner: EthereumAddress) -> ChainRead {
        switch asset {
        case .collateral:
            .allowance(owner: owner, spender: spender, token: PolygonContracts.collateral)
        case .outcomes(let contract):
            .isApprovedForAll(owner: owner, operator: spender, contract: contract)
        }
    }
}
