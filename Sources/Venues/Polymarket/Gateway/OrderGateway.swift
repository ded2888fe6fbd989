internal import Crypto
public import Trading
internal import Wire

/// Carries the engine's orders to the venue and the venue's answers back, and keeps the contract
/// that `PaperVenue` states: every order submitted ends exactly once, fills before the end.
///
///     gateway.submit(approved, at: now)                on the hot path
///     gateway.answered(number, status: …, at: now)     what came back over HTTP
///     gateway.told(message, at: now)                   what came over the user socket
///     gateway.timePassed(at: now)                      every 10 ms or so
///     gateway.drain(into: &effects)                    after each: send, tell, alarm
///
/// Sans-IO: no socket, no clock, no randomness of its own. `now` never runs backwards.
///
/// **Outcomes.** An order is accepted, refused or unknown. Unknown is exposure (`exposure(…)`), is
/// never sent again, is cancelled, and is asked for by its id, which is known before it is sent. A
/// query that failed is not an empty answer, and an order younger than `youngFor` is not judged
/// gone. An order ends when the venue has said how much of it was matched and all of that has been
/// told; until then it is exposure.
///
/// **Orders wait for nothing.** One that cannot leave now (`hold(at:)`, the budget) is rejected at
/// once: a quote that is late is a wrong quote. Cancels wait for their budget and are repeated until
/// the order is gone.
public final class OrderGateway {
    /// Orders that have not ended.
    public static let ordersMax = 256
    /// Orders that have ended and are still known by their ids.
    public static let pastMax = 4_096
    public static let marketsMax = 64
    /// Requests without an answer.
    public static let requestsMax = 512

    /// What has happened, for metrics.
    public struct Statistics: Equatable, Sendable {
        public internal(set) var submitted: Int64 = 0
        public internal(set) var accepted: Int64 = 0
        public internal(set) var refused: Int64 = 0
        public internal(set) var unknown: Int64 = 0
        /// Orders cancelled because their answer did not come in time.
        public internal(set) var late: Int64 = 0
        public internal(set) var probes: Int64 = 0
        public internal(set) var sweeps: Int64 = 0
        public internal(set) var fillsReversed: Int64 = 0

        public init() {}
    }

    public internal(set) var statistics = Statistics()
    public internal(set) var ladder: QuoteLadder
    public internal(set) var heartbeat: HeartbeatChain

    let configuration: Configuration
    let identity: UserIdentity
    var signer: QuoteSigner
    var budget: SignerBudget
    var pause: VenuePause
    var fills: UserFills
    var markets: [GatewayMarket] = []
    /// Ids of `orders`, which lie apart because they are searched for every call.
    var ids: [OrderID] = []
    var orders: [GatewayOrder] = []
    var past: [Word256: (order: Order, endedAt: Timestamp)] = [:]
    /// Keys of `past`, a ring.
    var pastRing: [Word256] = []
    var pastNext = 0

    struct Pending {
        let request: GatewayRequest
        let sentAt: Timestamp
    }
    var pending: [Pending] = []
    var requestNumber: UInt64 = 0
    var effects: [GatewayEffect] = []
    private var post = ByteBuffer(capacity: OrderPost.byteCountMax)

    var isStarted = false
    var isHalted = false
    var isKilled = false
    var sweep: GatewaySweep?
    var listing: OpenListing?
    /// When open orders are compared; `needsCompare` while orders wait for it.
    var compareAt: Timestamp?
    var needsCompare = false
    var tradesRead: TradesRead?
    /// Markets whose trades are to be read whatever the orders say, and from when on.
    var tradesWanted: [(market: Word256, after: Timestamp)] = []
    var foreignOrders = 0
    /// Since when the user stream is down; `nil` while it is up.
    var userDownSince: Timestamp?
    var userDownIsSwept = false
    var heartbeatWasExpired = false
    /// When `start` was called.
    var startedAt = Timestamp(nanoseconds: 0)
    var contestedAlarms: Int64 = 0

    /// - Parameter identity: of the account; its owner is the API key.
    public init(
        _ signer: QuoteSigner,
        identity: UserIdentity,
        ladder: QuoteLadder = QuoteLadder(),
        configuration: Configuration = Configuration()
    ) {
        self.signer = signer
        self.identity = identity
        self.ladder = ladder
        self.configuration = configuration
        budget = SignerBudget(configuration.budget)
        heartbeat = HeartbeatChain(configuration.heartbeat)
        pause = VenuePause(configuration)
        fills = UserFills(identity: identity)
        ids.reserveCapacity(Self.ordersMax)
        orders.reserveCapacity(Self.ordersMax)
        pending.reserveCapacity(Self.requestsMax)
        effects.reserveCapacity(64)
        past.reserveCapacity(Self.pastMax)
    }

    // MARK: Markets

    /// Orders for it may come. A market that is known already gets its new terms.
    public func list(_ market: GatewayMarket) {
        if let index = markets.firstIndex(where: { $0.id == market.id }) {
            if markets[index] != market { ladder.remove(market.id) }
            markets[index] = market
            return
        }
        if markets.count == Self.marketsMax { markets.removeFirst() }
        markets.append(market)
    }

    /// What was signed for the old grid is forgotten.
    public func tickSizeChanged(_ id: MarketID, _ tickSize: TickSize) {
        guard var market = market(id) else { return }
        market.tickSize = tickSize
        list(market)
    }

