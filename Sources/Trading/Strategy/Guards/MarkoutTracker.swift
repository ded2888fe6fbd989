internal import Glibc

/// How much the market moves against our fills, and what follows from it (strategy 10). One for each
/// family of markets; it outlives the windows.
///
/// For a fill at `t`, with side +1 for a bought share and -1 for a sold one:
/// `capture = side * (fair(t) - price)`, `move(h) = side * (fair(t + h) - fair(t))`, and the markout
/// is their sum. All in dollars of a YES share. `fair(t + h)` is the value standing at that instant,
/// whenever the next call finds it: a horizon is measured by the first call after it has passed.
///
/// * `toxicity`: the exponentially weighted mean of the move at 15 s, per side and phase, as far as
///   it is against us. It starts at zero and weighs fills by number (half-life 20): one bad fill
///   moves it by 3 % of its loss.
/// * The mean markout at 30 s over the last 30 fills, in ticks: below -0.5 sizes are halved, below
///   -1 no new risk is taken for ten minutes. After that the count starts anew, at half size until
///   30 fresh fills have shown better.
struct MarkoutTracker: Sendable {
    /// Fills followed at a time. One more drops the oldest; what was not measured of it is counted.
    static let fillsMax = 256
    /// Markets whose fair value is remembered. One more replaces the one not heard of for longest.
    static let marketsMax = 16
    static let fillHalfLife = 20.0
    /// Fills whose markout at 30 s decides.
    static let judgedFills = 30
    static let halveBelowTicks = -0.5
    static let stopBelowTicks = -1.0
    static let stopTime = Duration.seconds(600)

    /// Fills told.
    private(set) var fills: Int64 = 0
    /// Horizons never measured: their fill was dropped, or no fair value of the market was known.
    private(set) var unmeasured: Int64 = 0
    private var ring: [FillMarkout] = []
    /// For each horizon, the first fill (counted from 0) not yet measured at it.
    private var cursors = [Int64](repeating: 0, count: MarkoutHorizon.allCases.count)
    /// When the next horizon passes; the far future while nothing is followed.
    private var nextDue = Timestamp(nanoseconds: .max)
    private var values: [FairValue] = []

    private let decay: Double
    /// Weighted mean of the move at 15 s; by side, then phase.
    private var moves15 = [Double](repeating: 0, count: 6)
    /// By side, then horizon.
    private var totals = [MarkoutTotal](repeating: MarkoutTotal(), count: 10)
    private(set) var gate = MarkoutGate()

    private struct FairValue {
        var market: MarketID
        var value: Double
        var time: Timestamp
    }

    init() {
        decay = exp2(-1 / Self.fillHalfLife)
        ring.reserveCapacity(Self.fillsMax)
        values.reserveCapacity(Self.marketsMax)
    }

    /// An order of ours that rested on `side` of the YES book was filled.
    /// - Parameters:
    ///   - price: In YES terms.
    ///   - fair: Value of a YES share at the fill, in dollars.
    mutating func filled(
        _ side: Side,
        of market: MarketID,
        price: Price,
        fair: Double,
        tickSize: TickSize,
        phase: MarkoutPhase,
        at now: Timestamp
    ) {
        fairValueChanged(of: market, to: fair, at: now)
        let sign = side == .buy ? 1.0 : -1.0
        let markout = FillMarkout(
            market: market,
            side: side,
            phase: phase,
            time: now,
            fair: fair,
            tick: Double(tickSize.raw) / 10_000,
            capture: sign * (fair - price.dollars)
        )
        if ring.count < Self.fillsMax {
            ring.append(markout)
        } else {
            drop(fills - Int64(Self.fillsMax))
            ring[Int(fills % Int64(Self.fillsMax))] = markout
        }
        fills += 1
        nextDue = min(nextDue, now + MarkoutHorizon.seconds1.duration)
    }

