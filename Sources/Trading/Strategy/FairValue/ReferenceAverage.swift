/// The reference price on a grid of whole seconds, and exact means over any recent stretch of it.
///
/// The price of a second `u` is the last one at or before `u`. A second in which none arrived
/// takes the price before it, and is counted as not seen. Prices are summed as integers: a mean
/// does not depend on when the session began.
///
/// One of these per feed serves every market: the closing average so far (phase B), the opening
/// average so far (phase P), and the strike.
public struct ReferenceAverage: Sendable {
    /// The longest average, in seconds.
    public static let averagedMax = 120
    /// The most by which an average may end before its stamp, in seconds.
    public static let lagMax = 10
    /// Seconds kept: the longest average and lag, and a minute in which to still ask for it. After
    /// a silence that is longer, everything before it is forgotten.
    public static let secondsKept = 256

    /// A mean and how much of it is made of prices that really came.
    public struct Mean: Equatable, Sendable {
        public let dollars: Double
        /// Seconds that it covers; at least 1.
        public let seconds: Int
        /// Those of them in which a price arrived.
        public let seen: Int

        /// Part of its seconds that were seen, 0 ... 1.
        public var coverage: Double { Double(seen) / Double(seconds) }
    }

    /// Everything up to and including a second: running sums, so that a mean is one subtraction.
    private struct Total {
        var price: Int128 = 0
        var seen: Int64 = 0
    }

    /// Totals up to second `u`, at `u` modulo the count, for the last `secondsKept` seconds up to
    /// `lastClosed`.
    private var totals: [Total]
    /// The first second whose price is known.
    private var first: Int64 = 0
    /// The last second whose price can no longer change; `first - 1` when there is none.
    private var lastClosed: Int64 = -1
    /// The second after `lastClosed`, in which `price` arrived or which it opened.
    private var open: Int64 { lastClosed + 1 }
    /// The newest price, raw; zero before the first.
    private var price: Int64 = 0

    public init() {
        totals = [Total](repeating: Total(), count: Self.secondsKept)
    }

    /// The newest price; `nil` before the first.
    public var latest: ReferencePrice? { price > 0 ? ReferencePrice(raw: price) : nil }

    /// Takes a price that arrived at `time`. One that is not positive, from before 1970, or from a
    /// second that is over is ignored.
    public mutating func observe(_ newest: ReferencePrice, at time: Timestamp) {
        guard newest.raw > 0, time.nanoseconds > 0 else { return }
        let second = Self.secondAtOrAfter(time)
        if price == 0 || second - lastClosed > Int64(Self.secondsKept) {
            restart(at: second)
        } else if second < open {
            return
        } else if second > open {
            close(upTo: second - 1)
        }
        price = newest.raw
    }

    /// The mean of the part, elapsed by `now`, of an average that is stamped `end`: of the seconds
    /// after `end - lag - averaged`, up to and including `end - lag` or `now`, whichever is
    /// earlier. From `end` on that is the whole average.
    ///
    /// - Parameters:
    ///   - averaged: seconds, 0 ... `averagedMax`; 0 and 1 are the single price at the end.
    ///   - lag: whole seconds, 0 ... `lagMax`.
    /// - Returns: `nil` when no second of it has elapsed, or when it reaches back before the first
    ///   price or further than what is kept.
    public func mean(
        endingAt end: Timestamp,
        averaged: Int,
        lag: Int = 0,
        at now: Timestamp
    ) -> Mean? {
        guard price > 0, (0...Self.averagedMax).contains(averaged),
            (0...Self.lagMax).contains(lag), end.nanoseconds > 0, now.nanoseconds > 0
        else { return nil }
        let stamp = end.nanoseconds / 1_000_000_000 - Int64(lag)
        let before = stamp - Int64(max(averaged, 1))
        let last = min(stamp, now.nanoseconds / 1_000_000_000)
        guard last > before, before >= first - 1,
            before >= lastClosed - Int64(Self.secondsKept) + 1
        else { return nil }
        let upper = total(upTo: last)
        let lower = total(upTo: before)
        let seconds = Int(last - before)
        let sum = upper.price - lower.price
        return Mean(
            dollars: Double(sum) / (Double(seconds) * 100_000_000),
            seconds: seconds,
            seen: Int(upper.seen - lower.seen)
        )
    }

    /// The price of the second at or before `time`, for the basis against a feed that is behind;
    /// `nil` as for `mean`.
    public func price(at time: Timestamp) -> Double? {
        mean(endingAt: time, averaged: 1, at: time)?.dollars
    }

    /// What is not closed yet counts with the newest price; only the open second was seen.
    private func total(upTo second: Int64) -> Total {
        guard second > lastClosed else {
            // Before the first second nothing has been summed.
            return second < first ? Total() : totals[Self.slot(second)]
        }
        var total = lastClosed < first ? Total() : totals[Self.slot(lastClosed)]
        total.price += Int128(price) * Int128(second - lastClosed)
        total.seen += 1
        return total
    }

    private mutating func close(upTo second: Int64) {
        var total = lastClosed < first ? Total() : totals[Self.slot(lastClosed)]
        total.seen += 1
        while lastClosed < second {
            lastClosed += 1
            total.price += Int128(price)
            totals[Self.slot(lastClosed)] = total
        }
    }

    private mutating func restart(at second: Int64) {
        first = second
        lastClosed = second - 1
    }

    private static func slot(_ second: Int64) -> Int { Int(second % Int64(secondsKept)) }

    private static func secondAtOrAfter(_ time: Timestamp) -> Int64 {
        (time.nanoseconds - 1) / 1_000_000_000 + 1
    }
}
