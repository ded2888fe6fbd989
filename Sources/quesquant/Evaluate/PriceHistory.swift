internal import Trading
internal import Venues

/// All prices of a recording, in the two orders that matter: as they came, for what could be known
/// at an instant; and as they are stamped, for what was true at one.
struct PriceHistory {
    /// The farthest that the last price may lie before an instant and still be the price there.
    /// A longer silence is a gap in the feed.
    static let silenceMax = Duration.seconds(5)
    /// Prices that are held: four months of one a second.
    static let countMax = 10_000_000

    /// In the order of receipt.
    let received: [SettlementPrice]
    /// In the order of stamps, which differ.
    private let stamped: [SettlementPrice]

    init(_ prices: [SettlementPrice]) {
        // Sorting is not stable; the place in the file decides between equals.
        received = prices.enumerated().sorted {
            ($0.element.received, $0.offset) < ($1.element.received, $1.offset)
        }.map(\.element)
        var ordered: [SettlementPrice] = []
        ordered.reserveCapacity(prices.count)
        for price in received.enumerated().sorted(by: {
            ($0.element.stamp, $0.offset) < ($1.element.stamp, $1.offset)
        }).map(\.element) where price.stamp != ordered.last?.stamp {
            ordered.append(price)
        }
        stamped = ordered
    }

    var span: Range<Timestamp>? {
        guard let first = stamped.first, let last = stamped.last else { return nil }
        return first.stamp..<last.stamp
    }

    /// The last price stamped at or before `instant`; `nil` in a gap of the feed.
    func price(at instant: Timestamp) -> SettlementPrice? {
        var low = 0
        var high = stamped.count
        while low < high {
            let middle = (low + high) / 2
            if stamped[middle].stamp <= instant { low = middle + 1 } else { high = middle }
        }
        guard low > 0, instant - stamped[low - 1].stamp <= Self.silenceMax else { return nil }
        return stamped[low - 1]
    }
}
