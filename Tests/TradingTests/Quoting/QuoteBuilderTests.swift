internal import TestSupport
internal import Testing

@testable internal import Trading

@Suite("Quote construction") struct QuoteBuilderTests {
    static func halfSpread(_ dollars: Double, uncertainty: Double = 0) -> HalfSpread {
        HalfSpread(
            HalfSpread.Input(
                tickSize: .hundredth,
                spreadOffset: dollars,
                volState: .low,
                sigmaP: 0,
                reactionSeconds: 0,
                uncertainty: uncertainty
            )
        )
    }

    /// A market 0.50 / 0.51, fair in the middle, nothing held.
    static func input(_ change: (inout QuoteBuilder.Input) -> Void = { _ in }) -> QuoteBuilder.Input
    {
        var input = QuoteBuilder.Input(
            fair: 0.505,
            aversion: 0,
            bidHalfSpread: halfSpread(0.01),
            askHalfSpread: halfSpread(0.01),
            tickSize: .hundredth,
            bestBid: Price(raw: 5_000),
            bestAsk: Price(raw: 5_100),
            inventory: .zero,
            buyingPower: Money(dollars: 1_000),
            orderSize: 10,
            maxPosition: 50,
            orderSizeMin: Quantity(shares: 5)
        )
        change(&input)
        return input
    }

    private func prices(_ input: QuoteBuilder.Input) -> [Int64?] {
        let (bid, ask) = QuoteBuilder.quotes(for: input)
        return [bid.quote?.price.raw, ask.quote?.price.raw]
    }

    @Test("1, 2: value less the half-spread, rounded away from fair, exact prices kept")
    func reserveAndRound() {
        #expect(prices(Self.input()) == [4_900, 5_200])
        #expect(prices(Self.input { $0.fair = 0.51 }) == [5_000, 5_200])
        let skewed = Self.input {
            $0.aversion = 0.003
            $0.inventory = Quantity(shares: 20)
        }
        // 25 shares in the middle of the bid: logit r = 0.02 - 0.075, r = 0.486.
        #expect(prices(skewed) == [4_700, 5_200])
    }

    @Test("3: a bid never reaches certainty, and one below the grid is not quoted")
    func clamp() {
        let low = Self.input {
            $0.fair = 0.06
            $0.bidHalfSpread = Self.halfSpread(0.07)
            $0.bestBid = Price(raw: 500)
            $0.bestAsk = Price(raw: 700)
        }
        #expect(QuoteBuilder.quotes(for: low).bid == .none(.priceOffGrid))
        let view = QuoteSideView(.buy, of: Self.input(), Price(raw: 5_000), Price(raw: 5_100))
        #expect(QuoteBuilder.clamp(100, view) == 99)
        #expect(QuoteBuilder.clamp(99, view) == 99)
        #expect(QuoteBuilder.clamp(-3, view) == -3)
    }

    @Test("4: an inventory cannot push a quote within a tick of fair")
    func edge() {
        let short = Self.input {
            $0.aversion = 0.01
            $0.inventory = Quantity(shares: -40)
        }
        #expect(prices(short)[0] == 4_900)
        let long = Self.input {
            $0.aversion = 0.01
            $0.inventory = Quantity(shares: 40)
        }
        #expect(prices(long)[1] == 5_200)
    }

    @Test("5: a quote stays behind the opposite best, whatever we think")
    func maker() {
        let high = Self.input {
            $0.fair = 0.6
            $0.bestBid = Price(raw: 5_090)
            $0.tickSize = .thousandth
        }
        #expect(prices(high)[0] == 5_090)
        let view = QuoteSideView(.buy, of: Self.input(), Price(raw: 5_000), Price(raw: 5_100))
        #expect(QuoteBuilder.stayMaker(60, view) == 50)
    }

    @Test("6: an order of ours on the other side is cleared by two ticks, both ways")
    func own() {
        #expect(prices(Self.input { $0.standingAsk = Price(raw: 5_000) })[0] == 4_800)
        #expect(prices(Self.input { $0.standingBid = Price(raw: 5_100) })[1] == 5_300)
        #expect(prices(Self.input { $0.standingAsk = Price(raw: 5_100) })[0] == 4_900)
    }

    @Test(
        "7: joins the best; in a market three ticks wide one tick ahead of it",
        arguments: [(4_900, 5_100, 4_900, 5_100), (4_800, 5_200, 4_900, 5_100)]
            as [(Int64, Int64, Int64, Int64)]
    )
    func join(bestBid: Int64, bestAsk: Int64, bid: Int64, ask: Int64) {
        let wide = Self.input {
            $0.fair = 0.5
            $0.bidHalfSpread = Self.halfSpread(0.001)
            $0.askHalfSpread = Self.halfSpread(0.001)
            $0.bestBid = Price(raw: bestBid)
            $0.bestAsk = Price(raw: bestAsk)
        }
        #expect(prices(wide) == [bid, ask])
        // Behind the best the half-spread decides.
        #expect(prices(Self.input { $0.bidHalfSpread = Self.halfSpread(0.03) })[0] == 4_700)
    }

    struct SizeCase: Sendable {
        var inventory: Int64
        var committed: Int64 = 0
        var factor = 1.0
        var mode = QuoteBuilder.Mode.full
        var maxPosition: Int64 = 50
        /// Shares of the bid, or why there is none.
        var size: Int64?
        var reason: NoQuoteReason?
    }

