public import Trading

/// Makes signed quotes of one account: draws a salt, computes the amounts, signs.
public struct QuoteSigner: Sendable {
    public let signer: OrderSigner
    public let wallet: TradingWallet
    private var salts: any RandomNumberGenerator & Sendable

    /// - Parameter salts: the system's generator in earnest, a seeded one in tests.
    public init(
        _ signer: OrderSigner,
        for wallet: TradingWallet,
        salts: any RandomNumberGenerator & Sendable
    ) {
        self.signer = signer
        self.wallet = wallet
        self.salts = salts
    }

    /// - Parameter size: cut to hundredths of a share.
    public mutating func sign(
        _ market: GatewayMarket,
        _ outcome: Outcome,
        _ side: Side,
        price: Price,
        size: Quantity,
        at now: Timestamp
    ) throws(OrderAmountError) -> SignedOrder {
        let order = try wallet.limitOrder(
            side,
            market.token(outcome),
            price: price,
            size: size,
            tickSize: market.tickSize,
            salt: OrderSalt.next(from: &salts),
            at: now
        )
        return signer.sign(order, for: market.exchange)
    }
}
