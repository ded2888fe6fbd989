import Reactor
import Testing

@Suite struct TimerTests {
    @Test("timers fire in the order of their times, not of their starts")
    func order() {
        let loop = EventLoop()
        var fired: [Int] = []
        let timers = [30, 10, 20].map { delay in
            let timer = LoopTimer(on: loop) { fired.append(delay) }
            timer.start(afterMilliseconds: delay)
            return timer
        }
        drive(loop, "all fire") { fired.count == 3 }
        #expect(fired == [10, 20, 30])
        for timer in timers { timer.close() }
        finish(loop)
    }

    @Test("a timer never fires early, however long ago the turn began")
    func notEarly() {
        let loop = EventLoop()
        var firedAt: Int64 = 0
        let inner = LoopTimer(on: loop) { firedAt = MonotonicClock.now() }
        var startedAt: Int64 = 0
        let outer = LoopTimer(on: loop) {
            // The turn's idea of now is 20 ms old when the inner timer starts.
            let until = MonotonicClock.now() + 20_000_000
            while MonotonicClock.now() < until {}
            startedAt = MonotonicClock.now()
            inner.start(afterMilliseconds: 15)
        }
        outer.start(afterMilliseconds: 0)
        drive(loop, "the inner timer fires") { firedAt != 0 }
        // libuv counts whole milliseconds of the clock: up to one less than asked for.
        #expect(firedAt - startedAt >= 14_000_000)
        finish(loop)
    }

    @Test("a stopped timer is silent, a restarted one fires, a repeating one repeats")
    func stopAndRepeat() {
        let loop = EventLoop()
        var stopped = 0
        let silent = LoopTimer(on: loop) { stopped += 1 }
        silent.start(afterMilliseconds: 1)
        silent.stop()
        var count = 0
        let repeating = LoopTimer(on: loop) { count += 1 }
        repeating.start(afterMilliseconds: 1, repeatingMilliseconds: 1)
        drive(loop, "it repeats") { count >= 5 }
        #expect(stopped == 0)
        repeating.stop()
        let atStop = count
        silent.start(afterMilliseconds: 5)
        drive(loop, "the stopped one fires after a start") { stopped == 1 }
        #expect(count == atStop)
        finish(loop)
    }

    @Test("a timer may restart itself with no delay and leaves the loop to others")
    func zeroRestart() {
        let loop = EventLoop()
        var count = 0
        var restart: () -> Void = {}
        let busy = LoopTimer(on: loop) {
            count += 1
            restart()
        }
        restart = { busy.start(afterMilliseconds: 0) }
        busy.start(afterMilliseconds: 0)
        var other = false
        let timer = LoopTimer(on: loop) { other = true }
        timer.start(afterMilliseconds: 5)
        drive(loop, "the other timer fires") { other && count > 1 }
        #expect(count > 1)
        restart = {}
        finish(loop)
    }

    @Test("a timer may close itself in its handler and be forgotten there")
    func closeInHandler() {
        let loop = EventLoop()
        var count = 0
        var timer: LoopTimer?
        timer = LoopTimer(on: loop) {
            count += 1
            timer?.close()
            timer?.close()
            timer?.start(afterMilliseconds: 0)
            timer = nil
        }
        timer?.start(afterMilliseconds: 0, repeatingMilliseconds: 1)
        drive(loop, "it is gone") { loop.handleCount == 1 }
        #expect(count == 1)
        finish(loop)
    }

    @Test("a precise timer keeps a rate that milliseconds cannot express and loses no turn")
    func preciseRate() throws {
        let loop = EventLoop()
        var expirations: UInt64 = 0
        let timer = try PreciseTimer(on: loop) { expirations += $0 }
        let startedAt = MonotonicClock.now()
        timer.start(periodNanoseconds: 200_000)
        drive(loop, "500 periods end") { expirations >= 500 }
        let elapsed = MonotonicClock.now() - startedAt
        // Each expiration stands for a whole period, late calls included.
        #expect(elapsed >= 500 * 200_000)
        timer.stop()
        let atStop = expirations
        for _ in 0..<20 { loop.turn(waiting: false) }
        #expect(expirations == atStop)
        timer.start(periodNanoseconds: 1_000_000)
        drive(loop, "it starts again") { expirations > atStop }
        timer.close()
        timer.close()
        timer.start(periodNanoseconds: 1)
        finish(loop)
    }

    @Test("run returns after stop, closes what is open, and may be called again")
    func runAndStop() {
        let loop = EventLoop()
        for isSpinning in [false, true, false] {
            var count = 0
            let timer = LoopTimer(on: loop) {
                count += 1
                if count == 3 { loop.stop() }
            }
            timer.start(afterMilliseconds: 1, repeatingMilliseconds: 1)
            loop.run(spinning: isSpinning)
            #expect(count == 3)
            #expect(loop.handleCount == 0)
        }
    }
}
