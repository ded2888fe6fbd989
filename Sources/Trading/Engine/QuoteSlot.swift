/// One side's quote in one market: at most one order of ours stands on each side.
///
/// ```
///            place            accepted              cancel
///   empty ─────────► placing ─────────► resting ─────────► cancelling
///     ▲                 │ rejected          │ filled            │ cancelled, filled, or too late
///     └─────────────────┴───────────────────┴───────────────────┘
/// ```
/// Every order that is not `empty` is exposure, whatever its state.
enum QuoteSlot: Equatable {
    case empty
    /// Sent; the venue has not answered.
    case placing(Order, sentAt: Timestamp, isReplacement: Bool)
    /// On the book with this much left.
    case resting(Order, remaining: Quantity)
    /// The cancel was sent; fills may still come.
    case cancelling(Order, remaining: Quantity, isReplacing: Bool)

    var order: Order? {
        switch self {
        case .empty: nil
        case .placing(let order, _, _): order
        case .resting(let order, _): order
        case .cancelling(let order, _, _): order
        }
    }

    /// Shares that may still fill.
    var exposure: Quantity {
        switch self {
        case .empty: .zero
        case .placing(let order, _, _): order.size
        case .resting(_, let remaining): remaining
        case .cancelling(_, let remaining, _): remaining
        }
    }

    /// Whether this is the order, and an exit.
    func isExit(_ id: OrderID) -> Bool {
        guard let order else { return false }
        return order.id == id && order.kind == .exit
    }

    /// Cash that the order has claimed.
    var lockedCash: Money {
        guard let order, order.side == .buy else { return .zero }
        return Money(exposure, at: order.price)
    }

    /// The resting price in YES terms; `nil` unless the order is known to rest.
    var restingPrice: Price? {
        if case .resting(let order, _) = self { order.bookPrice } else { nil }
    }

    /// On the book, or on its way there, and not on its way off it.
    var isQuote: Bool {
        switch self {
        case .placing, .resting: true
        case .empty, .cancelling: false
        }
    }

    /// Takes a fill's size off what is left; the slot is empty when nothing is.
    mutating func fill(_ size: Quantity, isComplete: Bool) {
        let remaining = Quantity(raw: max(exposure.raw - size.raw, 0))
        let isGone = isComplete || remaining == .zero
        switch self {
        case .empty: return
        case .placing(let order, _, _), .resting(let order, _):
            // A fill also proves that the order was accepted.
            self = isGone ? .empty : .resting(order, remaining: remaining)
        case .cancelling(let order, _, let isReplacing):
            self =
                isGone
                ? .empty
                : .cancelling(order, remaining: remaining, isReplacing: isReplacing)
        }
    }
}
