public import Trading
internal import Wire

/// A feed's life: connecting, upgrading, subscribing, live, stale, backing off, and making a new
/// connection before the old one is given up. Sans-IO: the shell tells what has happened and when,
/// and does what `next` gives.
///
/// ```
///                 due               connected            101                 data
///   waiting ────────────► connecting ─────► upgrading ─────► subscribed ─────────► live
///     ▲  ▲                    │ timeout          │ refused        │ silence    ▲ │ │
///     │  └────────────────────┴──────────────────┴────────────────┴────────────│─┘ │ channel
///     │                             backoff                             data   │   │ silent
///     │ start                                                                  └─ stale
///   blocked ◄── 451 or 403 from every host          stopped ◄── stop
/// ```
///
/// While live, a second connection (the successor) is made when the first is old or the venue has
/// announced its end. With the successor's first message it takes the place of the first, which is
/// then closed: `switched` comes before that message.
///
///     session.received(id, bytes, at: now)
///     while let effect = session.next(at: now) { ... }
///
/// Call `timePassed` when `nextDue` has come. Times given never decrease.
public final class FeedSession {
    enum State {
        case stopped
        case blocked
        /// The next attempt is due at the time.
        case waiting(until: Timestamp)
        /// `active` is on its way or there.
        case running
    }

    public internal(set) var statistics = FeedStatistics()
    /// As it was told last.
    public internal(set) var standing = FeedStanding.stopped

    let description: FeedDescription
    var subscriptions: [[UInt8]]
    var random: FeedRandom
    var backoff: FeedBackoff
    var state = State.stopped
    var active: FeedConnection?
    var successor: FeedConnection?
    /// When the successor is to be made; `nil` when never.
    var rotateAt: Timestamp?
    var connectionCount: UInt32 = 0
    /// The host that is tried next.
    var endpoint = 0
    var isBlocked: [Bool]
    var failuresAtEndpoint = 0
    var effects: [FeedEffect] = []
    var effectIndex = 0
    /// The last message of each channel on the active connection.
    var channelTimes: [Timestamp?]
    /// Whose message `withMessage` lends.
    var lender: FeedConnection?

    /// - Parameter seed: from the system's randomness.
    public init(_ description: FeedDescription, seed: UInt64) {
        self.description = description
        subscriptions = description.subscriptions
        random = FeedRandom(seed: seed)
        backoff = FeedBackoff(description.backoff)
        isBlocked = description.endpoints.map { _ in false }
        channelTimes = description.channels.map { _ in nil }
        effects.reserveCapacity(16)
    }

    // MARK: - What the operator wants

    /// Begins, or begins anew after `stop` and after every host had blocked us.
    public func start(at now: Timestamp) {
        switch state {
        case .stopped, .blocked:
            for index in isBlocked.indices { isBlocked[index] = false }
            endpoint = 0
            failuresAtEndpoint = 0
            state = .waiting(until: now)
            tell(.down(nil))
            timePassed(at: now)
        case .waiting, .running: return
        }
    }

    /// Closes everything.
    public func stop(at now: Timestamp) {
        for connection in [active, successor] {
            if let connection { close(connection, .goingAway) }
        }
        active = nil
        successor = nil
        state = .stopped
        tell(.stopped)
    }

    /// What is sent on every new connection from now on, and what of it the present one is to hear
    /// at once.
    public func subscribe(all: [[UInt8]], now texts: [[UInt8]], at now: Timestamp) {
        subscriptions = all
        for connection in [active, successor] {
            if let connection, connection.isOpen { connection.outbox += texts }
        }
        sendTexts(at: now)
    }

    /// The venue has announced the end of the connection, or it is to be exchanged for another
    /// reason: a successor is made at once.
    public func rotate(at now: Timestamp) {
        guard active?.isOpen == true, successor == nil else { return }
        rotateAt = now
        timePassed(at: now)
    }

    /// Gives the present connection up: what it says cannot be used.
    public func renew(at now: Timestamp) {
        guard let active else { return }
        lose(active, .renewed, at: now)
    }

    // MARK: - What has happened

    public func connected(_ id: FeedConnectionID, at now: Timestamp) {
        guard let connection = find(id), case .connecting = connection.stage else { return }
        let endpoint = description.endpoints[connection.endpoint]
        effects.append(.send(id, connection.upgrade(endpoint, at: now)))
    }

    /// The connection could not be had, or has ended.
    public func disconnected(_ id: FeedConnectionID, at now: Timestamp) {
        guard let connection = find(id) else { return }
        lose(connection, .transport, at: now)
    }

    public func received(_ id: FeedConnectionID, _ bytes: Span<UInt8>, at now: Timestamp) {
        guard let connection = find(id) else { return }
        statistics.bytesReceived += Int64(bytes.count)
        connection.receive(bytes)
    }

    /// The last message was data of the channel (an index of `FeedDescription.channels`).
    public func noteData(channel: Int, at now: Timestamp) {
        channelTimes[channel] = now
        judge(at: now)
    }

    public func timePassed(at now: Timestamp) {
        if case .waiting(let until) = state, until <= now { connect(at: now) }
        for connection in [active, successor] {
            guard let connection, let loss = overdue(connection, at: now) else { continue }
            lose(connection, loss, at: now)
        }
        if let rotateAt, rotateAt <= now { makeSuccessor(at: now) }
        sendTexts(at: now)
        judge(at: now)
    }

    // MARK: - What is to be done

    /// What is next; `nil` when nothing is.
    public func next(at now: Timestamp) -> FeedEffect? {
        while true {
            if effectIndex < effects.count {
                effectIndex += 1
                return effects[effectIndex - 1]
            }
            effects.removeAll(keepingCapacity: true)
            effectIndex = 0
            lender = nil
            if let active, poll(active, at: now) {
                if lender != nil, effects.isEmpty { return .message }
                continue
            }
            if let successor, poll(successor, at: now) {
                if lender != nil, effects.isEmpty { return .message }
                continue
            }
            return nil
        }
    }

    /// Lends the message of the last `.message`.
    public func withMessage<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard let lender else { return try body(Span()) }
        return try lender.withPayload(body)
    }

    /// When `timePassed` has something to do; `nil` while nothing is due.
    public var nextDue: Timestamp? {
        var due = Timestamp(nanoseconds: .max)
        if case .waiting(let until) = state { due = until }
        if let active { due = min(due, nextDue(active)) }
        if let successor {
            due = min(due, nextDue(successor))
        } else if let rotateAt {
            due = min(due, rotateAt)
        }
        if let active, active.isOpen {
            for index in channelTimes.indices where standing != .stale(channel: index) {
                guard let time = channelTimes[index] else { continue }
                // A nanosecond later it has been silent for longer than it may.
                let stale = time + description.channels[index].staleAfter
                due = min(due, stale + Duration(nanoseconds: 1))
            }
        }
        return due == Timestamp(nanoseconds: .max) ? nil : due
    }

    func find(_ id: FeedConnectionID) -> FeedConnection? {
        if let active, active.id == id { return active }
        if let successor, successor.id == id { return successor }
        return nil
    }
}

@available(*, unavailable)
extension FeedSession: Sendable {}
