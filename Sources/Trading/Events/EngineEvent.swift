/// Everything that can happen to the engine, in the past tense. Recorded before it is handled.
public enum EngineEvent: Equatable, Sendable {
    // The market.
    /// A market's record is known; its books may follow.
    /// (Indirect: it is by far the largest and by far the rarest, and every event has the size of
    /// the largest.)
    indirect case marketListed(MarketDefinition)
    /// A whole book replaced the one we knew.
    case bookReplaced(BookSnapshot)
    case levelChanged(LevelChange)
    case traded(TradePrint)
    /// The venue moved the market to another grid; its book is void until the next snapshot.
    case tickSizeChanged(MarketID, TickSize)
    /// How far the market's feed trusts the book that it tells.
    case bookDoubted(MarketID, BookDoubt)
    /// The outcome is known: `winner` pays one dollar.
    case marketResolved(MarketID, winner: Outcome)
    /// The reference price moved (`venueTime` by the reference venue's clock).
    case referenceChanged(ReferencePrice, venueTime: Timestamp)
    /// The same, asked for while the venue's stream is down, and this long under way.
    case referencePolled(ReferencePrice, roundTrip: Duration)
    /// What it was before we listened. (Indirect as it is rare and not small.)
    indirect case referenceHistory(ReferenceHistory)
    /// The feed that settles, where it is another than the reference, told a price: the mean of the
    /// `averaged` seconds up to its stamp, or, with 0, a single one.
    case settlementObserved(ReferencePrice, averaged: Int, venueTime: Timestamp)
    /// One of its sources told the price that a window's end is compared with.
    case strikeObserved(MarketID, ReferencePrice, StrikeSource)

    // Our orders, as the venue tells it.
    case orderAccepted(OrderID)
    case orderRejected(OrderID, OrderRejection)
    case orderFilled(Fill)
    case orderCancelled(OrderID, CancelReason)
    /// A cancel came too late; the fill has been told or is on its way.
    case cancelRejected(OrderID)
    /// Pairs of YES and NO became a dollar each; `gas` was paid for it.
    case pairsMerged(MarketID, pairs: Quantity, gas: Money)
    /// A merge did not take place, and nothing was paid.
    case mergeRejected(MarketID)

    // A venue outside the process, as the shell sees it. A paper venue needs none of it.
    /// What became of an order is not known: it is exposure until the venue has been asked.
    case orderUnknown(OrderID)
    /// A fill that was told never was: its trade failed on the chain.
    case fillReversed(Fill)
    /// Something stands between our orders and the venue, or does no longer.
    case venueFaultChanged(VenueFault, isPresent: Bool)
    /// Asked for by `reconcileOrders`: the venue's open orders are ours, and none's fate is open.
    case ordersReconciled
    /// After `cancelAllOrders`: the venue has said more than once that nothing of ours is open.
    case cancelAllConfirmed
    /// What the account has to spend.
    case balanceObserved(Money)
    /// What it has for transactions of its own, in POL.
    case gasObserved(Quantity)
    /// What the account holds of a market's two tokens.
    case holdingsObserved(MarketID, yes: Quantity, no: Quantity)

    /// The venue's or the reference's clock minus ours, known to within `uncertainty`.
    case clockMeasured(offset: Duration, uncertainty: Duration)
    /// The wall clock ran backwards, or away from the monotonic clock, by this much.
    case clockStepped(Duration)

    // The operator.
    /// `control` is echoed in the effect that reports the outcome.
    case parametersPatched(ParameterPatch, control: UInt64)
    /// The emergency stop. The order path has been shut since before this event was sent.
    case emergencyStopped
    /// An operator lifted the latch.
    case rearmed
    /// The process is about to end: cancel, then say goodbye.
    case shutdownRequested
    /// Whether what happens can be recorded. While it cannot, nothing new may happen: no quotes.
    case recordingChanged(isHealthy: Bool)

    /// How late the decisions of the last second came, at the 99th percentile and at worst. Only a
    /// session that lives in real time can be late.
    case decisionLagMeasured(p99: Duration, worst: Duration)

    /// Nothing but time passed. Due every 100 ms or sooner.
    case timePassed
}

/// What the engine wants done, as imperatives. The shell performs them in order.
public enum EngineEffect: Equatable, Sendable {
    /// Only the risk gate can make one.
    case placeOrder(ApprovedOrder)
    case cancelOrder(OrderID)
    /// Everything of ours, whether known to be resting or not.
    case cancelAllOrders
    /// Our book of the market is behind the venue's: show it whole again. A feed answers with a
    /// `bookReplaced`, a recording cannot.
    case requestSnapshot(MarketID)
    /// Compare our orders with the venue's. Answered by `ordersReconciled` when they agree; asked
    /// of a venue outside the process alone.
    case reconcileOrders
    /// The account's cash became the session's.
    case cashAdopted(Money)
    /// Shares that the account held and the session had not bought are the session's from now on,
    /// as if bought at `price`.
    case sharesAdopted(MarketID, Outcome, Quantity, price: Price)
    /// A limit stopped the session: no order may leave, and the stop is to survive a restart.
    /// Told before anything else of it.
    case killTripped(RiskCause)
    /// Turn so many pairs of the market's two tokens into cash. Answered by one event.
    case mergePairs(MarketID, pairs: Quantity)
    case publish(Tick)
    /// A patch is in force from the next decision on.
    case reportParameters(control: UInt64, before: Parameters, after: Parameters)
    /// The engine has nothing left to wait for after `shutdownRequested`.
    case finishShutdown
}
