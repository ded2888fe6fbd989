/// A second set of books, kept in the plainest way from what a session was told and did, and compared
/// with the engine's after every event. What it claims:
///
/// * *Money.* Cash and shares are what the fills and payouts make them; equity is the starting cash
///   plus realised and unrealised profit less fees and gas, and the attribution adds up to it.
/// * *Exposure.* The open orders are those that the engine follows, with the same size left. With all
///   of them filled on one side, the position is within `max_position` as it was when the last of
///   them was placed; what the venue really holds and has filled is no more than the engine counts.
/// * *Stop.* Nothing is placed once a stop has been told, or the order path is shut, until a rearm;
///   when `CANCEL_ALL_CONFIRMED` is told, the venue holds nothing.
/// * *Quotes.* The bid is below the offer, and neither stands at or through the opposite touch as the
///   engine knows it, unless its cancel is on the way.
/// * *Reasons.* A market in its window without an order has a reason, in the engine's state and in
///   every tick.
/// * *Ticks.* Their numbers follow each other, their times increase.
/// * *Bounds.* Open orders are within the limits, and what may be spent is not negative.
struct SessionAudit {
    /// Of one market, in raw quantities.
    struct Account {
        let market: MarketID
        var yes: Int64 = 0
        var no: Int64 = 0
        var winner: Outcome?
        /// Position with everything on one side filled, after the last event; the offer's negated.
        var worstBid: Int64 = 0
        var worstAsk: Int64 = 0

        var inventory: Int64 { yes - no }

        mutating func book(_ fill: Fill) {
            let signed = fill.side == .buy ? fill.size.raw : -fill.size.raw
            switch fill.outcome {
            case .yes: yes += signed
            case .no: no += signed
            }
        }
    }

    struct OpenOrder {
        let order: Order
        var remaining: Int64
    }

    /// By what was told.
    private(set) var accounts: [Account] = []
    private(set) var open: [OpenOrder] = []
    private var cash: Int64
    private var tradesTold: Set<UInt64> = []
    /// By what the venue decided, told or not.
    private(set) var realAccounts: [Account] = []
    private(set) var realOpen: [OpenOrder] = []

    /// A stop has been told, and no rearm since.
    private var isStopped = false
    private var lastSeq: UInt64?
    private var lastTick = Timestamp(nanoseconds: 0)
    private var ordersRefused: Int64 = 0
    private var ordersDenied: Int64 = 0
    /// A tick of this event without a quote or a reason.
    private var unexplained: UInt64?
    /// After the last event: an order is not placed because the last one on its side was placed,
    /// pulled or refused a moment ago.
    private var mayBePaced = true
    /// The first thing that was wrong.
    private(set) var fault: String?

    init(_ engine: Engine) {
        cash = engine.portfolio.startingCash.raw
        if engine.seq > 0 { lastSeq = engine.seq }
    }

    /// Takes down one event and what came of it, and compares.
    /// - Parameter isPathShut: as it was when the event was handled.
    mutating func check(
        _ event: EngineEvent,
        at now: Timestamp,
        outputs: [TradingSession.Output],
        decisions: [EngineEvent],
        session: borrowing TradingSession,
        isPathShut: Bool
    ) {
        hear(event)
        for decision in decisions { decide(decision) }
        for output in outputs { note(output, isPathShut) }
        checkRefusals(session)
        checkMoney(session.engine)
        checkMarkets(session.engine, at: now)
        checkBounds(session.engine)
        ordersDenied = session.engine.statistics.ordersDenied
    }

    /// The first is kept: what comes after it mostly follows from it.
    private mutating func blame(_ sentence: String) {
        if fault == nil { fault = sentence }
    }

    // MARK: What was told

    private mutating func hear(_ event: EngineEvent) {
        switch event {
        case .orderRejected(let id, _), .orderCancelled(let id, _), .cancelRejected(let id):
            open.removeAll { $0.order.id == id }
        case .orderFilled(let fill): book(fill)
        case .marketResolved(let id, let winner): resolve(id, winner)
        case .pairsMerged(let id, let pairs, let gas): merge(id, pairs, gas)
        case .emergencyStopped: isStopped = true
        case .rearmed: isStopped = false
        default: break
        }
    }

    private mutating func book(_ fill: Fill) {
        guard tradesTold.insert(fill.tradeID).inserted else { return }
        let (worth, rest) = fill.size.raw.multipliedReportingOverflow(by: fill.price.raw)
        if rest || worth % 10_000 != 0 { blame("\(fill) is not worth whole millionths") }
        cash += fill.side == .buy ? -(worth / 10_000) : worth / 10_000
        cash -= fill.fee.raw
        let index = Self.account(of: fill.market, in: &accounts)
        accounts[index].book(fill)
        // What is bought late is paid at once, what was sold before is paid back.
        if accounts[index].winner == fill.outcome {
            cash += fill.side == .buy ? fill.size.raw : -fill.size.raw
        }
        Self.take(fill, from: &open)
    }

