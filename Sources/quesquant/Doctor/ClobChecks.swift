internal import Crypto
internal import Reactor
internal import Trading
internal import Venues
internal import Wire

/// Polymarket's order service: its clock, its protocol, and our account there.
///
///     time ×5 ─► version
///            └─► API key: given, derived or made ─► closed only? ─► balance and allowances
///                                                └─► user socket
final class ClobChecks {
    /// The protocol that orders are signed for (polymarket 4).
    private static let version: UInt64 = 2
    /// A clock far beyond this century is none.
    private static let secondsMax: UInt64 = 4_000_000_000

    private let board: DoctorBoard
    private let plan: DoctorPlan
    private let clob: ClobAsker
    private let name: String
    private var timer: LoopTimer?
    private(set) var clock = ClockOffset()
    private var cold: Duration?
    private var warm: [Duration] = []
    /// Called when the account's credentials are proven.
    var onCredentials: (APICredentials) -> Void = { _ in }

    init(_ plan: DoctorPlan, through connector: Connector, for board: DoctorBoard) {
        self.plan = plan
        self.board = board
        let asker = Asker(plan.services.clob, through: connector)
        name = asker.name
        clob = ClobAsker(asker, key: plan.account.key)
        timer = LoopTimer(on: connector.loop) { [unowned self] in self.askTime() }
    }

    func start() {
        board.expect(.services, "clob")
        board.expect(.clock, "polymarket")
        board.expect(.venue, "protocol")
        board.expect(.account, "api_key", "restrictions", "balance", "allowances")
        board.expect(.feeds, "user")
        askTime()
    }

    func close() {
        timer?.close()
        clob.asker.close()
    }

    // MARK: - Time and version

    private func askTime() {
        clob.ask {
            $0.time()
        } completion: { reply, body in
            let seconds = try? ClobAnswers.time(body)
            guard reply.trouble(body) == nil, let seconds, seconds < Self.secondsMax else {
                return self.unreached(reply.trouble(body) ?? "no time in the answer", reply)
            }
            if self.cold == nil {
                self.cold = reply.duration
            } else {
                self.warm.append(reply.duration)
                self.clock.take(
                    sent: reply.sent,
                    received: reply.received,
                    told: Timestamp(nanoseconds: Int64(seconds) * 1_000_000_000),
                    resolution: .seconds(1)
                )
            }
            guard self.warm.count + 1 < ServiceChecks.timeQuestions else { return self.reached() }
            self.timer?.start(afterMilliseconds: ServiceChecks.timeIntervalMilliseconds)
        }
    }

    private func unreached(_ trouble: String, _ reply: Asker.Reply) {
        board.report(
            .services,
            "clob",
            .fail,
            clob.asker.sentence(trouble),
            reply.status == 403 || reply.status == 451
                ? "Polymarket does not serve this place" : ServiceChecks.networkAdvice
        )
        let reason = "\(name) does not answer"
        board.skip(.clock, "polymarket", because: reason)
        board.skip(.venue, "protocol", because: reason)
        skipAccount("api_key", because: reason)
    }

    private func reached() {
        ServiceChecks.reportReached(board, "clob", name, cold: cold ?? .zero, warm: warm)
        ServiceChecks.reportClock(board, "polymarket", clock)
        clob.offset = clock.estimate ?? .zero
        clob.ask {
            $0.version()
        } completion: { reply, body in
            self.takeVersion(reply, body)
        }
        beginAccount()
    }

    private func takeVersion(_ reply: Asker.Reply, _ body: Span<UInt8>) {
        guard reply.trouble(body) == nil, let version = try? ClobAnswers.version(body) else {
            return board.report(
                .venue,
                "protocol",
                .fail,
                "the protocol's version is not told: \(reply.trouble(body) ?? "no number")"
            )
        }
        let isOurs = version == Self.version
        board.report(
            .venue,
            "protocol",
            isOurs ? .pass : .fail,
            "order protocol \(version)" + (isOurs ? "" : ", and orders are signed for 2"),
            isOurs ? nil : "do not trade: look for a newer quesquant"
        )
    }

    // MARK: - API key

    private func beginAccount() {
        guard plan.account.key != nil else {
            return skipAccount("api_key", because: "no private key")
        }
        if let credentials = plan.account.credentials {
            return prove(credentials, "the given API key is accepted")
        }
        clob.ask {
            $0.deriveAPIKey()
        } completion: { reply, body in
            self.takeKey(reply, body, "the venue gives the account's API key", mayCreate: true)
        }
    }

