public import Crypto
public import Trading

/// The account that trades: who pays, who signs, and in which way. Makes orders of prices and
/// sizes.
public struct TradingWallet: Hashable, Sendable {
    /// Whose money and shares are used.
    public let maker: EthereumAddress
    /// What stands as signer in the account's orders.
    public let signer: EthereumAddress
    public let signatureType: SignatureType

    /// The key's own account (type 0).
    public static func eoa(_ owner: EthereumAddress) -> TradingWallet {
        TradingWallet(maker: owner, signer: owner, signatureType: .eoa)
    }

    /// The proxy wallet that belongs to the key's account (type 1).
    public static func proxy(of owner: EthereumAddress) -> TradingWallet {
        TradingWallet(
            maker: WalletAddress.proxy(of: owner),
            signer: owner,
            signatureType: .proxy
        )
    }

    /// The Safe that belongs to the key's account (type 2).
    public static func safe(of owner: EthereumAddress) -> TradingWallet {
        TradingWallet(maker: WalletAddress.safe(of: owner), signer: owner, signatureType: .safe)
    }

    /// A deposit wallet (type 3); `WalletAddress` tells which one a key's account may have.
    public static func deposit(_ wallet: EthereumAddress) -> TradingWallet {
        TradingWallet(maker: wallet, signer: wallet, signatureType: .depositWallet)
    }

    /// A limit order, to be signed.
    ///
    /// - Parameters:
    ///   - tickSize: of the market, now.
    ///   - salt: another for every order.
    ///   - time: goes into the order for uniqueness, in milliseconds.
    public func limitOrder(
        _ side: Side,
        _ tokenID: Word256,
        price: Price,
        size: Quantity,
        tickSize: TickSize,
        salt: OrderSalt,
        at time: Timestamp
    ) throws(OrderAmountError) -> ExchangeOrder {
        let amounts = try OrderAmounts.limit(side, price: price, size: size, tickSize: tickSize)
        return ExchangeOrder(
            salt: Word256(salt.number),
            maker: maker,
            signer: signer,
            tokenID: tokenID,
            makerAmount: Word256(amounts.maker),
            takerAmount: Word256(amounts.taker),
            side: side,
            signatureType: signatureType,
            timestamp: Word256(UInt64(max(time.nanoseconds, 0)) / 1_000_000)
        )
    }
}

/// What makes an order unique. It travels as a JSON number, so it has to be one that every reader
/// of JSON keeps exactly: below 2^53 (RFC 8259 section 6).
public struct OrderSalt: Hashable, Sendable {
    public let number: UInt64

    /// `nil` from 2^53 on.
    public init?(_ number: UInt64) {
        guard number < 1 << 53 else { return nil }
        self.number = number
    }

    /// A new one.
    /// - Parameter source: the system's generator in earnest, a seeded one in tests.
    public static func next(from source: inout some RandomNumberGenerator) -> OrderSalt {
        OrderSalt(random: source.next() as UInt64)
    }

    private init(random: UInt64) { number = random >> 11 }
}
