internal import Trading
internal import Wire

/// Turns the lines of a recording of feeds into the events that a live session had from them, by
/// the same decoders.
///
/// Markets are listed by their records and end as those or the market socket tell: a market whose
/// outcome the recording does not hold stays open.
final class RecordedFeeds {
    /// What the lines so far have led to and nobody has taken.
    private(set) var events: [EngineEvent] = []
    private(set) var series: WindowSeries?
    /// Markets listed so far, whose ids are their places.
    private(set) var markets: [MarketDefinition] = []
    /// Their winners, as far as they are known.
    private(set) var winners: [Outcome?] = []
    private(set) var refused = 0

    private let decoder = BinanceDecoder()
    private var reference = BinanceReference(symbol: InlineText())
    private var prices = ChainlinkPrices(WindowSeries(.btc, .fiveMinutes))
    private var books = MarketBooks()
    private var records = GammaDecoder()
    private var candles: [BinanceKline] = []

    var bookStatistics: MarketFeedStatistics { books.statistics }

    /// Hands the events over.
    func takeEvents() -> [EngineEvent] {
        defer { events.removeAll() }
        return events
    }

    /// Takes a line. Content that its decoder refuses is counted, as a live session does.
    func take(_ line: borrowing FeedLine) throws(RecordingDamage) {
        switch line.kind {
        case .series: try begin(line.bytes)
        case .link(let link): take(link, line.feed)
        case .raw: try read(line.bytes, line)
        case .text:
            var buffer = ByteBuffer(capacity: line.bytes.count + 1)
            let text = line.bytes
            do throws(JSONError) {
                try buffer.append(upTo: text.count) { output throws(JSONError) in
                    try JSONText.decode(text, loneSurrogate: .replaced, into: &output)
                }
            } catch {
                throw .notJSON(error)
            }
            try read(buffer.span, line)
        }
    }

    /// Files of one session that follow one another say it again.
    private func begin(_ name: Span<UInt8>) throws(RecordingDamage) {
        guard let series = WindowSeries(named: name) else { throw .slug }
        guard self.series != series else { return }
        guard self.series == nil else { throw .slug }
        self.series = series
        let symbol = series.asset.binanceSymbol.uppercased()
        reference = BinanceReference(symbol: InlineText(symbol) ?? InlineText())
        prices = ChainlinkPrices(series)
    }

    private func take(_ link: RecordedLink, _ feed: RecordedFeed) {
        switch (feed, link) {
        case (.market, .new): books.reconnected()
        case (.market, .down): events += books.disconnected()
        case (.binance, .new): reference.reconnected()
        default: break
        }
    }

    private func read(
        _ bytes: Span<UInt8>,
        _ line: borrowing FeedLine
    ) throws(RecordingDamage) {
        guard series != nil else { throw .keys }
        switch line.feed {
        case .recording: throw .keys
        case .binance: readBinance(bytes, line.time)
        case .binanceHistory:
            guard let rows = try? BinanceREST.klines(bytes),
                let history = ReferenceHistory(seconds: rows, at: line.time)
            else { return refuse() }
            events.append(.referenceHistory(history))
        case .binanceLevel:
            guard let level = try? BinanceREST.bookTicker(bytes), level.symbol == reference.symbol
            else { return refuse() }
            let middle = ReferencePrice(raw: level.bid.raw + (level.ask.raw - level.bid.raw) / 2)
            events.append(.referencePolled(middle, roundTrip: line.time - line.sent))
        case .binanceCandle:
            guard let row = (try? BinanceREST.klines(bytes))?.first else { return refuse() }
            take(candle: row)
        case .prices:
            guard (try? prices.read(bytes)) != nil else { return refuse() }
            events += prices.events
        case .market: readMarket(bytes)
        case .record: readRecord(bytes, line.time)
        }
    }

    private func readBinance(_ bytes: Span<UInt8>, _ time: Timestamp) {
        guard let message = try? decoder.decode(bytes) else { return refuse() }
        switch reference.take(message, at: time) {
        case .event(let event): events.append(event)
        case .quarantined: refused += 1
        case .tradesLost, nil: break
        }
        if case .kline(let candle, let symbol, let interval, _) = message,
            symbol == reference.symbol, interval == .oneHour
        {
            take(candle: candle)
        }
    }

    private func readMarket(_ bytes: Span<UInt8>) {
        var frame = MarketBooksFrame(bytes)
        while let item = frame.next(&books) {
            switch item {
            case .event(.marketResolved(let id, let winner)): resolve(id, winner)
            case .event(let event): events.append(event)
            case .doubted: refused += 1
            case .sound, .unfamiliar: break
            }
        }
    }

    /// A live session counts it and goes on.
    private func refuse() { refused += 1 }

    // MARK: - Markets

    private func readRecord(_ bytes: Span<UInt8>, _ time: Timestamp) {
        guard (try? records.decode(bytes)) != nil else { return refuse() }
        guard let record = records.markets.first else { return }
        if let known = markets.first(where: { $0.conditionID == record.conditionID }) {
            offer(record.strike, to: known)
            if let winner = record.winner { resolve(known.id, winner) }
            return
        }
        // The window after it may be waiting for its strike.
        if let next = markets.first(where: { $0.windowStart == record.windowEnd }) {
            offer(record.finalPrice, to: next)
        }
        guard record.window(of: series, at: time) else { return }
        let id = MarketID(index: UInt32(markets.count))
        guard markets.count < RecordingReader.marketsMax,
            let definition = try? record.definition(id: id, at: time), books.follow(definition)
        else { return }
        markets.append(definition)
        winners.append(nil)
        events.append(.marketListed(definition))
        if let strike = prices.strike(of: definition) {
            events.append(.strikeObserved(id, strike, .settlementFeed))
        }
        for candle in candles { offer(candle, to: definition) }
        offer(record.strike, to: definition)
    }

    private func offer(_ price: SettlementValue?, to definition: MarketDefinition) {
        guard let price = price?.reference else { return }
        events.append(.strikeObserved(definition.id, price, .previousFinal))
    }

    private func resolve(_ id: MarketID, _ winner: Outcome) {
        guard winners[Int(id.index)] == nil else { return }
        winners[Int(id.index)] = winner
        _ = books.unfollow(id)
        events.append(.marketResolved(id, winner: winner))
    }

    // MARK: - Candles

    private func take(candle: BinanceKline) {
        guard candles.last?.openTime != candle.openTime else { return }
        if candles.count == 2 { candles.removeFirst() }
        candles.append(candle)
        for definition in markets { offer(candle, to: definition) }
    }

    private func offer(_ candle: BinanceKline, to definition: MarketDefinition) {
        if let event = candle.strike(of: definition) { events.append(event) }
    }
}

extension GammaMarket {
    /// Whether its slug names a window of the series, that is not over.
    fileprivate func window(of series: WindowSeries?, at time: Timestamp) -> Bool {
        guard let (named, start) = WindowSeries.window(ofSlug: slug, near: time) else {
            return false
        }
        return named == series && time < start + named.length.duration
    }
}
