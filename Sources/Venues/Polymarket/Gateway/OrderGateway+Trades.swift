internal import Crypto
internal import Trading

/// A read of one market's trades, page by page.
struct TradesRead {
    /// Pages of one read.
    static let pagesMax = 64
    /// Before the first order that asks; clocks differ.
    static let margin = Duration.seconds(60)

    let market: Word256
    let after: UInt64
    let startedAt: Timestamp
    var request: UInt64
    var pages = 0
}

/// Reading back trades when fills are missing.
extension OrderGateway {
    func readTrades(at now: Timestamp) {
        guard tradesRead == nil, pending.count < Self.requestsMax else { return }
        var market: Word256?
        var since = now
        for order in orders where (order.tradesAt.map { $0 <= now }) == true {
            if market == nil { market = order.conditionID }
            if order.conditionID == market { since = min(since, order.sentAt) }
        }
        since = since - TradesRead.margin
        if let wanted = tradesWanted.first {
            if market == nil { market = wanted.market }
            if market == wanted.market {
                since = min(since, wanted.after)
                tradesWanted.removeFirst()
            }
        }
        guard let market else { return }
        let after = UInt64(max(since.nanoseconds / 1_000_000_000, 0))
        let number = send(.trades(market: market, after: after, cursor: nil), at: now)
        tradesRead = TradesRead(market: market, after: after, startedAt: now, request: number)
    }

    func takeTrades(_ status: Int, _ body: Span<UInt8>, _ number: UInt64, at now: Timestamp) {
        guard var read = tradesRead, read.request == number else { return }
        guard status == 200, let page = try? ClobPage.decode(body),
            let trades = try? Self.trades(page, in: body)
        else { return tradesFailed(number, at: now) }
        for trade in trades { take(trade, at: now) }
        read.pages += 1
        if let cursor = page.nextCursor {
            guard read.pages < TradesRead.pagesMax else { return tradesFailed(number, at: now) }
            read.request = send(
                .trades(market: read.market, after: read.after, cursor: cursor),
                at: now
            )
            tradesRead = read
            return
        }
        tradesRead = nil
        endRead(of: read.market, startedAt: read.startedAt, isWhole: true, at: now)
    }

    func tradesFailed(_ number: UInt64, at now: Timestamp) {
        guard let read = tradesRead, read.request == number else { return }
        tradesRead = nil
        endRead(of: read.market, startedAt: read.startedAt, isWhole: false, at: now)
    }

    /// Of the orders of the market that asked: those whose fills are all told end, the others ask
    /// again, later each time.
    private func endRead(
        of market: Word256,
        startedAt: Timestamp,
        isWhole: Bool,
        at now: Timestamp
    ) {
        // From behind, because orders end on the way.
        for index in orders.indices.reversed() where orders[index].conditionID == market {
            guard let due = orders[index].tradesAt, due <= startedAt else { continue }
            orders[index].tradesAt = nil
            if isWhole { orders[index].mustReadTrades = false }
            if !orders[index].lacksFills && !orders[index].mustReadTrades {
                orders[index].tradesReads = 0
                finishIfTold(index, at: now)
                continue
            }
            orders[index].tradesReads += 1
            let reads = orders[index].tradesReads
            var wait = configuration.probeInterval
            for _ in 1..<max(min(reads, 16), 1) where wait < configuration.probeIntervalMax {
                wait = wait + wait
            }
            orders[index].tradesAt = now + min(wait, configuration.probeIntervalMax)
            if reads >= configuration.probesMax, !orders[index].isAlarmed {
                orders[index].isAlarmed = true
                alarm(.fillsMissing(ids[index]))
            }
        }
    }

    /// A trade that is read back lacks the word by which the socket's frames are told apart.
    private static func trades(
        _ page: ClobPage,
        in body: Span<UInt8>
    ) throws(UserError) -> [UserTrade] {
        var trades: [UserTrade] = []
        for element in page.elements {
            let inner = body.extracting((element.lowerBound + 1)..<element.upperBound)
            var bytes = Array(#"{"event_type":"trade","#.utf8)
            for index in inner.indices { bytes.append(inner[index]) }
            var frame = UserFrame(bytes.span)
            while let message = try frame.next() {
                if case .trade(let trade) = message { trades.append(trade) }
            }
        }
        return trades
    }
}
