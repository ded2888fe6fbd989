internal import Reactor
internal import Server
internal import Synchronization
internal import Venues

/// What one feed counts. Written by the trading thread, read by `/metrics`.
final class FeedMeter: Sendable {
    /// A word, the label's value.
    let name: String
    private let messageCount = Atomic<Int64>(0)
    private let refusalCount = Atomic<Int64>(0)
    private let attemptCount = Atomic<Int64>(0)
    private let lossCount = Atomic<Int64>(0)
    private let untoldCount = Atomic<Int64>(0)
    /// By the monotonic clock; 0 before the first message.
    private let lastMessage = Atomic<Int64>(0)
    private let isLive = Atomic<Bool>(false)

    init(_ name: String) { self.name = name }

    var messages: Double { Double(messageCount.load(ordering: .relaxed)) }
    var refusals: Double { Double(refusalCount.load(ordering: .relaxed)) }
    var attempts: Double { Double(attemptCount.load(ordering: .relaxed)) }
    var losses: Double { Double(lossCount.load(ordering: .relaxed)) }
    var untold: Double { Double(untoldCount.load(ordering: .relaxed)) }
    var live: Double { isLive.load(ordering: .relaxed) ? 1 : 0 }

    /// Seconds since the last message; -1 before the first.
    var age: Double {
        let last = lastMessage.load(ordering: .relaxed)
        return last == 0 ? -1 : Double(MonotonicClock.now() - last) / 1_000_000_000
    }

    func noteMessage() {
        messageCount.wrappingAdd(1, ordering: .relaxed)
        lastMessage.store(MonotonicClock.now(), ordering: .relaxed)
    }

    /// A message that is not what the venue says it sends, or that contradicts another.
    func noteRefusal() { refusalCount.wrappingAdd(1, ordering: .relaxed) }

    /// So many messages that the venue has numbered never came.
    func noteLost(_ count: Int64) { untoldCount.wrappingAdd(count, ordering: .relaxed) }

    func note(_ statistics: FeedStatistics, isLive: Bool) {
        attemptCount.store(statistics.attempts, ordering: .relaxed)
        lossCount.store(statistics.losses, ordering: .relaxed)
        self.isLive.store(isLive, ordering: .relaxed)
    }
}

/// The meters of all feeds, and of the market list.
final class LiveMeters: Sendable {
    let binance = FeedMeter("binance")
    let prices = FeedMeter("polymarket_prices")
    let market = FeedMeter("polymarket_market")
    /// Silent while orders go to paper.
    let user = FeedMeter("polymarket_user")
    /// Answers of Binance's requests.
    let binanceREST = FeedMeter("binance_rest")
    /// Answers of the market list; a refusal is a record that is not traded.
    let records = FeedMeter("polymarket_records")

    func register(with server: APIServer) {
        let feeds = [binance, prices, market, user]
        func register(
            _ name: String,
            _ help: String,
            _ kind: APIMetric.Kind,
            of meters: [FeedMeter],
            _ read: @escaping (FeedMeter) -> Double
        ) {
            server.register(
                APIMetric(
                    name: "quesquant_feed_\(name)",
                    help: help,
                    kind: kind,
                    label: "feed",
                    read: { meters.map { ($0.name, read($0)) } }
                )
            )
        }
        let all = feeds + [records, binanceREST]
        register("messages_total", "Messages received.", .counter, of: all) { $0.messages }
        register("refusals_total", "Messages refused or doubted.", .counter, of: all) {
            $0.refusals
        }
        register("attempts_total", "Connections tried.", .counter, of: feeds) { $0.attempts }
        register("losses_total", "Connections lost or not had.", .counter, of: feeds) {
            $0.losses
        }
        register("untold_total", "Trades that were never told.", .counter, of: [binance]) {
            $0.untold
        }
        register("live", "Whether every channel delivers.", .gauge, of: feeds) { $0.live }
        register("age_seconds", "Since the last message; -1 before it.", .gauge, of: all) {
            $0.age
        }
    }
}
