internal import Reactor
internal import Trading

/// What happens by itself, ten times a second.
extension Venue {
    func turn() {
        turns += 1
        let hostNow = WallClock.now()
        reference.step(second: hostNow / 1_000_000_000)
        for peer in listeners(.binance) {
            peer.send(BinanceText.bookTicker(update: turns, price: reference.price))
            guard turns.isMultiple(of: 3) else { continue }
            let id = turns / 3
            peer.send(
                BinanceText.trade(
                    id: id,
                    price: reference.price,
                    milliseconds: hostNow / 1_000_000
                )
            )
        }
        for market in followed { stir(market) }
        desk.advance(to: now)
        if !faults.isRestarting(at: now), deadMan.expires(at: now) {
            note("heartbeat expired")
            counts.heartbeatExpiries += 1
            let keys = Set(account.keys.map(\.key))
            for order in desk.openOrders where keys.contains(order.owner) { desk.cancel(order.id) }
        }
        flush()
        secondPassed(hostNow / 1_000_000_000)
    }

    /// A size that comes and goes, and every second somebody who takes a little.
    private func stir(_ market: FakeMarket) {
        let price = Price(raw: 4_200)
        desk.setHouse(
            market,
            .buy,
            price,
            Quantity(shares: turns.isMultiple(of: 2) ? 3_000 : 2_900)
        )
        tellMarket(market, change(market, .buy, price))
        guard turns.isMultiple(of: 10) else { return }
        let isBuy = turns.isMultiple(of: 20)
        take(market, isBuy ? .buy : .sell, Quantity(shares: 120), ticks: 0)
        guard options.takerSeconds > 0,
            Double.random(in: 0..<options.takerSeconds, using: &random) < 1
        else { return }
        let side: Side = Bool.random(using: &random) ? .buy : .sell
        let shares = Int64.random(in: 500...4_000, using: &random)
        take(market, side, Quantity(shares: shares), ticks: 2)
    }

    /// A stranger takes, down to `ticks` behind the best price.
    private func take(_ market: FakeMarket, _ side: Side, _ size: Quantity, ticks: Int64) {
        let book = desk.book(market)
        guard let best = book.best(side.opposite) else { return }
        let away = ticks * book.tickSize.raw
        let limit = min(max(best.raw + (side == .buy ? away : -away), 1), 9_999)
        desk.take(market, side, size, limit: Price(raw: limit), at: now)
    }

    func change(_ market: FakeMarket, _ side: Side, _ price: Price) -> JSONValue {
        MarketText.change(
            market,
            side,
            price,
            desk.book(market),
            isLie: isLying,
            milliseconds: milliseconds
        )
    }

    /// Tells what has happened at the desk.
    func flush() {
        var traded: [FakeMarket] = []
        for event in desk.takeEvents() {
            switch event {
            case .placed(let order): tellUser(order.market, order.event("PLACEMENT", at: now))
            case .updated(let order): tellUser(order.market, order.event("UPDATE", at: now))
            case .cancelled(let order):
                tellUser(order.market, order.event("CANCELLATION", at: now))
            case .traded(let trade):
                tellUser(trade.market, trade.event(at: now))
                guard trade.status == .matched else { continue }
                counts.fills += trade.ours.count
                traded.append(trade.market)
            case .printed(let market, let side, let price, let size):
                tellMarket(
                    market,
                    MarketText.trade(market, side, price, size, milliseconds: milliseconds)
                )
            case .levelChanged(let market, let side, let price):
                tellMarket(market, change(market, side, price))
                if !isLying { tellBest(market) }
            case .resolved(let market, let winner):
                tellMarket(
                    market,
                    MarketText.resolution(market, winner: winner, milliseconds: milliseconds),
                    isMore: true
                )
            }
        }
        counts.openMax = max(counts.openMax, desk.openOrders.count)
        // The venue sends the whole book after a trade.
        for market in Set(traded) where desk.hasBook(market, at: seconds) {
            for outcome in [Outcome.yes, .no] {
                tellMarket(
                    market,
                    MarketText.frame(
                        market,
                        outcome,
                        desk.book(market),
                        milliseconds: milliseconds
                    )
                )
            }
        }
    }

    /// Chainlink's prices come once a second, for the second before.
    private func secondPassed(_ second: Int64) {
        guard second > lastSecond else { return }
        lastSecond = second
        closeSettled()
        if let held = userQueue.release() {
            for peer in listeners(.user) where peer.isSubscribed { peer.send(held) }
        }
        // Binance pings, and wants to hear of it (every 20 s).
        if second.isMultiple(of: 20) {
            for peer in peers where peer.feed == .binance && !muted.contains(.binance) {
                peer.ping()
            }
        }
        for peer in listeners(.prices) where peer.isSubscribed {
            for isMean in [false, true] {
                peer.send(
                    PriceText.price(
                        isMean: isMean,
                        price: isMean ? ReferencePrice.level : reference.price,
                        second: second,
                        milliseconds: milliseconds
                    )
                )
            }
        }
    }
}
