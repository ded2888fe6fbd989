internal import TestSupport
internal import Testing

@testable internal import Trading

/// The reference's past, told at once, against the same prices heard one by one.
@Suite struct EngineWarmupTests {
    private static let start = EngineScript.windowStart

    /// A walk of one price a second, in 1e-8 dollars.
    private func walk(_ count: Int, seed: UInt64) -> [ReferencePrice] {
        var random = SplitMix64(seed: seed)
        var dollars = 98_500.0
        return (0..<count).map { _ in
            dollars += Double.random(in: -4...4, using: &random)
            return ReferencePrice(raw: Int64(dollars * 100) * 1_000_000)
        }
    }

    private func makeEngine() -> Engine {
        Engine(configuration: .init(), parameters: .init())
    }

    /// Tells prices on the full seconds up to `end`, and lets the time between them pass.
    private func tell(
        _ prices: ArraySlice<ReferencePrice>,
        endingAt end: Timestamp,
        to engine: inout Engine
    ) {
        var effects: [EngineEffect] = []
        for (offset, price) in prices.enumerated() {
            let time = end - .seconds(Int64(prices.count - 1 - offset))
            engine.handle(.referenceChanged(price, venueTime: time), at: time, into: &effects)
            for _ in 0..<3 { engine.handle(.timePassed, at: time, into: &effects) }
            effects.removeAll()
        }
    }

    @Test(
        "volatility and means are those of the same prices heard live",
        arguments: [60, 130, 500, 1_000]
    )
    func sameAsLive(count: Int) throws {
        let prices = walk(count + 90, seed: UInt64(count))
        let end = Self.start + .seconds(40)
        let past = Array(prices.prefix(count))
        let history = try #require(ReferenceHistory(prices: past, end: end))

        var heard = makeEngine()
        tell(prices.prefix(count), endingAt: end, to: &heard)
        var told = makeEngine()
        var effects: [EngineEffect] = []
        told.handle(.timePassed, at: end, into: &effects)
        told.handle(.referenceHistory(history), at: end + .milliseconds(300), into: &effects)
        #expect(told.statistics.historiesTaken == 1)
        #expect(told.volatility.samples == heard.volatility.samples)
        // Nothing of it is live.
        #expect(told.reference == nil && told.referenceArrival == nil)
        let isFresh = told.isReferenceFresh(end + .milliseconds(300))
        #expect(!isFresh)

        let later = end + .seconds(90)
        tell(prices.suffix(90), endingAt: later, to: &heard)
        tell(prices.suffix(90), endingAt: later, to: &told)
        #expect(told.volatility.samples == heard.volatility.samples)
        #expect(told.volatility.annualised == heard.volatility.annualised)
        #expect(told.volatility.jumpShare == heard.volatility.jumpShare)
        #expect(told.volatility.stepRatio == heard.volatility.stepRatio)
        #expect(told.volatility.state == heard.volatility.state)
        for remaining in [30.0, 200, 800] {
            let one = told.volatility.forecast(remaining: remaining)
            #expect(one == heard.volatility.forecast(remaining: remaining))
        }
        for back in [0, 10, 60, 100] as [Int64] {
            let stamp = later - .seconds(back)
            let one = told.averages.mean(endingAt: stamp, averaged: 60, at: later)
            #expect(one == heard.averages.mean(endingAt: stamp, averaged: 60, at: later))
        }
    }

