public import Trading

/// Turns a printed last trade price into a trade of the token whose book is kept.
///
/// Two things are not in the print and are inferred from the book that stood before the trade:
///
/// - **Which token.** A market has one last trade price for both of its tokens, in terms of the one
///   that the taker traded. In two hours of recorded books about half of the prints fit the book
///   as they stand and half fit it as one dollar minus the print; taking all of them as they stand
///   would put trades ninety cents away from the book. The reading that lies nearer to the book is
///   taken; on equal terms, the print as it stands.
/// - **Which side.** The quote rule of Lee and Ready (Journal of Finance, 1991): at the bid or
///   below, the taker sold; at the ask or above, the taker bought; between the two, the nearer one
///   decides. In the very middle, and without a book, the tick rule: above the previous trade's
///   price the taker bought, otherwise sold.
public struct TradeInference: Equatable, Sendable {
    /// In terms of the token whose book is kept.
    public let price: Price
    /// What the taker did with that token.
    public let takerSide: Side
    /// Whether the print was in terms of the other token.
    public let isComplement: Bool

    /// - Parameters:
    ///   - printed: the last trade price as the venue prints it.
    ///   - bestBid: before the trade; `nil` when there were no bids, which counts as 0.
    ///   - bestAsk: before the trade; `nil` when there were no asks, which counts as one dollar.
    ///   - previous: the price of the trade before, in terms of the token whose book is kept.
    public init(printed: Price, bestBid: Price?, bestAsk: Price?, previous: Price?) {
        let bid = bestBid ?? .zero
        let ask = bestAsk ?? .one
        let distance = Self.distance(from: printed, toBid: bid, ask: ask)
        let distanceOfOther = Self.distance(from: printed.complement, toBid: bid, ask: ask)
        isComplement = distanceOfOther < distance
        price = isComplement ? printed.complement : printed

        let overBid = price.raw - bid.raw
        let underAsk = ask.raw - price.raw
        if overBid < underAsk {
            takerSide = .sell
        } else if underAsk < overBid {
            takerSide = .buy
        } else if let previous, previous < price {
            takerSide = .buy
        } else {
            takerSide = .sell
        }
    }

    /// How far `price` lies outside the spread; zero at its edges and in between.
    private static func distance(from price: Price, toBid bid: Price, ask: Price) -> Int64 {
        max(bid.raw - price.raw, price.raw - ask.raw, 0)
    }
}
