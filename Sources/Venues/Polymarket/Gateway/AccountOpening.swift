public import Crypto
public import Trading

/// What is asked of the venue before an account may trade, one question after the other.
///
/// ```
///   version ─► clock ─► key ─► closed only ─► cash ─► open
///                        │ none given: derive ─refused─► create
///      └ no answer, or one that says nothing: the same again, later each time
///      └ an answer that time does not heal: refused, for good
///
///   open ── a proof was refused (`doubtClock`) ──► clock, again ──► open
/// ```
///
/// Sans-IO: the shell asks `question(at:)`, sends what `write` renders, and tells what came.
public struct AccountOpening: Sendable {
    public enum Question: Equatable, Sendable {
        case version
        case clock
        /// Gives the API key again that the account made before (polymarket 3.1).
        case deriveKey
        case createKey
        /// Whether the account may only close positions.
        case closedOnly
        /// What it has in dollars, and what the exchanges may take.
        case cash
    }

    /// Why the account does not trade. Nothing but a person's doing changes it.
    public enum Refusal: Equatable, Sendable {
        /// The venue speaks another version than `protocolVersion`.
        case version(UInt64)
        /// The venue takes neither the API key nor the private key's signature.
        case unauthorized(status: Int)
        case closedOnly
    }

    public enum Standing: Equatable, Sendable {
        case asking(Question)
        case open
        case refused(Refusal)
    }

    public static let protocolVersion: UInt64 = 2
    static let retryMin = Duration.seconds(1)
    static let retryMax = Duration.seconds(30)
    /// Between two looks at the venue's clock once the account is open.
    static let clockInterval = Duration.seconds(2)

    public private(set) var standing = Standing.asking(.version)
    public private(set) var credentials: APICredentials?
    /// The venue's clock less ours; zero while they agree as far as whole seconds tell.
    public private(set) var clockOffset = Duration.zero
    /// Known when `standing` is `open`.
    public private(set) var cash: BalanceAllowance?
    /// Questions without an answer that says something, one after the other.
    public private(set) var failures = 0

    private let key: PrivateKey
    private let signatureType: SignatureType
    private var hasDerived: Bool
    /// The question that has no answer yet.
    private var asked: Question?
    private var isClockDoubted = false
    private var askAt: Timestamp?
    private var askedAt = Timestamp(nanoseconds: 0)

    /// - Parameter credentials: `nil` when the venue is to derive or make them.
    public init(_ key: PrivateKey, _ wallet: TradingWallet, credentials: APICredentials?) {
        self.key = key
        signatureType = wallet.signatureType
        self.credentials = credentials
        hasDerived = credentials == nil
    }

    // MARK: Asking

    /// What is to be asked now; `nil` while an answer is awaited, or the time has not come.
    public mutating func question(at now: Timestamp) -> Question? {
        guard asked == nil, now >= askAt ?? now else { return nil }
        switch standing {
        case .asking(let question): asked = question
        case .open where isClockDoubted:
            isClockDoubted = false
            askAt = now + Self.clockInterval
            asked = .clock
        case .open, .refused: return nil
        }
        askedAt = now
        return asked
    }

    /// A proof with these credentials was refused, which were taken before: perhaps for its time,
    /// because one of the clocks jumped. The venue does not say which (polymarket 3.2).
    public mutating func doubtClock() { isClockDoubted = standing == .open }

    public func write(_ question: Question, into clob: inout ClobRequest) {
        switch question {
        case .version: clob.version()
        case .clock: clob.time()
        case .deriveKey: clob.deriveAPIKey()
        case .createKey: clob.createAPIKey()
        case .closedOnly: clob.closedOnly()
        case .cash: clob.balance(signatureType)
        }
    }

