internal import Crypto
internal import Reactor
internal import Trading
internal import Venues
internal import Wire

/// Everything that is checked over the network: all services and feeds at once, on one loop.
final class DoctorRun {
    /// Of each phase of connecting. Two services one behind the other fit into the whole.
    private static let connectMilliseconds = 3_000
    /// Older prices of Binance are worth little where others have newer ones.
    private static let referenceAgeMax = Duration.milliseconds(500)
    /// The price that settles comes a second or two late; later is in doubt (risk 3.18).
    private static let settlementAgeMax = Duration.seconds(5)

    private let plan: DoctorPlan
    private let loop = EventLoop()
    private let board: DoctorBoard
    private let connector: Connector
    private let services: ServiceChecks
    private let clob: ClobChecks
    private let market: MarketChecks
    private let chain: ChainChecks
    private var probes: [FeedProbe] = []

    /// - Throws: when the trusted certificates cannot be read.
    init(_ plan: DoctorPlan) throws(TLSContextError) {
        self.plan = plan
        board = DoctorBoard(on: loop)
        connector = Connector(
            on: loop,
            tls: try TLSContext(trust: plan.trustFile.map { .file($0) } ?? .system),
            timeouts: ConnectTimeouts(milliseconds: Self.connectMilliseconds)
        )
        services = ServiceChecks(plan, through: connector, for: board)
        clob = ClobChecks(plan, through: connector, for: board)
        market = MarketChecks(plan, through: connector, for: board)
        chain = ChainChecks(plan, through: connector, for: board)
    }

    /// Checks, for at most `DoctorBoard.secondsMax`.
    func run() -> [Finding] {
        clob.onCredentials = { [unowned self] in self.probeUser($0) }
        market.onMarket = { [unowned self] in self.probeMarket($0) }
        services.start()
        clob.start()
        market.start()
        chain.start()
        probeReference()
        probePrices()
        board.endIfDone()
        loop.run()
        for close in [services.close, clob.close, market.close, chain.close] { close() }
        return board.findings
    }

    // MARK: - Feeds

    private func probe(
        _ name: String,
        at urls: [ServiceURL],
        subscriptions: [[UInt8]],
        expectation: FeedProbe.Expectation = FeedProbe.Expectation(),
        reader: any ProbeReader,
        offset: @escaping () -> Duration = { .zero }
    ) {
        let probe = FeedProbe(
            name,
            at: urls,
            subscriptions: subscriptions,
            expectation: expectation,
            reader: reader,
            offset: offset,
            through: connector,
            for: board
        )
        probes.append(probe)
        probe.start()
    }

    private func probeReference() {
        board.expect(.feeds, "binance")
        let asset = plan.series.asset
        let feed = VenueFeeds.binance(
            symbol: asset.binanceSymbol,
            hosts: plan.live.binance.map(\.endpoint)
        )
        probe(
            "binance",
            at: zip(plan.live.binance, feed.endpoints).map { url, endpoint in
                Self.url(url, target: endpoint.target)
            },
            subscriptions: feed.subscriptions,
            expectation: FeedProbe.Expectation(ageMax: Self.referenceAgeMax),
            reader: BinanceProbeReader(asset),
            offset: { [unowned self] in self.services.binanceClock.certain ?? .zero }
        )
    }

    private func probePrices() {
        board.expect(.feeds, "prices")
        let feed = VenueFeeds.polymarketPrices(
            plan.live.prices.endpoint,
            topics: ChainlinkPrices.topics
        )
        probe(
            "prices",
            at: [plan.live.prices],
            subscriptions: feed.subscriptions,
            expectation: FeedProbe.Expectation(ageMax: Self.settlementAgeMax),
            reader: PricesProbeReader(plan.series.asset),
            offset: { [unowned self] in self.clob.clock.certain ?? .zero }
        )
    }

    private func probeMarket(_ definition: MarketDefinition) {
        probe(
            "market",
            at: [plan.live.market],
            subscriptions: [
                VenueFeeds.marketSubscription([definition.yesToken, definition.noToken])
            ],
            reader: MarketProbeReader(definition),
            offset: { [unowned self] in self.clob.clock.certain ?? .zero }
        )
    }

    /// The subscription holds the secret; it is overwritten when the socket has it.
    private func probeUser(_ credentials: APICredentials) {
        let market = plan.live.market.target
        let base = market.hasSuffix("/market") ? market.dropLast("/market".count) : market[...]
        probe(
            "user",
            at: [Self.url(plan.live.market, target: base + "/user")],
            subscriptions: [credentials.userSubscription],
            expectation: FeedProbe.Expectation(needsData: false),
            reader: UserProbeReader()
        )
    }

    private static func url(_ url: ServiceURL, target: String) -> ServiceURL {
        do {
            return try url.with(target: target)
        } catch {
            preconditionFailure("paths of ours are visible ASCII")
        }
    }
}

@available(*, unavailable)
extension DoctorRun: Sendable {}

extension APICredentials {
    /// The first text on a user socket (polymarket 9.1). It has the secret: never to be logged.
    fileprivate var userSubscription: [UInt8] {
        var text = ByteBuffer()
        text.append("{\"auth\":{\"apiKey\":")
        JSONWriter.append(string: key.span, to: &text)
        text.append(",\"secret\":")
        JSONWriter.append(string: secretText.span, to: &text)
        text.append(",\"passphrase\":")
        JSONWriter.append(string: passphrase.span, to: &text)
        text.append("},\"type\":\"user\"}")
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        for index in 0..<text.count { bytes.append(text.span[index]) }
        var rest = text.mutableSpan
        wipe(&rest)
        return bytes
    }
}
