/// An instant: nanoseconds since 1970-01-01 00:00 UTC. The caller's clock never runs backwards
/// (the shell derives it from the monotonic clock), so differences are durations.
public struct Timestamp: Hashable, Comparable, Sendable {
    public let nanoseconds: Int64

    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }
    public init(milliseconds: Int64) { self.nanoseconds = milliseconds * 1_000_000 }
    public init(seconds: Int64) { self.nanoseconds = seconds * 1_000_000_000 }

    public static func < (lhs: Timestamp, rhs: Timestamp) -> Bool {
        lhs.nanoseconds < rhs.nanoseconds
    }
    public static func - (lhs: Timestamp, rhs: Timestamp) -> Duration {
        Duration(nanoseconds: lhs.nanoseconds - rhs.nanoseconds)
    }
    public static func + (lhs: Timestamp, rhs: Duration) -> Timestamp {
        Timestamp(nanoseconds: lhs.nanoseconds + rhs.nanoseconds)
    }
    public static func - (lhs: Timestamp, rhs: Duration) -> Timestamp {
        Timestamp(nanoseconds: lhs.nanoseconds - rhs.nanoseconds)
    }
}

/// A length of time, in nanoseconds. (`Swift.Duration` counts attoseconds in 128 bits, twice the
/// size of what a trading engine needs.)
public struct Duration: Hashable, Comparable, Sendable {
    public let nanoseconds: Int64

    public static let zero = Duration(nanoseconds: 0)

    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    public static func milliseconds(_ count: Int64) -> Duration {
        Duration(nanoseconds: count * 1_000_000)
    }
    public static func seconds(_ count: Int64) -> Duration {
        Duration(nanoseconds: count * 1_000_000_000)
    }

    /// Seconds, for the model only.
    public var seconds: Double { Double(nanoseconds) / 1_000_000_000 }
    /// Milliseconds, for display only.
    public var milliseconds: Double { Double(nanoseconds) / 1_000_000 }

    public static func < (lhs: Duration, rhs: Duration) -> Bool {
        lhs.nanoseconds < rhs.nanoseconds
    }
    public static func + (lhs: Duration, rhs: Duration) -> Duration {
        Duration(nanoseconds: lhs.nanoseconds + rhs.nanoseconds)
    }
}
