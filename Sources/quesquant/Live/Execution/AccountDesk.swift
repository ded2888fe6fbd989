internal import Crypto
internal import Logging
internal import Reactor
internal import Trading
internal import Venues
internal import Wire

/// Asks the venue about the account, one question at a time on a connection of its own: first what
/// has to be known before it trades (`AccountOpening`), then what it has (`AccountBalances`).
final class AccountDesk {
    private static let answerMilliseconds = 5_000

    private enum Question {
        case opening(AccountOpening.Question)
        case balance(AccountBalances.Question)
    }

    private let log: Logger
    private let clock: SessionClock
    private let client: HTTPClient
    private let target: ClobTarget
    private let wallet: TradingWallet
    private(set) var opening: AccountOpening
    private var balances: AccountBalances?
    private var clob = ClobRequest()
    private var writer = HTTPRequestWriter()
    private var isClosed = false
    /// The last thing that was said to be missing.
    private var complaint = ""

    /// The account may trade; called once.
    var opened: (Timestamp) -> Void = { _ in }
    /// It may not, and will not by itself; called once.
    var refused: (AccountOpening.Refusal, Timestamp) -> Void = { _, _ in }
    /// For the engine.
    var told: (EngineEvent, Timestamp) -> Void = { _, _ in }

    init(
        _ settings: ExecutionSettings,
        through connector: Connector,
        clock: SessionClock,
        log: Logger
    ) {
        self.log = log
        self.clock = clock
        wallet = settings.account.wallet
        opening = AccountOpening(
            settings.account.key,
            settings.account.wallet,
            credentials: settings.account.credentials
        )
        target = ClobTarget(settings.clob)
        client = HTTPClient(
            to: settings.clob,
            through: connector,
            warmth: .one,
            limits: HTTPResponseLimits(bodyBytesMax: 64 * 1_024),
            timeouts: HTTPTimeouts(milliseconds: Self.answerMilliseconds)
        )
        client.warm()
    }

    /// May be called twice.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        client.close()
    }

    /// What is held of a market is asked for, at once and then regularly.
    func follow(_ market: GatewayMarket, at now: Timestamp) { balances?.follow(market, at: now) }

    func unfollow(_ id: MarketID) { balances?.unfollow(id) }

    /// The venue refused a proof of the API key, which it took before: perhaps a clock jumped, so
    /// that its own is asked for again.
    func proofRefused() { opening.doubtClock() }

    /// Asks what is due.
    func timePassed(at now: Timestamp) {
        guard !isClosed else { return }
        if let question = opening.question(at: now) {
            opening.write(question, into: &clob)
            send(.opening(question), at: now)
        } else if let question = balances?.question(at: now) {
            balances?.write(question, into: &clob)
            send(.balance(question), at: now)
        }
    }

    private func send(_ question: Question, at now: Timestamp) {
        do throws(HTTPRequestWriter.Failure) {
            try target.begin(clob, with: &writer)
            try opening.forEachHeader(of: clob, at: now) {
                (name, value) throws(HTTPRequestWriter.Failure) in
                try writer.add(name, value)
            }
        } catch {
            preconditionFailure("the address and the credentials were checked, the rest is ours")
        }
        writer.finish(body: clob.body)
        client.send(writer) { [weak self] result, body in
            guard let self, !self.isClosed else { return }
            self.take(question, result, body, at: self.clock.now())
        }
    }

    private func take(
        _ question: Question,
        _ result: Result<HTTPResponseHead, HTTPClientError>,
        _ body: Span<UInt8>,
        at now: Timestamp
    ) {
        let offset = opening.clockOffset
        switch (question, result) {
        case (.opening(.clock), .success(let head)) where balances != nil:
            opening.answered(status: head.status.code, body: body, at: now)
            guard opening.clockOffset != offset else { return }
            let seconds = opening.clockOffset.nanoseconds / 1_000_000_000
            log.warning("the venue's clock is about \(seconds) s ahead of ours: proofs go by it")
        case (.opening(.clock), .failure) where balances != nil: opening.lost(at: now)
        case (.opening(let question), .success(let head)):
            opening.answered(status: head.status.code, body: body, at: now)
            proceed(question, "it answers \(head.status.code)", at: now)
        case (.opening(let question), .failure(let error)):
            opening.lost(at: now)
            proceed(question, "\(error)", at: now)
        case (.balance, .success(let head)):
            if head.status.code == 401 { proofRefused() }
            let event = balances?.answered(status: head.status.code, body: body, at: now)
            if let event { told(event, now) }
        case (.balance, .failure): balances?.lost(at: now)
        }
    }

    private func proceed(
        _ question: AccountOpening.Question,
        _ answer: String,
        at now: Timestamp
    ) {
        switch opening.standing {
        case .asking:
            guard opening.failures > 0 else { return timePassed(at: now) }
            complain("the venue does not tell \(question): \(answer); asking again")
        case .open:
            balances = AccountBalances(wallet, opened: now)
            opened(now)
        case .refused(let refusal): refused(refusal, now)
        }
    }

    private func complain(_ sentence: String) {
        guard sentence != complaint else { return }
        complaint = sentence
        log.warning("\(sentence)")
    }
}

@available(*, unavailable)
extension AccountDesk: Sendable {}
