internal import Trading

/// The oracle of `OrderBook`: a dictionary for each side, everything computed anew when asked.
struct NaiveBook {
    var tickSize: TickSize
    private var bids: [Int64: Int64] = [:]
    private var asks: [Int64: Int64] = [:]

    init(tickSize: TickSize) { self.tickSize = tickSize }

    mutating func replace(with snapshot: BookSnapshot) {
        reset(tickSize: snapshot.tickSize ?? tickSize)
        for level in snapshot.bids { set(level, on: .buy) }
        for level in snapshot.asks { set(level, on: .sell) }
    }

    mutating func apply(_ change: LevelChange) { set(change.level, on: change.side) }

    mutating func reset(tickSize: TickSize) {
        self.tickSize = tickSize
        bids = [:]
        asks = [:]
    }

    private mutating func set(_ level: PriceLevel, on side: Side) {
        let size = level.size.raw > 0 ? level.size.raw : nil
        if side == .buy {
            bids[level.price.raw] = size
        } else {
            asks[level.price.raw] = size
        }
        guard size != nil else { return }
        // The coarsest grid that divides this one and holds everything.
        while !tickSize.holds(level.price) {
            let all = TickSize.allCases.map(\.raw).sorted(by: >)
            let finer = all.filter { $0 < tickSize.raw && tickSize.raw % $0 == 0 }
            let fitting = finer.first { level.price.raw % $0 == 0 } ?? 1
            tickSize = TickSize(rawValue: fitting) ?? .tenThousandth
        }
    }

    /// Best first.
    func levels(_ side: Side) -> [PriceLevel] {
        let sorted =
            side == .buy
            ? bids.sorted { $0.key > $1.key } : asks.sorted { $0.key < $1.key }
        return sorted.map {
            PriceLevel(price: Price(raw: $0.key), size: Quantity(raw: $0.value))
        }
    }

    func size(at price: Price, on side: Side) -> Quantity {
        Quantity(raw: (side == .buy ? bids : asks)[price.raw] ?? 0)
    }

    /// In 1e-10 dollars.
    var collateral: Int128 {
        var sum: Int128 = 0
        for (price, size) in bids { sum += Int128(price) * Int128(size) }
        for (price, size) in asks { sum += Int128(10_000 - price) * Int128(size) }
        return sum
    }
}
