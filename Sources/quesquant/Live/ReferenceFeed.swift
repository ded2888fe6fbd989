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
    /// Whether gaps between trades have been complained of on this connection.
    private var hasToldLoss = false
    /// Called when the stream begins to deliver, and when it ceases to.
    var onSpeaking: (Bool, Timestamp) -> Void = { _, _ in }
    /// Called with every state of the one-hour candle, where it is followed, and whether it is over.
    var onCandle: (BinanceKline, Bool, Timestamp) -> Void = { _, _, _ in }
    weak var tap: (any FrameTap)?

    /// - Parameter followsHours: whether the one-hour candle is listened to.
    init(
        _ asset: WindowAsset,
        hosts: [ServiceURL],
        followsHours: Bool,
        through connector: Connector,
        clock: SessionClock,
        log: Logger,
        meter: FeedMeter,
        sink: EventSink
    ) {
        self.sink = sink
        self.log = log
        self.meter = meter
        reference = BinanceReference(symbol: asset.binanceUpperSymbol)
        runner = FeedRunner(
            VenueFeeds.binance(
                symbol: asset.binanceSymbol,
                hosts: hosts.map(\.endpoint),
                staleAfter: Self.silenceMax(asset),
                followsHours: followsHours
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
        tap?.received(bytes, from: .binance, sentAt: nil, at: now)
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
        case .tradesLost(let count):
            meter.noteLost(count)
            if !hasToldLoss { log.warning("binance: \(count) trades were never told") }
            hasToldLoss = true
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
        case .kline(let candle, let symbol, _, let isClosed) where symbol == reference.symbol:
            onCandle(candle, isClosed, now)
            return .nothing
        case .bookTicker, .trade, .aggregateTrade, .kline, .done, .otherStream: return .nothing
        }
    }

    func switched(at now: Timestamp) {
        tap?.linkChanged(.new, of: .binance, at: now)
        hasToldLoss = false
        reference.reconnected()
    }

    /// The engine goes by the age of the last price.
    func standingChanged(to standing: FeedStanding, at now: Timestamp) {
        if standing.isDown { tap?.linkChanged(.down, of: .binance, at: now) }
        onSpeaking(standing == .live, now)
    }
}

@available(*, unavailable)
extension ReferenceFeed: Sendable {}

extension WindowAsset {
    /// As Binance's messages and requests spell it.
    var binanceUpperSymbol: InlineText {
        InlineText(binanceSymbol.uppercased()) ?? InlineText()
    }
}
