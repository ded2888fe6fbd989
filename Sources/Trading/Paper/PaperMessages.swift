/// Our messages on their way to the paper venue, in order of arrival.
struct PaperMessages: Sendable {
    enum Message: Sendable {
        case submit(Order)
        case cancel(OrderID)
        case cancelAll
        case merge(MarketID, Quantity)
    }

    private struct Entry {
        var arrival: Timestamp
        var message: Message
    }

    /// The next to arrive last, so that it is taken without moving the others. At most
    /// `ordersOpenMax` of them are orders; a cancel is never refused for its number.
    private var entries: [Entry] = []
    /// How many of them are orders.
    private(set) var submitCount = 0

    init() { entries.reserveCapacity(256) }

    var firstArrival: Timestamp? { entries.last?.arrival }

    /// Behind those that arrive at the same instant.
    mutating func insert(_ message: Message, arrival: Timestamp) {
        var index = 0
        while index < entries.count, entries[index].arrival > arrival { index += 1 }
        entries.insert(Entry(arrival: arrival, message: message), at: index)
        if case .submit = message { submitCount += 1 }
    }

    mutating func popFirst() -> Message? {
        guard let entry = entries.popLast() else { return nil }
        if case .submit = entry.message { submitCount -= 1 }
        return entry.message
    }

    /// When the order `id` arrives, while it is on its way.
    func arrivalOfSubmit(_ id: OrderID) -> Timestamp? {
        for entry in entries {
            if case .submit(let order) = entry.message, order.id == id { return entry.arrival }
        }
        return nil
    }

    func holdsSubmit(_ id: OrderID) -> Bool { arrivalOfSubmit(id) != nil }

    /// Takes every order out, the next to arrive first.
    mutating func removeSubmits(_ body: (OrderID) -> Void) {
        for entry in entries.reversed() {
            if case .submit(let order) = entry.message { body(order.id) }
        }
        entries.removeAll {
            if case .submit = $0.message { return true }
            return false
        }
        submitCount = 0
    }
}
