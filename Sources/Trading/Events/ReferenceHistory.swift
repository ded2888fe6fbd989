/// What the reference price was, second by second, before we listened: for a warm start, and to
/// close a gap.
public struct ReferenceHistory: Equatable, Sendable {
    /// A quarter of an hour and more: as many as the venue gives in one answer.
    public static let countMax = 1_000

    /// One price a second, the oldest first.
    public let prices: [ReferencePrice]
    /// The whole second at which the last of them stood.
    public let end: Timestamp

    /// `nil` unless there are 2 ... `countMax` prices, all above zero, and `end` is a whole second
    /// that leaves room for all of them after 1970.
    public init?(prices: [ReferencePrice], end: Timestamp) {
        guard (2...Self.countMax).contains(prices.count), prices.allSatisfy({ $0.raw > 0 }),
            end.nanoseconds % 1_000_000_000 == 0,
            end.nanoseconds / 1_000_000_000 > Int64(prices.count)
        else { return nil }
        self.prices = prices
        self.end = end
    }

    /// When the price at `index` stood.
    public func time(at index: Int) -> Timestamp {
        end - .seconds(Int64(prices.count - 1 - index))
    }
}
