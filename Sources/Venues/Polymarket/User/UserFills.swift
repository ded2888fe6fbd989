public import Trading

/// Whose fills are ours.
public struct UserIdentity: Equatable, Sendable {
    /// The id of the API key, which the venue calls `owner`.
    public let owner: InlineText
    /// The address that holds the funds; compared without regard to case.
    public let makerAddress: InlineText

    public init(owner: InlineText, makerAddress: InlineText) {
        self.owner = owner
        self.makerAddress = makerAddress
    }

    func holds(owner: InlineText, makerAddress: InlineText) -> Bool {
        if !owner.isEmpty, owner == self.owner { return true }
        return !makerAddress.isEmpty && Self.equal(makerAddress, self.makerAddress)
    }

    private static func equal(_ one: InlineText, _ other: InlineText) -> Bool {
        guard one.count == other.count else { return false }
        let (one, other) = (one.span, other.span)
        for index in one.indices where lower(one[index]) != lower(other[index]) { return false }
        return true
    }

    private static func lower(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }
}

/// A fill of one of our orders, as the venue tells it. In terms of its own token.
public struct VenueFill: Equatable, Sendable {
    /// One trade may fill several orders of ours, and one order has many trades: both together
    /// name the fill.
    public let tradeID: InlineText
    public let orderID: InlineText
    public let conditionID: InlineText
    public let token: InlineText
    public let side: Side
    public let price: Price
    public let size: Quantity
    /// Whether our order was resting.
    public let isMaker: Bool
    public let venueTime: Timestamp

    /// The same for the same fill in every session (`Fill.tradeID`): FNV-1a over both ids.
    public var number: UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for id in [tradeID, orderID] {
            let bytes = id.span
            for index in bytes.indices {
                hash = (hash ^ UInt64(bytes[index])) &* 0x0000_0100_0000_01B3
            }
            hash = (hash ^ 0xFF) &* 0x0000_0100_0000_01B3
        }
        return hash
    }
}

/// What has become of a fill.
public enum UserFillEvent: Equatable, Sendable {
    /// Book it; until `confirmed` it may still fail.
    case matched(VenueFill)
    /// It is on the chain, for good.
    case confirmed(VenueFill)
    /// The venue tries the transaction again; the fill stands and is as provisional as before.
    case retrying(VenueFill)
    /// It never was: undo what `matched` booked.
    case failed(VenueFill)
}

/// Follows every fill of ours from its match to its end (polymarket 9.3).
///
/// ```
///   MATCHED ─► MINED ─► CONFIRMED      told: matched, confirmed
///      │  ▲       │
///      ▼  │       ▼
///    RETRYING   FAILED                 told: retrying; failed
/// ```
///
/// A fill may be seen first in any state (nothing is replayed after a reconnect, and what a request
/// reads back comes through here too). What was told is not told again.
public struct UserFills {
    /// Fills that are remembered. The oldest that have ended are forgotten first.
    public static let fillsMax = 8_192

    /// Messages that told nothing new.
    public private(set) var duplicates: Int64 = 0
    /// Messages about a fill that had ended otherwise, or with another price or size than before.
    public private(set) var contradictions: Int64 = 0
    /// Fills forgotten before they had ended.
    public private(set) var forgotten: Int64 = 0
    /// Trades whose status is not known, which say nothing.
    public private(set) var unknownStatuses: Int64 = 0

    private let identity: UserIdentity
    private var states: [Key: State] = [:]
    /// In the order of appearance.
    private var order: [Key] = []

    private struct Key: Hashable {
        let trade: InlineText
        let order: InlineText
    }

    private struct State {
        var fill: VenueFill
        var standing: Standing
    }

    private enum Standing {
        case provisional
        case retrying
        case confirmed
        case failed

        var hasEnded: Bool { self == .confirmed || self == .failed }
    }

    public init(identity: UserIdentity) { self.identity = identity }

    /// Fills that are booked and may still fail.
    public var provisionalCount: Int { states.count { !$0.value.standing.hasEnded } }

