internal import Testing

@testable internal import Trading

/// Drives an engine by hand: a market, a book, a reference price, seconds that pass.
struct EngineScript {
    static let windowStart = Timestamp(seconds: 1_776_323_400)
    static let market = MarketID(index: 1)

    var engine: Engine
    var now: Timestamp
    /// Everything the last call asked for.
    var effects: [EngineEffect] = []
    /// Every tick so far.
    var ticks: [Tick] = []
    /// Orders sent and not yet known to have ended.
    var open: [Order] = []
    /// Every order ever sent, and when.
    var sent: [Order] = []
    var sentAt: [Timestamp] = []
    /// Limits that stopped the session.
    var trips: [RiskCause] = []
    var nextTradeID: UInt64 = 1

    /// - Parameter deltaLossMax: dollars; the price of a script hardly moves, so that its sensitivity
    ///   is great and the usual limit would rule everything else.
    init(
        hasReference: Bool = true,
        isKilled: Bool = false,
        parameters: Parameters = .init(),
        limits: RuntimeLimits = .init(),
        deltaLossMax: Int64 = 1_000,
        isVenueOutside: Bool = false,
        exitsBeforeEnd: Bool = false
    ) {
        var configuration = Engine.Configuration()
        configuration.isVenueOutside = isVenueOutside
        configuration.hasReference = hasReference
        configuration.runtimeLimits = limits
        configuration.exitsBeforeEnd = exitsBeforeEnd
        configuration.limits.deltaLossMax = Money(dollars: deltaLossMax)
        engine = Engine(
            configuration: configuration,
            parameters: parameters,
            isKilled: isKilled
        )
        now = Self.windowStart
    }

    static func definition(
        id: MarketID = market,
        start: Timestamp = windowStart,
        settlement: SettlementFamily = .spotSnapshot
    ) -> MarketDefinition {
        MarketDefinition(
            id: id,
            slug: InlineText("btc-updown-5m-test") ?? InlineText(),
            conditionID: InlineText("0xabc") ?? InlineText(),
            yesToken: InlineText("1234567890") ?? InlineText(),
            noToken: InlineText(),
            windowStart: start,
            windowEnd: start + .seconds(300),
            tickSize: .hundredth,
            orderSizeMin: Quantity(shares: 5),
            takerFeeRate: 0.07,
            settlement: settlement
        )
    }

    mutating func send(_ event: EngineEvent) {
        effects.removeAll()
        engine.handle(event, at: now, into: &effects)
        for effect in effects {
            switch effect {
            case .publish(let tick): ticks.append(tick)
            case .placeOrder(let approved):
                open.append(approved.order)
                sent.append(approved.order)
                sentAt.append(now)
            case .killTripped(let cause): trips.append(cause)
            case .cancelOrder, .cancelAllOrders, .mergePairs, .reportParameters, .finishShutdown,
                .reconcileOrders, .cashAdopted, .sharesAdopted, .requestSnapshot:
                break
            }
        }
    }

    /// Lets time pass in steps of 100 ms, with a fresh reference price and a fresh book each time.
    mutating func pass(_ duration: Duration, reference: Int64? = 98_500, bid: Int64? = 50) {
        var left = duration.nanoseconds
        while left > 0 {
            let step = min(left, 100_000_000)
            left -= step
            now = now + Duration(nanoseconds: step)
            if let reference { refer(reference) }
            if let bid { book(bid: bid, ask: bid + 1) }
            send(.timePassed)
        }
    }

    mutating func refer(_ dollars: Int64) {
        send(
            .referenceChanged(ReferencePrice(raw: dollars * 100_000_000), venueTime: now)
        )
    }

    mutating func strike(_ dollars: Int64, of market: MarketID = market) {
        let price = ReferencePrice(raw: dollars * 100_000_000)
        send(.strikeObserved(market, price, .settlementFeed))
    }

