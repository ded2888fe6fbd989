/// What happens to the market's messages on the way to the engine: they come late, twice, in a burst
/// after a stall, or not at all.
///
/// Each feed keeps its order, as a connection does. After messages were lost, the book's changes are
/// held back until a whole book arrives, as after a reconnection. Listings, strikes and outcomes come
/// by other ways than the feeds and are late at most, but for a strike that nobody tells.
struct FeedFaults: Sendable {
    private struct Message {
        var due: Timestamp
        var event: EngineEvent
    }

    private struct Feed: Sendable {
        /// In order of arrival, from `head` on.
        var queue: [Message] = []
        var head = 0
        /// The last message's arrival: none comes before it.
        var lastDue = Timestamp(nanoseconds: 0)
        var stalledUntil = Timestamp(nanoseconds: 0)
        /// What would have come during the stall is lost.
        var losesStalled = false
        /// Messages were lost, and no whole book has come since.
        var needsBook = false
        var nextStall: Timestamp?

        var nextDue: Timestamp? { head < queue.count ? queue[head].due : nil }

        mutating func pop() -> Message {
            defer {
                head += 1
                if head == queue.count {
                    queue.removeAll(keepingCapacity: true)
                    head = 0
                }
            }
            return queue[head]
        }

        mutating func push(_ event: EngineEvent, due: Timestamp) {
            lastDue = max(lastDue, due)
            queue.append(Message(due: lastDue, event: event))
        }

        /// What comes until then is lost.
        mutating func lose(until end: Timestamp) {
            stalledUntil = end
            losesStalled = true
        }

        mutating func take(
            _ event: EngineEvent,
            at now: Timestamp,
            _ plan: FaultPlan,
            _ random: inout SimulatorRandom
        ) {
            planStall(now, plan, &random)
            let isStalled = now < stalledUntil
            if isStalled && losesStalled {
                needsBook = true
                // A change of the grid is found out about on reconnection.
                guard case .tickSizeChanged = event else { return }
            }
            if needsBook {
                switch event {
                case .levelChanged, .traded: return
                case .bookReplaced: needsBook = false
                default: break
                }
            }
            var due = isStalled ? stalledUntil : now
            if random.chance(plan.messageLate) { due = due + plan.late(&random) }
            push(event, due: due)
            if random.chance(plan.messageRepeat) { push(event, due: due) }
        }

        private mutating func planStall(
            _ now: Timestamp,
            _ plan: FaultPlan,
            _ random: inout SimulatorRandom
        ) {
            guard let due = nextStall else {
                nextStall = now + plan.stallGap(&random)
                return
            }
            guard now >= due, now >= stalledUntil else { return }
            let length = random.uniform() * Double(plan.stallMax.nanoseconds)
            stalledUntil = now + Duration(nanoseconds: Int64(length))
            losesStalled = random.chance(0.5)
            nextStall = stalledUntil + plan.stallGap(&random)
        }
    }

    private let plan: FaultPlan
    private var random: SimulatorRandom
    private var market = Feed()
    private var reference = Feed()
    private var records = Feed()

    init(_ plan: FaultPlan, random: SimulatorRandom) {
        self.plan = plan
        self.random = random
    }

    /// When the next message arrives; `nil` while none is under way.
    var nextDue: Timestamp? {
        var due = records.nextDue
        if let message = market.nextDue { due = min(due ?? message, message) }
        if let message = reference.nextDue { due = min(due ?? message, message) }
        return due
    }

    /// The next message.
    /// - Precondition: one is under way.
    mutating func next() -> EngineEvent {
        let due = nextDue
        if records.nextDue == due { return records.pop().event }
        if market.nextDue == due { return market.pop().event }
        return reference.pop().event
    }

    /// It happened in the market now.
    mutating func take(_ event: EngineEvent, at now: Timestamp) {
        switch event {
        case .referenceChanged: reference.take(event, at: now, plan, &random)
        case .bookReplaced, .levelChanged, .traded, .tickSizeChanged:
            market.take(event, at: now, plan, &random)
        case .strikeObserved where random.chance(plan.strikeLoss): return
        case .marketListed: records.push(event, due: now)
        case .marketResolved:
            // The venue takes a minute for it, and a session books a payout when it has compared
            // its orders: whatever was lost of the market has been told by then.
            let told = now + plan.reconcileAfter + plan.overtaking + .milliseconds(500)
            records.push(event, due: told + plan.late(&random))
        default: records.push(event, due: now + plan.late(&random))
        }
    }

    /// The process stands still until then: what comes meanwhile is lost.
    mutating func lose(until end: Timestamp) {
        market.lose(until: end)
        reference.lose(until: end)
    }
}

extension FaultPlan {
    fileprivate func stallGap(_ random: inout SimulatorRandom) -> Duration {
        let seconds = random.exponential(mean: stallInterval.seconds)
        return Duration(nanoseconds: Int64(seconds * 1e9))
    }

    fileprivate func late(_ random: inout SimulatorRandom) -> Duration {
        Duration(nanoseconds: Int64(random.uniform() * Double(lateMax.nanoseconds)))
    }
}
