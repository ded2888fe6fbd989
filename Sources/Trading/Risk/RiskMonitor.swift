/// The runtime controls: whether the session may quote, how much, and why not.
///
/// ```
///              started               reconciled
///   starting ──────────► reconciling ──────────► active ◄──► caution ◄──► reduceOnly
///                          ▲      │                ▲
///                          │      │ reconciled     │ 60 s
///        causes cleared,   │      └──► recovering ─┘
///        dwell passed      │     (after a halt or a kill)
///                       halted ◄── from anywhere, at once        killed ◄── from anywhere
///                          ▲                                        │
///                          └───────── reconciling ◄── rearmed ──────┘
/// ```
/// Down is immediate: the state is the deepest of the causes that hold (`CauseSet`). Up takes the
/// cause's dwell after it cleared. A halt for other than market data ends in a reconciliation, and
/// a quarter of the size for a minute.
///
/// A pure value. Causes of one market (its book, its loss) hold that market alone.
public struct RiskMonitor: Sendable {
    /// Markets watched at a time.
    static let marketsMax = Engine.marketsMax

    public let limits: RuntimeLimits
    public private(set) var killSwitch = KillSwitch.armed

    private var stage = Stage.starting
    /// A halt or a stop has happened since the last reconciliation: quotes come back small.
    private var mustRecover = false
    private var causes = CauseSet()
    private var markets: [MarketWatch] = []
    /// Of markets that are no longer watched, and of kills.
    private var countsDropped = CauseCounts()
    private var rejects: RejectWatch
    private var losses: LossWatch
    private var maxPosition: Int64
    /// Since when the volatility has stood at its floor or ceiling.
    private var sigmaAtBoundSince: Timestamp?
    /// The standing told last.
    private var told = RiskStanding(state: .starting, cause: nil, sizePercent: 0)

    private enum Stage: Equatable {
        case starting
        case reconciling
        case recovering(until: Timestamp)
        case running
    }

    fileprivate struct MarketWatch: Sendable {
        var id: MarketID
        var causes = CauseSet()
    }

    /// - Parameter isLatched: whether a latch was found at start.
    public init(limits: RuntimeLimits, maxPosition: Int64, isLatched: Bool) {
        self.limits = limits
        self.maxPosition = maxPosition
        rejects = RejectWatch(limits)
        losses = LossWatch(limits)
        markets.reserveCapacity(Self.marketsMax)
        if isLatched { killSwitch.trip(.manualKill) }
        told = standing
    }

    /// Whether a cause of the session, not of one market, holds or is still waited out.
    public func holds(_ cause: RiskCause) -> Bool { causes[cause] != .absent }

    /// How the session stands.
    // Inlined like the next: what is only read is not copied for it.
    public var standing: RiskStanding {
        @inline(__always) get { compose(causes.worst) }
    }

    /// How one market stands: no better than the session.
    @inline(__always)
    public func standing(of market: MarketID) -> RiskStanding {
        compose(markets.worst(of: market, orDeeper: causes.worst))
    }

    /// Takes one input. `now` never decreases from call to call.
    /// - Returns: how the session stands, when that changed.
    public mutating func handle(_ input: RiskInput, at now: Timestamp) -> RiskStanding? {
        causes.expire(at: now, limits)
        for index in markets.indices { markets[index].causes.expire(at: now, limits) }
        take(input, now)
        settleStage(now)
        let standing = standing
        guard standing != told else { return nil }
        told = standing
        return standing
    }

