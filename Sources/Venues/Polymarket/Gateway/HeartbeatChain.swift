public import Trading

/// The dead man's switch (polymarket 5.4, risk 5): each sign of life carries the id of the answer
/// before. When none is taken for ten seconds the venue cancels everything.
///
/// ```
///   unarmed ── taken ──► armed ── no beat taken for suspendAfter ──► suspended   no new orders
///                          ▲                                             │ expireAfter
///                          └── taken ◄─ (reconcile first) ◄── expired ◄──┘
/// ```
///
/// A beat leaves only while the trading loop's own progress moved; a loop that is stuck falls
/// silent, and the venue cancels for us.
public struct HeartbeatChain: Sendable {
    public struct Configuration: Equatable, Sendable {
        public var interval = Duration.seconds(5)
        /// After a beat that was not taken.
        public var retryAfter = Duration.seconds(1)
        /// Progress older than this stops the beats.
        public var progressAgeMax = Duration.seconds(3)
        /// Since the last beat that was taken was sent: one has been missed.
        public var suspendAfter = Duration.seconds(7)
        /// The venue has cancelled everything, or is about to.
        public var expireAfter = Duration.seconds(10)

        public init() {}
    }

    public enum Standing: Equatable, Sendable {
        /// No beat has been taken yet.
        case unarmed
        case armed
        /// A beat is overdue: no new orders.
        case suspended
        /// What the venue did meanwhile has to be asked.
        case expired
    }

    private let configuration: Configuration
    private var nextID = InlineText()
    private var dueAt: Timestamp?
    /// When the beat under way was sent.
    private var sentAt: Timestamp?
    /// When the last beat that was taken was sent.
    private var takenAt: Timestamp?
    private var progress: UInt64 = 0
    private var progressAt: Timestamp?
    /// Given up on purpose, so that the venue cancels: no beat until `resume`.
    private(set) var isStopped = false
    /// Ids that the venue corrected: more than the first say that somebody else uses the key.
    public private(set) var corrections: Int64 = 0
    /// Beats that were due while the loop stood still.
    public private(set) var withheld: Int64 = 0

    public init(_ configuration: Configuration) { self.configuration = configuration }

    /// The trading loop's count of what it has done. Only a change counts as life.
    mutating func noteProgress(_ count: UInt64, at now: Timestamp) {
        guard count != progress || progressAt == nil else { return }
        progress = count
        progressAt = now
    }

    mutating func stop() { isStopped = true }

    mutating func resume() {
        guard isStopped else { return }
        isStopped = false
        dueAt = nil
        // What expired while nothing was sent begins a chain of its own.
        nextID = InlineText()
    }

    /// The id to be sent now; `nil` when no beat is due.
    mutating func beat(at now: Timestamp) -> InlineText? {
        guard !isStopped, sentAt == nil, now >= dueAt ?? now else { return nil }
        guard let progressAt, now - progressAt < configuration.progressAgeMax else {
            withheld += 1
            dueAt = now + configuration.retryAfter
            return nil
        }
        sentAt = now
        return nextID
    }

    mutating func take(_ outcome: HeartbeatOutcome, at now: Timestamp) {
        guard let sent = sentAt else { return }
        sentAt = nil
        switch outcome {
        case .taken(let next):
            nextID = next
            takenAt = sent
            dueAt = sent + configuration.interval
        case .wrongID(let expected):
            corrections += 1
            nextID = expected
            // At once, unless it is somebody else's every time.
            dueAt = corrections % 4 == 0 ? now + configuration.retryAfter : now
        case .refused, .unknown: dueAt = now + configuration.retryAfter
        }
    }

    /// There is no answer and will be none.
    mutating func lose(at now: Timestamp) {
        sentAt = nil
        dueAt = now + configuration.retryAfter
    }

    public func standing(at now: Timestamp) -> Standing {
        guard let takenAt else { return .unarmed }
        let age = now - takenAt
        if age >= configuration.expireAfter { return .expired }
        return age >= configuration.suspendAfter || isStopped ? .suspended : .armed
    }
}
