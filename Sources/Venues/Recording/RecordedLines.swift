internal import Trading

/// Turns the lines of a recording into events: one line in, its events out one by one. What is in
/// `RecordedLines+Snapshots` belongs to recordings of thinned books.
struct RecordedLines {
    var statistics = RecordingStatistics()
    var snapshot = BookSnapshot(
        market: MarketID(index: 0),
        bids: [],
        asks: [],
        tickSize: nil,
        venueTime: Timestamp(nanoseconds: 0)
    )
    /// The last one told, for the format of snapshots, without its grid.
    var lastSnapshot: BookSnapshot?
    private var hash = BookHash()
    private let feeds = RecordedFeeds()
    /// Events of the last line of a recording of feeds, and how many of them have been told.
    private var feedEvents: [EngineEvent] = []
    private var feedEventsTold = 0
    var series: WindowSeries? { feeds.series }
    private(set) var format: RecordingFormat?
    var markets = RecordedMarkets()
    var pending = Pending()
    /// The time of the last event.
    private(set) var time = Timestamp(nanoseconds: 0)

    /// What of the last line has not been told yet, in the order of telling.
    struct Pending {
        /// Markets that end at or before this are to be resolved.
        var ends: Timestamp?
        var listed: Int?
        var trade: TradePrint?
        var tickSize: TickSize?
        var hasBook = false
    }

    // MARK: - In

    /// Takes a line, without its line feed. `nil` when it was sound or blank.
    /// - Precondition: `nextEvent()` has given `nil`.
    mutating func take(_ bytes: Span<UInt8>) -> RecordingDamage? {
        statistics.lines += 1
        if RecordedLine.isBlank(bytes) { return nil }
        if format == nil { format = RecordingFormat(ofLine: bytes) }
        do {
            switch format {
            case .snapshots: try takeSnapshotLine(bytes)
            case .feeds: try takeFeedLine(bytes)
            case .frames, nil:
                let line = try RecordedLine(bytes, levelsInto: &snapshot)
                statistics.unknownKeys += line.unknownKeys
                try takeFrame(line, bytes)
            }
            return nil
        } catch {
            statistics.damaged += 1
            return error
        }
    }

    /// Counts a line that was skipped unread.
    mutating func noteSkippedLine() {
        statistics.lines += 1
        statistics.damaged += 1
    }

    /// The recording has ended, and with it all of its markets: the events that this means follow.
    ///
    /// Those of a recording of feeds end as their venue tells, or stay open.
    mutating func endMarkets() {
        if format != .feeds { pending.ends = Timestamp(nanoseconds: .max) }
    }

    private mutating func takeFeedLine(_ bytes: Span<UInt8>) throws(RecordingDamage) {
        let line = try FeedLine(bytes)
        statistics.unknownKeys += line.unknownKeys
        try feeds.take(line)
        moveTime(to: line.time)
        feedEvents = feeds.takeEvents()
        feedEventsTold = 0
        let books = feeds.bookStatistics
        statistics.hashesVerified = Int(books.hashesVerified)
        statistics.hashesMismatched = Int(books.hashesMismatched)
        statistics.hashesUnverifiable = Int(books.hashesUnverifiable)
        statistics.contentsRefused = feeds.refused
        for event in feedEvents { count(event) }
    }

    private mutating func count(_ event: EngineEvent) {
        switch event {
        case .marketListed(let definition):
            statistics.markets += 1
            _ = markets.append(
                RecordedMarket(definition: definition, tickSize: definition.tickSize)
            )
        case .marketResolved(let id, let winner):
            statistics.resolutionsTold += 1
            markets[Int(id.index)].toldWinner = winner
        case .bookReplaced: statistics.frames += 1
        case .tickSizeChanged: statistics.tickSizeChanges += 1
        case .referenceChanged, .referencePolled: statistics.referencePrices += 1
        case .settlementObserved: statistics.settlementPrices += 1
        default: break
        }
    }

    private mutating func takeFrame(
        _ line: RecordedLine,
        _ bytes: Span<UInt8>
    ) throws(RecordingDamage) {
        let known = markets.index(ofSlug: line.slug.text)
        guard let conditionID = InlineText(bytes.extracting(line.book.market)),
            let token = InlineText(bytes.extracting(line.book.assetID))
        else { throw .identityChanged }
        try checkIdentity(known, conditionID, token)
        let terms = try verify(line.book, bytes, last: known.flatMap { markets[$0].terms })

        // After the hash, which vouches for the venue's stamp.
        let difference = Duration(nanoseconds: abs((line.time - line.book.venueTime).nanoseconds))
        guard difference <= RecordingReader.clockDifferenceMax else { throw .clocksApart }
        moveTime(to: line.time)
        pending.ends = time
        guard time < line.slug.windowEnd else {
            statistics.framesAfterEnd += 1
            return
        }
        let tickSize = terms?.tickSize ?? line.book.tickSize
        var bestBid = line.book.bestBid
        var bestAsk = line.book.bestAsk
        let index: Int
        if let known {
            index = known
            if token != markets[known].definition.yesToken {
                markets[known].otherToken = token
                statistics.framesOfOtherToken += 1
                snapshot.takeOtherSide()
                (bestBid, bestAsk) = (bestAsk?.complement, bestBid?.complement)
            }
            noteTrade(known, terms, line.book.venueTime)
            if let tickSize, tickSize != markets[known].tickSize {
                markets[known].tickSize = tickSize
                pending.tickSize = tickSize
                statistics.tickSizeChanges += 1
            }
        } else {
            index = list(line.slug, conditionID, token, tickSize ?? .hundredth)
        }
        if let terms { markets[index].terms = terms }
        markets[index].noteBook(bestBid: bestBid, bestAsk: bestAsk, at: time)
        snapshot.market = markets[index].definition.id
        snapshot.tickSize = tickSize
        pending.hasBook = true
        statistics.frames += 1
    }

