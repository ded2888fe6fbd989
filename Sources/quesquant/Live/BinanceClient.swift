internal import Logging
internal import Reactor
internal import Trading
internal import Venues
internal import Wire

/// Asks Binance what `BinanceRequests` wants to know, host after host. Lives on the trading loop.
final class BinanceClient {
    /// A thousand bars are about 150 KB.
    private static let bodyBytesMax = 1 << 20

    private let symbol: String
    private let clients: [HTTPClient]
    /// The host that is asked; all are refused us when there is none of this number.
    private var host = 0
    private let clock: SessionClock
    private let log: Logger
    private let meter: FeedMeter
    private let sink: EventSink
    private var requests: BinanceRequests
    private let timer: LoopTimer
    private var isClosed = false
    var onCandle: (BinanceKline, Timestamp) -> Void = { _, _ in }
    weak var tap: (any FrameTap)?

    /// - Parameter hosts: in the order of preference.
    init(
        _ asset: WindowAsset,
        hosts: [ServiceURL],
        through connector: Connector,
        clock: SessionClock,
        log: Logger,
        meter: FeedMeter,
        sink: EventSink
    ) {
        symbol = asset.binanceUpperSymbol.description
        requests = BinanceRequests(symbol: asset.binanceUpperSymbol)
        clients = hosts.map { url in
            HTTPClient(
                to: url,
                through: connector,
                warmth: .cold,
                limits: HTTPResponseLimits(bodyBytesMax: Self.bodyBytesMax),
                timeouts: HTTPTimeouts(milliseconds: 5_000)
            )
        }
        self.clock = clock
        self.log = log
        self.meter = meter
        self.sink = sink
        var ring: () -> Void = {}
        timer = LoopTimer(on: connector.loop) { ring() }
        ring = { [unowned self] in self.advance() }
    }

    func start() {
        requests.start(at: clock.now())
        advance()
    }

    /// May be called twice.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        timer.close()
        for client in clients { client.close() }
    }

    func streamChanged(isSpeaking: Bool, at now: Timestamp) {
        requests.streamChanged(isSpeaking: isSpeaking, at: now)
        advance()
    }

    func wantCandle(startingAt start: Timestamp, at now: Timestamp) {
        requests.wantCandle(startingAt: start, at: now)
        advance()
    }

    func candleKnown(startingAt start: Timestamp) {
        requests.candleKnown(startingAt: start)
    }

    private func advance() {
        guard !isClosed else { return }
        let now = clock.now()
        if let request = requests.next(at: now) { ask(request, at: now) }
        guard let due = requests.nextDue else { return }
        let wait = max(0, (due - now).nanoseconds)
        timer.start(afterMilliseconds: Int(min((wait + 999_999) / 1_000_000, 600_000)))
    }

    private func ask(_ request: BinanceRequests.Request, at sent: Timestamp) {
        guard host < clients.count else { return }
        let client = clients[host]
        var writer = HTTPRequestWriter()
        do {
            let target = client.url.basePath + request.target(symbol)
            try writer.begin(.get, host: client.url.authority, target: target)
            try writer.add("Accept", "application/json")
            try writer.add("User-Agent", "quesquant")
        } catch {
            return take(requests.failed(request, "\(error)", at: sent), at: sent)
        }
        writer.finish()
        client.send(writer) { [weak self] result, body in
            guard let self, !self.isClosed else { return }
            self.answered(request, result, body, sent)
        }
    }

    private func answered(
        _ request: BinanceRequests.Request,
        _ result: Result<HTTPResponseHead, HTTPClientError>,
        _ body: Span<UInt8>,
        _ sent: Timestamp
    ) {
        let now = clock.now()
        switch result {
        case .failure(let error): take(requests.failed(request, "\(error)", at: now), at: now)
        case .success(let head):
            meter.noteMessage()
            if head.status == .ok, let feed = request.feed {
                tap?.received(body, from: feed, sentAt: sent, at: now)
            }
            let items = requests.answered(
                request,
                status: Int(head.status.code),
                retryAfter: head.retryAfter.flatMap { wait in
                    if case .delay(let seconds) = wait { seconds } else { nil }
                },
                body,
                sentAt: sent,
                at: now
            )
            take(items, at: now)
        }
        advance()
    }

    private func take(_ items: [BinanceRequests.Item], at now: Timestamp) {
        for item in items {
            switch item {
            case .event(let event):
                sink.deliver(event, at: now)
                sink.messageEnded()
                if case .referenceHistory(let history) = event {
                    log.info("binance: \(history.prices.count) seconds of the past are known")
                }
            case .clock(let offset, let uncertainty):
                sink.deliver(.clockMeasured(offset: offset, uncertainty: uncertainty), at: now)
                sink.messageEnded()
                let (ours, doubt) = (offset.milliseconds.rounded(), uncertainty.milliseconds)
                log.info("binance: its clock is \(ours) ms ahead of ours, give or take \(doubt) ms")
            case .candle(let candle): onCandle(candle, now)
            case .blocked: changeHost()
            case .tell(let sentence):
                meter.noteRefusal()
                log.warning("binance: \(sentence)")
            }
        }
    }

    /// A host that refuses us does so for good: there is no way around it but the next one of the
    /// list (binance 8).
    private func changeHost() {
        meter.noteRefusal()
        log.error("binance: \(clients[host].url) refuses us for good (403 or 451)")
        host += 1
        if host < clients.count { requests.hostChanged() } else { requests.stop() }
    }
}

@available(*, unavailable)
extension BinanceClient: Sendable {}

extension BinanceRequests.Request {
    /// As which its answer is recorded.
    fileprivate var feed: RecordedFeed? {
        switch self {
        case .history: .binanceHistory
        case .level: .binanceLevel
        case .candle: .binanceCandle
        case .time: nil
        }
    }
}

extension ServiceURL {
    /// The path to which requests are added.
    var basePath: String { target.hasSuffix("/") ? String(target.dropLast()) : target }
}
