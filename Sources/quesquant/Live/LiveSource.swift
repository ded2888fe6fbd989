internal import Crypto
internal import Logging
internal import Reactor
internal import Trading
internal import Venues
internal import Wire

/// The real market, as events for the trading room: Binance's price as the reference, Chainlink's
/// as the one that settles, Polymarket's books, and the markets of one series as they come and go.
/// Lives on the trading loop.
final class LiveSource {
    /// The longest record of a market that is read, in bytes.
    private static let recordBytesMax = 1 << 20

    private let settings: LiveSettings
    private let clock: SessionClock
    private let log: Logger
    private let sink = EventSink()
    private let reference: ReferenceFeed
    private let prices: SettlementPrices
    private let books: BookFeed
    private let records: HTTPClient
    private var directory: MarketDirectory
    private var decoder = GammaDecoder()
    private let timer: LoopTimer
    private var isClosed = false
    private var isAdvancing = false

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
            through: connector,
            clock: clock,
            log: log,
            meter: settings.meters.binance,
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
    }

    /// Connects; events go to `room` from now on.
    func start(into room: TradingRoom) {
        sink.room = room
        let addresses = settings.addresses
        let asset = settings.series.asset
        let hosts = addresses.binance.map { "\($0)" }.joined(separator: ", else ")
        let orders = settings.execution == nil ? "orders on paper" : "orders with money"
        log.info("live market, \(orders): \(directory.series.slug(start: start))")
        log.info("reference price: Binance \(asset.binanceSymbol) at \(hosts)")
        log.info("settlement price: \(asset.chainlinkSymbol) at \(addresses.prices)")
        log.info("books: \(addresses.market), markets: \(addresses.gamma)")
        reference.start()
        prices.start()
        advance()
    }

    private var start: Timestamp { settings.series.start(at: clock.now()) }

    /// Nothing comes any more. May be called twice.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        sink.room = nil
        timer.close()
        reference.close()
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
            sink.deliver(.strikeObserved(definition.id, strike, .settlementFeed), at: now)
        }
        sink.messageEnded()
        books.follow(definition)
    }

    private func resolved(_ id: MarketID) {
        directory.resolved(id)
        advance()
    }

    // MARK: - Records

    private func ask(_ start: Timestamp, _ slug: String) {
        let base =
            records.url.target.hasSuffix("/")
            ? String(records.url.target.dropLast()) : records.url.target
        var request = HTTPRequestWriter()
        do {
            let target = "\(base)/markets/slug/\(slug)"
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
