internal import Trading
internal import Venues

/// What a replay found of one market.
struct ReplayMarket {
    let definition: MarketDefinition
    /// Shares of YES bought less sold, NO counted the other way round, as of the last fill.
    private(set) var inventory = Quantity.zero
    /// Its extremes.
    private(set) var inventoryMin = Quantity.zero
    private(set) var inventoryMax = Quantity.zero
    /// Shares traded, of either token.
    private(set) var shares = Quantity.zero
    /// As of the market's end, or of the end of the recording.
    var attribution = Attribution()
    /// `nil` until the market has ended.
    var settlement: RecordedSettlement?

    init(_ definition: MarketDefinition) { self.definition = definition }

    mutating func book(_ fill: Fill) {
        let isUp = (fill.outcome == .yes) == (fill.side == .buy)
        inventory += isUp ? fill.size : -fill.size
        inventoryMin = min(inventoryMin, inventory)
        inventoryMax = max(inventoryMax, inventory)
        shares += fill.size
    }

    /// Whether its winner was assumed from a last book that leaves doubt.
    var isInDoubt: Bool {
        guard let settlement else { return false }
        return !settlement.isTold && !settlement.isDecidedByBook
    }

    /// How the window ended, for a column of a table: `Up` or `Down` as the recording tells, with
    /// `~` where the last book says so beyond doubt, with `?` where it leaves doubt.
    var ending: String {
        guard let settlement else { return "open" }
        let winner = settlement.winner == .yes ? "Up" : "Down"
        if settlement.isTold { return winner }
        return winner + (isInDoubt ? "?" : "~")
    }
}

/// One fill, with the book that stood when we heard of it.
struct ReplayFill {
    let time: Timestamp
    let fill: Fill
    let slug: InlineText
    /// In terms of YES; `nil` for an empty side.
    let bestBid: Price?
    let bestAsk: Price?

    /// In terms of YES.
    var isBuy: Bool { (fill.outcome == .yes) == (fill.side == .buy) }
    var price: Price { fill.outcome == .yes ? fill.price : fill.price.complement }
}
