internal import Trading

/// Gives the system back what a long tape has left behind.
///
/// A stalled client can make the tape 16 MiB long. When it is dropped, the frames are freed, but
/// glibc returns only what lies at the heap's end, and a newer frame lies there: the process would
/// stay as large as its slowest client once made it. So the heap is trimmed when a tape that was long
/// is gone. That takes 1 to 3 ms, hence not for every short backlog, not often, and from the sweep of
/// the deadlines instead of between two ticks.
struct TapeMemory {
    /// A tape below it leaves nothing worth the time.
    static let longTapeBytes = 1_024 * 1_024
    /// Least time between two trims.
    static let trimInterval = Duration.seconds(10)

    private var wasLong = false
    private var trimmedAt: Timestamp?

    /// Looks at the tape; called with every sweep.
    /// - Returns: whether the heap is to be trimmed now.
    mutating func shouldTrim(tapeByteCount: Int, at now: Timestamp) -> Bool {
        if tapeByteCount >= Self.longTapeBytes {
            wasLong = true
            return false
        }
        guard wasLong, tapeByteCount < Self.longTapeBytes / 2 else { return false }
        if let last = trimmedAt, now - last < Self.trimInterval { return false }
        wasLong = false
        trimmedAt = now
        return true
    }
}
