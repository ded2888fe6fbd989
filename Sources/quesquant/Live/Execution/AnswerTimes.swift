internal import Reactor

/// How long the answers to one kind of request took, and how many there were. Of the last ones the
/// median and the 99th percentile are told.
struct AnswerTimes {
    /// Answers that are kept, the newest.
    private static let keptMax = 512

    private(set) var answers: Int64 = 0
    /// Requests that have no answer: lost, refused by no connection, too late.
    private(set) var failures: Int64 = 0
    /// Nanoseconds, a ring.
    private var kept: [Int64] = []
    private var next = 0

    init() { kept.reserveCapacity(Self.keptMax) }

    /// An answer came so many nanoseconds after its request left.
    mutating func note(_ nanoseconds: Int64) {
        answers += 1
        if kept.count < Self.keptMax {
            kept.append(nanoseconds)
        } else {
            kept[next] = nanoseconds
            next = (next + 1) % Self.keptMax
        }
    }

    mutating func noteFailure() { failures += 1 }

    /// Costs a sort: once a second.
    var summary: Summary {
        let sorted = kept.sorted()
        func percentile(_ percent: Int) -> Int64 {
            guard !sorted.isEmpty else { return 0 }
            return sorted[(sorted.count * percent + 99) / 100 - 1]
        }
        return Summary(
            answers: answers,
            failures: failures,
            median: percentile(50),
            percentile99: percentile(99)
        )
    }

    /// Times are nanoseconds; 0 before the first answer.
    struct Summary: Sendable {
        var answers: Int64 = 0
        var failures: Int64 = 0
        var median: Int64 = 0
        var percentile99: Int64 = 0
    }
}
