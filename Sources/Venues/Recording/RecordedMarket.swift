internal import Trading

/// What is known of one market of a recording.
struct RecordedMarket {
    var definition: MarketDefinition
    /// The token whose frames came second; empty while none has come.
    var otherToken = InlineText()
    /// As the last frame with a hash had them. The two tokens share them.
    var terms: BookTerms?
    /// The market's grid, as the engine was last told.
    var tickSize: TickSize
    /// Of the last book, in terms of YES; `nil` for an empty side.
    var bestBid: Price?
    var bestAsk: Price?
    /// The last inferred trade's price, in terms of YES.
    var lastTrade: Price?
    /// Until its end is told.
    var isOpen = true

    /// Who wins, as far as the last book can tell. A tie goes to YES, as it does in the market's
    /// own rule.
    var inferredWinner: Outcome {
        let bid = bestBid ?? .zero
        let ask = bestAsk ?? .one
        return bid.raw + ask.raw >= Price.one.raw ? .yes : .no
    }
}

/// The markets of a recording, found by slug. The one that was asked for last is looked at first.
struct RecordedMarkets {
    private var markets: [RecordedMarket] = []
    private var lastIndex = 0
    /// When the open market that ends first ends; far away when none is open.
    private var earliestEnd = Timestamp(nanoseconds: .max)

    var count: Int { markets.count }

    subscript(index: Int) -> RecordedMarket {
        get { markets[index] }
        _modify { yield &markets[index] }
    }

    mutating func append(_ market: RecordedMarket) -> Int {
        markets.append(market)
        earliestEnd = min(earliestEnd, market.definition.windowEnd)
        lastIndex = markets.count - 1
        return lastIndex
    }

    mutating func index(ofSlug slug: InlineText) -> Int? {
        if lastIndex < markets.count, markets[lastIndex].definition.slug == slug {
            return lastIndex
        }
        guard let index = markets.firstIndex(where: { $0.definition.slug == slug }) else {
            return nil
        }
        lastIndex = index
        return index
    }

    /// Whether any market has this token.
    func has(token: InlineText) -> Bool {
        markets.contains { $0.definition.yesToken == token || $0.otherToken == token }
    }

    /// Closes the open market that ends first, if it ends by `time`, and gives its index; of several
    /// that end together the one listed first.
    mutating func closeFirstEnded(by time: Timestamp) -> Int? {
        guard earliestEnd <= time else { return nil }
        let ended = markets.firstIndex { $0.isOpen && $0.definition.windowEnd == earliestEnd }
        if let ended { markets[ended].isOpen = false }
        earliestEnd = Timestamp(nanoseconds: .max)
        for market in markets where market.isOpen {
            earliestEnd = min(earliestEnd, market.definition.windowEnd)
        }
        return ended
    }
}
