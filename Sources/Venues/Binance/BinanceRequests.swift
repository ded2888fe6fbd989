public import Trading
internal import Wire

/// What is asked of Binance besides its streams, and when (binance 6). A value without I/O; `now`
/// never decreases.
///
/// * At the start, and when the stream has been silent for long: the last thousand seconds, so that
///   nothing waits for volatility to be measured anew.
/// * While the stream is down: the best prices, once a second.
/// * Every five minutes: the time, five times, of which the quickest answer counts.
/// * For a window that is settled by a candle: its open.
///
/// One request at a time, the most urgent first:
///
///     while let request = requests.next(at: now) { send request.target(symbol) }
///     let items = requests.answered(request, status, retryAfter, body, sentAt: sent, at: now)
public struct BinanceRequests: Sendable {
    /// How long the stream may be silent before the price is asked for.
    public static let silenceMax = Duration.seconds(2)
    /// Between two such requests: 120 of the 6,000 that a minute allows.
    public static let levelInterval = Duration.seconds(1)
    /// A silence of the stream after which the past is asked for again.
    public static let gapMin = Duration.seconds(10)
    /// After the stream has come back: bars close behind the trades.
    static let historyDelay = Duration.seconds(2)
    /// What failed is tried again after this.
    static let retryInterval = Duration.seconds(5)
    static let historyAttemptsMax = 5
    static let clockInterval = Duration.seconds(300)
    static let clockSampleInterval = Duration.milliseconds(200)
    static let clockSamplesWanted = 5
    static let candleInterval = Duration.seconds(2)

    /// A request.
    public enum Request: Equatable, Sendable {
        /// The bars of the last thousand seconds.
        case history
        case time
        /// The best prices.
        case level
        /// The one-hour candle that opens then.
        case candle(Timestamp)

        /// - Parameter symbol: upper case, `BTCUSDT`.
        public func target(_ symbol: String) -> String {
            switch self {
            case .history: "/api/v3/klines?symbol=\(symbol)&interval=1s&limit=1000"
            case .time: "/api/v3/time"
            case .level: "/api/v3/ticker/bookTicker?symbol=\(symbol)"
            case .candle(let start):
                "/api/v3/klines?symbol=\(symbol)&interval=1h"
                    + "&startTime=\(start.nanoseconds / 1_000_000)&limit=1"
            }
        }
    }

    /// What came of it.
    public enum Item: Equatable, Sendable {
        /// For the engine.
        case event(EngineEvent)
        /// The venue's clock is ahead of ours by so much, give or take half the round trip.
        case clock(offset: Duration, uncertainty: Duration)
        case candle(BinanceKline)
        /// This host refuses us for good.
        case blocked
        /// For the log.
        case tell(String)
    }

    private let symbol: InlineText
    private var inFlight: Request?
    private var historyDue: Timestamp?
    private var historyAttempts = 0
    private var clockDue: Timestamp?
    private var clock = ClockSamples()
    /// Since when the stream has been silent; `nil` while it speaks.
    private var silentSince: Timestamp?
    private var levelDue: Timestamp?
    private var isPolling = false
    private var candle: (start: Timestamp, due: Timestamp)?
    /// The venue has asked us to wait until then.
    private var notBefore: Timestamp?
    private var isStopped = false
    private var lastComplaint = ""

    /// - Parameter symbol: upper case, `BTCUSDT`.
    public init(symbol: InlineText) { self.symbol = symbol }

    // MARK: - What is wanted

    /// The session begins: the stream has said nothing yet.
    public mutating func start(at now: Timestamp) {
        historyDue = now
        clockDue = now
        streamChanged(isSpeaking: false, at: now)
    }

    /// Whether the stream delivers prices.
    public mutating func streamChanged(isSpeaking: Bool, at now: Timestamp) {
        guard isSpeaking else {
            if silentSince == nil {
                silentSince = now
                levelDue = now + Self.silenceMax
            }
            return
        }
        if let since = silentSince, historyDue == nil, now - since >= Self.gapMin {
            historyDue = now + Self.historyDelay
            historyAttempts = 0
        }
        silentSince = nil
        levelDue = nil
        isPolling = false
    }

    /// The open of this hour's candle is wanted, once it is known.
    public mutating func wantCandle(startingAt start: Timestamp, at now: Timestamp) {
        guard candle?.start != start else { return }
        candle = (start, max(start + .seconds(1), now))
    }

    /// It has been heard from the stream.
    public mutating func candleKnown(startingAt start: Timestamp) {
        if let candle, candle.start <= start { self.candle = nil }
    }

    /// Another host takes over: what the last one has refused is asked of it.
    public mutating func hostChanged() {
        inFlight = nil
        notBefore = nil
        lastComplaint = ""
    }

    /// No host is left.
    public mutating func stop() { isStopped = true }

    // MARK: - What is to be asked

