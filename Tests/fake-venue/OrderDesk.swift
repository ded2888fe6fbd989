internal import Crypto
internal import Trading

/// The exchange behind the routes: orders, books, trades and what the account holds. A value: time
/// comes in with each call, what happened goes out as events, in order.
struct OrderDesk {
    enum Event {
        case placed(VenueOrder)
        case updated(VenueOrder)
        case cancelled(VenueOrder)
        /// A trade of the account's is new, or has another status.
        case traded(VenueTrade)
        /// Somebody took, in terms of Up.
        case printed(FakeMarket, Side, Price, Quantity)
        /// The sum at a price of the book of Up.
        case levelChanged(FakeMarket, Side, Price)
        case resolved(FakeMarket, winner: Outcome)
    }

    /// What the venue believes the account has; moves at the match.
    var holdings: Holdings
    /// What the chain says; moves when the trade is mined.
    var chain: Holdings
    /// What the exchange may take.
    var allowance = Money(raw: .max)
    private(set) var orders: [Word256: VenueOrder] = [:]
    /// In the order of their coming.
    private(set) var orderIDs: [Word256] = []
    /// Those of them that are open.
    private var openIDs: [Word256] = []
    private(set) var trades: [VenueTrade] = []
    /// Places in `trades` of those that something will still become of.
    private var unsettled: [Int] = []
    private(set) var winners: [FakeMarket: Outcome] = [:]
    /// Trades from now on that will fail.
    var tradesToFail = 0
    private var books: [FakeMarket: FakeBook] = [:]
    private var events: [Event] = []
    private var random: VenueRandom

    init(cash: Money, seed: UInt64) {
        holdings = Holdings(cash: cash)
        chain = Holdings(cash: cash)
        random = VenueRandom(seed: seed)
    }

    // MARK: - Looking

    func book(_ market: FakeMarket) -> FakeBook { books[market] ?? FakeBook() }

    var openOrders: [VenueOrder] { openIDs.compactMap { orders[$0] } }

    /// Whether a token of the market can be traded at `seconds`.
    func hasBook(_ market: FakeMarket, at seconds: Int64) -> Bool {
        winner(market, at: seconds) == nil && seconds >= market.start - FakeMarket.listedBefore
    }

    /// Five seconds after its end a market has been won by Up: the mean that settles it does not
    /// move, and ties are Up.
    func winner(_ market: FakeMarket, at seconds: Int64) -> Outcome? {
        winners[market] ?? (seconds > market.end + 5 ? .yes : nil)
    }

    var freeCash: Money { openOrders.reduce(holdings.cash) { $0 - $1.reservedCash } }

    func freeShares(_ token: String) -> Quantity {
        openOrders.reduce(holdings.size(token)) {
            $1.token == token ? $0 - $1.reservedShares : $0
        }
    }

    mutating func takeEvents() -> [Event] {
        defer { events.removeAll() }
        return events
    }

    // MARK: - Books

    mutating func setHouse(_ market: FakeMarket, _ side: Side, _ price: Price, _ size: Quantity) {
        books[market, default: FakeBook()].setHouse(side, price, size)
    }

    mutating func moveToGrid(_ market: FakeMarket, _ tick: TickSize) {
        books[market, default: FakeBook()].moveToGrid(tick)
    }

    // MARK: - Orders

    /// Takes an order that has passed every check: first what it may match at once, then its rest.
    /// - Returns: the trades that it made at once.
    mutating func accept(_ order: VenueOrder, at now: Int64) -> [VenueTrade] {
        orders[order.id] = order
        orderIDs.append(order.id)
        openIDs.append(order.id)
        var made: [VenueTrade] = []
        if order.kind.rests { events.append(.placed(order)) }
        let executions = books[order.market, default: FakeBook()].take(
            order.bookSide,
            order.size,
            limit: order.bookPrice,
            passesOrders: true
        )
        for execution in executions {
            made.append(match(taker: order, execution, at: now))
            events.append(
                .printed(order.market, order.bookSide, execution.price, execution.size)
            )
        }
        guard let left = orders[order.id], left.isOpen else { return made }
        if order.kind.rests {
            books[order.market, default: FakeBook()].rest(
                order.id,
                order.bookSide,
                order.bookPrice,
                left.rest
            )
            events.append(.levelChanged(order.market, order.bookSide, order.bookPrice))
        } else {
            end(order.id, .cancelled(""))
        }
        return made
    }

    /// - Returns: whether it was open.
    @discardableResult
    mutating func cancel(_ id: Word256, reason: String = "") -> Bool {
        guard let order = orders[id], order.isOpen else { return false }
        books[order.market, default: FakeBook()].remove(id)
        end(id, .cancelled(reason))
        events.append(.levelChanged(order.market, order.bookSide, order.bookPrice))
        return true
    }

    private mutating func end(_ id: Word256, _ state: VenueOrder.State) {
        orders[id]?.state = state
        openIDs.removeAll { $0 == id }
        if let order = orders[id] { events.append(.cancelled(order)) }
    }

    // MARK: - Takers

    /// A stranger takes from the book of Up.
    mutating func take(
        _ market: FakeMarket,
        _ side: Side,
        _ size: Quantity,
        limit: Price,
        at now: Int64
    ) {
        let executions = books[market, default: FakeBook()].take(side, size, limit: limit)
        for execution in executions { settle(market, side, execution, at: now) }
    }

