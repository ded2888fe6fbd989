internal import Trading

/// What the messages mean.
extension PolymarketMarketFeed {
    // MARK: - Whose they are

    /// The followed market of the message's token, counted as unrelated when there is none.
    private mutating func findToken(_ bytes: Span<UInt8>) -> (index: Int, outcome: Outcome)? {
        guard let found = markets.find(token: bytes.extracting(message.token)) else {
            statistics.unrelated += 1
            return nil
        }
        guard !markets[found.index].isResolved else { return nil }
        guard markets[found.index].conditionID.equals(bytes.extracting(message.market)) else {
            doubt(found.index, .identity)
            return nil
        }
        noteKeys(found.index)
        return found
    }

    private mutating func noteKeys(_ index: Int) {
        guard message.unknownKeys > 0 else { return }
        statistics.unknownKeys += Int64(message.unknownKeys)
        // The first time, the book may be another one than it seems. After the next snapshot it is
        // compared as ever, and what else has changed is held against the market for good.
        if distrustsUnknownKeys, !markets[index].isUnfamiliar { doubt(index, .unknownFormat) }
    }

    // MARK: - Books

    /// Prepares a book: in terms of YES, its market set. `nil` when it is not to be told.
    /// - Returns: the market, and its grid where that is another one than before.
    mutating func beginBook(_ bytes: Span<UInt8>) -> (index: Int, tickSize: TickSize?)? {
        guard let (index, outcome) = findToken(bytes) else { return nil }
        if outcome == .no {
            // The venue sends both tokens' books at once; the second one says nothing new.
            if markets[index].isBookKnown, message.book.venueTime <= markets[index].bookTime {
                statistics.booksRepeated += 1
                return nil
            }
            snapshot.takeOtherSide()
        }
        snapshot.market = markets[index].id
        let known = markets[index].book.tickSize
        var tickSize = snapshot.tickSize ?? known
        // What a hash gave away counts where it is finer: prices may have proved more since.
        if snapshot.tickSize == nil, let inferred = markets[index].terms?.tickSize,
            inferred.raw < known.raw
        {
            tickSize = inferred
        }
        tickSize = snapshot.grid(from: tickSize)
        snapshot.tickSize = tickSize
        return (index, markets[index].isBookKnown && tickSize != known ? tickSize : nil)
    }

    mutating func moveToGrid(_ index: Int, _ tickSize: TickSize) -> EngineEvent {
        statistics.tickSizeChanges += 1
        markets[index].book.reset(tickSize: tickSize)
        return .tickSizeChanged(markets[index].id, tickSize)
    }

    mutating func takeBook(_ index: Int) -> EngineEvent {
        statistics.books += 1
        markets[index].book.replace(with: snapshot)
        markets[index].isBookKnown = true
        markets[index].bookTime = max(markets[index].bookTime, snapshot.venueTime)
        markets[index].mismatches = 0
        return .bookReplaced(snapshot)
    }

    /// Judges the book that was told last.
    mutating func checkBook(_ index: Int, _ bytes: Span<UInt8>) {
        if message.hasChanges || message.price != nil { return doubt(index, .unknownFormat) }
        let terms = markets[index].terms
        switch markets[index].hash.verify(message.book, in: bytes, last: terms) {
        case .verified(let terms), .verifiedByInference(let terms):
            statistics.hashesVerified += 1
            markets[index].terms = terms
        case .mismatch:
            statistics.hashesMismatched += 1
            // Without a hash in the frame there is nothing to compare: that is `unverifiable`.
            return doubt(index, .hashMismatch)
        case .unverifiable: statistics.hashesUnverifiable += 1
        }
        if markets[index].isGhost { return doubt(index, .ghostBook) }
        if markets[index].doubt != nil { trust(index) }
    }

    // MARK: - Changes

    /// `false` when nothing of it is to be told.
    mutating func beginChanges(_ bytes: Span<UInt8>) -> Bool {
        guard let index = markets.find(condition: bytes.extracting(message.market)) else {
            statistics.unrelated += 1
            return false
        }
        guard !markets[index].isResolved else { return false }
        noteKeys(index)
        if message.hasLevels { doubt(index, .unknownFormat) }
        guard markets[index].isBookKnown else {
            statistics.changesWithoutBook += Int64(changes.count)
            return false
        }
        return true
    }

    /// The first change at or after `first` that is news, and where to go on.
    mutating func nextChange(
        from first: Int,
        _ bytes: Span<UInt8>
    ) -> (event: EngineEvent, next: Int)? {
        for position in first..<changes.count {
            guard
                let (index, outcome) = markets.find(
                    token: bytes.extracting(changes[position].token)
                )
            else {
                // A token of a market that we follow and that is neither of its two.
                doubtMarket(bytes, .identity)
                continue
            }
            guard markets[index].conditionID.equals(bytes.extracting(message.market)) else {
                doubt(index, .identity)
                continue
            }
            var level = changes[position].level
            var side = changes[position].side
            if outcome == .no {
                level.price = level.price.complement
                side = side.opposite
                changes[position].level = level
                changes[position].side = side
                changes[position].isTurnedOver = true
                turnOverTops(position)
            }
            if isRepeated(position, index) { continue }
            statistics.changes += 1
            let change = LevelChange(
                market: markets[index].id,
                side: side,
                level: level,
                venueTime: message.book.venueTime
            )
            markets[index].book.apply(change)
            return (.levelChanged(change), position + 1)
        }
        return nil
    }

    private mutating func turnOverTops(_ position: Int) {
        guard let bid = changes[position].bestBid, let ask = changes[position].bestAsk else {
            return
        }
        changes[position].bestBid = .some(ask?.complement)
        changes[position].bestAsk = .some(bid?.complement)
    }

