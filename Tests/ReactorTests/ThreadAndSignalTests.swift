import Glibc
import Reactor
import Synchronization
import Testing

@Suite struct ThreadAndSignalTests {
    @Test("a thread runs under its name and on its CPU, and takes a loop with it")
    func nameAndLoop() throws {
        let loop = EventLoop()
        let seen = Shared()
        let thread = try LoopThread.start(name: "fifteen letters", cpu: 0) {
            let timer = LoopTimer(on: loop) {
                let name = try? DurableFile.read("/proc/thread-self/comm", byteCountMax: 64)
                let isNamed = name == Array("fifteen letters\n".utf8)
                let status = try? DurableFile.read("/proc/thread-self/status", byteCountMax: 65_536)
                let isPinned = String(decoding: status ?? [], as: UTF8.self)
                    .contains("Cpus_allowed_list:\t0\n")
                seen.counter.store(isNamed && isPinned ? 1 : 2, ordering: .releasing)
                loop.stop()
            }
            timer.start(afterMilliseconds: 1)
            loop.run()
        }
        thread.join()
        thread.join()
        #expect(seen.counter.load(ordering: .acquiring) == 1)
    }

    @Test("a CPU that does not exist is an error", arguments: [-1, 1_023, 1_024, Int.max])
    func missingCPU(cpu: Int) {
        let error = #expect(throws: SystemError.self) {
            try LoopThread.start(name: "nowhere", cpu: cpu) {}.join()
        }
        #expect(error?.name == "EINVAL")
        #expect(error?.attempt.hasSuffix("CPU \(cpu)") == true)
    }

    @Test("a signal becomes a call on the loop, until the watcher is closed")
    func signal() throws {
        let loop = EventLoop()
        var count = 0
        var other = 0
        let watcher = try SignalWatcher(on: loop, signal: SIGUSR1) { count += 1 }
        let keeper = try SignalWatcher(on: loop, signal: SIGUSR1) { other += 1 }
        kill(getpid(), SIGUSR1)
        drive(loop, "the signal arrives") { count == 1 && other == 1 }
        watcher.close()
        watcher.close()
        kill(getpid(), SIGUSR1)
        drive(loop, "the signal arrives") { other == 2 }
        #expect(count == 1)
        keeper.close()
        finish(loop)
    }

    @Test("a signal that cannot be caught is an error")
    func uncatchable() {
        let loop = EventLoop()
        let error = #expect(throws: SystemError.self) {
            _ = try SignalWatcher(on: loop, signal: SIGKILL) {}
        }
        #expect(error?.description == "watch signal 9: invalid argument (EINVAL)")
        finish(loop)
    }

    @Test("the limit of open files is raised as far as the hard limit, and never lowered")
    func openFiles() throws {
        var limit = rlimit()
        unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let before = Int(clamping: limit.rlim_cur)
        #expect(try ResourceLimit.raiseOpenFiles(to: 1) == before)
        #expect(try ResourceLimit.raiseOpenFiles(to: before) == before)
    }
}
