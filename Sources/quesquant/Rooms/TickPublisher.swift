internal import Reactor
internal import Server
internal import Trading

/// Takes ticks out of the trading thread's ring and hands them to the clients. Lives on the API
/// loop.
final class TickPublisher {
    private static let ringCapacity = 8_192
    /// Ticks published in one turn of the API loop: however fast they come, requests, signals and
    /// slow clients have their turn (16 ticks to 1,000 clients take 60 ms).
    private static let perTurnMax = 16

    /// The trading thread's end of it is made by whoever starts that thread.
    let ring = SPSCRing<Tick>(capacity: ringCapacity)
    /// While there is one.
    var server: APIServer?

    private let market: BackendSettings.Market
    private let ticks: RingConsumer<Tick>
    private var wakeup: Wakeup?
    private var later: LoopTimer?
    private var lastStamp: Int64 = 0

    init(on loop: EventLoop, of market: BackendSettings.Market) {
        self.market = market
        ticks = ring.makeConsumer()
        wakeup = Wakeup(on: loop) { [unowned self] in self.publish() }
        later = LoopTimer(on: loop) { [unowned self] in self.publish() }
    }

    /// Says that there is something in the ring.
    var signal: WakeupSignal {
        guard let wakeup else { preconditionFailure("made with the publisher") }
        return wakeup.signal
    }

    /// What is in the ring; more may come and is not waited for.
    func publishRest() {
        for _ in 0..<Self.ringCapacity {
            guard publishNext() else { return }
        }
    }

    func close() {
        wakeup?.close()
        later?.close()
    }

    private func publish() {
        for _ in 0..<Self.perTurnMax {
            // Where ticks come as fast as they can be sent, that is as fast as some client takes
            // them.
            if market.isUnpaced, server?.hasReadyClient == false {
                later?.start(afterMilliseconds: 1)
                return
            }
            guard publishNext() else { return }
        }
        wakeup?.signal.wake()
    }

    /// False when there is none.
    private func publishNext() -> Bool {
        guard var tick = ticks.pop() else { return false }
        // A synthetic tick has no other time than that of its sending.
        if market.isSynthetic { tick.time = Timestamp(nanoseconds: stamp()) }
        server?.publish(tick)
        return true
    }

    /// UTC, strictly increasing by at least a microsecond.
    private func stamp() -> Int64 {
        lastStamp = max(WallClock.now(), lastStamp + 1_000)
        return lastStamp
    }
}

@available(*, unavailable)
extension TickPublisher: Sendable {}
