internal import Testing

@testable internal import Trading

/// Pairs of YES and NO, from being held to being cash.
@Suite struct EngineMergingTests {
    /// A script whose market holds so many of each token, bought at 0.49 and 0.48.
    private func holding(
        yes: Int64,
        no: Int64,
        parameters: Parameters = .init()
    ) -> EngineScript {
        var parameters = parameters
        parameters.maxPosition = 500
        var script = EngineScript(parameters: parameters)
        script.send(.marketListed(EngineScript.definition()))
        buy(.yes, yes, price: 4_900, &script)
        buy(.no, no, price: 4_800, &script)
        return script
    }

    /// A fill of an order that the engine does not follow is booked all the same.
    private func buy(
        _ outcome: Outcome,
        _ shares: Int64,
        price: Int64,
        _ script: inout EngineScript
    ) {
        guard shares > 0 else { return }
        let order = Order(
            id: OrderID(number: 900 + script.nextTradeID),
            market: EngineScript.market,
            outcome: outcome,
            side: .buy,
            price: Price(raw: price),
            size: Quantity(shares: shares)
        )
        script.fill(order, shares: shares, complete: true)
    }

    private func asked(_ script: EngineScript) -> [Quantity] {
        script.effects.compactMap {
            if case .mergePairs(_, let pairs) = $0 { pairs } else { nil }
        }
    }

