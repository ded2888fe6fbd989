internal import Trading

extension RiskDenial {
    /// The refusal in words, behind its code.
    var text: StaticString {
        switch self {
        case .maxPosition: "position limit"
        case .minOrderSize: "below the market's minimum"
        case .offTick: "not on the market's grid"
        case .wouldCross: "would take from the book"
        case .selfCross: "would meet an order of ours"
        case .insufficientBalance: "balance too small"
        case .notRunning: "not running"
        case .marketClosed: "market not in its window"
        case .maxOrderSize: "order too large"
        case .maxNotional: "order worth too much"
        case .maxLiability: "worst outcome of the market too costly"
        case .maxTotalExposure: "worst outcome of all markets too costly for the equity"
        case .priceCollar: "price too far from fair value"
        case .rateLimit: "message budget used up"
        case .fillRate: "too many fills on this side, paused"
        case .maxOpenOrders: "too many open orders"
        case .duplicateOrder: "the same order is live or not known to have ended"
        case .nearExpiry: "too late in the window"
        case .unsupportedSettlement: "settlement rule not known"
        case .strikeUnverified: "strike not verified"
        case .noBook: "no two-sided book"
        case .noFairValue: "no fair value"
        case .badParameter: "parameters not usable"
        case .halted: "stopped by the runtime controls"
        case .reduceOnly: "only reducing orders allowed"
        case .feeUnknown: "taker fee not known"
        }
    }
}

extension RiskCause {
    /// The cause in words, behind its code.
    var text: StaticString {
        switch self {
        case .referenceStale: "reference price too old"
        case .settlementStale: "settlement feed silent"
        case .settlementLost: "settlement feed lost near the window's end"
        case .bookStale: "book not known to be current"
        case .bookCrossed: "book crossed"
        case .bookDrifted: "book differs from the venue's"
        case .bookUnfamiliar: "the venue says more than we understand"
        case .referencePolled: "reference stream down, price asked for"
        case .clockSkewed: "clock off"
        case .clockBroken: "clock not to be trusted"
        case .dailyLoss: "daily loss limit reached"
        case .drawdown: "too far below the equity's peak"
        case .marketLoss: "loss limit of the market reached"
        case .toxicFlow: "too many windows lost in a row"
        case .rejectStorm: "venue refuses orders"
        case .rejectStorms: "venue refuses orders, third time in an hour"
        case .modelInvalid: "model value not usable"
        case .valueDiverged: "model and market too far apart"
        case .loopLagging: "decisions late"
        case .loopStuck: "decisions much too late"
        case .journalFailed: "the disk takes no records"
        case .manualKill: "emergency stop"
        case .userStreamBlind: "fills would go unseen: the user stream is down"
        case .heartbeatDown: "the venue's dead man's switch is not answered"
        case .venueRestarting: "the venue restarts"
        case .venueCancelOnly: "the venue takes cancels alone"
        case .venueRefusing: "the venue takes nothing of this account"
        case .foreignOrder: "somebody else trades with this account"
        case .ordersUnresolved: "an order's fate is not known"
        case .positionDiffers: "the account's shares differ from our record"
        case .gasLow: "too little gas for transactions, or too much spent: no merges"
        case .positionBroken: "the account's shares contradict our record"
        case .geoBlocked: "the venue does not serve this place"
        }
    }
}
