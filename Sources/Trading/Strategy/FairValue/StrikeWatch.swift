// For `rounded()`, which is exact but a call into libm on a plain x86-64.
internal import Glibc

/// What is known of one window's strike, and whether that is enough to quote on.
///
///     ahead ──start──► awaiting ──a usable strike──► usable
///                         │
///                         └──30 s without──► skipped (for good)
///
/// Only time and `offer` move it. A strike that comes later than that is still taken, for display
/// and for checking, but the window stays skipped: what one would quote on for the rest of it is a
/// number that took an unknown way.
struct StrikeWatch: Equatable, Sendable {
    /// How long a window may wait for its strike.
    static let patience = Duration.seconds(30)
    /// A reconstruction counts when at least this part of its seconds was seen.
    static let coverageMin = 0.9

    enum Standing: Equatable {
        /// The window has not begun.
        case ahead
        /// No quotes yet (`AWAIT_STRIKE`).
        case awaiting
        case usable(Strike)
        /// No quotes in this window (`STRIKE_UNVERIFIED`).
        case skipped
    }

    enum Answer: Equatable {
        /// It is the strike now: the first, or more trusted than the one before.
        case adopted
        /// It says what is known already.
        case confirmed
        /// It contradicts a strike that is at least as trusted, which stays.
        case contradicted
        /// Not a price.
        case refused
    }

    /// The best strike known.
    private(set) var strike: Strike?
    /// How often two verified numbers differed, or a verified one from the venue's own record.
    private(set) var contradictions = 0

    private let windowStart: Timestamp
    private let deadline: Timestamp
    /// Whether our own reconstruction is enough: where the feed is the one that settles, as in the
    /// simulator and in recordings that settled on a single price.
    private let allowsReconstruction: Bool
    /// When there was something to quote on for the first time.
    private var usableSince: Timestamp?

    /// - Parameter listedAt: when the market became known to us; a window joined on the way is
    ///   waited for from then on.
    init(windowStart: Timestamp, listedAt: Timestamp, allowsReconstruction: Bool) {
        self.windowStart = windowStart
        self.allowsReconstruction = allowsReconstruction
        deadline = max(windowStart, listedAt) + Self.patience
    }

    /// Takes a strike from one of its sources.
    /// - Precondition: `price` is of this window; whoever offers it has compared the stamps.
    mutating func offer(
        _ price: ReferencePrice,
        from source: StrikeSource,
        at now: Timestamp
    ) -> Answer {
        guard price.raw > 0 else { return .refused }
        let agrees = strike.map { Strike.agree($0.price, price) } ?? true
        if let strike, !agrees, strike.source.isVerified, source.isVerified {
            contradictions += 1
        }
        if let strike, source <= strike.source { return agrees ? .confirmed : .contradicted }
        strike = Strike(price: price, source: source)
        if usableSince == nil, allowsReconstruction || source.isVerified { usableSince = now }
        return .adopted
    }

    /// Takes our own reconstruction, unless too much of it was not seen.
    mutating func offer(reconstruction mean: ReferenceAverage.Mean, at now: Timestamp) -> Answer {
        guard mean.coverage >= Self.coverageMin,
            let raw = Int64(exactly: (mean.dollars * 100_000_000).rounded())
        else { return .refused }
        return offer(ReferencePrice(raw: raw), from: .ownReconstruction, at: now)
    }

    /// Compares the strike with the venue's record of the finished window (`priceToBeat`).
    /// - Returns: whether they agree; `nil` when there is nothing to compare.
    mutating func verify(_ recorded: ReferencePrice) -> Bool? {
        guard let strike else { return nil }
        let agrees = Strike.agree(strike.price, recorded)
        if !agrees, strike.source.isVerified { contradictions += 1 }
        return agrees
    }

    func standing(at now: Timestamp) -> Standing {
        if now < windowStart { return .ahead }
        if let usableSince, usableSince <= deadline, let strike { return .usable(strike) }
        return now < deadline ? .awaiting : .skipped
    }

    func isUsable(at now: Timestamp) -> Bool {
        if case .usable = standing(at: now) { true } else { false }
    }
}
