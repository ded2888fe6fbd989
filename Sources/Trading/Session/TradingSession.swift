/// The engine and its venue, run together: the whole market maker without a socket. `serve` drives
/// it from a loop's timer, `replay` from a recording at full speed; it is the same code.
///
/// The venue is paper, and lives in the session, or it is outside: then what is to be done there is
/// asked of the shell, which answers by events.
///
/// Events go in with the time at which they happened; between two of them the session lives through
/// everything that was due (the venue's answers, the engine's clock), in time order.
public struct TradingSession {
    /// What the session asks of its shell.
    public enum Output: Equatable, Sendable {
        case publish(Tick)
        case record(SessionRecord)
        case reportParameters(control: UInt64, before: Parameters, after: Parameters)
        /// A limit stopped the session. The path is shut; the stop is to be made durable.
        case killTripped(RiskCause)
        case finishShutdown

        // For a venue outside, in this order.
        /// Send it, with the order path held open, or handle `orderRejected(_, .orderPathShut)`.
        /// Its record has been made: what may have left is on the way to the disk.
        case place(ApprovedOrder)
        case cancel(OrderID)
        /// Everything of ours, and `cancelAllConfirmed` when the venue has said that nothing is
        /// left.
        case cancelAll(isKill: Bool)
        case reconcileOrders
        case mergePairs(MarketID, pairs: Quantity)

        /// Our book of the market is behind the venue's. A live feed subscribes to it anew.
        case requestSnapshot(MarketID)
    }

    /// Where orders go.
    public enum Venue {
        case paper(PaperVenue)
        /// To the shell.
        case outside
    }

    /// The engine's clock ticks this often when nothing happens.
    public static let clockInterval = Duration.milliseconds(100)
    /// Of a longer silence only the last part is lived through tick by tick: nothing that the
    /// engine waits for lasts longer.
    static let silenceLivedThrough = Duration.seconds(60)
    /// Equity is recorded this often.
    static let equityInterval = Duration.seconds(60)

    public private(set) var engine: Engine
    /// `nil` when the venue is outside.
    private var link: VenueLink?
    private let orderPath: OrderPath
    private var effects: [EngineEffect] = []
    private var clock: Timestamp?
    private var nextEquity: Timestamp?
    /// The last record has been made.
    private var hasEnded = false
    /// Orders that found the path shut, to be told to the engine.
    private var refused: [OrderID] = []
    /// Orders that found the path shut.
    private(set) var ordersRefused: Int64 = 0

    /// - Parameters:
    ///   - engine: configured for the same kind of venue.
    ///   - orderPath: held open around every order to a paper venue; share it with whoever may stop
    ///     the session, and with the shell that sends orders outside.
    public init(engine: Engine, venue: Venue, orderPath: OrderPath) {
        let link: VenueLink? =
            switch venue {
            case .paper(let venue): VenueLink(venue)
            case .outside: nil
            }
        precondition(
            engine.configuration.isVenueOutside == (link == nil),
            "the engine and the session speak of one venue"
        )
        self.init(engine: engine, link: link, orderPath: orderPath)
    }

    /// - Parameter link: to a paper venue that may be hard to reach.
    init(engine: Engine, link: VenueLink?, orderPath: OrderPath) {
        self.engine = engine
        self.link = link
        self.orderPath = orderPath
        effects.reserveCapacity(64)
    }

    /// When `advance` will have something to do; `nil` before the first event.
    public var nextDue: Timestamp? {
        guard let clock else { return nil }
        let timer = clock + Self.clockInterval
        guard let answer = link?.nextDue else { return timer }
        return min(timer, answer)
    }

    /// Lives through everything due until `now`.
    public mutating func advance(to now: Timestamp, into outputs: inout [Output]) {
        guard let since = clock else {
            step(.timePassed, at: now, &outputs)
            return
        }
        if now - since > Self.silenceLivedThrough {
            clock = now - Self.silenceLivedThrough
        }
        while advanceOnce(to: now, into: &outputs) != nil {}
    }

    /// Lives through the next thing due until `now`, and says what it was; `nil` when there is none.
    /// - Precondition: the session has begun.
    mutating func advanceOnce(
        to now: Timestamp,
        into outputs: inout [Output]
    ) -> (time: Timestamp, event: EngineEvent)? {
        let timer = (clock ?? now) + Self.clockInterval
        if let (time, answer) = link?.next(upTo: min(timer, now)) {
            // An answer may date from the silence that was skipped.
            let time = max(time, clock ?? time)
            step(answer, at: time, &outputs)
            return (time, answer)
        }
        guard timer <= now else { return nil }
        step(.timePassed, at: timer, &outputs)
        return (timer, .timePassed)
    }

    /// Handles an event that happened at `now`, after everything that was due before it. An event
    /// dated before the last one is handled as of then: time does not run backwards.
    public mutating func handle(
        _ event: EngineEvent,
        at now: Timestamp,
        into outputs: inout [Output]
    ) {
        let now = max(now, clock ?? now)
        if clock != nil { advance(to: now, into: &outputs) }
        link?.observe(event, at: now)
        step(event, at: now, &outputs)
    }

    // MARK: Where messages are late

    /// Something happens in the market. The venue knows, the engine does not yet.
    mutating func venueObserves(_ event: EngineEvent, at now: Timestamp) {
        link?.observe(event, at: now)
    }

    /// The engine is told, of what the venue has known for a while.
    mutating func tell(_ event: EngineEvent, at now: Timestamp, into outputs: inout [Output]) {
        step(event, at: max(now, clock ?? now), &outputs)
    }

    /// The process stood still until `now`: nothing was lived through.
    mutating func skip(to now: Timestamp) {
        clock = max(now, clock ?? now)
    }