    /// A book in cents with `shares` on each of ten levels a side.
    mutating func book(
        bid: Int64,
        ask: Int64,
        shares: Int64 = 10_000,
        market: MarketID = market
    ) {
        var bids: [PriceLevel] = []
        var asks: [PriceLevel] = []
        for offset in 0..<10 {
            let size = Quantity(shares: shares)
            if bid - Int64(offset) > 0 {
                bids.append(
                    PriceLevel(price: Price(raw: (bid - Int64(offset)) * 100), size: size)
                )
            }
            if ask + Int64(offset) < 100 {
                asks.append(
                    PriceLevel(price: Price(raw: (ask + Int64(offset)) * 100), size: size)
                )
            }
        }
        send(
            .bookReplaced(
                BookSnapshot(
                    market: market,
                    bids: bids,
                    asks: asks,
                    tickSize: nil,
                    venueTime: now - .milliseconds(20)
                )
            )
        )
    }

    /// A listed market, a warm estimator, and quotes accepted on both sides.
    static func quoting(
        parameters: Parameters = .init(),
        limits: RuntimeLimits = .init(),
        deltaLossMax: Int64 = 1_000,
        exitsBeforeEnd: Bool = false
    ) -> EngineScript {
        var script = EngineScript(
            parameters: parameters,
            limits: limits,
            deltaLossMax: deltaLossMax,
            exitsBeforeEnd: exitsBeforeEnd
        )
        script.send(.marketListed(definition()))
        script.strike(98_500)
        script.pass(.seconds(20))
        script.acceptAll()
        return script
    }

    mutating func acceptAll() {
        for order in open { send(.orderAccepted(order.id)) }
    }

    mutating func fill(_ order: Order, shares: Int64, complete: Bool, fee: Money = .zero) {
        send(
            .orderFilled(
                Fill(
                    tradeID: nextTradeID,
                    orderID: order.id,
                    market: order.market,
                    outcome: order.outcome,
                    side: order.side,
                    price: order.price,
                    size: Quantity(shares: shares),
                    fee: fee,
                    isComplete: complete
                )
            )
        )
        nextTradeID += 1
        if complete { open.removeAll { $0.id == order.id } }
    }

    /// Answers every cancel asked for by the last call.
    mutating func confirmCancels() {
        let asked = effects
        for effect in asked {
            switch effect {
            case .cancelOrder(let id):
                open.removeAll { $0.id == id }
                send(.orderCancelled(id, .requested))
            case .cancelAllOrders:
                let all = open
                open.removeAll()
                for order in all { send(.orderCancelled(order.id, .requested)) }
            case .placeOrder, .killTripped, .mergePairs, .publish, .reportParameters,
                .finishShutdown, .reconcileOrders, .cashAdopted, .sharesAdopted, .requestSnapshot:
                break
            }
        }
    }

    /// Answers the cancel of every order whose cancel is on its way.
    mutating func answerCancels() {
        for order in open where engine.isCancelling(order.id) {
            open.removeAll { $0.id == order.id }
            send(.orderCancelled(order.id, .requested))
        }
    }

    /// Whatever stands ends, as if the venue had cancelled it.
    mutating func dropOrders() {
        let all = open
        open.removeAll()
        for order in all { send(.orderCancelled(order.id, .requested)) }
    }

    /// Books a fill of an order that the engine no longer follows.
    mutating func fillStray(of market: MarketID, price cents: Int64, shares: Int64) {
        let order = Order(
            id: OrderID(number: 1_000_000 + nextTradeID),
            market: market,
            outcome: .yes,
            side: .buy,
            price: Price(raw: cents * 100),
            size: Quantity(shares: shares)
        )
        fill(order, shares: shares, complete: true)
    }

    func placedSince(_ time: Timestamp) -> [Order] {
        zip(sent, sentAt).filter { $0.1 > time }.map(\.0)
    }

    func order(_ side: Side) -> Order? { open.last { $0.bookSide == side } }
    var actions: [Action] { ticks.map(\.action) }
    var placed: [Order] {
        effects.compactMap {
            if case .placeOrder(let approved) = $0 { approved.order } else { nil }
        }
    }
}

extension Engine {
    func isCancelling(_ id: OrderID) -> Bool {
        guard let (market, side) = markets.find(id) else { return false }
        if case .cancelling = markets.slot(market, side) { return true }
        return false
    }
}
