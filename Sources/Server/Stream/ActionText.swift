internal import Trading

extension Action {
    /// The raw value as a constant: no `String` is made on the way to the wire.
    var text: StaticString {
        switch self {
        case .heartbeat: "HEARTBEAT"
        case .tradePlaced: "TRADE_PLACED"
        case .quoteUpdated: "QUOTE_UPDATED"
        case .quoteCancelled: "QUOTE_CANCELLED"
        case .orderFilled: "ORDER_FILLED"
        case .orderPartiallyFilled: "ORDER_PARTIALLY_FILLED"
        case .orderRejected: "ORDER_REJECTED"
        case .fillReversed: "FILL_REVERSED"
        case .orderUnknown: "ORDER_UNKNOWN"
        case .reconciled: "RECONCILED"
        case .orderDenied: "ORDER_DENIED"
        case .skippedFilter: "SKIPPED_FILTER"
        case .skippedRisk: "SKIPPED_RISK"
        case .skippedStaleData: "SKIPPED_STALE_DATA"
        case .skippedVolatility: "SKIPPED_VOLATILITY"
        case .toxicFlow: "TOXIC_FLOW"
        case .skippedExpiry: "SKIPPED_EXPIRY"
        case .warmingUp: "WARMING_UP"
        case .volStateChanged: "VOL_STATE_CHANGED"
        case .inventoryLimit: "INVENTORY_LIMIT"
        case .reduceOnly: "REDUCE_ONLY"
        case .strikeSet: "STRIKE_SET"
        case .marketSelected: "MARKET_SELECTED"
        case .marketRollover: "MARKET_ROLLOVER"
        case .marketResolved: "MARKET_RESOLVED"
        case .positionRedeemed: "POSITION_REDEEMED"
        case .riskHalt: "RISK_HALT"
        case .riskResumed: "RISK_RESUMED"
        case .positionMerged: "POSITION_MERGED"
        case .paramsUpdated: "PARAMS_UPDATED"
        case .paused: "PAUSED"
        case .resumed: "RESUMED"
        case .killSwitch: "KILL_SWITCH"
        case .cancelAllConfirmed: "CANCEL_ALL_CONFIRMED"
        case .cancelAllFailed: "CANCEL_ALL_FAILED"
        case .killed: "KILLED"
        case .started: "STARTED"
        case .stopped: "STOPPED"
        }
    }

    /// Whether the tick tells of an event, which no later tick makes superfluous. A heartbeat only
    /// carries state: the next one of its token replaces it.
    var isEvent: Bool { self != .heartbeat }
}
