internal import Crypto
internal import TestSupport
internal import Trading
internal import Venues

/// The account and the markets of the gateway's tests.
enum GatewaySupport {
    static func key() throws -> PrivateKey {
        try PrivateKey(Keccak256.hash("a key for tests of the gateway").span)
    }

    static func signer(seed: UInt64) throws -> QuoteSigner {
        let key = try key()
        return QuoteSigner(
            OrderSigner(key),
            for: .eoa(key.address),
            salts: SplitMix64(seed: seed)
        )
    }

    static func market(_ index: UInt32) -> GatewayMarket {
        GatewayMarket(
            id: MarketID(index: index),
            conditionID: Word256(0xC000 + UInt64(index)),
            yesToken: Keccak256.hash("yes"),
            noToken: Keccak256.hash("no"),
            exchange: .binary,
            tickSize: .hundredth
        )
    }
}
