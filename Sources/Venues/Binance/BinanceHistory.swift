public import Trading

/// The venue's clock against ours, of the quickest of several answers.
struct ClockSamples: Sendable {
    private(set) var count = 0
    private(set) var best: (offset: Duration, uncertainty: Duration)?

    /// The venue is taken to have looked at its clock in the middle of the way.
    mutating func add(venue: Timestamp, sentAt sent: Timestamp, receivedAt received: Timestamp) {
        count += 1
        let half = Duration(nanoseconds: max((received - sent).nanoseconds, 0) / 2)
        if let best, best.uncertainty <= half { return }
        best = (venue - (sent + half), half)
    }
}

extension ReferenceHistory {
    /// The closes of one-second bars: the newest stretch of them without a gap. The last bar of an
    /// answer is the running one and is left out, as are those that are not over by our clock.
    /// - Parameter rows: the oldest first.
    public init?(seconds rows: [BinanceKline], at now: Timestamp) {
        var prices: [ReferencePrice] = []
        var end: Timestamp?
        var next: Timestamp?
        for row in rows.dropLast().reversed() where row.openTime + .seconds(1) <= now {
            if let next, row.openTime + .seconds(1) != next { break }
            if end == nil { end = row.openTime + .seconds(1) }
            next = row.openTime
            prices.append(row.close)
        }
        guard let end else { return nil }
        self.init(prices: prices.reversed(), end: end)
    }
}

extension BinanceKline {
    /// The open of the one-hour candle is the strike of the window that it settles. `nil` for other
    /// markets.
    public func strike(of market: MarketDefinition) -> EngineEvent? {
        guard market.settlement == .binanceCandle, market.windowStart == openTime else {
            return nil
        }
        return .strikeObserved(market.id, open, .settlementFeed)
    }
}

extension InlineText {
    /// As klines name their interval.
    static let oneHour = InlineText("1h") ?? InlineText()
}
