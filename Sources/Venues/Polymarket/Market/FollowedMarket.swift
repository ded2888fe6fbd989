internal import Trading

/// One market that the socket follows.
struct FollowedMarket {
    let id: MarketID
    let conditionID: InlineText
    let yesToken: InlineText
    let noToken: InlineText
    var hash: BookHash
    /// What the socket has told so far, in terms of YES, for comparing.
    var book: OrderBook
    /// Whether `book` is what the venue shows, or void until the next snapshot.
    var isBookKnown = false
    /// The newest stamp of a snapshot.
    var bookTime = Timestamp(nanoseconds: .min)
    var terms: BookTerms?
    /// Messages in a row whose best prices were not ours.
    var mismatches = 0
    var doubt: MarketFeedDoubt?
    /// Something was said of it that is not known; for as long as it is followed.
    var isUnfamiliar = false
    var isResolved = false

    init(_ definition: MarketDefinition, hash: BookHash) {
        id = definition.id
        conditionID = definition.conditionID
        yesToken = definition.yesToken
        noToken = definition.noToken
        self.hash = hash
        book = OrderBook(tickSize: definition.tickSize)
    }

    /// Nothing is known any more: the connection is a new one.
    mutating func forget() {
        isBookKnown = false
        bookTime = Timestamp(nanoseconds: .min)
        mismatches = 0
    }

    func hasTop(_ bid: Price?, _ ask: Price?) -> Bool {
        book.bestBid?.price == bid && book.bestAsk?.price == ask
    }

    var isGhost: Bool {
        guard let bid = book.bestBid, let ask = book.bestAsk else { return false }
        return bid.price.raw <= 100 && ask.price.raw >= 9_900
    }
}

/// The markets that are followed, found by token.
///
/// A socket follows a few dozen tokens at most, so a scan over the ends of their ids (the lower
/// digits, which differ soonest) is faster than hashing 78 digits.
struct FollowedMarkets {
    private var markets: [FollowedMarket] = []
    /// For each market, the ends of its two tokens.
    private var ends: [(yes: UInt64, no: UInt64)] = []
    private var lastIndex = 0

    var count: Int { markets.count }
    var indices: Range<Int> { markets.indices }

    subscript(index: Int) -> FollowedMarket {
        get { markets[index] }
        _modify { yield &markets[index] }
    }

    mutating func append(_ market: FollowedMarket) {
        markets.append(market)
        ends.append((Self.end(market.yesToken.span), Self.end(market.noToken.span)))
    }

    mutating func remove(at index: Int) {
        markets.remove(at: index)
        ends.remove(at: index)
        lastIndex = 0
    }

    func index(of id: MarketID) -> Int? { markets.firstIndex { $0.id == id } }

    /// The market of a token, and which of its two it is.
    mutating func find(token: Span<UInt8>) -> (index: Int, outcome: Outcome)? {
        let end = Self.end(token)
        if lastIndex < markets.count, let outcome = outcome(lastIndex, end, token) {
            return (lastIndex, outcome)
        }
        for index in ends.indices {
            guard let outcome = outcome(index, end, token) else { continue }
            lastIndex = index
            return (index, outcome)
        }
        return nil
    }

    mutating func find(condition: Span<UInt8>) -> Int? {
        if lastIndex < markets.count, markets[lastIndex].conditionID.equals(condition) {
            return lastIndex
        }
        return markets.firstIndex { $0.conditionID.equals(condition) }
    }

    private func outcome(_ index: Int, _ end: UInt64, _ token: Span<UInt8>) -> Outcome? {
        if ends[index].yes == end, markets[index].yesToken.equals(token) { return .yes }
        if ends[index].no == end, markets[index].noToken.equals(token) { return .no }
        return nil
    }

    /// The last eight bytes.
    private static func end(_ token: Span<UInt8>) -> UInt64 {
        var end: UInt64 = 0
        for index in max(0, token.count - 8)..<token.count {
            end = end << 8 | UInt64(token[index])
        }
        return end
    }
}
