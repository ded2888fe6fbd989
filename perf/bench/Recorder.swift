internal import CAllocationCounter
internal import Reactor

/// What one run of a bench has seen: the time of each operation, and the heap allocations made
/// during them.
///
/// Times include one reading of the clock, about 25 ns (the bench `clock` tells how much), except
/// in batches, where it is spread over the batch.
struct Recorder {
    /// Operations at the beginning of a run that are not counted: caches, predictors and arrays warm
    /// up in them.
    var warmUp: Int
    /// Nanoseconds per operation; one entry per call of `time`.
    private(set) var samples: [Double] = []
    private var operations = 0
    private var allocations: UInt64 = 0
    private var skipped = 0

    init(capacity: Int, warmUp: Int) {
        self.warmUp = warmUp
        samples.reserveCapacity(capacity)
    }

    /// Times `body`, which performs `count` operations.
    @inline(__always)
    mutating func time<Failure: Error>(
        _ count: Int = 1,
        _ body: () throws(Failure) -> Void
    ) throws(Failure) {
        let allocationsBefore = ques_allocation_count()
        let start = MonotonicClock.now()
        try body()
        let end = MonotonicClock.now()
        add(
            nanoseconds: end - start,
            operations: count,
            allocations: ques_allocation_count() - allocationsBefore
        )
    }

    /// Adds an operation that was timed elsewhere.
    mutating func add(nanoseconds: Int64, operations count: Int = 1, allocations: UInt64 = 0) {
        guard skipped >= warmUp else {
            skipped += 1
            return
        }
        samples.append(Double(nanoseconds) / Double(count))
        operations += count
        self.allocations += allocations
    }

    /// Heap allocations per operation.
    var allocationsPerOperation: Double {
        operations == 0 ? 0 : Double(allocations) / Double(operations)
    }
}

/// Keeps the optimizer from leaving out work whose result nobody uses.
@inline(never)
func blackHole<Value>(_ value: borrowing Value) {}
