/// The way to the paper venue and back. Without faults it is the venue itself.
struct VenueLink {
    private var venue: PaperVenue
    private var faults: LinkFaults?
    /// Where they are to be compared with what is told: the venue's decisions, as they were made,
    /// since `takeDecisions`.
    private var decisions: [EngineEvent]?

    init(_ venue: PaperVenue) { self.venue = venue }

    /// - Parameter isWatched: whether the venue's decisions are kept until they are taken.
    init(_ venue: PaperVenue, faults: LinkFaults?, isWatched: Bool) {
        self.venue = venue
        self.faults = faults
        decisions = isWatched ? [] : nil
    }

    mutating func submit(_ approved: ApprovedOrder, at now: Timestamp) {
        if faults?.losesSubmit(approved.order.id, at: now) ?? false { return }
        venue.submit(approved, at: now)
    }

    mutating func cancel(_ id: OrderID, at now: Timestamp) {
        if faults?.losesCancel(id, at: now) ?? false { return }
        venue.cancel(id, at: now)
    }

    mutating func cancelAll(at now: Timestamp) {
        if faults?.losesCancel(nil, at: now) ?? false { return }
        venue.cancelAll(at: now)
    }

    /// A transaction of the chain: it takes its time, it may fail, but it is not lost on the way.
    mutating func merge(_ market: MarketID, pairs: Quantity, at now: Timestamp) {
        if faults?.rejectsMerge(market, at: now) ?? false { return }
        venue.merge(market, pairs: pairs, at: now)
    }

    mutating func observe(_ event: EngineEvent, at now: Timestamp) {
        venue.observe(event, at: now)
    }

    /// When `next` will have something, or have found that there is nothing to say.
    var nextDue: Timestamp? {
        guard let arrival = faults?.nextDue else { return venue.nextDue }
        return venue.nextDue.map { min($0, arrival) } ?? arrival
    }

    /// The next answer that has reached us by `now`, with the instant at which it did.
    mutating func next(upTo now: Timestamp) -> (time: Timestamp, event: EngineEvent)? {
        guard faults != nil else {
            let answer = venue.next(upTo: now)
            if let answer { decisions?.append(answer.event) }
            return answer
        }
        // In order of time, whatever comes from where, so that what the engine does about an answer
        // reaches the venue before what the venue has not lived through.
        while let due = nextDue, due <= now {
            if let venueDue = venue.nextDue, venueDue <= due {
                guard let (time, event) = venue.next(upTo: venueDue) else { continue }
                decisions?.append(event)
                faults?.take(event, at: time)
                continue
            }
            switch faults?.next(upTo: due) {
            case .tell(let time, let event): return (time, event)
            // It may be lost again.
            case .sendCancel(let id): cancel(id, at: due)
            case .sendCancelAll: cancelAll(at: due)
            case nil: continue
            }
        }
        return nil
    }

    /// The venue's decisions since the last call, told or not.
    mutating func takeDecisions() -> [EngineEvent] {
        defer { decisions?.removeAll(keepingCapacity: true) }
        return decisions ?? []
    }
}