    private func expectIdentity(_ engine: Engine) {
        let portfolio = engine.portfolio
        let profit = engine.totalEquity - portfolio.startingCash
        let unrealised = engine.markets.reduce(Money.zero) {
            $0 + $1.positionValue - $1.position.cost
        }
        #expect(
            profit == portfolio.realised + unrealised - portfolio.fees - portfolio.gas
        )
        #expect(engine.attribution.total == profit)
    }

    @Test("twenty-five pairs are merged at once, fewer are left to the window's end")
    func enough() {
        #expect(asked(holding(yes: 25, no: 30)) == [Quantity(shares: 25)])
        #expect(asked(holding(yes: 24, no: 30)) == [])
        #expect(asked(holding(yes: 40, no: 0)) == [])
    }

    @Test("when the cash does not pay for three orders, the market's least order is enough")
    func shortOfCash() {
        // 1,000 dollars less some 5 do not pay for three orders of 334 shares.
        var parameters = Parameters()
        parameters.orderSize = 334
        #expect(asked(holding(yes: 5, no: 6, parameters: parameters)) == [Quantity(shares: 5)])
        #expect(asked(holding(yes: 4, no: 6, parameters: parameters)) == [])
        parameters.orderSize = 300
        #expect(asked(holding(yes: 5, no: 6, parameters: parameters)) == [])
    }

    @Test("a merge is booked once, to the millionth, and told")
    func booked() throws {
        var script = holding(yes: 30, no: 40)
        let equity = script.engine.totalEquity
        let merged = EngineEvent.pairsMerged(
            EngineScript.market,
            pairs: Quantity(shares: 30),
            gas: Money(raw: 20_000)
        )
        script.send(.timePassed)
        #expect(asked(script) == [])
        expectIdentity(script.engine)
        script.send(merged)
        let position = script.engine.markets[0].position
        #expect(position.yes.shares == .zero && position.no.shares == Quantity(shares: 10))
        // 1,000 - 14.7 - 19.2 + 30 - 0.02
        #expect(script.engine.portfolio.cash == Money(raw: 996_080_000))
        // 30 (1 - 0.49 - 0.48)
        #expect(script.engine.portfolio.realised == Money(raw: 900_000))
        #expect(script.engine.portfolio.gas == Money(raw: 20_000))
        #expect(script.engine.totalEquity == equity - Money(raw: 20_000))
        expectIdentity(script.engine)
        let tick = try #require(script.ticks.last { $0.action == .positionMerged })
        #expect(tick.reason == .merged(pairs: Quantity(shares: 30), gas: Money(raw: 20_000)))
        #expect(tick.totalGasSpent == Money(raw: 20_000))

        let after = script.engine.portfolio
        script.send(merged)
        #expect(script.engine.portfolio == after)
        #expect(script.engine.statistics.eventsUnmatched == 1)
    }

    @Test("an answer of another size, or one that nobody asked for, books nothing")
    func unmatched() {
        for (yes, pairs) in [(Int64(30), Int64(29)), (10, 10), (30, 0), (30, -30)] {
            var script = holding(yes: yes, no: 40)
            let before = script.engine.portfolio
            script.send(
                .pairsMerged(EngineScript.market, pairs: Quantity(shares: pairs), gas: .zero)
            )
            script.send(.pairsMerged(MarketID(index: 99), pairs: Quantity(shares: 30), gas: .zero))
            #expect(script.engine.portfolio == before)
            #expect(script.engine.statistics.eventsUnmatched == 2)
        }
    }

    @Test("a merge that failed frees the pairs, and is tried again a minute later")
    func rejected() {
        var script = holding(yes: 30, no: 40)
        #expect(script.engine.markets[0].sharesOffered(.yes) == Quantity(shares: 30))
        script.send(.mergeRejected(EngineScript.market))
        #expect(script.engine.markets[0].sharesOffered(.yes) == .zero)
        #expect(asked(script) == [])
        script.now = script.now + .milliseconds(59_900)
        script.send(.timePassed)
        #expect(asked(script) == [])
        script.now = script.now + .milliseconds(100)
        script.send(.timePassed)
        #expect(asked(script) == [Quantity(shares: 30)])
        script.send(.mergeRejected(MarketID(index: 99)))
        #expect(script.engine.statistics.eventsUnmatched == 1)
    }

    @Test("a window that is paid out before the answer pays for the pairs, and for them once")
    func resolvedMeanwhile() {
        for winner in Outcome.allCases {
            var script = holding(yes: 30, no: 40)
            script.send(.marketResolved(EngineScript.market, winner: winner))
            let cash = script.engine.portfolio.cash
            script.send(
                .pairsMerged(
                    EngineScript.market,
                    pairs: Quantity(shares: 30),
                    gas: Money(raw: 500)
                )
            )
            #expect(script.engine.portfolio.cash == cash - Money(raw: 500))
            expectIdentity(script.engine)
        }
    }

    @Test("shares on their way into a merge are not offered, nor pairs on offer merged")
    func reserved() throws {
        var script = holding(yes: 30, no: 25)
        script.strike(98_500)
        script.pass(.seconds(20))
        // Five YES are free: an offer of ten buys NO instead of selling them.
        let offer = try #require(script.engine.markets[0].ask.order)
        #expect(offer.size > Quantity(shares: 5) && offer.outcome == .no && offer.side == .buy)

        var selling = holding(yes: 60, no: 0)
        selling.strike(98_500)
        selling.pass(.seconds(20))
        let sale = try #require(selling.engine.markets[0].ask.order)
        #expect(sale.outcome == .yes && sale.side == .sell)
        buy(.no, 60, price: 4_800, &selling)
        #expect(asked(selling) == [Quantity(shares: 60) - sale.size])
    }

    @Test("a session that is stopped, paused or cannot record asks for no merge")
    func notNow() {
        var paused = Parameters()
        paused.isRunning = false
        #expect(asked(holding(yes: 30, no: 30, parameters: paused)) == [])
        for event in [EngineEvent.emergencyStopped, .recordingChanged(isHealthy: false)] {
            var script = holding(yes: 30, no: 10)
            script.send(event)
            buy(.no, 20, price: 4_800, &script)
            #expect(asked(script) == [])
        }
    }

    @Test("on paper a merge takes two seconds, and is recorded")
    func onPaper() throws {
        var session = TradingSession(
            engine: Engine(configuration: .init(), parameters: Parameters()),
            venue: .paper(PaperVenue(configuration: .init(), seed: 1)),
            orderPath: OrderPath(isShut: false)
        )
        var outputs: [TradingSession.Output] = []
        let start = EngineScript.windowStart
        session.handle(.marketListed(EngineScript.definition()), at: start, into: &outputs)
        for (number, outcome) in [(UInt64(1), Outcome.yes), (2, .no)] {
            let fill = Fill(
                tradeID: number,
                orderID: OrderID(number: 900 + number),
                market: EngineScript.market,
                outcome: outcome,
                side: .buy,
                price: Price(raw: 4_900),
                size: Quantity(shares: 25),
                fee: .zero,
                isComplete: true
            )
            session.handle(.orderFilled(fill), at: start, into: &outputs)
        }
        outputs.removeAll()
        session.advance(to: start + .milliseconds(2_004), into: &outputs)
        #expect(session.engine.portfolio.cash == Money(raw: 975_500_000))
        session.advance(to: start + .milliseconds(2_005), into: &outputs)
        #expect(session.engine.portfolio.cash == Money(raw: 1_000_500_000))
        let records = outputs.compactMap { output -> SessionRecord? in
            if case .record(let record) = output { record } else { nil }
        }
        let merged = SessionRecord(
            time: start + .milliseconds(2_005),
            kind: .pairsMerged(EngineScript.market, pairs: Quantity(shares: 25), gas: .zero)
        )
        #expect(records.filter { $0.kind == merged.kind } == [merged])
    }
}
