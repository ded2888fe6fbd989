/// Compares the wall clock with the monotonic one, which nobody sets: whoever steps the wall clock,
/// or a clock that runs away, shows in the difference (risk 3, row 22). A pure value; its owner
/// reads both clocks about once a second.
public struct ClockWatch: Sendable {
    /// The clocks are compared over so long.
    public static let period = Duration.seconds(10)
    private static let samplesMax = 32

    private let limit: Duration
    /// Wall time minus monotonic time, and when; the oldest first.
    private var samples: [(time: Int64, offset: Int64)] = []

    /// - Parameter limit: a greater difference within `period` is told.
    public init(limit: Duration = RuntimeLimits().clockDriftMax) {
        self.limit = limit
        samples.reserveCapacity(Self.samplesMax)
    }

    /// Takes one reading of both clocks, in nanoseconds.
    /// - Returns: by how much the wall clock has moved against the monotonic one within the last
    ///   `period`, negative when it fell back; `nil` while that is within the limit.
    public mutating func note(wall: Int64, monotonic: Int64) -> Duration? {
        let offset = wall - monotonic
        samples.removeAll { monotonic - $0.time > Self.period.nanoseconds }
        if samples.count == Self.samplesMax { samples.removeFirst() }
        var drift: Int64 = 0
        for sample in samples where abs(offset - sample.offset) > abs(drift) {
            drift = offset - sample.offset
        }
        samples.append((monotonic, offset))
        guard abs(drift) > limit.nanoseconds else { return nil }
        return Duration(nanoseconds: drift)
    }
}
