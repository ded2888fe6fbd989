internal import Foundation

/// Runs a test that waits for other processes on a thread of its own, so that it keeps no thread of
/// the test runner, and the tests of this target wait side by side.
func onThread(_ body: @escaping @Sendable () throws -> Void) async throws {
    try await withCheckedThrowingContinuation { (end: CheckedContinuation<Void, any Error>) in
        Thread.detachNewThread { end.resume(with: Result(catching: body)) }
    }
}

/// A point in time up to which somebody waits.
struct Deadline {
    private let time: UInt64

    init(seconds: Double) { time = Self.now + UInt64(seconds * 1e9) }

    /// Zero when it has passed.
    var millisecondsLeft: Int32 {
        let now = Self.now
        return time > now ? Int32((time - now + 999_999) / 1_000_000) : 0
    }

    var hasPassed: Bool { millisecondsLeft == 0 }

    /// Nanoseconds of a clock that only runs forward.
    static var now: UInt64 { DispatchTime.now().uptimeNanoseconds }
}

/// What the tests of this target end with when something that must come does not.
struct Missing: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
