/// Whether a market is worth quoting at all, judged on its book (strategy 6 and 14).
enum MarketFilter {
    /// The widest market spread that is quoted, in ticks.
    static let spreadTicksMax: Int64 = 10
    /// New risk is taken only while the midpoint lies in 0.05 ... 0.95.
    static let midpointDoubledMin: Int64 = 2 * 500
    static let midpointDoubledMax: Int64 = 2 * 9_500

    /// `nil` when the market passes.
    static func check(_ book: borrowing OrderBook, minLiquidity: Double) -> Reason? {
        guard let midpointDoubled = book.midpointDoubled, let spread = book.spread else {
            return book.isEmpty ? .noBook : .oneSidedBook
        }
        let liquidity = book.liquidity
        if liquidity.dollars < minLiquidity {
            return .liquidity(measured: liquidity, required: minLiquidity)
        }
        let allowed = Price(raw: min(spreadTicksMax * book.tickSize.raw, Price.one.raw))
        if spread > allowed { return .spreadTooWide(measured: spread, allowed: allowed) }
        if midpointDoubled < midpointDoubledMin || midpointDoubled > midpointDoubledMax {
            return .priceOutOfRange
        }
        return nil
    }
}
