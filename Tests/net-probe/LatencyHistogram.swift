/// Latencies in microseconds, each kept to about three per cent: 32 buckets for every doubling.
struct LatencyHistogram {
    private static let bucketsPerDoubling = 32

    private var counts = [Int](repeating: 0, count: 64 * bucketsPerDoubling)
    private(set) var count = 0
    private var max: Int64 = 0

    /// A negative value, which only a stepped clock can bring, counts as zero.
    mutating func add(microseconds: Int64) {
        let value = Swift.max(microseconds, 0)
        let doublings = Swift.max(58 - value.leadingZeroBitCount, 0)
        counts[doublings * Self.bucketsPerDoubling + Int(value >> doublings)] += 1
        count += 1
        max = Swift.max(max, value)
    }

    /// The value that this share of the latencies does not exceed.
    func percentile(_ share: Double) -> Int64 {
        let rank = Int((Double(count) * share).rounded(.up))
        var seen = 0
        for (bucket, bucketCount) in counts.enumerated() where bucketCount > 0 {
            seen += bucketCount
            guard seen >= rank else { continue }
            let doublings = Swift.max(bucket / Self.bucketsPerDoubling - 1, 0)
            let step = Int64(bucket - doublings * Self.bucketsPerDoubling)
            return min((step + 1) << Int64(doublings) - 1, max)
        }
        return max
    }

    var json: String {
        "{\"count\":\(count),\"p50\":\(percentile(0.5)),\"p99\":\(percentile(0.99)),"
            + "\"p999\":\(percentile(0.999)),\"max\":\(max)}"
    }
}
