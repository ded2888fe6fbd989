/// The coin's price on Binance: it walks near one level, so that both outcomes stay possible, and has
/// done so for a while before the venue was started. Dollars.
struct ReferencePrice {
    /// One second.
    struct Bar {
        let second: Int64
        let open: Double
        var high: Double
        var low: Double
        var close: Double
    }

    static let level = 83_000.0
    /// Of a tenth of a second. As lively as the real coin (45 % a year, from second to second): what
    /// is believed to be quieter may hardly be quoted near a strike.
    private static let stepMax = 3.5
    /// Seconds that are remembered: an hour and what a warm start asks for.
    static let barsMax = 8_192

    private(set) var price = level
    private(set) var bars: [Bar] = []
    private var random: VenueRandom

    /// - Parameter second: now; the walk begins this long before.
    init(seed: UInt64, second: Int64) {
        random = VenueRandom(seed: seed)
        for past in (second - 5_000)..<second {
            for _ in 0..<10 { step(second: past) }
        }
    }

    /// A tenth of a second passes.
    mutating func step(second: Int64) {
        price += Double.random(in: -Self.stepMax...Self.stepMax, using: &random)
        price += (Self.level - price) * 0.02
        if let last = bars.indices.last, bars[last].second == second {
            bars[last].high = max(bars[last].high, price)
            bars[last].low = min(bars[last].low, price)
            bars[last].close = price
            return
        }
        let open = bars.last?.close ?? price
        bars.append(
            Bar(
                second: second,
                open: open,
                high: max(open, price),
                low: min(open, price),
                close: price
            )
        )
        if bars.count > Self.barsMax { bars.removeFirst(bars.count - Self.barsMax) }
    }

    /// Bars of `length` seconds, the oldest first.
    func bars(of length: Int64) -> [Bar] {
        var longer: [Bar] = []
        for bar in bars {
            let second = bar.second - bar.second % length
            if let last = longer.indices.last, longer[last].second == second {
                longer[last].high = max(longer[last].high, bar.high)
                longer[last].low = min(longer[last].low, bar.low)
                longer[last].close = bar.close
            } else {
                longer.append(
                    Bar(
                        second: second,
                        open: bar.open,
                        high: bar.high,
                        low: bar.low,
                        close: bar.close
                    )
                )
            }
        }
        return longer
    }
}
