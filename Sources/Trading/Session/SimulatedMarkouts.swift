/// What fills had gained a while later, in dollars, against the middle of the market's own book: no
/// model's opinion is in it, and far less chance than in the outcome of a window.
struct SimulatedMarkouts {
    /// Dollars gained `horizon` after each fill, over all fills that are so old.
    private(set) var sum = 0.0
    private let horizon: Duration
    private var open: [(due: Timestamp, fill: Fill)] = []

    init(horizon: Duration) { self.horizon = horizon }

    mutating func filled(_ fill: Fill, at now: Timestamp) {
        open.append((now + horizon, fill))
    }

    /// Measures the fills that are due. One whose market shows no price any more counts as nothing.
    mutating func measure(_ engine: borrowing Engine, at now: Timestamp) {
        while let first = open.first, first.due <= now {
            open.removeFirst()
            guard let index = engine.index(of: first.fill.market) else { continue }
            let doubled = engine.markets[index].lastMidpointDoubled
            guard doubled > 0 else { continue }
            let yes = Double(doubled) / 20_000
            let value = first.fill.outcome == .yes ? yes : 1 - yes
            let gain = (value - first.fill.price.dollars) * first.fill.size.shares
            sum += first.fill.side == .buy ? gain : -gain
        }
    }
}
