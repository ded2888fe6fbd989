import Reactor
import Synchronization
import Testing

@Suite struct WakeupTests {
    @Test("wake-ups from four threads all arrive, many of them as one call")
    func fourThreads() throws {
        let loop = EventLoop()
        let sent = Shared()
        var seen = 0
        var calls = 0
        let wakeup = Wakeup(on: loop) {
            calls += 1
            seen = sent.counter.load(ordering: .relaxed)
        }
        let signal = wakeup.signal
        let threads = try (0..<4).map { index in
            try LoopThread.start(name: "waker \(index)") {
                for _ in 0..<10_000 {
                    // Relaxed on purpose: `wake()` itself makes it visible.
                    sent.counter.wrappingAdd(1, ordering: .relaxed)
                    signal.wake()
                }
            }
        }
        drive(loop, "the last of 40,000 is seen") { seen == 40_000 }
        for thread in threads { thread.join() }
        #expect(calls >= 1 && calls <= 40_000)
        finish(loop)
    }

    @Test("waking while and after the wakeup is closed does nothing")
    func wakeAfterClose() throws {
        for _ in 0..<200 {
            let loop = EventLoop()
            var calls = 0
            let wakeup = Wakeup(on: loop) { calls += 1 }
            let signal = wakeup.signal
            let isClosed = Shared()
            let thread = try LoopThread.start(name: "waker") {
                signal.wake()
                while isClosed.counter.load(ordering: .acquiring) == 0 { signal.wake() }
                for _ in 0..<10 { signal.wake() }
            }
            drive(loop, "it wakes") { calls > 0 }
            wakeup.close()
            wakeup.close()
            let atClose = calls
            isClosed.counter.store(1, ordering: .releasing)
            finish(loop)
            thread.join()
            #expect(calls == atClose)
        }
    }

    @Test("a wakeup may be closed in its handler")
    func closeInHandler() {
        let loop = EventLoop()
        var calls = 0
        var wakeup: Wakeup?
        wakeup = Wakeup(on: loop) {
            calls += 1
            wakeup?.close()
            wakeup = nil
        }
        let signal = wakeup?.signal
        signal?.wake()
        drive(loop, "it is gone") { loop.handleCount == 1 }
        signal?.wake()
        finish(loop)
        #expect(calls == 1)
    }
}

/// A counter that threads of a test share.
final class Shared: Sendable {
    let counter = Atomic<Int>(0)
}
