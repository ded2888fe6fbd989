internal import Foundation

/// The program, run as its users run it: arguments and environment in, output and exit code out.
///
/// Started by posix_spawn(3) and not by `Foundation.Process`, whose children inherit the pipes of
/// those started at the same moment, so that the end of one shows only when the others have ended.
final class Child {
    /// As it was built beside the tests.
    static let program: String = {
        let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        return tests.deletingLastPathComponent().appendingPathComponent("quesquant").path
    }()

    let processID: Int32
    private let output = Collector()
    private let errors = Collector()
    private let end = End()

    /// - Parameters:
    ///   - program: another one, to look at what ours has done.
    ///   - environment: added to a bare one.
    ///   - directory: the working directory.
    ///   - input: given on standard input; without it standard input is empty.
    init(
        _ arguments: [String],
        program: String = Child.program,
        environment: [String: String] = [:],
        directory: String,
        input bytes: [UInt8] = []
    ) throws {
        var variables = ["PATH": "/usr/bin:/bin", "SWIFT_BACKTRACE": "enable=no"]
        for name in ["LD_LIBRARY_PATH", "TSAN_OPTIONS", "ASAN_OPTIONS"] {
            variables[name] = ProcessInfo.processInfo.environment[name]
        }
        variables.merge(environment) { $1 }
        let input = try Channel()
        let output = try Channel()
        let errors = try Channel()
        processID = try spawn(
            ["/usr/bin/env", "-C", directory, program] + arguments,
            environment: variables.map { "\($0)=\($1)" },
            descriptors: [input.reading, output.writing, errors.writing]
        )
        for descriptor in [input.reading, output.writing, errors.writing] { close(descriptor) }
        self.output.collect(FileHandle(fileDescriptor: output.reading, closeOnDealloc: true))
        self.errors.collect(FileHandle(fileDescriptor: errors.reading, closeOnDealloc: true))
        let handle = FileHandle(fileDescriptor: input.writing, closeOnDealloc: true)
        Thread.detachNewThread {
            // A child that reads no further ends the writing.
            try? handle.write(contentsOf: Data(bytes))
            try? handle.close()
        }
        let (id, end) = (processID, end)
        Thread.detachNewThread {
            var status: Int32 = 0
            while unsafe waitpid(id, &status, 0) < 0 && errno == EINTR {}
            end.came(status)
        }
    }

    deinit {
        if !end.hasCome { send(SIGKILL) }
    }

    /// What it said on standard output and standard error so far.
    var said: String { output.text }
    var complained: String { errors.text }

    func send(_ signal: Int32) { kill(processID, signal) }

    /// The first whole line of standard output that `isWanted` accepts.
    func line(within seconds: Double, where isWanted: (Substring) -> Bool) throws -> String {
        let deadline = Deadline(seconds: seconds)
        repeat {
            let lines = output.text.split(separator: "\n", omittingEmptySubsequences: false)
            if let line = lines.dropLast().first(where: isWanted) { return String(line) }
        } while output.waitForMore(until: deadline)
        throw Missing("a line of output; it said: \(said)\(complained)")
    }

    /// Whether it says this on standard error, now or soon.
    func complains(_ text: String) -> Bool {
        let deadline = Deadline(seconds: 5)
        repeat {
            if errors.text.contains(text) { return true }
        } while errors.waitForMore(until: deadline)
        return false
    }

    /// Waits for the end.
    /// - Returns: the exit code; for a child that a signal ended, 128 and the signal's number.
    func exitCode(within seconds: Double) throws -> Int32 {
        guard let status = end.wait(seconds: seconds) else {
            throw Missing("the end of the process within \(seconds) s; it said: \(complained)")
        }
        output.waitForEnd()
        errors.waitForEnd()
        // wait(2): the low seven bits are the signal, the byte above them is the exit code.
        let signal = status & 0x7F
        return signal == 0 ? status >> 8 & 0xFF : 128 + signal
    }

