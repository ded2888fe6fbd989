internal import Testing

@testable internal import Trading

@Suite("Risk gate, exits") struct GateExitTests {
    private static let holding = GateBench.snapshot {
        $0.inventory = Quantity(shares: 20)
        $0.sharesYes = Quantity(shares: 20)
        $0.takerFee = TakerFee(rate: 0.07)
    }

    private static func denial(
        size: Int64 = 1_000,
        price: Int64 = 5_000,
        _ side: Side = .sell,
        kind: OrderKind = .exit,
        _ change: (inout RiskSnapshot) -> Void = { _ in }
    ) -> RiskDenial? {
        var snapshot = holding
        change(&snapshot)
        var order = GateBench.order(.yes, side, price: price, size: size)
        order.kind = kind
        var gate = RiskGate(limits: RiskLimits())
        guard
            case .denied(let denial) = gate.check(
                order,
                against: snapshot,
                at: Timestamp(seconds: 1)
            )
        else { return nil }
        return denial
    }

    @Test("it may take, and in the last minute too; a quote may do neither")
    func takes() {
        #expect(Self.denial() == nil)
        #expect(Self.denial(kind: .quote) == .wouldCross)
        #expect(Self.denial { $0.windowPermission = .nothing } == nil)
        #expect(
            Self.denial(price: 5_200, kind: .quote) { $0.windowPermission = .nothing }
                == .nearExpiry
        )
        #expect(Self.denial { $0.permission = .reducing } == nil)
    }

    @Test("it only reduces, whatever else is allowed")
    func reduces() {
        #expect(Self.denial(size: 2_100) == .reduceOnly)
        #expect(Self.denial(price: 5_100, .buy) == .reduceOnly)
        #expect(Self.denial { $0.openAsks = Quantity(shares: 15) } == .reduceOnly)
    }

    @Test("not when stopped or halted, nor before or after the window")
    func standing() {
        #expect(Self.denial { $0.isRunning = false } == .notRunning)
        #expect(Self.denial { $0.permission = .nothing } == .halted)
        #expect(Self.denial { $0.isMarketOpen = false } == .marketClosed)
    }

    @Test("a fee that is not known, or less than a dollar's worth, is denied")
    func fee() {
        #expect(Self.denial { $0.takerFee = nil } == .feeUnknown)
        #expect(
            Self.denial(size: 500, price: 1_900) {
                $0.bestBid = Price(raw: 1_900)
                $0.bestAsk = Price(raw: 2_000)
                $0.fairValueMicros = 195_000
            } == .minOrderSize
        )
    }

    @Test("too far from fair value is too far for it as well")
    func collar() {
        #expect(Self.denial(price: 4_000) == .priceCollar)
    }
}
