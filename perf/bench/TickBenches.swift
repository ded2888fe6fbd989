internal import Server
internal import Trading
internal import Wire

/// From a tick to the frame that all clients share.
enum TickBenches {
    static var all: [Bench] {
        [
            Bench("tick.encode", "a tick to its frame: WebSocket header and JSON") {
                var frames = TickFrames()
                let ticks = (0..<256).map { sample(seq: UInt64($0)) }
                var recorder = Recorder(capacity: 20_000, warmUp: 2_000)
                for index in 0..<20_000 {
                    let tick = ticks[index & 255]
                    recorder.time { blackHole(frames.frame(tick)) }
                }
                return .times(recorder)
            }
        ]
    }

    /// A tick of a session that trades, about 900 bytes as JSON.
    static func sample(seq: UInt64) -> Tick {
        var tick = Tick()
        tick.seq = seq
        let milliseconds = MadeUpMarket.startSeconds * 1_000 + Int64(seq % 100_000) * 10
        tick.time = Timestamp(milliseconds: milliseconds)
        tick.tokenID = InlineText(MadeUpMarket.token + "10") ?? InlineText()
        tick.midpointDoubled = 10_100
        tick.spread = Price(raw: 100)
        for level in Int64(0)..<3 {
            let size = Quantity(raw: 123_450_000 + level * 77_000_000)
            tick.bids.append(PriceLevel(price: Price(raw: 5_000 - level * 100), size: size))
            tick.asks.append(PriceLevel(price: Price(raw: 5_100 + level * 100), size: size))
        }
        tick.latency = .milliseconds(12)
        tick.feeBasisPoints = 346
        tick.volState = .low
        tick.referencePrice = ReferencePrice(raw: 98_523_17 * 1_000_000)
        tick.inventory = Quantity(shares: 20)
        tick.totalEquity = Money(raw: 1_003_254_100)
        tick.virtualPnL = Money(raw: 3_254_100)
        tick.sessionVolume = Money(raw: 15_420_330_000)
        tick.buyingPower = Money(raw: 951_200_000)
        tick.totalTrades = 812
        tick.totalOrderUpdates = 4_213
        tick.fairValueMicros = 505_000
        tick.timeToExpiry = .seconds(142)
        tick.ownBid = Price(raw: 4_900)
        tick.ownAsk = Price(raw: 5_200)
        tick.marketFeedAge = .milliseconds(38)
        tick.referenceFeedAge = .milliseconds(7)
        return tick
    }
}
