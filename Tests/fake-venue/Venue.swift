internal import Reactor
internal import Wire

/// The market: one coin's price, walking near one level, and books that stand round one half.
final class Venue {
    enum Feed: String, CaseIterable {
        case binance, prices, market

        init?(target: String) {
            if target.hasPrefix("/stream?streams=") {
                self = .binance
            } else if target == "/ws/market" {
                self = .market
            } else if target == "/" {
                self = .prices
            } else {
                return nil
            }
        }
    }

    private static let turnMilliseconds = 100

    private let loop: EventLoop
    private var timer: LoopTimer?
    private var peers: [VenuePeer] = []
    private var stalled: Set<Feed> = []
    /// The market socket tells best prices that are not those of its book.
    private var isLying = false
    private var resolved: Set<String> = []
    private var journal: [String] = []
    private var turns = 0
    private var price = 83_000.0
    private var lastSecond = WallClock.now() / 1_000_000_000

    init(on loop: EventLoop) { self.loop = loop }

    func start() {
        let timer = LoopTimer(on: loop) { [unowned self] in self.turn() }
        timer.start(
            afterMilliseconds: Self.turnMilliseconds,
            repeatingMilliseconds: Self.turnMilliseconds
        )
        self.timer = timer
    }

    // MARK: - Clients

    func came(_ peer: VenuePeer) {
        peers.append(peer)
        journal.append("connected \(peer.feed?.rawValue ?? "")")
    }

    func left(_ peer: VenuePeer) {
        peers.removeAll { $0 === peer }
        if let feed = peer.feed { journal.append("left \(feed.rawValue)") }
    }

    /// What a client says on a socket.
    func heard(_ text: String, from peer: VenuePeer) {
        if text == "PING" {
            // The price socket does not answer.
            if peer.feed == .market { peer.send("PONG") }
            return
        }
        switch peer.feed {
        case .market:
            let isLeaving = text.contains("\"unsubscribe\"")
            for token in FakeMarket.tokens(in: text) {
                peer.tokens.removeAll { $0 == token }
                if !isLeaving { peer.tokens.append(token) }
                journal.append("\(isLeaving ? "unsubscribed" : "subscribed") \(token)")
            }
            if !isLeaving, !stalled.contains(.market) { sendBooks(to: peer) }
        case .prices:
            peer.isSubscribed = true
            peer.send(VenueText.backlog(price: price, milliseconds: milliseconds))
        case .binance, nil: break
        }
    }

    private func sendBooks(to peer: VenuePeer) {
        let books = peer.tokens.map { VenueText.book($0, milliseconds: milliseconds) }
        peer.send("[" + books.joined(separator: ",") + "]")
    }

    // MARK: - Requests

    func answer(_ target: String) -> (HTTPStatus, String) {
        let parts = target.split(separator: "/").map(String.init)
        if parts.count == 3, parts[0] == "markets", parts[1] == "slug" {
            journal.append("asked \(parts[2])")
            guard let market = FakeMarket(slug: parts[2]) else { return (.notFound, "{}") }
            let isOver = resolved.contains(market.slug) || market.end < lastSecond - 5
            return (.ok, market.record(isClosed: isOver))
        }
        guard parts.first == "control" else { return (.notFound, "{}") }
        if parts == ["control", "log"] {
            return (.ok, journal.joined(separator: "\n") + "\n")
        }
        guard parts.count == 3 else { return (.notFound, "{}") }
        return control(parts[1], parts[2]) ? (.ok, "done\n") : (.notFound, "{}")
    }

    private func control(_ verb: String, _ name: String) -> Bool {
        if verb == "resolve", let market = FakeMarket(slug: name) {
            resolved.insert(market.slug)
            for peer in peers where peer.tokens.contains(market.up) {
                peer.send(VenueText.resolution(market, milliseconds: milliseconds))
            }
            return true
        }
        guard let feed = Feed(rawValue: name) else { return false }
        switch verb {
        case "stall": stalled.insert(feed)
        case "go":
            stalled.remove(feed)
            isLying = false
        case "lie": isLying = true
        case "announce":
            for peer in peers where peer.feed == .binance {
                peer.send(VenueText.shutdown(milliseconds: milliseconds))
            }
        case "drop": for peer in peers where peer.feed == feed { peer.cut() }
        default: return false
        }
        return true
    }

    // MARK: - Time

    private var milliseconds: Int64 { WallClock.now() / 1_000_000 }

    private func turn() {
        turns += 1
        // Within a few dollars of where it began, so that both outcomes stay possible.
        price += Double.random(in: -0.5...0.5) + (83_000 - price) * 0.02
        for peer in peers {
            guard let feed = peer.feed, !stalled.contains(feed) else { continue }
            switch feed {
            case .binance:
                peer.send(VenueText.bookTicker(update: turns, price: price))
                if turns.isMultiple(of: 3) {
                    peer.send(
                        VenueText.trade(id: turns / 3, price: price, milliseconds: milliseconds)
                    )
                }
            case .market:
                for token in peer.tokens where token.hasSuffix("1") {
                    peer.send(
                        VenueText.change(
                            token,
                            turn: turns,
                            isLie: isLying,
                            milliseconds: milliseconds
                        )
                    )
                    guard turns.isMultiple(of: 10) else { continue }
                    peer.send(VenueText.trade(token, turn: turns, milliseconds: milliseconds))
                }
            case .prices: break
            }
        }
        secondPassed()
    }

    /// Chainlink's prices come once a second, for the second before.
    private func secondPassed() {
        let second = WallClock.now() / 1_000_000_000
        guard second > lastSecond else { return }
        lastSecond = second
        // Binance pings, and wants to hear of it (every 20 s).
        if second.isMultiple(of: 20) {
            for peer in peers where peer.feed == .binance { peer.ping() }
        }
        guard !stalled.contains(.prices) else { return }
        for peer in peers where peer.feed == .prices && peer.isSubscribed {
            for isMean in [false, true] {
                peer.send(
                    VenueText.price(
                        isMean: isMean,
                        price: isMean ? 83_000 : price,
                        second: second,
                        milliseconds: milliseconds
                    )
                )
            }
        }
    }
}