    public func market(_ id: MarketID) -> GatewayMarket? {
        for index in markets.indices where markets[index].id == id { return markets[index] }
        return nil
    }

    // MARK: Orders

    /// Sends an order, or rejects it at once.
    /// - Precondition: its id has not been used.
    public func submit(_ approved: ApprovedOrder, at now: Timestamp) {
        submitUnchecked(approved.order, at: now)
    }

    /// For tests of the gateway alone, which have no gate.
    func submitUnchecked(_ order: Order, at now: Timestamp) {
        precondition(!ids.contains(order.id), "an order id is used once")
        statistics.submitted += 1
        if let hold = hold(at: now) { return reject(order.id, hold.rejection) }
        guard let market = market(order.market) else { return reject(order.id, .marketClosed) }
        guard orders.count < Self.ordersMax, pending.count < Self.requestsMax,
            budget.takeOrder(at: now)
        else { return reject(order.id, .rateLimited) }
        let (outcome, side) = (order.outcome, order.side)
        let signed: SignedOrder
        if let ready = ladder.take(
            market,
            outcome,
            side,
            price: order.price,
            size: order.size,
            at: now
        ) {
            signed = ready
        } else {
            do {
                signed = try signer.sign(
                    market,
                    outcome,
                    side,
                    price: order.price,
                    size: order.size,
                    at: now
                )
            } catch {
                return reject(order.id, error == .tooSmall ? .sizeTooSmall : .offTick)
            }
        }
        ids.append(order.id)
        orders.append(GatewayOrder(order, signed, market.conditionID, at: now))
        send(.place(order.id), at: now)
    }

    /// Wants an order gone. Repeated until it is.
    public func cancel(_ id: OrderID, at now: Timestamp) {
        guard let index = index(of: id) else {
            effects.append(.tell(.cancelRejected(id)))
            return
        }
        orders[index].isCancelAsked = true
        doom(index, at: now)
        sendCancels(at: now)
    }

    /// Signs ahead what the quoter may want about this quote.
    public func aim(
        _ id: MarketID,
        _ outcome: Outcome,
        _ side: Side,
        price: Price,
        size: Quantity
    ) {
        guard let market = market(id) else { return }
        ladder.aim(market, outcome, side, price: price, size: size)
    }

    /// Off the hot path: signs at most `budget` orders ahead.
    @discardableResult
    public func refill(budget: Int, at now: Timestamp) -> Int {
        ladder.refill(budget: budget, with: &signer, at: now)
    }

    /// What orders of ours may still be filled for, or have been without our knowing. Never less
    /// than what the venue holds.
    public func exposure(_ market: MarketID, _ outcome: Outcome, _ side: Side) -> Quantity {
        var sum = Quantity.zero
        for index in orders.indices {
            let order = orders[index].order
            guard order.market == market, order.outcome == outcome, order.side == side else {
                continue
            }
            sum += orders[index].exposure
        }
        return sum
    }

    /// Orders that have not ended.
    public var openOrderCount: Int { orders.count }
    /// Of those, the ones whose fate is not known.
    public var unknownOrderCount: Int { orders.count { $0.standing == .unknown } }

    // MARK: Out

    /// Moves what is to be done to the end of `target`.
    public func drain(into target: inout [GatewayEffect]) {
        target.append(contentsOf: effects)
        effects.removeAll(keepingCapacity: true)
    }

    /// Renders a request. One for an order that has ended meanwhile cannot be rendered any more
    /// and is not to be sent: `false`.
    public func write(_ request: GatewayRequest, into clob: inout ClobRequest) -> Bool {
        switch request.action {
        case .place(let id):
            guard let index = index(of: id) else { return false }
            Self.place(orders[index].signed, identity.owner, by: &post, into: &clob)
        case .cancel(let id): clob.cancel(order: id)
        case .cancelMany(let ids): clob.cancel(orders: ids.span)
        case .cancelAll: clob.cancelAll()
        case .cancelMarket(let condition): clob.cancel(market: condition)
        case .order(let id): clob.order(id)
        case .openOrders(let cursor): clob.openOrders(cursor: cursor)
        case .trades(let market, let after, let cursor):
            clob.trades(market: market, after: after, cursor: cursor)
        case .heartbeat(let id): clob.heartbeat(id: id)
        }
        return true
    }

    private static func place(
        _ signed: SignedOrder,
        _ owner: InlineText,
        by post: inout ByteBuffer,
        into clob: inout ClobRequest
    ) {
        post.removeAll()
        OrderPost.append(signed, .quote, owner: owner, to: &post)
        clob.place(post.span)
    }

    @discardableResult
    func send(_ action: GatewayRequest.Action, at now: Timestamp) -> UInt64 {
        requestNumber += 1
        let request = GatewayRequest(number: requestNumber, action: action)
        pending.append(Pending(request: request, sentAt: now))
        effects.append(.send(request))
        return requestNumber
    }

    func tell(_ event: EngineEvent) { effects.append(.tell(event)) }
    func alarm(_ alarm: GatewayAlarm) { effects.append(.alarm(alarm)) }

    func reject(_ id: OrderID, _ why: OrderRejection) {
        statistics.refused += 1
        tell(.orderRejected(id, why))
    }

    func index(of id: OrderID) -> Int? { ids.firstIndex(of: id) }

    func index(of id: Word256) -> Int? { orders.firstIndex { $0.id == id } }
}

@available(*, unavailable) extension OrderGateway: Sendable {}
