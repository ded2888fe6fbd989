internal import Testing

@testable internal import Trading

/// The audit finds what it is there to find: each case tells it something that did not happen.
@Suite("Session audit") struct SessionAuditTests {
    private static let now = Timestamp(seconds: 1_776_323_400)

    private static func makeSession() -> TradingSession {
        TradingSession(
            engine: Engine(configuration: .init(), parameters: Parameters()),
            venue: .paper(PaperVenue(configuration: .init(), seed: 1)),
            orderPath: OrderPath(isShut: false)
        )
    }

    private static let order = Order(
        id: OrderID(number: 7),
        market: MarketID(index: 0),
        outcome: .yes,
        side: .buy,
        price: Price(raw: 4_800),
        size: Quantity(shares: 10)
    )

    private static func fill(_ trade: UInt64) -> Fill {
        Fill(
            tradeID: trade,
            orderID: order.id,
            market: order.market,
            outcome: order.outcome,
            side: order.side,
            price: order.price,
            size: Quantity(shares: 4),
            fee: .zero,
            isComplete: false
        )
    }

    private static func tick(_ seq: UInt64, _ action: Action = .heartbeat) -> TradingSession.Output
    {
        var tick = Tick()
        tick.seq = seq
        tick.time = now + .milliseconds(Int64(seq))
        tick.action = action
        tick.reason = .noMarket
        return .publish(tick)
    }

    private static let placed = TradingSession.Output.record(
        SessionRecord(time: now, kind: .orderPlaced(order))
    )

    private static func fault(
        _ steps: [(EngineEvent, [TradingSession.Output])],
        decisions: [EngineEvent] = [],
        isPathShut: Bool = false
    ) -> String? {
        let session = makeSession()
        var audit = SessionAudit(session.engine)
        for (event, outputs) in steps {
            audit.check(
                event,
                at: now,
                outputs: outputs,
                decisions: decisions,
                session: session,
                isPathShut: isPathShut
            )
        }
        return audit.fault
    }

    @Test("nothing is wrong with what is right")
    func right() {
        #expect(Self.fault([(.timePassed, [Self.tick(1), Self.tick(2)])]) == nil)
    }

    @Test("money that moved without the engine is missed, and a fill told twice moves it once")
    func money() {
        #expect(
            Self.fault([(.orderFilled(Self.fill(1)), [])]) == "cash is 1000000000, not 998080000"
        )
        let twice = Self.fault([
            (.marketResolved(Self.order.market, winner: .no), []),
            (.orderFilled(Self.fill(1)), []),
            (.orderFilled(Self.fill(1)), []),
        ])
        #expect(twice == "cash is 1000000000, not 998080000")
    }

    @Test("a fill told after the outcome is paid at once")
    func latePayout() {
        let fault = Self.fault([
            (.marketResolved(Self.order.market, winner: .yes), []),
            (.orderFilled(Self.fill(1)), []),
        ])
        #expect(fault == "cash is 1000000000, not 1002080000")
    }

    @Test("a merge of pairs that are not held is noticed")
    func merges() {
        let merged = EngineEvent.pairsMerged(
            Self.order.market,
            pairs: Quantity(shares: 1),
            gas: .zero
        )
        #expect(
            Self.fault([(merged, [])]) == "market 0: 1000000 pairs were merged, fewer were held"
        )
    }

    @Test("an order after a stop is noticed, whether by the event, the tick or the shut path")
    func stops() {
        let sentence = "order 7 was placed after a stop"
        #expect(
            Self.fault([(.emergencyStopped, []), (.timePassed, [Self.placed])]) == sentence
        )
        #expect(Self.fault([(.timePassed, [Self.tick(1, .killSwitch), Self.placed])]) == sentence)
        #expect(Self.fault([(.timePassed, [Self.placed])], isPathShut: true) == sentence)
        #expect(
            Self.fault([(.emergencyStopped, []), (.rearmed, []), (.timePassed, [Self.placed])])
                != sentence
        )
    }

    @Test("a confirmation while an order is open is noticed, after its end it is right")
    func confirmation() {
        let confirmed = [Self.placed, Self.tick(1, .cancelAllConfirmed)]
        #expect(
            Self.fault([(.timePassed, confirmed)])
                == "all cancelled, says tick 1, but order 7 is not"
        )
    }

    @Test("ticks out of turn are noticed")
    func ticks() {
        #expect(Self.fault([(.timePassed, [Self.tick(1), Self.tick(3)])]) == "tick 3 follows 1")
        #expect(Self.fault([(.timePassed, [Self.tick(1), Self.tick(1)])]) == "tick 1 follows 1")
    }

    @Test("more orders than are allowed are noticed")
    func bounds() {
        let outputs = [TradingSession.Output](repeating: Self.placed, count: 13)
        #expect(Self.fault([(.timePassed, outputs)]) == "13 orders are open")
    }
}
