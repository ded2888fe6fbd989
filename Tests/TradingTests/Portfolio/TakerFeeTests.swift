internal import TestSupport
internal import Testing

@testable internal import Trading

@Suite("Taker fee") struct TakerFeeTests {
    @Test(
        "the published fees come out, to the digit",
        arguments: [
            // Price in 1e-4, hundredths of a share, millionths of a dollar (strategy 14).
            (5_000, 100, 17_500), (2_500, 10_000, 1_312_500), (9_000, 100, 6_300),
            (500, 100, 3_330), (9_500, 100, 3_330), (5_000, 10_000, 1_750_000),
            // 0.013125 rounds up at the fifth decimal, 0.000001733 down to nothing.
            (2_500, 100, 13_130), (100, 1, 10), (10, 1, 0),
        ]
    )
    func golden(price: Int64, hundredths: Int64, fee: Int64) throws {
        let schedule = try #require(TakerFee(rate: 0.07))
        let size = Quantity(raw: hundredths * 10_000)
        #expect(schedule.amount(size, at: Price(raw: price)) == Money(raw: fee))
    }

    @Test("a rate that is none is not understood, zero is free")
    func rates() throws {
        for rate in [-0.01, 1.01, .nan, .infinity, -.infinity] {
            #expect(TakerFee(rate: rate) == nil, "\(rate)")
        }
        let free = try #require(TakerFee(rate: 0))
        #expect(free.amount(Quantity(shares: 1_000_000), at: Price(raw: 5_000)) == .zero)
    }

    @Test("it is the formula in floating point, rounded, for every price and many sizes")
    func oracle() throws {
        var random = SplitMix64(seed: 5)
        for _ in 0..<2_000 {
            let price = Int64.random(in: 1...9_999, using: &random)
            let size = Int64.random(in: 1...10_000_000, using: &random) * 10_000
            let rate = Double(Int64.random(in: 0...100_000, using: &random)) / 1_000_000
            let p = Double(price) / 10_000
            let exact = Double(size) / 1_000_000 * rate * p * (1 - p)
            let fee = try #require(TakerFee(rate: rate))
                .amount(Quantity(raw: size), at: Price(raw: price))
            #expect(abs(fee.dollars - exact) < 0.000_005_01, "\(price) \(size) \(rate)")
            #expect(fee.raw % 10 == 0)
        }
    }
}