    /// Whether a change before it in the message, of the other token, said the same level already.
    private mutating func isRepeated(_ position: Int, _ index: Int) -> Bool {
        let change = changes[position]
        var isContradicted = false
        for earlier in 0..<position
        where changes[earlier].isTurnedOver != change.isTurnedOver
            && changes[earlier].side == change.side
            && changes[earlier].level.price == change.level.price
        {
            if changes[earlier].level.size == change.level.size {
                statistics.changesRepeated += 1
                return true
            }
            isContradicted = true
        }
        if isContradicted { doubt(index, .tokensContradict) }
        return false
    }

    /// Compares the venue's best prices after the message with ours.
    mutating func compareTops(_ bytes: Span<UInt8>) {
        guard let last = changes.last, let bid = last.bestBid, let ask = last.bestAsk,
            let index = markets.find(condition: bytes.extracting(message.market))
        else { return }
        compare(index, bid, ask)
    }

    private mutating func compare(_ index: Int, _ bid: Price?, _ ask: Price?) {
        guard markets[index].isBookKnown else { return }
        statistics.topsCompared += 1
        if markets[index].hasTop(bid, ask) {
            markets[index].mismatches = 0
        } else {
            statistics.topsMismatched += 1
            markets[index].mismatches += 1
            if markets[index].mismatches >= Self.mismatchesMax {
                doubt(index, .topMismatch)
                if markets[index].mismatches == Self.mismatchesMax {
                    notices.append(.snapshotWanted(markets[index].id))
                }
            }
        }
        if markets[index].isGhost {
            doubt(index, .ghostBook)
        } else if markets[index].doubt == .ghostBook {
            trust(index)
        }
    }

    /// `best_bid_ask` changes nothing; it is compared.
    mutating func compareBest(_ bytes: Span<UInt8>) {
        guard let (index, outcome) = findToken(bytes), let bid = message.bestBid,
            let ask = message.bestAsk
        else { return }
        switch outcome {
        case .yes: compare(index, bid, ask)
        case .no: compare(index, ask?.complement, bid?.complement)
        }
    }

    // MARK: - Everything else

    mutating func takeTrade(_ bytes: Span<UInt8>) -> MarketFeedItem? {
        guard let (index, outcome) = findToken(bytes), let price = message.price,
            let size = message.size, let side = message.side
        else { return nil }
        statistics.trades += 1
        let print = TradePrint(
            market: markets[index].id,
            takerSide: outcome == .yes ? side : side.opposite,
            price: outcome == .yes ? price : price.complement,
            size: size,
            venueTime: message.book.venueTime
        )
        return .event(.traded(print))
    }

    /// Told once for both tokens.
    mutating func takeTickSize(_ bytes: Span<UInt8>) -> MarketFeedItem? {
        guard let (index, _) = findToken(bytes), let tickSize = message.newTickSize,
            tickSize != markets[index].book.tickSize
        else { return nil }
        let event = moveToGrid(index, tickSize)
        markets[index].isBookKnown = false
        markets[index].terms?.tickSize = tickSize
        notices.append(.snapshotWanted(markets[index].id))
        return .event(event)
    }

    mutating func takeResolution(_ bytes: Span<UInt8>) -> MarketFeedItem? {
        guard let index = markets.find(condition: bytes.extracting(message.market)) else {
            statistics.unrelated += 1
            return nil
        }
        guard !markets[index].isResolved, let range = message.winner else { return nil }
        guard let (owner, outcome) = markets.find(token: bytes.extracting(range)), owner == index
        else {
            doubt(index, .identity)
            return nil
        }
        statistics.resolutions += 1
        markets[index].isResolved = true
        return .event(.marketResolved(markets[index].id, winner: outcome))
    }

    // MARK: - Doubts

    /// An event that is not known: of a followed market when it names one.
    mutating func noteUnknown(_ bytes: Span<UInt8>) {
        statistics.unknownEvents += 1
        if let (index, _) = markets.find(token: bytes.extracting(message.token)) {
            doubt(index, .unknownFormat)
        } else {
            doubtMarket(bytes, .unknownFormat)
        }
    }

    /// A message was refused. Where its market is not known, or others may have followed it in the
    /// frame, it may have been about any of the markets.
    mutating func noteMalformed(
        _ error: BookFrameError,
        _ bytes: Span<UInt8>
    ) {
        statistics.malformed += 1
        if statistics.firstError == nil { statistics.firstError = error }
        let isArray = !bytes.isEmpty && bytes[0] == UInt8(ascii: "[")
        if !message.market.isEmpty, !isArray {
            doubtMarket(bytes, .unknownFormat)
        } else {
            for index in markets.indices { doubt(index, .unknownFormat) }
        }
    }

    private mutating func doubtMarket(_ bytes: Span<UInt8>, _ doubt: MarketFeedDoubt) {
        guard let index = markets.find(condition: bytes.extracting(message.market)) else {
            statistics.unrelated += 1
            return
        }
        self.doubt(index, doubt)
    }

    private mutating func trust(_ index: Int) {
        markets[index].doubt = nil
        notices.append(.trusted(markets[index].id))
    }

    mutating func nextNotice() -> MarketFeedItem? {
        notices.isEmpty ? nil : notices.removeFirst()
    }

    /// Told when it is new; any other takes the place of a ghost, from which nobody quotes anyway.
    private mutating func doubt(_ index: Int, _ doubt: MarketFeedDoubt) {
        if doubt == .unknownFormat, !markets[index].isUnfamiliar {
            markets[index].isUnfamiliar = true
            notices.append(.unfamiliar(markets[index].id))
        }
        if let known = markets[index].doubt, known != .ghostBook || doubt == .ghostBook { return }
        markets[index].doubt = doubt
        notices.append(.distrusted(markets[index].id, doubt))
    }
}
