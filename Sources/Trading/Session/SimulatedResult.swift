/// What a simulated session earned, and from what.
public struct SimulatedResult: Equatable, Sendable {
    /// The change of equity: capture + inventory - fees.
    public let profit: Money
    /// What fills gained on fair value, and what their shares did after it (`Attribution`).
    public let capture: Money
    public let inventory: Money
    public let fees: Money
    public let fills: Int64
    public let orders: Int64
    /// Sum of price times size of all fills.
    public let volume: Money
    /// What the fills had gained 5 and 30 s later, in dollars, at the middle of the book.
    public let markout5: Double
    public let markout30: Double
    /// Part of the time in which an order was out, 0 ... 1.
    public let quotedShare: Double
    public let stateHash: StateHash

    init(
        _ engine: borrowing Engine,
        markout5: Double,
        markout30: Double,
        quotedShare: Double
    ) {
        let attribution = engine.attribution
        profit = engine.totalEquity - engine.portfolio.startingCash
        capture = attribution.capture
        inventory = attribution.inventory
        fees = attribution.fees
        fills = engine.statistics.fills
        orders = engine.statistics.ordersPlaced
        volume = engine.portfolio.volume
        self.markout5 = markout5
        self.markout30 = markout30
        self.quotedShare = quotedShare
        stateHash = engine.stateHash
    }
}
