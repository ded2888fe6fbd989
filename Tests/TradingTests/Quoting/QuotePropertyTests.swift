internal import TestSupport
internal import Testing

@testable internal import Trading

@Suite("Quote construction, on random inputs") struct QuotePropertyTests {
    private func random(_ random: inout SplitMix64) -> QuoteBuilder.Input {
        let tickSize = TickSize.allCases.randomElement(using: &random) ?? .hundredth
        let tick = tickSize.raw
        let last = Int64(tickSize.ticksPerDollar)
        let bid = Int64.random(in: 1..<(last - 1), using: &random)
        let ask = min(bid + Int64.random(in: 1...6, using: &random), last - 1)
        func price() -> Price? {
            Bool.random(using: &random)
                ? nil : Price(raw: tick * Int64.random(in: 1..<last, using: &random))
        }
        func shares(_ range: ClosedRange<Int64>) -> Quantity {
            Quantity(raw: 10_000 * Int64.random(in: range, using: &random))
        }
        func halfSpread() -> HalfSpread {
            HalfSpread(
                HalfSpread.Input(
                    tickSize: tickSize,
                    spreadOffset: Double.random(in: 0...0.1, using: &random),
                    volState: Bool.random(using: &random) ? .low : .high,
                    sigmaP: Double.random(in: 0...0.05, using: &random),
                    reactionSeconds: Double.random(in: 0...0.5, using: &random),
                    uncertainty: Double.random(in: 0...0.02, using: &random)
                )
            )
        }
        let near =
            Double(bid + ask) / 2 / Double(last) + Double.random(in: -0.1...0.1, using: &random)
        return QuoteBuilder.Input(
            fair: min(max(near, 0.001), 0.999),
            aversion: Double.random(in: 0...0.02, using: &random),
            bidHalfSpread: halfSpread(),
            askHalfSpread: halfSpread(),
            tickSize: tickSize,
            bestBid: Price(raw: bid * tick),
            bestAsk: Price(raw: ask * tick),
            inventory: shares(-8_000...8_000),
            committedBids: shares(0...2_000),
            committedAsks: shares(0...2_000),
            standingBid: price(),
            standingAsk: price(),
            sharesYes: shares(0...3_000),
            sharesNo: shares(0...3_000),
            buyingPower: Money(raw: Int64.random(in: -1_000_000...50_000_000, using: &random)),
            orderSize: Int64.random(in: 1...100, using: &random),
            maxPosition: Int64.random(in: 0...100, using: &random),
            orderSizeMin: Quantity(shares: 5),
            sizeFactor: Double.random(in: 0...1, using: &random),
            mode: [.full, .full, .reduceOnly].randomElement(using: &random) ?? .full
        )
    }

    @Test("on the grid, a maker, a tick from fair, clear of our own, within every limit")
    func invariants() {
        var quoted = 0
        for seed in UInt64(1)...20_000 {
            var generator = SplitMix64(seed: seed)
            let input = random(&generator)
            let (bid, ask) = QuoteBuilder.quotes(for: input)
            var cost = Money.zero
            for case let quote? in [bid.quote, ask.quote] {
                quoted += 1
                check(quote, input, seed)
                cost += quote.cost
            }
            #expect(cost <= max(input.buyingPower, .zero), "seed \(seed)")
            if let bid = bid.quote, let ask = ask.quote {
                #expect(ask.price.raw - bid.price.raw >= 2 * input.tickSize.raw, "seed \(seed)")
            }
        }
        #expect(quoted > 5_000)
    }

