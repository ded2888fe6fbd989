internal import TestSupport
internal import Testing

@testable internal import Trading

/// An engine whose reference is another feed than the one that settles.
@Suite struct EngineBasisTests {
    private static let windowStart = TwoFeeds.at(300)
    private static let windowEnd = TwoFeeds.at(600)
    private static let market = MarketID(index: 1)

    /// Both feeds into an engine, up to `second`, without any book: the value is the model's alone.
    private func played(
        _ feeds: TwoFeeds,
        settlement: SettlementFamily,
        until second: Int,
        tellsFeed: Bool = true,
        strike: Double? = nil
    ) -> Engine {
        var configuration = Engine.Configuration()
        configuration.isReferenceSettling = false
        var engine = Engine(configuration: configuration, parameters: Parameters())
        var effects: [EngineEffect] = []
        var definition = EngineScript.definition(
            id: Self.market,
            start: Self.windowStart,
            settlement: settlement
        )
        definition.windowEnd = Self.windowEnd
        engine.handle(.marketListed(definition), at: TwoFeeds.start, into: &effects)
        var isStrikeDue = strike != nil
        feeds.play(until: TwoFeeds.at(second)) { price, now in
            engine.handle(.referenceChanged(price, venueTime: now), at: now, into: &effects)
            if let strike, isStrikeDue, now >= Self.windowStart + .seconds(2) {
                isStrikeDue = false
                let price = ReferencePrice(raw: Int64((strike * 1e8).rounded()))
                engine.handle(
                    .strikeObserved(Self.market, price, .site),
                    at: now,
                    into: &effects
                )
            }
            effects.removeAll()
        } settlement: { price, stamp, now in
            guard tellsFeed else { return }
            engine.handle(
                .settlementObserved(price, averaged: feeds.averaged, venueTime: stamp),
                at: now,
                into: &effects
            )
        }
        return engine
    }

    /// The model's value by the book, from numbers that were worked out the long way.
    private func oracle(
        _ engine: Engine,
        spot: Double,
        strike: Double,
        at second: Int,
        averaged: Int,
        lag: Int,
        mean: Double?,
        deviation: Double
    ) throws -> FairValue.Estimate {
        let remaining = Double(600 - second)
        var input = FairValue.Input(
            spot: spot,
            strike: strike,
            volatility: engine.volatility.forecast(remaining: remaining),
            volState: engine.volatility.state,
            windowSeconds: 300,
            secondsToEnd: remaining,
            averaged: averaged
        )
        input.lag = Double(lag)
        input.elapsedMean = mean
        input.basisDeviation = deviation
        return try #require(FairValue.standard.estimate(input))
    }

    @Test("means of the settlement feed: the strike is the one stamped with the start")
    func tracked() throws {
        for seed in UInt64(1)...4 {
            let feeds = TwoFeeds(
                seed: seed,
                seconds: 610,
                lag: 2,
                averaged: 60,
                basis: 24,
                noise: 0,
                missing: 0
            )
            let strike = try #require(feeds.prints.first { $0.second == 300 }).price
            for second in [310, 450, 537, 545, 580, 597] {
                let engine = played(feeds, settlement: .chainlinkTWAP(seconds: 60), until: second)
                let known = try #require(engine.markets[0].strike.strike)
                #expect(known == Strike(price: strike, source: .settlementFeed))
                // Seconds of the closing average that our own feed has lived through.
                let elapsed = (539...598).filter { $0 <= second }
                let mean = elapsed.reduce(0.0) { $0 + feeds.own($1) } / Double(elapsed.count) + 24
                let expected = try oracle(
                    engine,
                    spot: feeds.own(second) + 24,
                    strike: strike.dollars,
                    at: second,
                    averaged: 60,
                    lag: 2,
                    mean: elapsed.isEmpty ? nil : mean,
                    deviation: 0.5e-4 * feeds.own(second)
                )
                let valuation = try #require(engine.markets[0].valuation)
                #expect(abs(valuation.fair - expected.probability) < 2e-3, "\(seed), \(second)")
                #expect(abs(valuation.uncertainty - expected.uncertainty) < 1e-3)
            }
        }
    }

