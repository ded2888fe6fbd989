/// One side of a market as a bid: the bid for YES as it is, the offer of YES as the bid for NO that
/// it equals. Prices are in ticks of the side's own token.
struct QuoteSideView {
    let side: Side
    let tick: Int64
    let ticksPerDollar: Int64
    /// Fair value of the token, in dollars.
    let fair: Double
    /// What the next shares are worth to us, in dollars.
    let value: Double
    let halfSpread: HalfSpread
    let best: Int64
    let oppositeBest: Int64
    /// Our own order on the other side: the price at which a bid here would meet it.
    let ownOpposite: Int64?
    /// Shares held of this token, less those of the other, if everything committed here fills.
    let worstInventory: Quantity
    /// The most that may stand here by the limit of all windows together.
    let sharesMax: Quantity?
    let isHeld: Bool

    init(_ side: Side, of input: QuoteBuilder.Input, _ bestBid: Price, _ bestAsk: Price) {
        self.side = side
        tick = input.tickSize.raw
        ticksPerDollar = Price.one.raw / tick
        let reservation = Reservation(probability: input.fair, aversion: input.aversion)
        let inventory = input.inventory.shares
        let size = Double(max(input.orderSize, 1))
        let skew = Double(input.skewTicks * input.tickSize.raw) / 10_000
        switch side {
        case .buy:
            fair = input.fair
            value = reservation.bidValue(inventory, size: size) + skew
            halfSpread = input.bidHalfSpread
            best = bestBid.raw / tick
            oppositeBest = bestAsk.raw / tick
            ownOpposite = input.standingAsk.map { [tick] in $0.raw / tick }
            worstInventory = input.inventory + input.committedBids
            sharesMax = input.bidSharesMax
            isHeld = input.isBidHeld
        case .sell:
            fair = 1 - input.fair
            value = 1 - reservation.askValue(inventory, size: size) - skew
            halfSpread = input.askHalfSpread
            best = bestAsk.complement.raw / tick
            oppositeBest = bestBid.complement.raw / tick
            ownOpposite = input.standingBid.map { [tick] in $0.complement.raw / tick }
            worstInventory = input.committedAsks - input.inventory
            sharesMax = input.askSharesMax
            isHeld = input.isAskHeld
        }
    }

    /// A price of this side in YES terms.
    func bookPrice(_ ticks: Int64) -> Price {
        let price = Price(raw: ticks * tick)
        return side == .buy ? price : price.complement
    }
}