    private func check(_ quote: Quote, _ input: QuoteBuilder.Input, _ seed: UInt64) {
        let tick = input.tickSize.raw
        let isBid = quote.side == .buy
        let sign: Int64 = isBid ? 1 : -1
        // Everything below in terms of a bid: signed prices grow towards fair.
        let price = sign * quote.price.raw
        let fair = Double(sign) * input.fair * 10_000
        let opposite = (isBid ? input.bestAsk : input.bestBid).map { sign * $0.raw } ?? .max
        let same = (isBid ? input.bestBid : input.bestAsk).map { sign * $0.raw } ?? .min
        #expect(input.tickSize.holds(quote.price), "seed \(seed)")
        #expect(quote.price > .zero && quote.price < .one, "seed \(seed)")
        #expect(price < opposite, "seed \(seed)")
        #expect(Double(price + tick) <= fair + 1e-4, "seed \(seed)")
        #expect(price <= same + (opposite - same >= 3 * tick ? tick : 0), "seed \(seed)")
        if let own = isBid ? input.standingAsk : input.standingBid {
            #expect(price <= sign * own.raw - 2 * tick, "seed \(seed)")
        }

        #expect(quote.size.raw % 10_000 == 0, "seed \(seed)")
        #expect(quote.size >= input.orderSizeMin, "seed \(seed)")
        #expect(quote.size <= Quantity(shares: input.orderSize), "seed \(seed)")
        #expect(quote.size <= quote.room, "seed \(seed)")
        let signed = isBid ? input.inventory : -input.inventory
        let worst = signed + (isBid ? input.committedBids : input.committedAsks)
        let limit = input.mode == .reduceOnly ? 0 : input.maxPosition
        let after = worst + quote.size
        #expect(after <= Quantity(shares: limit) || after <= .zero, "seed \(seed)")
        if quote.orderSide == .sell {
            let held = quote.outcome == .yes ? input.sharesYes : input.sharesNo
            #expect(quote.size <= held, "seed \(seed)")
        }
        #expect((quote.outcome == .yes) == (isBid == (quote.orderSide == .buy)), "seed \(seed)")
    }

    @Test("more inventory never raises a quote; a higher spread_offset never tightens one")
    func monotone() {
        for seed in UInt64(1)...5_000 {
            var generator = SplitMix64(seed: seed)
            let base = random(&generator)
            var more = base
            more.inventory += Quantity(raw: Int64.random(in: 1...2_000, using: &generator) * 10_000)
            let (bid, ask) = QuoteBuilder.quotes(for: base)
            let (lowerBid, lowerAsk) = QuoteBuilder.quotes(for: more)
            if let old = bid.quote, let new = lowerBid.quote {
                #expect(new.price <= old.price, "seed \(seed)")
            }
            if let old = ask.quote, let new = lowerAsk.quote {
                #expect(new.price <= old.price, "seed \(seed)")
            }
            let offset = Double.random(in: 0...0.05, using: &generator)
            let step = Double.random(in: 0...0.05, using: &generator)
            var narrow = base
            var wide = base
            narrow.bidHalfSpread = QuoteBuilderTests.halfSpread(offset, uncertainty: 0.004)
            narrow.askHalfSpread = narrow.bidHalfSpread
            wide.bidHalfSpread = QuoteBuilderTests.halfSpread(offset + step, uncertainty: 0.004)
            wide.askHalfSpread = wide.bidHalfSpread
            let (near, nearAsk) = QuoteBuilder.quotes(for: narrow)
            let (far, farAsk) = QuoteBuilder.quotes(for: wide)
            if let near = near.quote, let far = far.quote {
                #expect(far.price <= near.price, "seed \(seed)")
            }
            if let near = nearAsk.quote, let far = farAsk.quote {
                #expect(far.price >= near.price, "seed \(seed)")
            }
        }
    }

    @Test("the mirrored market has the mirrored quotes")
    func mirror() {
        for seed in UInt64(1)...2_000 {
            var generator = SplitMix64(seed: seed)
            var input = random(&generator)
            input.buyingPower = Money(dollars: 1_000)
            var mirrored = input
            mirrored.fair = 1 - input.fair
            mirrored.bidHalfSpread = input.askHalfSpread
            mirrored.askHalfSpread = input.bidHalfSpread
            mirrored.bestBid = input.bestAsk?.complement
            mirrored.bestAsk = input.bestBid?.complement
            mirrored.inventory = -input.inventory
            mirrored.committedBids = input.committedAsks
            mirrored.committedAsks = input.committedBids
            mirrored.standingBid = input.standingAsk?.complement
            mirrored.standingAsk = input.standingBid?.complement
            mirrored.sharesYes = input.sharesNo
            mirrored.sharesNo = input.sharesYes
            let (bid, ask) = QuoteBuilder.quotes(for: input)
            let (otherBid, otherAsk) = QuoteBuilder.quotes(for: mirrored)
            #expect(bid.quote?.price == otherAsk.quote?.price.complement, "seed \(seed)")
            #expect(ask.quote?.price == otherBid.quote?.price.complement, "seed \(seed)")
            #expect(bid.quote?.size == otherAsk.quote?.size, "seed \(seed)")
            #expect(ask.quote?.orderSide == otherBid.quote?.orderSide, "seed \(seed)")
        }
    }
}
