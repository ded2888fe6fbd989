internal import Crypto
internal import Testing
internal import Trading
internal import Venues

@Suite struct AccountBalancesTests {
    private let start = Timestamp(seconds: 1_795_436_400)

    private func balances() throws -> AccountBalances {
        AccountBalances(.eoa(try GatewaySupport.key().address), opened: start)
    }

    private func answer(
        _ balances: inout AccountBalances,
        _ text: String,
        status: Int = 200,
        at now: Timestamp
    ) -> EngineEvent? {
        balances.answered(status: status, body: Array(text.utf8).span, at: now)
    }

    @Test("a new market's two tokens are asked for at once, and told together")
    func market() throws {
        var balances = try balances()
        let market = GatewaySupport.market(7)
        #expect(balances.question(at: start) == nil)
        balances.follow(market, at: start)
        balances.follow(market, at: start)
        #expect(
            balances.question(at: start) == .shares(market.id, .yes, token: market.yesToken)
        )
        // One at a time.
        #expect(balances.question(at: start) == nil)
        #expect(answer(&balances, #"{"balance":"12000000"}"#, at: start) == nil)
        #expect(balances.question(at: start) == .shares(market.id, .no, token: market.noToken))
        #expect(
            answer(&balances, #"{"balance":"0"}"#, at: start)
                == .holdingsObserved(market.id, yes: Quantity(shares: 12), no: .zero)
        )
        #expect(balances.question(at: start + .seconds(19)) == nil)
        #expect(balances.question(at: start + .seconds(20)) != nil)
    }

    @Test("cash is asked for every half minute")
    func cash() throws {
        var balances = try balances()
        #expect(balances.question(at: start + .seconds(29)) == nil)
        let due = start + .seconds(30)
        #expect(balances.question(at: due) == .cash)
        #expect(
            answer(&balances, #"{"balance":"5","allowances":{}}"#, at: due)
                == .balanceObserved(Money(raw: 5))
        )
        #expect(balances.question(at: due + .seconds(29)) == nil)
    }

    @Test(
        "an answer that cannot be had says nothing, and both tokens are asked for again",
        arguments: [
            (500, "{}"), (200, "{}"), (200, ""), (200, #"{"balance":"10000000000000001"}"#),
            (200, #"{"balance":"-1"}"#),
        ]
    )
    func failure(_ status: Int, _ text: String) throws {
        var balances = try balances()
        let market = GatewaySupport.market(7)
        balances.follow(market, at: start)
        _ = balances.question(at: start)
        #expect(answer(&balances, #"{"balance":"1"}"#, at: start) == nil)
        _ = balances.question(at: start)
        #expect(answer(&balances, text, status: status, at: start) == nil)
        #expect(balances.question(at: start + .seconds(1)) == nil)
        #expect(
            balances.question(at: start + .seconds(2))
                == .shares(market.id, .yes, token: market.yesToken)
        )
    }

    @Test("a market whose outcome is known is not asked for, nor told")
    func unfollowed() throws {
        var balances = try balances()
        let market = GatewaySupport.market(7)
        balances.follow(market, at: start)
        _ = balances.question(at: start)
        balances.unfollow(market.id)
        #expect(answer(&balances, #"{"balance":"1"}"#, at: start) == nil)
        #expect(balances.question(at: start + .seconds(20)) == nil)
    }
}
