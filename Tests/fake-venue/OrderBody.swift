internal import Crypto
internal import Foundation
internal import Trading

/// The body of POST /order, in exactly the types of polymarket 5.1: salt and signature type are
/// numbers, the side is a word, everything else is a string.
struct OrderBody: Decodable {
    struct Order: Decodable {
        let salt: UInt64
        let maker: String
        let signer: String
        let tokenId: String
        let makerAmount: String
        let takerAmount: String
        let side: String
        let expiration: String
        let signatureType: UInt8
        let timestamp: String
        let metadata: String
        let builder: String
        let signature: String
        /// Members of version 1, which make an order one of the dead version.
        let nonce: String?
        let feeRateBps: String?
        let taker: String?
    }

    let order: Order
    let owner: String
    let orderType: String
    let deferExec: Bool?
    let postOnly: Bool?

    /// One body. `nil` when a member is missing or of another type.
    static func read(_ bytes: [UInt8]) -> OrderBody? {
        try? JSONDecoder().decode(OrderBody.self, from: Data(bytes))
    }

    /// The bodies of a batch; each `nil` as above.
    static func readBatch(_ bytes: [UInt8]) -> [OrderBody?]? {
        struct Lenient: Decodable {
            let body: OrderBody?
            init(from decoder: any Decoder) throws { body = try? OrderBody(from: decoder) }
        }
        return try? JSONDecoder().decode([Lenient].self, from: Data(bytes)).map(\.body)
    }
}

/// An order's fields as words, and what EIP-712 makes of them: written down from the reference's
/// constants and not by the code of the client, so that an error of one of the two shows.
struct OrderWords {
    let salt: Word256
    let maker: EthereumAddress
    let signer: EthereumAddress
    let tokenID: Word256
    let makerAmount: UInt64
    let takerAmount: UInt64
    let side: Side
    let signatureType: UInt8
    let timestamp: Word256
    let metadata: Word256
    let builder: Word256
    let expiration: Int64

    init?(_ order: OrderBody.Order) {
        guard let maker = EthereumAddress(order.maker), let signer = EthereumAddress(order.signer),
            let tokenID = Word256(digits: order.tokenId),
            let makerAmount = UInt64(order.makerAmount), makerAmount > 0,
            let takerAmount = UInt64(order.takerAmount), takerAmount > 0,
            order.side == "BUY" || order.side == "SELL", let side = Side(order.side),
            let timestamp = Word256(digits: order.timestamp),
            let metadata = Word256(order.metadata), let builder = Word256(order.builder),
            let expiration = Int64(order.expiration), order.salt < 1 << 53,
            order.signatureType <= 3
        else { return nil }
        salt = Word256(order.salt)
        self.maker = maker
        self.signer = signer
        self.tokenID = tokenID
        self.makerAmount = makerAmount
        self.takerAmount = takerAmount
        self.side = side
        signatureType = order.signatureType
        self.timestamp = timestamp
        self.metadata = metadata
        self.builder = builder
        self.expiration = expiration
    }

    /// Millionths of a share.
    var shares: UInt64 { side == .buy ? takerAmount : makerAmount }
    /// Millionths of a dollar.
    var dollars: UInt64 { side == .buy ? makerAmount : takerAmount }

    /// `nil` when money over shares is no whole number of ten-thousandths below one dollar.
    var price: Price? {
        guard dollars < shares else { return nil }
        let (quotient, remainder) = shares.dividingFullWidth(
            dollars.multipliedFullWidth(by: 10_000)
        )
        guard remainder == 0, quotient > 0 else { return nil }
        return Price(checking: Int64(quotient))
    }

    /// The price of an order that takes at once, whose shares were rounded up: the nearest on the
    /// grid (polymarket 6.4).
    func takingPrice(on tick: TickSize) -> Price? {
        guard dollars < shares else { return nil }
        let (quotient, _) = shares.dividingFullWidth(dollars.multipliedFullWidth(by: 10_000))
        let raw = Int64(quotient)
        return Price(checking: (raw + tick.raw / 2) / tick.raw * tick.raw)
    }

    // MARK: - EIP-712

    private static let typeHash = Word256(
        constant: "0xbb86318a2138f5fa8ae32fbe8e659f8fcf13cc6ae4014a707893055433818589"
    )
    /// Exchange V2 on chain 137.
    static let separator = Word256(
        constant: "0x3264e159346253e26a64e00b69032db0e7d32f94628de3e6eecb50304d7af3d2"
    )
    /// Of the second generation's exchange, whose orders are refused here.
    private static let otherSeparator = Word256(
        constant: "0x466c63910185bbd55e8679264200c4e0abdcbb0c6264eb3d41d13326022e095b"
    )

    var structHash: Word256 {
        var hasher = Keccak256Hasher()
        let words = [
            Self.typeHash, salt, maker.word, signer.word, tokenID, Word256(makerAmount),
            Word256(takerAmount), Word256(side == .buy ? 0 : 1), Word256(UInt64(signatureType)),
            timestamp, metadata, builder,
        ]
        for word in words { hasher.update(word) }
        return hasher.finalize()
    }

    /// The order's id: what an EOA, proxy or Safe order's key signs.
    var id: Word256 { Authentication.typedDigest(separator: Self.separator, structHash) }

    /// Whose key has signed; `nil` when the text is no signature of the order's type.
    func signer(of text: String) -> EthereumAddress? {
        if signatureType < 3 {
            return Authentication.signature(text)?.signer(of: id)?.address
        }
        // 65 bytes, separator, struct hash, the type's text and its length (polymarket 6.2).
        guard let bytes = Authentication.bytes(hexadecimal: text), bytes.count == 317,
            Word256(bytes[65..<97].span) == Self.separator,
            Word256(bytes[97..<129].span) == structHash,
            Array(bytes[129..<315]) == Array(Self.typeText.utf8), bytes[315] == 0, bytes[316] == 186
        else { return nil }
        return RecoverableSignature(bytes[0..<65].span)?.signer(of: walletDigest)?.address
    }

    /// Whether the order was signed for an exchange of the second generation.
    func isOfOtherVersion(_ text: String, by owner: EthereumAddress) -> Bool {
        let digest = Authentication.typedDigest(separator: Self.otherSeparator, structHash)
        return Authentication.signature(text)?.signer(of: digest)?.address == owner
    }

    private static let typeText =
        "Order(uint256 salt,address maker,address signer,uint256 tokenId,uint256 makerAmount,"
        + "uint256 takerAmount,uint8 side,uint8 signatureType,uint256 timestamp,bytes32 metadata,"
        + "bytes32 builder)"
    private static let walletType = Word256(
        constant: "0x6ba028565cb324c2aa02bb714b9816d0bddd557a2f33bb36cf13272a4256bd42"
    )

    /// The order inside a `TypedDataSign` of the deposit wallet, under the exchange's domain.
    private var walletDigest: Word256 {
        var hasher = Keccak256Hasher()
        let words = [
            Self.walletType, structHash, Keccak256.hash("DepositWallet"), Keccak256.hash("1"),
            Word256(137), maker.word, Word256.zero,
        ]
        for word in words { hasher.update(word) }
        return Authentication.typedDigest(separator: Self.separator, hasher.finalize())
    }
}
