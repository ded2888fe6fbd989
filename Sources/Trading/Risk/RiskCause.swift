/// How far a runtime control takes the session down. Deeper is greater.
public enum RiskLevel: UInt8, Sendable, Comparable, CaseIterable {
    case none
    /// Quotes at half size.
    case caution
    /// No new risk.
    case reduceOnly
    /// No quotes.
    case halted
    /// No quotes until an operator rearms.
    case killed

    public static func < (lhs: RiskLevel, rhs: RiskLevel) -> Bool { lhs.rawValue < rhs.rawValue }
}

/// Why a runtime control took the session, or one market, down.
// The raw values stand in journals: new cases are added at the end.
public enum RiskCause: UInt8, Sendable, CaseIterable {
    /// The reference price is too old.
    case referenceStale
    /// The feed that settles the window is silent.
    case settlementStale
    /// It has been silent for so long, so late in the window, that the outcome is a guess.
    case settlementLost
    /// A market's book is not known to be current.
    case bookStale
    /// A market's best bid is at or above its best ask.
    case bookCrossed
    /// A market's book differs from the venue's own statement.
    case bookDrifted
    /// Our clock and the venue's differ noticeably.
    case clockSkewed
    /// Our clock cannot be trusted.
    case clockBroken
    /// The session or the day lost its limit.
    case dailyLoss
    /// The equity fell too far below its peak.
    case drawdown
    /// A market lost its limit.
    case marketLoss
    /// Several windows in a row were lost.
    case toxicFlow
    /// The venue refuses our orders.
    case rejectStorm
    /// For the third time within an hour.
    case rejectStorms
    /// The model's value is no probability, or its volatility has stood at its bound.
    case modelInvalid
    /// The model and the market differ beyond belief.
    case valueDiverged
    /// Decisions come late.
    case loopLagging
    /// A decision came much too late.
    case loopStuck
    /// What happens does not reach the disk.
    case journalFailed
    /// The emergency stop.
    case manualKill
    /// The user stream has been down for too long.
    case userStreamBlind
    /// The venue's dead man's switch is not being answered.
    case heartbeatDown
    /// The venue restarts.
    case venueRestarting
    /// The venue takes cancels alone.
    case venueCancelOnly
    /// The venue takes nothing of this account.
    case venueRefusing
    /// Somebody else trades with this account.
    case foreignOrder
    /// An order's or a fill's fate could not be found out.
    case ordersUnresolved
    /// Our record of a market's shares and the account's differ.
    case positionDiffers
    /// By so much, or for so long, that our record cannot be trusted.
    case positionBroken
    /// The venue does not serve this place.
    case geoBlocked
    /// The venue says of a market more than we understand.
    case bookUnfamiliar
    /// The reference's stream is down, and its price is asked for.
    case referencePolled
    /// Too little is left for transactions of our own, or the day's have cost too much.
    case gasLow

    /// The stable code.
    public var code: StaticString {
        switch self {
        case .referenceStale: "REF_STALE"
        case .settlementStale, .settlementLost: "SETTLE_FEED_STALE"
        case .bookStale: "BOOK_STALE"
        case .bookCrossed: "BOOK_CROSSED"
        case .bookDrifted: "BOOK_DRIFT"
        case .clockSkewed, .clockBroken: "CLOCK_SKEW"
        case .dailyLoss: "DAILY_LOSS"
        case .drawdown: "DRAWDOWN"
        case .marketLoss: "MARKET_LOSS"
        case .toxicFlow: "TOXIC_FLOW"
        case .rejectStorm, .rejectStorms: "REJECT_STORM"
        case .modelInvalid: "MODEL_INVALID"
        case .valueDiverged: "FV_DIVERGENCE"
        case .loopLagging, .loopStuck: "LOOP_LAG"
        case .journalFailed: "JOURNAL_FAIL"
        case .manualKill: "MANUAL_KILL"
        case .userStreamBlind: "USER_STREAM_BLIND"
        case .heartbeatDown: "HEARTBEAT_DOWN"
        case .venueRestarting: "VENUE_RESTARTING"
        case .venueCancelOnly: "VENUE_CANCEL_ONLY"
        case .venueRefusing: "VENUE_REFUSING"
        case .foreignOrder: "FOREIGN_ORDER"
        case .ordersUnresolved: "ORDERS_UNRESOLVED"
        case .positionDiffers, .positionBroken: "POSITION_MISMATCH"
        case .geoBlocked: "GEO_BLOCKED"
        case .bookUnfamiliar: "BOOK_FORMAT"
        case .referencePolled: "REF_DEGRADED"
        case .gasLow: "GAS_LOW"
        }
    }

    /// How far down it takes.
    public var level: RiskLevel {
        switch self {
        // Quotes cost no gas: only merges wait.
        case .gasLow: .none
        case .settlementStale, .clockSkewed, .loopLagging: .caution
        case .settlementLost, .marketLoss, .toxicFlow, .modelInvalid, .valueDiverged,
            .positionDiffers, .bookUnfamiliar, .referencePolled:
            .reduceOnly
        case .referenceStale, .bookStale, .bookCrossed, .bookDrifted, .clockBroken, .rejectStorm,
            .loopStuck, .journalFailed, .userStreamBlind, .heartbeatDown, .venueRestarting,
            .venueCancelOnly, .venueRefusing, .foreignOrder, .ordersUnresolved, .positionBroken,
            .geoBlocked:
            .halted
        case .dailyLoss, .drawdown, .rejectStorms, .manualKill: .killed
        }
    }

    /// Whether it is about the market's data alone. A stale price says nothing about our orders:
    /// quotes return soon after the data does, without reconciling and at full size.
    var isAboutData: Bool {
        switch self {
        case .referenceStale, .bookStale, .bookCrossed, .bookDrifted, .bookUnfamiliar,
            .referencePolled:
            true
        case .settlementStale, .settlementLost, .clockSkewed, .clockBroken, .dailyLoss, .drawdown,
            .marketLoss, .toxicFlow, .rejectStorm, .rejectStorms, .modelInvalid, .valueDiverged,
            .loopLagging, .loopStuck, .journalFailed, .manualKill, .userStreamBlind,
            .heartbeatDown, .venueRestarting, .venueCancelOnly, .venueRefusing, .foreignOrder,
            .ordersUnresolved, .positionDiffers, .positionBroken, .geoBlocked, .gasLow:
            false
        }
    }

    /// Whether orders and positions must be reconciled before quotes return.
    var needsReconciliation: Bool { level >= .halted && !isAboutData }
}
