internal import TestSupport
internal import Testing

@testable internal import Trading

/// Engine, paper venue and simulated market together, with an operator who changes his mind.
@Suite("Simulation") struct SimulationTests {
    /// One run: a session, its market, and what it said.
    private struct Run {
        let seed: UInt64
        var session: TradingSession
        var market: MarketSimulator
        let orderPath = OrderPath(isShut: false)
        var random: SplitMix64
        var outputs: [TradingSession.Output] = []
        var lastTick: Tick?
        var ticks = 0
        var quoted = 0
        var ordersAfterStop = 0
        var ordersPlaced: Int64 = 0
        /// Of the last event, in nanoseconds.
        var now: Int64 = 0
        var isStopped = false
        /// What the session was told to be able to lose at most, now and in the recent past.
        var limits: [Int64] = [50]

        init(seed: UInt64) {
            self.seed = seed
            random = SplitMix64(seed: seed)
            let start = Timestamp(seconds: 1_776_323_400 + Int64(seed % 240))
            market = MarketSimulator(seed: seed, start: start)
            session = TradingSession(
                engine: Engine(configuration: .init(), parameters: Parameters()),
                venue: .paper(PaperVenue(configuration: .init(), seed: seed)),
                orderPath: orderPath
            )
        }

        mutating func step(until end: Timestamp) -> Bool {
            guard let (time, event) = market.next(upTo: end) else { return false }
            session.handle(event, at: time, into: &outputs)
            now = time.nanoseconds
            takeOutputs()
            check()
            checkDelta()
            return true
        }

        mutating func control(_ event: EngineEvent, at now: Timestamp) {
            session.handle(event, at: now, into: &outputs)
            takeOutputs()
            check()
        }

        mutating func takeOutputs() {
            for output in outputs {
                switch output {
                case .publish(let tick): take(tick)
                case .record(let record):
                    if case .orderPlaced = record.kind, isStopped { ordersAfterStop += 1 }
                case .reportParameters, .killTripped, .finishShutdown, .place, .cancel,
                    .cancelAll, .reconcileOrders, .mergePairs, .requestSnapshot:
                    break
                }
            }
            outputs.removeAll(keepingCapacity: true)
        }

        mutating func take(_ tick: Tick) {
            if let last = lastTick {
                #expect(tick.seq == last.seq + 1, "seed \(seed)")
                #expect(tick.time > last.time, "seed \(seed)")
            }
            let isQuoted = tick.ownBid != nil || tick.ownAsk != nil
            if isQuoted { quoted += 1 }
            // Never silently idle: a refresh without an order on the book says why, or an order is
            // on its way.
            if tick.action == .heartbeat && !isQuoted && tick.reason == .none {
                let isUnderWay = session.engine.markets.contains { !$0.hasNoOrders }
                let isPaced = session.engine.markets.contains {
                    !$0.requote.mayPlace(.buy, at: tick.time)
                        || !$0.requote.mayPlace(.sell, at: tick.time)
                }
                #expect(isUnderWay || isPaced, "seed \(seed), tick \(tick.seq) says nothing")
            }
            lastTick = tick
            ticks += 1
        }

        /// A new order leaves no more at stake on its side, over all windows, than is allowed.
        mutating func checkDelta() {
            let engine = session.engine
            guard engine.statistics.ordersPlaced > ordersPlaced, let reference = engine.reference
            else { return }
            ordersPlaced = engine.statistics.ordersPlaced
            var held = 0.0
            var bids = 0.0
            var asks = 0.0
            var newest: Order?
            for market in engine.markets where market.definition.windowEnd.nanoseconds > now {
                let sensitivity = market.valuation?.sensitivity ?? 0
                held += market.position.inventory.shares * sensitivity
                bids += market.bid.exposure.shares * sensitivity
                asks += market.ask.exposure.shares * sensitivity
                for case let order? in [market.bid.order, market.ask.order]
                where order.id.number > newest?.id.number ?? 0 { newest = order }
            }
            guard let newest else { return }
            let atStake = newest.bookSide == .buy ? held + bids : asks - held
            #expect(atStake * reference.dollars * 0.001 <= 5 + 1e-6, "seed \(seed)")
        }

