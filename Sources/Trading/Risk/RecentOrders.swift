/// The orders approved last, against sending one twice.
///
/// What is a duplicate is a question of the first order's end. A quote that moved away and back is
/// the same order again, and legitimate as soon as the first is known to be gone: cancelled,
/// rejected or filled. (Loops of such repetitions are stopped by what they do: `FILL_RATE`, the
/// reject storm, the message budget, the position limit.) So an order forbids its like until its
/// end is told, and at most for `duplicatePeriod`, lest an end that is never told forbid a price
/// for good; orders that the engine knows to be live are checked besides, for as long as they are.
struct RecentOrders: Sendable {
    /// More orders than may be open, in flight and unknown within the period.
    static let countMax = 64

    private var entries: [Entry] = []
    /// The place that is written next: once the list is full it holds the oldest entry.
    private var next = 0
    /// Numbers grow from order to order: an earlier one again is a duplicate, however old.
    private var lastID = OrderID(number: 0)

    private struct Entry: Sendable {
        var order: Order
        var sentAt: Timestamp
        var hasEnded: Bool
    }

    init() { entries.reserveCapacity(Self.countMax) }

    func forbids(_ order: Order, at now: Timestamp, period: Duration) -> Bool {
        if order.id <= lastID { return true }
        for entry in entries where !entry.hasEnded && now - entry.sentAt < period {
            if entry.order.isLike(order) { return true }
        }
        return false
    }

    mutating func append(_ order: Order, at now: Timestamp) {
        lastID = order.id
        let entry = Entry(order: order, sentAt: now, hasEnded: false)
        if entries.count < Self.countMax {
            entries.append(entry)
        } else {
            entries[next] = entry
        }
        next = (next + 1) % Self.countMax
    }

    /// The order is gone: cancelled, rejected or filled.
    mutating func end(_ id: OrderID) {
        for index in entries.indices where entries[index].order.id == id {
            entries[index].hasEnded = true
        }
    }
}

extension Order {
    /// The same market, token, side, price and size.
    func isLike(_ other: Order) -> Bool {
        market == other.market && outcome == other.outcome && side == other.side
            && price == other.price && size == other.size
    }
}
