import Glibc
import Reactor
import Synchronization
import TestSupport
import Testing

@Suite struct SPSCRingTests {
    @Test("a million elements cross two threads in order", arguments: [1, 2, 1_024])
    func million(capacity: Int) throws {
        let ring = SPSCRing<UInt64>(capacity: capacity)
        let count = capacity < 1_024 ? 100_000 : 1_000_000
        let thread = try LoopThread.start(name: "producer") {
            let producer = ring.makeProducer()
            var random = SplitMix64(seed: 7)
            for _ in 0..<count {
                let element = random.next()
                while !producer.tryPush(element) { relax() }
            }
        }
        let consumer = ring.makeConsumer()
        var random = SplitMix64(seed: 7)
        var wrong = 0
        for _ in 0..<count {
            var element = consumer.pop()
            while element == nil {
                relax()
                element = consumer.pop()
            }
            if element != random.next() { wrong += 1 }
        }
        #expect(wrong == 0)
        #expect(consumer.pop() == nil)
        thread.join()
    }

    @Test("objects cross two threads, and each is freed exactly once")
    func objects() throws {
        let live = Shared()
        do {
            let ring = SPSCRing<Tracked>(capacity: 64)
            let thread = try LoopThread.start(name: "producer") {
                let producer = ring.makeProducer()
                for number in 0..<20_000 {
                    while !producer.tryPush(Tracked(number, live)) { relax() }
                }
            }
            let consumer = ring.makeConsumer()
            var next = 0
            // Fifty are left behind: the ring itself frees those.
            while next < 19_950 {
                guard let element = consumer.pop() else {
                    relax()
                    continue
                }
                #expect(element.number == next)
                next += 1
            }
            thread.join()
        }
        #expect(live.counter.load(ordering: .acquiring) == 0)
    }

    @Test("a full ring refuses, an empty one has nothing, both ways round the end")
    func bounds() {
        let ring = SPSCRing<Int>(capacity: 3)
        #expect(ring.capacity == 4)
        let (producer, consumer) = (ring.makeProducer(), ring.makeConsumer())
        for round in 0..<10 {
            #expect(consumer.pop() == nil)
            for index in 0..<4 { #expect(producer.tryPush(round * 4 + index)) }
            #expect(!producer.tryPush(-1))
            for index in 0..<4 { #expect(consumer.pop() == round * 4 + index) }
        }
    }

    @Test("at random fill levels it does what an array does")
    func oracle() {
        for seed: UInt64 in 1...20 {
            var random = SplitMix64(seed: seed)
            let ring = SPSCRing<UInt64>(capacity: 8)
            let (producer, consumer) = (ring.makeProducer(), ring.makeConsumer())
            var model: [UInt64] = []
            for step in 0..<2_000 {
                let value = random.next()
                if value & 1 == 0 {
                    let isTaken = producer.tryPush(value)
                    #expect(isTaken == (model.count < 8), "seed \(seed), step \(step)")
                    if isTaken { model.append(value) }
                } else {
                    let expected = model.isEmpty ? nil : model.removeFirst()
                    #expect(consumer.pop() == expected, "seed \(seed), step \(step)")
                }
            }
        }
    }
}

/// Lets the other thread run when there is only one CPU for both.
private func relax() { sched_yield() }

/// Counts how many of it are alive.
private final class Tracked: Sendable {
    let number: Int
    private let live: Shared

    init(_ number: Int, _ live: Shared) {
        self.number = number
        self.live = live
        live.counter.wrappingAdd(1, ordering: .relaxed)
    }

    deinit { live.counter.wrappingAdd(-1, ordering: .relaxed) }
}
