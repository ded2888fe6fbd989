internal import Crypto
internal import Logging
internal import Reactor
internal import Trading
internal import Venues
internal import Wire

/// The real market, as events for the trading room: Binance's price as the reference, Chainlink's
/// as the one that settles, Polymarket's books, and the markets of one series as they come and go.
///
/// Without a room nothing trades: `record` keeps what the feeds say. Lives on the trading loop.
final class LiveSource {
    /// The longest record of a market that is read, in bytes.
    private static let recordBytesMax = 1 << 20

    private let settings: LiveSettings
    private let clock: SessionClock
    private let log: Logger
    private let sink = EventSink()
    private let reference: ReferenceFeed
    private let binance: BinanceClient
    private let prices: SettlementPrices
    private let books: BookFeed
    private let records: HTTPClient
    private var directory: MarketDirectory
    private var decoder = GammaDecoder()
    private let timer: LoopTimer
    private var isClosed = false
    private var isAdvancing = false
    /// Candles that have opened of late, for an hourly window whose record comes later.
    private var candles: [BinanceKline] = []
    /// The market list's answers about markets that are followed, word for word, by condition id:
    /// every file of a recording begins with them. Kept for a tap alone.
    private var recordTexts: [(id: InlineText, bytes: [UInt8])] = []
    weak var tap: (any FrameTap)? {
        didSet {
            reference.tap = tap
            binance.tap = tap
            prices.tap = tap
            books.tap = tap
        }
    }

    /// - Throws: when the trusted certificates cannot be read.
    init(
        on loop: EventLoop,
        _ settings: LiveSettings,
        clock: SessionClock,
        log: Logger
    ) throws {
        self.settings = settings
        self.clock = clock
        self.log = log
        let addresses = settings.addresses
        let connector = Connector(
            on: loop,
            tls: try TLSContext(trust: settings.trustFile.map { .file($0) } ?? .system)
        )
        reference = ReferenceFeed(
            settings.series.asset,
            hosts: addresses.binance,
            followsHours: settings.series.length == .oneHour,
            through: connector,
            clock: clock,
            log: log,
            meter: settings.meters.binance,
            sink: sink
        )
        binance = BinanceClient(
            settings.series.asset,
            hosts: addresses.binanceREST,
            through: connector,
            clock: clock,
            log: log,
            meter: settings.meters.binanceREST,
            sink: sink
        )
        prices = SettlementPrices(
            settings.series,
            at: addresses.prices,
            through: connector,
            clock: clock,
            log: log,
            meter: settings.meters.prices,
            sink: sink
        )
        books = BookFeed(
            at: addresses.market,
            toleratesUnknownMembers: settings.toleratesUnknownMembers,
            through: connector,
            clock: clock,
            log: log,
            meter: settings.meters.market,
            sink: sink
        )
        records = HTTPClient(
            to: addresses.gamma,
            through: connector,
            warmth: .cold,
            limits: HTTPResponseLimits(bodyBytesMax: Self.recordBytesMax)
        )
        directory = MarketDirectory(settings.series)
        var ring: () -> Void = {}
        timer = LoopTimer(on: loop) { ring() }
        ring = { [unowned self] in self.advance() }
        books.onResolved = { [unowned self] id, _ in self.resolved(id) }
        reference.onSpeaking = { [unowned self] isSpeaking, now in
            self.binance.streamChanged(isSpeaking: isSpeaking, at: now)
        }
        reference.onCandle = { [unowned self] candle, isOver, now in
            self.take(candle, isOver: isOver, at: now)
        }
        binance.onCandle = { [unowned self] candle, now in
            self.take(candle, isOver: false, at: now)
        }
    }

    /// Connects; events go to `room` from now on.
    func start(into room: TradingRoom) {
        sink.room = room
        let orders = settings.execution == nil ? "orders on paper" : "orders with money"
        log.info("live market, \(orders): \(directory.series.slug(start: windowStart))")
        start()
    }

    /// Connects.
    func start() {
        let addresses = settings.addresses
        let asset = settings.series.asset
        let hosts = addresses.binance.map { "\($0)" }.joined(separator: ", else ")
        log.info("reference price: Binance \(asset.binanceSymbol) at \(hosts)")
        log.info("settlement price: \(asset.chainlinkSymbol) at \(addresses.prices)")
        log.info("books: \(addresses.market), markets: \(addresses.gamma)")
        reference.start()
        binance.start()
        prices.start()
        advance()
    }

    private var windowStart: Timestamp { settings.series.start(at: clock.now()) }

    /// Asks for every book anew; one that was asked for a moment ago is waited for.
    func refreshBooks() { books.refresh(at: clock.now()) }

