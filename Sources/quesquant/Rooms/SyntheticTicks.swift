internal import Reactor
internal import Trading

/// Ticks of the right schema at a chosen rate, for testing dashboards and measuring the way to
/// them: a market that breathes, no engine behind it. Lives on the trading thread.
final class SyntheticTicks {
    /// Ticks a second that may be asked for; zero is as fast as they can be sent.
    static let rates = 0.1...5_000
    /// The token under which they go out.
    private static let token = "1234567890"

    private let exits: TradingExits
    private let ticks: RingProducer<Tick>
    private let timer: PreciseTimer?
    /// Nanoseconds from tick to tick.
    private var period: Int64 = 0
    private var fill: LoopTimer?
    private var seq: UInt64 = 0
    private let tokenID = InlineText(token) ?? InlineText()
    private var riskState: RiskState
    private var parameters: Parameters

    /// - Throws: when the system has no timer to give.
    init(
        on loop: EventLoop,
        hertz: Double,
        parameters: Parameters,
        isLatched: Bool,
        exits: TradingExits,
        ticks: RingProducer<Tick>
    ) throws {
        self.parameters = parameters
        riskState = isLatched ? .killed : .active
        self.exits = exits
        self.ticks = ticks
        var emit: (Int) -> Void = { _ in }
        if hertz > 0 {
            let timer = try PreciseTimer(on: loop) { emit(Int($0)) }
            self.timer = timer
            period = Int64(1_000_000_000 / hertz)
        } else {
            timer = nil
            // The ring paces it: it is topped up as fast as the API loop empties it.
            fill = LoopTimer(on: loop) { emit(.max) }
        }
        emit = { [unowned self] in self.emit($0) }
    }

    /// The first tick leaves during this call.
    func start() {
        emit(1)
        timer?.start(periodNanoseconds: period)
        fill?.start(afterMilliseconds: 1, repeatingMilliseconds: 1)
    }

    /// The operator's word shows in the ticks, though there is nothing to stop.
    func receive(_ event: EngineEvent) {
        switch event {
        case .emergencyStopped:
            riskState = .killed
            parameters.isRunning = false
        case .rearmed: riskState = .active
        case .parametersPatched(let patch, let control):
            parameters = parameters.applying(patch)
            _ = exits.api.send(.applied(control: control, parameters))
        case .shutdownRequested: _ = exits.api.send(.tradingFinished)
        default: break
        }
    }

    /// Nothing is sent any more.
    func close() {
        timer?.close()
        fill?.close()
    }

    private func emit(_ count: Int) {
        var sent = 0
        // An interrupted host does not get the missed ticks in one burst beyond a second's worth,
        // and a ring that is emptied as fast as it is filled does not keep the loop.
        while sent < min(count, Int(Self.rates.upperBound)) {
            seq += 1
            guard ticks.tryPush(make()) else {
                seq -= 1
                if count != .max { exits.ticksLost.increment() }
                break
            }
            sent += 1
        }
        if sent > 0 { exits.tickSignal.wake() }
    }

    /// A slow triangle of prices, so that a chart has something to draw.
    private func make() -> Tick {
        var tick = Tick()
        tick.seq = seq
        tick.tokenID = tokenID
        let phase = Int64(seq % 400)
        let cents = 40 + (phase < 200 ? phase : 400 - phase) / 10
        tick.midpointDoubled = (2 * cents + 1) * 100
        tick.spread = Price(raw: 100)
        for level in Int64(0)..<3 {
            let size = Quantity(shares: 100 + 50 * level)
            tick.bids.append(PriceLevel(price: Price(raw: (cents - level) * 100), size: size))
            tick.asks.append(PriceLevel(price: Price(raw: (cents + 1 + level) * 100), size: size))
        }
        tick.referencePrice = ReferencePrice(raw: (98_500 * 100 + cents) * 1_000_000)
        tick.volState = .low
        tick.riskState = riskState
        tick.fairValueMicros = tick.midpointDoubled * 50
        return tick
    }
}
