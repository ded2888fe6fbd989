/// How much a queue has lost to a shrinking display and no print has accounted for, forgotten after
/// a while: what is not printed by then was cancelled.
///
/// Two amounts are kept, of this stretch of time and of the one before it, so that each loss is
/// remembered for at least one `lifetime` and at most two.
struct RecentShrink: Sendable {
    private let lifetime: Duration
    private var older: Int64 = 0
    private var newer: Int64 = 0
    /// When `newer` becomes `older`.
    private var turn = Timestamp(nanoseconds: .min)

    init(lifetime: Duration) { self.lifetime = lifetime }

    mutating func add(_ amount: Int64, at now: Timestamp) {
        forget(at: now)
        newer += amount
    }

    mutating func total(at now: Timestamp) -> Int64 {
        forget(at: now)
        return older + newer
    }

    /// A print has accounted for `amount`, or for all if that is less.
    mutating func settle(_ amount: Int64) {
        let fromOlder = min(amount, older)
        older -= fromOlder
        newer -= min(amount - fromOlder, newer)
    }

    private mutating func forget(at now: Timestamp) {
        guard now >= turn else { return }
        if now < turn + lifetime {
            older = newer
            turn = turn + lifetime
        } else {
            older = 0
            turn = now + lifetime
        }
        newer = 0
    }
}
