internal import Crypto
internal import TestSupport
internal import Testing
internal import Trading

@testable internal import Venues

@Suite struct GatewayFaultsTests {
    @Test(
        "whatever is lost, late, repeated or refused: every order ends once, exposure is never less",
        arguments: 0..<24
    )
    func faults(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
        func upTo(_ milliseconds: Int64) -> Duration {
            .milliseconds(Int64.random(in: 1...milliseconds, using: &random))
        }
        let harness = try GatewayHarness.started(seed: seed)
        var isRough = true
        harness.fault = { request in
            guard isRough, chance(25), request.lane != .heartbeats else { return .none }
            switch Int.random(in: 0..<8, using: &random) {
            case 0: return .loseAnswer
            case 1: return .loseRequest
            case 2: return .unsent
            case 3: return .slow(upTo(1_500))
            case 4: return .lateRequest(upTo(2_000))
            case 5: return .answer(500, "{\"error\":\"could not insert order\"}")
            case 6: return .answer(425, "service not ready")
            default: return .answer(429, "{\"error\":\"Too Many Requests\"}")
            }
        }
        harness.delivery = {
            guard isRough else { return [.milliseconds(3)] }
            if chance(10) { return [] }
            return chance(20) ? [upTo(50), upTo(800)] : [upTo(200)]
        }
        func checkExposure() {
            for outcome in Outcome.allCases {
                let known = harness.gateway.exposure(MarketID(index: 0), outcome, .buy)
                let real = harness.trueExposure(outcome)
                #expect(known >= real, "seed \(seed), \(outcome) at \(harness.now)")
            }
        }
        for _ in 0..<200 {
            if chance(50), harness.gateway.openOrderCount < 6 {
                harness.submit(
                    chance(50) ? .yes : .no,
                    cents: Int64.random(in: 40...50, using: &random)
                )
            }
            if chance(30), let id = harness.gateway.ids.randomElement(using: &random) {
                harness.cancel(id)
            }
            let live = harness.clob.live.map(\.key)
            if chance(30), let id = live.randomElement(using: &random) {
                harness.clob.match(id, Quantity(shares: Int64.random(in: 1...10, using: &random)))
            }
            if chance(2) { harness.gateway.cancelAll(isKill: false, at: harness.now) }
            harness.run(upTo(150), checkExposure)
        }
        isRough = false
        harness.gateway.cancelAll(isKill: false, at: harness.now)
        harness.run(.seconds(40), checkExposure)
        #expect(harness.gateway.openOrderCount == 0, "seed \(seed)")
        #expect(harness.clob.complaints.isEmpty, "seed \(seed): \(harness.clob.complaints)")
        // The session was one: orders were taken, and some had to be asked for.
        let statistics = harness.gateway.statistics
        #expect(statistics.accepted >= 3, "seed \(seed): \(statistics)")
        #expect(statistics.probes >= 1, "seed \(seed): \(statistics)")
        for (id, told) in harness.told {
            #expect(
                told.ends == 1 && told.accepted <= 1,
                "seed \(seed), order \(id.number): \(told)"
            )
            #expect(told.filledAfterEnd == .zero, "seed \(seed), order \(id.number): \(told)")
            let real = harness.venueID(id).flatMap { harness.clob.orders[$0] }
            #expect(told.filled == real?.matched ?? .zero, "seed \(seed), order \(id.number)")
        }
    }
}
