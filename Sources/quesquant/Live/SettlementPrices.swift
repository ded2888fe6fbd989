internal import Logging
internal import Reactor
internal import Trading
internal import Venues
internal import Wire

/// Polymarket's price socket: Chainlink's prices of one coin, by which its windows are settled.
///
/// Both the mean over a minute, which settles and whose value at a window's start is the strike,
/// and the single prices, from which the engine knows the distance to Binance after ten seconds
/// instead of a minute.
final class SettlementPrices: FeedReader {
    static let topics = [RTDSTopic.chainlinkTWAP60, .chainlink]
    /// Prices stamped with a window's start that are kept, for a window whose record comes later.
    private static let startsKept = 16

    private let series: WindowSeries
    private let sink: EventSink
    private let log: Logger
    private let meter: FeedMeter
    private let symbol: InlineText
    private var decoder = RTDSDecoder()
    private var starts: [(stamp: Timestamp, averaged: Int, price: ReferencePrice)] = []
    private var runner: FeedRunner?
    private var excerpts = FrameExcerpts()

    init(
        _ series: WindowSeries,
        at url: ServiceURL,
        through connector: Connector,
        clock: SessionClock,
        log: Logger,
        meter: FeedMeter,
        sink: EventSink
    ) {
        self.series = series
        self.sink = sink
        self.log = log
        self.meter = meter
        symbol = InlineText(series.asset.chainlinkSymbol) ?? InlineText()
        runner = FeedRunner(
            VenueFeeds.polymarketPrices(url.endpoint, topics: Self.topics),
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

    /// What this market is compared with, if it has been told: the price stamped with its start and
    /// made as its settlement is made.
    func strike(of definition: MarketDefinition) -> ReferencePrice? {
        let averaged: Int
        switch definition.settlement {
        case .chainlinkTWAP(let seconds): averaged = seconds
        case .spotSnapshot: averaged = 0
        case .binanceCandle, .unsupported: return nil
        }
        return starts.last { $0.stamp == definition.windowStart && $0.averaged == averaged }?.price
    }

    func read(_ bytes: Span<UInt8>, at now: Timestamp) -> FeedVerdict {
        do {
            switch try decoder.decode(bytes) {
            case .prices: return take(at: now)
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

    private func take(at now: Timestamp) -> FeedVerdict {
        var verdict = FeedVerdict.nothing
        for price in decoder.prices where price.symbol == symbol {
            guard let channel = Self.topics.firstIndex(of: price.topic),
                let reference = price.reference
            else { continue }
            keep(price, reference)
            if !price.isBacklog { verdict = .data(channel: channel) }
            sink.deliver(
                .settlementObserved(
                    reference,
                    averaged: price.topic.averagedSeconds,
                    venueTime: price.stamp
                ),
                at: now
            )
        }
        sink.messageEnded()
        return verdict
    }

    private func keep(_ price: RTDSPrice, _ reference: ReferencePrice) {
        guard price.stamp.nanoseconds > 0, series.start(at: price.stamp) == price.stamp else {
            return
        }
        if starts.count == Self.startsKept { starts.removeFirst() }
        starts.append((price.stamp, price.topic.averagedSeconds, reference))
    }

    func switched(at now: Timestamp) {}

    /// The engine goes by the age of the last price.
    func standingChanged(to standing: FeedStanding, at now: Timestamp) {}
}

@available(*, unavailable)
extension SettlementPrices: Sendable {}