    private mutating func resolve(_ id: MarketID, _ winner: Outcome) {
        let index = Self.account(of: id, in: &accounts)
        guard accounts[index].winner == nil else { return }
        accounts[index].winner = winner
        cash += winner == .yes ? accounts[index].yes : accounts[index].no
    }

    /// Pairs become a dollar each; those of a market that was paid out have been paid with it.
    private mutating func merge(_ id: MarketID, _ pairs: Quantity, _ gas: Money) {
        let index = Self.account(of: id, in: &accounts)
        cash -= gas.raw
        guard accounts[index].winner == nil else { return }
        accounts[index].yes -= pairs.raw
        accounts[index].no -= pairs.raw
        cash += pairs.raw
        if accounts[index].yes < 0 || accounts[index].no < 0 {
            blame("market \(id.index): \(pairs.raw) pairs were merged, fewer were held")
        }
    }

    /// What the venue has decided.
    private mutating func decide(_ event: EngineEvent) {
        switch event {
        case .orderRejected(let id, _), .orderCancelled(let id, _), .cancelRejected(let id):
            realOpen.removeAll { $0.order.id == id }
        case .orderFilled(let fill):
            let index = Self.account(of: fill.market, in: &realAccounts)
            realAccounts[index].book(fill)
            Self.take(fill, from: &realOpen)
        default: break
        }
    }

    private static func account(of id: MarketID, in accounts: inout [Account]) -> Int {
        for index in accounts.indices where accounts[index].market == id { return index }
        accounts.append(Account(market: id))
        return accounts.count - 1
    }

    private static func take(_ fill: Fill, from open: inout [OpenOrder]) {
        for index in open.indices where open[index].order.id == fill.orderID {
            open[index].remaining -= fill.size.raw
            if open[index].remaining <= 0 || fill.isComplete { open.remove(at: index) }
            return
        }
    }

    // MARK: What was done

    private mutating func note(_ output: TradingSession.Output, _ isPathShut: Bool) {
        switch output {
        case .record(let record):
            guard case .orderPlaced(let order) = record.kind else { return }
            if isStopped || isPathShut { blame("order \(order.id.number) was placed after a stop") }
            open.append(OpenOrder(order: order, remaining: order.size.raw))
            realOpen.append(OpenOrder(order: order, remaining: order.size.raw))
        case .publish(let tick): note(tick)
        case .killTripped: isStopped = true
        // A simulated market shows its book when it does.
        case .reportParameters, .finishShutdown, .requestSnapshot: return
        case .place, .cancel, .cancelAll, .reconcileOrders, .mergePairs:
            blame("a paper session asked a venue outside: \(output)")
        }
    }

    private mutating func note(_ tick: Tick) {
        if let lastSeq, tick.seq != lastSeq + 1 { blame("tick \(tick.seq) follows \(lastSeq)") }
        if tick.time <= lastTick { blame("tick \(tick.seq) is not later than the one before") }
        lastSeq = tick.seq
        lastTick = tick.time
        if tick.action == .killSwitch { isStopped = true }
        if tick.action == .cancelAllConfirmed, let first = realOpen.first {
            blame("all cancelled, says tick \(tick.seq), but order \(first.order.id.number) is not")
        }
        let isIdle = tick.ownBid == nil && tick.ownAsk == nil && open.isEmpty
        let mustExplain = tick.action == .heartbeat && tick.timeToExpiry != nil
        if mustExplain && isIdle && tick.reason == .none { unexplained = tick.seq }
    }

    private mutating func checkRefusals(_ session: borrowing TradingSession) {
        // Between the stop and the engine's hearing of it, orders are refused by the path.
        if session.ordersRefused != ordersRefused && isStopped {
            blame("an order was wanted after a stop")
        }
        ordersRefused = session.ordersRefused
    }

    // MARK: Comparisons

    private mutating func checkMoney(_ engine: borrowing Engine) {
        let portfolio = engine.portfolio
        if portfolio.cash.raw != cash { blame("cash is \(portfolio.cash.raw), not \(cash)") }
        var unrealised = Money.zero
        for index in engine.markets.indices {
            unrealised +=
                engine.markets[index].positionValue - engine.markets[index].position.cost
        }
        let profit = engine.totalEquity - portfolio.startingCash
        if profit != portfolio.realised + unrealised - portfolio.fees - portfolio.gas {
            blame("equity is not what was realised and what is held")
        }
        if engine.attribution.total != profit { blame("the attribution is not the profit") }
    }

    private mutating func checkBounds(_ engine: borrowing Engine) {
        let limits = engine.configuration.limits
        if realOpen.count > limits.openOrdersMax { blame("\(realOpen.count) orders are open") }
        if engine.buyingPower < .zero { blame("buying power is \(engine.buyingPower.raw)") }
    }

