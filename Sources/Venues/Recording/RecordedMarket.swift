public import Trading

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
    /// When it came; `nil` before the first.
    var lastBook: Timestamp?
    /// The last inferred trade's price, in terms of YES.
    var lastTrade: Price?
    /// As the recording tells it; `nil` where it does not.
    var toldWinner: Outcome?
    /// Until its end is told.
    var isOpen = true

    init(definition: MarketDefinition, tickSize: TickSize) {
        self.definition = definition
        self.tickSize = tickSize
    }

    mutating func noteBook(bestBid: Price?, bestAsk: Price?, at time: Timestamp) {
        self.bestBid = bestBid
        self.bestAsk = bestAsk
        lastBook = time
    }

    var settlement: RecordedSettlement {
        RecordedSettlement(
            toldWinner: toldWinner,
            bestBid: bestBid,
            bestAsk: bestAsk,
            silence: lastBook.map { definition.windowEnd - $0 }
        )
    }
}

/// How a market of a recording ends, and how well that is known.
public struct RecordedSettlement: Equatable, Sendable {
    /// Above this, or below one dollar less it, the middle of the last book says who won.
    public static let decidedMiddle = Price(raw: 9_500)

    public let winner: Outcome
    /// Whether the recording tells the winner. Otherwise it is an assumption from the last book.
    public let isTold: Bool
    /// Of the market's last book, in terms of YES; `nil` for an empty side.
    public let bestBid: Price?
    public let bestAsk: Price?
    /// From the last book to the end of the window; `nil` when there was no book.
    public let silence: Duration?

    init(toldWinner: Outcome?, bestBid: Price?, bestAsk: Price?, silence: Duration?) {
        self.bestBid = bestBid
        self.bestAsk = bestAsk
        self.silence = silence
        isTold = toldWinner != nil
        // A tie goes to YES, as it does in the market's own rule.
        let isUp = Self.middleDoubled(bestBid, bestAsk) >= Price.one.raw
        winner = toldWinner ?? (isUp ? .yes : .no)
    }

    /// Whether the last book leaves no doubt: its middle was at most five cents from an end, an
    /// empty side counting as 0 or 1 dollar.
    public var isDecidedByBook: Bool {
        let middle = Self.middleDoubled(bestBid, bestAsk)
        return middle >= 2 * Self.decidedMiddle.raw
            || middle <= 2 * Self.decidedMiddle.complement.raw
    }

    private static func middleDoubled(_ bid: Price?, _ ask: Price?) -> Int64 {
        (bid ?? .zero).raw + (ask ?? .one).raw
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

    /// The market with this condition id; `nil` when none has it.
    mutating func index(ofCondition id: Span<UInt8>) -> Int? {
        if lastIndex < markets.count, markets[lastIndex].definition.conditionID.equals(id) {
            return lastIndex
        }
        for index in markets.indices where markets[index].definition.conditionID.equals(id) {
            lastIndex = index
            return index
        }
        return nil
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

extension InlineText {
    func equals(_ bytes: Span<UInt8>) -> Bool {
        guard bytes.count == count else { return false }
        let own = span
        for index in bytes.indices where bytes[index] != own[index] { return false }
        return true
    }
}
