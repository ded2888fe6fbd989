internal import Crypto
internal import Testing
internal import Trading
internal import Venues
internal import Wire

private let owner = EthereumAddress(constant: "0x96E7a1D4aE97e5926F6ef0E11451E977416e9830")
private let wallet = WalletAddress.safe(of: owner)
/// A token of today's markets, and one of the second generation.
private let first = Word256(
    constant: "0x1212121212121212121212121212121212121212121212121212121212121212"
)
private let second = Word256(
    constant: "0x0100000000000000000000000000000000000000000000000000000000000001"
)

@Suite struct WalletHoldingsTests {
    private func word(_ digits: String) -> String {
        String(repeating: "0", count: 64 - digits.count) + digits
    }

    private func answer(_ results: [String]) -> [UInt8] {
        let objects = results.enumerated().map { index, result in
            "{\"jsonrpc\":\"2.0\",\"id\":\(index + 1),\"result\":\"0x\(result)\"}"
        }
        return Array("[\(objects.joined(separator: ","))]".utf8)
    }

    private func query(_ tokens: [Word256]) -> WalletQuery {
        WalletQuery(owner: owner, wallet: wallet, tokens: tokens, firstID: 1)
    }

    @Test("dollars and shares are the wallet's, and gas is the key's own")
    func questions() {
        #expect(
            query([first, second]).request.reads == [
                .chainID, .blockNumber, .coins(of: owner),
                .tokens(of: wallet, token: PolygonContracts.collateral),
                .balances(of: wallet, ids: [first], contract: PolygonContracts.outcomes),
                .balances(of: wallet, ids: [second], contract: PolygonContracts.secondOutcomes),
            ]
        )
        #expect(query([]).request.reads.count == 4)
    }

    @Test("balances come in the order of the tokens, whichever contract keeps them")
    func holdings() throws {
        let one = word("20") + word("1")
        let body = answer([
            "89", "4c4b40", "1bc16d674ec80001", word("f4240"),
            word("20") + word("2")
                + word("1e8480") + word("3d0900"), one + word("7"),
        ])
        let holdings = try query([first, second, first]).holdings(body.span)
        #expect(holdings.block == 5_000_000)
        // 2 POL and 1e-18 of one, which is cut.
        #expect(holdings.gas == 2_000_000)
        #expect(holdings.collateral == Money(dollars: 1))
        #expect(
            holdings.shares == [
                Quantity(shares: 2), Quantity(raw: 7), Quantity(shares: 4),
            ]
        )
    }

    @Test("another chain, a missing contract and impossible amounts are refused")
    func refusals() {
        let huge = String(repeating: "f", count: 64)
        let cases: [([String], WalletReadError)] = [
            (["1", "1", "0", word("0")], .wrongChain(1)),
            ([huge, "1", "0", word("0")], .wrongChain(nil)),
            (["89", huge, "0", word("0")], .outOfRange),
            (["89", "1", huge, word("0")], .outOfRange),
            (["89", "1", "0", huge], .outOfRange),
            // 2^63 millionths: one more than an Int64 holds.
            (["89", "1", "0", word("8000000000000000")], .outOfRange),
            (["89", "1", "0", ""], .read(.noContract)),
            (["89", "1", "x", word("0")], .read(.malformed)),
            (["89", "1", "0"], .answer(.incomplete)),
        ]
        for (results, error) in cases {
            let body = answer(results)
            #expect(throws: error) { try query([]).holdings(body.span) }
        }
    }

    @Test("the greatest amount that an Int64 holds is taken, and coins are cut to millionths")
    func amounts() {
        let cases: [(String, millionths: Int64?, coins: Int64?)] = [
            ("0", 0, 0), ("1", 1, 0), ("7fffffffffffffff", .max, 9_223_372),
            ("8000000000000000", nil, 9_223_372), ("e8d4a50fff", 999_999_999_999, 0),
            ("e8d4a51000", 1_000_000_000_000, 1), ("746a528800", 500_000_000_000, 0),
            // One less than 2^63 * 10^12, and that.
            ("746a5287ffffffffffffffffff", nil, .max), ("746a5288000000000000000000", nil, nil),
            (String(repeating: "f", count: 64), nil, nil),
        ]
        for (digits, millionths, coins) in cases {
            let text = Array("0x\(word(digits))".utf8)
            let number = Word256(hexadecimal: text.span)
            #expect(number?.millionths == millionths, "\(digits)")
            #expect(number?.millionthsOfCoins == coins, "\(digits)")
        }
    }
}

@Suite struct WalletApprovalTests {
    @Test("every exchange needs an allowance of dollars and an approval of its tokens")
    func needs() {
        for (exchange, tokens, converter) in [
            (Exchange.binary, PolygonContracts.outcomes, PolygonContracts.adapter),
            (.negRisk, PolygonContracts.outcomes, PolygonContracts.negRiskAdapter),
            (.secondGeneration, PolygonContracts.secondOutcomes, PolygonContracts.router),
        ] {
            let needs = WalletApproval.needed(on: exchange)
            let trading = needs.filter { $0.use == .trading }
            #expect(trading.map(\.asset) == [.collateral, .outcomes(tokens)])
            #expect(trading.allSatisfy { $0.spender == exchange.contract })
            #expect(
                needs.filter { $0.use == .converting }.allSatisfy { $0.spender == converter }
            )
            #expect(
                trading.map { $0.read(of: wallet) } == [
                    .allowance(
                        owner: wallet,
                        spender: exchange.contract,
                        token: PolygonContracts.collateral
                    ),
                    .isApprovedForAll(
                        owner: wallet,
                        operator: exchange.contract,
                        contract: tokens
                    ),
                ]
            )
        }
    }

    @Test("a token's contract follows from its id")
    func holding() {
        #expect(PolygonContracts.holding(first) == PolygonContracts.outcomes)
        #expect(PolygonContracts.holding(second) == PolygonContracts.secondOutcomes)
    }
}