    /// A slug stays with one market and at most two tokens, and a token with one slug.
    private func checkIdentity(
        _ known: Int?,
        _ conditionID: InlineText,
        _ token: InlineText
    ) throws(RecordingDamage) {
        guard let known else {
            guard !markets.has(token: token) else { throw .identityChanged }
            guard markets.count < RecordingReader.marketsMax else { throw .tooManyMarkets }
            return
        }
        let market = markets[known]
        guard market.definition.conditionID == conditionID else { throw .identityChanged }
        if token == market.definition.yesToken || token == market.otherToken { return }
        guard market.otherToken.isEmpty, !markets.has(token: token) else { throw .identityChanged }
    }

    /// The frame's terms; `nil` where its hash does not tell.
    private mutating func verify(
        _ book: PolymarketBook,
        _ bytes: Span<UInt8>,
        last: BookTerms?
    ) throws(RecordingDamage) -> BookTerms? {
        // The venue hashes every book: one without a hash has lost it on the way.
        guard book.hash != nil else { throw .frame(BookFrameError(.missing, .hash, at: 0)) }
        let outcome = hash.verify(book, in: bytes, last: last)
        statistics.hashAttempts = hash.attempts
        switch outcome {
        case .verified(let terms):
            statistics.hashesVerified += 1
            return terms
        case .verifiedByInference(let terms):
            if terms == last {
                statistics.hashesVerifiedByLastTerms += 1
            } else {
                statistics.hashesVerifiedBySearch += 1
            }
            return terms
        case .mismatch:
            statistics.hashesMismatched += 1
            throw .hashMismatch
        case .unverifiable:
            statistics.hashesUnverifiable += 1
            return nil
        }
    }

    mutating func moveTime(to received: Timestamp) {
        if received < time {
            statistics.clockStepsBack += 1
        } else {
            time = received
        }
        if statistics.firstTime == nil { statistics.firstTime = time }
        statistics.lastTime = time
    }

    private mutating func noteTrade(_ index: Int, _ terms: BookTerms?, _ venueTime: Timestamp) {
        let market = markets[index]
        guard let printed = terms?.lastTradePrice, let before = market.terms,
            before.lastTradePrice != printed
        else { return }
        let trade = TradeInference(
            printed: printed,
            bestBid: market.bestBid,
            bestAsk: market.bestAsk,
            previous: market.lastTrade
        )
        markets[index].lastTrade = trade.price
        pending.trade = TradePrint(
            market: market.definition.id,
            takerSide: trade.takerSide,
            price: trade.price,
            size: nil,
            venueTime: venueTime
        )
        statistics.tradesInferred += 1
        if trade.isComplement { statistics.tradesOfOtherToken += 1 }
    }

    mutating func list(
        _ slug: MarketSlug,
        _ conditionID: InlineText,
        _ token: InlineText,
        _ tickSize: TickSize
    ) -> Int {
        let definition = MarketDefinition(
            id: MarketID(index: UInt32(markets.count)),
            slug: slug.text,
            conditionID: conditionID,
            yesToken: token,
            noToken: InlineText(),
            windowStart: slug.windowStart,
            windowEnd: slug.windowEnd,
            tickSize: tickSize,
            orderSizeMin: Quantity(shares: 5),
            takerFeeRate: 0.07,
            settlement: .ofRecurringMarket(from: slug.windowStart, to: slug.windowEnd)
        )
        statistics.markets += 1
        let index = markets.append(RecordedMarket(definition: definition, tickSize: tickSize))
        pending.listed = index
        return index
    }

    // MARK: - Out

    /// The next event of the last line; `nil` when all are told.
    mutating func nextEvent() -> (Timestamp, EngineEvent)? {
        if let ends = pending.ends {
            while let ended = markets.closeFirstEnded(by: ends) {
                // A market without a book was never listed.
                guard markets[ended].lastBook != nil else { continue }
                let settlement = markets[ended].settlement
                if settlement.isTold {
                    statistics.resolutionsTold += 1
                } else {
                    statistics.resolutionsInferred += 1
                }
                let definition = markets[ended].definition
                return (
                    definition.windowEnd,
                    .marketResolved(definition.id, winner: settlement.winner)
                )
            }
            pending.ends = nil
        }
        if let listed = pending.listed {
            pending.listed = nil
            return (time, .marketListed(markets[listed].definition))
        }
        if let trade = pending.trade {
            pending.trade = nil
            return (time, .traded(trade))
        }
        if let tickSize = pending.tickSize {
            pending.tickSize = nil
            return (time, .tickSizeChanged(snapshot.market, tickSize))
        }
        if pending.hasBook {
            pending.hasBook = false
            return (time, .bookReplaced(snapshot))
        }
        if feedEventsTold < feedEvents.count {
            feedEventsTold += 1
            return (time, feedEvents[feedEventsTold - 1])
        }
        return nil
    }
}
