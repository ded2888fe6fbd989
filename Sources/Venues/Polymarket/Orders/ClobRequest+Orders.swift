public import Crypto
public import Trading
internal import Wire

/// Placing and cancelling (polymarket 5.1, 5.2, 5.4). All of it is authenticated by credentials.
extension ClobRequest {
    /// Orders that one request places at most.
    public static let batchMax = 15
    /// Orders that one request cancels at most.
    public static let cancelMax = 1_000

    /// Places one order.
    /// - Parameter post: what `OrderPost` wrote: made beforehand, with the signature in it.
    public mutating func place(_ post: Span<UInt8>) {
        begin(.post, "/order", .credentials)
        appendBody(post)
    }

    /// Begins to place several orders at once: then `add` each, then `endBatch`.
    public mutating func beginBatch() {
        begin(.post, "/orders", .credentials)
        appendBody("[")
    }

    /// - Precondition: a batch was begun, and at most `batchMax` are added.
    public mutating func add(_ post: Span<UInt8>) {
        precondition(batchCount < Self.batchMax, "15 orders at once")
        if batchCount > 0 { appendBody(",") }
        appendBody(post)
        batchCount += 1
    }

    /// - Precondition: at least one was added.
    public mutating func endBatch() {
        precondition(batchCount > 0, "a batch has orders")
        appendBody("]")
    }

    public mutating func cancel(order id: Word256) {
        begin(.delete, "/order", .credentials)
        appendBody("{\"orderID\":")
        appendBody(quoted: id)
        appendBody("}")
    }

    /// - Precondition: 1 to `cancelMax` orders.
    public mutating func cancel(orders ids: Span<Word256>) {
        precondition(ids.count >= 1 && ids.count <= Self.cancelMax, "1 to 1000 orders at once")
        begin(.delete, "/orders", .credentials)
        for index in ids.indices {
            appendBody(index == 0 ? "[" : ",")
            appendBody(quoted: ids[index])
        }
        appendBody("]")
    }

    /// Cancels everything that the account has open, on every market.
    public mutating func cancelAll() { begin(.delete, "/cancel-all", .credentials) }

    /// Cancels what is open on a market, or on one token of it.
    public mutating func cancel(market conditionID: Word256, token: Word256? = nil) {
        begin(.delete, "/cancel-market-orders", .credentials)
        appendBody("{\"market\":")
        appendBody(quoted: conditionID)
        if let token {
            appendBody(",\"asset_id\":")
            appendBody(quotedDecimal: token)
        }
        appendBody("}")
    }

    /// A sign of life for the dead man's switch. The first that is accepted arms it.
    /// - Parameter id: of the answer before; empty for the first.
    public mutating func heartbeat(id: InlineText) {
        begin(.post, "/v1/heartbeats", .credentials)
        appendBody("{\"heartbeat_id\":\"")
        appendBody(id.span)
        appendBody("\"}")
    }
}