    /// What the venue has decided since the last call, told or not.
    mutating func takeDecisions() -> [EngineEvent] { link?.takeDecisions() ?? [] }

    private mutating func step(
        _ event: EngineEvent,
        at now: Timestamp,
        _ outputs: inout [Output]
    ) {
        clock = now
        if nextEquity == nil {
            record(
                .sessionStarted(
                    cash: engine.portfolio.startingCash,
                    parameters: engine.parameters
                ),
                now,
                &outputs
            )
            nextEquity = now + Self.equityInterval
        }
        recordIfKept(event, now, &outputs)
        effects.removeAll(keepingCapacity: true)
        engine.handle(event, at: now, into: &effects)
        for effect in effects { perform(effect, now, &outputs) }
        while let id = refused.popLast() { refuse(id, now, &outputs) }
        if let due = nextEquity, now >= due, !hasEnded {
            nextEquity = now + Self.equityInterval
            recordEquity(now, &outputs)
        }
    }

    private mutating func perform(
        _ effect: EngineEffect,
        _ now: Timestamp,
        _ outputs: inout [Output]
    ) {
        switch effect {
        case .placeOrder(let approved): place(approved, now, &outputs)
        case .cancelOrder(let id):
            if link == nil { outputs.append(.cancel(id)) } else { link?.cancel(id, at: now) }
        case .cancelAllOrders:
            link?.cancelAll(at: now)
            if link == nil { outputs.append(.cancelAll(isKill: engine.isKilled)) }
        case .reconcileOrders: outputs.append(.reconcileOrders)
        case .requestSnapshot(let market): outputs.append(.requestSnapshot(market))
        case .cashAdopted(let cash): record(.cashAdopted(cash), now, &outputs)
        case .sharesAdopted(let market, let outcome, let shares, let price):
            record(.sharesAdopted(market, outcome, shares, price: price), now, &outputs)
        case .killTripped(let cause):
            orderPath.shut()
            record(.stoppedByLimit(cause), now, &outputs)
            outputs.append(.killTripped(cause))
        case .mergePairs(let market, let pairs):
            link?.merge(market, pairs: pairs, at: now)
            if link == nil { outputs.append(.mergePairs(market, pairs: pairs)) }
        case .publish(let tick): outputs.append(.publish(tick))
        case .reportParameters(let control, let before, let after):
            outputs.append(.reportParameters(control: control, before: before, after: after))
            if before != after { record(.parametersChanged(after), now, &outputs) }
        case .finishShutdown:
            hasEnded = true
            recordEquity(now, &outputs)
            record(.sessionEnded(stateHash: engine.stateHash.value), now, &outputs)
            outputs.append(.finishShutdown)
        }
    }

    private mutating func place(
        _ approved: ApprovedOrder,
        _ now: Timestamp,
        _ outputs: inout [Output]
    ) {
        let order = approved.order
        guard link != nil else {
            record(.orderPlaced(order), now, &outputs)
            outputs.append(.place(approved))
            return
        }
        let hasLeft = orderPath.withOpenPath { link?.submit(approved, at: now) }
        guard hasLeft else {
            // The stop was pressed while the engine decided; its event is on the way.
            ordersRefused += 1
            refused.append(order.id)
            return
        }
        record(.orderPlaced(order), now, &outputs)
    }

    /// Tells the engine that an order did not leave.
    private mutating func refuse(_ id: OrderID, _ now: Timestamp, _ outputs: inout [Output]) {
        effects.removeAll(keepingCapacity: true)
        engine.handle(.orderRejected(id, .orderPathShut), at: now, into: &effects)
        for effect in effects { perform(effect, now, &outputs) }
    }

    private func recordEquity(_ now: Timestamp, _ outputs: inout [Output]) {
        let total = engine.totalEquity
        record(
            .equity(total: total, profit: total - engine.portfolio.startingCash),
            now,
            &outputs
        )
    }

    /// The events of which a record is kept.
    private func recordIfKept(
        _ event: EngineEvent,
        _ now: Timestamp,
        _ outputs: inout [Output]
    ) {
        switch event {
        case .marketListed(let definition): record(.marketListed(definition), now, &outputs)
        case .marketResolved(let id, let winner):
            record(.marketResolved(id, winner: winner), now, &outputs)
        case .orderAccepted(let id): record(.orderAccepted(id), now, &outputs)
        case .orderRejected(let id, let why): record(.orderRejected(id, why), now, &outputs)
        case .orderFilled(let fill): record(.orderFilled(fill), now, &outputs)
        case .orderCancelled(let id, let why): record(.orderCancelled(id, why), now, &outputs)
        case .fillReversed(let fill): record(.fillReversed(fill), now, &outputs)
        case .pairsMerged(let market, let pairs, let gas):
            record(.pairsMerged(market, pairs: pairs, gas: gas), now, &outputs)
        case .emergencyStopped: record(.emergencyStopped, now, &outputs)
        case .rearmed: record(.rearmed, now, &outputs)
        case .bookReplaced, .levelChanged, .traded, .tickSizeChanged, .bookDoubted,
            .referenceChanged, .referencePolled, .referenceHistory,
            .settlementObserved, .strikeObserved, .cancelRejected, .mergeRejected,
            .parametersPatched,
            .shutdownRequested,
            .recordingChanged, .decisionLagMeasured, .timePassed, .orderUnknown,
            .venueFaultChanged, .ordersReconciled, .cancelAllConfirmed, .balanceObserved,
            .gasObserved,
            .holdingsObserved, .clockMeasured, .clockStepped:
            break
        }
    }

    private func record(
        _ kind: SessionRecord.Kind,
        _ now: Timestamp,
        _ outputs: inout [Output]
    ) {
        outputs.append(.record(SessionRecord(time: now, kind: kind)))
    }
}
