import Testing

@testable internal import Trading

@Suite("Gas") struct GasWatchTests {
    private static let noon = Timestamp(seconds: 1_795_521_600)

    @Test("half a POL is enough, a millionth less is not; what nobody tells is")
    func balance() {
        for (balance, isLow) in [(500_000, false), (499_999, true), (0, true)] {
            var watch = GasWatch()
            let balance = Quantity(raw: Int64(balance))
            let found = watch.isLow(balance: balance, spent: .zero, at: Self.noon)
            #expect(found == isLow, "\(balance)")
        }
        var watch = GasWatch()
        let found = watch.isLow(balance: nil, spent: .zero, at: Self.noon)
        #expect(!found)
    }

    @Test("two dollars a day are allowed, and each day begins anew")
    func day() {
        var watch = GasWatch()
        let steps: [(hours: Int64, spent: Int64, isLow: Bool)] = [
            (0, 2_000_000, false), (1, 2_000_001, true), (11, 9_000_000, true),
            (12, 9_000_000, false), (13, 11_000_000, false), (14, 11_000_001, true),
            (36, 11_000_001, false),
        ]
        for (hours, spent, isLow) in steps {
            let found = watch.isLow(
                balance: nil,
                spent: Money(raw: spent),
                at: Self.noon + .seconds(hours * 3_600)
            )
            #expect(found == isLow, "after \(hours) h")
        }
    }

    @Test("GAS_LOW stops merges, not quotes, and is released half a minute after it ended")
    func merges() throws {
        var script = EngineScript.quoting()
        script.send(.gasObserved(Quantity(raw: 499_999)))
        script.pass(.milliseconds(200))
        #expect(script.engine.monitor.holds(.gasLow))
        #expect(script.engine.monitor.counts[.gasLow] == 1)
        #expect(script.engine.monitor.standing.state == .active)
        // Thirty of each: pairs.
        let order = try #require(script.order(.buy))
        for (id, outcome) in [(901, Outcome.yes), (902, .no)] {
            script.send(
                .orderFilled(
                    Fill(
                        tradeID: UInt64(id),
                        orderID: OrderID(number: UInt64(id)),
                        market: order.market,
                        outcome: outcome,
                        side: .buy,
                        price: order.price,
                        size: Quantity(shares: 30),
                        fee: .zero,
                        isComplete: true
                    )
                )
            )
            #expect(!script.effects.contains { if case .mergePairs = $0 { true } else { false } })
        }
        script.send(.gasObserved(Quantity(raw: 500_000)))
        var mergedAfter: Int64?
        for step in 0..<400 where mergedAfter == nil {
            script.pass(.milliseconds(100))
            if script.engine.markets[0].merging > .zero { mergedAfter = Int64(step) }
        }
        let after = try #require(mergedAfter)
        #expect((295...305).contains(after), "\(after) tenths of a second")
    }
}
