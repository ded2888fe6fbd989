/// A token bucket: at most `burst` replaces at once and `burst` a second, per market. Kept as the
/// instant at which the bucket is full again, so that it needs no timer and no fractions.
struct ReplaceBudget: Equatable {
    static let burst: Int64 = 4
    /// One token comes back in this time.
    static let interval = Duration.milliseconds(250)

    private var fullAt = Timestamp(nanoseconds: 0)

    init() {}

    func hasToken(at now: Timestamp) -> Bool {
        (fullAt - now).nanoseconds <= (Self.burst - 1) * Self.interval.nanoseconds
    }

    /// Takes a token, into debt if there is none (danger does not wait), but never deeper than one
    /// bucket.
    mutating func take(at now: Timestamp) {
        let next = max(fullAt, now) + Self.interval
        let deepest = now + Duration(nanoseconds: 2 * Self.burst * Self.interval.nanoseconds)
        fullAt = min(next, deepest)
    }
}
