/// The YES book of one market, both sides, as the venue last told it. Our own orders are in it only
/// if the venue's messages are.
///
/// Prices lie on a known grid between 0 and 1 dollar, so a side is a flat `Ladder`: a level changes
/// in constant time, the best one is found in a two-level bitmap, and nothing is hashed, sorted or
/// allocated once the book exists (a grid finer than 0.001, of which no crypto market makes use,
/// allocates when the book first meets it).
///
/// A book is what it was told: it may be one-sided, empty or crossed. A crossed one is between two
/// messages of the venue, or proof that one was lost; see `isCrossed`.
public struct OrderBook: Sendable {
    /// The largest size of one level. Sizes from outside are refused beyond it where they are
    /// decoded; the sum of any eight levels fits a `Quantity`.
    public static let levelSizeMax = Quantity(shares: 1_000_000_000_000)

    /// The grid on which the levels lie.
    public private(set) var tickSize: TickSize
    private var bids: Ladder
    private var asks: Ladder
    /// `liquidity` in 1e-10 dollars, exact.
    private var collateral: Int128 = 0

    /// An empty book.
    public init(tickSize: TickSize) {
        self.tickSize = tickSize
        bids = Ladder(slots: tickSize.ticksPerDollar + 1)
        asks = Ladder(slots: tickSize.ticksPerDollar + 1)
    }

    /// Puts `snapshot` in place of everything known.
    ///
    /// The grid becomes the one that the snapshot names, else stays; a price that lies on neither
    /// refines it as `apply` does. Levels without size are left out; of a price that occurs twice
    /// on a side the last one counts.
    /// - Precondition: sizes are in 0 ... `levelSizeMax`.
    public mutating func replace(with snapshot: BookSnapshot) {
        if let told = snapshot.tickSize, told != tickSize {
            reset(tickSize: told)
        } else {
            removeAll()
        }
        for level in snapshot.bids { set(level, on: .buy) }
        for level in snapshot.asks { set(level, on: .sell) }
    }

    /// Puts the new size of one level in place of the old one; zero removes the level.
    ///
    /// A price off the grid proves a finer one: the book moves to the coarsest grid that holds both
    /// that price and every price of the present grid, and keeps its levels. (From 0.0025 that is
    /// 0.0001, because 0.001 does not divide it.) Removing a level off the grid changes nothing.
    /// - Precondition: the size is in 0 ... `levelSizeMax`.
    public mutating func apply(_ change: LevelChange) {
        set(change.level, on: change.side)
    }

    /// Empties the book and moves it to `tickSize`.
    public mutating func reset(tickSize: TickSize) {
        self.tickSize = tickSize
        bids.resize(slots: tickSize.ticksPerDollar + 1)
        asks.resize(slots: tickSize.ticksPerDollar + 1)
        collateral = 0
    }

    // MARK: What it says

    /// Nothing rests on either side.
    public var isEmpty: Bool { bids.count == 0 && asks.count == 0 }

    /// The highest bid.
    public var bestBid: PriceLevel? {
        bids.highest(below: .max).map { level($0, of: bids) }
    }

    /// The lowest offer.
    public var bestAsk: PriceLevel? {
        asks.lowest(from: 0).map { level($0, of: asks) }
    }

    /// Whether the best bid is at or above the best ask. No quote can be derived from such a book.
    public var isCrossed: Bool {
        guard let bid = bids.highest(below: .max), let ask = asks.lowest(from: 0) else {
            return false
        }
        return bid >= ask
    }

    /// The middle of the two best prices in units of 5e-5 dollars, so that half a tick is exact;
    /// `nil` while a side is empty.
    public var midpointDoubled: Int64? {
        guard let bid = bids.highest(below: .max), let ask = asks.lowest(from: 0) else {
            return nil
        }
        return Int64(bid + ask) * tickSize.raw
    }

    /// Best ask minus best bid; `nil` while a side is empty or the book is crossed (zero is locked).
    public var spread: Price? {
        guard let bid = bids.highest(below: .max), let ask = asks.lowest(from: 0) else {
            return nil
        }
        return Price(checking: Int64(ask - bid) * tickSize.raw)
    }

