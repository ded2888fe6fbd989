internal import Logging
internal import Reactor
internal import Trading
internal import Venues
internal import Wire

/// Binance's best prices of one coin, as the engine's reference price.
final class ReferenceFeed: FeedReader {
    /// Silence after which the reference is stale (binance 2); the engine goes by the same time.
    static func silenceMax(_ asset: WindowAsset) -> Duration {
        .milliseconds(asset == .btc ? 1_500 : 3_000)
    }

    private let sink: EventSink
    private let log: Logger
    private let meter: FeedMeter
    private let decoder = BinanceDecoder()
    private var reference: BinanceReference
    private var runner: FeedRunner?
    private var excerpts = FrameExcerpts()

    init(
        _ asset: WindowAsset,
        hosts: [ServiceURL],
        through connector: Connector,
        clock: SessionClock,
        log: Logger,
        meter: FeedMeter,
        sink: EventSink
    ) {
        self.sink = sink
        self.log = log
        self.meter = meter
        let symbol = InlineText(asset.binanceSymbol.uppercased()) ?? InlineText()
        reference = BinanceReference(symbol: symbol)
        runner = FeedRunner(
            VenueFeeds.binance(
                symbol: asset.binanceSymbol,
                hosts: hosts.map(\.endpoint),
                staleAfter: Self.silenceMax(asset)
            ),
            through: connector,
            clock: clock,
            log: log,
            meter: meter,
            reader: self
        )
    }

    func start() { runner?.start() }

    /// May be called twice.
    func close() {
        runner?.close()
        runner = nil
    }

    func read(_ bytes: Span<UInt8>, at now: Timestamp) -> FeedVerdict {
        let message: BinanceMessage
        do {
            message = try decoder.decode(bytes)
        } catch {
            meter.noteRefusal()
            let excerpt = excerpts.next(bytes)
            if !excerpt.isEmpty {
                log.warning("binance: a message is refused (\(error))\(excerpt)")
            }
            return .nothing
        }
        switch reference.take(message, at: now) {
        case .event(let event):
            sink.deliver(event, at: now)
            sink.messageEnded()
        case .tradesLost: break
        case .quarantined(let ticker):
            meter.noteRefusal()
            log.warning("binance: \(ticker.middle.dollars) is far from every trade, and left out")
        case nil: break
        }
        switch message {
        case .bookTicker(let ticker) where ticker.symbol == reference.symbol:
            return .data(channel: 0)
        case .serverShutdown: return .endsSoon
        case .refused(let code, _):
            log.error("binance: the subscription is refused (code \(code))")
            return .useless
        case .bookTicker, .trade, .aggregateTrade, .kline, .done, .otherStream: return .nothing
        }
    }

    func switched(at now: Timestamp) { reference.reconnected() }

    /// The engine goes by the age of the last price.
    func standingChanged(to standing: FeedStanding, at now: Timestamp) {}
}

@available(*, unavailable)
extension ReferenceFeed: Sendable {}