    private mutating func take(_ input: RiskInput, _ now: Timestamp) {
        switch input {
        case .started: if stage == .starting { stage = .reconciling }
        case .reconciled: finishReconciliation(now)
        case .parametersChanged(let shares): maxPosition = shares
        case .referenceChecked(let age):
            causes.set(.referenceStale, isOlder(age, limits.referenceAgeMax), at: now)
        case .referenceSourceChecked(let isPolled):
            causes.set(.referencePolled, isPolled, at: now)
        case .settlementFeedChecked(let age, let remaining):
            let isLate = remaining < limits.settlementCriticalTime
            causes.set(.settlementStale, isOlder(age, limits.settlementAgeMax), at: now)
            let isLost = isOlder(age, limits.settlementLostAge) && isLate
            causes.set(.settlementLost, isLost, at: now)
        case .bookChecked(let id, let health): note(health, id, now)
        case .clockChecked(let skew, let drift): noteClock(skew, drift, now)
        case .clockSteppedBack: causes.pause(.clockBroken, until: now + limits.dwell)
        case .modelChecked(let value, let midpoint, let isSigmaAtBound):
            noteModel(value, midpoint, isSigmaAtBound, now)
        case .decisionLagChecked(let p99, let worst):
            causes.set(.loopLagging, p99 > limits.decisionLagP99Max, at: now)
            causes.set(.loopStuck, worst > limits.decisionLagMax, at: now)
        case .recordingChanged(let isHealthy): causes.set(.journalFailed, !isHealthy, at: now)
        case .venueFaultChanged(let fault, let isPresent):
            causes.set(fault.cause, isPresent, at: now)
        case .gasChecked(let isLow): causes.set(.gasLow, isLow, at: now)
        case .holdingsCompared(let id, let finding):
            setMarket(id, .positionDiffers, finding == .differs, now)
            setMarket(id, .positionBroken, finding == .broken, now)
        case .equityMarked(let equity):
            if let cause = losses.mark(equity, maxPosition: maxPosition, at: now) {
                trip(cause)
            }
        case .accountAdopted: losses.reset()
        case .marketMarked(let id, let profit):
            let lossMax = limits.marketLossMax(maxPosition: maxPosition)
            setMarket(id, .marketLoss, -profit >= lossMax, now)
        case .windowSettled(let id, let profit): settleWindow(id, profit, now)
        case .orderAccepted: rejects.noteAccepted()
        case .orderRejected(let why): noteRejection(why, now)
        case .emergencyStopped: trip(.manualKill)
        case .ordersGone: killSwitch.confirm()
        case .rearmed: rearm()
        case .timePassed: break
        }
    }

    private func isOlder(_ age: Duration?, _ limit: Duration) -> Bool {
        guard let age else { return true }
        return age > limit
    }

    // MARK: The way up

    private mutating func finishReconciliation(_ now: Timestamp) {
        // Told before as well: what was looked at before the state said so is old.
        guard told.state == .reconciling, standing.state == .reconciling else { return }
        stage = mustRecover ? .recovering(until: now + limits.recoveringPeriod) : .running
        mustRecover = false
    }

    /// What was lost and refused before counts no more: the operator knows of it.
    private mutating func rearm() {
        guard killSwitch.isLatched else { return }
        killSwitch.rearm()
        rejects.reset()
        losses.reset()
    }

    private mutating func trip(_ cause: RiskCause) {
        killSwitch.trip(cause)
        countsDropped.add(cause)
    }

    private mutating func settleStage(_ now: Timestamp) {
        if case .recovering(let end) = stage, now >= end { stage = .running }
        guard causes.needsReconciliation || killSwitch.isLatched else { return }
        mustRecover = true
        if stage != .starting { stage = .reconciling }
    }

    // MARK: What the session stands at

    @inline(__always)
    private func compose(_ worst: RiskCause?) -> RiskStanding {
        Self.compose(
            worst,
            killSwitch.cause,
            stage,
            limits.recoveringPercent,
            limits.cautionPercent
        )
    }

    private static func compose(
        _ worst: RiskCause?,
        _ killedBy: RiskCause?,
        _ stage: Stage,
        _ recoveringPercent: Int64,
        _ cautionPercent: Int64
    ) -> RiskStanding {
        if let cause = killedBy {
            return RiskStanding(state: .killed, cause: cause, sizePercent: 0)
        }
        let level = worst?.level ?? .none
        if level >= .halted { return RiskStanding(state: .halted, cause: worst, sizePercent: 0) }
        switch stage {
        case .starting: return RiskStanding(state: .starting, cause: worst, sizePercent: 0)
        case .reconciling: return RiskStanding(state: .reconciling, cause: worst, sizePercent: 0)
        case .recovering:
            let state = level == .reduceOnly ? RiskState.reduceOnly : .recovering
            return RiskStanding(state: state, cause: worst, sizePercent: recoveringPercent)
        case .running: break
        }
        switch level {
        case .none: return RiskStanding(state: .active, cause: nil, sizePercent: 100)
        case .caution:
            return RiskStanding(state: .caution, cause: worst, sizePercent: cautionPercent)
        case .reduceOnly, .halted, .killed:
            return RiskStanding(state: .reduceOnly, cause: worst, sizePercent: 100)
        }
    }

