internal import Foundation

/// Runs a test that waits for other processes on a thread of its own, so that it keeps no thread of
/// the test runner, and the tests of this target wait side by side.
func onThread(_ body: @escaping @Sendable () throws -> Void) async throws {
    // It stays part of the test's task, by which the runner knows whose expectation failed.
    try await withTaskExecutorPreference(ThreadExecutor()) { try await run(body) }
}

@concurrent
private func run(_ body: @Sendable () throws -> Void) async throws { try body() }

/// A new thread for every piece of work.
private final class ThreadExecutor: TaskExecutor {
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        Thread.detachNewThread { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

/// By what limits of time are multiplied: a sanitizer makes a program many times slower, and then
/// they say nothing.
let patience: Double = {
    let isSanitized = ["__tsan_init", "__asan_init"].contains { (name: String) in
        unsafe dlsym(dlopen(nil, RTLD_NOW), name) != nil
    }
    return isSanitized ? 20 : 1
}()

/// A point in time up to which somebody waits.
struct Deadline {
    private let time: UInt64

    init(seconds: Double) { time = Self.now + UInt64(seconds * patience * 1e9) }

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
