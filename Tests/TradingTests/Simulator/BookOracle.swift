import Trading

/// The plainest possible consumer of the simulated market: a dictionary of levels a side.
struct BookOracle {
    var bids: [Int64: Int64] = [:]
    var asks: [Int64: Int64] = [:]

    var bestBid: Int64? { bids.keys.max() }
    var bestAsk: Int64? { asks.keys.min() }

    mutating func apply(_ snapshot: BookSnapshot) {
        bids = [:]
        asks = [:]
        for level in snapshot.bids { bids[level.price.raw] = level.size.raw }
        for level in snapshot.asks { asks[level.price.raw] = level.size.raw }
    }

    mutating func apply(_ change: LevelChange) {
        let size = change.level.size.raw
        let kept = size == 0 ? nil : size
        switch change.side {
        case .buy: bids[change.level.price.raw] = kept
        case .sell: asks[change.level.price.raw] = kept
        }
    }

    /// What is wrong with this book; `nil` when nothing is.
    var fault: String? {
        if let bid = bestBid, let ask = bestAsk, bid >= ask { return "crossed at \(bid)/\(ask)" }
        for (price, size) in bids.merging(asks, uniquingKeysWith: { first, _ in first }) {
            if price % 100 != 0 { return "\(price) is off the grid" }
            if price < 100 || price > 9_900 { return "\(price) is out of range" }
            if size <= 0 || size % 10_000 != 0 { return "size \(size) at \(price)" }
        }
        return nil
    }
}

/// A run of the simulator as a sequence, and its digest.
enum SimulatorRun {
    /// 2026-04-16 07:10:00 UTC, the start of a window.
    static let start = Timestamp(seconds: 1_776_323_400)

    /// Folds an event into a digest (FNV-1a over the numbers that make it up).
    static func fold(_ digest: inout UInt64, _ time: Timestamp, _ event: EngineEvent) {
        func mix(_ value: Int64) {
            digest = (digest ^ UInt64(bitPattern: value)) &* 0x0000_0100_0000_01B3
            digest ^= digest >> 29
        }
        mix(time.nanoseconds)
        switch event {
        case .marketListed(let market):
            mix(1)
            mix(Int64(market.id.index))
            for text in [market.slug, market.conditionID, market.yesToken, market.noToken] {
                for byte in text.description.utf8 { mix(Int64(byte)) }
            }
        case .bookReplaced(let book):
            mix(2)
            mix(book.venueTime.nanoseconds)
            for level in book.bids + book.asks {
                mix(level.price.raw)
                mix(level.size.raw)
            }
        case .levelChanged(let change):
            mix(change.side == .buy ? 3 : 4)
            mix(change.level.price.raw)
            mix(change.level.size.raw)
            mix(change.venueTime.nanoseconds)
        case .traded(let trade):
            mix(trade.takerSide == .buy ? 5 : 6)
            mix(trade.price.raw)
            mix(trade.size?.raw ?? -1)
            mix(trade.venueTime.nanoseconds)
        case .referenceChanged(let price, let venueTime):
            mix(7)
            mix(price.raw)
            mix(venueTime.nanoseconds)
        case .marketResolved(let market, let winner):
            mix(winner == .yes ? 8 : 9)
            mix(Int64(market.index))
        case .strikeObserved(let market, let price, _):
            mix(11)
            mix(Int64(market.index))
            mix(price.raw)
        default:
            mix(10)
        }
    }

    /// The digest of the first `count` events.
    static func digest(seed: UInt64, count: Int, start: Timestamp = start) -> UInt64 {
        var simulator = MarketSimulator(seed: seed, start: start)
        var digest: UInt64 = 0xCBF2_9CE4_8422_2325
        let end = start + .seconds(86_400)
        for _ in 0..<count {
            guard let (time, event) = simulator.next(upTo: end) else { break }
            fold(&digest, time, event)
        }
        return digest
    }
}
