internal import Synchronization

/// A bounded queue between exactly two threads, without locks and without allocation: one thread
/// pushes, one pops, and neither ever waits for the other.
///
/// The ring itself may be passed around; each thread then takes its half, `makeProducer()` or
/// `makeConsumer()`, of which there is one each. The halves are not Sendable, so they stay with the
/// thread that made them.
///
/// Why `@unchecked Sendable` holds: `tail` counts what was ever pushed and is stored to by the
/// producer only, `head` what was popped and is stored to by the consumer only; slot `n & mask` is
/// the place of element `n`. The producer writes slot `n` only when `n - head < capacity`, that
/// is after it has read (acquiring) that the consumer is done with the element a round before,
/// which the consumer had stored (releasing) after moving that element out. The consumer reads
/// slot `n` only when `n < tail`, read (acquiring) after the producer stored it (releasing) behind
/// the element. So at any instant a slot belongs to exactly one side, and it changes sides by a
/// release-acquire pair. Both halves retain the ring, so when it goes nobody uses it any more.
@safe public final class SPSCRing<Element: Sendable>: @unchecked Sendable {
    /// Elements it holds: the capacity asked for, rounded up to a power of two.
    public let capacity: Int

    private let mask: Int
    private let slots: UnsafeMutablePointer<Element>
    private let hasProducer = Atomic<Bool>(false)
    private let hasConsumer = Atomic<Bool>(false)

    // Each counter on cache lines of its own: 128 bytes, since the processor fetches lines in
    // pairs. Otherwise each push would take the line away from the popping core.
    private let gapBeforeHead = CacheLines()
    fileprivate let head = Atomic<Int>(0)
    private let gapBeforeTail = CacheLines()
    fileprivate let tail = Atomic<Int>(0)
    private let gapAfterTail = CacheLines()

    /// - Parameter capacity: elements, 1...2^30.
    public init(capacity: Int) {
        precondition(capacity > 0 && capacity <= 1 << 30, "a ring holds something, within reason")
        var size = 1
        while size < capacity { size *= 2 }
        self.capacity = size
        mask = size - 1
        unsafe slots = .allocate(capacity: size)
    }

    deinit {
        // Alone here: what was pushed and never popped is still to be destroyed.
        var position = head.load(ordering: .acquiring)
        let end = tail.load(ordering: .acquiring)
        while position != end {
            unsafe (slots + (position & mask)).deinitialize(count: 1)
            position &+= 1
        }
        unsafe slots.deallocate()
    }

    /// The pushing half, for the thread that calls.
    /// - Precondition: called once.
    public func makeProducer() -> sending RingProducer<Element> {
        let taken = hasProducer.exchange(true, ordering: .acquiringAndReleasing)
        precondition(!taken, "a ring has one producer")
        return RingProducer(self)
    }

    /// The popping half, for the thread that calls.
    /// - Precondition: called once.
    public func makeConsumer() -> sending RingConsumer<Element> {
        let taken = hasConsumer.exchange(true, ordering: .acquiringAndReleasing)
        precondition(!taken, "a ring has one consumer")
        return RingConsumer(self)
    }

    /// Moves `element` into slot `position`, which the producer owns and which is empty.
    fileprivate func put(_ element: consuming Element, at position: Int) {
        unsafe (slots + (position & mask)).initialize(to: element)
    }

    /// Moves the element out of slot `position`, which the consumer owns and which is full.
    fileprivate func take(at position: Int) -> Element {
        unsafe (slots + (position & mask)).move()
    }
}

/// The pushing half of an `SPSCRing`.
public final class RingProducer<Element: Sendable> {
    private let gapBefore = CacheLines()
    private let ring: SPSCRing<Element>
    private var tail = 0
    /// The consumer's counter as last seen. It only grows, so an old value errs on the safe side,
    /// and the other core's cache line is touched once a round instead of once a push.
    private var knownHead = 0
    private let gapAfter = CacheLines()

    fileprivate init(_ ring: SPSCRing<Element>) { self.ring = ring }

    /// - Returns: false when the ring is full; the element has been dropped then.
    public func tryPush(_ element: consuming Element) -> Bool {
        if tail &- knownHead == ring.capacity {
            knownHead = ring.head.load(ordering: .acquiring)
            if tail &- knownHead == ring.capacity { return false }
        }
        ring.put(element, at: tail)
        tail &+= 1
        ring.tail.store(tail, ordering: .releasing)
        return true
    }
}

@available(*, unavailable)
extension RingProducer: Sendable {}

/// The popping half of an `SPSCRing`.
public final class RingConsumer<Element: Sendable> {
    private let gapBefore = CacheLines()
    private let ring: SPSCRing<Element>
    private var head = 0
    /// The producer's counter as last seen, as in `RingProducer`.
    private var knownTail = 0
    private let gapAfter = CacheLines()

    fileprivate init(_ ring: SPSCRing<Element>) { self.ring = ring }

    /// The oldest element; `nil` when there is none right now.
    public func pop() -> Element? {
        if head == knownTail {
            knownTail = ring.tail.load(ordering: .acquiring)
            if head == knownTail { return nil }
        }
        let element = ring.take(at: head)
        head &+= 1
        ring.head.store(head, ordering: .releasing)
        return element
    }
}

@available(*, unavailable)
extension RingConsumer: Sendable {}

/// Room that keeps what is before it and what is behind it on different cache lines.
private struct CacheLines {
    private let bytes = InlineArray<16, UInt64>(repeating: 0)
}
