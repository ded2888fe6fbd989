internal import Foundation
internal import Trading
internal import Wire

/// What clients say on their sockets.
extension Venue {
    private static let settledSecondsMax = 5

    func heard(_ text: String, from peer: VenuePeer) {
        guard let feed = peer.feed, !muted.contains(feed) else { return }
        if text == "PING" {
            // The price socket does not answer.
            if feed == .market || feed == .user { peer.send("PONG") }
            return
        }
        let message =
            (try? JSONSerialization.jsonObject(with: Data(text.utf8))) as? [String: Any] ?? [:]
        switch feed {
        case .market: heardMarket(message, from: peer)
        case .user: heardUser(message, from: peer)
        case .prices:
            peer.isSubscribed = true
            if !stalled.contains(.prices) {
                peer.send(PriceText.backlog(milliseconds: milliseconds))
            }
        case .binance: break
        }
    }

    private func heardMarket(_ message: [String: Any], from peer: VenuePeer) {
        let isLeaving = message["operation"] as? String == "unsubscribe"
        if message["custom_feature_enabled"] as? Bool == true { peer.wantsMore = true }
        for token in message["assets_ids"] as? [String] ?? [] {
            peer.tokens.removeAll { $0 == token }
            if !isLeaving { peer.tokens.append(token) }
            note("\(isLeaving ? "unsubscribed" : "subscribed") \(token)")
        }
        if !isLeaving, !stalled.contains(.market) { sendBooks(to: peer) }
    }

    /// The first message proves who listens, later ones add markets and drop them.
    private func heardUser(_ message: [String: Any], from peer: VenuePeer) {
        let markets = message["markets"] as? [String] ?? []
        if peer.isSubscribed {
            let isLeaving = message["operation"] as? String == "unsubscribe"
            if isLeaving {
                peer.conditions.subtract(markets)
            } else {
                peer.conditions.formUnion(markets)
            }
            return
        }
        let auth = message["auth"] as? [String: String] ?? [:]
        guard let known = account.credentials(auth["apiKey"] ?? ""),
            auth["secret"] == known.secret, auth["passphrase"] == known.passphrase
        else {
            counts.unauthorized["user socket", default: 0] += 1
            note("refused user")
            // The venue does not say why: clients report a reset without a closing handshake
            // (github Polymarket/rs-clob-client issue 218).
            return peer.cut()
        }
        peer.isSubscribed = true
        peer.conditions = Set(markets)
        note("subscribed user")
    }

    func sendBooks(to peer: VenuePeer) {
        let books = peer.tokens.compactMap { token -> JSONValue? in
            guard let (market, outcome) = FakeMarket.find(token: token),
                desk.hasBook(market, at: seconds)
            else { return nil }
            return MarketText.frame(market, outcome, desk.book(market), milliseconds: milliseconds)
        }
        peer.send(JSONValue.list(books).written)
    }

    /// The markets that somebody follows, or has orders on.
    var followed: [FakeMarket] {
        var markets = Set(desk.openOrders.map(\.market))
        for peer in peers {
            for token in peer.tokens {
                if let (market, _) = FakeMarket.find(token: token) { markets.insert(market) }
            }
        }
        return markets.filter { desk.hasBook($0, at: seconds) }.sorted { $0.start < $1.start }
    }

    /// - Parameter isMore: only for who has set `custom_feature_enabled`.
    func tellMarket(_ market: FakeMarket, _ message: JSONValue, isMore: Bool = false) {
        let text = message.written
        for peer in listeners(.market)
        where peer.tokens.contains(where: market.tokens.contains) && (!isMore || peer.wantsMore) {
            peer.send(text)
        }
    }

    /// The best prices, when they are others than were told last.
    func tellBest(_ market: FakeMarket) {
        let book = desk.book(market)
        let best = [book.best(.buy), book.best(.sell)]
        guard bestTold[market] != best else { return }
        bestTold[market] = best
        for outcome in [Outcome.yes, .no] {
            let message = MarketText.best(market, outcome, book, milliseconds: milliseconds)
            tellMarket(market, message, isMore: true)
        }
    }

    /// The venue ends a connection that has nothing more to tell.
    func closeSettled() {
        for peer in listeners(.market) where !peer.tokens.isEmpty {
            let isSettled = peer.tokens.allSatisfy { token in
                FakeMarket.find(token: token).map { desk.winner($0.market, at: seconds) != nil }
                    ?? false
            }
            peer.settledSeconds = isSettled ? peer.settledSeconds + 1 : 0
            guard peer.settledSeconds == Self.settledSecondsMax else { continue }
            peer.close(.normal, reason: "all subscribed assets resolved")
        }
    }

    func tellUser(_ market: FakeMarket, _ message: JSONValue) {
        for text in userQueue.pass(message.written) {
            for peer in listeners(.user) where peer.isSubscribed {
                if peer.conditions.isEmpty || peer.conditions.contains(market.condition) {
                    peer.send(text)
                }
            }
        }
    }
}

/// The way of user events to the sockets, on which some are repeated and some overtaken.
struct UserQueue {
    var duplicates = 0
    var reorders = 0
    /// Goes out behind the next one.
    private var held: String?

    mutating func pass(_ event: String) -> [String] {
        var events = [event]
        if duplicates > 0 {
            duplicates -= 1
            events.append(event)
        }
        if let held {
            self.held = nil
            return events + [held]
        }
        guard reorders > 0 else { return events }
        reorders -= 1
        held = events.removeLast()
        return events
    }

    /// Nothing overtook it in time.
    mutating func release() -> String? {
        defer { held = nil }
        return held
    }
}
