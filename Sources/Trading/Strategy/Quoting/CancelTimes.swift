/// How long the venue takes to answer a cancel, which is how long a quote can be picked off after
/// it was to be gone (strategy 5): the 95th percentile of the newest measurements.
///
/// Of constant size: a ring in the order of arrival and the same values sorted. Nothing here
/// allocates, and the same answers give the same figure.
struct CancelTimes: Sendable {
    /// Measurements that count.
    static let keptMax = 64
    /// Before there are this many, `assumed` stands.
    static let needed = 20
    static let assumed = Duration.milliseconds(100)

    /// Nanoseconds, in the order of arrival; the oldest at `next` once all places are taken.
    private var ring = InlineArray<64, Int64>(repeating: 0)
    /// The first `count` are those of the ring, ascending.
    private var sorted = InlineArray<64, Int64>(repeating: 0)
    private var next = 0
    private(set) var count = 0

    init() {}

    /// By nearest rank: the least time that 95 of 100 cancels did not exceed.
    private(set) var percentile95 = Self.assumed

    /// A cancel sent `elapsed` ago has been answered, in whatever way.
    mutating func add(_ elapsed: Duration) {
        let value = max(elapsed.nanoseconds, 0)
        if count == Self.keptMax { remove(ring[next]) }
        ring[next] = value
        next = next + 1 == Self.keptMax ? 0 : next + 1
        var place = count
        while place > 0, sorted[place - 1] > value {
            sorted[place] = sorted[place - 1]
            place -= 1
        }
        sorted[place] = value
        count += 1
        if count >= Self.needed {
            percentile95 = Duration(nanoseconds: sorted[(95 * count + 99) / 100 - 1])
        }
    }

    private mutating func remove(_ value: Int64) {
        var place = 0
        while sorted[place] != value { place += 1 }
        count -= 1
        while place < count {
            sorted[place] = sorted[place + 1]
            place += 1
        }
    }
}
