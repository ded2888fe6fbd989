internal import Logging
internal import Reactor
internal import Trading
internal import Venues
internal import Wire

/// Polymarket's price socket: Chainlink's prices of one coin, by which its windows are settled.
final class SettlementPrices: FeedReader {
    private let sink: EventSink
    private let log: Logger
    private let meter: FeedMeter
    private var prices: ChainlinkPrices
    private var runner: FeedRunner?
    private var excerpts = FrameExcerpts()
    weak var tap: (any FrameTap)?

    init(
        _ series: WindowSeries,
        at url: ServiceURL,
        through connector: Connector,
        clock: SessionClock,
        log: Logger,
        meter: FeedMeter,
        sink: EventSink
    ) {
        self.sink = sink
        self.log = log
        self.meter = meter
        prices = ChainlinkPrices(series)
        runner = FeedRunner(
            VenueFeeds.polymarketPrices(url.endpoint, topics: ChainlinkPrices.topics),
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

    /// What this market is compared with, if it has been told.
    func strike(of definition: MarketDefinition) -> ReferencePrice? {
        prices.strike(of: definition)
    }

    func read(_ bytes: Span<UInt8>, at now: Timestamp) -> FeedVerdict {
        tap?.received(bytes, from: .prices, sentAt: nil, at: now)
        do {
            switch try prices.read(bytes) {
            case .prices:
                for event in prices.events { sink.deliver(event, at: now) }
                sink.messageEnded()
                return prices.channel.map { .data(channel: $0) } ?? .nothing
            case .nothing, .unrelated: return .nothing
            case .refused(let status):
                meter.noteRefusal()
                log.error("polymarket prices: the subscription is refused (\(status))")
                return .useless
            }
        } catch {
            meter.noteRefusal()
            let excerpt = excerpts.next(bytes)
            if !excerpt.isEmpty {
                log.warning("polymarket prices: a message is refused (\(error))\(excerpt)")
            }
            return .nothing
        }
    }

    func switched(at now: Timestamp) { tap?.linkChanged(.new, of: .prices, at: now) }

    /// The engine goes by the age of the last price.
    func standingChanged(to standing: FeedStanding, at now: Timestamp) {
        if standing.isDown { tap?.linkChanged(.down, of: .prices, at: now) }
    }
}

@available(*, unavailable)
extension SettlementPrices: Sendable {}
