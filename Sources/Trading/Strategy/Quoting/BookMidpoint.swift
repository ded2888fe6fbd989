/// Where the market sees the price: a midpoint that small orders at the touch cannot move.
enum BookMidpoint {
    /// Levels smaller than this are left out (strategy 4).
    static let levelSizeMin = Quantity(shares: 20)

    /// The middle of the two sides' average prices, each weighted by size over the best three
    /// levels, in dollars. `nil` when no level of a side counts, or the averages are crossed.
    static func depthWeighted(
        bids: TopLevels,
        asks: TopLevels,
        levelSizeMin: Quantity = levelSizeMin
    ) -> Double? {
        guard let bid = averagePrice(bids, levelSizeMin),
            let ask = averagePrice(asks, levelSizeMin),
            bid < ask
        else { return nil }
        return (bid + ask) / 2
    }

    private static func averagePrice(_ levels: TopLevels, _ sizeMin: Quantity) -> Double? {
        var sum = 0.0
        var weight = 0.0
        for index in 0..<levels.count where levels[index].size >= sizeMin {
            sum += levels[index].price.dollars * levels[index].size.shares
            weight += levels[index].size.shares
        }
        return weight > 0 ? sum / weight : nil
    }
}
