internal import Trading

/// What each action means, for the API's references: their tables are made from `allCases`, so that
/// none is missing.
extension Action {
    /// One line in plain ASCII without quotes or markup.
    var meaning: StaticString {
        switch self {
        case .heartbeat: "prices and metrics only; belongs in no trade list"
        case .tradePlaced: "a new order of ours was accepted on the book"
        case .quoteUpdated: "a resting quote was replaced by another"
        case .quoteCancelled: "a quote was pulled and nothing took its place"
        case .orderFilled: "an order was filled to its end"
        case .orderPartiallyFilled: "a part of an order was filled"
        case .orderRejected: "the venue refused an order"
        case .fillReversed: "a fill told before failed on the chain, and was taken back"
        case .orderUnknown: "what became of an order is not known; the venue is being asked"
        case .reconciled:
            "the account held what the session did not know of; it is the session's now"
        case .orderDenied: "our own risk gate refused an order"
        case .skippedFilter:
            "no quote: liquidity, spread or price range of the market, or a one-sided book"
        case .skippedRisk:
            "no quote: position, balance, a guard, or a runtime control; the code is in reason"
        case .skippedStaleData: "no quote: a feed is stale"
        case .skippedVolatility: "no quote: the reference jumped"
        case .toxicFlow: "no new risk: what is filled keeps losing"
        case .skippedExpiry: "no quote: the window is about to end"
        case .warmingUp:
            "no quote: the estimators have not seen enough, or the strike is not known yet"
        case .volStateChanged: "the volatility regime changed"
        case .inventoryLimit: "the side that would add to the inventory is off"
        case .reduceOnly: "only the side that reduces the inventory is quoted"
        case .strikeSet:
            "the price that decides the window is known, or known from a better source"
        case .marketSelected: "the session's first window was adopted"
        case .marketRollover: "the next window took over"
        case .marketResolved: "the outcome is known"
        case .positionRedeemed: "the winning shares were paid out"
        case .positionMerged: "pairs of YES and NO became cash"
        case .riskHalt:
            "a runtime control took the session down: no quotes, or smaller ones; the code is in reason"
        case .riskResumed: "the session is back from it, wholly or in part"
        case .paramsUpdated: "a PATCH is in force"
        case .paused: "is_running became false"
        case .resumed: "is_running became true"
        case .killSwitch:
            "the emergency stop was pressed, or a loss limit pressed it; the code is in reason"
        case .cancelAllConfirmed: "after a stop: no order of ours is left"
        case .cancelAllFailed:
            "after a stop: orders of ours may still be live; they are cancelled again until none is"
        case .killed: "the state while the stop is latched, every 30 s"
        case .started: "the session began"
        case .stopped: "the session ends"
        }
    }
}
