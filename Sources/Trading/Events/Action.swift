/// The `action` of a tick: what the tick is about. Dashboards put every tick whose action is not
/// `HEARTBEAT` into a blotter, so an action is either an event that really happened or the
/// transition into a state, never a mere refresh.
///
/// The raw value is the text on the wire.
public enum Action: String, CaseIterable, Sendable {
    /// No event since the last tick: prices and metrics only.
    case heartbeat = "HEARTBEAT"
    /// A new order of ours was accepted on the book.
    case tradePlaced = "TRADE_PLACED"
    /// A resting quote was replaced by another.
    case quoteUpdated = "QUOTE_UPDATED"
    /// A quote was pulled and nothing took its place.
    case quoteCancelled = "QUOTE_CANCELLED"
    /// An order was filled to its end.
    case orderFilled = "ORDER_FILLED"
    /// A part of an order was filled.
    case orderPartiallyFilled = "ORDER_PARTIALLY_FILLED"
    /// The venue refused an order.
    case orderRejected = "ORDER_REJECTED"
    /// A fill that was told before failed on the chain, and was taken back.
    case fillReversed = "FILL_REVERSED"
    /// What became of an order is not known; the venue is being asked.
    case orderUnknown = "ORDER_UNKNOWN"
    /// Our own risk gate refused an order.
    case orderDenied = "ORDER_DENIED"
    /// No quote: liquidity, spread or price range of the market, or a one-sided book.
    case skippedFilter = "SKIPPED_FILTER"
    /// No quote: position or balance, or a guard other than the reference jump's.
    case skippedRisk = "SKIPPED_RISK"
    /// No quote: a feed is stale.
    case skippedStaleData = "SKIPPED_STALE_DATA"
    /// No quote: the reference jumped.
    case skippedVolatility = "SKIPPED_VOLATILITY"
    /// No new risk: what is filled keeps losing.
    case toxicFlow = "TOXIC_FLOW"
    /// No quote: the window is about to end.
    case skippedExpiry = "SKIPPED_EXPIRY"
    /// No quote: the estimators have not seen enough, or the strike is not known yet.
    case warmingUp = "WARMING_UP"
    /// The volatility regime changed.
    case volStateChanged = "VOL_STATE_CHANGED"
    /// The side that would add to the inventory is off.
    case inventoryLimit = "INVENTORY_LIMIT"
    /// Only the side that reduces the inventory is quoted, until the window ends.
    case reduceOnly = "REDUCE_ONLY"
    /// The price that decides the window is known, or known from a better source.
    case strikeSet = "STRIKE_SET"
    /// The session's first window was adopted.
    case marketSelected = "MARKET_SELECTED"
    /// The next window took over.
    case marketRollover = "MARKET_ROLLOVER"
    /// The outcome is known.
    case marketResolved = "MARKET_RESOLVED"
    /// The winning shares were paid out.
    case positionRedeemed = "POSITION_REDEEMED"
    /// A runtime control took the session down: no quotes, or smaller ones. The code is in `reason`.
    case riskHalt = "RISK_HALT"
    /// It is back, wholly or in part.
    case riskResumed = "RISK_RESUMED"
    /// The account held what the session did not know of; it is the session's now.
    case reconciled = "RECONCILED"
    /// Pairs of YES and NO became cash.
    case positionMerged = "POSITION_MERGED"
    /// A PATCH is in force.
    case paramsUpdated = "PARAMS_UPDATED"
    /// `is_running` became false.
    case paused = "PAUSED"
    /// `is_running` became true.
    case resumed = "RESUMED"
    /// The emergency stop was pressed.
    case killSwitch = "KILL_SWITCH"
    /// After a stop: no order of ours is left.
    case cancelAllConfirmed = "CANCEL_ALL_CONFIRMED"
    /// After a stop: orders of ours may still be live; they are cancelled again until none is.
    case cancelAllFailed = "CANCEL_ALL_FAILED"
    /// The state while the emergency stop is latched.
    case killed = "KILLED"
    /// The session began.
    case started = "STARTED"
    /// The session ends.
    case stopped = "STOPPED"
}
