/// What the paper venue has decided and not yet told: a ring in the order of deciding, which is the
/// order of telling because every answer travels equally long.
///
/// The ring doubles when it is full, so no answer is ever lost; in a session that takes its answers
/// it never does.
struct PaperAnswers: Sendable {
    enum Answer: Sendable {
        case accepted(OrderID)
        case rejected(OrderID, OrderRejection)
        case filled(Fill)
        case cancelled(OrderID, CancelReason)
        case cancelRejected(OrderID)
        case merged(MarketID, Quantity)
    }

    private struct Entry {
        var time: Timestamp
        var answer: Answer
    }

    /// How long an answer takes to reach us.
    private let latency: Duration
    /// A power of two long. `nil` where nothing waits.
    private var ring: [Entry?] = Array(repeating: nil, count: 256)
    private var head = 0
    private var count = 0
    /// Fills told so far; the next one's trade id is one more.
    private var fillCount: UInt64 = 0

    init(latency: Duration) { self.latency = latency }

    var isEmpty: Bool { count == 0 }

    /// When the oldest answer reaches us.
    var firstDue: Timestamp? { ring[head]?.time }

    /// - Precondition: `now`, the venue's time, is not before that of any earlier answer.
    mutating func append(_ answer: Answer, at now: Timestamp) {
        if count == ring.count { grow() }
        ring[(head + count) & (ring.count - 1)] = Entry(time: now + latency, answer: answer)
        count += 1
    }

    /// A fill of `size` at the order's own price, without a fee: we are the maker.
    mutating func appendFill(_ order: Order, size: Int64, isComplete: Bool, at now: Timestamp) {
        appendFill(order, size: size, price: order.price, fee: .zero, isComplete, at: now)
    }

    /// - Parameter price: in terms of the order's outcome.
    mutating func appendFill(
        _ order: Order,
        size: Int64,
        price: Price,
        fee: Money,
        _ isComplete: Bool,
        at now: Timestamp
    ) {
        fillCount += 1
        let fill = Fill(
            tradeID: fillCount,
            orderID: order.id,
            market: order.market,
            outcome: order.outcome,
            side: order.side,
            price: price,
            size: Quantity(raw: size),
            fee: fee,
            isComplete: isComplete
        )
        append(.filled(fill), at: now)
    }

    /// Takes the oldest answer if it has reached us by `now`.
    mutating func popFirst(upTo now: Timestamp) -> (time: Timestamp, event: EngineEvent)? {
        guard let entry = ring[head], entry.time <= now else { return nil }
        ring[head] = nil
        head = (head + 1) & (ring.count - 1)
        count -= 1
        switch entry.answer {
        case .accepted(let id): return (entry.time, .orderAccepted(id))
        case .rejected(let id, let why): return (entry.time, .orderRejected(id, why))
        case .filled(let fill): return (entry.time, .orderFilled(fill))
        case .cancelled(let id, let why): return (entry.time, .orderCancelled(id, why))
        case .cancelRejected(let id): return (entry.time, .cancelRejected(id))
        case .merged(let market, let pairs):
            return (entry.time, .pairsMerged(market, pairs: pairs, gas: .zero))
        }
    }

    private mutating func grow() {
        var larger: [Entry?] = Array(repeating: nil, count: ring.count * 2)
        for index in 0..<count { larger[index] = ring[(head + index) & (ring.count - 1)] }
        ring = larger
        head = 0
    }
}
