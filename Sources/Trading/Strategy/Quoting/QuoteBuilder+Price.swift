/// Steps 1 to 7: the price, as a bid in the terms of `QuoteSideView`.
extension QuoteBuilder {
    /// Dollars within which a price counts as on its tick.
    private static let hair = 1e-9

    /// In YES terms; `nil` when no price of the grid is left.
    static func price(_ view: QuoteSideView) -> Price? {
        var ticks = clamp(round(reserve(view), view), view)
        ticks = keepEdge(ticks, view)
        ticks = stayMaker(ticks, view)
        ticks = avoidOwn(ticks, view)
        ticks = join(ticks, view)
        return ticks >= 1 ? view.bookPrice(ticks) : nil
    }

    /// 1. What the next shares are worth, less the half-spread; in dollars.
    static func reserve(_ view: QuoteSideView) -> Double {
        view.value - view.halfSpread.dollars
    }

    /// 2. Away from fair: down. The one place where a model price becomes ticks.
    static func round(_ dollars: Double, _ view: QuoteSideView) -> Int64 {
        let bounded = min(max(dollars, -1), 1)
        return Int64(((bounded + hair) * Double(view.ticksPerDollar)).rounded(.down))
    }

    /// 3. At most one tick from certainty. A price below one tick is left as it is and not quoted:
    /// lifting it to the grid would give the half-spread away.
    static func clamp(_ ticks: Int64, _ view: QuoteSideView) -> Int64 {
        min(ticks, view.ticksPerDollar - 1)
    }

    /// 4. `edgeTicksMin` from fair, whatever the inventory.
    static func keepEdge(_ ticks: Int64, _ view: QuoteSideView) -> Int64 {
        min(ticks, round(view.fair, view) - edgeTicksMin)
    }

    /// 5. Behind the opposite best of the combined book, so that the order rests.
    static func stayMaker(_ ticks: Int64, _ view: QuoteSideView) -> Int64 {
        min(ticks, view.oppositeBest - 1)
    }

    /// 6. Own YES bid and own NO bid together leave two edges: buying the pair never costs a
    /// dollar. Counts orders whose cancel is not confirmed.
    static func avoidOwn(_ ticks: Int64, _ view: QuoteSideView) -> Int64 {
        guard let own = view.ownOpposite else { return ticks }
        return min(ticks, own - 2 * edgeTicksMin)
    }

    /// 7. Joins the queue at the best; in a wide market one tick ahead of it.
    static func join(_ ticks: Int64, _ view: QuoteSideView) -> Int64 {
        let isWide = view.oppositeBest - view.best >= improvableSpreadTicks
        return min(ticks, view.best + (isWide ? 1 : 0))
    }
}
