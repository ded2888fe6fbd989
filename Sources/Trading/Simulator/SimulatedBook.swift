/// The simulated venue's own book: one size per tick and side, on the grid of one cent.
struct SimulatedBook: Sendable {
    /// Prices are ticks 1 ... 99.
    static let lowestTick = 1
    static let highestTick = 99
    /// `bestBid` of an empty side.
    static let noBid = 0
    /// `bestAsk` of an empty side.
    static let noAsk = 100

    /// Hundredths of a share, by tick; the sizes of the venue have two decimals.
    private var bids = InlineArray<100, Int64>(repeating: 0)
    private var asks = InlineArray<100, Int64>(repeating: 0)
    /// The highest tick with a bid, `noBid` without one. Always below `bestAsk`.
    private(set) var bestBid = SimulatedBook.noBid
    private(set) var bestAsk = SimulatedBook.noAsk

    /// The price at a tick.
    static func price(_ tick: Int) -> Price { Price(raw: Int64(tick) * TickSize.hundredth.raw) }

    /// The best tick of a side, `noBid` or `noAsk` when it is empty.
    func best(_ side: Side) -> Int { side == .buy ? bestBid : bestAsk }

    func isEmpty(_ side: Side) -> Bool {
        side == .buy ? bestBid == Self.noBid : bestAsk == Self.noAsk
    }

    /// Hundredths of a share resting there.
    /// - Precondition: `tick` is within 1 ... 99.
    func size(_ side: Side, _ tick: Int) -> Int64 {
        side == .buy ? bids[tick] : asks[tick]
    }

    /// Hundredths of a share become what rests there; zero removes the level.
    /// - Precondition: `tick` is within 1 ... 99, and no bid is put at or above an ask.
    mutating func set(_ side: Side, _ tick: Int, _ size: Int64) {
        precondition(tick >= Self.lowestTick && tick <= Self.highestTick && size >= 0)
        switch side {
        case .buy:
            precondition(size == 0 || tick < bestAsk, "the simulated book must not cross")
            bids[tick] = size
            if size > 0 {
                bestBid = max(bestBid, tick)
            } else {
                while bestBid >= Self.lowestTick && bids[bestBid] == 0 { bestBid -= 1 }
            }
        case .sell:
            precondition(size == 0 || tick > bestBid, "the simulated book must not cross")
            asks[tick] = size
            if size > 0 {
                bestAsk = min(bestAsk, tick)
            } else {
                while bestAsk <= Self.highestTick && asks[bestAsk] == 0 { bestAsk += 1 }
            }
        }
    }

    /// Nothing rests.
    mutating func clear() { self = SimulatedBook() }

    func level(_ side: Side, _ tick: Int) -> PriceLevel {
        PriceLevel(
            price: Self.price(tick),
            size: Quantity(raw: size(side, tick) * 10_000)
        )
    }

    /// Refills the snapshot's two arrays, best level first.
    func fill(_ snapshot: inout BookSnapshot) {
        snapshot.bids.removeAll(keepingCapacity: true)
        snapshot.asks.removeAll(keepingCapacity: true)
        var tick = bestBid
        while tick >= Self.lowestTick {
            if bids[tick] > 0 { snapshot.bids.append(level(.buy, tick)) }
            tick -= 1
        }
        tick = bestAsk
        while tick <= Self.highestTick {
            if asks[tick] > 0 { snapshot.asks.append(level(.sell, tick)) }
            tick += 1
        }
    }
}
