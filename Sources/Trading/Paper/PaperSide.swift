/// Our orders on one side of one market's YES book, and the rules by which they are filled.
/// The contract is told at `PaperVenue`.
struct PaperSide: Sendable {
    /// An order of ours that rests.
    struct Resting: Sendable {
        let order: Order
        /// Raw `Quantity` still to be filled; positive.
        var remaining: Int64
        /// Raw displayed size that is to be filled before us; `nil` until a book has shown it.
        var queueAhead: Int64?
        /// The newest venue time seen when the order arrived, by the venue's clock.
        let restsSince: Timestamp
        /// What `queueAhead` has lost to a shrinking display and no print has accounted for yet.
        var unprinted: RecentShrink

        var price: Price { order.bookPrice }
    }

    /// `.buy` for bids.
    let side: Side
    /// How long after a shrinking display its print may come.
    let printDelayMax: Duration
    /// Best price first, then in order of arrival.
    private(set) var orders: [Resting] = []
    /// How much of the opposite levels that cross us has filled us already. At most what they
    /// display; empty while nothing crosses us.
    private var counted: [PriceLevel] = []

    init(side: Side, printDelayMax: Duration) {
        self.side = side
        self.printDelayMax = printDelayMax
        orders.reserveCapacity(16)
        counted.reserveCapacity(16)
    }

    /// Whether somebody who trades at `price` reaches an order of this side at `own`.
    func reaches(_ price: Price, _ own: Price) -> Bool {
        side == .buy ? price <= own : price >= own
    }

    /// Lets an order rest behind `queueAhead`, after everything that the venue has stamped before
    /// `venueTime`.
    mutating func insert(_ order: Order, queueAhead: Quantity?, since venueTime: Timestamp) {
        let resting = Resting(
            order: order,
            remaining: order.size.raw,
            queueAhead: queueAhead?.raw,
            restsSince: venueTime,
            unprinted: RecentShrink(lifetime: printDelayMax)
        )
        var index = orders.count
        while index > 0, !reaches(order.bookPrice, orders[index - 1].price) { index -= 1 }
        orders.insert(resting, at: index)
    }

    /// Takes an order out; `false` when it does not rest here.
    mutating func remove(_ id: OrderID) -> Bool {
        guard let index = orders.firstIndex(where: { $0.order.id == id }) else { return false }
        orders.remove(at: index)
        return true
    }

    /// Takes every order out and says so.
    mutating func cancelAll(
        _ reason: CancelReason,
        at now: Timestamp,
        into answers: inout PaperAnswers
    ) {
        for resting in orders { answers.append(.cancelled(resting.order.id, reason), at: now) }
        orders.removeAll(keepingCapacity: true)
        counted.removeAll(keepingCapacity: true)
    }

    // MARK: Prints

    /// A taker has traded against this side at `print.price`.
    mutating func trade(
        _ print: TradePrint,
        at now: Timestamp,
        into answers: inout PaperAnswers
    ) {
        // `nil` for a print without size.
        var left = print.size.map { max(0, $0.raw) }
        // Of the print, what went to others who rest at the price being looked at.
        var toOthers: Int64 = 0
        for index in orders.indices {
            guard reaches(print.price, orders[index].price) else { break }
            // A late report of what happened before this order came.
            if print.venueTime < orders[index].restsSince { continue }
            if orders[index].price == print.price {
                guard let volume = left else { break }
                let used = orders[index].advanceQueue(by: volume, afterOthers: toOthers, at: now)
                toOthers += used
                left = volume - used
            } else {
                orders[index].queueAhead = 0
            }
            let size = min(left ?? .max, orders[index].remaining)
            left = left.map { $0 - size }
            fill(index, size: size, at: now, into: &answers)
        }
        removeFilled()
    }

    // MARK: The book

    /// The displayed book has changed, and is known.
    mutating func bookChanged(
        to book: borrowing OrderBook,
        at now: Timestamp,
        into answers: inout PaperAnswers
    ) {
        guard !orders.isEmpty else { return }
        for index in orders.indices {
            let displayed = book.size(at: orders[index].price, on: side).raw
            orders[index].capQueue(at: displayed, now: now)
        }
        cross(book, at: now, into: &answers)
    }

