internal import Crypto
internal import Reactor
internal import Trading

/// What tests and people ask for at `/control/…`; the table is in `Faults`.
extension Venue {
    private static let done = Answer(plain: "done\n")
    private static let unknown = Answer(status: 404, plain: "no such control\n")

    func control(_ request: VenueRequest) -> Answer {
        let words = request.words
        guard words.count == 2 || words.count == 3 else { return Self.unknown }
        let isDone =
            words.count == 3
            ? aim(words[1], words[2], request) : strike(words[1], request)
        if let answer = told(words[1], isLast: words.count == 2) { return answer }
        guard isDone else { return Self.unknown }
        note("control \(words.dropFirst().joined(separator: "/"))")
        flush()
        return Self.done
    }

    private func told(_ word: String, isLast: Bool) -> Answer? {
        guard isLast else { return nil }
        func lines(_ lines: [String]) -> Answer {
            Answer(plain: lines.map { $0 + "\n" }.joined())
        }
        switch word {
        case "log": return lines(log)
        case "orders":
            return lines(desk.orderIDs.compactMap { desk.orders[$0]?.line(at: now) })
        case "trades": return lines(desk.trades.map(\.line))
        case "summary": return Answer(json: counts.json(self))
        default: return nil
        }
    }

    // MARK: - With a name

    private func aim(_ verb: String, _ name: String, _ request: VenueRequest) -> Bool {
        switch verb {
        case "resolve":
            guard let market = FakeMarket(slug: name, now: seconds) else { return false }
            let winner: Outcome = request.query["winner"]?.lowercased() == "down" ? .no : .yes
            desk.resolve(market, winner: winner)
            return true
        case "mode":
            guard let mode = Faults.Mode(rawValue: name) else { return false }
            let length = Int64(request.number("seconds") ?? 120)
            faults.enter(mode, until: now + length * 1_000_000_000)
            return true
        default: return Feed(rawValue: name).map { aim(verb, at: $0) } ?? false
        }
    }

    private func aim(_ verb: String, at feed: Feed) -> Bool {
        switch verb {
        case "stall": stalled.insert(feed)
        case "mute": muted.insert(feed)
        case "go":
            stalled.remove(feed)
            muted.remove(feed)
            isLying = false
        case "lie": isLying = true
        case "drop": drop(feed)
        case "announce":
            for peer in peers where peer.feed == .binance {
                peer.send(BinanceText.shutdown(milliseconds: WallClock.now() / 1_000_000))
            }
        default: return false
        }
        return true
    }

    // MARK: - With arguments

    private func strike(_ verb: String, _ request: VenueRequest) -> Bool {
        let count = request.number("n") ?? 1
        let strike = Faults.Strike(path: request.query["path"] ?? "", left: count)
        let isOn = request.query["on"] != "0"
        switch verb {
        case "lose-answers":
            faults.lostAnswers = strike
            if strike.path.isEmpty { faults.lostAnswers.path = "/order" }
        case "half-open": faults.halfOpen = strike
        case "late-ack":
            faults.lateAnswers = strike
            if strike.path.isEmpty { faults.lateAnswers.path = "/order" }
            faults.lateMilliseconds = max(request.number("ms") ?? 1_000, 0)
        case "status":
            guard let code = request.number("code"), (400...599).contains(code) else {
                return false
            }
            faults.status = Faults.Status(code: code, retryAfter: request.number("retry-after"))
            faults.statusStrike = strike
        case "cancel-all-lies": faults.cancelLies = count
        case "duplicate": userQueue.duplicates = count
        case "reorder": userQueue.reorders = count
        case "fail-trade": desk.tradesToFail = count
        case "closed-only": account.isClosedOnly = isOn
        case "geoblock": faults.isGeoblocked = isOn
        case "clock": faults.clockSeconds = Int64(request.number("seconds") ?? 0)
        case "restart": restart(request)
        case "funds": return setFunds(request)
        case "tick-size": return changeTick(request)
        case "take": return take(request)
        case "foreign-order": return placeForeign(request)
        default: return false
        }
        return true
    }

    /// The engine is away for a while; orders stay.
    private func restart(_ request: VenueRequest) {
        let until = now + Int64(request.number("seconds") ?? 90) * 1_000_000_000
        let more = Int64(request.number("post-only") ?? 120) * 1_000_000_000
        faults.restart(until: until, postOnlyUntil: until + more)
        deadMan.excuse(at: until)
        for feed in [Feed.market, .user] { drop(feed) }
    }

    private func setFunds(_ request: VenueRequest) -> Bool {
        if let cash = request.query["cash"] {
            let dollars = cash == "0" ? Quantity.zero : Quantity(cash)
            guard let dollars else { return false }
            desk.holdings.cash = Money(raw: dollars.raw)
            desk.chain.cash = Money(raw: dollars.raw)
        }
        if let text = request.query["allowance"] {
            let dollars = text == "0" ? Quantity.zero : Quantity(text)
            guard let dollars else { return false }
            desk.allowance = Money(raw: dollars.raw)
        }
        return true
    }

    /// The market that is named, or that of the newest open order.
    private func market(_ request: VenueRequest) -> FakeMarket? {
        guard let slug = request.query["slug"] else { return desk.openOrders.last?.market }
        return FakeMarket(slug: slug, now: seconds)
    }

    private func changeTick(_ request: VenueRequest) -> Bool {
        guard let market = market(request), let tick = Price(request.query["tick"]),
            let new = TickSize(rawValue: tick.raw)
        else { return false }
        let old = desk.book(market).tickSize
        desk.moveToGrid(market, new)
        for token in market.tokens {
            tellMarket(
                market,
                MarketText.tickSize(
                    token,
                    of: market,
                    from: old,
                    to: new,
                    milliseconds: milliseconds
                )
            )
        }
        return true
    }

    private func take(_ request: VenueRequest) -> Bool {
        let size = Quantity(request.query["size"]) ?? Quantity(shares: 10)
        if let id = request.query["order"] {
            return Word256(id).map { desk.take(order: $0, size, at: now) } ?? false
        }
        guard let market = market(request), let side = Side(request.query["side"]) else {
            return false
        }
        let worst = Price(raw: side == .buy ? 9_999 : 1)
        let limit = Price(request.query["price"]) ?? desk.book(market).best(side.opposite) ?? worst
        desk.take(market, side, size, limit: limit, at: now)
        return true
    }

    /// An order in our wallet that another of its API keys has placed.
    private func placeForeign(_ request: VenueRequest) -> Bool {
        guard let market = market(request), let wallet = account.wallet else { return false }
        let order = VenueOrder(
            id: Word256(randomFrom: &random),
            market: market,
            outcome: request.query["outcome"]?.lowercased() == "down" ? .no : .yes,
            side: Side(request.query["side"]) ?? .buy,
            price: Price(request.query["price"]) ?? Price(raw: 4_000),
            size: Quantity(request.query["size"]) ?? Quantity(shares: 5),
            kind: .goodTillCancelled,
            owner: random.uuid(),
            maker: wallet,
            expiration: 0,
            createdAt: now
        )
        _ = desk.accept(order, at: now)
        return true
    }
}
