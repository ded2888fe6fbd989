internal import Crypto
internal import Logging
internal import Reactor
internal import Trading
internal import Venues
internal import Wire

/// Asks a node of Polygon again and again what the account owns, off the hot path, and tells it to
/// whoever shows or checks it. Lives on a loop.
///
///     waiting ──timer──► asking ──answer──► told ──► waiting (15 s)
///                          └──── trouble ─► waiting (twice as long each time, at most 4 min)
final class ChainWatch {
    static let interval = Duration.seconds(15)
    static let intervalMax = Duration.seconds(240)
    private static let answerMilliseconds = 10_000

    private let owner: EthereumAddress
    private let wallet: EthereumAddress
    private let log: Logger
    private let tell: (WalletHoldings) -> Void
    private let node: HTTPClient
    private var timer: LoopTimer?
    private var nextID: UInt32 = 1
    /// Questions in a row without an answer.
    private var troubleCount = 0
    /// The newest block that was told: a node behind a balancer may go back.
    private var newestBlock: UInt64 = 0
    private var isClosed = false

    /// - Parameters:
    ///   - url: the node's. Its path may be a password, and is not told.
    ///   - owner: the key's account, which has the POL.
    ///   - wallet: who has the dollars and shares (`TradingWallet.maker`).
    ///   - tell: called on the loop.
    init(
        at url: ServiceURL,
        owner: EthereumAddress,
        wallet: EthereumAddress,
        through connector: Connector,
        log: Logger,
        tell: @escaping (WalletHoldings) -> Void
    ) {
        self.owner = owner
        self.wallet = wallet
        self.log = log
        self.tell = tell
        node = HTTPClient(
            to: url,
            through: connector,
            warmth: .cold,
            limits: HTTPResponseLimits(bodyBytesMax: ChainRequest.answerBytesMax),
            timeouts: HTTPTimeouts(milliseconds: Self.answerMilliseconds)
        )
        timer = LoopTimer(on: connector.loop) { [unowned self] in self.ask() }
    }

    /// Asks at once, and from then on.
    func start() { timer?.start(afterMilliseconds: 0) }

    /// May be called twice.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        timer?.close()
        timer = nil
        node.close()
    }

    private func ask() {
        let query = WalletQuery(owner: owner, wallet: wallet, tokens: [], firstID: nextID)
        // Begins anew after some twenty years.
        nextID = (nextID &+ UInt32(ChainRequest.readsMax)) & .max >> 1
        var body = ByteBuffer()
        query.request.appendBody(to: &body)
        var request = HTTPRequestWriter()
        do throws(HTTPRequestWriter.Failure) {
            try request.begin(.post, host: node.url.authority, target: node.url.target)
            try request.add("Content-Type", "application/json")
            try request.add("User-Agent", "quesquant")
        } catch {
            preconditionFailure("a request of checked parts: \(error)")
        }
        request.finish(body: body.span)
        node.send(request) { [weak self] result, body in
            guard let self, !self.isClosed else { return }
            self.take(query, result, body)
        }
    }

    private func take(
        _ query: WalletQuery,
        _ result: Result<HTTPResponseHead, HTTPClientError>,
        _ body: Span<UInt8>
    ) {
        switch result {
        case .failure(let error): trouble("\(error)")
        case .success(let head) where head.status != .ok:
            trouble("answered with \(head.status.code)")
        case .success:
            do throws(WalletReadError) {
                told(try query.holdings(body))
            } catch {
                trouble("\(error)")
            }
        }
        guard !isClosed else { return }
        timer?.start(afterMilliseconds: Int(wait.nanoseconds / 1_000_000))
    }

    private func told(_ holdings: WalletHoldings) {
        if troubleCount > 0 { log.info("chain: \(node.url.host) answers again") }
        troubleCount = 0
        // What was true before the newest block is not told after it.
        guard holdings.block >= newestBlock else { return }
        newestBlock = holdings.block
        tell(holdings)
    }

    /// Told once: what is shown grows old, and says so.
    private func trouble(_ sentence: String) {
        if troubleCount == 0 { log.warning("chain: \(node.url.host): \(sentence); trying on") }
        troubleCount += 1
    }

    private var wait: Duration {
        var wait = Self.interval
        for _ in 0..<min(troubleCount, 4) { wait = wait + wait }
        return min(wait, Self.intervalMax)
    }
}

@available(*, unavailable)
extension ChainWatch: Sendable {}
