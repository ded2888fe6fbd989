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
    /// Fills whose markout at 30 s is known, and the sum of those markouts in dollars of a share:
    /// what a fill had gained by then, its capture included.
    public let markouts: Int64
    public let markoutSum: Double
    /// Part of the time in which an order was out, 0 ... 1.
    public let quotedShare: Double
    public let stateHash: StateHash

    init(_ engine: borrowing Engine, quotedShare: Double) {
        let attribution = engine.attribution
        profit = engine.totalEquity - engine.portfolio.startingCash
        capture = attribution.capture
        inventory = attribution.inventory
        fees = attribution.fees
        fills = engine.statistics.fills
        orders = engine.statistics.ordersPlaced
        volume = engine.portfolio.volume
        var count: Int64 = 0
        var sum = 0.0
        for side in Side.allCases {
            let total = engine.markouts.total(side, .seconds30)
            count += total.fills
            sum += total.capture + total.move
        }
        markouts = count
        markoutSum = sum
        self.quotedShare = quotedShare
        stateHash = engine.stateHash
    }
}