    @Test(
        "8: what adds is tapered and stops at 0.8, what reduces is full, the worst case counts",
        arguments: [
            SizeCase(inventory: 0, size: 10),
            SizeCase(inventory: 6, size: 8),
            SizeCase(inventory: 25, size: 5),
            SizeCase(inventory: 26, reason: .sizeBelowMinimum),
            SizeCase(inventory: 40, reason: .positionLimit),
            SizeCase(inventory: 60, reason: .positionLimit),
            SizeCase(inventory: 10, committed: 10, size: 6),
            SizeCase(inventory: 20, committed: 20, reason: .positionLimit),
            SizeCase(inventory: -50, size: 10),
            SizeCase(inventory: -80, size: 10),
            SizeCase(inventory: -3, factor: 0.5, size: 8),
            SizeCase(inventory: -30, factor: 0, size: 10),
            SizeCase(inventory: 0, factor: 0.25, reason: .sizeBelowMinimum),
            SizeCase(inventory: 0, factor: .nan, reason: .sizeBelowMinimum),
            SizeCase(inventory: 0, mode: .reduceOnly, reason: .reduceOnly),
            SizeCase(inventory: -7, mode: .reduceOnly, size: 7),
            SizeCase(inventory: -4, mode: .reduceOnly, reason: .sizeBelowMinimum),
            SizeCase(inventory: -7, committed: 7, mode: .reduceOnly, reason: .reduceOnly),
            SizeCase(inventory: 0, maxPosition: 7, size: 7),
            SizeCase(inventory: 0, maxPosition: 4, reason: .positionLimit),
            SizeCase(inventory: 0, maxPosition: 0, reason: .positionLimit),
            SizeCase(inventory: -6, maxPosition: 0, size: 6),
        ]
    )
    func size(_ example: SizeCase) {
        // Seen from either side: the offer of a mirrored book is the same bid.
        for isMirrored in [false, true] {
            let sign: Int64 = isMirrored ? -1 : 1
            let input = Self.input {
                $0.inventory = Quantity(shares: sign * example.inventory)
                $0.committedBids = Quantity(shares: isMirrored ? 0 : example.committed)
                $0.committedAsks = Quantity(shares: isMirrored ? example.committed : 0)
                $0.sizeFactor = example.factor
                $0.mode = example.mode
                $0.maxPosition = example.maxPosition
            }
            let (bid, ask) = QuoteBuilder.quotes(for: input)
            switch isMirrored ? ask : bid {
            case .target(let quote):
                #expect(quote.size.raw == example.size.map { $0 * 1_000_000 })
            case .none(let reason): #expect(reason == example.reason)
            }
        }
    }

    @Test("10: shares that cover the order are sold; else the other token is bought")
    func route() {
        let (bid, ask) = QuoteBuilder.quotes(
            for: Self.input {
                $0.sharesYes = Quantity(shares: 10)
                $0.sharesNo = Quantity(shares: 9)
            }
        )
        #expect(ask.quote?.outcome == .yes && ask.quote?.orderSide == .sell)
        #expect(bid.quote?.outcome == .yes && bid.quote?.orderSide == .buy)
        let naked = QuoteBuilder.quotes(for: Self.input()).ask.quote
        #expect(naked?.outcome == .no && naked?.orderSide == .buy)
        #expect(naked?.orderPrice == Price(raw: 4_800))
        #expect(naked?.cost == Money(raw: 4_800_000))
    }

    @Test("10: cash pays for the reducing side first, then for whole shares of the other")
    func cash() {
        func quotes(_ dollars: Int64, inventory: Int64) -> (QuoteDecision, QuoteDecision) {
            QuoteBuilder.quotes(
                for: Self.input {
                    $0.buyingPower = Money(raw: dollars * 10_000)
                    $0.inventory = Quantity(shares: inventory)
                }
            )
        }
        // A bid costs 4.90 dollars, the offer, as a purchase of NO, 4.80.
        let flat = quotes(760, inventory: 0)
        #expect(flat.0.quote?.size == Quantity(shares: 10))
        #expect(flat.1.quote?.size == Quantity(shares: 5))
        let long = quotes(760, inventory: 1)
        #expect(long.0.quote?.size == Quantity(shares: 5))
        #expect(long.1.quote?.size == Quantity(shares: 10))
        #expect(quotes(100, inventory: 0).0 == .none(.insufficientBalance))
        #expect(quotes(-100, inventory: 0).1 == .none(.insufficientBalance))
    }

    @Test("every other reason for no quote is told")
    func reasons() {
        func decide(_ change: (inout QuoteBuilder.Input) -> Void) -> [QuoteDecision] {
            let (bid, ask) = QuoteBuilder.quotes(for: Self.input(change))
            return [bid, ask]
        }
        let invalid = [QuoteDecision.none(.modelInvalid), .none(.modelInvalid)]
        #expect(decide { $0.fair = .nan } == invalid)
        #expect(decide { $0.fair = 1 } == invalid)
        #expect(decide { $0.aversion = .infinity } == invalid)
        #expect(decide { $0.aversion = -1 } == invalid)
        #expect(decide { $0.bestAsk = nil }[0] == .none(.oneSidedBook))
        #expect(decide { $0.bestAsk = Price(raw: 5_000) }[0] == .none(.crossedBook))
        let held = decide { $0.isBidHeld = true }
        #expect(held[0] == .none(.held) && held[1].quote != nil)
        let wide = decide { $0.askHalfSpread = Self.halfSpread(0, uncertainty: 0.08) }
        #expect(wide[1] == .none(.halfSpreadTooWide) && wide[0].quote != nil)
        let extreme = decide {
            $0.fair = 0.96
            $0.inventory = Quantity(shares: 20)
        }
        #expect(extreme[0] == .none(.fairOutOfRange), "no new risk")
        #expect(extreme[1].quote?.room == Quantity(shares: 20), "but the way out")
    }
}
