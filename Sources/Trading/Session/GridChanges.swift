/// The venue moves the market in progress to another grid now and then, between a cent and a tenth
/// of one. Its book is void until it is shown whole on the new grid, for the venue's own users too.
struct GridChanges: Sendable {
    private let mean: Duration
    private var random: SimulatorRandom
    private var market: MarketID?
    private var grid = TickSize.hundredth
    private var isVoid = false
    /// When the grid changes next; `nil` before the first event.
    private(set) var nextDue: Timestamp?

    init(mean: Duration, random: SimulatorRandom) {
        self.mean = mean
        self.random = random
    }

    /// The change that is due; `nil` when no market has shown a book yet.
    mutating func change(at now: Timestamp) -> EngineEvent? {
        plan(after: now)
        guard let market else { return nil }
        grid = grid == .hundredth ? .thousandth : .hundredth
        isVoid = true
        return .tickSizeChanged(market, grid)
    }

    /// What the simulated market's event is on the present grid; `nil` where there is nothing to
    /// tell while the book is void.
    mutating func onGrid(_ event: EngineEvent, at now: Timestamp) -> EngineEvent? {
        if nextDue == nil { plan(after: now) }
        switch event {
        case .bookReplaced(var snapshot):
            if snapshot.market != market { grid = .hundredth }
            market = snapshot.market
            isVoid = false
            guard grid != .hundredth else { return event }
            snapshot.tickSize = grid
            return .bookReplaced(snapshot)
        case .levelChanged, .traded: return isVoid ? nil : event
        default: return event
        }
    }

    private mutating func plan(after now: Timestamp) {
        let seconds = 0.1 + random.exponential(mean: mean.seconds)
        nextDue = now + Duration(nanoseconds: Int64(seconds * 1e9))
    }
}
