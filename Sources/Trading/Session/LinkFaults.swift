/// What happens to our messages and to the venue's answers on the way, and how a session ends the
/// uncertainty that this leaves it with:
///
/// * A cancel that has not been answered is sent again (`resendAfter`), and again when that one is
///   lost too: cancelling twice does no harm.
/// * An order that has not been answered is never sent again. After `reconcileAfter` the venue is
///   asked what it knows of our orders and trades, and whatever had not been told is told then. An
///   order that it does not know is cancelled, to be certain that it will not turn up.
/// * The end of an order (cancelled, or too late to cancel) is told after everything else about it:
///   whoever reads it asks for the order's trades first. A fill is told after the earlier fills of
///   its order, which the venue numbers.
struct LinkFaults: Sendable {
    enum Step {
        case tell(Timestamp, EngineEvent)
        case sendCancel(OrderID)
        case sendCancelAll
    }

    private struct Answer {
        var time: Timestamp
        var event: EngineEvent
        /// `nil` for what is not about an order.
        var order: OrderID?

        var isFill: Bool {
            if case .orderFilled = event { true } else { false }
        }
    }

    private let plan: FaultPlan
    private var random: SimulatorRandom
    /// In order of arrival.
    private var underWay: [Answer] = []
    /// In the venue's order.
    private var lost: [Answer] = []
    /// Orders that never reached the venue.
    private var missing: [OrderID] = []
    /// Due to be asked about `lost` and `missing`; `nil` while there are none.
    private var reconciliation: Timestamp?
    /// Cancels to be sent again; of everything where the order is `nil`.
    private var resends: [(due: Timestamp, order: OrderID?)] = []

    init(_ plan: FaultPlan, random: SimulatorRandom) {
        self.plan = plan
        self.random = random
    }

    // MARK: Our messages

    mutating func losesSubmit(_ id: OrderID, at now: Timestamp) -> Bool {
        guard random.chance(plan.submitLoss) else { return false }
        missing.append(id)
        reconcileLater(now)
        return true
    }

    /// - Parameter id: `nil` for a cancel of everything.
    mutating func losesCancel(_ id: OrderID?, at now: Timestamp) -> Bool {
        guard random.chance(plan.cancelLoss) else { return false }
        resends.append((now + plan.resendAfter, id))
        return true
    }

    /// Whether the transaction fails; it is told then, sooner or later.
    mutating func rejectsMerge(_ market: MarketID, at now: Timestamp) -> Bool {
        guard random.chance(plan.mergeRejection) else { return false }
        let told = now + plan.venue.mergeLatency + late(plan.overtaking)
        insert(Answer(time: told, event: .mergeRejected(market), order: nil))
        return true
    }

    private mutating func reconcileLater(_ now: Timestamp) {
        if reconciliation == nil { reconciliation = now + plan.reconcileAfter }
    }

    // MARK: The venue's answers

    /// The venue's answer would arrive at `time`.
    mutating func take(_ event: EngineEvent, at time: Timestamp) {
        guard let id = event.order else {
            // A merge is seen on the chain, sooner or later.
            insert(Answer(time: time + late(plan.overtaking), event: event, order: nil))
            return
        }
        missing.removeAll { $0 == id }
        var isFill = false
        if case .orderFilled = event { isFill = true }
        if random.chance(isFill ? plan.fillLoss : plan.answerLoss) {
            lost.append(Answer(time: time, event: event, order: id))
            reconcileLater(time)
            return
        }
        var arrival = time + late(plan.overtaking)
        switch event {
        case .orderAccepted, .orderRejected: break
        case .orderFilled: tellLost(of: id, fillsOnly: true, at: &arrival)
        default: tellLost(of: id, fillsOnly: false, at: &arrival)
        }
        insert(Answer(time: arrival, event: event, order: id))
        if random.chance(plan.answerRepeat) {
            insert(Answer(time: arrival + late(plan.overtaking), event: event, order: id))
        }
    }

    /// Tells what was lost of an order before something else about it, and puts `arrival` behind
    /// what is under way of it.
    private mutating func tellLost(
        of id: OrderID,
        fillsOnly: Bool,
        at arrival: inout Timestamp
    ) {
        for answer in underWay where answer.order == id && (!fillsOnly || answer.isFill) {
            arrival = max(arrival, answer.time)
        }
        for var answer in lost where answer.order == id && (!fillsOnly || answer.isFill) {
            answer.time = arrival
            insert(answer)
        }
        lost.removeAll { $0.order == id && (!fillsOnly || $0.isFill) }
    }

    /// Behind what arrives at the same instant.
    private mutating func insert(_ answer: Answer) {
        var index = underWay.count
        while index > 0, underWay[index - 1].time > answer.time { index -= 1 }
        underWay.insert(answer, at: index)
    }

    private mutating func late(_ most: Duration) -> Duration {
        // Mostly not at all: a few overtake many.
        guard most > .zero, random.chance(0.3) else { return .zero }
        return Duration(nanoseconds: Int64(random.uniform() * Double(most.nanoseconds)))
    }

    // MARK: What is due

    var nextDue: Timestamp? {
        var due = underWay.first?.time
        if let reconciliation { due = min(due ?? reconciliation, reconciliation) }
        if let resend = resends.first?.due { due = min(due ?? resend, resend) }
        return due
    }

    mutating func next(upTo now: Timestamp) -> Step? {
        if let due = reconciliation, due <= now {
            reconciliation = nil
            for var answer in lost {
                answer.time = due
                for other in underWay where other.order == answer.order {
                    answer.time = max(answer.time, other.time)
                }
                insert(answer)
            }
            lost.removeAll(keepingCapacity: true)
            resends += missing.map { (due, $0) }
            resends.sort { $0.due < $1.due }
            missing.removeAll(keepingCapacity: true)
        }
        if let first = resends.first, first.due <= now {
            resends.removeFirst()
            return first.order.map { .sendCancel($0) } ?? .sendCancelAll
        }
        guard let first = underWay.first, first.time <= now else { return nil }
        underWay.removeFirst()
        return .tell(first.time, first.event)
    }
}

extension EngineEvent {
    /// The order that an answer of the venue is about; `nil` for everything else.
    var order: OrderID? {
        switch self {
        case .orderAccepted(let id), .orderRejected(let id, _), .orderCancelled(let id, _),
            .cancelRejected(let id):
            id
        case .orderFilled(let fill): fill.orderID
        default: nil
        }
    }
}