    /// Takes a trade and appends what it means for us. As maker our part is among its
    /// `makers`: price, size and token above are the taker's.
    public mutating func take(_ trade: UserTrade, into events: inout [UserFillEvent]) {
        guard trade.status != .unknown else {
            unknownStatuses += 1
            return
        }
        for maker in trade.makers
        where identity.holds(owner: maker.owner, makerAddress: maker.makerAddress) {
            let fill = VenueFill(
                tradeID: trade.id,
                orderID: maker.id,
                conditionID: trade.conditionID,
                token: maker.token,
                side: maker.side ?? Self.side(of: maker, in: trade),
                price: maker.price,
                size: maker.amount,
                isMaker: true,
                venueTime: trade.venueTime
            )
            advance(fill, trade.status, &events)
        }
        guard trade.isTaker, !trade.takerOrderID.isEmpty else { return }
        let fill = VenueFill(
            tradeID: trade.id,
            orderID: trade.takerOrderID,
            conditionID: trade.conditionID,
            token: trade.token,
            side: trade.side,
            price: trade.price,
            size: trade.size,
            isMaker: false,
            venueTime: trade.venueTime
        )
        advance(fill, trade.status, &events)
    }

    /// A maker of the taker's own token took the other side; one of the other token took the same
    /// side, and the two were matched by minting or merging a pair.
    private static func side(of maker: UserTrade.MakerOrder, in trade: UserTrade) -> Side {
        let isSameToken =
            maker.outcome.isEmpty || trade.outcome.isEmpty
            ? maker.token == trade.token : maker.outcome == trade.outcome
        return isSameToken ? trade.side.opposite : trade.side
    }

    private mutating func advance(
        _ fill: VenueFill,
        _ status: UserTrade.Status,
        _ events: inout [UserFillEvent]
    ) {
        let key = Key(trade: fill.tradeID, order: fill.orderID)
        guard let state = states[key] else { return begin(key, fill, status, &events) }
        if state.fill.price != fill.price || state.fill.size != fill.size
            || state.fill.side != fill.side
        {
            contradictions += 1
        }
        switch (state.standing, status) {
        case (.provisional, .confirmed), (.retrying, .confirmed):
            states[key]?.standing = .confirmed
            events.append(.confirmed(state.fill))
        case (.provisional, .failed), (.retrying, .failed):
            states[key]?.standing = .failed
            events.append(.failed(state.fill))
        case (.provisional, .retrying):
            states[key]?.standing = .retrying
            events.append(.retrying(state.fill))
        case (.retrying, .mined), (.retrying, .matched):
            states[key]?.standing = .provisional
        case (.confirmed, .failed), (.failed, .confirmed), (.failed, .mined), (.failed, .retrying):
            contradictions += 1
        case (.provisional, _), (.retrying, _), (.confirmed, _), (.failed, _):
            duplicates += 1
        }
    }

    private mutating func begin(
        _ key: Key,
        _ fill: VenueFill,
        _ status: UserTrade.Status,
        _ events: inout [UserFillEvent]
    ) {
        makeRoom()
        var standing = Standing.provisional
        switch status {
        case .matched, .mined, .unknown: events.append(.matched(fill))
        case .retrying:
            standing = .retrying
            events.append(.matched(fill))
            events.append(.retrying(fill))
        case .confirmed:
            standing = .confirmed
            events.append(.matched(fill))
            events.append(.confirmed(fill))
        // It was never booked, so there is nothing to undo.
        case .failed: standing = .failed
        }
        states[key] = State(fill: fill, standing: standing)
        order.append(key)
    }

    private mutating func makeRoom() {
        guard states.count >= Self.fillsMax else { return }
        let index = order.firstIndex { states[$0]?.standing.hasEnded ?? true } ?? 0
        let key = order.remove(at: index)
        if states[key]?.standing.hasEnded == false { forgotten += 1 }
        states[key] = nil
    }
}
