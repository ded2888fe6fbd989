import Testing

@testable import Trading

/// What a few simulated hours look like, beside twelve recorded windows of BTC 5-minute markets.
///
/// Figures are over book events, as the recording's are over frames, unless a name says that
/// they are over time (sampled every 100 ms).
private struct Shape {
    var levels: [Int] = []
    var topThree: [Double] = []
    var bookEvents = 0
    var twoSided = 0
    var oneTick = 0
    var liquid = 0
    var oneSidedLate = 0
    var oneSidedEarly = 0
    var liquidMiddle = 0
    var middle = 0
    var lastTenSeconds: [Double] = []
    var per100ms: [Int64: Int] = [:]
    var trades: [Double] = []
    var prices: [ReferencePrice] = []
    var touchFills = 0
    let hours: Double

    private var bids = [Double](repeating: 0, count: 101)
    private var asks = [Double](repeating: 0, count: 101)
    private var maker = TouchMaker()

    init(seed: UInt64, hours: Int64) {
        self.hours = Double(hours)
        var simulator = MarketSimulator(seed: seed, start: SimulatorRun.start)
        let end = SimulatorRun.start + .seconds(hours * 3_600)
        while let (time, event) = simulator.next(upTo: end) {
            switch event {
            case .bookReplaced(let snapshot):
                for tick in 0...100 {
                    bids[tick] = 0
                    asks[tick] = 0
                }
                for level in snapshot.bids { bids[Self.tick(level.price)] = level.size.shares }
                for level in snapshot.asks { asks[Self.tick(level.price)] = level.size.shares }
                measure(time)
            case .levelChanged(let change):
                let tick = Self.tick(change.level.price)
                if change.side == .buy {
                    bids[tick] = change.level.size.shares
                } else {
                    asks[tick] = change.level.size.shares
                }
                measure(time)
            case .traded(let trade):
                trades.append(trade.size?.shares ?? 0)
                if maker.meets(trade) { touchFills += 1 }
            case .referenceChanged(let price, _):
                prices.append(price)
            default:
                break
            }
        }
    }

    static func tick(_ price: Price) -> Int { Int(price.raw / 100) }

    private mutating func measure(_ time: Timestamp) {
        bookEvents += 1
        per100ms[time.nanoseconds / 100_000_000, default: 0] += 1
        var liquidity = 0.0
        var counts = (bids: 0, asks: 0)
        var topBids = (levels: 0, shares: 0.0)
        var topAsks = (levels: 0, shares: 0.0)
        var best = (bid: 0, ask: 100)
        for tick in 1...99 {
            let ask = asks[tick]
            if ask > 0 {
                counts.asks += 1
                liquidity += ask * Double(100 - tick) / 100
                if topAsks.levels < 3 { topAsks = (topAsks.levels + 1, topAsks.shares + ask) }
                if best.ask == 100 { best.ask = tick }
            }
            let bid = bids[100 - tick]
            if bid > 0 {
                counts.bids += 1
                liquidity += bid * Double(100 - tick) / 100
                if topBids.levels < 3 { topBids = (topBids.levels + 1, topBids.shares + bid) }
                if best.bid == 0 { best.bid = 100 - tick }
            }
        }
        levels.append(counts.bids)
        levels.append(counts.asks)
        if liquidity >= 10_000 { liquid += 1 }
        let elapsed = (time - SimulatorRun.start).seconds.truncatingRemainder(dividingBy: 300)
        if elapsed >= 30 && elapsed < 240 {
            middle += 1
            if liquidity >= 10_000 { liquidMiddle += 1 }
        }
        if elapsed > 290 { lastTenSeconds.append(liquidity) }
        if best.bid > 0 && best.ask < 100 {
            twoSided += 1
            if best.ask - best.bid == 1 { oneTick += 1 }
            topThree.append(topBids.shares)
            topThree.append(topAsks.shares)
        } else if elapsed >= 240 {
            oneSidedLate += 1
        } else {
            oneSidedEarly += 1
        }
        maker.follow(best, bidShares: bids[best.bid], askShares: asks[best.ask])
    }
}

/// Ten shares on either side at the touch, behind everything that rests there, replaced at once
/// when the touch moves. It counts a fill only when a trade proves it.
private struct TouchMaker {
    private var bid = 0
    private var ask = 100
    private var aheadOfBid = 0.0
    private var aheadOfAsk = 0.0
    private var hasBid = false
    private var hasAsk = false

    mutating func follow(_ best: (bid: Int, ask: Int), bidShares: Double, askShares: Double) {
        if best.bid != bid || !hasBid {
            (bid, hasBid, aheadOfBid) = (best.bid, best.bid > 0, bidShares)
        }
        if best.ask != ask || !hasAsk {
            (ask, hasAsk, aheadOfAsk) = (best.ask, best.ask < 100, askShares)
        }
        aheadOfBid = min(aheadOfBid, bidShares)
        aheadOfAsk = min(aheadOfAsk, askShares)
    }

    /// Whether the trade fills one of the two.
    mutating func meets(_ trade: TradePrint) -> Bool {
        let tick = Shape.tick(trade.price)
        let size = trade.size?.shares ?? 0
        switch trade.takerSide {
        case .sell:
            guard hasBid && tick <= bid else { return false }
            aheadOfBid -= tick < bid ? .infinity : size
            hasBid = aheadOfBid >= 0
            return !hasBid
        case .buy:
            guard hasAsk && tick >= ask else { return false }
            aheadOfAsk -= tick > ask ? .infinity : size
            hasAsk = aheadOfAsk >= 0
            return !hasAsk
        }
    }
}

