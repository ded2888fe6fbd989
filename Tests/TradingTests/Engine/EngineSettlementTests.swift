internal import Testing

@testable internal import Trading

/// What a market's way of settling does to its quotes.
@Suite struct EngineSettlementTests {
    @Test("a market whose rules were not understood is not quoted and says so; the next one is")
    func unsupported() {
        var script = EngineScript()
        let next = MarketID(index: 2)
        let nextStart = EngineScript.windowStart + .seconds(300)
        script.send(.marketListed(EngineScript.definition(settlement: .unsupported)))
        script.send(.marketListed(EngineScript.definition(id: next, start: nextStart)))
        script.strike(98_500)
        script.pass(.seconds(60))
        #expect(script.open.isEmpty)
        #expect(script.ticks.contains { $0.reason == .unsupportedSettlement })
        #expect(script.ticks.last?.reason == .unsupportedSettlement)

        script.pass(.seconds(241))
        script.strike(98_500, of: next)
        script.book(bid: 50, ask: 51, market: next)
        #expect(!script.placed.isEmpty && script.placed.allSatisfy { $0.market == next })
    }

    @Test("without a reference, too, a market that nobody understands is not quoted")
    func unsupportedWithoutReference() {
        for settlement in [SettlementFamily.unsupported, .binanceCandle] {
            var script = EngineScript(hasReference: false)
            script.send(.marketListed(EngineScript.definition(settlement: settlement)))
            script.pass(.seconds(30), reference: nil)
            #expect(script.open.isEmpty == !settlement.isSupported)
        }
    }
}
