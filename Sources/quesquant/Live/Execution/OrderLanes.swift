internal import Crypto
internal import Reactor
internal import Trading
internal import Venues
internal import Wire

/// The ways to the venue's REST interface, one for each kind of request, so that nothing waits
/// behind something slower: orders, cancels, the cancels of everything, queries, signs of life.
///
/// Renders what the gateway wants sent, says who asks (HMAC), and writes it to a socket, in one
/// call and in buffers that are kept.
final class OrderLanes {
    /// What became of a request that was to be sent.
    enum Departure {
        /// It left, or waits for a connection; its answer, or its loss, will be told.
        case underWay
        /// No connection was ready; nothing of it has left, and nothing more will be told.
        case noConnection
        /// What it was about has ended: it is not sent.
        case void
    }

    private static let orderTerms = OrderLane.Terms(connections: 4, answerMilliseconds: 5_000)
    private static let cancelTerms = OrderLane.Terms(connections: 4, answerMilliseconds: 3_000)
    /// Risk 4: two seconds for a cancel of everything, then another way.
    private static let sweepTerms = OrderLane.Terms(connections: 2, answerMilliseconds: 2_000)
    private static let queryTerms = OrderLane.Terms(
        connections: 2,
        answerMilliseconds: 5_000,
        bodyBytesMax: 8 << 20
    )
    private static let heartbeatTerms = OrderLane.Terms(connections: 2, answerMilliseconds: 2_500)

    private let orders: OrderLane
    private let cancels: OrderLane
    private let sweeps: OrderLane
    private let queries: OrderLane
    private let heartbeats: OrderLane
    private let credentials: APICredentials
    private let target: ClobTarget
    private var clob = ClobRequest()
    private var writer = HTTPRequestWriter()

    /// - Parameters:
    ///   - url: the base of the interface.
    ///   - answered: called once for each request that is under way.
    init(
        to url: ServiceURL,
        through connector: Connector,
        _ credentials: APICredentials,
        answered: @escaping OrderLane.Answer
    ) {
        self.credentials = credentials
        target = ClobTarget(url)
        func lane(_ terms: OrderLane.Terms) -> OrderLane {
            OrderLane(to: url, through: connector, terms, answered: answered)
        }
        orders = lane(Self.orderTerms)
        cancels = lane(Self.cancelTerms)
        sweeps = lane(Self.sweepTerms)
        queries = lane(Self.queryTerms)
        heartbeats = lane(Self.heartbeatTerms)
    }

    /// Connects every lane ahead of the first request.
    func warm() { for lane in all { lane.warm() } }

    /// May be called twice.
    func close() { for lane in all { lane.close() } }

    private var all: [OrderLane] { [orders, cancels, sweeps, queries, heartbeats] }

    /// Gives up a lane's connections and makes new ones. What is under way there is answered as
    /// lost inside this call.
    func renew(_ lane: GatewayRequest.Lane) {
        switch lane {
        case .orders: orders.renew()
        case .cancels:
            cancels.renew()
            sweeps.renew()
        case .queries: queries.renew()
        case .heartbeats: heartbeats.renew()
        }
    }

    /// Renders a request and sends it: an order at once or not at all, everything else when a
    /// connection can take it.
    /// - Parameter seconds: since 1970, by the venue's clock.
    func send(
        _ request: GatewayRequest,
        of gateway: OrderGateway,
        at seconds: UInt64
    ) -> Departure {
        if case .place = request.action, orders.freeCount == 0 { return .noConnection }
        guard gateway.write(request, into: &clob) else { return .void }
        do throws(HTTPRequestWriter.Failure) {
            try target.begin(clob, with: &writer)
            try clob.forEachHeader(credentials, at: seconds) {
                (name, value) throws(HTTPRequestWriter.Failure) in
                try writer.add(name, value)
            }
        } catch {
            preconditionFailure("the address and the credentials were checked, the rest is ours")
        }
        writer.finish(body: clob.body)
        switch request.action {
        case .place:
            guard orders.sendAtOnce(writer, for: request) else { return .noConnection }
        case .cancel: cancels.send(writer, for: request)
        case .cancelMany, .cancelAll, .cancelMarket: sweeps.send(writer, for: request)
        case .order, .openOrders, .trades: queries.send(writer, for: request)
        case .heartbeat: heartbeats.send(writer, for: request)
        }
        return .underWay
    }
}

@available(*, unavailable)
extension OrderLanes: Sendable {}

/// Host and path of the venue's REST interface, ready to be written in front of a request.
struct ClobTarget {
    private let host: [UInt8]
    /// Of a base that is not the root of its host; the venue signs paths without it.
    private let base: [UInt8]

    init(_ url: ServiceURL) {
        host = Array(url.authority.utf8)
        base = Array((url.target.hasSuffix("/") ? url.target.dropLast() : url.target[...]).utf8)
    }

    /// Begins to write a request.
    func begin(
        _ clob: borrowing ClobRequest,
        with writer: inout HTTPRequestWriter
    ) throws(HTTPRequestWriter.Failure) {
        if base.isEmpty {
            try writer.begin(clob.method, host: host.span, target: clob.target)
        } else {
            var target = ByteBuffer(capacity: base.count + clob.target.count)
            target.append(base.span)
            target.append(clob.target)
            try writer.begin(clob.method, host: host.span, target: target.span)
        }
        try writer.add("User-Agent", Self.agent.span)
        try writer.add("Accept", Self.anything.span)
    }

    private static let agent = Array("quesquant".utf8)
    private static let anything = Array("application/json, text/plain".utf8)
}