        /// What must hold after every event.
        func check() {
            let engine = session.engine
            let event = engine.statistics.events
            let limit = Quantity(shares: limits.max() ?? 0)
            var value = Money.zero
            var cost = Money.zero
            for market in engine.markets {
                let inventory = market.position.inventory
                #expect(inventory + market.bid.exposure <= limit, "seed \(seed), event \(event)")
                #expect(-(inventory - market.ask.exposure) <= limit, "seed \(seed), event \(event)")
                if let bid = market.bid.order?.bookPrice, let ask = market.ask.order?.bookPrice {
                    #expect(bid < ask, "seed \(seed), event \(event)")
                }
                value += market.positionValue
                cost += market.position.cost
            }
            let portfolio = engine.portfolio
            #expect(
                engine.totalEquity - portfolio.startingCash
                    == portfolio.realised + (value - cost) - portfolio.fees - portfolio.gas,
                "seed \(seed), event \(event)"
            )
            #expect(
                engine.attribution.total == engine.totalEquity - portfolio.startingCash,
                "seed \(seed), event \(event)"
            )
            #expect(engine.buyingPower >= .zero, "seed \(seed), event \(event)")
        }
    }

    @Test("whatever the market does and the operator asks for, the promises hold")
    func promises() {
        var quoted = 0
        var fills: Int64 = 0
        for seed in UInt64(1)...18 {
            var run = Run(seed: seed)
            var now = run.market.nextDue
            for _ in 0..<24 {
                now = now + .seconds(Int64.random(in: 1...20, using: &run.random))
                while run.step(until: now) {}
                act(&run, at: now)
            }
            quoted += run.quoted
            fills += run.session.engine.statistics.fills
            #expect(run.ordersAfterStop == 0, "seed \(seed)")
        }
        // The test would be empty if nothing had traded.
        #expect(quoted > 1_000)
        #expect(fills > 10)
    }

    private func act(_ run: inout Run, at now: Timestamp) {
        var patch = ParameterPatch()
        switch Int.random(in: 0..<10, using: &run.random) {
        case 0:
            run.orderPath.shut()
            run.isStopped = true
            run.control(.emergencyStopped, at: now)
        case 1...2 where run.isStopped:
            run.isStopped = false
            run.orderPath.open()
            run.control(.rearmed, at: now)
            patch.isRunning = true
            run.control(.parametersPatched(patch, control: 1), at: now)
        case 1: patch.isRunning = false
        case 2...4: patch.isRunning = true
        case 5:
            patch.maxPosition = Int64.random(in: 0...120, using: &run.random)
            run.limits.append(patch.maxPosition ?? 0)
        case 6: patch.orderSize = Int64.random(in: 1...60, using: &run.random)
        case 7: patch.spreadOffset = Double.random(in: 0...0.05, using: &run.random)
        case 8: patch.minLiquidity = Double.random(in: 0...15_000, using: &run.random)
        default: break
        }
        if !patch.isEmpty { run.control(.parametersPatched(patch, control: 2), at: now) }
    }

    @Test("the same seed gives the same hash, another seed another")
    func deterministic() {
        func hash(_ seed: UInt64) -> StateHash {
            var run = Run(seed: seed)
            let end = run.market.nextDue + .seconds(90)
            while run.step(until: end) {}
            return run.session.engine.stateHash
        }
        #expect(hash(5) == hash(5))
        #expect(hash(5) != hash(6))
    }

    @Test("a default session quotes most of a window, and the order path shuts it at once")
    func defaultSession() {
        var run = Run(seed: 42)
        let start = run.market.nextDue
        while run.step(until: start + .seconds(150)) {}
        #expect(run.quoted * 10 > run.ticks * 5)
        // The stop is pressed on another thread; the engine has not heard of it yet.
        run.orderPath.shut()
        run.isStopped = true
        while run.step(until: start + .seconds(153)) {}
        #expect(run.ordersAfterStop == 0)
    }
}
