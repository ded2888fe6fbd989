public import Crypto
public import Trading

/// What an account has in dollars and in the tokens of the markets that are followed, asked again
/// and again: at once when a market is new, then as often as risk 6 wants it.
///
/// Sans-IO: the shell asks `question(at:)`, one at a time, sends what `write` renders and tells what
/// came. An answer that cannot be had says nothing, least of all that there is nothing.
public struct AccountBalances: Sendable {
    public enum Question: Equatable, Sendable {
        case cash
        case shares(MarketID, Outcome, token: Word256)
    }

    static let cashInterval = Duration.seconds(30)
    static let sharesInterval = Duration.seconds(20)
    /// After an answer that could not be had.
    static let retryAfter = Duration.seconds(2)
    /// More of anything than this is not believed: ten billion.
    static let unitsMax: UInt64 = 10_000_000_000_000_000

    private struct Followed {
        let market: GatewayMarket
        var askAt: Timestamp
        /// Of YES, while NO is asked for.
        var yes: Quantity?
    }

    private let signatureType: SignatureType
    private var cashAt: Timestamp
    private var followed: [Followed] = []
    private var asking: Question?

    /// - Parameter opened: when the account's cash was told last.
    public init(_ wallet: TradingWallet, opened: Timestamp) {
        signatureType = wallet.signatureType
        cashAt = opened + Self.cashInterval
    }

    /// A market may be traded: what is held of it is asked for at once.
    public mutating func follow(_ market: GatewayMarket, at now: Timestamp) {
        guard !followed.contains(where: { $0.market.id == market.id }) else { return }
        if followed.count == OrderGateway.marketsMax { followed.removeFirst() }
        followed.append(Followed(market: market, askAt: now))
    }

    /// Its outcome is known.
    public mutating func unfollow(_ id: MarketID) { followed.removeAll { $0.market.id == id } }

    /// What is to be asked now; `nil` while an answer is awaited, or nothing is due.
    public mutating func question(at now: Timestamp) -> Question? {
        guard asking == nil else { return nil }
        if let due = followed.first(where: { $0.askAt <= now }) {
            let outcome = due.yes == nil ? Outcome.yes : .no
            asking = .shares(due.market.id, outcome, token: due.market.token(outcome))
        } else if cashAt <= now {
            asking = .cash
        }
        return asking
    }

    public func write(_ question: Question, into clob: inout ClobRequest) {
        switch question {
        case .cash: clob.balance(signatureType)
        case .shares(_, _, let token): clob.balance(of: token, signatureType)
        }
    }

    /// - Returns: for the engine, when everything that belongs together has been answered.
    public mutating func answered(
        status: Int,
        body: Span<UInt8>,
        at now: Timestamp
    ) -> EngineEvent? {
        guard let asked = asking else { return nil }
        guard status == 200, let answer = try? BalanceAllowance.decode(body),
            let units = answer.units
        else {
            lost(at: now)
            return nil
        }
        asking = nil
        switch asked {
        case .cash:
            cashAt = now + Self.cashInterval
            return .balanceObserved(Money(raw: units))
        case .shares(let id, let outcome, _):
            guard let index = followed.firstIndex(where: { $0.market.id == id }) else {
                return nil
            }
            guard outcome == .no, let yes = followed[index].yes else {
                followed[index].yes = Quantity(raw: units)
                return nil
            }
            followed[index].yes = nil
            followed[index].askAt = now + Self.sharesInterval
            return .holdingsObserved(id, yes: yes, no: Quantity(raw: units))
        }
    }

    /// There is no answer that says something.
    public mutating func lost(at now: Timestamp) {
        defer { asking = nil }
        switch asking {
        case .cash: cashAt = now + Self.retryAfter
        case .shares(let id, _, _):
            for index in followed.indices where followed[index].market.id == id {
                followed[index].yes = nil
                followed[index].askAt = now + Self.retryAfter
            }
        case nil: return
        }
    }
}

extension BalanceAllowance {
    /// In millionths; `nil` when that is more than anybody has.
    public var units: Int64? {
        guard let number = balance.number, number <= AccountBalances.unitsMax else { return nil }
        return Int64(number)
    }
}