@Suite struct SimulatedShapeTests {
    private static let shapes = [
        Shape(seed: 11, hours: 1), Shape(seed: 12, hours: 1), Shape(seed: 13, hours: 1),
    ]

    private func median<Value: Comparable>(_ values: [Value]) -> Value {
        values.sorted()[values.count / 2]
    }

    @Test("a side has 40 to 56 levels at the median")
    func levels() {
        for shape in Self.shapes { #expect((40...56).contains(median(shape.levels))) }
    }

    @Test("the spread is one tick in three quarters of the book events and more")
    func spread() {
        for shape in Self.shapes {
            let share = Double(shape.oneTick) / Double(shape.twoSided)
            #expect(share > 0.73 && share < 0.82)
        }
    }

    @Test("the three best levels of a side hold 850 to 1,880 shares at the median")
    func topThree() {
        for shape in Self.shapes { #expect((850...1_880).contains(median(shape.topThree))) }
    }

    @Test("the book changes 10 to 20 times a second, and 60 times in 100 ms after a jump")
    func updateRate() {
        for shape in Self.shapes {
            let rate = Double(shape.bookEvents) / (shape.hours * 3_600)
            #expect(rate >= 10 && rate <= 20)
            let bursts = shape.per100ms.values.filter { $0 >= 50 }.count
            let worst = shape.per100ms.values.max() ?? 0
            #expect(worst >= 60 && worst <= 100)
            // Now and then, not all the time.
            #expect(bursts > 20 && Double(bursts) < shape.hours * 360)
            #expect(median(Array(shape.per100ms.values)) <= 3)
        }
    }

    @Test("10,000 dollars rest in the book most of the time, and few of them at the end")
    func liquidity() {
        for shape in Self.shapes {
            let share = Double(shape.liquid) / Double(shape.bookEvents)
            #expect(share >= 0.70 && share <= 0.95)
            #expect(Double(shape.liquidMiddle) / Double(shape.middle) >= 0.85)
            #expect(median(shape.lastTenSeconds) < 7_000)
        }
    }

    @Test("a side is empty only in the last minute, and sometimes then")
    func oneSided() {
        for shape in Self.shapes {
            #expect(shape.oneSidedEarly == 0)
            let share = Double(shape.oneSidedLate) / Double(shape.bookEvents)
            #expect(share > 0.005 && share < 0.15)
        }
    }

    @Test("takers come a few times a second with a few to a few hundred shares")
    func trades() {
        for shape in Self.shapes {
            let rate = Double(shape.trades.count) / (shape.hours * 3_600)
            #expect(rate > 1 && rate < 4)
            #expect((10...50).contains(median(shape.trades)))
            #expect(shape.trades.allSatisfy { $0 > 0 && $0 <= 600 })
            #expect(shape.trades.contains { $0 > 200 })
        }
    }

    @Test("ten shares at the touch on either side are filled a few times a minute")
    func fills() {
        for shape in Self.shapes {
            let perMinute = Double(shape.touchFills) / (shape.hours * 60)
            #expect(perMinute > 1 && perMinute < 15)
        }
    }

    @Test("the reference moves 10 to 20 times a second, between calm and wild")
    func reference() {
        for shape in Self.shapes {
            let rate = Double(shape.prices.count) / (shape.hours * 3_600)
            #expect(rate >= 10 && rate <= 20)
        }
        // Realised over five minutes of about 15 prices a second, all hours together.
        let volatilities = Self.shapes.flatMap { realised($0.prices) }
        let typical = median(volatilities)
        #expect(typical > 0.25 && typical < 0.6)
        let calmest = volatilities.min() ?? 0
        let wildest = volatilities.max() ?? 0
        #expect(calmest > 0.13 && calmest < typical / 1.3)
        #expect(wildest > typical * 1.5 && wildest < 3)
    }

    private func realised(_ prices: [ReferencePrice]) -> [Double] {
        var volatilities: [Double] = []
        var first = 0
        while first + 4_450 < prices.count {
            var variance = 0.0
            for index in first + 1...first + 4_450 {
                let step = SimulatorMath.log(prices[index].dollars / prices[index - 1].dollars)
                variance += step * step
            }
            volatilities.append((variance / 300 * 31_557_600).squareRoot())
            first += 4_450
        }
        return volatilities
    }

    @Test("the volatility keeps its state over a window's end and stays in its bounds")
    func volatilityBounds() {
        for seed in 0..<10 as Range<UInt64> {
            let configuration = MarketSimulator.Configuration()
            var process = ReferenceProcess(
                configuration: configuration,
                random: SimulatorRandom(seed: seed, stream: 2)
            )
            var wildest = 0.0
            for _ in 0..<50_000 {
                let before = process.volatility
                process.advance(by: 0.5)
                #expect(process.volatility >= 0.15 && process.volatility <= 1.5)
                #expect(process.price > 1_000 && process.price < 10_000_000)
                // It moves by small steps, but for a leap.
                #expect(abs(process.volatility / before - 1) < 6)
                wildest = max(wildest, process.volatility)
            }
            #expect(wildest > 0.6, "seed \(seed)")
        }
    }
}
