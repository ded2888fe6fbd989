internal import Crypto
internal import Logging
internal import Reactor
internal import Trading
internal import Venues
internal import Wire

/// Orders to Polymarket: performs what the session wants done, and tells it what the venue says.
/// Lives on the trading loop.
///
/// ```
///   opening ──open──► looking at open orders ──ready──► trading        AccountDesk, OrderGateway
///      └─ refused: told; no order ever leaves
///
///   place, cancel ─► OrderGateway ─► OrderLanes ─► venue
///   nextEvent     ◄─ OrderGateway ◄─ answers, UserFeed
/// ```
///
/// What the venue's side says while the session's wishes are performed waits in `nextEvent`; when it
/// says something at any other time, `spoke` is called.
final class LiveExecution {
    /// The gateway's guards, retries and beats are as punctual as this.
    static let turnMilliseconds = 10
    /// Orders signed ahead in one turn, when nothing else is to be done (31 us each).
    static let signaturesPerTurn = 2

    let settings: ExecutionSettings
    let clock: SessionClock
    let log: Logger
    let path: OrderPath
    let connector: Connector
    let account: AccountDesk
    let placeCheck: PlaceCheck
    private var timer: LoopTimer?
    /// Once the account is open.
    var gateway: OrderGateway?
    var lanes: OrderLanes?
    var user: UserFeed?
    private var chain: ChainWatch?
    /// Those that are listed, whether or not there is a gateway yet.
    var markets: [GatewayMarket] = []
    private(set) var isClosed = false

    var effects: [GatewayEffect] = []
    var isPumping = false
    private var events: [EngineEvent] = []
    private var eventsTaken = 0

    /// Why no order leaves, as it was told last.
    var hold: GatewayHold? = .notReady
    var faults: Set<VenueFault> = []
    /// The venue did not open the account.
    var isRefused = false
    /// The emergency stop is latched, and there is no gateway yet to be told.
    var isKillWanted: Bool
    /// The session ends: what is cancelled now stays so.
    var isEnding = false
    /// The engine waits to hear that orders have been compared.
    var isReconcileWanted = false
    /// They have been, since it asked.
    var isCompared = false
    var times: [AnswerTimes] = GatewayRequest.Lane.allCases.map { _ in AnswerTimes() }
    var alarms: Int64 = 0

    /// Called when `nextEvent` may have something and nobody is taking it.
    var spoke: () -> Void = {}
    /// The trading loop's count of what it has done: a sign of life leaves while it rises.
    var progress: () -> UInt64 = { 0 }
    /// The greatest position that the engine may have, in shares.
    var maxPosition: () -> Int64 = { 0 }

    /// - Parameters:
    ///   - path: every order passes it.
    ///   - isLatched: a stop was found at the start: whatever is open is cancelled.
    /// - Throws: when the trusted certificates cannot be read.
    init(
        on loop: EventLoop,
        _ settings: ExecutionSettings,
        path: OrderPath,
        isLatched: Bool,
        clock: SessionClock,
        log: Logger
    ) throws {
        self.settings = settings
        self.path = path
        self.clock = clock
        self.log = log
        isKillWanted = isLatched
        connector = Connector(
            on: loop,
            tls: try TLSContext(trust: settings.trustFile.map { .file($0) } ?? .system)
        )
        account = AccountDesk(settings, through: connector, clock: clock, log: log)
        placeCheck = PlaceCheck(at: settings.geoblock, through: connector, log: log)
        effects.reserveCapacity(64)
        events.reserveCapacity(64)
    }

    /// Begins to ask about the account.
    func start() {
        log.warning(
            """
            ORDERS ARE REAL: they go to \(settings.clob) and trade with the money of \
            \(settings.account.wallet.maker)
            """
        )
        account.opened = { [unowned self] now in self.open(at: now) }
        placeCheck.changed = { [unowned self] in
            let now = self.clock.now()
            self.open(at: now)
            self.pump(at: now)
            self.spoke()
        }
        account.refused = { [unowned self] refusal, now in self.refuse(refusal, at: now) }
        account.told = { [unowned self] event, _ in
            self.tell(event)
            self.spoke()
        }
        let timer = LoopTimer(on: connector.loop) { [unowned self] in self.turn() }
        timer.start(
            afterMilliseconds: Self.turnMilliseconds,
            repeatingMilliseconds: Self.turnMilliseconds
        )
        self.timer = timer
        account.timePassed(at: clock.now())
        followChain()
    }

