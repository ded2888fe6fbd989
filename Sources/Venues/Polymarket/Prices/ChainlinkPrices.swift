public import Trading

/// Chainlink's prices of one coin, as Polymarket's price socket tells them: what settles, and what
/// tells the strikes. Sans-IO: frames in, events out.
///
/// Both the mean over a minute, which settles and whose value at a window's start is the strike,
/// and the single prices, from which the engine knows the distance to Binance after ten seconds
/// instead of a minute.
public struct ChainlinkPrices: ~Copyable {
    /// What is subscribed to; the index of a topic is its channel.
    public static let topics = [RTDSTopic.chainlinkTWAP60, .chainlink]
    /// Prices stamped with a window's start that are kept, for a window whose record comes later.
    static let startsKept = 16

    private let series: WindowSeries
    private let symbol: InlineText
    private var decoder = RTDSDecoder()
    private var starts: [(stamp: Timestamp, averaged: Int, price: ReferencePrice)] = []
    /// Of the last frame.
    public private(set) var events: [EngineEvent] = []
    /// The channel of the last frame that was not a backlog.
    public private(set) var channel: Int?

    public init(_ series: WindowSeries) {
        self.series = series
        symbol = InlineText(series.asset.chainlinkSymbol) ?? InlineText()
        events.reserveCapacity(64)
    }

    /// Takes a frame; `events` and `channel` hold what is in it.
    public mutating func read(_ bytes: Span<UInt8>) throws(RTDSError) -> RTDSMessage {
        events.removeAll(keepingCapacity: true)
        channel = nil
        let message = try decoder.decode(bytes)
        guard message == .prices else { return message }
        for price in decoder.prices where price.symbol == symbol {
            guard let channel = Self.topics.firstIndex(of: price.topic),
                let reference = price.reference
            else { continue }
            keep(price, reference)
            if !price.isBacklog { self.channel = channel }
            events.append(
                .settlementObserved(
                    reference,
                    averaged: price.topic.averagedSeconds,
                    venueTime: price.stamp
                )
            )
        }
        return message
    }

    /// What this market is compared with, if it has been told: the price stamped with its start and
    /// made as its settlement is made.
    public func strike(of definition: MarketDefinition) -> ReferencePrice? {
        let averaged: Int
        switch definition.settlement {
        case .chainlinkTWAP(let seconds): averaged = seconds
        case .spotSnapshot: averaged = 0
        case .binanceCandle, .unsupported: return nil
        }
        return starts.last { $0.stamp == definition.windowStart && $0.averaged == averaged }?.price
    }

    private mutating func keep(_ price: RTDSPrice, _ reference: ReferencePrice) {
        guard price.stamp.nanoseconds > 0, series.start(at: price.stamp) == price.stamp else {
            return
        }
        if starts.count == Self.startsKept { starts.removeFirst() }
        starts.append((price.stamp, price.topic.averagedSeconds, reference))
    }
}
