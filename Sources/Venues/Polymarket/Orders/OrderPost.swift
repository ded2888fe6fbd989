internal import Crypto
public import Trading
public import Wire

/// What the venue is told of an order beside what is signed (polymarket 5.1).
public struct OrderTerms: Hashable, Sendable {
    /// How long an order stands.
    public enum Lifetime: Hashable, Sendable {
        /// Until it is cancelled.
        case goodTillCancelled
        /// Until a time in seconds since 1970; the venue ends it about a minute earlier.
        case goodTill(seconds: UInt64)
        /// Filled whole at once, or not at all.
        case fillOrKill
        /// What is there at once, the rest is cancelled.
        case fillAndKill

        var rests: Bool {
            switch self {
            case .goodTillCancelled, .goodTill: true
            case .fillOrKill, .fillAndKill: false
            }
        }
    }

    public let lifetime: Lifetime
    /// Whether it may only rest: refused, not moved, when it would take.
    public let isPostOnly: Bool

    /// - Precondition: only what rests can be post-only.
    public init(_ lifetime: Lifetime, isPostOnly: Bool) {
        precondition(!isPostOnly || lifetime.rests, "what takes at once is not post-only")
        self.lifetime = lifetime
        self.isPostOnly = isPostOnly
    }

    /// What a quote is.
    public static let quote = OrderTerms(.goodTillCancelled, isPostOnly: true)
}

/// The body that places an order. Made when the order is signed, so that sending it costs an HMAC
/// and a copy.
public enum OrderPost {
    /// Bytes that `append` writes at most: the members' names, the longest signature, three words,
    /// two addresses, numbers and the owner.
    public static let byteCountMax =
        512 + OrderSignature.textByteCountMax + 2 * Word256.textByteCount
        + 5 * Word256.decimalByteCountMax + 2 * EthereumAddress.textByteCount + InlineText.countMax

    /// Appends the compact JSON of one order.
    ///
    /// - Parameter owner: the id of the API key.
    /// - Precondition: the salt is below 2^53 (`OrderSalt`).
    public static func append(
        _ signed: SignedOrder,
        _ terms: OrderTerms,
        owner: InlineText,
        to buffer: inout ByteBuffer
    ) {
        let salt = signed.order.salt.number
        precondition(salt.flatMap(OrderSalt.init) != nil, "the salt is no number that JSON keeps")
        buffer.append(upTo: byteCountMax) { output in
            append(signed, terms, owner, to: &output)
        }
    }

    private static func append(
        _ signed: SignedOrder,
        _ terms: OrderTerms,
        _ owner: InlineText,
        to output: inout OutputSpan<UInt8>
    ) {
        let order = signed.order
        output.append(literal: #"{"deferExec":false,"order":{"builder":""#)
        order.builder.appendText(to: &output)
        output.append(literal: #"","expiration":""#)
        if case .goodTill(let seconds) = terms.lifetime {
            DecimalText.append(seconds, to: &output)
        } else {
            output.append(literal: "0")
        }
        output.append(literal: #"","maker":""#)
        order.maker.appendText(to: &output)
        output.append(literal: #"","makerAmount":""#)
        order.makerAmount.appendDecimal(to: &output)
        output.append(literal: #"","metadata":""#)
        order.metadata.appendText(to: &output)
        // A number here, and a word in what is signed.
        output.append(literal: #"","salt":"#)
        order.salt.appendDecimal(to: &output)
        output.append(literal: order.side == .buy ? #","side":"BUY""# : #","side":"SELL""#)
        output.append(literal: #","signature":""#)
        signed.signature.appendText(to: &output)
        output.append(literal: #"","signatureType":"#)
        DecimalText.append(UInt64(order.signatureType.rawValue), to: &output)
        output.append(literal: #","signer":""#)
        order.signer.appendText(to: &output)
        output.append(literal: #"","takerAmount":""#)
        order.takerAmount.appendDecimal(to: &output)
        output.append(literal: #"","timestamp":""#)
        order.timestamp.appendDecimal(to: &output)
        output.append(literal: #"","tokenId":""#)
        order.tokenID.appendDecimal(to: &output)
        output.append(literal: #""},"orderType":""#)
        output.append(literal: terms.lifetime.name)
        output.append(literal: #"","owner":""#)
        output.append(copying: owner.span)
        output.append(literal: #"""#)
        if terms.lifetime.rests {
            output.append(
                literal: terms.isPostOnly ? #","postOnly":true"# : #","postOnly":false"#
            )
        }
        output.append(literal: "}")
    }
}

extension OrderTerms.Lifetime {
    fileprivate var name: StaticString {
        switch self {
        case .goodTillCancelled: "GTC"
        case .goodTill: "GTD"
        case .fillOrKill: "FOK"
        case .fillAndKill: "FAK"
        }
    }
}
