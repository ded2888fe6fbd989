internal import Crypto
internal import Trading
internal import Wire

/// Reads one signing request: members in any order, others are left alone.
struct SigningRequestDecoder {
    private typealias Failure = SigningRequestError
    private typealias Field = SigningRequestError.Field

    private var key: PrivateKey?
    private var sessionKey: PrivateKey?
    private var chainID: UInt64?
    private var contract: EthereumAddress?
    private var version: Exchange.Version?
    private var seenOrder = false
    /// A bit for every field of the order that was read, by its place in `Field.allCases`.
    private var seen: UInt32 = 0
    private var order = ExchangeOrder(
        salt: .zero,
        maker: .zero,
        signer: .zero,
        tokenID: .zero,
        makerAmount: .zero,
        takerAmount: .zero,
        side: .buy,
        signatureType: .eoa,
        timestamp: .zero
    )

    static func decode(_ line: Span<UInt8>) throws(SigningRequestError) -> SigningRequest {
        var decoder = SigningRequestDecoder()
        var reader = JSONReader(line)
        guard try token(&reader) == .beginObject else { throw Failure(.notAnObject) }
        while case .key(let name) = try token(&reader) {
            try decoder.readMember(name, &reader)
        }
        guard try token(&reader) == .end else { throw Failure(.notAnObject) }
        return try decoder.finish()
    }

    @_lifetime(reader: copy reader)
    private mutating func readMember(
        _ name: Range<Int>,
        _ reader: inout JSONReader
    ) throws(SigningRequestError) {
        if reader.matches(name, "privateKey") {
            try note(.privateKey)
            key = try Self.privateKey(&reader, .privateKey)
        } else if reader.matches(name, "sessionPrivateKey") {
            try note(.sessionPrivateKey)
            sessionKey = try Self.privateKey(&reader, .sessionPrivateKey)
        } else if reader.matches(name, "chainId") {
            try note(.chainID)
            chainID = try Self.number(&reader, .chainID).number
            if chainID == nil { throw Failure(.number(.chainID)) }
        } else if reader.matches(name, "verifyingContract") {
            try note(.verifyingContract)
            contract = try Self.address(&reader, .verifyingContract)
        } else if reader.matches(name, "domainVersion") {
            try note(.domainVersion)
            version = try Self.version(&reader)
        } else if reader.matches(name, "order") {
            try note(.order)
            guard try Self.token(&reader) == .beginObject else { throw Failure(.wrongType(.order)) }
            while case .key(let name) = try Self.token(&reader) {
                try readOrderMember(name, &reader)
            }
        } else {
            try Self.skipValue(&reader)
        }
    }

    @_lifetime(reader: copy reader)
    private mutating func readOrderMember(
        _ name: Range<Int>,
        _ reader: inout JSONReader
    ) throws(SigningRequestError) {
        guard let field = Self.orderField(name, reader) else {
            if reader.matches(name, "taker") || reader.matches(name, "nonce")
                || reader.matches(name, "feeRateBps")
            {
                throw Failure(.versionOne)
            }
            return try Self.skipValue(&reader)
        }
        try note(field)
        switch field {
        case .salt: order.salt = try Self.number(&reader, field)
        case .maker: order.maker = try Self.address(&reader, field)
        case .signer: order.signer = try Self.address(&reader, field)
        case .tokenID: order.tokenID = try Self.number(&reader, field)
        case .makerAmount: order.makerAmount = try Self.number(&reader, field)
        case .takerAmount: order.takerAmount = try Self.number(&reader, field)
        case .side:
            switch try Self.number(&reader, field).number {
            case 0: order.side = .buy
            case 1: order.side = .sell
            default: throw Failure(.side)
            }
        case .signatureType:
            let number = try Self.number(&reader, field).number
            guard let number, let raw = UInt8(exactly: number),
                let type = SignatureType(rawValue: raw)
            else { throw Failure(.signatureType) }
            order.signatureType = type
        case .timestamp: order.timestamp = try Self.number(&reader, field)
        case .metadata: order.metadata = try Self.word(&reader, field)
        case .builder: order.builder = try Self.word(&reader, field)
        case .privateKey, .sessionPrivateKey, .chainID, .verifyingContract, .domainVersion,
            .order:
            preconditionFailure("no member of an order")
        }
    }

    /// - Throws: when the field has been there before.
    private mutating func note(_ field: SigningRequestError.Field) throws(SigningRequestError) {
        let bit = Self.bit(field)
        guard seen & bit == 0 else { throw Failure(.repeated(field)) }
        seen |= bit
    }