    private mutating func checkMarkets(_ engine: borrowing Engine, at now: Timestamp) {
        let wasPaced = mayBePaced
        mayBePaced = false
        for index in engine.markets.indices {
            checkOrders(engine.markets[index])
            checkExposure(engine.markets[index], engine.parameters.maxPosition)
            checkQuotes(engine.markets[index])
            checkReason(engine, index, at: now)
        }
        if let unexplained, !mayBePaced && !wasPaced {
            blame("tick \(unexplained) has no quote and no reason")
        }
        unexplained = nil
    }

    /// The engine follows the orders that are open, and holds what was bought.
    private mutating func checkOrders(_ market: borrowing MarketState) {
        let id = market.definition.id
        for side in Side.allCases {
            let slot = side == .buy ? market.bid : market.ask
            let own = open.filter { $0.order.market == id && $0.order.bookSide == side }
            if own.count > 1 { blame("two orders on one side of market \(id.index)") }
            if own.first?.order != slot.order || own.first?.remaining ?? 0 != slot.exposure.raw {
                blame(
                    "market \(id.index) has order \(slot.order?.id.number ?? 0) with "
                        + "\(slot.exposure.raw) left where \(own.first?.order.id.number ?? 0) has "
                        + "\(own.first?.remaining ?? 0)"
                )
            }
        }
        let place = Self.account(of: id, in: &accounts)
        let account = accounts[place]
        let isPaid = account.winner != nil
        if market.position.yes.shares.raw != (isPaid ? 0 : account.yes)
            || market.position.no.shares.raw != (isPaid ? 0 : account.no)
        {
            blame("market \(id.index) holds \(market.position), not \(account)")
        }
    }

    /// Of one side, in raw shares: a bid adds to the position, an offer takes from it.
    private static func left(_ orders: [OpenOrder], _ id: MarketID, _ side: Side) -> Int64 {
        var sum: Int64 = 0
        for own in orders where own.order.market == id && own.order.bookSide == side {
            sum += own.remaining
        }
        return sum
    }

    /// The worst case grows only by placing an order, and then to `max_position` at most.
    private mutating func checkExposure(_ market: borrowing MarketState, _ maxPosition: Int64) {
        let id = market.definition.id
        let index = Self.account(of: id, in: &accounts)
        let inventory = accounts[index].inventory
        let worstBid = inventory + Self.left(open, id, .buy)
        let worstAsk = -(inventory - Self.left(open, id, .sell))
        let limit = Quantity(shares: maxPosition).raw
        if worstBid > max(accounts[index].worstBid, limit, 0) {
            blame("market \(id.index) may hold \(worstBid) with \(limit) allowed")
        }
        if worstAsk > max(accounts[index].worstAsk, limit, 0) {
            blame("market \(id.index) may hold -\(worstAsk) with \(limit) allowed")
        }
        accounts[index].worstBid = worstBid
        accounts[index].worstAsk = worstAsk

        let place = Self.account(of: id, in: &realAccounts)
        let real = realAccounts[place].inventory
        if real + Self.left(realOpen, id, .buy) > worstBid
            || -(real - Self.left(realOpen, id, .sell)) > worstAsk
        {
            blame("the venue holds more of market \(id.index) than the engine counts")
        }
    }

    private mutating func checkQuotes(_ market: borrowing MarketState) {
        let id = market.definition.id.index
        if let bid = market.bid.order?.bookPrice, let ask = market.ask.order?.bookPrice, bid >= ask
        {
            blame("market \(id): bid \(bid.raw) and offer \(ask.raw) cross")
        }
        guard market.winner == nil else { return }
        if let bid = market.bid.standingPrice, let touch = market.book.bestAsk?.price, bid >= touch
        {
            blame("market \(id): bid \(bid.raw) stands at the offer \(touch.raw)")
        }
        if let ask = market.ask.standingPrice, let touch = market.book.bestBid?.price, ask <= touch
        {
            blame("market \(id): offer \(ask.raw) stands at the bid \(touch.raw)")
        }
    }

    private mutating func checkReason(
        _ engine: borrowing Engine,
        _ index: Int,
        at now: Timestamp
    ) {
        let market = engine.markets[index]
        guard market.winner == nil, market.hasNoOrders, index == engine.current else { return }
        let isPaced =
            !market.requote.mayPlace(.buy, at: now) || !market.requote.mayPlace(.sell, at: now)
            || engine.statistics.ordersDenied != ordersDenied
        if isPaced { mayBePaced = true }
        let phase = market.definition.phase(at: now)
        guard phase != .ahead && phase != .settling else { return }
        let isHeldDown =
            engine.isKilled || !engine.parameters.isRunning || engine.isStopping
        if market.skip == nil && !isHeldDown && !isPaced {
            blame("market \(market.definition.id.index) has no order and no reason")
        }
    }
}

extension QuoteSlot {
    /// The price of an order that stands or will, in YES terms; `nil` once its cancel is on the way.
    fileprivate var standingPrice: Price? {
        switch self {
        case .placing(let order, _, _), .resting(let order, _):
            order.kind == .quote ? order.bookPrice : nil
        case .empty, .cancelling: nil
        }
    }
}
