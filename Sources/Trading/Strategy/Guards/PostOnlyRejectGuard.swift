/// Answers a burst of post-only orders refused as crossing (risk 3 row 27): the venue's book is not
/// the one we see. One for each market.
///
/// Three within five seconds pause both sides for two seconds, ask for a fresh book, and widen both
/// quotes by a tick for ten. The three have been answered then: three more are needed to trigger
/// again.
struct PostOnlyRejectGuard: Sendable {
    static let rejectsMax = 3
    static let window = Duration.seconds(5)
    static let pause = Duration.seconds(2)
    static let widenTime = Duration.seconds(10)

    /// The newest two refusals not yet answered; the third one triggers.
    private var older: Timestamp?
    private var newer: Timestamp?
    private var widenUntil: Timestamp?
    /// A snapshot of the book should be asked for; true until one arrives.
    private(set) var wantsSnapshot = false
    private(set) var holds = GuardHolds()

    /// The venue refused a post-only order because it would have taken.
    mutating func postOnlyRejected(at now: Timestamp) {
        if let older, now - older < Self.window {
            self.older = nil
            newer = nil
            wantsSnapshot = true
            widenUntil = now + Self.widenTime
            holds.hold(
                nil,
                because: .postOnlyRejects(count: Int64(Self.rejectsMax)),
                until: now + Self.pause
            )
            return
        }
        older = newer
        newer = now
    }

    /// A whole book replaced the one we knew.
    mutating func bookReplaced() { wantsSnapshot = false }

    /// Ticks to add to the half-spread.
    func widenTicks(at now: Timestamp) -> Int64 {
        guard let widenUntil, now < widenUntil else { return 0 }
        return 1
    }

    /// Why the side may not be quoted at `now`; `nil` when it may.
    func blocks(_ side: Side, at now: Timestamp) -> GuardTrigger? { holds.blocks(side, at: now) }
}