    @Test("without the settlement feed the ratio at the start converts, and a strike is enough")
    func ratio() throws {
        for seed in UInt64(1)...4 {
            let feeds = TwoFeeds(seed: seed, seconds: 610, lag: 2, averaged: 60, basis: 24)
            let own = (239...298).reduce(0.0) { $0 + feeds.own($1) } / 60
            let strike = own + 24
            let engine = played(
                feeds,
                settlement: .chainlinkTWAP(seconds: 60),
                until: 450,
                tellsFeed: false,
                strike: strike
            )
            let spot = feeds.own(450) * strike / own
            let expected = try oracle(
                engine,
                spot: spot,
                strike: strike,
                at: 450,
                averaged: 60,
                lag: 2,
                mean: nil,
                deviation: 0.5e-4 * strike
            )
            let valuation = try #require(engine.markets[0].valuation)
            #expect(abs(valuation.fair - expected.probability) < 1e-6, "seed \(seed)")
            #expect(engine.settlementFeedAge(TwoFeeds.at(450)) == nil)
        }
    }

    @Test("a window joined on the way is not valued until the feed has been heard")
    func unknownUnits() throws {
        let feeds = TwoFeeds(seed: 2, seconds: 480, lag: 1, averaged: 0, basis: 24)
        var configuration = Engine.Configuration()
        configuration.isReferenceSettling = false
        var engine = Engine(configuration: configuration, parameters: Parameters())
        var effects: [EngineEffect] = []
        var definition = EngineScript.definition(
            id: Self.market,
            start: TwoFeeds.at(-100),
            settlement: .spotSnapshot
        )
        definition.windowEnd = TwoFeeds.at(500)
        engine.handle(.marketListed(definition), at: TwoFeeds.start, into: &effects)
        engine.handle(
            .strikeObserved(Self.market, ReferencePrice(raw: 8_002_400_000_000), .site),
            at: TwoFeeds.start,
            into: &effects
        )
        var reasons: [Reason] = []
        func tell(_ event: EngineEvent, _ now: Timestamp) {
            effects.removeAll()
            engine.handle(event, at: now, into: &effects)
            for case .publish(let tick) in effects { reasons.append(tick.reason) }
        }
        var isTelling = false
        feeds.play(until: TwoFeeds.at(60)) { price, now in
            var book = BookSnapshot(
                market: Self.market,
                bids: [PriceLevel(price: Price(raw: 5_000), size: Quantity(shares: 90_000))],
                asks: [PriceLevel(price: Price(raw: 5_100), size: Quantity(shares: 90_000))],
                tickSize: nil,
                venueTime: now
            )
            book.venueTime = now
            tell(.referenceChanged(price, venueTime: now), now)
            tell(.bookReplaced(book), now)
            if now < TwoFeeds.at(30) {
                #expect(engine.markets[0].valuation == nil)
            } else {
                isTelling = true
            }
        } settlement: { price, stamp, now in
            if isTelling { tell(.settlementObserved(price, averaged: 0, venueTime: stamp), now) }
        }
        #expect(reasons.contains(.basisUnknown))
        #expect(engine.markets[0].valuation != nil)
        #expect(!engine.markets[0].hasNoOrders)
        let age = try #require(engine.settlementFeedAge(TwoFeeds.at(70)))
        #expect(age >= .seconds(10) && age <= .seconds(15))
    }

    @Test("a single price stamped with the start is the strike of a window that settles on one")
    func snapshotStrike() throws {
        let feeds = TwoFeeds(seed: 4, seconds: 320, lag: 1, averaged: 0, basis: 24, missing: 0)
        let expected = try #require(feeds.prints.first { $0.second == 300 }).price
        for (settlement, isStrike) in [
            (SettlementFamily.spotSnapshot, true), (.chainlinkTWAP(seconds: 60), false),
            (.binanceCandle, false), (.unsupported, false),
        ] {
            let engine = played(feeds, settlement: settlement, until: 310)
            #expect((engine.markets[0].strike.strike?.price == expected) == isStrike)
        }
    }

    @Test("where the reference settles, a settlement feed changes no decision")
    func referenceSettles() {
        func hash(tellsFeed: Bool) -> StateHash {
            var script = EngineScript.quoting()
            for second in 0..<60 {
                script.pass(.seconds(1), reference: 98_500 + Int64(second % 3))
                if tellsFeed {
                    script.send(
                        .settlementObserved(
                            ReferencePrice(raw: 9_852_400_000_000),
                            averaged: 0,
                            venueTime: script.now
                        )
                    )
                } else {
                    script.send(.timePassed)
                }
            }
            return script.engine.stateHash
        }
        #expect(hash(tellsFeed: true) == hash(tellsFeed: false))
    }
}
