public import Crypto
internal import Trading
internal import Wire

/// The fields that say who asks, and what kind of body there is.
extension ClobRequest {
    /// Gives name and value of each field of a request that is authenticated by credentials
    /// (polymarket 3.2).
    ///
    /// - Parameter seconds: since 1970, by the venue's clock. The signature covers it, so this is
    ///   done when the request leaves.
    /// - Precondition: `authentication` is `.credentials`.
    public func forEachHeader<Failure: Error>(
        _ credentials: APICredentials,
        at seconds: UInt64,
        _ add: (StaticString, Span<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        precondition(authentication == .credentials, "this request is authenticated otherwise")
        let methodText = WrittenText<8> { $0.append(literal: method.name) }
        let signature = WrittenText<44> { output in
            credentials.appendSignature(
                timestamp: seconds,
                method: methodText.span,
                path: path,
                body: body,
                to: &output
            )
        }
        let address = credentials.address.checksumText
        try add("POLY_ADDRESS", address.span)
        try add("POLY_API_KEY", credentials.key.span)
        try add("POLY_PASSPHRASE", credentials.passphrase.span)
        try add("POLY_SIGNATURE", signature.span)
        try add("POLY_TIMESTAMP", DecimalDigits(seconds).span)
        try addContentType(add)
    }

    /// Gives name and value of each field of a request that is authenticated by a key's signature
    /// (polymarket 3.1).
    /// - Precondition: `authentication` is `.key`.
    public func forEachHeader<Failure: Error>(
        _ auth: ClobAuth,
        _ signature: RecoverableSignature,
        _ add: (StaticString, Span<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        precondition(authentication == .key, "this request is authenticated otherwise")
        let address = auth.address.checksumText
        let text = WrittenText<132> { output in
            output.append(literal: "0x")
            signature.appendHexadecimal(to: &output)
        }
        try add("POLY_ADDRESS", address.span)
        try add("POLY_SIGNATURE", text.span)
        try add("POLY_TIMESTAMP", DecimalDigits(auth.timestamp).span)
        try add("POLY_NONCE", DecimalDigits(auth.nonce).span)
        try addContentType(add)
    }

    private func addContentType<Failure: Error>(
        _ add: (StaticString, Span<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        guard !body.isEmpty else { return }
        let value = WrittenText<16> { $0.append(literal: "application/json") }
        try add("Content-Type", value.span)
    }
}

extension HTTPMethod {
    /// As it is signed. Only what this interface uses has one.
    fileprivate var name: StaticString {
        switch self {
        case .get: "GET"
        case .post: "POST"
        case .delete: "DELETE"
        case .head, .put, .patch, .options, .other:
            preconditionFailure("the venue has no such request")
        }
    }
}