    /// Cash and shares are the venue's to tell; what transactions cost is paid from POL of the key.
    private func followChain() {
        guard let node = settings.polygon else { return }
        let chain = ChainWatch(
            at: node,
            owner: settings.account.address,
            wallet: settings.account.wallet.maker,
            through: connector,
            log: log
        ) { [unowned self] holdings in
            self.tell(.gasObserved(Quantity(raw: holdings.gas)))
            self.spoke()
        }
        self.chain = chain
        chain.start()
    }

    /// Nothing comes or goes any more. May be called twice.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        timer?.close()
        account.close()
        placeCheck.close()
        user?.close()
        lanes?.close()
        chain?.close()
    }

    private func turn() {
        let now = clock.now()
        account.timePassed(at: now)
        placeCheck.timePassed(at: now)
        if let gateway {
            gateway.timePassed(progress: progress(), at: now)
            gateway.refill(budget: Self.signaturesPerTurn, at: now)
        }
        pump(at: now)
        if eventsTaken < events.count { spoke() }
    }

    // MARK: For the session

    func tell(_ event: EngineEvent) { events.append(event) }

    /// What the venue's side has told next; `nil` when there is nothing.
    func nextEvent() -> EngineEvent? {
        guard eventsTaken < events.count else {
            events.removeAll(keepingCapacity: true)
            eventsTaken = 0
            return nil
        }
        defer { eventsTaken += 1 }
        return events[eventsTaken]
    }

    // MARK: What the session wants

    /// Sends an order, or tells why it does not leave.
    func place(_ approved: ApprovedOrder) {
        let order = approved.order
        guard let gateway, !isClosed else { return tell(.orderRejected(order.id, .notSent)) }
        let now = clock.now()
        gateway.submit(approved, at: now)
        pump(at: now)
        // The next quote of this side stands near; signed when there is time.
        gateway.aim(
            order.market,
            order.outcome,
            order.side,
            price: order.price,
            size: order.size
        )
    }

    func cancel(_ id: OrderID) {
        guard let gateway else { return tell(.cancelRejected(id)) }
        let now = clock.now()
        gateway.cancel(id, at: now)
        pump(at: now)
    }

    /// - Parameter isKill: no order leaves until `rearm`.
    func cancelAll(isKill: Bool) {
        // Without a stop it is the end of the session.
        if !isKill { isEnding = true }
        guard let gateway else {
            isKillWanted = isKillWanted || isKill
            // Of this run there is nothing; what another one left is looked at when it opens.
            if !isKillWanted { tell(.cancelAllConfirmed) }
            return
        }
        let now = clock.now()
        gateway.cancelAll(isKill: isKill, at: now)
        pump(at: now)
    }

    /// The operator lifted the stop.
    func rearm() {
        isKillWanted = false
        guard let gateway else { return }
        let now = clock.now()
        gateway.rearm(at: now)
        pump(at: now)
    }

    /// Looks at what the venue has open, and tells `ordersReconciled`.
    func reconcile() {
        isReconcileWanted = true
        isCompared = false
        guard let gateway else { return }
        let now = clock.now()
        gateway.compare(at: now)
        pump(at: now)
    }

    /// Pairs are not merged here: that is a transaction of the chain.
    func merge(_ market: MarketID) { tell(.mergeRejected(market)) }

    // MARK: What the market says

    /// Something of the market that orders depend on; before the session hears of it.
    func observe(_ event: EngineEvent) {
        switch event {
        case .marketListed(let definition): list(definition)
        case .tickSizeChanged(let id, let tickSize): setTickSize(tickSize, of: id)
        case .bookReplaced(let snapshot):
            if let tickSize = snapshot.tickSize { setTickSize(tickSize, of: snapshot.market) }
        case .marketResolved(let id, _):
            markets.removeAll { $0.id == id }
            account.unfollow(id)
        default: break
        }
    }

    private func list(_ definition: MarketDefinition) {
        // Markets of an event with several outcomes are not traded (`GammaMarket.definition`).
        guard let market = GatewayMarket(definition, isNegRisk: false) else {
            return log.error("\(definition.slug): its condition or a token is no number")
        }
        if markets.count == OrderGateway.marketsMax { markets.removeFirst() }
        markets.append(market)
        gateway?.list(market)
        account.follow(market, at: clock.now())
    }

    private func setTickSize(_ tickSize: TickSize, of id: MarketID) {
        for index in markets.indices where markets[index].id == id {
            guard markets[index].tickSize != tickSize else { return }
            markets[index].tickSize = tickSize
            gateway?.tickSizeChanged(id, tickSize)
        }
    }
}

@available(*, unavailable)
extension LiveExecution: Sendable {}