    /// Name and value of each field of the question's request.
    public func forEachHeader<Failure: Error>(
        of clob: borrowing ClobRequest,
        at now: Timestamp,
        _ add: (StaticString, Span<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        let seconds = venueSeconds(at: now)
        switch clob.authentication {
        case .none: return
        case .key:
            let auth = ClobAuth(address: key.address, timestamp: seconds)
            try clob.forEachHeader(auth, auth.sign(with: key), add)
        case .credentials:
            guard let credentials else {
                preconditionFailure("what needs an API key is asked when there is one")
            }
            try clob.forEachHeader(credentials, at: seconds, add)
        }
    }

    /// Seconds since 1970 by the venue's clock.
    public func venueSeconds(at now: Timestamp) -> UInt64 {
        UInt64(max((now + clockOffset).nanoseconds, 0)) / 1_000_000_000
    }

    // MARK: What came

    /// - Parameter body: the caller should `wipe` it when it may hold a key.
    public mutating func answered(status: Int, body: Span<UInt8>, at now: Timestamp) {
        guard let question = asked else { return }
        asked = nil
        guard status == 200 else { return refused(question, status, at: now) }
        do {
            try take(question, body, at: now)
        } catch {
            fail(at: now)
        }
    }

    /// There is no answer and will be none.
    public mutating func lost(at now: Timestamp) {
        asked = nil
        fail(at: now)
    }

    private mutating func take(
        _ question: Question,
        _ body: Span<UInt8>,
        at now: Timestamp
    ) throws(ClobAnswerError) {
        switch question {
        case .version:
            let version = try ClobAnswers.version(body)
            guard version == Self.protocolVersion else { return refuse(.version(version)) }
            proceed(to: .clock)
        case .clock:
            setClock(try ClobAnswers.time(body), at: now)
            guard standing != .open else { return }
            proceed(to: credentials == nil ? .deriveKey : .closedOnly)
        case .deriveKey, .createKey:
            credentials = try ClobAnswers.credentials(body, address: key.address)
            proceed(to: .closedOnly)
        case .closedOnly:
            guard try !ClobAnswers.closedOnly(body) else { return refuse(.closedOnly) }
            proceed(to: .cash)
        case .cash:
            cash = try BalanceAllowance.decode(body)
            failures = 0
            standing = .open
        }
    }

    /// The venue tells whole seconds, so its time lies anywhere in the second that it tells, and
    /// that anywhere between our question and its answer.
    private mutating func setClock(_ seconds: UInt64, at now: Timestamp) {
        guard seconds < 9_000_000_000 else { return }
        let told = Timestamp(seconds: Int64(seconds))
        if told + .seconds(2) < askedAt {
            clockOffset = told - askedAt
        } else if told > now + .seconds(1) {
            clockOffset = told - now
        } else {
            clockOffset = .zero
        }
    }

    private mutating func refused(_ question: Question, _ status: Int, at now: Timestamp) {
        // What the venue, or whatever stands before it, says of its own state passes.
        let isAboutUs = (400..<500).contains(status) && ![408, 425, 429].contains(status)
        guard isAboutUs else { return fail(at: now) }
        switch question {
        case .deriveKey: proceed(to: .createKey)
        case .createKey: refuse(.unauthorized(status: status))
        case .closedOnly, .cash:
            guard status == 401 || status == 403 else { return fail(at: now) }
            // Derived once; what is refused then is refused for good.
            guard !hasDerived else { return refuse(.unauthorized(status: status)) }
            hasDerived = true
            proceed(to: .deriveKey)
        case .version, .clock: fail(at: now)
        }
    }

    private mutating func proceed(to question: Question) {
        failures = 0
        askAt = nil
        standing = .asking(question)
    }

    private mutating func refuse(_ refusal: Refusal) { standing = .refused(refusal) }

    private mutating func fail(at now: Timestamp) {
        // Once it is open nothing waits for the clock: the next refusal asks again.
        guard standing != .open else { return }
        failures += 1
        var wait = Self.retryMin
        for _ in 1..<max(min(failures, 16), 1) where wait < Self.retryMax { wait = wait + wait }
        askAt = now + min(wait, Self.retryMax)
    }
}

extension AccountOpening.Question: CustomStringConvertible {
    public var description: String {
        switch self {
        case .version: "its protocol version"
        case .clock: "its clock"
        case .deriveKey: "the account's API key"
        case .createKey: "a new API key"
        case .closedOnly: "whether the account may trade"
        case .cash: "the account's balance"
        }
    }
}

extension AccountOpening.Refusal: CustomStringConvertible {
    public var description: String {
        switch self {
        case .version(let version):
            "it speaks version \(version) of its protocol, and we speak "
                + "\(AccountOpening.protocolVersion)"
        case .unauthorized(let status): "it does not take the account's key (\(status))"
        case .closedOnly: "the account may only close positions"
        }
    }
}
