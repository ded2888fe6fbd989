internal import Trading

extension RandomSession {
    /// Everything in the log that the contract forbids.
    func problems() -> [String] {
        endings() + volumes() + sweeps()
    }

    /// Each order: accepted at most once, filled while open, ended exactly once, sizes add up.
    private func endings() -> [String] {
        var problems: [String] = []
        var accepted: Set<OrderID> = []
        var ended: Set<OrderID> = []
        var filled: [OrderID: Int64] = [:]
        var last = Timestamp(nanoseconds: 0)
        var lastTrade: UInt64 = 0
        for entry in log {
            if entry.time < last { problems.append("time runs back at \(entry)") }
            last = entry.time
            switch entry.event {
            case .orderAccepted(let id):
                if ended.contains(id) || !accepted.insert(id).inserted {
                    problems.append("accepted out of turn: \(id)")
                }
            case .orderRejected(let id, _):
                if accepted.contains(id) || !ended.insert(id).inserted {
                    problems.append("rejected out of turn: \(id)")
                }
            case .orderCancelled(let id, _):
                if !ended.insert(id).inserted { problems.append("cancelled twice: \(id)") }
            case .orderFilled(let fill):
                problems += misfits(of: fill, at: entry.time)
                if fill.tradeID <= lastTrade { problems.append("trade \(fill.tradeID) again") }
                lastTrade = fill.tradeID
                if !accepted.contains(fill.orderID) || ended.contains(fill.orderID) {
                    problems.append("filled while not open: \(fill)")
                }
                filled[fill.orderID, default: 0] += fill.size.raw
                let size = orders[fill.orderID]?.size.raw ?? 0
                if fill.isComplete != (filled[fill.orderID] == size)
                    || (filled[fill.orderID] ?? 0) > size
                {
                    problems.append("sizes do not add up: \(fill)")
                }
                if fill.isComplete { ended.insert(fill.orderID) }
            case .cancelRejected(let id):
                if let order = orders[id], !ended.contains(order.id) {
                    problems.append("cancel rejected of an open order: \(id)")
                }
            default: problems.append("unexpected \(entry.event)")
            }
        }
        if ended.count != orders.count { problems.append("\(orders.count - ended.count) open") }
        if venue.openOrderCount + venue.inFlightCount > 0 {
            problems.append("the venue holds some")
        }
        return problems
    }

    /// A fill is its order's, at its price, inside the window.
    private func misfits(of fill: Fill, at time: Timestamp) -> [String] {
        guard let order = orders[fill.orderID] else { return ["a fill of nobody: \(fill)"] }
        var problems: [String] = []
        if fill.price != order.price || fill.side != order.side || fill.outcome != order.outcome {
            problems.append("not at our price: \(fill)")
        }
        if fill.fee != .zero || fill.size <= .zero { problems.append("fee or size: \(fill)") }
        if time - answerLatency >= windowEnd { problems.append("after the end: \(fill)") }
        return problems
    }

    /// Each instant's fills are at most the print's size, or what the opposite side has displayed
    /// beyond what it displayed before, all instants together.
    private func volumes() -> [String] {
        var fills: [Timestamp: [Fill]] = [:]
        for entry in log {
            guard case .orderFilled(let fill) = entry.event else { continue }
            fills[entry.time - answerLatency, default: []].append(fill)
        }
        var problems: [String] = []
        var book = NaiveBook(tickSize: .hundredth)
        // Displayed size ever added on each side, less what has filled us from the book.
        var budget: [Side: Int64] = [.buy: 0, .sell: 0]
        for time in causeOrder {
            let here = fills.removeValue(forKey: time) ?? []
            guard let cause = causes[time] else { continue }
            let before = book
            switch cause {
            case .bookReplaced(let snapshot): book.replace(with: snapshot)
            case .levelChanged(let change): book.apply(change)
            case .tickSizeChanged(_, let tickSize): book.reset(tickSize: tickSize)
            case .traded(let print):
                for fill in here {
                    guard let order = orders[fill.orderID] else { continue }
                    let reached =
                        order.bookSide == .buy
                        ? print.price <= order.bookPrice : print.price >= order.bookPrice
                    if order.bookSide == print.takerSide || !reached {
                        problems.append("\(print) does not reach \(order)")
                    }
                }
                let sum = here.reduce(0) { $0 + $1.size.raw }
                if let size = print.size, sum > size.raw {
                    problems.append("\(sum) filled by \(print)")
                }
                continue
            default: break
            }
            for side in Side.allCases {
                for level in book.levels(side) {
                    let old = before.size(at: level.price, on: side).raw
                    budget[side, default: 0] += max(0, level.size.raw - old)
                }
                let ours = here.filter { orders[$0.orderID]?.bookSide == side.opposite }
                let sum = ours.reduce(0) { $0 + $1.size.raw }
                budget[side, default: 0] -= sum
                let inReach = book.levels(side).filter { level in
                    ours.contains { fill in
                        guard let own = orders[fill.orderID]?.bookPrice else { return false }
                        return side == .sell ? level.price <= own : level.price >= own
                    }
                }
                if sum > inReach.reduce(0, { $0 + $1.size.raw }) || budget[side, default: 0] < 0 {
                    problems.append("\(sum) filled by the book at \(time)")
                }
            }
        }
        if !fills.isEmpty { problems.append("fills without a cause: \(fills)") }
        return problems
    }

    /// Nothing submitted before a cancel-all took effect (its latest: latency and jitter) lives on.
    private func sweeps() -> [String] {
        var problems: [String] = []
        let latest =
            Duration.milliseconds(Int64(seed % 5) * 3 + Int64(seed % 3) * 10) + answerLatency
        for sent in cancelAllTimes {
            for entry in log where entry.time > sent + latest {
                var id: OrderID?
                if case .orderAccepted(let found) = entry.event { id = found }
                if case .orderFilled(let fill) = entry.event { id = fill.orderID }
                if case .orderCancelled(let found, _) = entry.event { id = found }
                guard let id, let submitted = submitTimes[id], submitted <= sent else { continue }
                problems.append("\(id), sent before the cancel-all of \(sent), lives at \(entry)")
            }
        }
        return problems
    }
}
