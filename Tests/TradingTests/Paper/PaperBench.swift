@testable internal import Trading

/// A paper venue with one market (0.01 grid, window 0 s ... 300 s, minimum 5 shares), and short
/// words for what tests tell it. Times are milliseconds, prices hundredths, sizes shares.
struct PaperBench {
    static let market = MarketID(index: 3)

    var venue: PaperVenue
    private var lastOrder: UInt64 = 0

    init(
        seed: UInt64 = 1,
        windowEnd: Timestamp = Timestamp(seconds: 300),
        _ adjust: (inout PaperVenue.Configuration) -> Void = { _ in }
    ) {
        // 10 ms there, 1 ms back, unless a test says otherwise.
        var configuration = PaperVenue.Configuration()
        configuration.submitLatency = .milliseconds(10)
        configuration.cancelLatency = .milliseconds(10)
        configuration.jitter = .zero
        configuration.answerLatency = .milliseconds(1)
        adjust(&configuration)
        venue = PaperVenue(configuration: configuration, seed: seed)
        list(Self.market, windowEnd: windowEnd, at: 0)
    }

    mutating func list(_ market: MarketID, windowEnd: Timestamp, at ms: Int64) {
        let definition = MarketDefinition(
            id: market,
            slug: InlineText(),
            conditionID: InlineText(),
            yesToken: InlineText(),
            noToken: InlineText(),
            windowStart: Timestamp(seconds: 0),
            windowEnd: windowEnd,
            tickSize: .hundredth,
            orderSizeMin: Quantity(shares: 5),
            takerFeeRate: 0.07,
            settlement: .spotSnapshot
        )
        observe(.marketListed(definition), at: ms)
    }

    /// (price in hundredths, shares) of each level.
    mutating func book(
        bids: [(Int64, Int64)],
        asks: [(Int64, Int64)],
        market: MarketID = market,
        tickSize: TickSize? = nil,
        stamp: Int64? = nil,
        at ms: Int64
    ) {
        let snapshot = BookSnapshot(
            market: market,
            bids: bids.map { Self.level($0.0, $0.1) },
            asks: asks.map { Self.level($0.0, $0.1) },
            tickSize: tickSize,
            venueTime: Timestamp(milliseconds: stamp ?? ms)
        )
        observe(.bookReplaced(snapshot), at: ms)
    }

    mutating func level(_ side: Side, _ price: Int64, _ shares: Int64, at ms: Int64) {
        let change = LevelChange(
            market: Self.market,
            side: side,
            level: Self.level(price, shares),
            venueTime: Timestamp(milliseconds: ms)
        )
        observe(.levelChanged(change), at: ms)
    }

    mutating func print(
        _ takerSide: Side,
        _ price: Int64,
        _ shares: Int64?,
        stamp: Int64? = nil,
        at ms: Int64
    ) {
        let print = TradePrint(
            market: Self.market,
            takerSide: takerSide,
            price: Price(raw: price * 100),
            size: shares.map { Quantity(shares: $0) },
            venueTime: Timestamp(milliseconds: stamp ?? ms)
        )
        observe(.traded(print), at: ms)
    }

    mutating func observe(_ event: EngineEvent, at ms: Int64) {
        venue.observe(event, at: Timestamp(milliseconds: ms))
    }

    /// Sends an order and returns its number.
    @discardableResult
    mutating func submit(
        _ side: Side,
        _ price: Int64,
        _ shares: Int64,
        of outcome: Outcome = .yes,
        market: MarketID = market,
        at ms: Int64
    ) -> UInt64 {
        lastOrder += 1
        let order = Order(
            id: OrderID(number: lastOrder),
            market: market,
            outcome: outcome,
            side: side,
            price: Price(raw: price * 100),
            size: Quantity(shares: shares)
        )
        venue.submitUnchecked(order, at: Timestamp(milliseconds: ms))
        return lastOrder
    }

    mutating func cancel(_ number: UInt64, at ms: Int64) {
        venue.cancel(OrderID(number: number), at: Timestamp(milliseconds: ms))
    }

    mutating func cancelAll(at ms: Int64) {
        venue.cancelAll(at: Timestamp(milliseconds: ms))
    }

    /// All answers by `ms`, as text: "11 accepted 1", "25 filled 1: 5 at 50, complete".
    mutating func answers(upTo ms: Int64) -> [String] {
        var answers: [String] = []
        while let (time, event) = venue.next(upTo: Timestamp(milliseconds: ms)) {
            answers.append("\(time.nanoseconds / 1_000_000) \(Self.text(event))")
        }
        return answers
    }

    static func text(_ event: EngineEvent) -> String {
        switch event {
        case .orderAccepted(let id): return "accepted \(id.number)"
        case .orderRejected(let id, let why): return "rejected \(id.number): \(why)"
        case .orderFilled(let fill):
            let end = fill.isComplete ? ", complete" : ""
            let shares = fill.size.raw / 1_000_000
            return "filled \(fill.orderID.number): \(shares) at \(fill.price.raw / 100)\(end)"
        case .orderCancelled(let id, let why): return "cancelled \(id.number): \(why)"
        case .cancelRejected(let id): return "cancel rejected \(id.number)"
        default: return "unexpected \(event)"
        }
    }

    private static func level(_ price: Int64, _ shares: Int64) -> PriceLevel {
        PriceLevel(price: Price(raw: price * 100), size: Quantity(shares: shares))
    }
}
