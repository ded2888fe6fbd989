/// What the runtime controls are told, in the past tense.
public enum RiskInput: Equatable, Sendable {
    /// The process is ready to look at its orders and positions.
    case started
    /// Orders, positions and cash agree with the venue's, and no order's fate is unknown. Counts
    /// only while the state is `reconciling`: whoever sees that state looks, and tells.
    case reconciled
    /// `max_position` in force.
    case parametersChanged(maxPosition: Int64)

    /// The reference price is this old; `nil` when there has been none.
    case referenceChecked(age: Duration?)
    /// So is the feed that settles the window, with this much time left in the window.
    case settlementFeedChecked(age: Duration?, remaining: Duration)
    /// Whether the reference price is asked for, as its stream is down.
    case referenceSourceChecked(isPolled: Bool)
    case bookChecked(MarketID, BookHealth)
    /// Our clock against the venue's, and the monotonic against the wall clock over ten seconds.
    case clockChecked(skew: Duration, drift: Duration)
    /// The wall clock ran backwards.
    case clockSteppedBack
    /// The model's probability and the midpoint, where there are any; whether the volatility
    /// stands at its floor or ceiling.
    case modelChecked(value: Double, midpoint: Double?, isSigmaAtBound: Bool)
    /// How late decisions came lately.
    case decisionLagChecked(p99: Duration, worst: Duration)
    case recordingChanged(isHealthy: Bool)
    case venueFaultChanged(VenueFault, isPresent: Bool)
    /// Whether transactions of our own can be paid for.
    case gasChecked(isLow: Bool)
    /// Our record of a market's shares against the account's.
    case holdingsCompared(MarketID, HoldingsFinding)

    /// Equity with positions at fair marks, after fees and gas.
    case equityMarked(Money)
    /// Cash or shares of the account became the session's: losses are counted from here.
    case accountAdopted
    /// Profit of one market so far, likewise.
    case marketMarked(MarketID, profit: Money)
    /// A window was paid out; its market is over.
    case windowSettled(MarketID, profit: Money)

    case orderAccepted
    case orderRejected(OrderRejection)

    case emergencyStopped
    /// After a stop, the venue has said of every order that it is gone.
    case ordersGone
    case rearmed
    /// Nothing but time. Due every 100 ms or sooner: dwells end by it.
    case timePassed
}

/// What is known of a market's book.
public enum BookHealth: UInt8, Sendable, CaseIterable {
    case sound
    case stale
    /// The best bid is at or above the best ask.
    case crossed
    /// The venue's own statement of it says otherwise.
    case drifted
    /// It agrees with what we can check, and the venue says more than we understand.
    case unfamiliar

    /// Judges by the link, not by the last change: a quiet market is no error.
    /// - Parameters:
    ///   - linkDown: how long the connection has been down; `nil` while it is up.
    ///   - age: of the newest message.
    ///   - arePingsAnswered: whether the last ping was.
    ///   - doubt: of its feed.
    public static func judge(
        linkDown: Duration?,
        age: Duration,
        arePingsAnswered: Bool,
        isCrossed: Bool,
        doubt: BookDoubt,
        limits: RuntimeLimits
    ) -> BookHealth {
        if let linkDown, linkDown > limits.bookLinkDownMax { return .stale }
        if age > limits.bookAgeMax && !arePingsAnswered { return .stale }
        if isCrossed { return .crossed }
        switch doubt {
        case .none: return .sound
        case .unfamiliar: return .unfamiliar
        case .drifted: return .drifted
        }
    }
}