    /// Fills what the opposite side of the book has reached.
    private mutating func cross(
        _ book: borrowing OrderBook,
        at now: Timestamp,
        into answers: inout PaperAnswers
    ) {
        guard let best = side == .buy ? book.bestAsk : book.bestBid,
            reaches(best.price, orders[0].price)
        else {
            counted.removeAll(keepingCapacity: true)
            return
        }
        for index in counted.indices {
            let displayed = book.size(at: counted[index].price, on: side.opposite)
            counted[index].size = min(counted[index].size, displayed)
        }
        for index in orders.indices {
            let own = orders[index].price
            guard reaches(best.price, own) else { break }
            guard let queue = orders[index].queueAhead else { continue }
            let wanted = queue + orders[index].remaining
            let size = fresh(in: book, from: best, reaching: own, upTo: wanted) - queue
            guard size > 0 else { continue }
            count(size, in: book, from: best)
            fill(index, size: size, at: now, into: &answers)
        }
        removeFilled()
    }

    /// The displayed size, at most `limit`, that reaches `own` and has not filled us yet.
    private func fresh(
        in book: borrowing OrderBook,
        from best: PriceLevel,
        reaching own: Price,
        upTo limit: Int64
    ) -> Int64 {
        var sum: Int64 = 0
        var level: PriceLevel? = best
        while let found = level, sum < limit, reaches(found.price, own) {
            sum += found.size.raw - alreadyCounted(at: found.price)
            level = book.nextBest(after: found.price, on: side.opposite)
        }
        return min(sum, limit)
    }

    /// Marks `size` as counted, best level first.
    private mutating func count(_ size: Int64, in book: borrowing OrderBook, from best: PriceLevel)
    {
        var left = size
        var level: PriceLevel? = best
        while let found = level, left > 0 {
            let take = min(left, found.size.raw - alreadyCounted(at: found.price))
            left -= take
            if let index = counted.firstIndex(where: { $0.price == found.price }) {
                counted[index].size.raw += take
            } else {
                counted.append(PriceLevel(price: found.price, size: Quantity(raw: take)))
            }
            level = book.nextBest(after: found.price, on: side.opposite)
        }
    }

    private func alreadyCounted(at price: Price) -> Int64 {
        for level in counted where level.price == price { return level.size.raw }
        return 0
    }

    // MARK: Helpers

    private mutating func fill(
        _ index: Int,
        size: Int64,
        at now: Timestamp,
        into answers: inout PaperAnswers
    ) {
        guard size > 0 else { return }
        orders[index].remaining -= size
        let isComplete = orders[index].remaining == 0
        answers.appendFill(orders[index].order, size: size, isComplete: isComplete, at: now)
    }

    private mutating func removeFilled() {
        orders.removeAll { $0.remaining == 0 }
    }
}

extension PaperSide.Resting {
    /// A print of `volume` at our price, after it has already served `others` ahead of orders of
    /// ours that came before: returns what of it others ahead of this order take.
    fileprivate mutating func advanceQueue(
        by volume: Int64,
        afterOthers others: Int64,
        at now: Timestamp
    ) -> Int64 {
        // Where no book has shown the queue, the whole print may have gone to it.
        guard let queue = queueAhead else { return volume }
        let shrunk = unprinted.total(at: now)
        let used = min(volume, max(0, shrunk + queue - others))
        let served = others + used
        unprinted.settle(served)
        queueAhead = max(0, queue - max(0, served - shrunk))
        return used
    }

    /// The display shows `displayed` at our price: nobody ahead of us can be more than that.
    fileprivate mutating func capQueue(at displayed: Int64, now: Timestamp) {
        if let queue = queueAhead {
            guard displayed < queue else { return }
            unprinted.add(queue - displayed, at: now)
        }
        queueAhead = displayed
    }
}
