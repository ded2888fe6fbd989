public import Trading

/// What the gateway wants done, to be performed in order.
public enum GatewayEffect: Equatable, Sendable {
    /// Render and send; then say what came of it, by `answered`, `lost` or `didNotLeave`.
    case send(GatewayRequest)
    /// For the engine.
    case tell(EngineEvent)
    /// Open a new connection for the lane before sending more on it.
    case renewConnection(GatewayRequest.Lane)
    /// The account had no order of ours, twice, a second apart: orders may be placed.
    case ready
    /// After `compare`, or by itself: the venue's open orders are the ones that we know, and none's
    /// fate is open.
    case compared
    /// After `cancelAll`: the venue has no order of ours, as it said twice, a second apart.
    case cancelAllConfirmed
    case alarm(GatewayAlarm)
}

/// What a person has to know of.
public enum GatewayAlarm: Equatable, Sendable {
    /// What became of the order is not known after all attempts; it is exposure. Orders are held.
    case orderUnresolved(OrderID)
    /// The venue says that more was filled than its trades tell. Orders are held.
    case fillsMissing(OrderID)
    /// The venue does not let go of an order that was cancelled again and again.
    case cancelStuck(OrderID)
    /// More was filled than was ordered.
    case overfilled(OrderID)
    /// A fill that was told is on no chain: its trade failed, and it was taken back.
    case tradeFailed(OrderID)
    /// An order of our API key that this run does not have. It is being cancelled.
    case strayOrder(InlineText)
    /// An order in our wallet by somebody else's key. Orders are held.
    case foreignOrder(InlineText)
    /// A fill of an order that this run does not have.
    case foreignFill(VenueFill)
    /// After `cancelAll`, and all ways of cancelling tried once: the venue may still have so many
    /// orders of ours. They are tried again and again. If all of those that this run has sent are
    /// filled and lost, that costs `atRisk` (risk 4 h); what a listed stranger may cost is not known.
    case cancelUnconfirmed(orders: Int, atRisk: Money)
    /// The venue will take nothing of ours until somebody has looked. Orders are held.
    case halted(VenueRefusal.Reason)
    /// Somebody else beats with our API key.
    case heartbeatContested
    /// Beats were missed for so long that the venue has cancelled, or will.
    case heartbeatExpired
}

/// Why no order leaves at the moment, the gravest first.
public enum GatewayHold: UInt8, Sendable, CaseIterable {
    /// A kill: until `rearm`.
    case killed
    /// The venue refused for a reason that time does not heal: until `rearm`.
    case halted
    /// Open orders have not been looked at yet.
    case notReady
    /// Everything is being cancelled.
    case sweeping
    case foreignOrder
    /// An order's fate, or fills, could not be found out.
    case unresolved
    case venueRestarting
    case cancelOnly
    case rateLimited
    case heartbeatDown
    case userStreamBlind
    /// Orders are being compared with the venue's.
    case reconciling
}

extension OrderGateway {
    public struct Configuration: Equatable, Sendable {
        public var budget = SignerBudget.Configuration()
        public var heartbeat = HeartbeatChain.Configuration()
        /// Whether orders wait for the dead man's switch.
        public var needsHeartbeat = true
        /// An order without an answer for so long is cancelled.
        public var answerBudget = Duration.milliseconds(500)
        /// A request without an answer for so long has none.
        public var requestTimeout = Duration.seconds(10)
        /// An order younger than this is not judged gone.
        public var youngFor = Duration.seconds(5)
        /// What belongs together (a cancel's answer and its event, an order's and a trade's) comes
        /// within this; after it the venue is asked.
        public var settleDelay = Duration.milliseconds(100)
        /// Between two questions about one order; doubled each time up to `probeIntervalMax`.
        public var probeInterval = Duration.milliseconds(500)
        public var probeIntervalMax = Duration.seconds(8)
        /// Questions about one order, or reads of its trades, before it is an alarm.
        public var probesMax = 8
        public var cancelRetry = Duration.milliseconds(300)
        public var cancelsMax = 10
        public var verifyInterval = Duration.seconds(1)
        public var escalateAfter = Duration.seconds(2)
        public var compareInterval = Duration.seconds(10)
        public var userStreamDownMax = Duration.seconds(5)
        /// A venue that restarts is asked again after this, doubled up to `restartRetryMax`.
        public var restartRetry = Duration.seconds(1)
        public var restartRetryMax = Duration.seconds(30)
        /// After a refusal that does not say how long: the venue's limit, its cancel-only mode.
        public var pause = Duration.seconds(1)
        /// Longest pause that the venue is believed to ask for.
        public var pauseMax = Duration.seconds(600)

        public init() {}
    }
}
