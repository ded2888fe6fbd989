internal import Crypto
internal import Trading

/// One market's book, in terms of Up: the house's levels, which it refills at once, and the orders of
/// the account that rest between them.
///
/// An order stands behind what the house had at its price when it came; takers eat that first. So a
/// quote at the touch is filled when it has waited long enough, or when somebody takes a lot.
struct FakeBook {
    /// An order of the account.
    struct Resting {
        let id: Word256
        let side: Side
        let price: Price
        var size: Quantity
        /// The house's shares in front of it.
        var ahead: Quantity
    }

    /// What a taker got at one price.
    struct Execution {
        let price: Price
        /// All of it, the house's part included.
        var size = Quantity.zero
        var fills: [(id: Word256, size: Quantity)] = []
    }

    private(set) var tickSize = TickSize.hundredth
    private(set) var lastTradePrice = Price(raw: 5_000)
    private(set) var resting: [Resting] = []
    private var house: [Side: [Price: Quantity]]

    /// Ten levels a side, 0.40 to 0.49 and 0.51 to 0.60.
    init() {
        func levels(_ cents: ClosedRange<Int64>) -> [Price: Quantity] {
            Dictionary(
                uniqueKeysWithValues: cents.map { (Price(raw: $0 * 100), Quantity(shares: 3_000)) }
            )
        }
        house = [.buy: levels(40...49), .sell: levels(51...60)]
    }

    // MARK: - Looking

    func size(_ side: Side, _ price: Price) -> Quantity {
        let orders = resting.filter { $0.side == side && $0.price == price }
        return orders.reduce(house[side]?[price] ?? .zero) { $0 + $1.size }
    }

    /// Best last, as the venue lists them.
    func levels(_ side: Side) -> [(price: Price, size: Quantity)] {
        var prices = Set(house[side, default: [:]].keys)
        for order in resting where order.side == side { prices.insert(order.price) }
        let sorted = prices.sorted(by: side == .buy ? { $0 < $1 } : { $0 > $1 })
        return sorted.map { ($0, size(side, $0)) }
    }

    func best(_ side: Side) -> Price? { levels(side).last?.price }

    /// Whether an order at this price would take.
    func crosses(_ side: Side, _ price: Price) -> Bool {
        guard let opposite = best(side.opposite) else { return false }
        return side == .buy ? price >= opposite : price <= opposite
    }

    /// The house's shares that a taker of `side` gets at `limit` or better.
    func houseDepth(for side: Side, limit: Price) -> Quantity {
        house[side.opposite, default: [:]].reduce(.zero) { sum, level in
            let isWithin = side == .buy ? level.key <= limit : level.key >= limit
            return isWithin ? sum + level.value : sum
        }
    }

    // MARK: - Changing

    mutating func setHouse(_ side: Side, _ price: Price, _ size: Quantity) {
        house[side, default: [:]][price] = size
    }

    mutating func moveToGrid(_ tickSize: TickSize) { self.tickSize = tickSize }

    mutating func rest(_ id: Word256, _ side: Side, _ price: Price, _ size: Quantity) {
        let ahead = house[side]?[price] ?? .zero
        resting.append(Resting(id: id, side: side, price: price, size: size, ahead: ahead))
    }

    mutating func remove(_ id: Word256) { resting.removeAll { $0.id == id } }

    /// Somebody takes.
    ///
    /// - Parameters:
    ///   - side: the taker's.
    ///   - limit: the worst price.
    ///   - passesOrders: the taker is the account itself, which does not trade with itself.
    mutating func take(
        _ side: Side,
        _ size: Quantity,
        limit: Price,
        passesOrders: Bool = false
    ) -> [Execution] {
        var executions: [Execution] = []
        var left = size
        for (price, _) in levels(side.opposite).reversed() where left > .zero {
            guard side == .buy ? price <= limit : price >= limit else { break }
            let execution = take(side.opposite, at: price, &left, passesOrders)
            if execution.size > .zero { executions.append(execution) }
        }
        if let last = executions.last { lastTradePrice = last.price }
        return executions
    }

    private mutating func take(
        _ resting: Side,
        at price: Price,
        _ left: inout Quantity,
        _ passesOrders: Bool
    ) -> Execution {
        var execution = Execution(price: price)
        let houseSize = house[resting]?[price] ?? .zero
        var eaten = Quantity.zero
        func eat(_ upTo: Quantity) {
            let size = min(max(upTo - eaten, .zero), left)
            eaten += size
            left -= size
            execution.size += size
        }
        if !passesOrders {
            for index in self.resting.indices
            where self.resting[index].side == resting && self.resting[index].price == price {
                eat(self.resting[index].ahead)
                let size = min(left, self.resting[index].size)
                guard size > .zero else { break }
                fill(index, size, &execution)
                left -= size
            }
        }
        eat(houseSize)
        for index in self.resting.indices
        where self.resting[index].side == resting && self.resting[index].price == price {
            self.resting[index].ahead = max(self.resting[index].ahead - eaten, .zero)
        }
        self.resting.removeAll { $0.size <= .zero }
        return execution
    }

    private mutating func fill(_ index: Int, _ size: Quantity, _ execution: inout Execution) {
        resting[index].size -= size
        execution.size += size
        execution.fills.append((resting[index].id, size))
    }

    /// Somebody takes from one order, wherever it stands in the queue.
    mutating func take(order id: Word256, _ size: Quantity) -> Execution? {
        guard let index = resting.firstIndex(where: { $0.id == id }) else { return nil }
        var execution = Execution(price: resting[index].price)
        fill(index, min(size, resting[index].size), &execution)
        lastTradePrice = execution.price
        resting.removeAll { $0.size <= .zero }
        return execution
    }
}