    /// The value of a YES share of `market` is `fair` from now on; zero or one once it is resolved.
    mutating func fairValueChanged(of market: MarketID, to fair: Double, at now: Timestamp) {
        timePassed(at: now)
        for index in values.indices where values[index].market == market {
            values[index].value = fair
            values[index].time = now
            return
        }
        let value = FairValue(market: market, value: fair, time: now)
        if values.count < Self.marketsMax {
            values.append(value)
            return
        }
        var oldest = 0
        for index in values.indices where values[index].time < values[oldest].time {
            oldest = index
        }
        values[oldest] = value
    }

    /// Measures every horizon that lies before `now`, at the values that stood until now.
    mutating func timePassed(at now: Timestamp) {
        guard nextDue < now else { return }
        nextDue = Timestamp(nanoseconds: .max)
        for horizon in MarkoutHorizon.allCases { measure(horizon, now) }
    }

    // MARK: What follows

    /// What a fill of the side loses to informed flow, in dollars of a share; never negative.
    func toxicity(_ side: Side, _ phase: MarkoutPhase) -> Double {
        max(0, -moves15[Self.slot(side, phase)])
    }

    /// Why no new risk may be taken in this family at `now`; `nil` when it may. What reduces the
    /// inventory stays allowed.
    func stopsNewRisk(at now: Timestamp) -> GuardTrigger? { gate.stopsNewRisk(at: now) }

    /// What an order's size is to be divided by: 2 while the flow is bad, else 1.
    var sizeDivisor: Int64 { gate.sizeDivisor }

    /// Counts and sums over the session, for reports.
    func total(_ side: Side, _ horizon: MarkoutHorizon) -> MarkoutTotal {
        totals[Self.slot(side, horizon)]
    }

    /// The newest fill but `back`; `nil` when there is none or it is no longer kept.
    func fill(back: Int) -> FillMarkout? {
        guard back >= 0 && back < ring.count else { return nil }
        return ring[Int((fills - 1 - Int64(back)) % Int64(Self.fillsMax))]
    }

    // MARK: Measuring

    /// Fills come in order of time, so at each horizon they fall due in order.
    private mutating func measure(_ horizon: MarkoutHorizon, _ now: Timestamp) {
        while cursors[horizon.rawValue] < fills {
            let index = Int(cursors[horizon.rawValue] % Int64(Self.fillsMax))
            let due = ring[index].time + horizon.duration
            guard due < now else {
                nextDue = min(nextDue, due)
                return
            }
            cursors[horizon.rawValue] += 1
            guard let fair = value(of: ring[index].market) else {
                unmeasured += 1
                continue
            }
            ring[index].measure(fair, at: horizon)
            use(ring[index], at: horizon, now)
        }
    }

    private mutating func use(_ fill: FillMarkout, at horizon: MarkoutHorizon, _ now: Timestamp) {
        guard let move = fill.move(horizon) else { return }
        totals[Self.slot(fill.side, horizon)].add(capture: fill.capture, move: move)
        switch horizon {
        case .seconds15:
            let slot = Self.slot(fill.side, fill.phase)
            moves15[slot] = decay * moves15[slot] + (1 - decay) * move
        case .seconds30: gate.measured((fill.capture + move) / fill.tick, at: now)
        case .seconds1, .seconds5, .seconds60: break
        }
    }

    private mutating func drop(_ number: Int64) {
        for horizon in cursors.indices where cursors[horizon] <= number {
            cursors[horizon] = number + 1
            unmeasured += 1
        }
    }

    private func value(of market: MarketID) -> Double? {
        for index in values.indices where values[index].market == market {
            return values[index].value
        }
        return nil
    }

    private static func slot(_ side: Side, _ phase: MarkoutPhase) -> Int {
        Int(side.rawValue) * 3 + phase.rawValue
    }

    private static func slot(_ side: Side, _ horizon: MarkoutHorizon) -> Int {
        Int(side.rawValue) * 5 + horizon.rawValue
    }
}
