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

    /// The mean of the prices at the `averaged` whole seconds up to `end` (with 0 or 1 the single
    /// price there), and when the last of them had been received; `nil` in a gap of the feed.
    func mean(endingAt end: Timestamp, averaged: Int) -> (dollars: Double, received: Timestamp)? {
        let seconds = max(averaged, 1)
        var sum = 0.0
        var received = Timestamp(nanoseconds: 0)
        for second in 0..<seconds {
            guard let price = price(at: end - .seconds(Int64(second))) else { return nil }
            sum += price.value.dollars
            received = max(received, price.received)
        }
        return (sum / Double(seconds), received)
    }

    /// Who won a window that is settled on such means; `nil` in a gap of the feed.
    func winner(from start: Timestamp, to end: Timestamp, averaged: Int) -> Outcome? {
        guard let strike = mean(endingAt: start, averaged: averaged)?.dollars,
            let final = mean(endingAt: end, averaged: averaged)?.dollars
        else { return nil }
        return final >= strike ? .yes : .no
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
