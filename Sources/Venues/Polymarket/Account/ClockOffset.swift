public import Trading

/// How far a venue's clock is ahead of ours, as far as questions for its time can tell: an interval
/// that every answer makes narrower.
///
///     ours    ──sent──────────received──►      the venue read its clock somewhere in between,
///     venue's       ───T──T+r───►              and cut what it read to its resolution r
///
/// So `T - received ≤ offset < T + r - sent`, whatever the way there and back took. A clock that
/// tells whole seconds is known to a fraction of one after a few questions at odd times.
public struct ClockOffset: Equatable, Sendable {
    /// Beyond it a clock is not in order; and beyond the second one, no quote is to be trusted
    /// (risk 3.22).
    public static let warningDistance = Duration.milliseconds(250)
    public static let haltDistance = Duration.seconds(1)

    /// `nil` before the first answer; then `lowest ≤ highest`.
    public private(set) var lowest: Duration?
    public private(set) var highest: Duration?
    /// Answers that went into it.
    public private(set) var sampleCount = 0

    public init() {}

    /// An answer to a question for the time.
    ///
    /// - Precondition: all times are of this age: before the year 2100.
    /// - Parameters:
    ///   - sent: and `received`, by our clock.
    ///   - told: the venue's time.
    ///   - resolution: of what it tells: a second, a millisecond.
    public mutating func take(
        sent: Timestamp,
        received: Timestamp,
        told: Timestamp,
        resolution: Duration
    ) {
        let low = told - received
        let high = told - sent + resolution
        guard let lowest, let highest, max(low, lowest) <= min(high, highest) else {
            // The first one; or a clock was stepped between two answers, and the newest counts.
            (self.lowest, self.highest, sampleCount) = (low, max(low, high), 1)
            return
        }
        (self.lowest, self.highest) = (max(low, lowest), min(high, highest))
        sampleCount += 1
    }

    /// The middle of what is possible; positive when the venue's clock is ahead.
    public var estimate: Duration? {
        guard let lowest, let highest else { return nil }
        return Duration(nanoseconds: (lowest.nanoseconds + highest.nanoseconds) / 2)
    }

    /// How far the truth may be from `estimate`.
    public var uncertainty: Duration? {
        guard let lowest, let highest else { return nil }
        return Duration(nanoseconds: (highest.nanoseconds - lowest.nanoseconds) / 2)
    }

    /// The possible offset that is nearest to none: what is certain of it.
    public var certain: Duration? {
        guard let lowest, let highest else { return nil }
        if lowest > .zero { return lowest }
        return highest < .zero ? highest : .zero
    }

    /// The least distance between the clocks that is possible.
    public var certainDistance: Duration? {
        certain.map { Duration(nanoseconds: Int64($0.nanoseconds.magnitude)) }
    }
}
