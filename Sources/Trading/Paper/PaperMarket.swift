/// One market as the paper venue sees it: its record, its displayed book and our orders in it.
struct PaperMarket: Sendable {
    private(set) var definition: MarketDefinition
    /// What others display. Ours are not in it.
    private(set) var book: OrderBook
    /// Whether `book` is what the venue shows, or void until the next snapshot.
    private var isBookKnown = false
    /// Ended or resolved: it takes no orders and holds none.
    private(set) var isClosed = false
    /// The newest stamp of the venue on a book message.
    private var venueTime = Timestamp(nanoseconds: .min)
    private var bids: PaperSide
    private var asks: PaperSide

    init(_ definition: MarketDefinition, printDelayMax: Duration) {
        self.definition = definition
        bids = PaperSide(side: .buy, printDelayMax: printDelayMax)
        asks = PaperSide(side: .sell, printDelayMax: printDelayMax)
        book = OrderBook(tickSize: definition.tickSize)
    }

    /// Orders of ours that rest here.
    var orderCount: Int { bids.orders.count + asks.orders.count }

    /// Whether `id` rests here.
    func holds(_ id: OrderID) -> Bool {
        bids.orders.contains { $0.order.id == id } || asks.orders.contains { $0.order.id == id }
    }

    // MARK: Our messages

    /// An order of ours arrives: it rests, or the answer says why not.
    mutating func receive(_ order: Order, at now: Timestamp, into answers: inout PaperAnswers) {
        if let rejection = rejection(of: order) {
            answers.append(.rejected(order.id, rejection), at: now)
            return
        }
        if order.kind == .exit {
            take(order, at: now, into: &answers)
            return
        }
        let displayed = book.size(at: order.bookPrice, on: order.bookSide)
        let queueAhead = isBookKnown ? displayed : nil
        switch order.bookSide {
        case .buy: bids.insert(order, queueAhead: queueAhead, since: venueTime)
        case .sell: asks.insert(order, queueAhead: queueAhead, since: venueTime)
        }
        answers.append(.accepted(order.id), at: now)
    }

    private func rejection(of order: Order) -> OrderRejection? {
        if isClosed { return .marketClosed }
        let price = order.bookPrice
        guard book.tickSize.holds(price), price > .zero, price < .one else { return .offTick }
        guard order.size > .zero, order.size >= definition.orderSizeMin else {
            return .sizeTooSmall
        }
        guard order.kind == .quote else { return nil }
        // Ours rest in the same book at a real venue, so a price of ours crosses too.
        switch order.bookSide {
        case .buy:
            if let ask = book.bestAsk, ask.price <= price { return .wouldCross }
            if let own = asks.orders.first, own.price <= price { return .wouldCross }
        case .sell:
            if let bid = book.bestBid, bid.price >= price { return .wouldCross }
            if let own = bids.orders.first, own.price >= price { return .wouldCross }
        }
        return nil
    }

    /// Fills an exit with what is displayed at its price or better, best first, each level at its
    /// own price and with the venue's fee; what is left is cancelled.
    private func take(_ order: Order, at now: Timestamp, into answers: inout PaperAnswers) {
        answers.append(.accepted(order.id), at: now)
        var left = order.size.raw
        var level = order.bookSide == .buy ? book.bestAsk : book.bestBid
        while let found = level, isBookKnown, left > 0,
            order.bookSide == .buy
                ? found.price <= order.bookPrice : found.price >= order.bookPrice
        {
            let size = min(left, found.size.raw)
            left -= size
            let price = order.outcome == .yes ? found.price : found.price.complement
            let fee = TakerFee(rate: definition.takerFeeRate)?
                .amount(Quantity(raw: size), at: price)
            answers.appendFill(
                order,
                size: size,
                price: price,
                fee: fee ?? .zero,
                left == 0,
                at: now
            )
            level = book.nextBest(after: found.price, on: order.bookSide.opposite)
        }
        if left > 0 { answers.append(.cancelled(order.id, .byVenue), at: now) }
    }

    /// `false` when `id` does not rest here.
    mutating func cancel(_ id: OrderID, at now: Timestamp, into answers: inout PaperAnswers) -> Bool
    {
        guard bids.remove(id) || asks.remove(id) else { return false }
        answers.append(.cancelled(id, .requested), at: now)
        return true
    }

    /// Bids first, best first.
    mutating func cancelAll(
        _ reason: CancelReason,
        at now: Timestamp,
        into answers: inout PaperAnswers
    ) {
        bids.cancelAll(reason, at: now, into: &answers)
        asks.cancelAll(reason, at: now, into: &answers)
    }

    // MARK: The market

    /// Takes the place of a closed market, or renews the record of this one.
    mutating func list(_ definition: MarketDefinition) {
        if definition.id != self.definition.id {
            book.reset(tickSize: definition.tickSize)
            isBookKnown = false
            isClosed = false
            venueTime = Timestamp(nanoseconds: .min)
        }
        self.definition = definition
    }

    /// The window has ended or the outcome is known.
    mutating func close(at now: Timestamp, into answers: inout PaperAnswers) {
        isClosed = true
        cancelAll(.marketClosed, at: now, into: &answers)
    }

    mutating func changeTickSize(
        to tickSize: TickSize,
        at now: Timestamp,
        into answers: inout PaperAnswers
    ) {
        cancelAll(.tickSizeChanged, at: now, into: &answers)
        book.reset(tickSize: tickSize)
        isBookKnown = false
    }

    mutating func replaceBook(
        with snapshot: BookSnapshot,
        at now: Timestamp,
        into answers: inout PaperAnswers
    ) {
        book.replace(with: snapshot)
        venueTime = max(venueTime, snapshot.venueTime)
        isBookKnown = true
        match(at: now, into: &answers)
    }

    mutating func change(
        _ change: LevelChange,
        at now: Timestamp,
        into answers: inout PaperAnswers
    ) {
        book.apply(change)
        venueTime = max(venueTime, change.venueTime)
        guard isBookKnown else { return }
        match(at: now, into: &answers)
    }

    mutating func trade(_ print: TradePrint, at now: Timestamp, into answers: inout PaperAnswers) {
        switch print.takerSide {
        case .sell: bids.trade(print, at: now, into: &answers)
        case .buy: asks.trade(print, at: now, into: &answers)
        }
    }

    private mutating func match(
        at now: Timestamp,
        into answers: inout PaperAnswers
    ) {
        bids.bookChanged(to: book, at: now, into: &answers)
        asks.bookChanged(to: book, at: now, into: &answers)
    }
}