    /// The next request; `nil` while one is under way, and when none is due. Every one given is to be
    /// answered by `answered` or `failed`.
    public mutating func next(at now: Timestamp) -> Request? {
        guard let (request, due) = mostUrgent, due <= now else { return nil }
        inFlight = request
        return request
    }

    /// When `next` will give one; `nil` while nothing is wanted, or one is under way.
    public var nextDue: Timestamp? { mostUrgent?.due }

    /// Of those that are due first the most urgent, which stand here from the top.
    private var mostUrgent: (request: Request, due: Timestamp)? {
        guard inFlight == nil, !isStopped else { return nil }
        var first: (request: Request, due: Timestamp)?
        func offer(_ request: Request, _ due: Timestamp?) {
            guard var due else { return }
            if let notBefore { due = max(due, notBefore) }
            if due < first?.due ?? Timestamp(nanoseconds: .max) { first = (request, due) }
        }
        offer(.level, levelDue)
        if let candle { offer(.candle(candle.start), candle.due) }
        offer(.history, historyDue)
        offer(.time, clockDue)
        return first
    }

    // MARK: - What came of it

    /// There was no answer.
    public mutating func failed(
        _ request: Request,
        _ reason: String,
        at now: Timestamp
    ) -> [Item] {
        guard inFlight == request else { return [] }
        inFlight = nil
        putOff(request, until: now + Self.retryInterval)
        return complain("\(request.name) cannot be had: \(reason)")
    }

    public mutating func answered(
        _ request: Request,
        status: Int,
        retryAfter: Int64?,
        _ body: Span<UInt8>,
        sentAt sent: Timestamp,
        at now: Timestamp
    ) -> [Item] {
        guard inFlight == request else { return [] }
        inFlight = nil
        switch BinanceAnswer(status: status, retryAfter: retryAfter) {
        case .ok: break
        case .backOff(let wait), .banned(let wait):
            notBefore = now + wait
            return complain("asked to wait for \(Int(wait.seconds)) s (\(status))")
        case .blocked: return [.blocked]
        case .unknownOutcome, .refused:
            putOff(request, until: now + Self.retryInterval)
            return complain("\(request.name) was answered with \(status)")
        }
        do throws(BinanceError) {
            return try take(request, body, sent, now)
        } catch {
            putOff(request, until: now + Self.retryInterval)
            return complain("\(request.name) cannot be read (\(error))")
        }
    }

    private mutating func take(
        _ request: Request,
        _ body: Span<UInt8>,
        _ sent: Timestamp,
        _ now: Timestamp
    ) throws(BinanceError) -> [Item] {
        switch request {
        case .history:
            let rows = try BinanceREST.klines(body)
            guard let history = ReferenceHistory(seconds: rows, at: now) else {
                putOff(request, until: now + Self.retryInterval)
                return complain("the past holds no closed bars one after the other")
            }
            historyDue = nil
            return [.event(.referenceHistory(history))]
        case .level:
            let level = try BinanceREST.bookTicker(body)
            guard level.symbol == symbol else { throw .symbol }
            guard levelDue != nil else { return [] }
            levelDue = max(sent + Self.levelInterval, now)
            let middle = ReferencePrice(raw: level.bid.raw + (level.ask.raw - level.bid.raw) / 2)
            let event = EngineEvent.referencePolled(middle, roundTrip: now - sent)
            defer { isPolling = true }
            return isPolling
                ? [.event(event)]
                : [.event(event), .tell("the stream is silent: its price is asked for")]
        case .time:
            clock.add(venue: try BinanceREST.time(body), sentAt: sent, receivedAt: now)
            guard clock.count >= Self.clockSamplesWanted, let best = clock.best else {
                clockDue = now + Self.clockSampleInterval
                return []
            }
            clock = ClockSamples()
            clockDue = now + Self.clockInterval
            return [.clock(offset: best.offset, uncertainty: best.uncertainty)]
        case .candle(let start):
            let rows = try BinanceREST.klines(body)
            guard let row = rows.first, row.openTime == start else {
                putOff(request, until: now + Self.candleInterval)
                return []
            }
            if candle?.start == start { candle = nil }
            return [.candle(row)]
        }
    }

    private mutating func putOff(_ request: Request, until due: Timestamp) {
        switch request {
        case .history:
            historyAttempts += 1
            historyDue = historyAttempts < Self.historyAttemptsMax ? due : nil
        case .time: clockDue = due
        case .level: if levelDue != nil { levelDue = due }
        case .candle: candle?.due = due
        }
    }

    /// Told when it is news.
    private mutating func complain(_ sentence: String) -> [Item] {
        guard sentence != lastComplaint else { return [] }
        lastComplaint = sentence
        return [.tell(sentence)]
    }
}

extension BinanceRequests.Request {
    fileprivate var name: String {
        switch self {
        case .history: "the history"
        case .time: "the time"
        case .level: "the price"
        case .candle: "the candle"
        }
    }
}
