public import Crypto
public import Wire

/// An order that somebody wants signed, with the key to sign it with: one line of
/// `quesquant sign-order`.
public struct SigningRequest: Sendable {
    public let order: ExchangeOrder
    public let exchange: Exchange
    public let signer: OrderSigner

    public func sign() -> SignedOrder { signer.sign(order, for: exchange) }
}

/// Why a line is no signing request. Never tells what a key was.
public struct SigningRequestError: Error, Equatable, Sendable {
    /// The members that are read, as they are called.
    public enum Field: String, Sendable, CaseIterable {
        case privateKey
        case sessionPrivateKey
        case chainID = "chainId"
        case verifyingContract
        case domainVersion
        case order
        case salt = "order.salt"
        case maker = "order.maker"
        case signer = "order.signer"
        case tokenID = "order.tokenId"
        case makerAmount = "order.makerAmount"
        case takerAmount = "order.takerAmount"
        case side = "order.side"
        case signatureType = "order.signatureType"
        case timestamp = "order.timestamp"
        case metadata = "order.metadata"
        case builder = "order.builder"
    }

    public enum Reason: Equatable, Sendable {
        /// Longer than `SigningRequestReader.lineByteCountMax`.
        case tooLong
        case notJSON(JSONError)
        /// JSON, but no object.
        case notAnObject
        case missing(Field)
        /// There twice: it is not clear which one is meant.
        case repeated(Field)
        case wrongType(Field)
        case key(Field, PrivateKeyError)
        case address(Field, AddressError)
        /// Not decimal digits of a number below 2^256 (2^64 for the chain).
        case number(Field)
        /// Not `0x` and 64 hexadecimal digits.
        case word(Field)
        /// Another version than 2 or 3.
        case version
        /// Another side than 0 or 1.
        case side
        /// Another type than 0, 1, 2 or 3.
        case signatureType
        /// A session's key with another signature type than 3.
        case session
        /// The order has a member that only version 1 signs: leaving it out would sign something
        /// else than was asked for.
        case versionOne
    }

    public let reason: Reason

    init(_ reason: Reason) { self.reason = reason }
}

extension SigningRequestError: CustomStringConvertible {
    public var description: String {
        switch reason {
        case .tooLong: "longer than \(SigningRequestReader.lineByteCountMax) bytes"
        case .notJSON(let error): "not JSON (\(error.reason)) at byte \(error.offset)"
        case .notAnObject: "not an object"
        case .missing(let field): "\(field.rawValue) is missing"
        case .repeated(let field): "\(field.rawValue) is there twice"
        case .wrongType(let field): "\(field.rawValue) has the wrong type"
        case .key(let field, let error): "\(field.rawValue): \(error)"
        case .address(let field, let error): "\(field.rawValue): \(error)"
        case .number(.chainID): "chainId is not a whole number below 2^64"
        case .number(let field):
            "\(field.rawValue) is not a whole number in decimal digits below 2^256"
        case .word(let field): "\(field.rawValue) is not 0x and 64 hexadecimal digits"
        case .version: "domainVersion is neither \"2\" nor \"3\""
        case .side: "order.side is neither 0 (buy) nor 1 (sell)"
        case .signatureType: "order.signatureType is not 0, 1, 2 or 3"
        case .session: "sessionPrivateKey goes with order.signatureType 3 only"
        case .versionOne: "order is of version 1 (taker, nonce, feeRateBps), which is dead"
        }
    }
}
