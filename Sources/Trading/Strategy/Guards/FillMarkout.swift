/// How long after a fill the market is looked at again.
public enum MarkoutHorizon: Int, CaseIterable, Sendable {
    case seconds1
    case seconds5
    case seconds15
    case seconds30
    case seconds60

    public var duration: Duration {
        switch self {
        case .seconds1: .seconds(1)
        case .seconds5: .seconds(5)
        case .seconds15: .seconds(15)
        case .seconds30: .seconds(30)
        case .seconds60: .seconds(60)
        }
    }
}

/// The parts of a window in which flow is told apart.
public enum MarkoutPhase: Int, CaseIterable, Sendable {
    /// Before the window begins.
    case ahead
    /// While both sides are quoted.
    case quoting
    /// From the reduce-only stretch on.
    case ending

    init(_ phase: WindowPhase) {
        switch phase {
        case .ahead: self = .ahead
        case .quoting: self = .quoting
        case .reduceOnly, .noQuote, .settling: self = .ending
        }
    }
}

/// A fill and what the market did after it; dollars of a YES share (strategy 10).
public struct FillMarkout: Sendable {
    public let market: MarketID
    public let side: Side
    public let phase: MarkoutPhase
    public let time: Timestamp
    /// The value at the fill.
    public let fair: Double
    /// The market's tick at the fill.
    public let tick: Double
    /// What was gained on the value at the fill.
    public let capture: Double
    /// By horizon; five of the eight are used.
    private var moves = SIMD8<Double>(repeating: 0)
    private var measured: UInt8 = 0

    init(
        market: MarketID,
        side: Side,
        phase: MarkoutPhase,
        time: Timestamp,
        fair: Double,
        tick: Double,
        capture: Double
    ) {
        self.market = market
        self.side = side
        self.phase = phase
        self.time = time
        self.fair = fair
        self.tick = tick
        self.capture = capture
    }

    /// How far the value moved in our favour; `nil` until measured.
    public func move(_ horizon: MarkoutHorizon) -> Double? {
        measured & (1 << UInt8(horizon.rawValue)) == 0 ? nil : moves[horizon.rawValue]
    }

    /// Capture and move; `nil` until measured.
    public func markout(_ horizon: MarkoutHorizon) -> Double? {
        move(horizon).map { capture + $0 }
    }

    /// The value at the horizon is `fair`.
    mutating func measure(_ value: Double, at horizon: MarkoutHorizon) {
        moves[horizon.rawValue] = side == .buy ? value - fair : fair - value
        measured |= 1 << UInt8(horizon.rawValue)
    }
}

/// Sums over the fills measured at one horizon; dollars of a YES share, each fill counted once.
public struct MarkoutTotal: Equatable, Sendable {
    public private(set) var fills: Int64 = 0
    public private(set) var capture = 0.0
    public private(set) var move = 0.0

    mutating func add(capture: Double, move: Double) {
        fills += 1
        self.capture += capture
        self.move += move
    }
}
