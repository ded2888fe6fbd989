public import Crypto
public import Trading
internal import Wire

/// Reading back (polymarket 5.3), keys (3.1), and what anybody may ask (4).
extension ClobRequest {
    /// The cursor behind the last page. Asking with it is an error: stop when it comes.
    public static let lastCursor: StaticString = "LTE="

    /// Open orders, a page at a time.
    /// - Parameters:
    ///   - market: a condition id; all markets without it.
    ///   - cursor: of the page before; the first page without it.
    public mutating func openOrders(
        market: Word256? = nil,
        token: Word256? = nil,
        cursor: InlineText? = nil
    ) {
        begin(.get, "/data/orders", .credentials)
        if let market { addQuery("market", word: market) }
        if let token { addQuery("asset_id", decimal: token) }
        if let cursor { addQuery("next_cursor", cursor.span) }
    }

    /// One order, whatever has become of it.
    public mutating func order(_ id: Word256) {
        begin(.get, "/data/order/", .credentials)
        extendPath(by: id)
    }

    /// Trades that orders of ours had a part in, a page at a time.
    /// - Parameters:
    ///   - after: and `before`, seconds since 1970.
    public mutating func trades(
        market: Word256? = nil,
        token: Word256? = nil,
        after: UInt64? = nil,
        before: UInt64? = nil,
        cursor: InlineText? = nil
    ) {
        begin(.get, "/data/trades", .credentials)
        if let market { addQuery("market", word: market) }
        if let token { addQuery("asset_id", decimal: token) }
        if let after { addQuery("after", decimal: Word256(after)) }
        if let before { addQuery("before", decimal: Word256(before)) }
        if let cursor { addQuery("next_cursor", cursor.span) }
    }

    /// What the venue believes an account owns and has allowed: dollars, or one token.
    ///
    /// - Parameter isUpdate: whether it shall look at the chain first; to be asked for after
    ///   anything was done there.
    public mutating func balance(
        of token: Word256? = nil,
        _ signatureType: SignatureType,
        isUpdate: Bool = false
    ) {
        begin(
            .get,
            isUpdate ? "/balance-allowance/update" : "/balance-allowance",
            .credentials
        )
        if let token {
            addQuery(
                "asset_type",
                Exchange.isSecondGeneration(token) ? "CONDITIONAL-V2" : "CONDITIONAL"
            )
            addQuery("token_id", decimal: token)
        } else {
            addQuery("asset_type", "COLLATERAL")
        }
        addQuery("signature_type", decimal: Word256(UInt64(signatureType.rawValue)))
    }

    /// Makes an API key; refused when there is one for the nonce.
    public mutating func createAPIKey() { begin(.post, "/auth/api-key", .key) }

    /// Gives the API key of the nonce again.
    public mutating func deriveAPIKey() { begin(.get, "/auth/derive-api-key", .key) }

    /// Whether the account may only close positions.
    public mutating func closedOnly() { begin(.get, "/auth/ban-status/closed-only", .credentials) }

    /// The server's clock, in seconds.
    public mutating func time() { begin(.get, "/time", .none) }

    /// The protocol's version.
    public mutating func version() { begin(.get, "/version", .none) }

    /// A token's book.
    public mutating func book(of token: Word256) {
        begin(.get, "/book", .none)
        addQuery("token_id", decimal: token)
    }

    /// What a market trades by: tick, least size, fees.
    public mutating func terms(of conditionID: Word256) {
        begin(.get, "/clob-markets/", .none)
        extendPath(by: conditionID)
    }
}