    /// A stranger takes from one order.
    /// - Returns: whether it is there.
    mutating func take(order id: Word256, _ size: Quantity, at now: Int64) -> Bool {
        guard let order = orders[id], order.isOpen,
            let execution = books[order.market]?.take(order: id, size)
        else { return false }
        settle(order.market, order.bookSide.opposite, execution, at: now)
        return true
    }

    private mutating func settle(
        _ market: FakeMarket,
        _ side: Side,
        _ execution: FakeBook.Execution,
        at now: Int64
    ) {
        events.append(.printed(market, side, execution.price, execution.size))
        guard !execution.fills.isEmpty else { return }
        var makers: [VenueTrade.Part] = []
        for fill in execution.fills {
            guard let order = orders[fill.id] else { continue }
            makers.append(VenueTrade.Part(of: order, order.price, fill.size))
        }
        let houseSize = execution.size - makers.reduce(.zero) { $0 + $1.size }
        if houseSize > .zero {
            makers.insert(stranger(market, side.opposite, execution.price, houseSize), at: 0)
        }
        let taker = stranger(market, side, execution.price, execution.size)
        book(trade: make(market, taker, makers, at: now), at: now)
        events.append(.levelChanged(market, side.opposite, execution.price))
    }

    private mutating func match(
        taker order: VenueOrder,
        _ execution: FakeBook.Execution,
        at now: Int64
    ) -> VenueTrade {
        let price = order.outcome == .yes ? execution.price : execution.price.complement
        var taker = VenueTrade.Part(of: order, price, execution.size)
        taker.fee = VenueTrade.takerFee(price, execution.size)
        let maker = stranger(
            order.market,
            order.bookSide.opposite,
            execution.price,
            execution.size
        )
        let trade = make(order.market, taker, [maker], at: now)
        book(trade: trade, at: now)
        return trade
    }

    private mutating func stranger(
        _ market: FakeMarket,
        _ side: Side,
        _ price: Price,
        _ size: Quantity
    ) -> VenueTrade.Part {
        VenueTrade.Part(
            orderID: Word256(randomFrom: &random),
            owner: random.uuid(),
            address: EthereumAddress(randomFrom: &random),
            token: market.token(.yes),
            outcome: .yes,
            side: side,
            price: price,
            size: size,
            isOurs: false
        )
    }

    private mutating func make(
        _ market: FakeMarket,
        _ taker: VenueTrade.Part,
        _ makers: [VenueTrade.Part],
        at now: Int64
    ) -> VenueTrade {
        let isToFail = tradesToFail > 0
        if isToFail { tradesToFail -= 1 }
        return VenueTrade(
            id: random.uuid(),
            market: market,
            taker: taker,
            makers: makers,
            matchedAt: now,
            isToFail: isToFail,
            transaction: Word256(randomFrom: &random),
            updatedAt: now
        )
    }

    private mutating func book(trade: VenueTrade, at now: Int64) {
        unsettled.append(trades.count)
        trades.append(trade)
        for part in trade.ours {
            holdings.apply(part)
            orders[part.orderID]?.matched += part.size
            orders[part.orderID]?.trades.append(trade.id)
            guard let order = orders[part.orderID] else { continue }
            if order.rest <= .zero {
                orders[part.orderID]?.state = .matched
                openIDs.removeAll { $0 == order.id }
            }
            if let order = orders[part.orderID] { events.append(.updated(order)) }
        }
        events.append(.traded(trade))
    }
}

/// What time brings.
extension OrderDesk {
    /// - Parameter now: nanoseconds since 1970.
    mutating func advance(to now: Int64) {
        for index in unsettled {
            while let next = trades[index].next, now >= trades[index].matchedAt + next.after {
                proceed(index, next.status, at: now)
            }
        }
        unsettled.removeAll { trades[$0].next == nil }
        let seconds = now / 1_000_000_000
        // The venue ends such an order about a minute early.
        for order in openOrders
        where order.expiration > 0 && seconds >= order.expiration - 60 { cancel(order.id) }
        for market in Set(books.keys).subtracting(winners.keys) where seconds > market.end + 5 {
            // Who has not heard of it finds it in the market's record.
            resolve(market, winner: .yes, isTold: false)
        }
    }

    private mutating func proceed(_ index: Int, _ status: VenueTrade.Status, at now: Int64) {
        trades[index].status = status
        trades[index].updatedAt = now
        for part in trades[index].ours {
            if status == .mined { chain.apply(part) }
            if status == .failed { holdings.apply(part, reversed: true) }
        }
        // It came after the pay-out, which has to be put right.
        if let winner = winners[trades[index].market] {
            holdings.payOut(trades[index].market, winner: winner)
            chain.payOut(trades[index].market, winner: winner)
        }
        events.append(.traded(trades[index]))
    }

    /// The market is over: orders go, winners are paid.
    /// - Parameter isTold: whether the market socket says so.
    mutating func resolve(_ market: FakeMarket, winner: Outcome, isTold: Bool = true) {
        guard winners[market] == nil else { return }
        for order in openOrders where order.market == market {
            cancel(order.id, reason: "_MARKET_RESOLVED")
        }
        winners[market] = winner
        holdings.payOut(market, winner: winner)
        chain.payOut(market, winner: winner)
        books[market] = nil
        if isTold { events.append(.resolved(market, winner: winner)) }
    }
}