    @Test("a session that was warmed quotes as soon as its feeds speak")
    func quotesAtOnce() throws {
        var script = EngineScript()
        script.send(.marketListed(EngineScript.definition()))
        script.strike(98_500)
        let history = try #require(
            ReferenceHistory(
                prices: walk(300, seed: 3).map { _ in
                    ReferencePrice(raw: 98_500 * 100_000_000)
                },
                end: Self.start
            )
        )
        script.send(.referenceHistory(history))
        #expect(script.sent.isEmpty)
        script.pass(.milliseconds(300))
        #expect(!script.sent.isEmpty)
        #expect(!script.actions.contains(.warmingUp))
    }

    @Test("what was heard before the history came, and after its end, is kept")
    func liveInBetween() throws {
        let prices = walk(200, seed: 9)
        let end = Self.start
        var engine = makeEngine()
        var effects: [EngineEffect] = []
        // Three seconds are heard after the history's end, before it is told.
        tell(prices.suffix(3), endingAt: end + .seconds(3), to: &engine)
        let history = try #require(
            ReferenceHistory(prices: Array(prices.prefix(197)), end: end)
        )
        let now = end + .milliseconds(3_400)
        engine.handle(.referenceHistory(history), at: now, into: &effects)
        #expect(engine.volatility.samples == 196)
        let mean = engine.averages.mean(
            endingAt: end + .seconds(3),
            averaged: 60,
            at: end + .seconds(3)
        )
        let expected = prices[140..<200].reduce(0.0) { $0 + $1.dollars } / 60
        #expect(mean?.seen == 60)
        #expect(abs((mean?.dollars ?? 0) - expected) < 1e-6)
        #expect(engine.reference == prices[199])
        // The next second follows the last one heard, not the history.
        tell(prices.suffix(1), endingAt: end + .seconds(4), to: &engine)
        #expect(engine.volatility.samples == 197)
    }

    @Test("a history is refused that is old, of the future, of something else, or shorter")
    func refused() throws {
        let prices = walk(100, seed: 1)
        let end = Self.start
        func counts(
            _ prices: [ReferencePrice],
            end: Timestamp,
            at now: Timestamp,
            heard: Int64 = 0
        ) throws -> Int64 {
            var engine = makeEngine()
            var effects: [EngineEffect] = []
            if heard > 0 {
                let live = [ReferencePrice](repeating: self.walk(1, seed: 1)[0], count: Int(heard))
                tell(live[...], endingAt: now, to: &engine)
            }
            let history = try #require(ReferenceHistory(prices: prices, end: end))
            engine.handle(.timePassed, at: now, into: &effects)
            let hash = engine.stateHash
            engine.handle(.referenceHistory(history), at: now, into: &effects)
            if engine.statistics.historiesRefused == 1, heard == 0 {
                #expect(engine.volatility.samples == 0 && engine.stateHash == hash)
            }
            return engine.statistics.historiesRefused
        }
        #expect(try counts(prices, end: end, at: end) == 0)
        #expect(try counts(prices, end: end, at: end + .seconds(30)) == 0)
        #expect(try counts(prices, end: end, at: end + .seconds(31)) == 1)
        #expect(try counts(prices, end: end + .seconds(1), at: end) == 1)
        let other = prices.map { ReferencePrice(raw: $0.raw / 20) }
        #expect(try counts(other, end: end, at: end, heard: 5) == 1)
        #expect(try counts(prices, end: end, at: end, heard: 5) == 0)
        #expect(try counts(prices, end: end, at: end, heard: 110) == 1)

        #expect(ReferenceHistory(prices: [], end: end) == nil)
        #expect(ReferenceHistory(prices: prices, end: end + .milliseconds(1)) == nil)
        #expect(ReferenceHistory(prices: prices, end: Timestamp(seconds: 50)) == nil)
        let zero = prices + [ReferencePrice(raw: 0)]
        #expect(ReferenceHistory(prices: zero, end: end) == nil)
        let many = [ReferencePrice](repeating: prices[0], count: 1_001)
        #expect(ReferenceHistory(prices: many, end: end) == nil)
    }

    @Test("the same history leads to the same state, another to another")
    func hashed() throws {
        func hash(_ seed: UInt64) throws -> StateHash {
            var engine = makeEngine()
            var effects: [EngineEffect] = []
            let history = try #require(
                ReferenceHistory(prices: walk(50, seed: seed), end: Self.start)
            )
            engine.handle(.referenceHistory(history), at: Self.start, into: &effects)
            return engine.stateHash
        }
        #expect(try hash(1) == hash(1))
        #expect(try hash(1) != hash(2))
    }
}
