/// One thing that is measured.
struct Bench {
    /// What one run hands back.
    enum Outcome {
        /// The time of each of many operations.
        case times(Recorder)
        /// One figure: a rate.
        case rate(Double)
        /// What the bench needs is not here.
        case absent(String)
    }

    enum Unit: String {
        case nanoseconds = "ns"
        case microseconds = "us"
        case messagesPerSecond = "msg/s"
        case framesPerSecond = "frames/s"

        /// Nanoseconds in it.
        var scale: Double { self == .microseconds ? 1_000 : 1 }
    }

    let name: String
    /// In a trader's words.
    let what: String
    let unit: Unit
    /// Whether allocations are counted: everything that is timed runs on the measuring thread.
    let countsAllocations: Bool
    let run: () throws -> Outcome

    init(
        _ name: String,
        _ what: String,
        _ unit: Unit = .nanoseconds,
        countsAllocations: Bool = true,
        run: @escaping () throws -> Outcome
    ) {
        self.name = name
        self.what = what
        self.unit = unit
        self.countsAllocations = countsAllocations
        self.run = run
    }
}

/// The figures of one bench over all runs.
struct Row {
    let bench: Bench
    /// Of each run: the median of its operations, or its rate.
    private(set) var medians: [Double] = []
    private(set) var p99s: [Double] = []
    private(set) var p999s: [Double] = []
    private(set) var max = 0.0
    private(set) var allocations: Double?
    private(set) var absence: String?

    init(_ bench: Bench) { self.bench = bench }

    mutating func add(_ outcome: Bench.Outcome) {
        switch outcome {
        case .absent(let why): absence = why
        case .rate(let rate): medians.append(rate)
        case .times(let recorder):
            let sorted = recorder.samples.sorted()
            guard let last = sorted.last else { return }
            medians.append(sorted[sorted.count / 2] / bench.unit.scale)
            p99s.append(sorted[sorted.count * 99 / 100] / bench.unit.scale)
            p999s.append(sorted[sorted.count * 999 / 1_000] / bench.unit.scale)
            max = Swift.max(max, last / bench.unit.scale)
            if bench.countsAllocations {
                allocations = Swift.max(allocations ?? 0, recorder.allocationsPerOperation)
            }
        }
    }

    /// The median over runs of the runs' medians, and the least and the greatest of them.
    var median: Double { Self.median(medians) }
    var least: Double { medians.min() ?? 0 }
    var greatest: Double { medians.max() ?? 0 }
    /// The median over runs; `nil` for a rate.
    var p99: Double? { p99s.isEmpty ? nil : Self.median(p99s) }
    var p999: Double? { p999s.isEmpty ? nil : Self.median(p999s) }

    private static func median(_ values: [Double]) -> Double {
        values.isEmpty ? 0 : values.sorted()[values.count / 2]
    }
}
