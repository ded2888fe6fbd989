public import Trading

/// Orders signed ahead of time, for the prices that the quoter may want next, so that sending one
/// costs its rendering and an HMAC.
///
///     ladder.aim(market, .yes, .buy, price: bid, size: size)     whenever a quote was decided
///     ladder.refill(budget: 2, with: &signer, at: now)           when there is time
///     ladder.take(market, .yes, .buy, price:, size:, at: now)    on the hot path: an order or nil
///
/// A *line* is one side of one token: the last price aimed at and `ticksAround` on either side of
/// it, all of one size. Its rungs are found by the price's number on the grid modulo the line's
/// width, so that a line which moves keeps what still lies in it. Nothing that is signed depends on
/// the moment of sending (polymarket 6.5), but that is no promise of the venue's: a rung older than
/// `ageMax` is signed anew, and one of another grid, size or market is never handed out. Each is
/// handed out once.
public struct QuoteLadder: Sendable {
    /// A rung's age at which it is not sent any more.
    public static let ageMax = Duration.seconds(60)
    /// A rung's age at which it is replaced.
    public static let ageRefill = Duration.seconds(45)
    /// Sides of tokens that are followed; the one aimed at longest ago makes room.
    public static let linesMax = 16
    /// The widest line.
    public static let ticksAroundMax = 16

    /// Orders that were there when they were wanted, and those that were not.
    public private(set) var hits: Int64 = 0
    public private(set) var misses: Int64 = 0
    /// Orders signed here, used or not.
    public private(set) var signed: Int64 = 0

    private let ticksAround: Int64
    private var lines: [Line] = []
    private var aims: UInt64 = 0
    /// Where `refill` goes on.
    private var cursor = 0

    private struct Rung {
        var price: Price
        var size: Quantity
        var signedAt: Timestamp
        var order: SignedOrder
    }

    private struct Line {
        let market: GatewayMarket
        let outcome: Outcome
        let side: Side
        var centre: Price
        var size: Quantity
        var aimedAt: UInt64
        var rungs: [Rung?]

        func slot(of price: Price) -> Int {
            Int(price.raw / market.tickSize.raw) % rungs.count
        }
    }

    /// - Precondition: `ticksAround` is in 0 ... `ticksAroundMax`.
    public init(ticksAround: Int = 3) {
        precondition(
            (0...Self.ticksAroundMax).contains(ticksAround),
            "a line is at most 33 ticks wide"
        )
        self.ticksAround = Int64(ticksAround)
        lines.reserveCapacity(Self.linesMax)
    }

    /// The quoter wants, or may want next, about this price. Signs nothing.
    public mutating func aim(
        _ market: GatewayMarket,
        _ outcome: Outcome,
        _ side: Side,
        price: Price,
        size: Quantity
    ) {
        aims += 1
        if let index = line(market.id, outcome, side) {
            if lines[index].market == market {
                lines[index].centre = price
                lines[index].size = size
                lines[index].aimedAt = aims
                return
            }
            // Another grid or another contract: nothing of it can be used.
            lines.remove(at: index)
        }
        if lines.count == Self.linesMax {
            let oldest = lines.indices.min { lines[$0].aimedAt < lines[$1].aimedAt }
            if let oldest { lines.remove(at: oldest) }
        }
        lines.append(
            Line(
                market: market,
                outcome: outcome,
                side: side,
                centre: price,
                size: size,
                aimedAt: aims,
                rungs: Array(repeating: nil, count: 2 * Int(ticksAround) + 1)
            )
        )
    }

    /// Forgets a market: it ended, or its grid changed.
    public mutating func remove(_ market: MarketID) {
        lines.removeAll { $0.market.id == market }
    }

    /// Hands out an order, if there is one that is exactly what is wanted and young enough.
    public mutating func take(
        _ market: GatewayMarket,
        _ outcome: Outcome,
        _ side: Side,
        price: Price,
        size: Quantity,
        at now: Timestamp
    ) -> SignedOrder? {
        guard let index = line(market.id, outcome, side), lines[index].market == market else {
            misses += 1
            return nil
        }
        let slot = lines[index].slot(of: price)
        guard let rung = lines[index].rungs[slot], rung.price == price, rung.size == size,
            Self.age(rung, now) < Self.ageMax
        else {
            misses += 1
            return nil
        }
        lines[index].rungs[slot] = nil
        hits += 1
        return rung.order
    }

    /// Signs what is missing or too old, the rungs in the middle first, lines in turn.
    ///
    /// - Parameter budget: signatures at most.
    /// - Returns: signatures made; less than `budget` when nothing is missing any more.
    @discardableResult
    public mutating func refill(
        budget: Int,
        with signer: inout QuoteSigner,
        at now: Timestamp
    ) -> Int {
        var made = 0
        // Every line's middle before any line's next neighbours.
        for distance in 0...ticksAround {
            for turn in lines.indices {
                let index = (cursor + turn) % lines.count
                for step in distance == 0 ? [0] : [distance, -distance] {
                    guard made < budget else {
                        cursor = index
                        return made
                    }
                    if sign(index, step, &signer, now) { made += 1 }
                }
            }
        }
        return made
    }

    private mutating func sign(
        _ index: Int,
        _ step: Int64,
        _ signer: inout QuoteSigner,
        _ now: Timestamp
    ) -> Bool {
        let line = lines[index]
        let tick = line.market.tickSize
        guard let price = Price(checking: line.centre.raw + step * tick.raw), tick.holds(price),
            price.raw >= tick.raw, price.raw <= Price.one.raw - tick.raw
        else { return false }
        let slot = line.slot(of: price)
        if let rung = line.rungs[slot], rung.price == price, rung.size == line.size,
            Self.age(rung, now) < Self.ageRefill
        {
            return false
        }
        // Only a size below a hundredth of a share is left to be refused; it has no order.
        guard
            let order = try? signer.sign(
                line.market,
                line.outcome,
                line.side,
                price: price,
                size: line.size,
                at: now
            )
        else { return false }
        lines[index].rungs[slot] = Rung(
            price: price,
            size: line.size,
            signedAt: now,
            order: order
        )
        signed += 1
        return true
    }

    private static func age(_ rung: Rung, _ now: Timestamp) -> Duration { now - rung.signedAt }

    private func line(_ market: MarketID, _ outcome: Outcome, _ side: Side) -> Int? {
        for index in lines.indices
        where lines[index].market.id == market && lines[index].outcome == outcome
            && lines[index].side == side
        {
            return index
        }
        return nil
    }
}