    private func finish() throws(SigningRequestError) -> SigningRequest {
        for field in Field.allCases where seen & Self.bit(field) == 0 {
            switch field {
            case .sessionPrivateKey, .metadata, .builder: continue
            default: throw Failure(.missing(field))
            }
        }
        guard let key, let chainID, let contract, let version else {
            preconditionFailure("what is not missing has been read")
        }
        guard sessionKey == nil || order.signatureType == .depositWallet else {
            throw Failure(.session)
        }
        return SigningRequest(
            order: order,
            exchange: Exchange(contract: contract, chainID: chainID, version: version),
            signer: sessionKey.map { OrderSigner($0, role: .session) } ?? OrderSigner(key)
        )
    }

    private static func bit(_ field: SigningRequestError.Field) -> UInt32 {
        let place = Field.allCases.firstIndex(of: field) ?? 0
        return 1 << UInt32(place)
    }

    private static func orderField(
        _ name: Range<Int>,
        _ reader: borrowing JSONReader
    ) -> SigningRequestError.Field? {
        if reader.matches(name, "salt") { return .salt }
        if reader.matches(name, "maker") { return .maker }
        if reader.matches(name, "signer") { return .signer }
        if reader.matches(name, "tokenId") { return .tokenID }
        if reader.matches(name, "makerAmount") { return .makerAmount }
        if reader.matches(name, "takerAmount") { return .takerAmount }
        if reader.matches(name, "side") { return .side }
        if reader.matches(name, "signatureType") { return .signatureType }
        if reader.matches(name, "timestamp") { return .timestamp }
        if reader.matches(name, "metadata") { return .metadata }
        if reader.matches(name, "builder") { return .builder }
        return nil
    }
}

/// Values.
extension SigningRequestDecoder {
    @_lifetime(reader: copy reader)
    private static func privateKey(
        _ reader: inout JSONReader,
        _ field: SigningRequestError.Field
    ) throws(SigningRequestError) -> PrivateKey {
        let text = try string(&reader, field)
        do {
            return try PrivateKey(hexadecimal: reader.bytes(text))
        } catch {
            throw SigningRequestError(.key(field, error))
        }
    }

    @_lifetime(reader: copy reader)
    private static func address(
        _ reader: inout JSONReader,
        _ field: SigningRequestError.Field
    ) throws(SigningRequestError) -> EthereumAddress {
        let text = try string(&reader, field)
        do {
            return try EthereumAddress(hexadecimal: reader.bytes(text))
        } catch {
            throw SigningRequestError(.address(field, error))
        }
    }

    /// A whole number, as a JSON number or as a text.
    @_lifetime(reader: copy reader)
    private static func number(
        _ reader: inout JSONReader,
        _ field: SigningRequestError.Field
    ) throws(SigningRequestError) -> Word256 {
        switch try token(&reader) {
        case .number(let text), .string(let text):
            guard let number = Word256(decimal: reader.bytes(text)) else {
                throw SigningRequestError(.number(field))
            }
            return number
        default: throw SigningRequestError(.wrongType(field))
        }
    }

    @_lifetime(reader: copy reader)
    private static func word(
        _ reader: inout JSONReader,
        _ field: SigningRequestError.Field
    ) throws(SigningRequestError) -> Word256 {
        let text = try string(&reader, field)
        guard let word = Word256(hexadecimal: reader.bytes(text)) else {
            throw SigningRequestError(.word(field))
        }
        return word
    }

    @_lifetime(reader: copy reader)
    private static func version(
        _ reader: inout JSONReader
    ) throws(SigningRequestError) -> Exchange.Version {
        let text = try string(&reader, .domainVersion)
        if reader.matches(text, "2") { return .two }
        if reader.matches(text, "3") { return .three }
        throw SigningRequestError(.version)
    }

    @_lifetime(reader: copy reader)
    private static func string(
        _ reader: inout JSONReader,
        _ field: SigningRequestError.Field
    ) throws(SigningRequestError) -> Range<Int> {
        guard case .string(let text) = try token(&reader) else {
            throw SigningRequestError(.wrongType(field))
        }
        return text
    }

    @_lifetime(reader: copy reader)
    private static func token(
        _ reader: inout JSONReader
    ) throws(SigningRequestError) -> JSONToken {
        do { return try reader.next() } catch { throw SigningRequestError(.notJSON(error)) }
    }

    @_lifetime(reader: copy reader)
    private static func skipValue(_ reader: inout JSONReader) throws(SigningRequestError) {
        do { try reader.skipValue() } catch { throw SigningRequestError(.notJSON(error)) }
    }
}