    /// The three best levels of a side, `.buy` for the bids, best first.
    public func top(_ side: Side) -> TopLevels {
        var levels = TopLevels()
        let ladder = side == .buy ? bids : asks
        var slot = side == .buy ? ladder.highest(below: .max) : ladder.lowest(from: 0)
        while let found = slot, levels.count < 3 {
            levels.append(level(found, of: ladder))
            slot = side == .buy ? ladder.highest(below: found) : ladder.lowest(from: found + 1)
        }
        return levels
    }

    /// What rests at `price`; zero where nothing does, or where the grid has no such price.
    public func size(at price: Price, on side: Side) -> Quantity {
        let (slot, rest) = slot(of: price)
        guard rest == 0 else { return .zero }
        return Quantity(raw: side == .buy ? bids.size(at: slot) : asks.size(at: slot))
    }

    /// The best level strictly worse than `price` for that side: a lower bid, a higher ask. Walks a
    /// side best first; `price` itself need not be a level, nor on the grid.
    public func nextBest(after price: Price, on side: Side) -> PriceLevel? {
        let (slot, rest) = slot(of: price)
        switch side {
        case .buy:
            return bids.highest(below: rest == 0 ? slot : slot + 1).map { level($0, of: bids) }
        case .sell: return asks.lowest(from: slot + 1).map { level($0, of: asks) }
        }
    }

    /// Collateral that rests in the whole book (strategy 14): bids at their price, asks at one
    /// dollar less their price. Exact for sizes of two decimals, as the venue's are; finer ones are
    /// summed exactly and rounded toward zero once. What `Money` cannot hold (nine trillion
    /// dollars) reads as the most that it can.
    public var liquidity: Money {
        if let small = Int64(exactly: collateral) { return Money(raw: small / 10_000) }
        return Money(raw: Int64(clamping: collateral / 10_000))
    }

    /// Prices at which something rests on a side.
    public func levelCount(_ side: Side) -> Int { side == .buy ? bids.count : asks.count }

    // MARK: How it is kept

    private mutating func removeAll() {
        bids.removeAll()
        asks.removeAll()
        collateral = 0
    }

    private mutating func set(_ level: PriceLevel, on side: Side) {
        precondition(
            level.size >= .zero && level.size <= Self.levelSizeMax,
            "a level's size is refused where it is decoded unless it is in 0 ... levelSizeMax"
        )
        var (slot, rest) = slot(of: level.price)
        if rest != 0 {
            guard level.size > .zero else { return }
            refine(toHold: level.price)
            (slot, rest) = self.slot(of: level.price)
        }
        switch side {
        case .buy:
            let old = bids.set(level.size.raw, at: slot)
            collateral += Int128(level.size.raw - old) * Int128(level.price.raw)
        case .sell:
            let old = asks.set(level.size.raw, at: slot)
            collateral += Int128(level.size.raw - old) * Int128(Price.one.raw - level.price.raw)
        }
    }

    private mutating func refine(toHold price: Price) {
        let finer = TickSize.allCases.first { candidate in
            tickSize.raw > candidate.raw && tickSize.raw % candidate.raw == 0
                && candidate.holds(price)
        }
        // 0.0001 divides every grid and holds every price, and a price off the present grid proves
        // that this is not it.
        let chosen = finer ?? .tenThousandth
        let factor = Int(tickSize.raw / chosen.raw)
        tickSize = chosen
        bids.refine(by: factor)
        asks.refine(by: factor)
    }

    /// In 32 bits, where a division costs a third of what it does in 64.
    private func slot(of price: Price) -> (slot: Int, rest: UInt32) {
        let parts = UInt32(truncatingIfNeeded: price.raw)
            .quotientAndRemainder(dividingBy: UInt32(truncatingIfNeeded: tickSize.raw))
        return (Int(parts.quotient), parts.remainder)
    }

    private func level(_ slot: Int, of ladder: Ladder) -> PriceLevel {
        PriceLevel(
            price: Price(raw: Int64(slot) * tickSize.raw),
            size: Quantity(raw: ladder.size(at: slot))
        )
    }
}