    /// As `kill -9`, and waits until it is gone.
    func crash() throws {
        send(SIGKILL)
        _ = try exitCode(within: 10)
    }
}

/// A pipe of which no other child gets an end.
private struct Channel {
    let reading: Int32
    let writing: Int32

    init() throws {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { throw Missing("a pipe, errno \(errno)") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        reading = ends[0]
        writing = ends[1]
    }
}

/// - Parameter descriptors: become 0, 1, 2…; the child has no others.
private func spawn(
    _ arguments: [String],
    environment: [String],
    descriptors: [Int32]
) throws -> Int32 {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    for (target, source) in descriptors.enumerated() {
        unsafe posix_spawn_file_actions_adddup2(&actions, source, Int32(target))
    }
    var limit = rlimit()
    unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    // Closing what is not open is no error here.
    for descriptor in descriptors.count..<min(Int(clamping: limit.rlim_cur), 4_096) {
        unsafe posix_spawn_file_actions_addclose(&actions, Int32(descriptor))
    }
    // Whatever the test runner blocks or ignores, the child starts as from a shell.
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe posix_spawnattr_setsigmask(&attributes, &signals)
    unsafe sigfillset(&signals)
    unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
    unsafe posix_spawnattr_setflags(
        &attributes,
        Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)
    )
    // Both lists end with a null and live until the call has returned.
    var argumentList = unsafe arguments.map { unsafe strdup($0) } + [nil]
    var environmentList = unsafe environment.map { unsafe strdup($0) } + [nil]
    defer { unsafe (argumentList + environmentList).forEach { unsafe free($0) } }
    var id: pid_t = 0
    let code = unsafe posix_spawn(
        &id,
        arguments[0],
        &actions,
        &attributes,
        &argumentList,
        &environmentList
    )
    guard code == 0 else { throw Missing("a process of \(arguments[0]), errno \(code)") }
    return id
}

/// The end of a child, told by the thread that waits for it.
private final class End: @unchecked Sendable {
    // `status` is reached under the condition's lock.
    private let condition = NSCondition()
    private var status: Int32?

    func came(_ status: Int32) {
        condition.lock()
        self.status = status
        condition.broadcast()
        condition.unlock()
    }

    var hasCome: Bool { wait(seconds: 0) != nil }

    /// `nil` when it has not come in time.
    func wait(seconds: Double) -> Int32? {
        condition.lock()
        defer { condition.unlock() }
        let limit = Date(timeIntervalSinceNow: seconds * patience)
        while status == nil, condition.wait(until: limit) {}
        return status
    }
}

/// A pipe's text, read by a thread of its own so that the writer never waits.
private final class Collector: @unchecked Sendable {
    // All state is reached under the condition's lock.
    private let condition = NSCondition()
    private var bytes: [UInt8] = []
    private var isAtEnd = false
    /// Bytes that `waitForMore` has told of.
    private var seen = 0

    func collect(_ handle: FileHandle) {
        Thread.detachNewThread {
            while case let data = handle.availableData, !data.isEmpty {
                self.change { self.bytes += data }
            }
            self.change { self.isAtEnd = true }
        }
    }

    var text: String {
        condition.lock()
        defer { condition.unlock() }
        seen = bytes.count
        return String(decoding: bytes, as: UTF8.self)
    }

    /// False when no more came in time, or ever will.
    func waitForMore(until deadline: Deadline) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        while bytes.count == seen && !isAtEnd {
            let left = Double(deadline.millisecondsLeft) / 1_000
            if left == 0 || !condition.wait(until: Date(timeIntervalSinceNow: left)) { break }
        }
        return bytes.count > seen
    }

    func waitForEnd() {
        condition.lock()
        defer { condition.unlock() }
        while !isAtEnd { condition.wait() }
    }

    private func change(_ body: () -> Void) {
        condition.lock()
        body()
        condition.broadcast()
        condition.unlock()
    }
}
