internal import CUV
internal import Glibc

/// A thread of the operating system with a name that `top -H` and `perf` show.
@safe public final class LoopThread {
    /// Bytes of a name (Linux keeps 16, the last of them zero).
    public static let nameByteCountMax = 15

    /// The highest number of a CPU and one more.
    public static let cpuCountMax = Int(QUES_CPU_COUNT_MAX)

    private let thread: pthread_t
    private var isJoined = false

    private init(thread: pthread_t) { self.thread = thread }

    deinit { precondition(isJoined, "a thread is joined before it is forgotten") }

    /// Starts a thread that runs `body` and ends with it.
    /// - Parameters:
    ///   - name: at most `nameByteCountMax` bytes.
    ///   - cpu: the only CPU it may run on; `nil` leaves that to the scheduler.
    ///   - body: may take what it captures away from the caller (an `EventLoop` made before).
    /// - Throws: `EINVAL` when the CPU does not exist or is not granted to this process.
    public static func start(
        name: String,
        cpu: Int? = nil,
        _ body: sending @escaping () -> Void
    ) throws(SystemError) -> LoopThread {
        precondition(name.utf8.count <= nameByteCountMax, "a thread's name is short")
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        defer { unsafe pthread_attr_destroy(&attributes) }
        if let cpu {
            let status = unsafe ques_attr_set_cpu(&attributes, Int32(clamping: cpu))
            guard status == 0 else {
                throw SystemError(code: status, attempt: "pin thread \(name) to CPU \(cpu)")
            }
        }
        var thread = pthread_t()
        let argument = unsafe CReference.retain(ThreadBody(name: name, body))
        let code = unsafe pthread_create(
            &thread,
            &attributes,
            { argument in
                unsafe CReference.take(argument, as: ThreadBody.self).run()
                return nil
            },
            argument
        )
        guard code == 0 else {
            // The thread that would have taken it does not exist.
            _ = unsafe CReference.take(argument, as: ThreadBody.self)
            let place = cpu.map { " on CPU \($0)" } ?? ""
            throw SystemError(code: code, attempt: "start thread \(name)\(place)")
        }
        return LoopThread(thread: thread)
    }

    /// Waits until the thread has ended. May be called twice.
    public func join() {
        guard !isJoined else { return }
        isJoined = true
        let code = pthread_join(thread, nil)
        precondition(code == 0, "a thread does not join itself")
    }
}

@available(*, unavailable)
extension LoopThread: Sendable {}

/// What the new thread starts with.
private final class ThreadBody {
    private let name: String
    private let body: () -> Void

    init(name: String, _ body: @escaping () -> Void) {
        self.name = name
        self.body = body
    }

    func run() {
        // By the thread itself, so that `body` already runs under its name.
        unsafe pthread_setname_np(pthread_self(), name)
        body()
    }
}
