import Server
import Testing
import Trading

@testable import Server

@Suite struct ReasonTextTests {
    /// Every kind of reason at its longest.
    static let longest: [Reason] = {
        let price = Price(raw: 9_999)
        let size = Quantity(raw: -.max)
        var reasons: [Reason] = [
            .none, .oneSidedBook, .priceOutOfRange, .noBook, .noMarket, .notRunning, .killLatched,
            .reconciling, .quotingAt(sizePercent: -.max), .modelDiverged, .unsupportedSettlement,
            .basisUnknown, .marketOver,
            .liquidity(measured: Money(raw: -.max), required: .greatestFiniteMagnitude),
            .spreadTooWide(measured: price, allowed: price),
            .marketFeedStale(age: Duration(nanoseconds: -.max)),
            .referenceFeedStale(age: Duration(nanoseconds: -.max)),
            .samples(seen: -.max, needed: -.max),
            .nearExpiry(remaining: Duration(nanoseconds: -.max)),
            .awaitingStrike(waited: Duration(nanoseconds: -.max)), .strikeUnverified,
            .position(worstCase: size, limit: -.max),
            .insufficientBalance(available: Money(raw: -.max)),
            .orderTooSmall(size: -.max, minimum: size),
            .order(outcome: .yes, side: .sell, price: price, size: size),
            .resolution(winner: .yes, payout: Money(raw: -.max)),
            .merged(pairs: size, gas: Money(raw: -.max)), .cash(Money(raw: -.max)),
            .market(slug: InlineText(String(repeating: "s", count: InlineText.countMax))!),
            .volatility(.high),
        ]
        reasons += OrderRejection.allCases.map {
            .orderRejected($0, outcome: .yes, side: .sell, price: price, size: size)
        }
        reasons += StrikeSource.allCases.map { .strike(ReferencePrice(raw: -.max), $0) }
        let money = Money(raw: -.max)
        let triggers: [GuardTrigger] = [
            .referenceJump(moved: money, allowed: money),
            .referenceShock(moved: money, allowed: money), .sweep(taken: size, depth: size),
            .levelsGone, .fillBurst, .fillRate(fills: -.max, allowed: -.max),
            .windowFills(fills: -.max, allowed: -.max), .postOnlyRejects(count: -.max),
            .toxicFlow(markoutTicks: -.greatestFiniteMagnitude),
        ]
        reasons += triggers.map { .guarded($0) }
        reasons += NoQuoteReason.allCases.map { .noQuote($0) }
        reasons += RiskDenial.allCases.map { .denied($0) }
        reasons += RiskCause.allCases.map { .held($0) }
        return reasons
    }()

    private func text(_ reason: Reason) -> String {
        let text = bytes(capacity: ReasonText.byteCountMax) {
            ReasonText.encode(reason, into: &$0)
        }
        return String(decoding: text, as: UTF8.self)
    }

    @Test("a reason is a short sentence for a blotter's cell")
    func sentences() {
        let table: [(Reason, String)] = [
            (.none, ""),
            (
                .liquidity(measured: Money(raw: 7_603_120_000), required: 10_000),
                "liquidity 7603.12 < 10000.0"
            ),
            (.liquidity(measured: .zero, required: .infinity), "liquidity 0.0 < 0.0"),
            (
                .spreadTooWide(measured: Price(raw: 600), allowed: Price(raw: 500)),
                "spread 0.06 > 0.05"
            ),
            (.marketFeedStale(age: .milliseconds(2_500)), "market feed silent for 2.5 s"),
            (.samples(seen: 12, needed: 60), "12 of 60 s of samples"),
            (.nearExpiry(remaining: .seconds(5)), "5.0 s to expiry"),
            (
                .position(worstCase: Quantity(shares: 60), limit: 50),
                "position 60.0 against limit 50"
            ),
            (
                .order(
                    outcome: .no,
                    side: .sell,
                    price: Price(raw: 4_900),
                    size: Quantity(raw: 10_500_000)
                ),
                "SELL NO 10.5 @ 0.49"
            ),
            (
                .orderRejected(
                    .wouldCross,
                    outcome: .yes,
                    side: .buy,
                    price: Price(raw: 5_100),
                    size: Quantity(shares: 10)
                ),
                "would cross: BUY YES 10.0 @ 0.51"
            ),
            (.resolution(winner: .no, payout: Money(raw: 1_500_000)), "NO won, paid 1.5"),
            (.merged(pairs: Quantity(shares: 25), gas: .zero), "merged 25.0 pairs, gas 0.0"),
            (.awaitingStrike(waited: .milliseconds(1_250)), "strike not known after 1.25 s"),
            (
                .strike(ReferencePrice(raw: 9_850_012_000_000), .settlementFeed),
                "strike 98500.12 from the settlement feed"
            ),
            (.killLatched, "emergency stop is latched"),
            (.denied(.maxPosition), "MAX_POSITION: position limit"),
            (.held(.rejectStorm), "REJECT_STORM: venue refuses orders"),
        ]
        for (reason, sentence) in table { #expect(text(reason) == sentence) }
    }

    @Test("no reason is longer than is set aside, and none needs an escape in JSON")
    func bounds() {
        var lengthMax = 0
        for reason in Self.longest {
            let text = text(reason)
            lengthMax = max(lengthMax, text.utf8.count)
            for byte in text.utf8 {
                #expect(byte >= 0x20 && byte < 0x7F && byte != 0x22 && byte != 0x5C)
            }
        }
        #expect(lengthMax == ReasonText.byteCountMax)
    }
}
