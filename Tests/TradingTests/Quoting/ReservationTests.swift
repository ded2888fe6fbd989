internal import TestSupport
internal import Testing

@testable internal import Trading

@Suite("Reservation price and inventory aversion") struct ReservationTests {
    @Test(
        "the marginal price has the golden values of strategy 14",
        arguments: [
            (0.5, 0.01, 50.0, 0.377541), (0.8, 0.01, 50, 0.708125), (0.8, 0.02, 50, 0.595390),
        ]
    )
    func marginal(probability: Double, aversion: Double, inventory: Double, expected: Double) {
        let reservation = Reservation(probability: probability, aversion: aversion)
        #expect(abs(reservation.price(inventory) - expected) < 5e-7)
    }

    @Test(
        "bid and ask values of ten shares have the golden values of strategy 14",
        arguments: [
            (0.5, 0.01, 0.0, 0.487505, 0.512495), (0.8, 0.01, 30, 0.738096, 0.756959),
        ]
    )
    func finite(probability: Double, aversion: Double, inventory: Double, bid: Double, ask: Double)
    {
        let reservation = Reservation(probability: probability, aversion: aversion)
        #expect(abs(reservation.bidValue(inventory, size: 10) - bid) < 5e-7)
        #expect(abs(reservation.askValue(inventory, size: 10) - ask) < 5e-7)
    }

    @Test(
        "values fall with the inventory, stay in (0, 1), and the ask value is above the bid value"
    )
    func shape() {
        for seed in UInt64(1)...500 {
            var random = SplitMix64(seed: seed)
            let reservation = Reservation(
                probability: Double.random(in: 0.01...0.99, using: &random),
                aversion: [0, 1e-9, 1e-5, 0.0024, 0.12, 5].randomElement(using: &random) ?? 0
            )
            let size = Double(Int64.random(in: 1...1_000, using: &random))
            let low = Double(Int64.random(in: -100_000...100_000, using: &random))
            let high = low + Double(Int64.random(in: 1...1_000, using: &random))
            let bid = reservation.bidValue(low, size: size)
            let ask = reservation.askValue(low, size: size)
            #expect(bid >= 0 && bid <= 1 && ask >= 0 && ask <= 1, "seed \(seed)")
            #expect(bid <= ask + 1e-9, "seed \(seed)")
            #expect(reservation.bidValue(high, size: size) <= bid + 1e-9, "seed \(seed)")
            #expect(reservation.askValue(high, size: size) <= ask + 1e-9, "seed \(seed)")
        }
    }

    @Test("the straight line near no aversion joins the curve")
    func small() {
        let curve = Reservation(probability: 0.7, aversion: 1.001e-6)
        let line = Reservation(probability: 0.7, aversion: 0.999e-6)
        #expect(abs(curve.bidValue(5, size: 10) - line.bidValue(5, size: 10)) < 1e-8)
        #expect(abs(line.bidValue(5, size: 10) - 0.7) < 1e-5)
    }

    @Test("the shift at the limit is three ticks at one half")
    func limit() {
        let aversion = RiskAversion.perShare(maxPosition: 50, remaining: 900, length: 900)
        #expect(abs(aversion - 0.0024) < 1e-12)
        let price = Reservation(probability: 0.5, aversion: aversion).price(50)
        #expect(abs(price - 0.47) < 5e-5)
    }

    @Test(
        "aversion grows through the window and doubles in the last two minutes",
        arguments: [
            (900.0, 1.0), (450.0, 2.0), (121.0, 2.731), (120.0, 5.4667), (0.0, 6.0), (1_000.0, 1.0),
        ]
    )
    func growth(remaining: Double, multiple: Double) {
        let aversion = RiskAversion.perShare(maxPosition: 50, remaining: remaining, length: 900)
        #expect(abs(aversion / 0.0024 - multiple) < 1e-3)
    }

    @Test(
        "the share of variance borne is sigma_p^2 h / (p (1 - p)), between a third and one",
        arguments: [
            (0.5, 0.013604, 900.0, 1.0 / 3), (0.5, 0.05, 900.0, 0.6), (0.5, 0.05, 50.0, 0.5),
            (0.5, 0.2, 60.0, 1.0), (0.5, 0.05, -1.0, 1.0 / 3),
        ]
    )
    func workOff(probability: Double, sigmaP: Double, remaining: Double, expected: Double) {
        let share = RiskAversion.workOffShare(
            probability: probability,
            sigmaP: sigmaP,
            remaining: remaining
        )
        #expect(abs(share - expected) < 1e-9)
    }

    @Test("GLFT has the golden values of strategy 14, and its limit without aversion to flow")
    func glft() {
        let quotes = GLFT(
            riskAversion: 0.05,
            decay: 60,
            intensity: 0.5,
            sigma: 0.0135,
            size: 10
        )
        #expect(abs(quotes.c1 - 0.0165976) < 5e-8)
        #expect(abs(quotes.c2 - 0.0150820) < 5e-8)
        #expect(abs(quotes.halfSpread - 0.0176156) < 5e-8)
        #expect(abs(quotes.skewPerShare - 0.000203607) < 5e-10)
        let limit = GLFT(
            riskAversion: 0.05,
            decay: 60,
            intensity: 0.5,
            sigma: 0.0135,
            size: 10,
            isAverseToFlow: false
        )
        #expect(abs(limit.c1 - 1.0 / 60) < 1e-12)
        #expect(abs(limit.c2 - 0.0150503) < 1e-6)
    }
}
