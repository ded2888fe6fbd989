/// Step 8: the size, by the worst-case position (strategy 7).
extension QuoteBuilder {
    /// From this share of `max_position` on nothing is added, in tenths.
    static let addingStopsAtTenths: Int64 = 8

    struct Size: Equatable {
        var wanted: Quantity
        /// The most that may stand.
        var room: Quantity
    }

    /// Either a size or the reason why there is none.
    enum SizeDecision: Equatable {
        case some(Size)
        case none(NoQuoteReason)
    }

    /// What reduces is quoted in full; what adds is tapered. An order may do both.
    static func size(_ view: QuoteSideView, _ input: Input) -> SizeDecision {
        let worst = view.worstInventory
        let reducible = max(-worst, .zero)
        let isInRange = fairRange.contains(input.fair)
        let mayAdd = input.mode != .reduceOnly && isInRange
        let limit = Quantity(shares: input.maxPosition)
        let addable = mayAdd ? taper(worst, limit, input) : .zero

        if reducible == .zero && addable == .zero {
            if input.mode == .reduceOnly { return .none(.reduceOnly) }
            if !isInRange { return .none(.fairOutOfRange) }
            return .none(isFull(worst, limit) ? .positionLimit : .sizeBelowMinimum)
        }
        var room = mayAdd ? max(limit - worst, reducible) : reducible
        if let most = view.sharesMax {
            guard most >= input.orderSizeMin else { return .none(.deltaLimit) }
            room = min(room, most)
        }
        let wanted = min(Quantity(shares: input.orderSize), reducible + addable, room)
        // Sizes of the venue have two decimals.
        let cut = Quantity(raw: wanted.raw / 10_000 * 10_000)
        guard cut >= input.orderSizeMin, cut > .zero else {
            return .none(room < input.orderSizeMin && mayAdd ? .positionLimit : .sizeBelowMinimum)
        }
        return .some(Size(wanted: cut, room: room))
    }

    /// `order_size * (1 - u)` in whole shares, `u` being the part of the limit that is used.
    static func taper(_ worst: Quantity, _ limit: Quantity, _ input: Input) -> Quantity {
        guard !isFull(worst, limit) else { return .zero }
        let used = max(worst.shares, 0) / limit.shares
        let factor = input.sizeFactor >= 0 ? min(input.sizeFactor, 1) : 0
        let shares = Double(input.orderSize) * factor * (1 - used)
        return Quantity(shares: Int64((shares + 1e-9).rounded(.down)))
    }

    private static func isFull(_ worst: Quantity, _ limit: Quantity) -> Bool {
        limit <= .zero || 10 * worst.raw >= addingStopsAtTenths * limit.raw
    }
}
