internal import Glibc

/// A value behind a lock, for the few that threads share.
///
/// `Synchronization.Mutex` would do the same; but its lock is a futex inside a library that the
/// thread sanitizer cannot see into, and each use of it is then reported as a race. The sanitizer
/// knows pthread's mutex.
///
/// Why `@unchecked Sendable` holds: `value` is touched only between lock and unlock, except by the
/// initializer and the deinitializer, when there is only one reference; it goes in and comes out
/// only as a `Sendable` value, so nothing inside it is reachable without the lock.
@safe final class Locked<Value: Sendable>: @unchecked Sendable {
    private var value: Value
    /// In its own allocation: a pthread mutex must not move.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>

    init(_ value: Value) {
        self.value = value
        unsafe mutex = .allocate(capacity: 1)
        let code = unsafe pthread_mutex_init(mutex, nil)
        precondition(code == 0, "a plain mutex needs no resources on Linux")
    }

    deinit {
        unsafe pthread_mutex_destroy(mutex)
        unsafe mutex.deallocate()
    }

    /// Runs `body` alone. It must be short and must not come back here.
    func withLock<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return body(&value)
    }
}
