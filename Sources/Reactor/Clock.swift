internal import Glibc

/// Time that only moves forward: for latencies, timeouts and pacing. Its origin means nothing.
public enum MonotonicClock {
    /// Nanoseconds since the origin (CLOCK_MONOTONIC; a vDSO call, about 20 ns).
    public static func now() -> Int64 { nanoseconds(of: CLOCK_MONOTONIC) }
}

/// The time of day, which the host's time service may step in either direction: for time stamps
/// that leave the process.
public enum WallClock {
    /// Nanoseconds since 1970-01-01T00:00:00Z (CLOCK_REALTIME).
    public static func now() -> Int64 { nanoseconds(of: CLOCK_REALTIME) }
}

private func nanoseconds(of clock: clockid_t) -> Int64 {
    var time = timespec()
    let result = unsafe clock_gettime(clock, &time)
    precondition(result == 0, "both clocks exist on every Linux")
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