    /// Nothing comes any more. May be called twice.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        sink.room = nil
        timer.close()
        reference.close()
        binance.close()
        prices.close()
        books.close()
        records.close()
    }

    // MARK: - Markets

    /// Does what the directory wants done.
    private func advance() {
        guard !isAdvancing, !isClosed else { return }
        isAdvancing = true
        while let step = directory.next(at: clock.now()) { perform(step) }
        isAdvancing = false
        let now = clock.now()
        let wait = max(0, (directory.nextDue(after: now) - now).nanoseconds)
        timer.start(afterMilliseconds: Int(min((wait + 999_999) / 1_000_000, 60_000)))
    }

    private func perform(_ step: MarketDirectory.Step) {
        let now = clock.now()
        switch step {
        case .ask(let start, let slug): ask(start, slug)
        case .list(let definition): list(definition, at: now)
        case .strike(let id, let price):
            sink.deliver(.strikeObserved(id, price, .previousFinal), at: now)
            sink.messageEnded()
        case .resolve(let id, let winner):
            sink.deliver(.marketResolved(id, winner: winner), at: now)
            sink.messageEnded()
        case .unfollow(let id): books.unfollow(id)
        case .tell(let sentence): log.warning("\(sentence)")
        }
    }

    private func list(_ definition: MarketDefinition, at now: Timestamp) {
        log.info("\(definition.slug): followed (settles by \(definition.settlement))")
        sink.deliver(.marketListed(definition), at: now)
        if let strike = prices.strike(of: definition) {
            directory.strikeKnown(of: definition.id)
            sink.deliver(.strikeObserved(definition.id, strike, .settlementFeed), at: now)
        }
        for candle in candles { offer(candle, to: definition, at: now) }
        if definition.settlement == .binanceCandle {
            binance.wantCandle(startingAt: definition.windowStart, at: now)
        }
        sink.messageEnded()
        books.follow(definition)
    }

    /// A file of a recording begins: what is known already is told again, and books are asked for.
    func tellAgain(at now: Timestamp) {
        for record in recordTexts {
            tap?.received(record.bytes.span, from: .record, sentAt: nil, at: now)
        }
        books.refresh(at: now)
    }

    // MARK: - Candles

    private func take(_ candle: BinanceKline, isOver: Bool, at now: Timestamp) {
        binance.candleKnown(startingAt: candle.openTime)
        if isOver {
            let outcome = candle.close < candle.open ? "Down" : "Up"
            let (open, close) = (candle.open.dollars, candle.close.dollars)
            log.info("binance: the hour's candle closed at \(close), opened at \(open): \(outcome)")
        }
        guard candles.last?.openTime != candle.openTime else { return }
        if candles.count == 2 { candles.removeFirst() }
        candles.append(candle)
        for definition in directory.followed { offer(candle, to: definition, at: now) }
        sink.messageEnded()
    }

    private func offer(_ candle: BinanceKline, to definition: MarketDefinition, at now: Timestamp) {
        guard let event = candle.strike(of: definition) else { return }
        sink.deliver(event, at: now)
    }

    private func resolved(_ id: MarketID) {
        directory.resolved(id)
        advance()
    }

    // MARK: - Records

    private func ask(_ start: Timestamp, _ slug: String) {
        var request = HTTPRequestWriter()
        do {
            let target = "\(records.url.basePath)/markets/slug/\(slug)"
            try request.begin(.get, host: records.url.authority, target: target)
            try request.add("Accept", "application/json")
            try request.add("User-Agent", "quesquant")
        } catch {
            return finish(start, .failed("its record cannot be asked for (\(error))"))
        }
        request.finish()
        records.send(request) { [weak self] result, body in
            guard let self, !self.isClosed else { return }
            self.finish(start, self.answer(result, body))
        }
    }

    private func finish(_ start: Timestamp, _ answer: MarketDirectory.Answer) {
        directory.answered(start, answer, at: clock.now())
        advance()
    }

    private func keep(_ id: InlineText, _ body: Span<UInt8>) {
        guard let tap else { return }
        tap.received(body, from: .record, sentAt: nil, at: clock.now())
        recordTexts.removeAll { $0.id == id }
        recordTexts.append((id, body.indices.map { body[$0] }))
        if recordTexts.count > MarketDirectory.windowsMax { recordTexts.removeFirst() }
    }

    private func answer(
        _ result: Result<HTTPResponseHead, HTTPClientError>,
        _ body: Span<UInt8>
    ) -> MarketDirectory.Answer {
        let refused: String
        if case .success = result { settings.meters.records.noteMessage() }
        switch result {
        case .failure(let error): refused = "its record cannot be had: \(error)"
        case .success(let head) where head.status == .notFound: return .absent
        case .success(let head) where head.status != .ok:
            refused = "its record was answered with \(head.status.code)"
        case .success:
            do {
                try decoder.decode(body)
                guard let market = decoder.markets.first else { return .absent }
                keep(market.conditionID, body)
                return .record(market)
            } catch {
                refused = "its record cannot be read (\(error))"
            }
        }
        settings.meters.records.noteRefusal()
        return .failed(refused)
    }
}

@available(*, unavailable)
extension LiveSource: Sendable {}
