internal import Crypto
internal import Reactor
internal import Trading
internal import Wire

/// What the venue is started with.
struct VenueOptions {
    var seed: UInt64
    var account: Account
    var cash: Money
    /// Mean seconds between strangers who take a lot; zero for none.
    var takerSeconds: Double
    var ordersPerSecond: Double
    /// Orders and trades of one page.
    var pageSize: Int
}

/// The venue on its loop: who is connected, and all that they share.
final class Venue {
    enum Feed: String, CaseIterable {
        case binance, prices, market, user

        init?(target: String) {
            if target.hasPrefix("/stream?streams=") {
                self = .binance
            } else if target == "/ws/market" {
                self = .market
            } else if target == "/ws/user" {
                self = .user
            } else if target == "/" {
                self = .prices
            } else {
                return nil
            }
        }
    }

    private static let turnMilliseconds = 100
    /// Lines of the log that are kept.
    private static let logLinesMax = 50_000

    let options: VenueOptions
    var account: Account
    var desk: OrderDesk
    var faults = Faults()
    var counts = VenueCounts()
    var deadMan = DeadMansSwitch()
    var buckets: SignerBuckets
    var userQueue = UserQueue()
    var random: VenueRandom
    var reference: ReferencePrice
    /// Says nothing.
    var stalled: Set<Feed> = []
    /// Does not even answer PING.
    var muted: Set<Feed> = []
    /// The market socket tells best prices that are not those of its book.
    var isLying = false
    /// The best bid and ask of Up that were told last.
    var bestTold: [FakeMarket: [Price?]] = [:]
    /// All that are connected; those without a feed speak HTTP.
    private(set) var peers: [VenuePeer] = []
    private(set) var log: [String] = []
    var turns = 0
    var lastSecond = WallClock.now() / 1_000_000_000
    private let loop: EventLoop
    private var timer: LoopTimer?

    init(on loop: EventLoop, _ options: VenueOptions) {
        self.loop = loop
        self.options = options
        account = options.account
        desk = OrderDesk(cash: options.cash, seed: options.seed)
        buckets = SignerBuckets(ordersPerSecond: options.ordersPerSecond)
        random = VenueRandom(seed: options.seed &+ 1)
        reference = ReferencePrice(seed: options.seed &+ 2, second: lastSecond)
    }

    func start() {
        let timer = LoopTimer(on: loop) { [unowned self] in self.turn() }
        timer.start(
            afterMilliseconds: Self.turnMilliseconds,
            repeatingMilliseconds: Self.turnMilliseconds
        )
        self.timer = timer
    }

    /// Nanoseconds since 1970 by the venue's clock, which a fault may have put wrong.
    var now: Int64 { WallClock.now() + faults.clockSeconds * 1_000_000_000 }
    var seconds: Int64 { now / 1_000_000_000 }
    var milliseconds: Int64 { now / 1_000_000 }

    func note(_ line: String) {
        if log.count >= Self.logLinesMax { log.removeFirst(Self.logLinesMax / 10) }
        log.append(line)
    }

    // MARK: - Clients

    func opened(_ peer: VenuePeer) { peers.append(peer) }

    func came(_ peer: VenuePeer) { note("connected \(peer.feed?.rawValue ?? "")") }

    func left(_ peer: VenuePeer) {
        peers.removeAll { $0 === peer }
        if let feed = peer.feed { note("left \(feed.rawValue)") }
    }

    /// What hears a feed now.
    func listeners(_ feed: Feed) -> [VenuePeer] {
        stalled.contains(feed) || muted.contains(feed) ? [] : peers.filter { $0.feed == feed }
    }

    func drop(_ feed: Feed) {
        for peer in peers where peer.feed == feed { peer.cut() }
    }
}