    // MARK: Single controls

    private mutating func noteClock(_ skew: Duration, _ drift: Duration, _ now: Timestamp) {
        let skew = abs(skew.nanoseconds)
        causes.set(.clockSkewed, skew > limits.clockSkewWarn.nanoseconds, at: now)
        let isBroken =
            skew > limits.clockSkewMax.nanoseconds
            || abs(drift.nanoseconds) > limits.clockDriftMax.nanoseconds
        causes.set(.clockBroken, isBroken, at: now)
    }

    private mutating func noteModel(
        _ value: Double,
        _ midpoint: Double?,
        _ isSigmaAtBound: Bool,
        _ now: Timestamp
    ) {
        if !isSigmaAtBound { sigmaAtBoundSince = nil }
        let since = isSigmaAtBound ? sigmaAtBoundSince ?? now : now
        if isSigmaAtBound { sigmaAtBoundSince = since }
        // Not a number compares false: it is outside too.
        let isProbability = value > 0 && value < 1
        let isInvalid = !isProbability || now - since > limits.sigmaBoundMax
        causes.set(.modelInvalid, isInvalid, at: now)
        guard isProbability, let midpoint else { return }
        let hasDiverged = abs(value - midpoint) > limits.divergenceMax
        causes.set(.valueDiverged, hasDiverged, at: now)
    }

    private mutating func noteRejection(_ why: OrderRejection, _ now: Timestamp) {
        switch rejects.noteRejected(why, at: now) {
        case .nothing: break
        case .storm(let pause): causes.pause(.rejectStorm, until: now + pause)
        case .storms: trip(.rejectStorms)
        }
    }

    private mutating func settleWindow(_ id: MarketID, _ profit: Money, _ now: Timestamp) {
        if losses.settleWindow(profit: profit) {
            causes.pause(.toxicFlow, until: now + limits.toxicPause)
        }
        if let index = index(of: id) { drop(index) }
    }

    private mutating func note(_ health: BookHealth, _ id: MarketID, _ now: Timestamp) {
        setMarket(id, .bookStale, health == .stale, now)
        setMarket(id, .bookCrossed, health == .crossed, now)
        setMarket(id, .bookDrifted, health == .drifted, now)
        setMarket(id, .bookUnfamiliar, health == .unfamiliar, now)
    }

    // MARK: Markets

    private mutating func drop(_ index: Int) {
        countsDropped += markets[index].causes.counts
        markets.remove(at: index)
    }

    /// How often each control took the session or a market down; kills are counted too.
    public var counts: CauseCounts {
        var sum = countsDropped
        sum += causes.counts
        for market in markets { sum += market.causes.counts }
        return sum
    }

    private func index(of id: MarketID) -> Int? {
        for index in markets.indices where markets[index].id == id { return index }
        return nil
    }

    /// A cause of one market. With more markets at once than are watched, it holds the session.
    private mutating func setMarket(
        _ id: MarketID,
        _ cause: RiskCause,
        _ isTriggered: Bool,
        _ now: Timestamp
    ) {
        if let index = index(of: id) {
            markets[index].causes.set(cause, isTriggered, at: now)
            return
        }
        guard isTriggered else {
            causes.clear(cause, at: now)
            return
        }
        if markets.count == Self.marketsMax, let idle = markets.firstIndex(where: \.causes.isEmpty)
        {
            drop(idle)
        }
        guard markets.count < Self.marketsMax else {
            causes.raise(cause)
            return
        }
        markets.append(MarketWatch(id: id))
        markets[markets.count - 1].causes.raise(cause)
    }
}

extension [RiskMonitor.MarketWatch] {
    /// The deeper of the session's cause and the market's own; the session's among equals.
    fileprivate func worst(of market: MarketID, orDeeper session: RiskCause?) -> RiskCause? {
        for index in indices where self[index].id == market {
            guard let own = self[index].causes.worst else { break }
            if own.level > (session?.level ?? .none) { return own }
        }
        return session
    }
}
