internal import Crypto
internal import Foundation
internal import TestSupport
internal import Testing
internal import Trading
internal import Venues

// Spans cannot be arguments inside `#expect`; texts can.

func word(_ text: String) throws -> Word256 {
    try #require(hexadecimalWord(text), "\(text)")
}

func decimalWord(_ text: String) throws -> Word256 {
    try #require(decimalWordIfAny(text), "\(text)")
}

func address(_ text: String) throws -> EthereumAddress {
    try EthereumAddress(hexadecimal: Array(text.utf8).span)
}

func privateKey(_ text: String) throws -> PrivateKey {
    try PrivateKey(hexadecimal: Array(text.utf8).span)
}

private func hexadecimalWord(_ text: String) -> Word256? {
    Word256(hexadecimal: Array(text.utf8).span)
}

private func decimalWordIfAny(_ text: String) -> Word256? {
    Word256(decimal: Array(text.utf8).span)
}

/// What a writer of text writes.
func written(
    upTo capacity: Int = 4_096,
    _ write: (inout OutputSpan<UInt8>) -> Void
) -> String {
    let bytes = [UInt8](capacity: capacity) { output in write(&output) }
    return String(decoding: bytes, as: UTF8.self)
}

extension OrderSignature {
    var text: String { written { appendText(to: &$0) } }
}

/// The recorded vectors in `fixtures/signing`.
func signingFixture<Content: Decodable>(
    _ name: String,
    as type: Content.Type
) throws -> Content {
    let bytes = try #require(SharedData.bytes("fixtures/signing/\(name)"))
    return try JSONDecoder().decode(Content.self, from: Data(bytes))
}

/// One entry of `orders.json`.
struct OrderVector: Decodable, Sendable {
    struct Order: Decodable, Sendable {
        let salt, maker, signer, tokenId, makerAmount, takerAmount: String
        let side, signatureType: Int
        let timestamp, metadata, builder: String
    }

    struct File: Decodable {
        let orderTypeHash: String
        let vectors: [OrderVector]
    }

    let name, privateKey, eoa: String
    let chainId: UInt64
    let verifyingContract, domainVersion: String
    let order: Order
    let structHash, domainSeparator, orderId, signedDigest: String
    let innerSignature, signature, postBody: String
    let sessionPrivateKey, note: String?

    static var all: [OrderVector] {
        get throws { try signingFixture("orders.json", as: File.self).vectors }
    }

    func exchangeOrder() throws -> ExchangeOrder {
        ExchangeOrder(
            salt: try decimalWord(order.salt),
            maker: try address(order.maker),
            signer: try address(order.signer),
            tokenID: try decimalWord(order.tokenId),
            makerAmount: try decimalWord(order.makerAmount),
            takerAmount: try decimalWord(order.takerAmount),
            side: order.side == 0 ? .buy : .sell,
            signatureType: try #require(SignatureType(rawValue: UInt8(order.signatureType))),
            timestamp: try decimalWord(order.timestamp),
            metadata: try word(order.metadata),
            builder: try word(order.builder)
        )
    }

    func exchange() throws -> Exchange {
        Exchange(
            contract: try address(verifyingContract),
            chainID: chainId,
            version: try #require(UInt8(domainVersion).flatMap(Exchange.Version.init(rawValue:)))
        )
    }

    func orderSigner() throws -> OrderSigner {
        if let sessionPrivateKey {
            return OrderSigner(try key(of: sessionPrivateKey), role: .session)
        }
        return OrderSigner(try key(of: privateKey))
    }
}

/// Under another name because the vector has a member of that one.
private func key(of text: String) throws -> PrivateKey {
    try PrivateKey(hexadecimal: Array(text.utf8).span)
}