    private func takeKey(
        _ reply: Asker.Reply,
        _ body: Span<UInt8>,
        _ text: String,
        mayCreate: Bool
    ) {
        guard let key = plan.account.key else { return }
        if reply.trouble(body) == nil {
            // The body has the secret: nothing of it may go into a text.
            guard let credentials = try? ClobAnswers.credentials(body, address: key.address) else {
                return keyFailed("the answer is no API key", nil)
            }
            return prove(credentials, text)
        }
        let trouble = reply.trouble(body) ?? ""
        // Refused, and not merely unheard.
        let isRefused = reply.status.map { (400..<500).contains($0) && $0 != 429 } ?? false
        guard isRefused, mayCreate else { return keyFailed(trouble, nil) }
        guard plan.createsAPIKey else {
            return keyFailed(
                "the account has no API key (\(trouble))",
                "quesquant doctor --create-api-key makes one"
            )
        }
        clob.ask {
            $0.createAPIKey()
        } completion: { reply, body in
            self.takeKey(reply, body, "an API key was made", mayCreate: false)
        }
    }

    private func keyFailed(_ text: String, _ advice: String?) {
        board.report(.account, "api_key", .fail, text, advice)
        skipAccount(nil, because: "no API key")
    }

    /// - Parameter first: also to be skipped.
    private func skipAccount(_ first: String?, because reason: String) {
        if let first { board.skip(.account, first, because: reason) }
        board.skip(.account, "restrictions", "balance", "allowances", because: reason)
        board.skip(.feeds, "user", because: reason)
    }

    /// The first private call.
    private func prove(_ credentials: APICredentials, _ text: String) {
        clob.ask(with: credentials) {
            $0.closedOnly()
        } completion: { reply, body in
            guard reply.trouble(body) == nil, let isClosed = try? ClobAnswers.closedOnly(body)
            else {
                let trouble = reply.trouble(body) ?? "the answer is not understood"
                let isGiven = self.plan.account.credentials != nil
                return self.keyFailed(
                    "the API key is not accepted: \(trouble)",
                    isGiven && reply.status == 401
                        ? "unset POLYMARKET_API_KEY, _SECRET and _PASSPHRASE: they are derived"
                        : nil
                )
            }
            self.board.report(.account, "api_key", .pass, text)
            self.board.report(
                .account,
                "restrictions",
                isClosed ? .fail : .pass,
                isClosed ? "the account may only close positions" : "the account may trade",
                isClosed ? "ask the venue why" : nil
            )
            self.onCredentials(credentials)
            self.askBalance(credentials)
        }
    }

    // MARK: - Balance

    private func askBalance(_ credentials: APICredentials) {
        guard let wallet = plan.account.wallet else {
            return board.skip(.account, "balance", "allowances", because: "no wallet is known")
        }
        clob.ask(with: credentials) {
            $0.balance(wallet.signatureType)
        } completion: { reply, body in
            guard reply.trouble(body) == nil, let answer = try? BalanceAllowance.decode(body),
                let raw = answer.balance.millionths
            else {
                let trouble = reply.trouble(body) ?? "the answer is not understood"
                self.board.report(.account, "balance", .fail, trouble)
                return self.board.skip(.account, "allowances", because: "no answer")
            }
            let balance = Money(raw: raw)
            AccountVerdict.report(
                self.board,
                .account,
                "balance",
                balance,
                "by the venue: \(FigureText.dollars(balance))"
            )
            let spender = Exchange.binary.contract
            let allowance = answer.allowances[spender] ?? .zero
            AccountVerdict.reportAllowance(self.board, .account, allowance, balance, spender)
        }
    }
}

@available(*, unavailable)
extension ClobChecks: Sendable {}

/// What money and allowances mean for trading.
enum AccountVerdict {
    /// With less, not even the least order of a market can be paid for.
    static let balanceMin = Money(dollars: 5)

    static func report(
        _ board: DoctorBoard,
        _ area: Finding.Area,
        _ name: String,
        _ balance: Money,
        _ text: String
    ) {
        let isEnough = balance >= balanceMin
        board.report(
            area,
            name,
            isEnough ? .pass : .warn,
            text,
            isEnough ? nil : "5 shares are the least order: deposit pUSD into the wallet",
            figures: [Finding.Figure(name: "dollars", millionths: balance.raw)]
        )
    }

    /// Whether the exchange may take the dollars that orders offer.
    static func reportAllowance(
        _ board: DoctorBoard,
        _ area: Finding.Area,
        _ allowance: Word256,
        _ balance: Money,
        _ spender: EthereumAddress
    ) {
        let advice = "approve pUSD for \(spender), once, from the wallet; then try again"
        switch AllowanceCheck.standing(allowance, for: balance) {
        case .unlimited:
            board.report(area, "allowances", .pass, "the exchange may take pUSD without limit")
        case .covered(let money):
            board.report(
                area,
                "allowances",
                .pass,
                "the exchange may take \(FigureText.dollars(money))"
            )
        case .short(let money):
            board.report(
                area,
                "allowances",
                .warn,
                "the exchange may take no more than \(FigureText.dollars(money))",
                advice
            )
        case .missing:
            board.report(
                area,
                "allowances",
                .fail,
                "the exchange may take nothing: every order is refused",
                advice
            )
        }
    }
}
